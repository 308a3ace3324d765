"""What the pages say, in the reader's language: gettext catalogues, numbers and dates by locale.

English is the source. Another language is a file `locale/<code>.po`, read as it is, so that a
translator's change shows at the next start and nothing needs compiling.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import streamlit as st
from babel import Locale, UnknownLocaleError, dates, numbers
from babel.messages.pofile import read_po
from streamlit.runtime.scriptrunner import get_script_run_ctx

LANGUAGES: Mapping[str, str] = {"en": "English", "zh": "简体中文"}
"""The languages of the interface, each by its own name."""

LANGUAGE_KEY = "interface_language"
"""Where the session keeps the language that its user chose."""

_CATALOGUES = Path(__file__).parent / "locale"

Messages = Mapping[str, tuple[str, ...]]


def language() -> str:
    """Tell the language of this session: the one chosen, else the browser's, else English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return "en"
    chosen = st.session_state.get(LANGUAGE_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    asked = (st.context.locale or "").partition("-")[0].lower()
    return asked if asked in LANGUAGES else "en"


def _(message: str) -> str:
    """Translate a message; one that has no translation stays as it is."""
    return catalogue(language()).get(message, (message,))[0]


def said(message: str) -> str:
    """Mark a message where it is written, in a table; `_` translates it where it is shown."""
    return message


def ngettext(singular: str, plural: str, n: int) -> str:
    """Translate a message that depends on a number."""
    forms = catalogue(language()).get(singular)
    if forms is None:
        return singular if n == 1 else plural
    return forms[0] if n == 1 else forms[-1]


@cache
def catalogue(code: str) -> Messages:
    """Read the translations of a language: message to its forms, singular first."""
    path = _CATALOGUES / f"{code}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=code)
    return {
        entry.id if isinstance(entry.id, str) else entry.id[0]: (
            (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        )
        for entry in entries
        if entry.id and entry.string and all(entry.string)
    }


def number(value: float | None, digits: int = 1) -> str:
    """Write a number with at most `digits` decimals; a dash where there is none."""
    if value is None:
        return "–"
    pattern = "#,##0." + "#" * digits if digits else "#,##0"
    return numbers.format_decimal(value, format=pattern, locale=_locale())


def percent(share: float | None, digits: int = 0) -> str:
    """Write a share of 0-1 as a percentage; a dash where there is none."""
    if share is None:
        return "–"
    pattern = "#,##0." + "#" * digits + "%" if digits else "#,##0%"
    return numbers.format_percent(share, format=pattern, locale=_locale())


def long_date(day: dt.date) -> str:
    """Write a day with its weekday."""
    pattern = "full" if language() == "zh" else "EEEE, d MMMM y"
    return dates.format_date(day, pattern, locale=_locale())


def date(day: dt.date | None) -> str:
    """Write a day; a dash where there is none."""
    return "–" if day is None else dates.format_date(day, "medium", locale=_locale())


def date_time(at: dt.datetime | None) -> str:
    """Write an aware time in the zone of the reader's browser; a dash where there is none."""
    if at is None:
        return "–"
    zone = dates.get_timezone(_time_zone())
    return dates.format_datetime(at, "medium", tzinfo=zone, locale=_locale())


def language_name(code: str) -> str:
    """Name a language by its code; a code that is not known stays as it is."""
    try:
        return Locale.parse(code, sep="-").get_display_name(_locale()) or code
    except (UnknownLocaleError, ValueError):
        return code


def _time_zone() -> str:
    asked = None if get_script_run_ctx(suppress_warning=True) is None else st.context.timezone
    return asked or "UTC"


def _locale() -> Locale:
    return Locale.parse("zh_Hans_CN" if language() == "zh" else "en_GB")
