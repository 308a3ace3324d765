"""Why a change of the evidence leaves a score where it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cs_qa.rubric import Rubric
from cs_qa.store.decisions import Decision, finding_id
from cs_qa.types import CriterionName
from cs_qa.ui.decision.content import judgement_of
from cs_qa.ui.i18n import _, percent
from cs_qa.ui.review.card import Change
from cs_qa.ui.wording import in_words

Card = Mapping[str, Any]

_ONCE_A_TURN = ("banned_phrases", "repeated_scripts")


def why_unmoved(change: Change, decision: Decision, rubric: Rubric) -> str | None:
    """Say why the criterion's score or the total stays; None where both move as one expects."""
    if decision.is_by_hand or not decision.changes_evidence:
        return None
    before, after = (
        judgement_of(card, decision.criterion) for card in (change.before, change.after)
    )
    particular = next(_uncounted(before, after, decision, rubric), None)
    if particular is not None or before["score"] != after["score"]:
        return particular or _why_total(change)
    if after["score"] is None:
        return _("The criterion does not apply here, so it has no score.")
    if after["score"] == 0 and decision.added:
        return _("The score is 0 already and cannot fall further.")
    return _("The rubric gives the same score for this.")


def _uncounted(before: Card, after: Card, decision: Decision, rubric: Rubric) -> Iterator[str]:
    """Name what the rubric does not count: what it has already, and what is too unsure."""
    criterion = decision.criterion
    for added in decision.added:
        others = [
            each
            for each in after["findings"]
            if (each["label"], each["turn"]) == (added.label, added.turn)
            and _counts(each, criterion, rubric)
        ]
        if len(others) > 1 and (criterion in _ONCE_A_TURN or added.label == "language_mismatch"):
            yield _("{label} counts once a turn, and turn {n} has it elsewhere already.").format(
                label=in_words(added.label), n=added.turn + 1
            )
        if added.label == "unsupported":
            yield _("What no clause of the policy covers is noted, but does not count.")
    touched = [*decision.removed, *(each.finding for each in decision.relabelled)]
    known = {finding_id(finding): finding for finding in before["findings"]}
    for finding in filter(None, (known.get(ref.id) for ref in touched)):
        if not _counts(finding, criterion, rubric):
            yield _(
                "{label} in turn {n} did not count before: the machine is {sure} sure of it, and "
                "the rubric counts from {least} on."
            ).format(
                label=in_words(finding["label"]),
                n=finding["turn"] + 1,
                sure=percent(finding["confidence"]),
                least=percent(rubric.min_confidence_for(criterion, finding["label"])),
            )


def _counts(finding: Card, criterion: CriterionName, rubric: Rubric) -> bool:
    least = rubric.min_confidence_for(criterion, finding["label"])
    return bool(finding["confidence"] >= least)


def _why_total(change: Change) -> str | None:
    before, after = change.before, change.after
    is_held = bool(before["critical_failures"] and after["critical_failures"])
    if is_held and before["total"] == after["total"]:
        return _("A critical failure holds the qualitative score at 0, so the total stays.")
    return None
