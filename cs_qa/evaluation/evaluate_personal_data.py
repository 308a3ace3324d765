"""The task `pii` of `evaluate`: personal data, which no model is asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from cs_qa.errors import InputError, RowError
from cs_qa.evaluation.labelled import PersonalDataRow, read_rows
from cs_qa.evaluation.personal_data import Spans, measure_personal_data, personal_data_lines
from cs_qa.text.redact import Entity, find_entities, mask

__all__ = ["PERSONAL_DATA", "evaluate_personal_data"]

PERSONAL_DATA = "pii"


def evaluate_personal_data(data: Path, *, out: Path | None, errors: Path | None) -> int:
    """Print how well personal data is found, and write it to `out` too; give the exit code.

    `errors` gets the messages in which a span is wrong, masked. Raises InputError where no row is
    usable.
    """
    problems: list[RowError] = []
    numbered = list(read_rows(data, PersonalDataRow, problems.append))
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    if not numbered:
        raise InputError(
            f"{data}: no row could be used; docs/reference/formats.md shows the rows of pii."
        )
    gold = [_gold(row) for _, row in numbered]
    found = [_spans(find_entities(row.text)) for _, row in numbered]
    langs = [row.lang for _, row in numbered]
    result = measure_personal_data(list(zip(langs, gold, found, strict=True))).as_json()
    for line in personal_data_lines(result):
        print(line)  # noqa: T201
    if out is not None:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if errors is not None:
        with errors.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for (number, row), there, said in zip(numbered, gold, found, strict=True):
                if there != said:
                    item = _explained(number, row, there, said)
                    file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return 1 if problems else 0


def _gold(row: PersonalDataRow) -> Spans:
    return sorted((each.type, each.start, each.end) for each in row.entities)


def _spans(entities: list[Entity]) -> Spans:
    return sorted((each.type, each.start, each.end) for each in entities)


def _explained(line: int, row: PersonalDataRow, there: Spans, said: Spans) -> dict[str, Any]:
    """A message with the spans that are wrong; what is personal in it by either is masked."""
    hidden: list[Entity] = []
    for kind, start, end in sorted({*there, *said}, key=lambda span: (span[1], -span[2])):
        if not hidden or hidden[-1].end <= start:
            hidden.append(Entity(kind, start, end))  # type: ignore[arg-type]
        elif hidden[-1].end < end:
            hidden[-1] = Entity(hidden[-1].type, hidden[-1].start, end)
    return {
        "line": line,
        **({} if row.id is None else {"id": row.id}),
        "lang": row.lang,
        "missed": [list(span) for span in there if span not in said],
        "false_alarms": [list(span) for span in said if span not in there],
        "text": mask(row.text, hidden, {}),
    }
