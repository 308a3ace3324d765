from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text import Normalised
from cs_qa.text.rewriting import alternatives, renormalised, rewritten, substituted


def plain(text: str) -> Normalised:
    return Normalised(text, range(len(text) + 1))


def test_edits_keep_the_way_back() -> None:
    edited = rewritten(plain("n.o.t my"), [(1, 2, ""), (3, 4, ""), (6, 8, "your")])
    assert edited == Normalised("not your", (0, 2, 4, 5, 6, 6, 6, 6, 8))
    assert edited.span(0, 3) == (0, 5)


def test_a_replacement_of_the_same_length_is_letter_by_letter() -> None:
    assert rewritten(plain("a1b"), [(1, 2, "i")]).offsets == (0, 1, 2, 3)


def test_what_is_dropped_in_front_belongs_to_the_first() -> None:
    assert rewritten(plain("..ab"), [(0, 2, "")]) == Normalised("ab", (0, 3, 4))
    assert rewritten(plain(".."), [(0, 2, "")]) == Normalised("", (0,))


def test_a_text_without_a_match_is_the_same_object() -> None:
    draft = plain("abc")
    assert substituted(draft, re.compile("x"), lambda _: "y") is draft


def test_alternatives_are_combined() -> None:
    found = alternatives(plain("a1b1"), [(1, 2, ("i", "l")), (3, 4, ("i", "l"))], limit=8)
    assert [reading.text for reading in found] == ["aibi", "aibl", "albi", "albl"]


def test_of_too_many_alternatives_equal_ones_go_together() -> None:
    places = [(i, i + 1, ("i", "l") if i else ("x",)) for i in range(6)]
    found = alternatives(plain("111111"), places, limit=8)
    assert [reading.text for reading in found] == ["xiiiii", "xlllll"]
    assert alternatives(plain("111"), [], limit=8) == []


def test_a_draft_is_folded_with_its_offsets() -> None:
    draft = Normalised("N\u200bO", (0, 5, 6, 9))
    assert renormalised(draft) == Normalised("no", (0, 6, 9))


@given(st.text("aB. \u200b!é"), st.data())
def test_offsets_rise_whatever_the_edits(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [(start, end, data.draw(st.text("xy", max_size=3))) for start, end in spans]
    for reading in (edited := rewritten(plain(text), edits), renormalised(edited)):
        offsets = list(reading.offsets)
        assert len(offsets) == len(reading.text) + 1
        assert offsets == sorted(offsets)
        assert offsets[0] == 0
