import pickle
from pathlib import Path

import pytest

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon import find_hits, load_built_in
from cs_qa.phrases.shop import lexicons_with, read_shop_lexicons

ENGLISH = """
language = "en"
version = "3"
[guards]
negation = ["hardly ever"]
[[phrase]]
label = "deflecting"
strength = "strong"
phrases = ["use the form"]
[[except]]
phrases = ["not our problem solver"]
"""
EVERYWHERE = """
name = "acme"
language = "*"
version = "1"
[[phrase]]
label = "hostile"
strength = "strong"
patterns = ["zapp+er"]
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / "forms.toml", ENGLISH), write(tmp_path / "all.toml", EVERYWHERE)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Use the form.", "en", [("deflecting", None)]),
        ("Use the form.", "de", []),
        # the guards of the language hold for the shop's phrases, and the shop's for all
        ("Use the form. I'll check.", "en", [("deflecting", "next_step")]),
        ("Hardly ever no idea.", "en", [("deflecting", "negation")]),
        ("He is not our problem solver.", "en", [("deflecting", "except")]),
        ("Zappper!", "en", [("hostile", None)]),
        ("Zappper!", "de-AT", [("hostile", None)]),
        ("你 zapper", "zh", [("hostile", None)]),
        ("Zapper!", "sv", [("hostile", None)]),
        ("Zapper!", None, [("hostile", None)]),
        ("Das weiß ich nicht.", "de", [("deflecting", None)]),
    ],
)
def test_a_shops_lists_stand_beside_the_built_in_ones(
    paths: list[Path], text: str, language: str | None, expected: list[tuple[str, str | None]]
) -> None:
    known = lexicons_with(pickle.loads(pickle.dumps(read_shop_lexicons(paths))))
    hits = find_hits(text, language=language, conversation_language=language, lexicons=known)
    assert {(hit.label, hit.guard) for hit in hits} >= set(expected)
    assert any(not hit.guard for hit in hits) == any(not guard for _, guard in expected)


def test_lists_have_a_name_that_scorecards_state(paths: list[Path]) -> None:
    files = read_shop_lexicons(paths)
    known = lexicons_with(files)
    built_in = load_built_in()["en"].refs
    assert known["en"].refs == (*built_in, "forms/en@3", "acme/*@1")
    assert known["*"].refs == ("acme/*@1",)
    assert lexicons_with(files) is known


def test_without_lists_the_built_in_ones_are_taken(paths: list[Path]) -> None:
    assert lexicons_with(()) is load_built_in()
    english = lexicons_with(read_shop_lexicons(paths[:1]))
    assert english["de"] is load_built_in()["de"]
    assert "*" not in english


def test_the_same_list_twice_counts_once(paths: list[Path]) -> None:
    assert len(read_shop_lexicons([*paths, *paths])) == 2


def test_every_file_that_does_not_hold_is_named(tmp_path: Path, paths: list[Path]) -> None:
    other = write(tmp_path / "other.toml", EVERYWHERE.replace("zapp", "za"))
    broken = write(tmp_path / "broken.toml", EVERYWHERE.replace("zapp+er", "z(?=a)"))
    with pytest.raises(LexiconError) as told:
        read_shop_lexicons([*paths, other, broken, tmp_path / "none.toml"])
    lines = str(told.value)
    assert f"{other}: another list is acme/*@1 too. Give one of them another `name`" in lines
    assert f"{broken}: does not hold" in lines
    assert "look-ahead" in lines
    assert "none.toml: cannot be read" in lines
