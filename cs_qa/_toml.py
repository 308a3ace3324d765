"""Read a TOML file that a person wrote."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from cs_qa.errors import CsQaError


def read_toml(path: str | Path, error: type[CsQaError]) -> dict[str, Any]:
    """Read a file; raise `error` with what is wrong where it is no UTF-8 TOML or not there."""
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise error(f"{path}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise error(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as problem:
        raise error(f"{path}: is not TOML: {problem}") from None
