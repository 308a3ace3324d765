"""Keys of the page Review beyond the shortcuts of its buttons, and scrolling to the evidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_SCRIPT = Path(__file__).parent / "keys.js"


def draw(*, item: int, turn: int | None, shown: str) -> None:
    """Let Enter confirm, ? open the help, and a held key count once.

    Another `item` is shown from the top of its conversation. When `shown`, which names what is on
    the page, changes within one, the conversation scrolls to `turn`.
    """
    data = {"item": item, "turn": turn, "shown": shown}
    _component()(key="review-keys", data=data, height="content")


@cache
def _component() -> Any:
    script = _SCRIPT.read_text(encoding="utf-8")
    return st.components.v2.component("cs_qa.review_keys", js=script)
