from __future__ import annotations

from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text._letters import COLUMNS, FOREIGN, LATIN, ROW_BITS, LetterModel, rows_of_runs

WORDS = st.lists(st.text("abcdeäñığđß", min_size=1, max_size=9), min_size=1, max_size=6)


@pytest.fixture(scope="module")
def model() -> LetterModel:
    return LetterModel()


def test_a_word_of_three_letters_has_its_runs_with_the_spaces_beside_it() -> None:
    # a b c, " a" ab bc "c ", " ab" abc "bc ", " abc" "abc ", " abc "
    rows, starts = rows_of_runs(["abc"])
    assert len(set(rows.tolist())) == len(rows) == 3 + 4 + 3 + 2 + 1
    assert starts == [0]


@given(WORDS)
def test_no_run_goes_over_a_space(words: list[str]) -> None:
    rows, starts = rows_of_runs(words)
    alone = [rows_of_runs([word])[0].tolist() for word in words]
    assert [part.tolist() for part in np.split(rows, starts[1:])] == alone


@given(st.lists(st.text(min_size=1).filter(lambda word: " " not in word), min_size=1))
def test_any_words_have_rows_in_the_table(words: list[str]) -> None:
    rows, starts = rows_of_runs(words)
    assert rows.dtype == np.uint32
    assert all(row < 2**ROW_BITS for row in rows.tolist())
    assert len(starts) == len(words)
    assert starts[-1] < len(rows)


def test_the_table_fits_its_columns_and_is_small() -> None:
    file = resources.files("cs_qa") / "data" / "language" / "letters.npz"
    assert len(file.read_bytes()) < 3_000_000
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        assert stored["weights"].shape == (2**ROW_BITS, max(map(len, COLUMNS.values())))


@pytest.mark.parametrize(
    ("script", "languages"),
    [("latin", {*LATIN, FOREIGN}), ("cyrillic", {"ru", FOREIGN}), ("arabic", {"ar", FOREIGN})],
)
def test_probabilities_are_of_the_script_and_add_up(
    model: LetterModel, script: str, languages: set[str]
) -> None:
    for words in ([], ["zug"], ["это", "посылка"], ["شكرا"] * 500):
        found = model(words, script)
        assert set(found) == languages
        assert sum(found.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "script", "language"),
    [
        ("lieferverzögerung", "latin", "de"),
        ("desenvolvimento", "latin", "pt"),
        ("desarrolladores", "latin", "es"),
        ("versandkosten und rückgabe", "latin", "de"),
        ("leveransen är försenad igen", "latin", FOREIGN),
        ("objednávka ještě nedorazila", "latin", FOREIGN),
        ("посылка ещё не пришла", "cyrillic", "ru"),
        ("посилка ще не прийшла", "cyrillic", FOREIGN),
        ("لم تصل الشحنة حتى الآن", "arabic", "ar"),
        ("سفارش من هنوز نرسیده است", "arabic", FOREIGN),
    ],
)
def test_likeliest_language(model: LetterModel, text: str, script: str, language: str) -> None:
    found = model(text.split(), script)
    assert max(found, key=found.__getitem__) == language


@given(WORDS)
def test_the_order_of_words_does_not_matter(model: LetterModel, words: list[str]) -> None:
    assert model(words, "latin") == model(words[::-1], "latin")


def test_one_name_decides_nothing(model: LetterModel) -> None:
    said = ["said", "the", "woman", "from", "the", "shop", "in", "an", "interview", "with"]
    found = model([*said, "katholieke", "universiteit"], "latin")
    assert max(found, key=found.__getitem__) == "en"
