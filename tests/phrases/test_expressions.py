import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.phrases.expressions import MAX_CHARACTERS, Expression
from cs_qa.text.normalise import normalise

FOLD = str.maketrans({"é": "e", "è": "e", "？": "?"})


@pytest.mark.parametrize(
    ("pattern", "text", "covered"),
    [
        ("colou?r", "Which COLOR or colour", ["color", "colour"]),
        ("不(知|晓)道", "我不知道，她不晓得", ["不知道"]),
        (" +job ?", "my  job now", ["job"]),
        (" |now", "a b now", ["now"]),
        # letters are folded as the text is, signs are not made operators by it
        ("très|Ｊob", "tres job", ["tres", "job"]),
        ("什么？", "什么？", ["什么?"]),
        ("[éè]t[é]", "ete", ["ete"]),
        ("stra(ß)*e", "Straße", ["strasse"]),
        ("[а-я]+", "да", ["да"]),
        ("[ß]", "ß", []),
    ],
)
def test_patterns_are_found_in_folded_text(pattern: str, text: str, covered: list[str]) -> None:
    folded = normalise(text).text.translate(FOLD)
    spans = Expression.parse(pattern, FOLD).spans(folded)
    assert [folded[start:end] for start, end in spans] == covered


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a(?=b)", "no look-ahead or look-behind; put what must not"),
        ("(?<!a)b", "no look-ahead or look-behind"),
        (r"(a)\1", "no back-references"),
        ("(?P=a)", "no back-references"),
        ("a*+", "no possessive or atomic groups"),
        ("(?>a)", "no possessive or atomic groups"),
        ("a{2000}", "at most 1000 repetitions"),
        ("(x{1000}y{1000}z)[a-zé一-龥]{999}" * 5, "too much memory"),
        ("[", "https://github.com/google/re2/wiki/Syntax"),
        ("a*", "matches the empty text"),
        ("a" * (MAX_CHARACTERS + 1), "more than 1000: split it"),
        (r"\bдурак", "know only ASCII letters"),
    ],
)
def test_what_re2_does_not_know_is_explained(pattern: str, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)) as told:
        Expression.parse(pattern, {})
    assert repr(pattern)[:5] in str(told.value)


def test_a_pattern_that_backtracks_elsewhere_is_linear() -> None:
    assert Expression.parse("(a+)+x", {}).spans("a" * 100_000) == []


@given(st.text(alphabet="abéß不？ \u0301", max_size=30))
def test_spans_stand_in_the_text(text: str) -> None:
    folded = normalise(text).text
    for start, end in Expression.parse("[aé]b?| +[不ß]", {}).spans(folded):
        assert 0 <= start < end <= len(folded)
        assert folded[start:end].strip() == folded[start:end]
