"""The task `policy` of `evaluate`: statements of agents, checked against the shop's packs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cs_qa.batch import Inspector
from cs_qa.errors import InputError, RowError
from cs_qa.evaluation.labelled import PolicyRow, read_rows
from cs_qa.evaluation.policy import VERDICTS, Message, measure_policy, policy_lines
from cs_qa.policy.pack import PolicyPack
from cs_qa.types import Finding, PolicyDetail, Scorecard, Transcript, Turn

__all__ = ["POLICY", "evaluate_policy", "judged_messages"]

POLICY = "policy"

Numbered = tuple[int, PolicyRow]


def evaluate_policy(
    data: Path, *, packs: Sequence[Path], out: Path | None, errors: Path | None
) -> int:
    """Print how well statements are judged, and write it to `out` too; give the exit code.

    A row that names its pack is judged by that one; rows of packs that are not given are left out
    and counted. `errors` gets the messages whose claims are not all right. Raises InputError where
    no row is left.
    """
    if not packs:
        raise InputError("The task policy needs a pack to check against: --policy FILE.")
    loaded = tuple(map(PolicyPack.load, packs))
    problems: list[RowError] = []
    numbered = _of_packs(list(read_rows(data, PolicyRow, problems.append)), loaded)
    for problem in problems:
        print(problem, file=sys.stderr)  # noqa: T201
    if not numbered:
        raise InputError(
            f"{data}: no row could be used; docs/reference/formats.md shows the rows of policy."
        )
    judged = list(judged_messages([row for _, row in numbered], loaded))
    result = measure_policy([message for message, _ in judged])
    for line in policy_lines(result):
        print(line)  # noqa: T201
    if out is not None:
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if errors is not None:
        with errors.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for (number, row), (message, findings) in zip(numbered, judged, strict=True):
                if message.labelled != message.said:
                    item = _explained(number, row, message, findings)
                    file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return 1 if problems else 0


def judged_messages(
    rows: Sequence[PolicyRow], packs: Sequence[PolicyPack]
) -> Iterator[tuple[Message, list[Finding]]]:
    """Judge each message on the path that `inspect` takes, and give what was found in it."""
    cards: dict[int, Scorecard] = {}
    for name in dict.fromkeys(row.pack for row in rows):
        chosen = tuple(each for each in packs if name in (None, each.table.pack))
        own = [number for number, row in enumerate(rows) if row.pack == name]
        inspector = Inspector(policies=chosen)
        found = inspector.inspect(_transcript(number, rows[number]) for number in own)
        cards |= dict(zip(own, found, strict=True))
    for number, row in enumerate(rows):
        findings = list(cards[number].judgement("policy_accuracy").findings)
        yield _message(row, findings), findings


def _transcript(number: int, row: PolicyRow) -> Transcript:
    turns = (Turn("customer", row.customer), Turn("agent", row.agent))
    return Transcript(row.id or str(number), turns, market=row.market, language=row.lang)


def _message(row: PolicyRow, findings: Sequence[Finding]) -> Message:
    return Message(
        row.lang,
        frozenset((claim.policy_id, claim.verdict) for claim in row.claims),
        frozenset(
            (finding.detail.policy_id, finding.label)
            for finding in findings
            if isinstance(finding.detail, PolicyDetail)
            and finding.detail.policy_id
            and finding.label in VERDICTS
        ),
        is_unsupported=row.unsupported,
        is_said_unsupported=any(finding.label == "unsupported" for finding in findings),
    )


def _of_packs(numbered: list[Numbered], packs: Sequence[PolicyPack]) -> list[Numbered]:
    names = {pack.table.pack for pack in packs}
    own = [(line, row) for line, row in numbered if row.pack is None or row.pack in names]
    if len(own) < len(numbered):
        left, given = len(numbered) - len(own), ", ".join(sorted(names))
        print(f"{left} rows of other packs than {given} are left out.", file=sys.stderr)  # noqa: T201
    return own


def _explained(
    line: int, row: PolicyRow, message: Message, findings: Sequence[Finding]
) -> dict[str, Any]:
    return {
        "line": line,
        **({} if row.id is None else {"id": row.id}),
        "lang": row.lang,
        "customer": row.customer,
        "agent": row.agent,
        "labelled": sorted(message.labelled),
        "said": sorted(message.said),
        "why": [finding.explanation for finding in findings],
    }
