"""Everything that `evaluate` says of judged items, as its JSON has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from cs_qa.evaluation.bootstrap import (
    LEVEL,
    RESAMPLES,
    SEED,
    Statistic,
    figure_interval,
    point,
    replicates,
)
from cs_qa.evaluation.confusion import confusion
from cs_qa.evaluation.figures import (
    AVERAGE_PRECISION,
    FALSE_ALARMS,
    PREVALENCE,
    RECALL,
    agreement,
    both,
    f1_of,
    ranking,
    threshold,
)
from cs_qa.evaluation.judged import FLAGGED, Floats, Judged
from cs_qa.evaluation.metrics import table
from cs_qa.evaluation.reliability import reliability

Result = dict[str, Any]


def measure(judged: Judged) -> Result:
    """Measure judged items: figures with intervals, confusion, reliability and ranking.

    `flagged`, any label, is a row of `labels` where items may have several; it is no label, so it
    is not in the macro-F1.
    """
    result = _tables(judged)
    found = replicates(statistic(judged), judged.rows)
    result |= _intervals(found, judged)
    for name, row in result["labels"].items():
        row["f1_interval"] = figure_interval(found[f1_of(name)], judged.rows)
    for lang, row in result["languages"].items():
        part = judged.of(lang)
        row |= _intervals(replicates(agreement(part), part.rows), part)
    result["confusion"] = confusion(judged)
    result["reliability"] = reliability(judged)
    if is_ranked(judged):
        result["ranking"] = _ranking(judged, found)
    result["bootstrap"] = {
        "resampled": "conversations" if judged.task == "conversations" else "rows",
        "n": len(set(judged.rows.tolist())),
        "resamples": RESAMPLES,
        "level": LEVEL,
        "seed": SEED,
    }
    result["models"] = dict(judged.models)
    return result


def statistic(judged: Judged) -> Statistic:
    """All figures of a task that are resampled."""
    return both(agreement(judged), ranking(judged)) if is_ranked(judged) else agreement(judged)


def is_ranked(judged: Judged) -> bool:
    """Whether false alarms can be reckoned: of ordinary conversations, not of chosen cases."""
    return judged.task == "conversations"


def _tables(judged: Judged) -> Result:
    langs = judged.langs.tolist()
    result = table(judged.task, langs, judged.truth, judged.guess, judged.labels)
    if judged.is_multi_label:
        result["labels"] |= table(FLAGGED, langs, *judged.flagged, (FLAGGED,))["labels"]
        for lang, row in result["languages"].items():
            flags = judged.of(lang).flagged
            own = table(FLAGGED, [lang] * row["n"], *flags, (FLAGGED,))
            row[FLAGGED] = own["labels"][FLAGGED]
    return result


def _intervals(found: Mapping[str, Floats], judged: Judged) -> Result:
    return {
        f"{name}_interval": figure_interval(found[name], judged.rows)
        for name in ("macro_f1", "accuracy")
    }


def _ranking(judged: Judged, found: Mapping[str, Floats]) -> Result:
    figures = point(ranking(judged), len(judged))
    result: Result = {
        "false_alarm_rate": FALSE_ALARMS,
        "threshold": threshold(judged),
        "prevalence": PREVALENCE,
    }
    for name in (RECALL, AVERAGE_PRECISION):
        result[name] = None if math.isnan(figures[name]) else round(figures[name], 4)
        result[f"{name}_interval"] = figure_interval(found[name], judged.rows)
    return result
