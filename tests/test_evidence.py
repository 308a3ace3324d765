from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.evidence import (
    EVIDENCE_SENTENCES,
    LEFT_OUT,
    carrying_spans,
    remainder,
    sentence_spans,
)
from cs_qa.phrases.hits import Hit
from cs_qa.types import BANNED_LABELS, BannedLabel, Evidence

HELLO, RUDE, WORSE, BYE = "Hello there.", "Rude!", "Worse!", "Bye now."


class Scorer:
    """Scores a text by the words in it: the highest of `logits`, else -3. Keeps what it read."""

    def __init__(
        self,
        logits: Mapping[str, float] | None = None,
        *,
        label: BannedLabel = "hostile",
        of: Callable[[str], float] | None = None,
    ) -> None:
        known = logits or {}
        self._label = label
        self._of = of or (lambda text: max([known[each] for each in known if each in text] or [-3]))
        self.calls: list[Sequence[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[list[float]]:
        self.calls.append(texts)
        column = BANNED_LABELS.index(self._label)
        rows = [[-9.0] * len(BANNED_LABELS) for _ in texts]
        for row, text in zip(rows, texts, strict=True):
            row[column] = self._of(text)
        return rows


def hit(text: str, words: str, **about: Any) -> Hit:
    start = text.index(words)
    known = {"label": "hostile", "strength": "strong", "guard": None, "suspected": False, **about}
    return Hit(start=start, end=start + len(words), phrase=words, language="en", **known)


def shown(text: str, evidence: Evidence) -> str:
    return text[evidence.start : evidence.end]


@pytest.mark.parametrize(
    ("sentences", "logits", "expected"),
    [
        ([HELLO, RUDE, BYE], {"Rude": 2.0}, [RUDE]),
        ([RUDE, HELLO, BYE], {"Rude": 2.0}, [RUDE]),
        ([HELLO, RUDE, WORSE, BYE], {"Rude": 2.0, "Worse": 1.0}, [RUDE, WORSE]),
        ([HELLO, RUDE, WORSE, BYE], {"Rude": 2.0, "Worse": -1.0}, [RUDE]),
        ([HELLO, RUDE, WORSE, BYE], {"Rude": 2.0, "Worse": 0.0}, [RUDE]),
        ([RUDE, WORSE], {"Rude": 2.0, "Worse": 1.0}, [RUDE, WORSE]),
        ([HELLO, RUDE, BYE], {"Rude": -1.0}, [RUDE]),  # none carries it: the likeliest
        ([HELLO, BYE], {}, [HELLO]),  # nor is one likelier: the first
        ([RUDE, HELLO, WORSE], {"Rude": 1.0, "Worse": 2.0}, [WORSE]),  # apart: the stronger
        ([RUDE, HELLO, WORSE], {"Rude": 2.0, "Worse": 2.0}, [RUDE]),
        ([HELLO], {}, [HELLO]),
        (["看清楚。", "你有病吧？", "再见。"], {"有病": 2.0}, ["你有病吧？"]),
    ],
)
def test_sentences_that_carry_a_label_are_its_evidence(
    sentences: list[str], logits: dict[str, float], expected: list[str]
) -> None:
    text = f"  {' '.join(sentences)}\n"
    (evidence,) = carrying_spans(text, ["hostile"], score=Scorer(logits))
    assert shown(text, evidence) == " ".join(expected)
    assert evidence == Evidence("hostile", evidence.start, evidence.end)


def test_of_places_alike_alone_the_one_that_the_turn_needs_is_the_evidence() -> None:
    text = "You again. Hello there. You fool."
    needed = {"You again.": 2.0, "You fool.": 2.0, "Hello there. You fool.": 1.5}
    scorer = Scorer(of=lambda each: needed.get(each, -3.0))
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer)
    assert shown(text, evidence) == "You fool."
    assert scorer.calls == [
        ["You again.", "Hello there.", "You fool."],
        ["Hello there. You fool.", "You again. Hello there."],
    ]


@pytest.mark.parametrize(
    ("without_a", "expected"),
    [(-2.0, "Aa."), (0.9, "Bb.")],  # with the same sentences alone
)
def test_where_no_sentence_carries_a_label_alone_both_readings_count(
    without_a: float, expected: str
) -> None:
    logits = {"Aa.": -0.2, "Bb. Cc.": without_a, "Aa. Cc.": -2.1, "Aa. Bb.": 1.0}
    scorer = Scorer(of=lambda each: logits.get(each, -3.0))
    (evidence,) = carrying_spans("Aa. Bb. Cc.", ["hostile"], score=scorer)
    assert shown("Aa. Bb. Cc.", evidence) == expected


def test_a_place_that_is_plain_takes_no_second_reading() -> None:
    scorer = Scorer({"Rude": 2.0, "Worse": 2.0})
    carrying_spans(f"{HELLO} {RUDE} {WORSE} {BYE}", ["hostile"], score=scorer)
    assert scorer.calls == [[HELLO, RUDE, WORSE, BYE]]


@pytest.mark.parametrize(("logit", "expected"), [(-5_000.0, HELLO), (5_000.0, RUDE)])
def test_logits_may_be_of_any_size(logit: float, expected: str) -> None:
    text = f"{RUDE} {HELLO} {WORSE}"
    scorer = Scorer(of=lambda each: 0.0 if each == HELLO else logit)
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer)
    assert shown(text, evidence) == expected


def test_a_place_is_left_out_whole_and_so_is_what_is_spared() -> None:
    scorer = Scorer({"Rude": 1.0, "Worse": 2.0, "Bad": 3.0})
    text = f"{RUDE} {WORSE} {HELLO} Bad.\n> No."
    spared = [(text.index(">"), len(text))]
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer, spared=spared)
    assert shown(text, evidence) == "Bad."
    assert scorer.calls[1] == [f"{RUDE} {WORSE} {HELLO}", f"{HELLO} Bad."]


def test_labels_come_in_the_order_asked_and_share_the_reading() -> None:
    scorer = Scorer({"Rude": 2.0}, label="deflecting")
    labels: list[BannedLabel] = ["deflecting", "hostile", "accusatory"]
    text = f"{HELLO} {RUDE}"
    found = carrying_spans(text, labels, score=scorer, hits=[hit(text, "Hello")])
    assert [(each.label, shown(text, each), each.phrase) for each in found] == [
        ("deflecting", RUDE, None),
        ("hostile", HELLO, "Hello"),
        ("accusatory", HELLO, None),
    ]
    assert scorer.calls.count([HELLO, RUDE]) == 1


@pytest.mark.parametrize(
    ("text", "hits", "expected", "phrase"),
    [
        (f"{HELLO} You rude man! {BYE}", [("rude", {})], "You rude man!", "rude"),
        # Neighbours join, in whichever order they count; what stands apart does not.
        (f"{HELLO} {RUDE} {WORSE}", [("Rude", {}), ("Worse", {})], f"{RUDE} {WORSE}", "Rude"),
        (
            f"{HELLO} {RUDE} {WORSE}",
            [("Rude", {"strength": "weak"}), ("Worse", {})],
            f"{RUDE} {WORSE}",
            "Worse",
        ),
        (f"{RUDE} {HELLO} {WORSE}", [("Rude", {}), ("Worse", {})], RUDE, "Rude"),
        (
            f"{RUDE} {HELLO} {WORSE}",
            [("Rude", {"strength": "weak"}), ("Worse", {})],
            WORSE,
            "Worse",
        ),
        (f"{RUDE} {WORSE}", [("Rude", {}), ("Worse", {"guard": "quote"})], RUDE, "Rude"),
        (f"{RUDE} {WORSE}", [("Rude", {}), ("Worse", {"label": "deflecting"})], RUDE, "Rude"),
        # A phrase over the end of a sentence has both.
        (f"{HELLO} {RUDE} {WORSE} {BYE}", [("Rude! Wor", {})], f"{RUDE} {WORSE}", "Rude! Wor"),
    ],
)
def test_a_phrase_has_its_sentence_without_a_reading(
    text: str, hits: list[tuple[str, dict[str, Any]]], expected: str, phrase: str
) -> None:
    scorer = Scorer()
    found = [hit(text, words, **about) for words, about in hits]
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer, hits=found)
    assert (shown(text, evidence), evidence.phrase) == (expected, phrase)
    assert not evidence.is_disguised
    assert scorer.calls == []


@pytest.mark.parametrize(("plain", "disguised"), [(True, False), (False, True)])
def test_a_disguised_phrase_says_so_unless_a_plain_one_stands(plain: bool, disguised: bool) -> None:
    text = f"1d10t! {HELLO} {RUDE}"
    hits = [hit(text, "1d10t", suspected=True), *([hit(text, "Rude")] if plain else [])]
    (evidence,) = carrying_spans(text, ["hostile"], score=Scorer(), hits=hits)
    assert evidence.is_disguised == disguised
    assert shown(text, evidence) == (RUDE if plain else "1d10t!")


def test_a_voided_phrase_leaves_the_label_to_the_reading() -> None:
    text = f"{RUDE} {WORSE}"
    voided = hit(text, "Rude", guard="quote")
    (evidence,) = carrying_spans(text, ["hostile"], score=Scorer({"Worse": 2.0}), hits=[voided])
    assert evidence == Evidence("hostile", len(RUDE) + 1, len(text))


@pytest.mark.parametrize(
    ("text", "spared", "expected", "read"),
    [
        ("> Rude!\nHello there. Rude!", ["> Rude!\n"], RUDE, [HELLO, RUDE]),
        # Neighbours only where nothing spared stands between them.
        ("Rude!\n> Hello.\nWorse!", ["> Hello."], WORSE, [RUDE, WORSE]),
        ("Rude!\n\nWorse!", [], "Rude!\n\nWorse!", [RUDE, WORSE]),
        # A sentence that goes on beside exempt text is read without it, and shown whole.
        ("Dear sir, Rude! Hello there.", ["Dear sir"], "Dear sir, Rude!", [", Rude!", HELLO]),
        ("Worse! Dear sir! Hello there.", ["Dear sir"], WORSE, [WORSE, HELLO]),
        ("Hello there. Rude! Worse!", ["Hello there. Rude! Worse!"], f"{RUDE} {WORSE}", None),
        ("Hello there. Rude!", ["Hello there. "], RUDE, []),
    ],
)
def test_what_is_spared_is_not_read(
    text: str, spared: list[str], expected: str, read: list[str] | None
) -> None:
    cuts = [(text.index(each), text.index(each) + len(each)) for each in spared]
    scorer = Scorer({"Rude": 2.0, "Worse": 2.5, "Dear": 9.0})
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer, spared=cuts)
    assert shown(text, evidence) == expected
    assert [*scorer.calls, []][0] == (sentences(text) if read is None else read)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def test_signs_alone_may_be_evidence() -> None:
    text = "Hello there. ???"
    (evidence,) = carrying_spans(text, ["hostile"], score=Scorer({"???": 2.0}))
    assert shown(text, evidence) == "???"


def test_a_long_turn_takes_a_bounded_number_of_readings() -> None:
    text = f"{HELLO} {RUDE} " * EVIDENCE_SENTENCES + WORSE
    scorer = Scorer({"Rude": 1.0, "Worse": 9.0})
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer)
    assert evidence == Evidence("hostile", len(HELLO) + 1, len(HELLO) + 1 + len(RUDE))
    assert [len(texts) for texts in scorer.calls] == [EVIDENCE_SENTENCES, LEFT_OUT]


def test_the_likeliest_places_are_left_out_first() -> None:
    text = " ".join(f"Rude{i}! {HELLO}" for i in range(LEFT_OUT + 2))
    scorer = Scorer({f"Rude{i}": 1.0 + i for i in range(LEFT_OUT + 2)})
    (evidence,) = carrying_spans(text, ["hostile"], score=scorer)
    assert shown(text, evidence) == f"Rude{LEFT_OUT + 1}!"
    assert len(scorer.calls[1]) == LEFT_OUT
    assert all("Rude0!" in rest and "Rude1!" in rest for rest in scorer.calls[1])


@pytest.mark.parametrize(
    ("span", "cuts", "left"),
    [
        ((0, 23), [], "Hello. Not my job! Bye."),
        ((0, 23), [(7, 19)], "Hello. Bye."),
        ((0, 23), [(19, 23), (0, 7)], "Not my job!"),
        ((0, 23), [(0, 10), (7, 18)], "Bye."),
        ((7, 18), [(0, 11)], "my job!"),
        ((7, 18), [(0, 6), (19, 23)], "Not my job!"),
        ((0, 6), [(19, 23)], "Hello."),
        ((7, 18), [(0, 23)], ""),
    ],
)
def test_remainder(span: tuple[int, int], cuts: list[tuple[int, int]], left: str) -> None:
    assert remainder("Hello. Not my job! Bye.", span, cuts) == left


@given(
    st.lists(
        st.sampled_from([HELLO, RUDE, WORSE, "不。", "\n", " ", "…"]), min_size=1, max_size=12
    ),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=3),
)
def test_evidence_lies_within_the_turn(parts: list[str], cuts: list[tuple[int, int]]) -> None:
    text = "".join([*parts, "x"])
    spared = [(start, start + length) for start, length in cuts if start + length <= len(text)]
    found = carrying_spans(
        text, BANNED_LABELS, score=Scorer({"Rude": 2.0, "Worse": -1.0}), spared=spared
    )
    assert [each.label for each in found] == list(BANNED_LABELS)
    starts, ends = map(set, zip(*sentence_spans(text), strict=True))
    assert all(each.start in starts and each.end in ends for each in found)
