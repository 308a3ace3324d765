"""What a message says once its values, duty text and courtesy are taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from cs_qa.evidence import sentence_spans
from cs_qa.scripts.wording import Wording
from cs_qa.text.normalise import normalise

_MASKED = re.compile(r"[<\[]\w[\w ]{0,30}[>\]]")
_CODE = re.compile(r"(?:(?<![a-z])[a-z]{1,4}-?)?\d(?:[\d.,:/#-]|[a-z](?![a-z]))*")
_VALUE = re.compile(rf"{_MASKED.pattern}|{_CODE.pattern}")
_NO_LETTER = re.compile(r"[\W_]+")
_DENSE = re.compile("[\u2e80-\u9fff\uac00-\ud7af]")
_CLAUSE_END = re.compile("(?<=[\u4e00-\u9fff])[ ,;]+|[ ,;]+(?=[\u4e00-\u9fff])")
_DENSITY = 2.5
"""Letters of an alphabet that one Chinese, Japanese or Korean character stands for."""

LEAST_LETTERS = 20
"""With fewer letters than these without courtesy, a message is only compared as a whole."""

DUTY_LETTERS = 90
"""A longer sentence says more than a tracking number or a formula."""

STALL_LETTERS = 80
STALL_SHARE = 0.6
"""A stalling line is short, and this share of what it says is stalling."""


@dataclass(frozen=True)
class Content:
    """What one message says, as letters and single spaces.

    `whole` is all but values. `kept` is without duty text too, and without stalling clauses where
    there is more; `core` is without courtesy as well.
    `values` are the numbers, codes and masked values of the message.
    """

    whole: str
    kept: str
    core: str
    values: frozenset[str]
    is_stalling: bool = False

    @cached_property
    def kept_grams(self) -> Counter[str]:
        """Runs of letters of `kept`."""
        return grams(self.kept)

    @cached_property
    def core_grams(self) -> Counter[str]:
        """Runs of letters of `core`."""
        return grams(self.core)


def content_of(text: str, words: Wording) -> Content:
    """Read a message by the wordings of its language.

    >>> from cs_qa.scripts.wording import wording
    >>> content_of("Hello! Order 1234 is being packed, please.", wording(["en"])).core
    'order is being packed'
    """
    own = [each for each in _clauses(text) if not _is_duty(each, words)]
    is_stalling = _is_stalling(own, words)
    if not is_stalling:
        own = [each for each in own if not _is_stalling([each], words)]
    kept = words.duty.sub(" ", _VALUE.sub(" ", " ".join(own)))
    whole = normalise(text).text
    return Content(
        whole=letters(_VALUE.sub(" ", whole)),
        kept=letters(kept),
        core=letters(words.courtesy.sub(" ", kept)),
        values=frozenset(_VALUE.findall(whole)),
        is_stalling=is_stalling,
    )


def without_values(text: str) -> str:
    """Give a message as letters and single spaces, without values.

    >>> without_values("Order 1234 is <NAME_1>'s!")
    'order is s'
    """
    return letters(_VALUE.sub(" ", normalise(text).text))


def letters(text: str) -> str:
    """Give letters and digits with one space for whatever stands between."""
    return _NO_LETTER.sub(" ", text).strip()


def weight(text: str) -> float:
    """Length in letters of an alphabet; a Chinese character is worth 2.5 of them.

    >>> weight("请稍等"), weight("one moment")
    (7.5, 9.0)
    """
    filled = len(text) - text.count(" ")
    return filled + (_DENSITY - 1) * len(_DENSE.findall(text))


def values_of(text: str) -> frozenset[str]:
    """Numbers, codes and masked values of a message."""
    return frozenset(_VALUE.findall(normalise(text).text))


def _clauses(text: str) -> Iterator[str]:
    """Give the sentences of a message; in Chinese, commas and spaces end clauses as well."""
    for start, end in sentence_spans(text):
        yield from _CLAUSE_END.split(normalise(text[start:end]).text)


def _is_duty(sentence: str, words: Wording) -> bool:
    if words.disclosures.search(sentence):
        return True
    if weight(sentence) > DUTY_LETTERS:
        return False
    if words.formulas.search(sentence):
        return True
    return bool(words.references.search(sentence) and _VALUE.search(sentence))


def _is_stalling(clauses: Iterable[str], words: Wording) -> bool:
    text = _VALUE.sub(" ", " ".join(clauses))
    stalled = sum(weight(match[0]) for match in words.stalling.finditer(text))
    rest = words.duty.sub(" ", words.stalling.sub(" ", text))
    left = weight(letters(words.fillers.sub(" ", words.courtesy.sub(" ", rest))))
    said = stalled + left
    return stalled >= STALL_SHARE * said and 0 < said <= STALL_LETTERS


def grams(text: str) -> Counter[str]:
    """Count runs of three characters, of two in a dense script."""
    return Counter(runs(text))


def runs(text: str) -> list[str]:
    """Give the runs of letters of a text in order: three characters, two in a dense script.

    >>> runs("we do")
    [' we', 'we ', 'e d', ' do', 'do ']
    """
    size = 2 if len(_DENSE.findall(text)) * 3 > len(text) else 3
    padded = f" {text} "
    return [padded[i : i + size] for i in range(len(padded) - size + 1)]
