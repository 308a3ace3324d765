"""HTML of a message -> its text, with the lines and quotes that people see.

The standard library's parser takes minutes over a hostile message of 1 MB and raises on some; mails
need only tags, text and two attributes, so a scanner that is linear in the text does here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["html_text"]

_MAX_BROKEN_TAGS = 100
_MAX_QUOTE_DEPTH = 9
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]{0,40})(?P<rest>(?:[^<>"']|"[^"]*"|'[^']*')*)>"""
)
_LOOSE_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]{0,40})(?P<rest>[^<>]*)>")
_DECLARATION = re.compile(r"<[!?/][^<>]*>")
_ATTRIBUTE = re.compile(
    r"""\s(?P<name>class|alt)\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_HIDDEN = frozenset({"head", "script", "style", "template", "title"})
_WORD = re.compile(r"\w+")
_BLOCKS = frozenset(
    _WORD.findall(
        """address article aside blockquote body caption center dd details div dl dt fieldset
        figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section
        summary table tbody tfoot thead tr ul"""
    )
)
_VOID = frozenset(_WORD.findall("area base br col embed hr img input link meta source track wbr"))
_QUOTES = frozenset({"gmail_quote", "protonmail_quote", "yahoo_quoted"})
_BLANKS = re.compile(r"[ \t\n\r\f\v\u00a0]+")


def html_text(markup: str) -> str:
    """The text of HTML: blocks and `<br>` are lines, quoted mail is marked by "> ".

    Scripts and styles go, links keep their text and images their alternative text. Text without
    any tag keeps its lines; entities are decoded in both.

    >>> html_text("<p>Sorry!</p><blockquote>Why so&nbsp;late?</blockquote>")
    'Sorry!\\n> Why so late?'
    """
    lines = _Lines()
    is_html = False
    for part in _parts(markup):
        if isinstance(part, _Tag):
            is_html = True
            lines.tag(part)
        else:
            lines.data(html.unescape(part))
    return lines.text() if is_html else html.unescape(markup).replace("\u00a0", " ").strip()


class _Tag(NamedTuple):
    name: str
    is_end: bool
    attributes: dict[str, str]


def _parts(markup: str) -> Iterator[str | _Tag]:
    """The tags and the text between them; what only looks like a tag is text."""
    at = broken = 0
    while (start := markup.find("<", at)) >= 0:
        if start > at:
            yield markup[at:start]
        if markup.startswith("<!--", start):
            end = markup.find("-->", start)
            at = end + 3 if end >= 0 else len(markup)
            continue
        pattern = _TAG if broken < _MAX_BROKEN_TAGS else _LOOSE_TAG
        if match := pattern.match(markup, start):
            yield _tag(match)
            at = match.end()
        elif declaration := _DECLARATION.match(markup, start):
            at = declaration.end()
        else:
            # Each broken tag may cost a look at the whole rest; a message of them is read loosely.
            broken += 1
            yield "<"
            at = start + 1
    yield markup[at:]


def _tag(match: re.Match[str]) -> _Tag:
    attributes = {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(match["rest"])
    }
    return _Tag(match["name"].lower(), bool(match["end"]), attributes)


class _Lines:
    """Collects the lines of a message while its tags open and close."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._names: dict[str, int] = {}
        self._quoted = 0

    def text(self) -> str:
        """What has been read, without blank lines at its ends."""
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def tag(self, tag: _Tag) -> None:
        """Go into an element, or out of it."""
        if tag.name in _BLOCKS:
            self._end_line()
        if tag.is_end:
            while self._names.get(tag.name) and self._leave() != tag.name:
                pass
        elif tag.name == "br":
            self._end_line(even_if_empty=True)
        else:
            self._begin(tag)

    def data(self, data: str) -> None:
        """Take the text between two tags."""
        if any(self._names.get(name) for name in _HIDDEN):
            return
        if not self._names.get("pre"):
            self._line.append(data)
            return
        first, *rest = data.split("\n")
        self._line.append(first)
        for line in rest:
            self._end_line(even_if_empty=True)
            self._line.append(line)

    def _begin(self, tag: _Tag) -> None:
        if tag.name == "img":
            self._line.append(tag.attributes.get("alt", ""))
        elif tag.name in ("td", "th"):
            self._line.append(" ")
        elif tag.name == "li":
            self._line.append("- ")
        if tag.name not in _VOID:
            classes = tag.attributes.get("class", "").split()
            quotes = tag.name == "blockquote" or not _QUOTES.isdisjoint(classes)
            self._open.append((tag.name, quotes))
            self._names[tag.name] = self._names.get(tag.name, 0) + 1
            self._quoted += quotes

    def _leave(self) -> str:
        name, quotes = self._open.pop()
        if quotes:
            self._end_line()
        self._names[name] -= 1
        self._quoted -= quotes
        return name

    def _end_line(self, *, even_if_empty: bool = False) -> None:
        line = _BLANKS.sub(" ", "".join(self._line)).strip()
        self._line.clear()
        is_second_blank = not line and bool(self._lines) and not self._lines[-1].strip("> ")
        if (line or even_if_empty) and not is_second_blank:
            self._lines.append("> " * min(self._quoted, _MAX_QUOTE_DEPTH) + line)
