"""How each criterion is judged: evidence and a rubric in, a score and its reason out.

Sentences for people count turns from 1, as the page does; fields count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from cs_qa.rubric import Rubric
from cs_qa.types import (
    SENTIMENTS,
    AnnotatedTranscript,
    BannedLabel,
    CriterionName,
    Finding,
)

UNTOLD = (None, "und")
EMPATHY = ("none", "formulaic", "specific")

Judged = tuple[float | None, str, float]
"""Score (None: not applicable), the reason in a sentence, and how sure the judgement is (0-1)."""


def _judge_sentiment(
    annotated: AnnotatedTranscript, _: Sequence[Finding], rubric: Rubric
) -> Judged:
    said = [turn.sentiment for turn in annotated.turns if turn.sentiment is not None]
    if not said:
        return None, "The customer wrote nothing that could be judged.", 0.0
    first, last = said[0], said[-1]
    numbers = rubric.criteria.sentiment
    steps_worse = SENTIMENTS.index(first.label) - SENTIMENTS.index(last.label)
    value = (
        numbers.last_turn[last.label] * numbers.last_turn_weight
        + numbers.change.after(steps_worse) * numbers.change_weight
    ) / (numbers.last_turn_weight + numbers.change_weight)
    reason = f"The customer began {first.label} and ended {last.label}."
    return value, reason, float(getattr(last, last.label))


def _judge_banned(
    annotated: AnnotatedTranscript, counted: Sequence[Finding], rubric: Rubric
) -> Judged:
    if not any(turn.role == "agent" for turn in annotated.transcript.turns):
        return None, "No agent turn.", 0.0
    deductions: Mapping[BannedLabel, float] = rubric.criteria.banned_phrases.deductions
    flagged = {(finding.span.turn, finding.label) for finding in counted}
    if not flagged:
        highest = max((max(t.banned.values()) for t in annotated.turns if t.banned), default=0.0)
        return 100.0, "No banned phrase found.", 1 - highest
    value = 100.0 - sum(cost for name, cost in deductions.items() for _, f in flagged if f == name)
    labels = ", ".join(f"{label} in turn {turn + 1}" for turn, label in sorted(flagged))
    return max(0.0, value), f"Found: {labels}.", max(f.confidence for f in counted)


def _judge_repeats(
    annotated: AnnotatedTranscript, counted: Sequence[Finding], rubric: Rubric
) -> Judged:
    if sum(turn.role == "agent" for turn in annotated.transcript.turns) < 2:
        return None, "Fewer than two agent turns.", 0.0
    turns = sorted({finding.span.turn for finding in counted})
    if not turns:
        return 100.0, "No script was sent twice.", 1.0
    value = max(0.0, 100.0 - rubric.criteria.repeated_scripts.deduction * len(turns))
    where = ", ".join(str(turn + 1) for turn in turns)
    return value, f"Repeats an earlier message in turn {where}.", max(f.confidence for f in counted)


def _judge_empathy(annotated: AnnotatedTranscript, _: Sequence[Finding], rubric: Rubric) -> Judged:
    answers = first_answers_to_negative(annotated)
    if not answers:
        return None, "The customer was not upset, or no agent answered.", 0.0
    levels = rubric.criteria.empathy.levels
    judged = {turn: said for turn in answers if (said := annotated.turns[turn].empathy)}
    if not judged:
        return None, "The answers hold nothing that could be judged.", 0.0
    told = ", ".join(f"{EMPATHY[said.level]} in turn {turn + 1}" for turn, said in judged.items())
    value = sum(levels[said.level] for said in judged.values()) / len(judged)
    sure = sum(max(said.probabilities) for said in judged.values()) / len(judged)
    return value, f"Empathy of the answers to an upset customer: {told}.", sure


def first_answers_to_negative(annotated: AnnotatedTranscript) -> list[int]:
    """Give the agent turns that first answer a run of customer turns with a negative one."""
    answers, upset = [], False
    for index, turn in enumerate(annotated.transcript.turns):
        sentiment = annotated.turns[index].sentiment
        if turn.role == "customer":
            upset = upset or (sentiment is not None and sentiment.label == "negative")
        elif turn.role == "agent":
            if upset:
                answers.append(index)
            upset = False
    return answers


def _judge_policy(_: AnnotatedTranscript, counted: Sequence[Finding], __: Rubric) -> Judged:
    decided = [finding for finding in counted if finding.label != "unsupported"]
    if not decided:
        return None, "No statement about a policy was checked.", 0.0
    right = sum(finding.label == "accurate" for finding in decided)
    reason = f"{right} of {len(decided)} statements agree with the policy."
    return 100.0 * right / len(decided), reason, max(f.confidence for f in decided)


def _judge_language(
    annotated: AnnotatedTranscript, counted: Sequence[Finding], rubric: Rubric
) -> Judged:
    if _is_customer_unread(annotated):
        return None, "The customer's language cannot be told.", 0.0
    told = [
        index
        for index, turn in enumerate(annotated.transcript.turns)
        if turn.role == "agent" and annotated.turns[index].language not in UNTOLD
    ]
    if not told:
        return None, "No agent turn long enough to tell its language.", 0.0
    mismatches = {f.span.turn for f in counted if f.label == "language_mismatch"}
    wrong = mismatches.intersection(told)
    others = [finding.label for finding in counted if finding.label != "language_mismatch"]
    share = 1 - len(wrong) / len(told)
    value = max(0.0, 100 * share - rubric.criteria.language.deduction * len(others))
    if not counted:
        return value, "Every agent turn is in the customer's language.", 1.0
    reason = f"{len(wrong)} of {len(told)} agent turns in another language than the customer's."
    if others:
        reason += f" Also found: {', '.join(sorted(others))}."
    return value, reason, max(finding.confidence for finding in counted)


def _is_customer_unread(annotated: AnnotatedTranscript) -> bool:
    """Whether the customer wrote, in a language that is neither told nor declared."""
    written = [
        said.language
        for turn, said in zip(annotated.transcript.turns, annotated.turns, strict=True)
        if turn.role == "customer" and any(map(str.isalpha, turn.text))
    ]
    unread = bool(written) and all(language in UNTOLD for language in written)
    return unread and annotated.transcript.language is None


def _judge_politeness(annotated: AnnotatedTranscript, _: Sequence[Finding], __: Rubric) -> Judged:
    polite = [turn.politeness for turn in annotated.turns if turn.politeness is not None]
    if not polite:
        return None, "No agent turn that could be judged.", 0.0
    mean = sum(polite) / len(polite)
    return 100 * mean, f"Mean politeness over {len(polite)} agent turns.", max(mean, 1 - mean)


JUDGES: Mapping[
    CriterionName, Callable[[AnnotatedTranscript, Sequence[Finding], Rubric], Judged]
] = {
    "sentiment": _judge_sentiment,
    "banned_phrases": _judge_banned,
    "repeated_scripts": _judge_repeats,
    "empathy": _judge_empathy,
    "policy_accuracy": _judge_policy,
    "language": _judge_language,
    "politeness": _judge_politeness,
}
