"""What the queue says of a slot, and how it does and reports what a button asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.store.listing import ListedSlot
from cs_qa.ui import session
from cs_qa.ui.i18n import _, ngettext
from cs_qa.ui.wording import UNKNOWN, in_words, markdown

_SAID = "queue-said"


def lease_left(until: datetime | None, now: datetime) -> str:
    """Say how long a claim still holds."""
    minutes = 0 if until is None else int((until - now).total_seconds() // 60)
    if until is None or until <= now:
        return _("Time is up; yours until someone claims it")
    if minutes < 1:
        return _("under a minute left")
    return ngettext("{n} min left", "{n} min left", minutes).format(n=minutes)


def slot_label(slot: ListedSlot, *, with_reason: bool = True) -> str:
    """Say which conversation a slot is about, as escaped Markdown of two lines.

    Nothing that its reviewer must not know is in it.
    """
    turns = ngettext("{n} turn", "{n} turns", slot.turn_count).format(n=slot.turn_count)
    channel = _(in_words(slot.channel)) if slot.channel else None
    about = [markdown(each) for each in (slot.agent, slot.language, channel) if each]
    badges = [f":gray-badge[{reason_name(slot.reason)}]"] if with_reason else []
    if slot.is_blind:
        badges.insert(0, f":violet-badge[{_('Blind')}]")
    if slot.slot == 2:
        badges.insert(0, f":violet-badge[{_('Second review')}]")
    second = " · ".join([*about, turns]) or UNKNOWN
    return f"**{markdown(slot.transcript_id)}** {' '.join(badges)}  \n:small[:gray[{second}]]"


def reason_name(reason: str) -> str:
    """Name the reason for which an item was drawn."""
    return {
        "random": _("Random"),
        "risk": _("Risk"),
        "uncertainty": _("Uncertainty"),
        "minimum": _("Minimum per agent"),
        "calibration": _("Calibration"),
        "hidden": _("Reason hidden"),
    }.get(reason, reason)


def attempt(verb: Callable[..., object], *args: object, **options: object) -> None:
    """Do what a button says; what the store refuses is shown with the next drawing."""
    try:
        verb(*args, **options)
    except CsQaError as error:
        st.session_state[_SAID] = error


def draw_said() -> None:
    """Show what the last button had for an answer, once."""
    said = st.session_state.pop(_SAID, None)
    if isinstance(said, CsQaError):
        session.notice(said)
    elif said:
        st.success(markdown(said), icon=":material/check:")


def say(text: str) -> None:
    """Keep a message for the next drawing."""
    st.session_state[_SAID] = text
