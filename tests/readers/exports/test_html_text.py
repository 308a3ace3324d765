"""HTML of messages: lines, entities, quotes; nothing hangs."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.readers.exports.html_text import html_text
from cs_qa.text.quoted import own_words


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain", "plain"),
        ("two\nlines &amp; 1 < 2 <3", "two\nlines & 1 < 2 <3"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<div><div>one</div></div>two", "one\ntwo"),
        ("a<br>b<br/><br><br>c", "a\nb\n\nc"),
        ("<p>\n  folded \t blanks&nbsp;here </p>", "folded blanks here"),
        ("<b>bo</b>ld <i>it</i>", "bold it"),
        ('see <a href="https://x.example">the page</a>', "see the page"),
        ('ok <img src="x" alt="👍"> <img src="y">', "ok 👍"),
        ('<img alt=":)" src="data:a>b">', ":)"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b\nc"),
        ("<pre>a\n  b\n</pre>c", "a\nb\nc"),
        ("<style>p {color: red}</style><script>if (a<b) x('</p>')</script><p>said</p>", "said"),
        ("<head><title>t</title></head><body>said</body>", "said"),
        ("<!-- hidden --><!DOCTYPE html><?xml version='1'?><p>said</p>", "said"),
        ("<!--[if mso]><p>no</p><![endif]--><p>said</p>", "said"),
        ("&lt;b&gt; &#20320;&#x597d; &euro;<br>", "<b> 你好 €"),
        ("<p>مرحبا<br>שלום</p>", "مرحبا\nשלום"),
        ("</b></p>loose</div>", "loose"),
        ("<p>open <b>tag", "open tag"),
        ("a <unknown:tag x=1>b</unknown:tag>", "a b"),
        ("if a <b and c", "if a <b and c"),
        ("<p>a <b c</p>", "a <b c"),
        ("", ""),
        ("<p></p>", ""),
        ("<!-- never closed <p>x</p>", "<!-- never closed <p>x</p>"),
    ],
)
def test_text(markup: str, text: str) -> None:
    assert html_text(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<p>Sorry!</p><blockquote>Why?<br>Tell me.</blockquote>",
        '<p>Sorry!</p><div class="x gmail_quote">Why?<br>Tell me.</div>',
        '<p>Sorry!</p><div CLASS="yahoo_quoted"><p>Why?</p><p>Tell me.</p></div>',
    ],
)
def test_quoted_mail_stays_recognisable(markup: str) -> None:
    assert html_text(markup) == "Sorry!\n> Why?\n> Tell me."
    assert own_words(html_text(markup)).strip() == "Sorry!"


def test_quotes_within_quotes_and_words_after_them() -> None:
    markup = "<blockquote>a<blockquote>b</blockquote></blockquote>c"
    assert html_text(markup) == "> a\n> > b\nc"
    assert html_text("<blockquote><p>a</blockquote>b") == "> a\nb"
    assert html_text("<blockquote>" * 5000 + "a") == "> " * 9 + "a"


HOSTILE = [
    "<a ", "<!--", "<div>", "<p x='", '<p x="', "<", "<p><", "<?", "</", "<!", "<![", "&#", "&",
    "<p a = ", "<blockquote>x", "<pre>\n",
]  # fmt: skip


def _seconds(piece: str, length: int) -> float:
    markup = "<p>" + piece * (length // len(piece))
    started = time.process_time()
    html_text(markup)
    return time.process_time() - started


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_markup_takes_time_in_proportion(piece: str) -> None:
    short = min(_seconds(piece, 6_000) for _ in range(3))
    # Eight times as long: 8 times the time where it is in proportion, 64 where it is squared.
    assert _seconds(piece, 48_000) < 24 * short + 0.05


@given(st.text(st.sampled_from("<>/!-?&;\"'=ab \npre")))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(html_text(text), str)


@given(st.lists(st.text("abc é你 ", min_size=1), min_size=1))
def test_paragraphs_are_lines(lines: list[str]) -> None:
    markup = "".join(f"<p>{line}</p>" for line in lines)
    kept = [" ".join(line.split()) for line in lines]
    assert html_text(markup) == "\n".join(line for line in kept if line)
