"""The inspector: order, nothing lost or doubled, failures as values, the same bytes always."""

from __future__ import annotations

import json
import pickle
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.arrow import rows_of, scorecard_to_json, transcript_batch
from cs_qa.batch import BATCH_SIZE, Inspector, batched, mask_transcript
from cs_qa.detectors import BUILT_IN
from cs_qa.errors import LexiconError, ModelError
from cs_qa.nn.registry import Models, Registry
from cs_qa.types import (
    CRITERIA,
    AnnotatedTranscript,
    Finding,
    Outcome,
    Scorecard,
    Span,
    Transcript,
    Turn,
)

NINE = datetime.fromisoformat("2026-11-16T09:00:00+01:00")


def chat(name: str, *texts: str, **about: Any) -> Transcript:
    roles: Any = ("customer", "agent")
    return Transcript(
        name, tuple(Turn(roles[i % 2], text) for i, text in enumerate(texts)), **about
    )


def names(cards: Sequence[Scorecard]) -> list[str]:
    return [card.transcript_id for card in cards]


@dataclass(frozen=True)
class Awkward:
    """A detector of another package: at the word "boom" it does what `fault` says."""

    fault: str = "raise"
    ref: str = "awkward@1"

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> Any:
        if self.fault == "lose":
            return [[] for each in batch if not self._is_hit(each)]
        if self.fault == "double":
            return [[] for each in batch for _ in range(1 + self._is_hit(each))]
        return [self._found(each) for each in batch]

    def _is_hit(self, annotated: AnnotatedTranscript) -> bool:
        return any("boom" in turn.text for turn in annotated.transcript.turns)

    def _found(self, annotated: AnnotatedTranscript) -> Any:
        if not self._is_hit(annotated):
            return []
        match self.fault:
            case "raise":
                raise RuntimeError("no model for this")
            case "late":
                return self._later()
            case "none":
                return None
            case _:
                return ["not a finding"]

    def _later(self) -> Iterator[Finding]:
        yield Finding("language", "x", Span(0, 0, 1), "b", 0.9, self.ref, "Why.")
        raise RuntimeError("half way")


# ------------------------------------------------------------------------- Nothing lost


@pytest.mark.parametrize("count", [0, 1, BATCH_SIZE, BATCH_SIZE + 1])
def test_there_is_one_card_a_transcript_in_order(inspector: Inspector, count: int) -> None:
    given_ = [chat(f"t{n}", "Hi", "Hello") for n in range(count)]
    assert names(list(inspector.inspect(given_))) == [each.id for each in given_]


def test_cards_come_before_all_transcripts_are_read(inspector: Inspector) -> None:
    read: list[int] = []

    def endless() -> Iterator[Transcript]:
        while True:
            read.append(len(read))
            yield chat(f"t{len(read)}", "Hi")

    assert next(inspector.inspect(endless())).transcript_id == "t1"
    assert len(read) == BATCH_SIZE


def test_equal_transcripts_are_neither_lost_nor_merged(inspector: Inspector) -> None:
    assert names(inspector.inspect_all([chat("t1", "Hi", "Hello")] * 3)) == ["t1"] * 3


@given(st.lists(st.integers()), st.integers(1, 9))
def test_batches_hold_every_item_in_order(items: list[int], size: int) -> None:
    batches = list(batched(iter(items), size))
    assert [item for batch in batches for item in batch] == items
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(0 < len(batch) <= size for batch in batches)


@pytest.mark.parametrize(
    "transcript",
    [
        Transcript("none", ()),
        Transcript("one", (Turn("customer", "Hi"),)),
        Transcript("agent", (Turn("agent", "Hi"),)),
        Transcript("blank", (Turn("customer", ""), Turn("agent", " \n"))),
        Transcript("system", (Turn("system", "Joined."), Turn("system", "Left."))),
        Transcript("bot", (Turn("bot", "I am a bot."),)),
        Transcript("naive", (Turn("customer", "Hi", datetime(2026, 1, 1)), Turn("agent", "Yo"))),
    ],
    ids=lambda transcript: transcript.id,
)
def test_short_conversations_are_judged(inspector: Inspector, transcript: Transcript) -> None:
    (card,) = inspector.inspect_all([transcript])
    assert not card.is_unscored
    assert card.annotated.transcript == transcript
    assert len(scorecard_to_json(card)["turns"]) == len(transcript.turns)
    assert card.total is None


def test_a_conversation_without_a_word_has_no_score(inspector: Inspector) -> None:
    (card,) = inspector.inspect_all([Transcript("t1", (Turn("system", "Joined."),))])
    assert {judgement.verdict for judgement in card.judgements} == {"not_applicable"}
    assert (card.qualitative, card.quantitative, card.grade) == (None, None, None)


def test_the_whole_way_from_text_to_grade(inspector: Inspector) -> None:
    turns = (
        Turn("customer", "I am negative.", NINE),
        Turn("agent", "That is deflecting.", NINE.replace(second=14)),
    )
    (card,) = inspector.inspect_all([Transcript("t1", turns, outcome=Outcome(csat=5.0))])
    assert [(each.label, each.text) for each in card.findings] == [
        ("deflecting", "That is deflecting.")
    ]
    assert {each.criterion: each.score for each in card.judgements} == {
        "sentiment": 40,
        "banned_phrases": 80,
        "repeated_scripts": None,
        "empathy": 0,
        "policy_accuracy": None,
        "language": 100,
        "politeness": 80,
    }
    assert card.qualitative == round((30 * 80 + 20 * 0 + 15 * 40 + 5 * 100 + 5 * 80) / 75, 2)
    assert card.quantitative == 100
    assert card.total == round(70 + 0.3 * card.qualitative, 2)
    assert card.grade == "pass"
    assert card.service is not None
    assert card.service.first_response_s == 14


def test_a_card_says_where_it_came_from(inspector: Inspector) -> None:
    (card,) = replace(inspector, redact=False).inspect_all([chat("t1", "Hi")])
    assert card.provenance.rubric == "default@1"
    assert card.provenance.models == {
        "encoder": "encoder@fake",
        "heads": "heads@fake",
        "ngrams": "ngrams@fake",
        "statements": "statements@fake",
        "lexicons": "",
    }
    assert card.provenance.detectors == tuple(make().ref for make in BUILT_IN.values())
    assert card.provenance.redacted is False


def test_findings_stand_in_the_order_of_the_conversation(inspector: Inspector) -> None:
    (card,) = inspector.inspect_all([chat("t1", "1", "hostile, deflecting", "2", "accusatory")])
    assert [(each.span.turn, each.label) for each in card.findings] == [
        (1, "deflecting"),
        (1, "hostile"),
        (3, "accusatory"),
    ]


# ------------------------------------------------------------------- Failures are values


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("raise", "awkward@1: RuntimeError: no model for this"),
        ("late", "awkward@1: RuntimeError: half way"),
        ("none", "awkward@1: TypeError: 'NoneType' object is not iterable"),
        ("garbage", "awkward@1: AttributeError: 'str' object has no attribute 'span'"),
        ("lose", "awkward@1: ValueError: 0 results for 1 transcripts"),
        ("double", "awkward@1: ValueError: 2 results for 1 transcripts"),
    ],
)
def test_a_detector_that_fails_on_one_transcript_spoils_only_that_one(
    inspector: Inspector, fault: str, reason: str
) -> None:
    given_ = [chat(f"t{n}", "Hi", "boom hostile" if n == 2 else "hostile") for n in range(5)]
    awkward = replace(inspector, detectors=(*inspector.detectors, Awkward(fault)))
    cards = awkward.inspect_all(given_)
    assert names(cards) == ["t0", "t1", "t2", "t3", "t4"]
    assert [card.is_unscored for card in cards] == [False, False, True, False, False]
    spoilt = cards[2]
    assert {(each.verdict, each.reason) for each in spoilt.judgements} == {("unscored", reason)}
    assert [finding.label for finding in spoilt.findings] == ["hostile"]
    assert spoilt.total is None
    for card, sound in zip(cards, inspector.inspect_all(given_), strict=True):
        if card is not spoilt:
            assert card.judgements == sound.judgements


def test_the_reasons_of_several_failing_detectors_are_all_told(inspector: Inspector) -> None:
    detectors = (Awkward(), Awkward("none", ref="other@1"))
    (card,) = replace(inspector, detectors=detectors).inspect_all([chat("t1", "boom")])
    (reason,) = {judgement.reason for judgement in card.judgements}
    assert reason.startswith("awkward@1: RuntimeError: no model for this; other@1: TypeError")


def test_a_transcript_that_cannot_be_annotated_is_unscored(
    inspector: Inspector, fake_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = fake_models.heads.score

    def fails(turn: Any, before: Any, ngrams: Any) -> Any:
        if turn == "boom":
            raise ArithmeticError("too hot")
        return score(turn, before, ngrams)

    monkeypatch.setattr(fake_models.heads, "score", fails)
    cards = inspector.inspect_all([chat("t1", "Hi"), chat("t2", "boom", language="fr"), chat("t3")])
    assert [card.is_unscored for card in cards] == [False, True, False]
    assert cards[1].judgement("sentiment").reason == "ArithmeticError: too hot"
    assert cards[1].annotated.language == "fr"
    assert [turn["text"] for turn in scorecard_to_json(cards[1])["turns"]] == ["boom"]


def test_a_transcript_that_cannot_be_masked_has_its_texts_withheld(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(texts: Sequence[str], *, market: str | None, language: str) -> list[str]:
        if "secret" in texts[0]:
            raise RuntimeError(f"cannot mask {texts[0]}")
        return list(texts)

    monkeypatch.setattr("cs_qa.batch.redact_conversation", fails)
    outcome = Outcome(csat=5.0, contact_reason="a secret reason")
    given_ = [chat("t1", "Hi"), chat("t2", "my secret", "ok", outcome=outcome), chat("t3", "Ho")]
    cards = inspector.inspect_all(given_)
    assert names(cards) == ["t1", "t2", "t3"]
    assert [card.is_unscored for card in cards] == [False, True, False]
    row = scorecard_to_json(cards[1])
    assert "secret" not in json.dumps(row)
    assert [turn["role"] for turn in row["turns"]] == ["customer", "agent"]
    assert row["judgements"][0]["reason"] == (
        "Personal data could not be masked (RuntimeError); the texts are withheld."
    )
    assert row["quantitative"] == 100


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        ({"role": "Agent"}, "Turn 1 has the role 'Agent'. Possible: customer, agent, bot, system."),
        ({"role": None}, "Turn 1 has the role None. Possible: customer, agent, bot, system."),
        ({"text": None}, 'Turn 1 has no text; an empty one is written "".'),
    ],
)
@pytest.mark.parametrize("redact", [True, False])
def test_a_turn_that_is_none_makes_its_transcript_unscored(
    inspector: Inspector, turn: dict[str, Any], reason: str, redact: bool
) -> None:
    broken = chat("t1", "Hi", "Hello")
    broken = replace(broken, turns=(broken.turns[0], replace(broken.turns[1], **turn)))
    cards = replace(inspector, redact=redact).inspect_all([broken, chat("t2", "Hi")])
    assert [card.is_unscored for card in cards] == [True, False]
    assert cards[0].judgement("language").reason == reason


@pytest.mark.parametrize("error", [ModelError("no heads"), LexiconError("not TOML")])
def test_what_fails_for_every_transcript_is_raised(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr("cs_qa.batch.annotate", fails)
    with pytest.raises(type(error), match=str(error)):
        inspector.inspect_all([chat("t1", "Hi")])


# -------------------------------------------------------------------------- One text


def test_personal_data_is_masked_before_anything_else_sees_the_text(
    inspector: Inspector, fake_models: Models
) -> None:
    outcome = Outcome(contact_reason="asked by ana@example.com")
    told = chat("t1", "I am ana@example.com", "hostile ana@example.com", outcome=outcome)
    (card,) = inspector.inspect_all([told])
    assert "ana@example.com" not in json.dumps(scorecard_to_json(card))
    encoder: Any = fake_models.encoder
    assert not any("ana@" in text for text in encoder.encoded)
    (finding,) = card.findings
    text = card.annotated.transcript.turns[1].text
    assert finding.text == text[finding.span.start : finding.span.end]
    masked = card.annotated.transcript.outcome
    assert masked is not None
    assert masked.contact_reason == f"asked by {text.removeprefix('hostile ')}"


def test_without_masking_the_text_stays(inspector: Inspector) -> None:
    told = chat("t1", "I am ana@example.com")
    (card,) = replace(inspector, redact=False).inspect_all([told])
    assert card.annotated.transcript == told


@pytest.mark.parametrize("outcome", [None, Outcome(), Outcome(contact_reason="")])
def test_masking_leaves_a_missing_contact_reason(outcome: Outcome | None) -> None:
    assert mask_transcript(chat("t1", "Hi", outcome=outcome)).outcome == outcome


@pytest.mark.parametrize("redact", [True, False])
def test_lone_surrogates_and_nul_become_replacement_characters(
    inspector: Inspector, redact: bool
) -> None:
    told = chat("t1", "Hi \ud83d", "hostile\udfff \x00!")
    (card,) = replace(inspector, redact=redact).inspect_all([told])
    assert not card.is_unscored
    (finding,) = card.findings
    assert finding.text == "hostile\ufffd \ufffd!"
    json.dumps(scorecard_to_json(card), ensure_ascii=False).encode()


def test_the_real_models_read_lone_surrogates(models: Models) -> None:
    (card,) = Inspector().inspect_all([chat("t1", "Hi \ud83d", "Hello \udfff!")])
    assert not card.is_unscored


# --------------------------------------------------------------------- Frames and Arrow


def test_record_batches_in_and_out(inspector: Inspector) -> None:
    given_ = [chat(f"t{n}", "Hi", "hostile") for n in range(5)]
    batches = [transcript_batch(given_[:3]), transcript_batch([]), transcript_batch(given_[3:])]
    out = list(inspector.inspect_batches(batches))
    assert [batch.num_rows for batch in out] == [3, 0, 2]
    rows = [row for batch in out for row in rows_of(batch)]
    assert rows == [scorecard_to_json(card) for card in inspector.inspect(given_)]


def test_a_broken_row_of_a_batch_is_unscored(inspector: Inspector) -> None:
    batch = transcript_batch([chat("t1", "Hi"), chat("t2", "Hi")])
    turns = [[{"role": None, "text": None, "at": "soon"}], None]
    column = batch.schema.get_field_index("turns")
    import pyarrow as pa

    broken = batch.set_column(column, "turns", pa.array(turns, batch.schema.field("turns").type))
    (out,) = inspector.inspect_batches([broken])
    rows = rows_of(out)
    assert [row["transcript_id"] for row in rows] == ["t1", "t2"]
    assert {each["verdict"] for each in rows[0]["judgements"]} == {"unscored"}
    assert {each["verdict"] for each in rows[1]["judgements"]} == {"not_applicable"}


# ------------------------------------------------------------------------- To workers


def test_an_inspector_pickles_with_its_options() -> None:
    made = replace(Inspector.default(), redact=False)
    assert pickle.loads(pickle.dumps(made)) == made
    assert made != Inspector()


# ------------------------------------------------------------------------- Same bytes


def fresh(monkeypatch: pytest.MonkeyPatch, threads: int) -> Models:
    """Models of their own, whose encoder remembers nothing yet."""
    made = Registry.shipped().load(threads=threads)
    monkeypatch.setattr("cs_qa.nn.registry.load_models", lambda: made)
    return made


def cards_as_bytes(transcripts: Sequence[Transcript], size: int) -> bytes:
    inspector = Inspector()
    cards = [card for batch in batched(transcripts, size) for card in inspector.inspect_all(batch)]
    return json.dumps([scorecard_to_json(card) for card in cards]).encode()


@pytest.fixture(scope="session")
def expected(models: Models, week: list[Transcript]) -> bytes:
    return cards_as_bytes(week, 64)


@pytest.mark.parametrize(("size", "threads"), [(1, 1), (7, 2), (64, 1)])
def test_batch_size_and_threads_change_no_byte(
    monkeypatch: pytest.MonkeyPatch,
    week: list[Transcript],
    expected: bytes,
    size: int,
    threads: int,
) -> None:
    fresh(monkeypatch, threads)
    assert cards_as_bytes(week, size) == expected


def test_order_and_neighbours_change_no_card(
    monkeypatch: pytest.MonkeyPatch, week: list[Transcript], expected: bytes
) -> None:
    fresh(monkeypatch, 2)
    rows = json.loads(cards_as_bytes(week[::-1], 4))
    assert rows[::-1] == json.loads(expected)


def test_nothing_is_asked_of_the_network(
    monkeypatch: pytest.MonkeyPatch, week: list[Transcript], expected: bytes
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("the network was asked")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    fresh(monkeypatch, 2)
    assert json.loads(cards_as_bytes(week[:2], 2)) == json.loads(expected)[:2]


def test_a_card_holds_every_criterion_and_every_turn(
    week: list[Transcript], expected: bytes
) -> None:
    for transcript, row in zip(week, json.loads(expected), strict=True):
        assert tuple(each["criterion"] for each in row["judgements"]) == CRITERIA
        assert [turn["role"] for turn in row["turns"]] == [t.role for t in transcript.turns]
        asked = False
        for turn in row["turns"]:
            expects = asked and turn["role"] == "agent" and bool(turn["text"].strip())
            assert (turn["empathy"] is not None) == expects
            asked = asked or turn["role"] == "customer"
        for finding in (each for judged in row["judgements"] for each in judged["findings"]):
            text = row["turns"][finding["turn"]]["text"]
            assert finding["text"] == text[finding["start"] : finding["end"]]
