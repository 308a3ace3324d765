"""JSON as programs write it, which is not quite JSON."""

from __future__ import annotations

import json
import math

__all__ = ["decoder"]


def decoder(*, strict: bool = True) -> json.JSONDecoder:
    """A decoder that reads NaN, the infinities and numbers beyond all bounds as null.

    These are no JSON, but Python and pandas write them where a value is missing. Unless `strict`,
    control characters may stand inside strings.
    """
    return json.JSONDecoder(parse_constant=lambda _: None, parse_float=_finite, strict=strict)


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None
