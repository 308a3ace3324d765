import pytest

from cs_qa.phrases.expressions import Expression
from cs_qa.phrases.patterns import Pattern
from cs_qa.phrases.table import Match, Table


def table(phrases: list[str], expressions: list[str]) -> Table[str]:
    return Table(
        [(phrase, Pattern.parse(phrase, {})) for phrase in phrases],
        [(each, Expression.parse(each, {})) for each in expressions],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nothing", set()),
        ("go away", {("go away", 0, 7, False), ("go (far |)* away", 0, 7, True)}),
        ("go go away", {("go away", 3, 10, False), ("go (far |)* away", 0, 10, True)}),
        ("get it now", {("g[eo]t it", 0, 6, False)}),
        ("see you there", {("(see|hear) you|you there", 0, 7, False)}),
    ],
)
def test_entries_are_found_where_they_stand(
    text: str, expected: set[tuple[str, int, int, bool]]
) -> None:
    found = table(["go away", "go (far |)* away"], ["g[eo]t it", "(see|hear) you|you there"])
    matches = found.matches(text)
    assert {(m.entry, m.start, m.end, m.has_gap) for m in matches} >= expected
    assert {m.entry for m in matches} == {entry for entry, *_ in expected}


def test_an_entry_stands_once_and_without_a_gap_if_it_can() -> None:
    found = table(["*(you * know|you know)"], [])
    assert list(found.matches("do you x know")) == [Match("*(you * know|you know)", 3, 13, True)]


def test_a_wrong_anchor_does_not_hide_the_right_one_before_it() -> None:
    found = table(["(send|give) * (once more|ce)"], [])
    assert [m[1:3] for m in found.matches("send it once more")] == [(0, 17)]


def test_patterns_that_are_too_large_together_are_tried_one_by_one() -> None:
    large = [f"(?:[a-z]b|[0-9]é){{450}}{number}" for number in range(60)]
    assert [m.entry for m in table([], [*large, "no+"]).matches("nooo")] == ["no+"]
    assert not table([], [*large, "no+"]).matches("yes")
