"""The nouns of cs_qa, frozen: what is read, found, judged and scored.

A `Finding` is evidence from a detector, a `Judgement` is what the rubric makes of the findings,
a `Review` is what a person says. None of them is ever changed into another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, get_args

Role = Literal["customer", "agent", "bot", "system"]
Urgency = Literal["general", "urgent"]
AttitudeRating = Literal["good", "medium", "bad"]
SentimentLabel = Literal["negative", "neutral", "positive"]
BannedLabel = Literal["rhetorical", "accusatory", "deflecting", "hostile", "repeat_request"]
CriterionName = Literal[
    "sentiment",
    "banned_phrases",
    "repeated_scripts",
    "empathy",
    "policy_accuracy",
    "language",
    "politeness",
]
Verdict = Literal["pass", "fail", "not_applicable", "unscored"]
Grade = Literal["excellent", "pass", "needs_improvement"]

ROLES: tuple[Role, ...] = get_args(Role)
SENTIMENTS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)
BANNED_LABELS: tuple[BannedLabel, ...] = get_args(BannedLabel)
CRITERIA: tuple[CriterionName, ...] = get_args(CriterionName)

NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Turn:
    """One message. `at` is timezone-aware, or None when the source gave no usable time."""

    role: Role
    text: str
    at: datetime | None = None
    agent_id: str | None = None
    extra: Mapping[str, object] = field(default_factory=lambda: dict(NOTHING))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of how a conversation ended. `csat` is 1-5; `order_value` in `currency`."""

    csat: float | None = None
    resolved: bool | None = None
    contact_reason: str | None = None
    converted: bool | None = None
    order_value: float | None = None
    currency: str | None = None
    complaint: bool | None = None
    attitude_rating: AttitudeRating | None = None
    extra: Mapping[str, object] = field(default_factory=lambda: dict(NOTHING))


@dataclass(frozen=True, slots=True)
class Transcript:
    """One whole conversation, in turn order. Unknown keys of the source are kept in `extra`."""

    id: str
    turns: tuple[Turn, ...]
    channel: str | None = None
    market: str | None = None
    customer_id: str | None = None
    agent_id: str | None = None
    team: str | None = None
    language: str | None = None
    urgency: Urgency | None = None
    timezone: str | None = None
    outcome: Outcome | None = None
    extra: Mapping[str, object] = field(default_factory=lambda: dict(NOTHING))


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points, [start, end), in the text of one turn (0-based)."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RepeatDetail:
    """Where a repeated script stood before, and how alike the two are (0-1)."""

    earlier_turn: int
    similarity: float


@dataclass(frozen=True, slots=True)
class GivenDetail:
    """What is asked for again ("order_number"), and the turn in which the customer gave it."""

    what: str
    given_turn: int


@dataclass(frozen=True, slots=True)
class AdviceDetail:
    """What to do about a finding, in a sentence to the agent."""

    advice: str


@dataclass(frozen=True, slots=True)
class PolicyDetail:
    """What an agent stated, and what the clause says that it was checked against.

    `policy_id` is None where no clause covers the statement. `superseded_until` is the last day
    (ISO 8601) on which the stated value was right.
    """

    pack: str
    policy_id: str | None
    topic: str
    stated: str
    expected: str
    superseded_until: str | None = None


Detail = RepeatDetail | GivenDetail | AdviceDetail | PolicyDetail


@dataclass(frozen=True, slots=True)
class Finding:
    """Evidence for a label. `text` is what the span covers in the stored (masked) text.

    `criterion` names the criterion that it is evidence for, `confidence` is a calibrated
    probability (0-1), `detector` is `name@version`, `explanation` is one sentence for people.
    """

    criterion: CriterionName
    label: str
    span: Span
    text: str
    confidence: float
    detector: str
    explanation: str
    detail: Detail | None = None


@dataclass(frozen=True, slots=True)
class Sentiment:
    """Probabilities of the three classes; they sum to 1 up to rounding."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> SentimentLabel:
        return max(SENTIMENTS, key=lambda name: (getattr(self, name), name == "neutral"))


@dataclass(frozen=True, slots=True)
class Empathy:
    """Level 0 none, 1 formulaic, 2 specific with ownership; probabilities in that order."""

    probabilities: tuple[float, float, float]

    @property
    def level(self) -> int:
        return max(range(3), key=lambda level: self.probabilities[level])


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where in a turn a banned label shows, [start, end), and the lexicon phrase if one did.

    `is_disguised`: the phrase is written so as to hide it. `what` is asked for again where that
    is known ("order_number"), and `given_turn` the turn (from 0) in which the customer gave it.
    """

    label: BannedLabel
    start: int
    end: int
    phrase: str | None = None
    is_disguised: bool = False
    what: str | None = None
    given_turn: int | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier turn, and the cosine of the encoder's vectors to it: to rank by, no verdict."""

    turn: int
    similarity: float


@dataclass(frozen=True, slots=True)
class TurnAnnotation:
    """What the models say of one turn. None where a head does not apply to the role.

    `politeness` is 0 (rude) to 1 (polite); `banned` maps each label to its calibrated
    probability, and `evidence` says where the likely ones show. `likest` is the earlier agent
    turn that an agent turn is most like.
    """

    language: str | None
    sentiment: Sentiment | None = None
    empathy: Empathy | None = None
    politeness: float | None = None
    banned: Mapping[BannedLabel, float] | None = None
    evidence: tuple[Evidence, ...] = ()
    likest: Likeness | None = None


@dataclass(frozen=True, slots=True)
class AnnotatedTranscript:
    """A masked transcript with one annotation a turn, in the same order.

    `language` is the language of the conversation: the declared one, else the customer's.
    """

    transcript: Transcript
    language: str | None
    turns: tuple[TurnAnnotation, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rubric makes of the findings for one criterion. `score` is 0-100 or None."""

    criterion: CriterionName
    score: float | None
    verdict: Verdict
    confidence: float | None
    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """Service figures of one transcript; waits in seconds. See `cs_qa.service`.

    A figure that cannot be told (no times, a clock that runs backwards) is None and `reasons`
    says why, by the figure's name.
    """

    first_response_s: float | None = None
    avg_response_s: float | None = None
    longest_wait_s: float | None = None
    handling_time_s: float | None = None
    replies: int | None = None
    replies_within_30s: int | None = None
    replies_within_3min: int | None = None
    customer_messages: int = 0
    customer_messages_answered: int | None = None
    handovers: int = 0
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which versions made a scorecard; equal provenance and input give equal bytes."""

    cs_qa: str
    rubric: str
    models: Mapping[str, str]
    detectors: tuple[str, ...] = ()
    policy: str | None = None
    redacted: bool = True


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One inspected transcript: judgements, service figures, and the scores they give.

    `qualitative`, `quantitative` and `total` are 0-100; a half that is missing is None and the
    total is then None too, never invented.
    """

    annotated: AnnotatedTranscript
    judgements: tuple[Judgement, ...]
    service: Service | None
    qualitative: float | None
    quantitative: float | None
    total: float | None
    grade: Grade | None
    critical_failures: tuple[str, ...]
    provenance: Provenance

    @property
    def transcript_id(self) -> str:
        return self.annotated.transcript.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(f for judgement in self.judgements for f in judgement.findings)

    @property
    def is_unscored(self) -> bool:
        """Whether some criterion could not be judged; its judgement says why."""
        return any(judgement.verdict == "unscored" for judgement in self.judgements)

    def judgement(self, criterion: CriterionName) -> Judgement:
        return next(j for j in self.judgements if j.criterion == criterion)


@dataclass(frozen=True, slots=True)
class Review:
    """A person's decision on one judgement. It stands beside the machine's, never over it."""

    transcript_id: str
    criterion: CriterionName
    verdict: Verdict
    score: float | None
    reviewer: str
    at: datetime
    reason: str
    comment: str = ""


Batch = Sequence[AnnotatedTranscript]
