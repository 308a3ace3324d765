"""What a model is to read of a turn."""

from __future__ import annotations

from cs_qa.text.legible import legible
from cs_qa.text.quoted import own_words

__all__ = ["as_read"]


def as_read(text: str) -> str:
    """Give a turn's own words, with nothing to hide them.

    >>> as_read("Ple\\u200base w\\u0430it.")
    'Please wait.'
    """
    return legible(own_words(text))
