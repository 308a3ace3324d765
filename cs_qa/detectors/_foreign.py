"""Where in a text another language than the text's own is written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from cs_qa.detectors._wordings import courtesies
from cs_qa.text._common_words import WORDS
from cs_qa.text.language import UNDETERMINED, detect_language

__all__ = ["Foreign", "foreign_parts", "own_language", "sentence_languages"]

_LETTER = "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff"
_WORD = re.compile(rf"[{_LETTER}]+(?:['’\-][{_LETTER}]+)*")
_LATIN_RUN = re.compile(
    rf"(?<![{_LETTER}])[{_LETTER}]{{1,40}}"
    rf"(?:(?:[ \t]{{1,3}}|['’,\-] ?|\d{{1,6}}[ ]?)[{_LETTER}\d]{{1,40}}){{2,80}}"
)
_SENTENCE = re.compile(r"[^.!?。！？;；\n…]{2,600}[.!?。！？;；…]*")
_OTHER_SCRIPTS = {
    "zh": re.compile(
        "[\u3400-\u9fff\u3041-\u30ff][\u3400-\u9fff\u3041-\u30ff\u3001\uff0c\uff01\uff1f\u3002]{3,300}"
    ),
    "ko": re.compile("[\uac00-\ud7a3](?:[\uac00-\ud7a3]|[ ,](?=[\uac00-\ud7a3])){4,300}"),
    "ru": re.compile(
        "(?<![\u0400-\u04ff])[\u0400-\u04ff]{1,40}(?:[ ,\\-]{1,2}[\u0400-\u04ff]{1,40}){2,100}"
    ),
    "ar": re.compile(
        "(?<![\u0620-\u06d3])[\u0620-\u06d3]{1,40}(?:[ \u060c]{1,2}[\u0620-\u06d3]{1,40}){2,100}"
    ),
    "th": re.compile("[\u0e01-\u0e4e]{10,300}"),
}
_SCRIPT_OF = {"zh": "han", "ja": "han", "ko": "ko", "ru": "ru", "ar": "ar", "th": "th"}
# What makes a run of Han or Hangul a sentence rather than a name or an address.
_GRAMMAR = {
    "zh": re.compile("[的了请請您你我们們是已会會将將吗嗎呢]"),
    "ja": re.compile("[\u3041-\u3096]{2}"),
    "ko": re.compile("니다|세요|해요|어요|아요|습니|는|을|를|입니"),
}
_ADDRESS = re.compile(
    "[省市区區县縣州][^。！？]{0,30}[路街道号號村镇鎮楼樓]"
    "|丁目|番地|[都道府県].{1,12}[市区町村]|번지|[로길] ?\\d"
)
# Letters of each script: an expected language shows by them in a turn that looks Latin.
_LETTERS = {
    "zh": re.compile("[\u3400-\u9fff]"),
    "ja": re.compile("[\u3041-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7a3]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "ar": re.compile("[\u0620-\u06d3]"),
    "th": re.compile("[\u0e01-\u0e4e]"),
}
_MIN_SCRIPT_LETTERS = 3
_CLOSE = ({"es", "pt", "it"}, {"de", "nl"}, {"fr", "it"}, {"fr", "es"}, {"fr", "pt"})
_MIN_LETTERS = 16
_MIN_WORDS = 4
_SURE_WORDS = 7
_MIN_OWN_LETTERS = 12
_OWN_SHARE = 0.15


class Foreign(NamedTuple):
    """A part in another language, [start, end)."""

    start: int
    end: int
    language: str
    confidence: float


def foreign_parts(text: str, language: str) -> Iterator[Foreign]:
    """Give the parts of a text in `language` that are in another language, in order."""
    found = list(_other_scripts(text, language))
    if language in ("zh", "ja"):
        found += _han_sentences(text, language)
    found += _latin_runs(text) if language in _SCRIPT_OF else _latin_clauses(text, language)
    done = 0
    for part in sorted(found):
        if part.start >= done and not _is_courtesy(text[part.start : part.end]):
            done = part.end
            yield part


def own_language(text: str, language: str, expected: Collection[str]) -> str:
    """Give the language that a turn is meant to be in: one of `expected` if a part of it is.

    `language` is what the turn as a whole looks like.
    """
    if language in expected:
        return language
    for start, end in _sentences(text):
        said = text[start:end]
        if _weight(said) >= _MIN_OWN_LETTERS:
            written = detect_language(said, prior=language)
            if written in expected:
                return written
    for part in foreign_parts(text, language):
        if part.language in expected:
            return part.language
    words = [word.casefold() for word in _WORD.findall(text)]
    for other in sorted(expected):
        if other in _LETTERS and len(_LETTERS[other].findall(text)) >= _MIN_SCRIPT_LETTERS:
            return other if language not in _LETTERS else language
        own = sum(other in (s := WORDS.get(word, {})) and language not in s for word in words)
        if own >= 2 and own >= len(words) * _OWN_SHARE:
            return other
    return language


def sentence_languages(text: str, language: str) -> set[str]:
    """Give the languages of the sentences of a text that looks like `language` as a whole."""
    said = [text[start:end] for start, end in _sentences(text)]
    told = {detect_language(s, prior=language) for s in said if _weight(s) >= _MIN_OWN_LETTERS}
    return told - {UNDETERMINED}


def _weight(text: str) -> int:
    return sum(3 if "\u3040" <= sign <= "\ud7a3" else 1 for sign in text if sign.isalpha())


def _other_scripts(text: str, language: str) -> Iterator[Foreign]:
    if text.isascii():
        return
    for script, pattern in _OTHER_SCRIPTS.items():
        if _SCRIPT_OF.get(script) == _SCRIPT_OF.get(language):
            continue
        for match in pattern.finditer(text):
            written = detect_language(match[0])
            grammar = _GRAMMAR.get(written)
            is_name = grammar is not None and not grammar.search(match[0])
            if written in (UNDETERMINED, language) or is_name or _ADDRESS.search(match[0]):
                continue
            yield Foreign(*match.span(), written, 0.75)


def _han_sentences(text: str, language: str) -> Iterator[Foreign]:
    """Tell Chinese sentences in a Japanese text, and Japanese ones in a Chinese text."""
    other = "zh" if language == "ja" else "ja"
    for start, end in _sentences(text):
        said = text[start:end]
        if detect_language(said, prior=language) != other:
            continue
        kana = len(re.findall("[\u3041-\u3096\u30a1-\u30fa]", said))
        han = len(re.findall("[\u3400-\u9fff]", said))
        if kana >= 5 if other == "ja" else not kana and han >= 5:
            yield Foreign(start, end, other, 0.75)


def _latin_runs(text: str) -> Iterator[Foreign]:
    """Find Latin sentences in a text of another script: common words tell them from names."""
    for match in _LATIN_RUN.finditer(text):
        words = _WORD.findall(match[0])
        if len(words) < _MIN_WORDS or not _is_prose(words):
            continue
        written = detect_language(match[0])
        if written != UNDETERMINED and _common(words, written) >= 2:
            yield Foreign(*match.span(), written, 0.8 if len(words) >= _SURE_WORDS else 0.65)


def _latin_clauses(text: str, language: str) -> Iterator[Foreign]:
    """Find clauses of another Latin language: runs of words that are not the text's own."""
    words = list(_WORD.finditer(text))
    if len(words) < 2 * _MIN_WORDS:
        return
    folded = [word[0].casefold() for word in words]
    counts = Counter(
        other
        for word in folded
        if (shares := WORDS.get(word)) and language not in shares
        for other in shares
    )
    for other, count in counts.most_common(3):
        if count < _needed(language, other):
            break
        for first, last in _clauses(text, words, folded, language, other):
            if part := _foreign_clause(text, words[first : last + 1], language, other):
                yield part


def _clauses(
    text: str, words: list[re.Match[str]], folded: list[str], language: str, other: str
) -> Iterator[tuple[int, int]]:
    """Give runs of words, first and last, that begin and end in the other and hold no own word."""
    first = last = -1
    for place, word in enumerate(folded):
        shares = WORDS.get(word, {})
        breaks = place > 0 and "\n" in text[words[place - 1].end() : words[place].start()]
        if breaks or (language in shares and other not in shares):
            if first >= 0:
                yield first, last
            first = -1
        if (other in shares and language not in shares) or (first < 0 and other in shares):
            first = place if first < 0 else first
        if first >= 0:
            last = place
    if first >= 0:
        yield first, last


def _foreign_clause(
    text: str, words: list[re.Match[str]], language: str, other: str
) -> Foreign | None:
    said = [word[0] for word in words]
    start, end = words[0].start(), words[-1].end()
    telling = [w for w in said if other in (s := WORDS.get(w.casefold(), {})) and language not in s]
    if len(said) < _MIN_WORDS or len(telling) < _needed(language, other) or not _is_prose(said):
        return None
    if sum(map(len, said)) < _MIN_LETTERS or len(telling) * 4 < len(said):
        return None
    if detect_language(text[start:end], prior=language) != other:
        return None
    return Foreign(start, end, other, 0.8 if len(said) >= _SURE_WORDS else 0.6)


def _needed(language: str, other: str) -> int:
    """How many words must be the other language's alone: more between close relatives."""
    return 5 if any({language, other} <= pair for pair in _CLOSE) else 3


def _common(words: list[str], language: str) -> int:
    return sum(language in WORDS.get(word.casefold(), {}) for word in words)


def _is_prose(words: list[str]) -> bool:
    """Whether most words are in small letters: names of products and menus are not."""
    return sum(word[0].islower() for word in words) * 2 >= len(words)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for match in _SENTENCE.finditer(text):
        lead = len(match[0]) - len(match[0].lstrip())
        if match[0].strip():
            yield match.start() + lead, match.end()


def _is_courtesy(part: str) -> bool:
    folded = part.casefold().strip()
    words = _weight(part) / 6 if _OTHER_SCRIPTS["zh"].search(part) else len(part.split())
    clauses = [each for each in re.split("[,，、،]", folded) if each.strip()]
    if len(clauses) > 1 and _weight(clauses[-1]) >= _MIN_OWN_LETTERS:
        return False
    return words <= _courtesy_words() and folded.startswith(_courtesy_starts())


@cache
def _courtesy_words() -> int:
    return courtesies().words


@cache
def _courtesy_starts() -> tuple[str, ...]:
    return courtesies().starts
