"""What is quoted is not the writer's; what merely looks like it stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text.quoted import own_spans, quoted_spans


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Thank you.\n-----Original Message-----\nFrom: Ann\nYou idiots", ["Thank you.\n"]),
        ("On its way!\n\nOn Tue, 3 Nov 2026 Jane wrote:\nWhy?", ["On its way!\n\n"]),
        ("Gern.\nAm Di., 3. Nov. schrieb Jane:\nWarum?", ["Gern.\n"]),
        ("好的。\n2026年11月3日 王女士写道：\n你们怎么回事", ["好的。\n"]),
        ("Sorry.\n> Why so late?\nSoon.", ["Sorry.\n", "\nSoon."]),
        ("Jane wrote:\n> Why?\nBecause it snowed.", ["\nBecause it snowed."]),
    ],
)
def test_quoted_mail_is_left_out(text: str, own: list[str]) -> None:
    assert [text[a:b] for a, b in own_spans(text) if text[a:b].strip()] == own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You wrote that it was late, and it was.",
        "Your order > 50 EUR ships free.",
        "-- \nAnn",
        "> all of it quoted",
        "As you wrote: the box was open. I am sorry.",
        "As you wrote in your mail:\nthe box was open. I am sorry.",
    ],
)
def test_the_rest_is_the_writers_own(text: str) -> None:
    assert "".join(text[a:b] for a, b in own_spans(text)) == text


@given(st.text(alphabet=st.sampled_from("ab >\n:wrote-"), max_size=80))
def test_spans_are_ordered_inside_and_never_all_blank(text: str) -> None:
    spans = own_spans(text)
    flat = [edge for span in spans for edge in span]
    assert flat == sorted(flat)
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    assert (
        "".join(text[a:b] for a, b in spans).strip()
        or not text.strip()
        or spans == [(0, len(text))]
    )


@given(st.text("> \nab", max_size=30))
def test_quoted_and_own_spans_cover_a_text_once(text: str) -> None:
    spans = sorted([*own_spans(text), *quoted_spans(text)])
    assert "".join(text[start:end] for start, end in spans) == text
