from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.ui.highlight import Finding, highlight


def found(start: int, end: int, label: str = "hostile") -> Finding:
    return {"label": label, "start": start, "end": end}


def marked(html: str) -> str:
    """The HTML with each mark as [k:...] and without tags, for reading."""
    html = re.sub(r'<span class="cq-tag[^>]*>[^<]*</span>', "", html)
    html = re.sub(r'<mark class="cq-(.)[^>]*>', r"[\1:", html).replace("</mark>", "]")
    return unescape(html)


@pytest.mark.parametrize(
    ("text", "findings", "expected"),
    [
        ("abcdef", [], "abcdef"),
        ("abcdef", [found(1, 3)], "a[h:bc]def"),
        ("abcdef", [found(0, 6)], "[h:abcdef]"),
        ("😡😡go away", [found(2, 4)], "😡😡[h:go] away"),
        ("👩‍👩‍👧 x", [found(0, 5)], "[h:👩‍👩‍👧] x"),
        ("abcdef", [found(0, 2), found(4, 6, "rhetorical")], "[h:ab]cd[r:ef]"),
        ("abcdef", [found(0, 2), found(2, 4, "rhetorical")], "[h:ab][r:cd]ef"),
        ("abcdef", [found(0, 4), found(2, 6, "rhetorical")], "[h:ab][h:[r:cd]][r:ef]"),
        ("abcdef", [found(0, 6), found(2, 4, "rhetorical")], "[h:ab][h:[r:cd]][h:ef]"),
        ("abcdef", [found(1, 3), found(1, 3, "rhetorical")], "a[h:[r:bc]]def"),
        ("abc", [found(2, 99)], "ab[h:c]"),
        ("abc", [found(-5, 1)], "[h:a]bc"),
        ("abc", [found(1, 1), found(9, 12), found(2, 1)], "abc"),
        ("", [found(0, 1)], ""),
    ],
)
def test_marks(text: str, findings: list[Finding], expected: str) -> None:
    assert marked(highlight(text, findings)) == expected


def test_each_finding_has_its_label_once_at_its_end() -> None:
    html = highlight("abcdef", [found(0, 4), found(2, 6, "repeat_request")])
    assert html.count("Hostile") == html.count("Repeat request") == 1
    assert html.index("Hostile") < html.index("ef") < html.index("Repeat request")


def test_text_and_label_are_escaped() -> None:
    html = highlight("<b>&\"'", [found(0, 3, "<i>")])
    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;" in html


@given(
    st.text(max_size=30),
    st.lists(
        st.tuples(st.integers(-3, 35), st.integers(-3, 35), st.sampled_from(["hostile", "<x>"])),
        max_size=6,
    ),
)
def test_no_letter_is_lost_and_every_mark_closes(
    text: str, spans: list[tuple[int, int, str]]
) -> None:
    html = highlight(text, [found(*span) for span in spans])
    bare = re.sub(r'<span class="cq-tag[^>]*>[^<]*</span>|</?mark[^>]*>', "", html)
    assert _unescape(bare) == text
    assert html.count("<mark") == html.count("</mark>")


def _unescape(html: str) -> str:
    """Undo `html.escape` alone: `unescape` would also rewrite what the text says of itself."""
    for entity, letter in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")]:
        html = html.replace(entity, letter)
    return html.replace("&amp;", "&")
