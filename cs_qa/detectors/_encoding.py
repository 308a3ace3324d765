"""Text that was decoded with the wrong character set, or not decoded at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple

__all__ = ["Broken", "broken_parts"]


class Broken(NamedTuple):
    """A garbled part, [start, end): the kind of damage, and what it was if that can be told."""

    start: int
    end: int
    kind: str
    confidence: float
    meant: str | None = None


# The characters that bytes 0x80-0x9F show as in CP1252; five of them show nothing.
_HIGH = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xA0))
_TAIL = f"[{re.escape(_HIGH)}\u00a0-\u00bf]"
# Bytes 0x81, 0x8D… have no sign in CP1252, and copying loses them: a lead may stand alone then.
_UTF8_AS_LATIN = re.compile(
    f"(?:[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{2}}|\u00f0{_TAIL}{{2,3}})"
    f"(?:[\u00c2-\u00df]{_TAIL}|[\u00e0-\u00ef]{_TAIL}{{1,2}}|\u00f0{_TAIL}{{2,3}}){{0,200}}"
)
_SURE_LEADS = frozenset("ÃÂÄÅÐÑØÙ")
_UTF8_AS_1251 = re.compile(
    "(?:[РСЃЎ][\u0400-\u040f\u0450-\u04ff\u00a0-\u00bf\u2010-\u2122‚-›"
    "\u0410-\u042f\u0430-\u044f]){3,200}"
)
_RUN_OF_LATIN = re.compile("[\u00a1-\u00ff]{4,200}")
_HAN_RUN = re.compile("[\u3400-\u9fff\ue000-\uf8ff\u30a1-\u30f6€]{3,400}")
# The two bytes that begin each kana in UTF-8 are one rare Han character in Shift-JIS.
_UTF8_AS_SJIS = re.compile(
    "[縺繧繝][\u3400-\u9fff\ue000-\uf8ff\uff01-\uff9f\u00a5-\u00b6]?"
    "(?:[\uff01-\uff9f]?[縺繧繝][\u3400-\u9fff\ue000-\uf8ff\uff01-\uff9f]?){2,200}"
)
_KNOWN = re.compile("(?:锟斤拷){1,50}|锟斤|斤拷|烫{3,50}|屯{4,50}|\ufffd{1,50}|ï»¿|ï¿½")
_ENTITY = re.compile(
    r"&(?:#[0-9]{2,6}|#[xX][0-9A-Fa-f]{2,5}|nbsp|amp|quot|apos|lt|gt|hellip|mdash|ndash|euro|pound"
    r"|[lr][sd]quo|copy|reg|trade|middot|bull|[aeiouyAEIOUY](?:acute|grave|circ|uml|tilde)"
    r"|[ncNC](?:tilde|cedil)|szlig|ccedil|oslash|aring|aelig);"
)
_UNICODE_ESCAPE = re.compile(r"(?:\\u[0-9A-Fa-f]{4}|\\x[89A-Fa-f][0-9A-Fa-f]){1,100}")
_QUOTED_PRINTABLE = re.compile(r"(?:=[C-F][0-9A-F]=[89AB][0-9A-F](?:=[89AB][0-9A-F]){0,2}){1,100}")
_PERCENT = re.compile(r"(?:%[C-F][0-9A-F]%[89AB][0-9A-F](?:%[89AB][0-9A-F]){0,2}){1,100}")
# Exports escape these wherever they stand: "->" in a menu becomes "-&gt;".
_SIGNS = frozenset({"&lt;", "&gt;", "&amp;", "&quot;"})
_ESCAPED = 0.45
_MIN_CAPITALS = 8
_GAP = 40  # characters: what stands closer is one damage


def broken_parts(text: str) -> list[Broken]:
    """Give what is broken in a text, in order; neighbours of one kind are one."""
    if text.isascii() and not any(sign in text for sign in "&\\=%"):
        return []
    found: list[Broken] = []
    for each in sorted((each for search in _SEARCHES for each in search(text)), key=_order):
        last = found[-1] if found else None
        if last and each.start < last.end:
            continue
        if last and last.kind == each.kind and each.start - last.end <= _GAP:
            found[-1] = _joined(text, last, each)
        else:
            found.append(each)
    return found


def _joined(text: str, first: Broken, second: Broken) -> Broken:
    between = text[first.end : second.start]
    meant = f"{first.meant}{between}{second.meant}" if first.meant and second.meant else None
    confidence = max(first.confidence, second.confidence)
    return Broken(first.start, second.end, first.kind, confidence, meant)


def _order(found: Broken) -> tuple[int, int]:
    return found[0], -found[1]


def _known(text: str) -> Iterator[Broken]:
    for match in _KNOWN.finditer(text):
        yield Broken(*match.span(), "a character that could not be decoded", 0.9, None)


def _entities(text: str) -> Iterator[Broken]:
    for match in _ENTITY.finditer(text):
        confidence = _ESCAPED if match[0] in _SIGNS else 0.75
        yield Broken(*match.span(), "an HTML entity left as it is", confidence, unescape(match[0]))


def _escapes(text: str) -> Iterator[Broken]:
    for match in _UNICODE_ESCAPE.finditer(text):
        if match.start() and text[match.start() - 1].isalnum() and len(match[0]) < 12:
            continue  # a path such as C:\\users\\u0042
        meant = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m[1], 16)), match[0])
        yield Broken(
            *match.span(), "an escape left as it is", 0.85, meant if meant.isprintable() else None
        )


def _transfer(text: str) -> Iterator[Broken]:
    for pattern, sign, kind in (
        (_QUOTED_PRINTABLE, "=", "mail encoding (quoted-printable) left as it is"),
        (_PERCENT, "%", "address encoding (%xx) left as it is"),
    ):
        for match in pattern.finditer(text):
            if meant := _decoded(bytes.fromhex(match[0].replace(sign, ""))):
                yield Broken(*match.span(), kind, 0.85, meant)


def _utf8_as_latin(text: str) -> Iterator[Broken]:
    done = 0
    for match in _UTF8_AS_LATIN.finditer(text):
        if match.start() < done or not _is_utf8(match[0]):
            continue
        start, end = _with_word(text, *match.span())
        while (more := _UTF8_AS_LATIN.search(text, end - 1)) and more.start() < end < more.end():
            _, end = _with_word(text, *more.span())
        done = end
        meant = _UTF8_AS_LATIN.sub(lambda part: _decoded_latin(part[0]), text[start:end])
        is_whole = "" not in map(_decoded_latin, _UTF8_AS_LATIN.findall(text[start:end]))
        yield Broken(start, end, "UTF-8 read as Latin-1", 0.95, meant if is_whole else None)


def _decoded_latin(run: str) -> str:
    return _decoded(_cp1252(run)) or ""


def _is_utf8(run: str) -> bool:
    """Whether a run is UTF-8 shown as CP1252, perhaps with characters lost on the way."""
    if _decoded_latin(run):
        return run[0] in _SURE_LEADS or len(run) > 2
    return len(run) > 5 and len({lead for lead in run if lead >= "\u00c2"}) > 1


def _cyrillic(text: str) -> Iterator[Broken]:
    for match in _UTF8_AS_1251.finditer(text):
        try:
            meant = match[0].encode("cp1251").decode("utf-8")
        except UnicodeError:
            continue
        if all("\u0400" <= letter <= "\u04ff" for letter in meant):
            yield Broken(*match.span(), "UTF-8 read as Windows-1251", 0.95, meant)


def _latin_runs(text: str) -> Iterator[Broken]:
    """Find Cyrillic, Chinese or Korean bytes shown as accented Latin letters."""
    for match in _RUN_OF_LATIN.finditer(text):
        run = match[0]
        if len(set(run.casefold())) < 3 or (run.isupper() and len(run) < _MIN_CAPITALS):
            continue
        for charset, accept in _BYTE_SETS:
            try:
                meant = run.encode("latin-1").decode(charset)
            except UnicodeError:
                continue
            if all(map(accept, meant)):
                yield Broken(*match.span(), f"{charset} read as Latin-1", 0.85, meant)
                break


def _is_cyrillic(letter: str) -> bool:
    return "\u0410" <= letter <= "\u044f" or letter in "ёЁ"


def _is_east_asian(letter: str) -> bool:
    return "\u3000" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3" or letter >= "\uff00"


_BYTE_SETS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("cp1251", _is_cyrillic),
    ("gb2312", _is_east_asian),
    ("euc_kr", _is_east_asian),
)


def _han_runs(text: str) -> Iterator[Broken]:
    """Find UTF-8 shown as GBK or Shift-JIS: rare Han characters whose bytes are plain UTF-8."""
    for match in _UTF8_AS_SJIS.finditer(text):
        meant = _decoded(_encoded(match[0], "cp932"), cut=True)
        yield Broken(*match.span(), "UTF-8 read as Shift-JIS", 0.9, meant)
    for match in _HAN_RUN.finditer(text):
        meant = _decoded(_encoded(match[0], "gb18030"), cut=True)
        if meant and len(meant) >= 2 and all(map(_is_east_asian, meant)):
            yield Broken(*match.span(), "UTF-8 read as GBK", 0.95, meant)


def _with_word(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen to the whole word, so that one finding covers `expÃ©diÃ©`."""
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return start, end


def _cp1252(run: str) -> bytes:
    return b"".join(
        bytes([ord(c)]) if ord(c) < 0x100 else c.encode("cp1252", "ignore") for c in run
    )


def _encoded(run: str, charset: str) -> bytes:
    try:
        return run.encode(charset)
    except UnicodeError:
        return b""


def _decoded(raw: bytes, *, cut: bool = False) -> str | None:
    """Decode UTF-8; with `cut`, as far as it goes: copying loses characters that show nothing."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return raw[: error.start].decode("utf-8") if cut else None


_SEARCHES: tuple[Callable[[str], Iterator[Broken]], ...] = (
    _known,
    _entities,
    _escapes,
    _transfer,
    _utf8_as_latin,
    _cyrillic,
    _latin_runs,
    _han_runs,
)
