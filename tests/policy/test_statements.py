"""Which stretches of a turn state a rule; the heads answer by what is put in their mouths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from policy.making import clause, reading

from cs_qa.nn.encoder import WIDTH, TextVectors
from cs_qa.nn.registry import Models
from cs_qa.nn.statements import Features, Reading
from cs_qa.policy.cues import NAMES, TURNED
from cs_qa.policy.statements import (
    KINDS,
    Exchange,
    clause_vectors,
    clauses_of,
    cues_beside,
    read_statements,
    sentence_features,
)
from cs_qa.policy.values import read_values

ZERO = np.zeros(WIDTH, np.float32)


class Encoder:
    """A vector says which text it is of, by its place among those that were encoded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        found = {}
        for text in texts:
            self.texts.append(text)
            vector = np.zeros(WIDTH, np.float32)
            vector[0], vector[1] = 1, 1e-4 * len(self.texts)
            found[text] = TextVectors(vector, vector)
        return found


class Heads:
    """What is claimed hangs on the words of a text; "quiet" turns state nothing at all."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.read_texts: list[str] = []

    def _text(self, row: Features) -> str:
        return self._encoder.texts[round(float(row[1] / row[0]) * 1e4) - 1]

    def claims(self, rows: Sequence[Features]) -> NDArray[np.float64]:
        return np.array([0.02 if "quiet" in self._text(row) else 0.5 for row in rows])

    def read(self, row: Features) -> Reading:
        text = self._text(row)
        self.read_texts.append(text)
        claim = 0.95 if "rule" in text else 0.5 if "maybe" in text else 0.2
        return reading(claim=claim, payer="seller" if "pay" in text else None)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[list[str]]]:
    """Read exchanges of (turn, questions); give the texts of the statements."""

    def said(*exchanges: tuple[str, Sequence[str]]) -> list[list[str]]:
        encoder = Encoder()
        heads: Any = Heads(encoder)
        models = Models(encoder, None, heads, {})  # type: ignore[arg-type]
        monkeypatch.setattr("cs_qa.nn.registry.load_models", lambda: models)
        given = [Exchange(1, text, "en", tuple(asked)) for text, asked in exchanges]
        found = read_statements(given)
        for each, statements in zip(given, found, strict=True):
            for one in statements:
                assert one.text == each.text[one.start : one.end]
                assert all(one.start <= v.start < v.end <= one.end for v in one.values)
        return [[one.text for one in statements] for statements in found]

    return said


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("This is the rule. And some chat.", ["This is the rule."]),
        ("That is maybe so.", ["That is maybe so."]),
        ("Just some chat.", []),
        ("Do you know the rule? It is the rule.", ["It is the rule."]),
        ("这是 rule 吗？", []),
        ("A quiet turn with a rule.", []),
        ("", []),
        ("> That was the rule.\nSo it was.", []),
        # Each clause that says something by itself.
        ("The rule is 30 days, the rule is that we pay.",
         ["The rule is 30 days", "the rule is that we pay."]),
        ("The rule is 30 days, as we said.", ["The rule is 30 days, as we said."]),
        ("The rule is 30 days, by a rule of old.", ["The rule is 30 days, by a rule of old."]),
        ("The rule is 30 days, maybe 10 percent.", ["The rule is 30 days, maybe 10 percent."]),
    ],
)  # fmt: skip
def test_what_is_stated(
    said: Callable[..., list[list[str]]], text: str, statements: list[str]
) -> None:
    assert said((text, ["Well?"])) == [statements]
    assert said((text, [])) == [statements]


def test_no_exchange_changes_another(said: Callable[..., list[list[str]]]) -> None:
    assert said() == []
    one, other = ("The rule. Chat.", ["Why?"]), ("Chat only.", [" "])
    assert said(one, other) == [*said(one), *said(other)] == [["The rule."], []]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("one two, three four", ["one two", "three four"]),
        ("one two - three four", ["one two", "three four"]),
        ("退货三十天内，运费我们出", ["退货三十天内", "运费我们出"]),
        ("one two, a, three four", ["one two, a", "three four"]),
        ("it is $1,000 in all", []),
        ("well-made things", []),
        ("one, one, one more", ["one, one", "one more"]),
    ],
)
def test_clauses_of_a_sentence(text: str, parts: list[str]) -> None:
    within = f"Hi. {text}"
    found = clauses_of(within, (4, len(within)))
    assert [within[start:end] for start, end in found] == parts


def test_words_within_a_value_are_no_cues() -> None:
    text = "It takes 3 business days, in cash."
    values = read_values(f"Hi. {text}", "en")
    assert "fact.cash" in cues_beside(text, values, "en", 4)
    cash = read_values("$5 cash", "en")
    assert cues_beside("", cash, "en") == frozenset()


def test_features_are_vectors_cues_and_kinds() -> None:
    values = read_values("3 business days and 5%", "en")
    row = sentence_features(
        ZERO, ZERO, ZERO, values=values, cues=frozenset({"payer.buyer"}), asked_cues=frozenset()
    )
    flags = len(NAMES) + len(TURNED)
    assert row.shape == (3 * WIDTH + 2 * flags + len(KINDS),)
    assert row[: 3 * WIDTH].any() is np.False_
    assert row[3 * WIDTH :][NAMES.index("payer.buyer")] == 1
    assert not row[3 * WIDTH + flags : 3 * WIDTH + 2 * flags].any()
    kinds = dict(zip(KINDS, row[-len(KINDS) :].tolist(), strict=True))
    assert {kind for kind, there in kinds.items() if there} == {
        "duration", "business_day", "percent",
    }  # fmt: skip


def test_vectors_of_clauses_are_of_the_text_in_the_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoder = Encoder()
    models = Models(encoder, None, None, {})  # type: ignore[arg-type]
    monkeypatch.setattr("cs_qa.nn.registry.load_models", lambda: models)
    one = clause(id="one")
    bare = type(one)("bare", "returns", {}, (), ())
    both = type(one)("both", "returns", {"en": "Two.", "de": "Zwei."}, (), ())
    assert set(clause_vectors([one, both, bare], "de")) == {"one", "both"}
    assert encoder.texts == ["Text.", "Zwei."]
