"""Decisions and a scorecard to judgements and figures: pure, by the rules that judged the card.

A decision changes the judgement of its own criterion and the figures made of the judgements,
nothing else. All input and output is in the scorecard's JSON form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cs_qa.judges import UNTOLD
from cs_qa.rubric import Rubric
from cs_qa.score import critical_failures, judge, qualitative_score, total_score
from cs_qa.store.cards import Json, annotated_of, blank, finding_of, judgement_of
from cs_qa.store.decisions import (
    AddedFinding,
    Decision,
    DecisionError,
    FindingRef,
    finding_id,
)
from cs_qa.store.rows import Card
from cs_qa.types import (
    SENTIMENTS,
    AnnotatedTranscript,
    Empathy,
    Grade,
    Sentiment,
)

REVIEWER = "reviewer@1"
"""What a finding names as its detector that a person added or relabelled."""


@dataclass(frozen=True, slots=True)
class Rescored:
    """Judgements (in the card's JSON form and order) and the figures they give, 0-100 or None."""

    judgements: tuple[Json, ...]
    qualitative: float | None
    quantitative: float | None
    total: float | None
    grade: Grade | None
    critical_failures: tuple[str, ...]

    def judgement(self, criterion: str) -> Json:
        """Give the judgement of one criterion."""
        return next(each for each in self.judgements if each["criterion"] == criterion)


def rescore(card: Card, decisions: Iterable[Decision], rubric: Rubric) -> Rescored:
    """Apply decisions, one a criterion at most, to a card that `rubric` judged.

    Raises DecisionError where a decision does not hold on this card.
    """
    after: dict[str, Json] = {}
    for decision in decisions:
        if decision.criterion in after:
            raise DecisionError(f"{decision.criterion} is decided twice. Decide it once.")
        after[decision.criterion] = judgement_after(card, decision, rubric)
    return with_judgements(card, after, rubric)


def with_judgements(card: Card, after: Mapping[str, Json], rubric: Rubric) -> Rescored:
    """Put a card's figures together, with `after`, by criterion, in place of its judgements."""
    own = {each["criterion"]: each for each in card["judgements"]}
    judgements = tuple({**own, **after}.values())
    judged = [judgement_of(each) for each in judgements]
    critical = critical_failures(judged, rubric)
    qualitative = qualitative_score(judged, rubric, critical)
    total = total_score(qualitative, card["quantitative"], rubric)
    return Rescored(
        judgements,
        qualitative,
        card["quantitative"],
        total,
        None
        if total is None
        else rubric.grade(total, language=card["language"], market=card["market"]),
        critical,
    )


def judgement_after(card: Card, decision: Decision, rubric: Rubric) -> Json:
    """Give the judgement that a decision makes of the card's own, in the card's JSON form.

    Findings, levels and labels after the decision are judged as `cs_qa.score` judges them; a
    score or verdict set by hand goes before that. A verdict alone counts as 100 (pass) or 0
    (fail), unless the score says so already. Who judges alone does so on the `blank`
    card. A person's judgement has no confidence. Raises DecisionError where the decision does not
    hold on this card.
    """
    before = _of_card(card, decision.criterion)
    if decision.action == "confirm":
        return dict(before)
    if decision.action == "undo":
        raise DecisionError(f"{decision.criterion}: an undo decides nothing by itself.")
    if decision.action == "judge":
        card, before = blank(card), {**before, "findings": []}
        after = _by_rules(card, before, decision, rubric)
    else:
        after = _by_rules(card, before, decision, rubric) if decision.changes_evidence else before
    if decision.is_by_hand:
        after = _by_hand(card, after, decision, rubric)
    if decision.action == "override" and not decision.changes_evidence:
        _refuse_same(before, after)
    return {**after, "confidence": None}


def _refuse_same(before: Json, after: Json) -> None:
    if (after["score"], after["verdict"]) == (before["score"], before["verdict"]):
        raise DecisionError(
            f"{before['criterion']}: the card says the same already. Confirm it instead."
        )


def _of_card(card: Card, criterion: str) -> Json:
    for judgement in card["judgements"]:
        if judgement["criterion"] == criterion:
            return dict(judgement)
    known = ", ".join(each["criterion"] for each in card["judgements"])
    raise DecisionError(f"The card has no judgement of {criterion}. It has: {known}.")


def _by_rules(card: Card, before: Json, decision: Decision, rubric: Rubric) -> Json:
    findings = _findings_after(card, before["findings"], decision)
    annotated = _annotated_after(card, decision)
    judged = judge(
        decision.criterion,
        annotated,
        [finding_of(decision.criterion, each) for each in findings],
        rubric=rubric,
    )
    return {
        **before,
        "score": judged.score,
        "verdict": judged.verdict,
        "reason": judged.reason,
        "findings": findings,
    }


def _by_hand(card: Card, after: Json, decision: Decision, rubric: Rubric) -> Json:
    mark = rubric.pass_mark_for(
        decision.criterion, language=card["language"], market=card["market"]
    )
    score, verdict = decision.score, decision.verdict
    if score is not None:
        score = round(score, 2)
        reached = "pass" if score >= mark else "fail"
        if verdict not in (None, reached):
            raise DecisionError(
                f"{decision.criterion}: {verdict} does not go with the score {score:g}; it passes "
                f"from {mark:g} on. Change one, or leave one out."
            )
        verdict = "pass" if score >= mark else "fail"
    elif verdict == after["verdict"]:
        score = after["score"]
    elif verdict != "not_applicable":
        score = 100.0 if verdict == "pass" else 0.0
    set_ = {**after, "score": score, "verdict": verdict, "reason": "Set by a reviewer."}
    critical = critical_failures([judgement_of(set_)], rubric)
    if critical and verdict != "fail":
        raise DecisionError(
            f"{decision.criterion}: {verdict} does not go with a critical finding "
            f"({', '.join(critical)}). Reject the finding, or let the criterion fail."
        )
    return set_


def _findings_after(card: Card, findings: Sequence[Json], decision: Decision) -> list[Json]:
    removed = {_index(findings, ref, decision) for ref in decision.removed}
    labels = {_index(findings, r.finding, decision): r.label for r in decision.relabelled}
    kept = [
        _relabelled(finding, labels[index], decision) if index in labels else finding
        for index, finding in enumerate(findings)
        if index not in removed
    ]
    for added in decision.added:
        new = _added(card, added)
        if finding_id(new) in map(finding_id, kept):
            raise DecisionError(
                f"{decision.criterion}: {added.label} stands on these words of turn "
                f"{added.turn + 1} already."
            )
        kept.append(new)
    return sorted(kept, key=lambda f: (f["turn"], f["start"], f["label"]))


def _index(findings: Sequence[Json], ref: FindingRef, decision: Decision) -> int:
    if not 0 <= ref.index < len(findings) or finding_id(findings[ref.index]) != ref.id:
        raise DecisionError(
            f"{decision.criterion}: the card has no finding {ref.id} at {ref.index}. Open the "
            "item again and decide on what it shows."
        )
    return ref.index


def _relabelled(finding: Json, label: str, decision: Decision) -> Json:
    if label == finding["label"]:
        raise DecisionError(
            f"{decision.criterion}: {finding_id(finding)} has the label {label} already."
        )
    changed = {
        **finding,
        "label": label,
        "confidence": 1.0,
        "detector": REVIEWER,
        "explanation": f"Relabelled by a reviewer; it was {finding['label']}.",
    }
    # What is said of a policy stays true of it; other details explain the old label.
    return changed if decision.criterion == "policy_accuracy" else {**changed, "detail": None}


def _added(card: Card, added: AddedFinding) -> Json:
    turn = _turn(card, added.turn, "agent")
    if not 0 <= added.start < added.end <= len(turn["text"]):
        raise DecisionError(
            f"The words {added.start} to {added.end} are not within turn {added.turn + 1}, which "
            f"has {len(turn['text'])} characters. Mark one character of it at least."
        )
    return {
        "label": added.label,
        "turn": added.turn,
        "start": added.start,
        "end": added.end,
        "text": turn["text"][added.start : added.end],
        "confidence": 1.0,
        "detector": REVIEWER,
        "explanation": "Marked by a reviewer.",
        "policy_id": None,
        "detail": None,
    }


def _turn(card: Card, index: int, role: str) -> Json:
    turns = card["turns"]
    if not 0 <= index < len(turns):
        raise DecisionError(f"There is no turn {index + 1}; the conversation has {len(turns)}.")
    if turns[index]["role"] != role:
        raise DecisionError(
            f"Turn {index + 1} is a turn of the {turns[index]['role']}; only a turn of the {role} "
            "can be marked so."
        )
    return dict(turns[index])


def _annotated_after(card: Card, decision: Decision) -> AnnotatedTranscript:
    annotated = annotated_of(card)
    turns = list(annotated.turns)
    for index, label in decision.sentiments:
        _turn(card, index, "customer")
        turns[index] = replace(turns[index], sentiment=_certain(label))
    for index, level in decision.levels:
        _turn(card, index, "agent")
        # The level counts whatever the machine took the customer's mood for.
        upset = _answered_by(card, index)
        turns[upset] = replace(turns[upset], sentiment=_certain("negative"))
        turns[index] = replace(turns[index], empathy=_sure_of(level))
    for added in decision.added:
        if added.label == "language_mismatch" and turns[added.turn].language in UNTOLD:
            turns[added.turn] = replace(turns[added.turn], language="mis")
    return replace(annotated, turns=tuple(turns))


def _certain(label: str) -> Sentiment:
    return Sentiment(*(float(name == label) for name in SENTIMENTS))


def _sure_of(level: int) -> Empathy:
    return Empathy((float(level == 0), float(level == 1), float(level == 2)))


def _answered_by(card: Card, index: int) -> int:
    """Give the customer turn before an agent turn that is the first to answer it."""
    for before in reversed(range(index)):
        role = card["turns"][before]["role"]
        if role == "customer":
            return before
        if role == "agent":
            break
    raise DecisionError(
        f"Turn {index + 1} is not the first answer to a customer, so it has no empathy level. "
        "Give the level to the turn that answers first."
    )
