"""Measure the models in use on labelled data, through the same path that `inspect` takes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cs_qa.batch import Inspector
from cs_qa.errors import InputError, RowError
from cs_qa.evaluation.compare import compare, other_inspector
from cs_qa.evaluation.evaluate_personal_data import PERSONAL_DATA, evaluate_personal_data
from cs_qa.evaluation.evaluate_policy import POLICY, evaluate_policy
from cs_qa.evaluation.judged import Judged
from cs_qa.evaluation.labelled import Row, read_rows
from cs_qa.evaluation.measure import measure
from cs_qa.evaluation.printed import report
from cs_qa.evaluation.tasks import TASKS

__all__ = ["TASKS", "TASK_NAMES", "evaluate_file"]

TASK_NAMES = (*TASKS, PERSONAL_DATA, POLICY)
WITHOUT_COMPARISON = ("language", PERSONAL_DATA, POLICY)


def evaluate_file(
    data: Path,
    task: str,
    *,
    out: Path | None = None,
    errors: Path | None = None,
    other: Path | None = None,
    packs: Sequence[Path] = (),
) -> int:
    """Print how well a task is done, and write it to `out` too; give the exit code.

    `errors` gets the items that were judged wrongly, as JSON lines. `other` is a folder of models
    that judge the same data, to compare with; `packs` are the policy packs of the task policy. A
    row that is unusable, or that could not be judged, is named on stderr. Raises InputError where
    none is left, ModelError where models are not whole.
    """
    _check(task, other, packs)
    if task == PERSONAL_DATA:
        return evaluate_personal_data(data, out=out, errors=errors)
    if task == POLICY:
        return evaluate_policy(data, packs=packs, out=out, errors=errors)
    labelled = _read(data, task)
    inspector = None if other is None else other_inspector(other)
    judged = labelled.judged(Inspector.default())
    result = measure(judged)
    failures = labelled.unusable + _complain(labelled, judged)
    if inspector is not None:
        try:
            second = labelled.judged(inspector)
        except InputError as error:
            raise InputError(f"--compare {other}: {error}") from error
        failures += _complain(labelled, second, f" with the models of {other}")
        result["compared"] = {"folder": str(other), **compare(judged, second)}
    for line in report(result):
        print(line)  # noqa: T201
    if out is not None:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if errors is not None:
        # Half a surrogate pair has no UTF-8; replaced by its escape it is JSON still.
        with errors.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for item in labelled.errors(judged):
                file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return 1 if failures else 0


def _check(task: str, other: Path | None, packs: Sequence[Path]) -> None:
    """Raise InputError for a task that there is not, or options that are not the task's."""
    if task not in TASK_NAMES:
        raise InputError(f"No task named {task!r}. Possible: {', '.join(TASK_NAMES)}.")
    if packs and task != POLICY:
        raise InputError(f"--policy: the task {task} checks no statements; leave it out.")
    if other is not None and task in WITHOUT_COMPARISON:
        raise InputError(f"--compare {other}: not for the task {task}; leave it out.")


@dataclass(frozen=True)
class _Labelled:
    """The usable rows of a file, each with its line, and the number of those that are not."""

    path: Path
    task: str
    lines: tuple[int, ...]
    rows: tuple[Row, ...]
    unusable: int

    def judged(self, inspector: Inspector) -> Judged:
        judge = TASKS[self.task][1]
        judged = judge(self.rows, inspector)
        if not len(judged):
            raise InputError(f"{self.path}: no agent turn has `banned`, so nothing is labelled.")
        return judged

    def errors(self, judged: Judged) -> Iterator[dict[str, Any]]:
        """Give what was judged wrongly, in order, for a person to read."""
        for item in np.flatnonzero(~judged.is_right).tolist():
            number = int(judged.rows[item])
            row = self.rows[number]
            yield {
                "line": self.lines[number],
                **({} if row.id is None else {"id": row.id}),
                "lang": row.lang,
                **judged.explained(item),
            }


def _read(path: Path, task: str) -> _Labelled:
    problems: list[RowError] = []
    numbered = list(read_rows(path, TASKS[task][0], problems.append))
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    if not numbered:
        raise InputError(
            f"{path}: no row could be used; docs/reference/formats.md shows the rows of {task}."
        )
    lines, rows = zip(*numbered, strict=True)
    return _Labelled(path, task, lines, rows, len(problems))


def _complain(labelled: _Labelled, judged: Judged, by: str = "") -> int:
    """Name the rows that could not be judged, which count as nothing said; give their number."""
    for number, reason in judged.unscored.items():
        problem = f"could not be judged{by}: {reason}"
        line = labelled.lines[number]
        print(RowError(problem, source=str(labelled.path), line=line), file=sys.stderr)  # noqa: T201
    return len(judged.unscored)
