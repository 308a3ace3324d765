"""Requests for another language: "English please", "¿Habla español?", 请说英文."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from cs_qa.detectors._wordings import switch_requests

__all__ = ["Request", "asked_for"]

_MAX_LENGTH = 300
_WORD = re.compile(r"[^\W\d_]+")
_SPACELESS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_SENTENCE_END = re.compile(r"[.!?。！？\n;]")


class Request(NamedTuple):
    """A language that a turn asks for; `is_question`: it asks whether that is possible."""

    language: str
    is_question: bool


def asked_for(text: str) -> Request | None:
    """Tell which language a turn asks to be written, if it does.

    >>> asked_for("English please"), asked_for("Do you speak Spanish?")
    (Request(language='en', is_question=False), Request(language='es', is_question=True))
    """
    folded = text[: _MAX_LENGTH + 1].casefold()
    if len(text) > _MAX_LENGTH or not _any_name().search(folded):
        return None
    for sentence in _SENTENCE_END.split(folded):
        for match in _names().finditer(sentence):
            if request := _request(sentence, match):
                return request
    return None


def _request(sentence: str, name: re.Match[str]) -> Request | None:
    words = switch_requests()
    language = _languages()[name[0]]
    before, after = sentence[: name.start()], sentence[name.end() :]
    is_dense = _SPACELESS.search(name[0]) is not None
    if is_dense and after.startswith(words.not_after):
        return None
    if any(_has(sentence, word) for word in words.questions):
        return Request(language, is_question=True)
    if is_dense:
        asks = before.endswith(words.around) or after.startswith(words.around)
        is_lone = sentence.strip() == name[0]
        return Request(language, is_question=False) if asks or is_lone else None
    others = _WORD.findall(f"{before} {after}")
    is_lone = set(others) <= set(words.beside)
    is_marked = len(others) < words.marked_words and any(_has(sentence, w) for w in words.marks)
    if is_lone or is_marked or any(_has(sentence, word) for word in words.verbs):
        return Request(language, is_question=False)
    return None


def _has(text: str, word: str) -> bool:
    if _SPACELESS.search(word):
        return word in text
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


@cache
def _languages() -> dict[str, str]:
    names = switch_requests().names.items()
    return {name: language for language, words in names for name in words}


@cache
def _names() -> re.Pattern[str]:
    def whole(name: str) -> str:
        return re.escape(name) if _SPACELESS.search(name) else rf"(?<!\w){re.escape(name)}(?!\w)"

    longest_first = sorted(_languages(), key=len, reverse=True)
    return re.compile("|".join(map(whole, longest_first)))


@cache
def _any_name() -> Any:
    """Any name at all, in one pass: hardly a message holds one."""
    import re2

    return re2.compile("|".join(map(re2.escape, _languages())))
