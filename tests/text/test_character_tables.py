from __future__ import annotations

import importlib.util
import unicodedata
from pathlib import Path

import pytest

from cs_qa.text.han import character_table, simplified_forms


def test_forms_lead_to_simplified_characters_in_one_step() -> None:
    forms = simplified_forms()
    assert [forms[c] for c in "體気說著⻓"] == list("体气说着长")
    assert not set(forms) & set(forms.values())
    assert all(len(form) == len(target) == 1 for form, target in forms.items())


@pytest.mark.parametrize("name", ["han.txt", "han_forms.txt", "look_alikes.txt", "pinyin.txt"])
def test_tables_say_where_they_come_from(name: str) -> None:
    folder = Path(__file__).parents[2] / "cs_qa" / "data" / "characters"
    words = (folder / name).read_text(encoding="utf-8").replace("\n# ", " ")
    assert "erived from" in words
    assert not any(line.startswith("#") for line in character_table(name))


def test_no_character_looks_like_two() -> None:
    members = [c for row in character_table("look_alikes.txt") for c in row]
    assert len(members) == len(set(members))
    assert not any(unicodedata.category(c).startswith("M") for c in members)


def test_tables_are_what_the_sources_give() -> None:
    for package in ("confusable_homoglyphs", "opencc", "pypinyin"):
        pytest.importorskip(package)
    path = Path(__file__).parent / "character_tables.py"
    spec = importlib.util.spec_from_file_location("character_tables", path)
    assert spec is not None
    assert spec.loader is not None
    derivation = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(derivation)
    for name, content in derivation.tables().items():
        assert (derivation.FOLDER / name).read_text(encoding="utf-8") == content
