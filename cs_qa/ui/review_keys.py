"""Keys of the page Review beyond the shortcuts of its buttons, and scrolling to the evidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_SCRIPT = Path(__file__).parent / "review_keys.js"


def draw(*, turn: int | None, shown: str) -> None:
    """Let Enter confirm, ? open the help, and a held key count once.

    When `shown`, which names what is on the page, changes, the conversation scrolls to `turn`.
    """
    _component()(key="review-keys", data={"turn": turn, "shown": shown}, height="content")


@cache
def _component() -> Any:
    script = _SCRIPT.read_text(encoding="utf-8")
    return st.components.v2.component("cs_qa.review_keys", js=script)
