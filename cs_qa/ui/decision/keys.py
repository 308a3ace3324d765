"""The key that saves a decision's form, whatever in it has the focus."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

_SCRIPT = Path(__file__).parent / "keys.js"


def draw(*, key: str) -> None:
    """Let Ctrl+Enter press the page's button whose key begins with `save-`."""
    _component()(key=key, height="content")


@cache
def _component() -> Any:
    script = _SCRIPT.read_text(encoding="utf-8")
    return st.components.v2.component("cs_qa.decision_keys", js=script)
