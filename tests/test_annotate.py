from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cs_qa.annotate import (
    COMPARED,
    STATED,
    SUSPECTED,
    annotate,
    banned_probabilities,
    likest,
)
from cs_qa.evidence import EVIDENCE_SENTENCES, LEFT_OUT
from cs_qa.nn.registry import Models
from cs_qa.phrases.hits import Exempt, Hit
from cs_qa.types import BANNED_LABELS, Evidence, Likeness, Transcript, Turn, TurnAnnotation

pytestmark = pytest.mark.usefixtures("no_phrases")

CUSTOMER = Turn("customer", "Where is my parcel? I am negative.")
AGENT = Turn("agent", "Sorry about that. deflecting it is! Bye, level 2.")


def annotated(models: Models, *turns: Turn, **about: Any) -> tuple[TurnAnnotation, ...]:
    (told,) = annotate([Transcript("t1", turns, **about)], models)
    return told.turns


def hit(
    label: Any,
    start: int,
    end: int,
    strength: Any = "strong",
    guard: Any = None,
    suspected: bool = False,
) -> Hit:
    return Hit(label, start, end, "entry", strength, "en", guard, suspected)


def test_each_role_gets_what_applies_to_it(fake_models: Models) -> None:
    turns = (CUSTOMER, Turn("bot", "I am a bot."), Turn("system", "Agent joined."), AGENT)
    customer, bot, system, agent = annotated(fake_models, *turns)
    assert customer.sentiment is not None
    assert customer.sentiment.label == "negative"
    assert (customer.empathy, customer.politeness, customer.banned) == (None, None, None)
    for other in (bot, system):
        assert other == TurnAnnotation(other.language)
        assert other.language is not None
    assert agent.sentiment is None
    assert agent.empathy is not None
    assert agent.empathy.level == 2
    assert agent.politeness == 0.8
    assert agent.banned is not None
    assert [label for label, value in agent.banned.items() if value > 0.5] == ["deflecting"]


def test_a_turn_is_judged_with_the_turns_before_it_and_never_with_later_ones(
    fake_models: Models,
) -> None:
    annotated(fake_models, CUSTOMER, Turn("agent", "One."), Turn("agent", "Two."))
    heads: Any = fake_models.heads
    before = ("customer", CUSTOMER.text)
    assert heads.scored == [
        (CUSTOMER.text, []),
        ("One.", [before]),
        ("Two.", [before, ("agent", "One.")]),
    ]


def test_every_distinct_text_is_encoded_once(fake_models: Models) -> None:
    first = Transcript("t1", (CUSTOMER, Turn("agent", "Hello."), Turn("agent", "Hello.")))
    annotate([first, Transcript("t2", (Turn("agent", "Hello."),))], fake_models)
    encoder: Any = fake_models.encoder
    assert encoder.encoded == [CUSTOMER.text, "Hello."]


@pytest.mark.parametrize(
    "unsaid", [Turn("system", "Hello."), Turn("customer", " \n"), Turn("bot", "")]
)
def test_what_is_not_said_is_no_context_whatever_else_is_in_the_batch(
    fake_models: Models, unsaid: Turn
) -> None:
    silent = Transcript("t1", (unsaid, Turn("agent", "One.")))
    said = Transcript("t2", (Turn("customer", "Hello."),))
    alone = annotate([silent], fake_models)
    assert annotate([silent, said], fake_models)[:1] == alone
    heads: Any = fake_models.heads
    assert [before for text, before in heads.scored if text == "One."] == [[], []]


@pytest.mark.parametrize(
    ("turns", "has_empathy"),
    [
        ([AGENT], False),
        ([Turn("bot", "Hi"), AGENT], False),
        ([AGENT, CUSTOMER], False),
        ([CUSTOMER, AGENT], True),
        ([Turn("customer", ""), AGENT], True),
        ([CUSTOMER, AGENT, AGENT], True),
    ],
)
def test_empathy_stands_on_agent_turns_after_a_customer_turn(
    fake_models: Models, turns: list[Turn], has_empathy: bool
) -> None:
    told = annotated(fake_models, *turns)
    agents = [told[i] for i, turn in enumerate(turns) if turn.role == "agent"]
    assert [turn.empathy is not None for turn in agents] == [has_empathy] * len(agents)


def test_no_transcripts_and_no_turns(fake_models: Models) -> None:
    assert annotate([], fake_models) == []
    (told,) = annotate([Transcript("t1", ())], fake_models)
    assert (told.turns, told.language) == ((), None)


# ------------------------------------------------------------------------ Languages


@pytest.mark.parametrize(
    ("declared", "turns", "expected"),
    [
        ("pt-BR", [("customer", "Wo ist mein Paket geblieben?")], "pt-BR"),
        (None, [("customer", "Wo ist mein Paket?"), ("agent", "Where? " * 20)], "de"),
        ("", [("customer", "12345"), ("agent", "Where is your parcel now?")], "en"),
        (None, [("customer", "12345"), ("bot", "Where is your parcel now?")], None),
    ],
)
def test_the_language_is_the_declared_one_else_the_customers(
    fake_models: Models, declared: str | None, turns: list[tuple[Any, str]], expected: str | None
) -> None:
    said = tuple(Turn(role, text) for role, text in turns)
    (told,) = annotate([Transcript("t1", said, language=declared)], fake_models)
    assert told.language == expected


# ------------------------------------------------------------------------- Evidence


def test_without_a_phrase_the_likeliest_sentence_is_the_evidence(fake_models: Models) -> None:
    _, agent = annotated(fake_models, CUSTOMER, AGENT)
    start = AGENT.text.index("deflecting")
    assert agent.evidence == (Evidence("deflecting", start, start + len("deflecting it is!")),)


def test_neighbouring_sentences_that_carry_a_label_are_evidence_together(
    fake_models: Models,
) -> None:
    (agent,) = annotated(fake_models, Turn("agent", "Hm. hostile one. hostile two. Bye."))
    assert agent.evidence == (Evidence("hostile", 4, 29),)


def test_a_quotation_is_no_evidence(fake_models: Models) -> None:
    text = "> hostile and deflecting\nhostile. Well."
    (agent,) = annotated(fake_models, Turn("agent", text))
    assert agent.evidence == (Evidence("hostile", 25, 33),)


def test_of_a_very_long_turn_the_first_sentences_are_looked_at(fake_models: Models) -> None:
    (agent,) = annotated(fake_models, Turn("agent", "Well. " * 5_000 + "hostile."))
    assert agent.evidence == (Evidence("hostile", 0, 5),)
    heads: Any = fake_models.heads
    assert len(heads.scored) == 1 + EVIDENCE_SENTENCES + LEFT_OUT


def test_an_unlikely_label_has_no_evidence(fake_models: Models) -> None:
    (agent,) = annotated(fake_models, Turn("agent", "All is well."))
    assert agent.evidence == ()


@pytest.mark.parametrize(
    ("hits", "expected"),
    [
        ([hit("hostile", 6, 11)], Evidence("hostile", 0, 12, "words")),
        (
            [hit("hostile", 0, 5, "weak"), hit("hostile", 20, 26)],
            Evidence("hostile", 0, 27, "second"),
        ),
        ([hit("hostile", 20, 26), hit("hostile", 6, 11)], Evidence("hostile", 0, 27, "words")),
        ([hit("hostile", 20, 26, guard="quote")], Evidence("hostile", 28, 42)),
        ([hit("accusatory", 6, 11)], Evidence("hostile", 28, 42)),
        (
            [hit("hostile", 6, 11, suspected=True)],
            Evidence("hostile", 0, 12, "words", is_disguised=True),
        ),
        (
            [hit("hostile", 6, 11, suspected=True), hit("hostile", 20, 26, "weak")],
            Evidence("hostile", 0, 27, "second"),
        ),
    ],
)
def test_a_phrase_shows_its_sentence_the_strongest_first(
    fake_models: Models, monkeypatch: pytest.MonkeyPatch, hits: list[Hit], expected: Evidence
) -> None:
    monkeypatch.setattr("cs_qa.annotate.find_hits", lambda *_, **__: hits)
    (agent,) = annotated(fake_models, Turn("agent", "First words. Then a second. hostile third."))
    by_label = {evidence.label: evidence for evidence in agent.evidence}
    assert by_label["hostile"] == expected


@pytest.mark.parametrize(
    ("hits", "strong", "weak"),
    [
        ([], False, False),
        ([hit("hostile", 0, 1)], True, False),
        ([hit("hostile", 0, 1, "weak")], False, True),
        ([hit("hostile", 0, 1), hit("hostile", 2, 3, "weak")], True, True),
        ([hit("hostile", 0, 1, guard="negation")], False, False),
        ([hit("deflecting", 0, 1)], False, False),
    ],
)
def test_phrases_that_stand_add_to_what_the_heads_say(
    fake_models: Models, hits: list[Hit], strong: bool, weak: bool
) -> None:
    scores = fake_models.heads.score("calm", [])  # type: ignore[arg-type]
    told = banned_probabilities(fake_models.heads, scores, hits)
    assert tuple(told) == BANNED_LABELS
    calibration = fake_models.heads.calibration["hostile"]
    fitted = calibration.probability(-4.0, strong=strong, weak=weak)
    assert told["hostile"] == max(fitted, STATED if strong else 0.0)


@pytest.mark.parametrize(
    ("hits", "said", "expected"),
    [
        ([hit("hostile", 0, 4, suspected=True)], "calm", SUSPECTED),
        ([hit("hostile", 0, 4, guard="quote", suspected=True)], "calm", None),
        ([hit("deflecting", 0, 4, suspected=True)], "calm", None),
        # above that only by what the heads say or what is written openly
        ([hit("hostile", 0, 4, suspected=True)], "hostile", None),
    ],
)
def test_a_disguised_phrase_lifts_its_label_to_a_suspicion(
    fake_models: Models, hits: list[Hit], said: str, expected: float | None
) -> None:
    scores = fake_models.heads.score(said, [])  # type: ignore[arg-type]
    without = banned_probabilities(fake_models.heads, scores, [])["hostile"]
    told = banned_probabilities(fake_models.heads, scores, hits)["hostile"]
    assert told == (without if expected is None else expected)


def test_a_suspicion_becomes_evidence(fake_models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [hit("hostile", 4, 9, suspected=True)]
    monkeypatch.setattr("cs_qa.annotate.find_hits", lambda *_, **__: found)
    (agent,) = annotated(fake_models, Turn("agent", "You 1d10t."))
    assert agent.banned is not None
    assert agent.banned["hostile"] == SUSPECTED
    assert agent.evidence == (Evidence("hostile", 0, 10, "1d10t", is_disguised=True),)


# ------------------------------------------------------------------- Text that is exempt


@pytest.mark.parametrize(
    ("exempt", "hits", "flagged"),
    [
        # the whole turn; all that carries the label; not enough; for another label
        ([(0, 42)], [], False),
        ([(28, 35)], [], False),
        ([(0, 12)], [], True),
        ([(13, 26)], [hit("hostile", 0, 5)], True),
    ],
)
def test_a_turn_is_judged_without_its_exempt_text(
    fake_models: Models,
    monkeypatch: pytest.MonkeyPatch,
    exempt: list[tuple[int, int]],
    hits: list[Hit],
    flagged: bool,
) -> None:
    places = [Exempt(frozenset({"hostile"}), start, end) for start, end in exempt]
    monkeypatch.setattr("cs_qa.annotate.exemptions", lambda *_, **__: places)
    monkeypatch.setattr("cs_qa.annotate.find_hits", lambda *_, **__: hits)
    (agent,) = annotated(fake_models, Turn("agent", "First words. Then a second. hostile third."))
    assert agent.banned is not None
    assert (agent.banned["hostile"] > 0.5) == flagged
    assert bool(agent.evidence) == flagged


def test_exempt_text_holds_for_its_labels_only(
    fake_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [Exempt(frozenset({"deflecting"}), 0, 18), Exempt(frozenset({"deflecting"}), 3, 9)]
    monkeypatch.setattr("cs_qa.annotate.exemptions", lambda *_, **__: places)
    (agent,) = annotated(fake_models, Turn("agent", "deflecting hostile"))
    assert agent.banned is not None
    assert agent.banned["hostile"] > 0.5
    assert agent.banned["deflecting"] == 0.0


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ([], None),
        ([(1, [0, 2])], Likeness(1, 0.0)),
        ([(1, [0, 2]), (3, [1, 1]), (5, [-1, 0])], Likeness(3, 0.707)),
        ([(1, [2, 0]), (3, [9, 0])], Likeness(1, 1.0)),
        ([(1, [0, 0])], Likeness(1, 0.0)),
        ([(0, [1, 0]), *((n, [0, 1]) for n in range(1, COMPARED + 1))], Likeness(1, 0.0)),
    ],
)
def test_the_likest_turn_is_the_one_of_the_least_angle(sent: Any, found: Likeness | None) -> None:
    vectors = [(turn, np.array(vector, np.float32)) for turn, vector in sent]
    assert likest(np.array([1, 0], np.float32), vectors) == found


def test_an_agent_turn_knows_the_likest_agent_turn_before_it(models: Models) -> None:
    told = annotated(models, AGENT, CUSTOMER, AGENT, Turn("bot", AGENT.text), Turn("agent", "Bye."))
    assert told[2].likest == Likeness(0, 1.0)
    assert [each.likest for each in (told[0], told[1], told[3])] == [None] * 3
    assert told[4].likest is not None
