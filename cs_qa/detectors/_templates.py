"""Fields that a message template leaves open, as its many syntaxes write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from cs_qa.detectors._wordings import template_words

__all__ = ["Open", "open_fields"]

_SPACED = re.compile(r"[^\W\d_]", re.UNICODE)
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"


class Open(NamedTuple):
    """An open field, [start, end); `kind` is its form of writing."""

    start: int
    end: int
    kind: str
    confidence: float


# Whatever the words inside say, no language writes these.
_SURE: tuple[tuple[str, re.Pattern[str], float], ...] = (
    ("{{}}", re.compile(r"\{\{[#/!&^]?\s{0,3}[^\W\d][^{}\n|]{0,60}(?:\|[^{}\n]{0,60})?\}\}"), 0.95),
    ("{%%}", re.compile(r"\{%-?\s?[^{}%\n]{1,80}%\}"), 0.95),
    ("${}", re.compile(r"[$#]\{[^{}\n]{1,60}\}"), 0.95),
    ("{!}", re.compile(r"\{![A-Za-z_$][\w.$]{1,60}\}"), 0.95),
    ("<%>", re.compile(r"<%=?[^<>%\n]{1,80}%>|<\?(?:php|=)[^<>\n]{1,80}\?>"), 0.95),
    ("<<>>", re.compile(r"<<\s?[^\W\d][\w .\-]{0,40}>>"), 0.95),
    ("*||*", re.compile(r"\*\|[A-Z_:0-9]{2,40}\|\*"), 0.95),
    ("%%", re.compile(r"(?<![\w%])(%{1,2})[A-Za-z][A-Za-z_]{2,40}\1(?![\w%])"), 0.9),
    ("@@", re.compile(r"@@[A-Za-z_]{2,40}@@"), 0.9),
    ("[[]]", re.compile(r"\[\[[^\W\d][\w .\-]{0,40}\]\]|\[%[\w .\-]{1,40}%\]"), 0.9),
    ("%s", re.compile(r"(?<![\d%\w])%(?:\d\$)?[sd](?![\w%])|%\([A-Za-z_]\w{0,40}\)[sd]"), 0.9),
    ("[object]", re.compile(r"\[object Object\]"), 0.95),
    ("«»", re.compile(r"«[A-Za-z]{2,20}_[A-Za-z_]{2,30}»|<[A-Z][a-z]+_[A-Z][a-z]+>"), 0.85),
)  # fmt: skip
# One word or an identifier in braces. Not code, not sets (`{x}`, `{1, 2}`), not faces.
_BRACES = re.compile(
    r"(?<![\\${}A-Za-z0-9_])\{(?P<name>\s?[^\W\d_][^{}\[\]()<>\"':;,=|\n\\/+*^]{1,40}|\d)\}(?![}{])"
    r"|(?<![\\${}A-Za-z0-9_])\{(?P<plural>\w{1,30}), ?"
    r"(?:plural|select|number|date),?[^{}\n]{0,60}\}?"
)
_BRACKETS = re.compile(r"\[\s?(?P<name>[^\W\d][^\[\]\n<>|=]{1,60}?)\s?\]")
_LENTICULAR = re.compile(r"【\s?(?P<name>[^【】\n]{2,24}?)\s?】")
_ANGLES = re.compile(r"<\s?(?P<name>[^\W\d][\w' ]{2,40}?)\s?>")
_PARENTHESES = re.compile(r"[(（]\s?(?P<name>[^\W\d][^()（）\n]{3,60}?)\s?[)）]")
_UNDERSCORES = re.compile(
    r"(?<![\w_])__(?P<name>[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){0,4})__(?![\w_])"
)
# Masks and attachments of exports: [NAME_1], [数字x], [ORDERID_10086], [photo].
_MASK = re.compile(
    rf"[A-Z][A-Z_]*(?:_?\d+)?|[{_CJK}]{{1,10}}x|[^\s]{{1,24}}\.[A-Za-z0-9]{{2,4}}|\S+\d\S*"
)
_CROSSES = re.compile(
    rf"(?<![A-Za-z0-9*_/+#-])(?:[Xx]{{2,20}}(?=[{_CJK}])|X{{3,20}})(?![A-Za-z0-9*_/-])"
)
_BLANK = re.compile(r"(?<![\w_])_{3,40}(?![\w_])")
_NOTHING = re.compile(
    r"(?<![\w.])(?:undefined|[Nn]ull|NULL|None|NaN|N/A)(?=\s?[,!.、，！:：님様さ先]|\s?$|\n)"
)
_MANY_X = 3
_NEAR = 18
_MAX_WORDS = 4


def open_fields(text: str) -> Iterator[Open]:
    """Give the template fields that a text leaves open, in order, without overlaps."""
    found = sorted((*_sure(text), *_named(text), *_blanks(text), *_fillers(text)), key=_order)
    done = 0
    for field in found:
        if field.start >= done:
            done = field.end
            yield field


def _order(field: Open) -> tuple[int, int]:
    return field.start, -field.end


def _sure(text: str) -> Iterator[Open]:
    for kind, pattern, confidence in _SURE:
        for match in pattern.finditer(text):
            yield Open(*match.span(), kind, confidence)
    for match in _BRACES.finditer(text):
        name = match["name"] or ""
        if not name or (
            len(name.split()) <= _MAX_WORDS and (name == name.strip() or _has_field(name))
        ):
            yield Open(*match.span(), "{}", 0.7 if name.isdigit() else 0.9)


def _named(text: str) -> Iterator[Open]:
    """Brackets that other things stand in too: what they hold must be a field of a template."""
    for match in _BRACKETS.finditer(text):
        if confidence := _bracketed(match["name"]) or _alone(text, match):
            yield Open(*match.span(), "[]", confidence)
    for match in _ANGLES.finditer(text):
        if " " in match["name"] and _has_field(match["name"]):
            yield Open(*match.span(), "<>", 0.85)
    yield from _instructions(text)


def _instructions(text: str) -> Iterator[Open]:
    for match in _UNDERSCORES.finditer(text):
        if _has_field(match["name"].replace("_", " ")):
            yield Open(*match.span(), "__", 0.85)
    for match in _PARENTHESES.finditer(text):
        if _is_instruction(match["name"]):
            yield Open(*match.span(), "()", 0.85)
    for match in _LENTICULAR.finditer(text):
        if _is_field(match["name"]) and _is_inline(text, match) and not _requests(text):
            yield Open(*match.span(), "【】", 0.85)


def _bracketed(name: str) -> float | None:
    if _is_instruction(name):
        return 0.95
    if name.isupper() and " " in name and _has_field(name):
        return 0.85
    if _MASK.fullmatch(name):
        return None
    if re.match(rf"[{_CJK}]", name):
        # An export masks a name as [姓名]; a template says whose.
        return 0.8 if _is_field(name) and re.search("客|您|お客|고객", name) else None
    if " " in name or "'" in name:
        return 0.9 if _is_field(name) or _is_of_fields(name) else None
    return None


def _alone(text: str, match: re.Match[str]) -> float | None:
    """A single word in brackets: a field unless the text asks for it; small letters mask too."""
    name = match["name"]
    if _MASK.fullmatch(name) or " " in name or not _is_field(name) or re.match(f"[{_CJK}]", name):
        return None
    if _is_greeted(text, match.start()):
        return 0.8
    is_name = name.casefold() in _personal()
    return 0.65 if (is_name or name.istitle()) and not _requests_any(text) else None


def _is_of_fields(name: str) -> bool:
    """Whether most words of a short name are fields: "Nome do cliente", "your order number"."""
    words = re.findall(r"\w+", name.casefold())
    known = sum(word in _single_fields() for word in words)
    return 1 < len(words) <= 5 and known * 2 >= len(words)


def _is_instruction(name: str) -> bool:
    folded = name.casefold()
    verbs = [verb for verb in _inserts() if _has_word(folded, verb)]
    return any("here" in verb or _is_place(verb) or _has_field(folded) for verb in verbs)


def _is_place(verb: str) -> bool:
    return " " in verb or (len(verb) > 3 and not verb.isascii() and not _SPACED.match(verb[0]))


def _is_inline(text: str, match: re.Match[str]) -> bool:
    """Whether a sentence runs on around it: not a heading over a value."""
    line = text.rfind("\n", 0, match.start()) + 1
    before = text[line : match.start()].strip()
    after = text[match.end() : match.end() + 3].strip()
    return bool(before) or after.startswith(
        ("先生", "女士", "小姐", "様", "さま", "さん", "님", "您好")
    )


def _requests(text: str) -> bool:
    """Whether the customer is asked to send it, or it stands in a list of such."""
    said = text.casefold()
    return any(word in said for word in _requesting()) or len(_LENTICULAR.findall(text)) > 1


def _blanks(text: str) -> Iterator[Open]:
    for match in _CROSSES.finditer(text):
        if _is_greeted(text, match.start()):
            yield Open(*match.span(), "X", 0.8)
        elif len(match[0]) > _MANY_X and match[0].isupper():
            yield Open(*match.span(), "X", 0.55)
    for match in _BLANK.finditer(text):
        if _is_greeted(text, match.start()) and not _requests_any(text):
            yield Open(*match.span(), "_", 0.7)
    for match in _NOTHING.finditer(text):
        if _is_greeted(text, match.start()):
            yield Open(*match.span(), "null", 0.85)


def _requests_any(text: str) -> bool:
    said = text.casefold()
    return any(_has_word(said, word) for word in _requesting())


def _is_greeted(text: str, place: int) -> bool:
    """Whether a salutation, or what a number follows, stands right before."""
    before = text[max(0, place - _NEAR) : place].casefold().rstrip(" .:#№")
    return any(
        before.endswith(word) and (_is_cjk(word) or not before[: -len(word)][-1:].isalnum())
        for word in _greetings()
    )


def _fillers(text: str) -> Iterator[Open]:
    folded = text.casefold()
    if len(folded) != len(text):
        return
    for filler in _filler_texts():
        start = folded.find(filler)
        if start >= 0:
            yield Open(start, start + len(filler), "filler", 0.9)


def _has_word(text: str, word: str) -> bool:
    if _is_cjk(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _is_cjk(word: str) -> bool:
    return re.search(rf"[{_CJK}\u0e00-\u0e7f]", word) is not None


def _is_field(name: str) -> bool:
    return name.casefold().strip() in _fields()


def _has_field(name: str) -> bool:
    folded = name.casefold()
    words = set(re.findall(r"\w+", folded))
    return not words.isdisjoint(_single_fields()) or any(
        field in folded for field in _fields() if _is_cjk(field)
    )


@cache
def _fields() -> frozenset[str]:
    return frozenset(f.casefold() for words in template_words().values() for f in words.fields)


@cache
def _single_fields() -> frozenset[str]:
    return frozenset(word for field in _fields() for word in re.findall(r"\w{2,}", field))


@cache
def _personal() -> frozenset[str]:
    """The first fields of each language: the name, which messages open with."""
    return frozenset(f.casefold() for words in template_words().values() for f in words.fields[:2])


@cache
def _inserts() -> tuple[str, ...]:
    return tuple(verb.casefold() for words in template_words().values() for verb in words.insert)


@cache
def _greetings() -> tuple[str, ...]:
    return tuple(each.casefold() for words in template_words().values() for each in words.greetings)


@cache
def _requesting() -> tuple[str, ...]:
    return tuple(each.casefold() for words in template_words().values() for each in words.requests)


@cache
def _filler_texts() -> tuple[str, ...]:
    texts = (each.casefold() for words in template_words().values() for each in words.fillers)
    return tuple(sorted(texts, key=len, reverse=True))
