"""A message as it is meant to be read, for models: without what only hides its words."""

from __future__ import annotations

import html
import re

from cs_qa.text.confusables import latin_variant, unmixed
from cs_qa.text.normalise import ENTITY

__all__ = ["legible"]

# Characters that show nothing; not those that join emoji or turn the direction of writing.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180b-\u180f\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0]"
    "|(?<=[A-Za-z\u0400-\u04ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3])[\u200c\u200d]"
)
# A sign put over or through a letter: no language of ours writes these.
_OVERLAID = re.compile("[\u0334-\u0338\u0488\u0489\u20d0-\u20ff]+(?<!\u20e3)")
_STYLED = re.compile("[\u0180-\u02af\u1d00-\u1dbf\u1e00-\u1e9f\u2c60-\u2c7f\ua720-\ua7ff]")
_MIXED = re.compile(
    "[A-Za-z\u00c0-\u024f][\u0370-\u052f]|[\u0370-\u052f][A-Za-z\u00c0-\u024f]"
    "|[\u0370-\u03ff][\u0400-\u052f]|[\u0400-\u052f][\u0370-\u03ff]"
)


def legible(text: str) -> str:
    """Decode HTML entities, take out hidden characters, and undo look-alikes in mixed words.

    Case, accents, width and spelling stay; a text that hides nothing comes back as it is.

    >>> legible("That's nоt mу jоb"), legible("Не моя проблема, café ok 😀")
    ("That's not my job", 'Не моя проблема, café ok 😀')
    """
    if "&" in text:
        text = ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if text.isascii():
        return text
    shown = _OVERLAID.sub("", _HIDDEN.sub("", text))
    plain = _STYLED.sub(lambda letter: latin_variant(letter[0]), shown)
    return unmixed(plain) if _MIXED.search(plain) else plain
