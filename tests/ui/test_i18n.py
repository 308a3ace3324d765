"""Every sentence of the pages has its Chinese, with the same placeholders."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from cs_qa.store.decisions import REASONS
from cs_qa.ui import i18n

UI = Path(i18n.__file__).parent
MARKERS = {"_": 1, "said": 1, "ngettext": 2}
"""The functions that mark a message, with how many forms of it they take."""

FILES = (*UI.glob("**/*.py"), UI.parent / "report" / "workbook.py")


def messages() -> Iterator[tuple[str, ...]]:
    """The messages in the code, each a tuple of its English forms."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = node.args[: MARKERS.get(node.func.id, 0)]
                forms = [each.value for each in given if isinstance(each, ast.Constant)]
                if forms and len(forms) == len(given):
                    yield tuple(map(str, forms))
    yield from ((reason,) for reason in REASONS.values())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", sorted(set(i18n.LANGUAGES) - {"en"}))
def test_every_message_is_translated(code: str) -> None:
    known = i18n.catalogue(code)
    missing = sorted({forms[0] for forms in messages()} - set(known))
    assert not missing, f"add to {code}.po: {missing}"


@pytest.mark.parametrize("code", sorted(set(i18n.LANGUAGES) - {"en"}))
def test_no_translation_is_left_over(code: str) -> None:
    said = {forms[0] for forms in messages()}
    assert not sorted(set(i18n.catalogue(code)) - said)


@pytest.mark.parametrize("code", sorted(set(i18n.LANGUAGES) - {"en"}))
def test_a_translation_keeps_the_placeholders(code: str) -> None:
    forms_of = {forms[0]: forms for forms in messages()}
    for message, translated in i18n.catalogue(code).items():
        wanted = placeholders(forms_of[message][-1])
        for form in translated:
            assert placeholders(form) <= wanted, message
            assert wanted - placeholders(form) <= {"n"}, message


def test_the_catalogues_are_whole() -> None:
    for path in sorted((UI / "locale").glob("*.po")):
        with path.open("rb") as file:
            entries = [entry for entry in read_po(file) if entry.id]
        assert entries
        assert not [entry.id for entry in entries if entry.fuzzy]


def test_what_has_no_translation_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "language", lambda: "zh")
    assert i18n._("no such sentence") == "no such sentence"
    assert i18n.ngettext("{n} no such", "{n} no suches", 1) == "{n} no such"
    assert i18n.ngettext("{n} no such", "{n} no suches", 2) == "{n} no suches"


def test_numbers_and_days_follow_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    day = dt.date(2026, 11, 16)
    assert (i18n.number(1234.56), i18n.percent(0.934), i18n.date(day)) == (
        "1,234.6", "93%", "16 Nov 2026",
    )  # fmt: skip
    monkeypatch.setattr(i18n, "language", lambda: "zh")
    assert i18n.date(day) == "2026年11月16日"
    at = dt.datetime(2026, 11, 16, 8, 0, tzinfo=dt.UTC)
    assert re.search(r"2026年11月16日.*8:00", i18n.date_time(at))
    assert {i18n.number(None), i18n.percent(None), i18n.date(None), i18n.date_time(None)} == {"–"}
