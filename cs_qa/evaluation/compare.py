"""The same items judged by two sets of models: what differs, and by how much for sure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cs_qa.batch import Inspector
from cs_qa.errors import InputError, ModelError
from cs_qa.evaluation.bootstrap import interval, point, replicates
from cs_qa.evaluation.figures import agreement, f1_of
from cs_qa.evaluation.judged import FLAGGED, Floats, Judged
from cs_qa.evaluation.measure import Result, statistic

if TYPE_CHECKING:
    from cs_qa.nn.registry import Models

BETTER, WORSE, NO_DIFFERENCE = "better", "worse", "no difference shown"


@dataclass(frozen=True)
class OtherInspector(Inspector):
    """An inspector with models other than those in use."""

    models: Models = field(kw_only=True)

    def _models(self) -> Models:
        return self.models


def other_inspector(folder: Path) -> Inspector:
    """Give the default inspector with the models of a folder like `models/`.

    InputError where there is no such folder or no models in it; ModelError where they are not
    whole, or made for another version of cs_qa.
    """
    from cs_qa.nn.registry import Registry, wanted_threads

    if not folder.is_dir():
        raise InputError(f"--compare {folder}: there is no such folder.")
    if not (folder / "current.toml").is_file():
        raise InputError(
            f"--compare {folder}: there are no models in it. Give a folder like `models/`, with a "
            "current.toml that names their versions."
        )
    threads = wanted_threads()
    try:
        return OtherInspector(models=Registry(folder).load(threads=threads))
    except ModelError as error:
        raise ModelError(f"--compare {folder}: {error}") from error
    except Exception as error:  # files of another layout may fail to load in any way
        raise ModelError(
            f"--compare {folder}: these models cannot be loaded by this version of cs_qa "
            f"({type(error).__name__}: {' '.join(str(error).split())})."
        ) from error


def compare(in_use: Judged, other: Judged) -> Result:
    """Compare two judgements of the same items: each figure, its difference and a verdict.

    Differences are in use minus other, with the interval of the paired bootstrap: both are figures
    of the same resamples. `right` counts the items that only one of the two got right.
    """
    figures = _differences(in_use, other, ranked=True)
    labels = [*in_use.labels, *([FLAGGED] if in_use.is_multi_label else [])]
    by_label = {label: {"f1": figures.pop(f1_of(label))} for label in labels}
    return {
        "models": dict(other.models),
        **figures,
        "labels": by_label,
        "languages": {lang: _of_language(in_use, other, lang) for lang in in_use.languages},
        "right": _right(in_use, other),
    }


def _of_language(in_use: Judged, other: Judged, lang: str) -> Result:
    figures = _differences(in_use.of(lang), other.of(lang), ranked=False)
    result = {name: figures[name] for name in ("macro_f1", "accuracy")}
    if in_use.is_multi_label:
        result["flagged_f1"] = figures[f1_of(FLAGGED)]
    return result


def _differences(in_use: Judged, other: Judged, *, ranked: bool) -> Result:
    figures_of = statistic if ranked else agreement
    ours, theirs = figures_of(in_use), figures_of(other)
    ours_now, theirs_now = point(ours, len(in_use)), point(theirs, len(other))
    ours_drawn, theirs_drawn = replicates(ours, in_use.rows), replicates(theirs, other.rows)
    return {
        name: _difference(
            ours_now[name], theirs_now[name], ours_drawn[name] - theirs_drawn[name], in_use
        )
        for name in ours_now
    }


def _difference(in_use: float, other: float, drawn: Floats, judged: Judged) -> Mapping[str, Any]:
    difference = in_use - other
    limits = None if math.isnan(difference) else interval(drawn, judged.rows)
    return {
        "in_use": _known(in_use),
        "other": _known(other),
        "difference": _known(difference),
        "interval": limits,
        "verdict": verdict(limits),
    }


def verdict(limits: list[float] | None) -> str:
    """Say what an interval of the difference tells of the models in use.

    >>> verdict([0.01, 0.05]), verdict([-0.02, 0.05])
    ('better', 'no difference shown')
    """
    if limits is None or limits[0] <= 0 <= limits[1]:
        return NO_DIFFERENCE
    return BETTER if limits[0] > 0 else WORSE


def _right(in_use: Judged, other: Judged) -> dict[str, int]:
    ours, theirs = in_use.is_right, other.is_right
    return {
        "both": int((ours & theirs).sum()),
        "only_in_use": int((ours & ~theirs).sum()),
        "only_other": int((~ours & theirs).sum()),
        "neither": int((~ours & ~theirs).sum()),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
