"""The results of `evaluate` as lines for people, at most `WIDTH` columns wide."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

from cs_qa.evaluation.compare import BETTER, NO_DIFFERENCE, WORSE
from cs_qa.evaluation.confusion import CLEAN
from cs_qa.evaluation.figures import AVERAGE_PRECISION, FALSE_ALARMS, PREVALENCE, RECALL
from cs_qa.evaluation.judged import FLAGGED
from cs_qa.evaluation.layout import figure, grid, limits
from cs_qa.evaluation.metrics import headline, label_lines, language_lines
from cs_qa.evaluation.reliability import BINS, TOP_LABEL
from cs_qa.nn.registry import MODELS

WIDTH = 100
LISTED = 15
"""Confusions that are listed where a matrix is too wide to print."""

NAMES = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "flagged_f1": "F1 flagged",
    RECALL: f"recall at {100 * FALSE_ALARMS:g} % false alarms",
    AVERAGE_PRECISION: f"average precision at {100 * PREVALENCE:g} % violations",
}

COMPARED = ("in use", "other", "difference", "95 % interval", "verdict")

Result = dict[str, Any]
Confusion = dict[str, dict[str, int]]


def report(result: Result) -> Iterator[str]:
    """Give a result of `measure` as lines, with the comparison where it holds one."""
    drawn = result["bootstrap"]
    yield headline(result)
    by = f" Models: {models(result['models'])}." if result["models"] else ""
    yield (
        f"Intervals: 95 %, bootstrap of {drawn['n']:,} {drawn['resampled']}, "
        f"{drawn['resamples']:,} resamples.{by}"
    )
    parts = [
        label_lines(result),
        _notes(result),
        language_lines(result),
        _confusion_lines(result),
        compared_lines(result["compared"]) if "compared" in result else (),
    ]
    for part in map(list, parts):
        if part:
            yield ""
            yield from part


def models(refs: dict[str, str]) -> str:
    """Name the versions of encoder and heads."""
    return ", ".join(refs[name] for name in MODELS if name in refs)


def compared_lines(compared: Result) -> Iterator[str]:
    """Give a comparison: tables of figures side by side, and the verdict."""
    yield f"Compared with {compared['folder']} ({models(compared['models'])}); in use minus other:"
    overall = [(NAMES[name], row) for name, row in _overall(compared).items()]
    labels = [
        (f"F1 {name}", row["f1"]) for name, row in compared["labels"].items() if name != FLAGGED
    ]
    rows = [[name, *_pair(row)] for name, row in overall + labels]
    yield from grid([("", *COMPARED), *rows], left=(0, 5))
    yield ""
    by_language = [
        ["" if number else lang, NAMES[name], *_pair(row)]
        for lang, own in compared["languages"].items()
        for number, (name, row) in enumerate(own.items())
    ]
    yield from grid([("language", "", *COMPARED), *by_language], left=(0, 1, 6))
    yield ""
    right = compared["right"]
    yield (
        f"Items right: both {right['both']:,}, only in use {right['only_in_use']:,}, "
        f"only other {right['only_other']:,}, neither {right['neither']:,}."
    )
    for line in _verdicts(compared):
        yield from wrap(line, WIDTH, subsequent_indent="  ")


def _notes(result: Result) -> Iterator[str]:
    if TOP_LABEL in result["reliability"]:
        error = figure(result["reliability"][TOP_LABEL]["ece"])
        yield f"Expected calibration error of the likeliest label: {error} ({BINS} bins)."
    elif result["reliability"]:
        yield f"ECE: expected calibration error of the label's probability, {BINS} bins."
    if "ranking" in result:
        yield ""
        yield from _ranking_lines(result["ranking"], result["labels"][FLAGGED]["n"], result["n"])


def _ranking_lines(ranking: Result, violations: int, turns: int) -> Iterator[str]:
    yield (
        f"Flagged or not, by the highest probability; {violations:,} violations "
        f"in {turns:,} agent turns:"
    )
    since = ranking["threshold"]
    notes = {RECALL: "" if since is None else f"flag from {since:.4f}", AVERAGE_PRECISION: ""}
    yield from grid(
        [
            ("", "", "95 % interval", ""),
            *(
                (NAMES[key], figure(ranking[key]), limits(ranking[f"{key}_interval"]), note)
                for key, note in notes.items()
            ),
        ],
        left=(0, 3),
    )


def _confusion_lines(result: Result) -> Iterator[str]:
    counts = result["confusion"]
    columns = list(next(iter(counts.values())))
    of = {name: row["n"] for name, row in result["labels"].items()}
    if FLAGGED in of:
        of[CLEAN] = result["n"] - of[FLAGGED]
        yield "Confusion: rows the true label, columns what was said; a turn may stand in several."
    else:
        yield "Confusion: rows the truth, columns what was said."
    rows = [[name, *map(str, own.values()), str(of[name])] for name, own in counts.items()]
    printed = list(grid([("", *columns, "n"), *rows]))
    yield from printed if len(printed[0]) <= WIDTH else _commonest(counts)


def _commonest(counts: Confusion) -> Iterator[str]:
    """List the commonest confusions of a matrix that is too wide."""
    wrong = sorted(
        (-n, truth, said)
        for truth, own in counts.items()
        for said, n in own.items()
        if n and truth != said
    )
    yield f"{len(wrong)} cells hold errors; the {min(LISTED, len(wrong))} fullest:"
    yield from grid(
        [("truth", "said", "n"), *((t, s, str(-n)) for n, t, s in wrong[:LISTED])], left=(0, 1)
    )


def _pair(row: Result) -> list[str]:
    return [
        figure(row["in_use"]),
        figure(row["other"]),
        figure(row["difference"], "+"),
        limits(row["interval"], "+"),
        row["verdict"],
    ]


def _overall(compared: Result) -> Result:
    """The figures of a comparison that verdicts are given on, in the order of `NAMES`."""
    flagged = compared["labels"].get(FLAGGED, {})
    own = {**compared, "flagged_f1": flagged.get("f1")}
    return {name: own[name] for name in NAMES if own.get(name)}


def _verdicts(compared: Result) -> Iterator[str]:
    """Say in plain words where the models in use are better or worse."""
    for name, row in _overall(compared).items():
        by = f"{figure(row['difference'], '+')} {limits(row['interval'], '+')}"
        yield f"Verdict by {NAMES[name]}: {row['verdict']} ({by})."
    for name in next(iter(compared["languages"].values())):
        verdicts = {lang: own[name]["verdict"] for lang, own in compared["languages"].items()}
        said = [
            f"{word} in {', '.join(langs)}"
            for word in (BETTER, WORSE)
            if (langs := [lang for lang, each in verdicts.items() if each == word])
        ]
        yield f"Languages by {NAMES[name]}: {'; '.join(said) or NO_DIFFERENCE}."
