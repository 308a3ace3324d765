"""Names of people: announced, in a salutation, behind a title, under a letter, or by a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.name_shapes import (
    Span,
    arabic_name,
    cased_before,
    cased_name,
    is_given,
    korean_name,
)
from cs_qa.text.personal.name_shapes_han import chinese_name, japanese_name
from cs_qa.text.personal.name_shapes_thai import thai_name
from cs_qa.text.personal.word_finder import WordFinder, finder
from cs_qa.text.personal.wordings import listed, listed_in

__all__ = [
    "AnnouncedName",
    "GreetedName",
    "KnownName",
    "SignedName",
    "TitledName",
    "whole_name",
]

_GAP = re.compile(r"[ \t:：=,،\"'“”‘’«»„()（）*_-]{0,4}")
_LINE_GAP = re.compile(r"[\s:：,.،!~\"'“”)–—-]{0,8}")


@dataclass(frozen=True, slots=True)
class AnnouncedName:
    """A name behind words that announce one ("my name is", "recipient:")."""

    needs: ClassVar = ("name_after|name_fields|name_before",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find announced names."""
        yield from _behind(message, finder("name_after"), _announced)
        yield from _behind(message, finder("name_fields", behind=" ?[:：=]"), _announced)
        yield from _behind(message, finder("name_fields"), _field_without_colon)
        yield from _in_front(message)


@dataclass(frozen=True, slots=True)
class KnownName:
    """A frequent name behind words that much else may follow ("I am", "with")."""

    needs: ClassVar = ("name_weak", "given|unspaced")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find frequent names."""
        yield from _behind(message, finder("name_weak"), _known)


@dataclass(frozen=True, slots=True)
class TitledName:
    """A name behind a title ("Frau Schmidt") or before an honorific ("Ayşe Hanım", "田中様")."""

    needs: ClassVar = ("titles|honorifics",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find names with a title."""
        yield from _behind(message, finder("titles"), _titled)
        for word in finder("honorifics").find(message.lower):
            if word.spaced:
                span = cased_before(message.text, word.start)
            else:
                said = message.lower[word.start : word.end]
                span = _east_asian_before(message, word.start, said)
            if span is not None:
                yield Entity("NAME", *span)


@dataclass(frozen=True, slots=True)
class GreetedName:
    """A name in a salutation ("Hi Maria,")."""

    needs: ClassVar = ("greetings",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find greeted names."""
        yield from _behind(message, finder("greetings"), _greeted)


@dataclass(frozen=True, slots=True)
class SignedName:
    """A name under a letter ("Kind regards, Anna")."""

    needs: ClassVar = ("closings|line",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find signatures."""
        for word in finder("closings").find(message.lower):
            gap = _LINE_GAP.match(message.text, word.end)
            assert gap is not None
            own = _OWN.match(message.text, gap.end())
            span = _signature(message, own.end() if own else gap.end())
            if span is not None and gap[0]:
                yield Entity("NAME", *span)
        for line in _NEXT_LINE.finditer(message.text):
            span = _signature(message, line.end(), alone=True)
            if span is not None:
                yield Entity("NAME", *span)


_OWN = re.compile("(?:[Ii]hre?|[Dd]eine?|[Ee]u(?:er|re)|[Yy]our|[Vv]otre|[Ss]u) ")
_INITIALED = re.compile(r"[^\W\d_]+ [A-ZА-ЯЁ]\. ")


# What makes another word of a Thai word, which may begin anywhere: "believe", "lawyer", Ao Nang.
_INSIDE = {"ชื่อ": ("เ",), "นาย": ("ท",), "นาง": ("อ่าว",)}
_NEXT_LINE = re.compile(r"\n[ \t]*")


def _behind(
    message: Message, words: WordFinder, accept: Callable[[Message, int, str], Span | None]
) -> Iterator[Entity]:
    for word in words.find(message.lower):
        end = word.stop
        after = message.text[end : end + 1]
        if word.spaced and after.isalpha():
            continue
        gap = _GAP.match(message.text, end)
        assert gap is not None
        said = message.lower[word.start : word.end]
        if (word.spaced and not gap[0] and not said.endswith(".")) and after:
            continue
        if accept is _titled and gap[0].strip():
            continue
        if message.text.endswith(_INSIDE.get(said[:4], ()), 0, word.start):
            continue
        span = accept(message, gap.end(), said)
        if span is not None:
            yield Entity("NAME", *span)


def _in_front(message: Message) -> Iterator[Entity]:
    """Names before "speaking", "と申します", "이라고 합니다"."""
    for word in finder("name_before").find(message.lower):
        if word.spaced:
            span = cased_before(message.text, word.start)
            if span is not None and not _is_known(message.lower[slice(*span)].split()[0]):
                span = None
        else:
            span = _east_asian_before(message, word.start, message.lower[word.start : word.end])
        if span is not None:
            yield Entity("NAME", *span)


def _is_known(word: str) -> bool:
    return is_given(word) or word in listed("surnames")


def _announced(message: Message, start: int, said: str) -> Span | None:  # noqa: ARG001
    return _any_script(message, start, sure=True)


def _field_without_colon(message: Message, start: int, said: str) -> Span | None:  # noqa: ARG001
    span = _any_script(message, start, sure=True)
    if span is None:
        return None
    name = message.text[slice(*span)]
    full = len(name.split()) > 1 and all(word[0].isupper() for word in name.split()[:1])
    return span if full or is_given(name.lower().split()[0]) or not name[0].isascii() else None


def _known(message: Message, start: int, said: str) -> Span | None:  # noqa: ARG001
    return _any_script(message, start, sure=False)


def _titled(message: Message, start: int, said: str) -> Span | None:
    text = message.text
    if said in ("คุณ", "นาย", "นาง", "นางสาว", "น.ส."):
        return thai_name(text, start, sure=said != "คุณ")
    if "\u0600" <= text[start : start + 1] <= "\u06ff":
        return arabic_name(text, start, sure=True)
    return cased_name(text, start, sure=True, lower_too=False)


def _greeted(message: Message, start: int, said: str) -> Span | None:  # noqa: ARG001
    text = message.text
    if "\u0600" <= text[start : start + 1] <= "\u06ff":
        return arabic_name(text, start, sure=False)
    span = cased_name(text, start, sure=True, lower_too=False)
    if span is None:
        return cased_name(text, start, sure=False)
    words_ = text[slice(*span)].split()
    if words_[0].lower() in listed("titles"):
        return None
    if is_given(words_[0].lower()):
        return span
    ends = re.match(r" ?(?:,|!|\.?\n|-|$)", text[span[1] :])
    return span if ends and len(words_) <= 3 and len(words_[0]) > 2 and start < 24 else None


def _signature(message: Message, start: int, *, alone: bool = False) -> Span | None:
    """A name that is the rest of a line."""
    text = message.text
    span = _any_script(message, start, sure=True)
    if span is None:
        span = japanese_name(text, start) if text[start : start + 1] else None
    if span is None or (span[0] != start and not re.match(r"(?:Dr|Prof)\.? ", text[start:])):
        return None
    rest = re.match(r"[ ]?(?:드림|올림|拝|敬上)?[ .,!)😊🙂]{0,3}(?:\n|$)", text[span[1] :])
    if rest is None:
        return None
    name = text[slice(*span)]
    first = name.split()[0].lower()
    if alone and not (
        (" " in name and is_given(first)) or _INITIALED.match(name) or "드림" in rest[0]
    ):
        return None
    return (start, span[1])


def whole_name(message: Message) -> Span | None:
    """A name that is all a message says."""
    start = len(message.text) - len(message.text.lstrip())
    return _signature(message, start)


def _any_script(message: Message, start: int, *, sure: bool) -> Span | None:
    text = message.text
    first = text[start : start + 1]
    if not first:
        return None
    if "\u0600" <= first <= "\u06ff":
        return arabic_name(text, start, sure=sure)
    if "\u0e00" <= first <= "\u0e7f":
        return thai_name(text, start, sure=sure)
    if "\uac00" <= first <= "\ud7a3":
        return korean_name(text, start, sure=sure)
    if "\u3005" <= first <= "\u9fff":
        return chinese_name(text, start, sure=sure) or (
            japanese_name(text, start) if sure else None
        )
    return cased_name(text, start, sure=sure)


def _east_asian_before(message: Message, place: int, said: str) -> Span | None:
    from cs_qa.text.personal.name_shapes import korean_before
    from cs_qa.text.personal.name_shapes_han import chinese_before, japanese_before

    text = message.text
    if "\uac00" <= said[0] <= "\ud7a3":
        return korean_before(text, place)
    if said in listed_in("zh", "name_before"):
        span = chinese_before(text, place)
        return span if span and span[1] - span[0] > 1 else None
    if said in listed_in("zh", "honorifics"):
        span = chinese_before(text, place)
        if span is not None or said not in listed_in("ja", "honorifics"):
            return span
    return japanese_before(text, place, said)
