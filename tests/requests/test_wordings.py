from __future__ import annotations

import pytest

from cs_qa.requests.kinds import KINDS
from cs_qa.requests.wordings import wordings
from cs_qa.text.language import LANGUAGES


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_each_language_is_read(language: str) -> None:
    words = wordings(language)
    assert words is not None
    assert words.language == language


def test_a_region_has_the_wordings_of_its_language() -> None:
    assert wordings("pt-BR") is wordings("pt")


@pytest.mark.parametrize("language", ["sw", "und", None])
def test_other_languages_have_none(language: str | None) -> None:
    assert wordings(language) is None


def test_kinds_are_told_once() -> None:
    assert len(set(KINDS)) == len(KINDS)
