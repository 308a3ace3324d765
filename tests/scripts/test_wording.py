from __future__ import annotations

import pytest

from cs_qa.scripts.wording import wording
from cs_qa.text.language import LANGUAGES
from cs_qa.text.normalise import normalise


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_wordings(language: str) -> None:
    words = wording([language])
    lists = (
        words.stalling, words.fillers, words.duty, words.formulas, words.courtesy,
        words.disclosures, words.references, words.again,
    )  # fmt: skip
    assert all(len(each.pattern) > 10 for each in lists)


@pytest.mark.parametrize(
    ("languages", "text", "stalls"),
    [
        (["en"], "One MOMENT!", True),
        (["en"], "a one momentous day", False),
        (["zh"], "還請您稍等哦", True),
        (["zh-TW"], "请稍等", True),
        (["en"], "请稍等", False),
        (["en", "zh", None], "请稍等", True),
        ([None], "请稍等", True),
        (["sv", "und"], "Einen Moment bitte", True),
    ],
)
def test_phrases_are_found_as_whole_words(
    languages: list[str | None], text: str, stalls: bool
) -> None:
    assert bool(wording(languages).stalling.search(normalise(text).text)) is stalls


def test_a_shop_adds_duty_text() -> None:
    assert wording(["en"], duty=("Northwind Ltd",)).duty.search("northwind ltd")
    assert not wording(["en"]).duty.search("northwind ltd")
