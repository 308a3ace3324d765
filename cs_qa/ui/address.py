"""Choices that the page's address carries, by values that are the same in every language.

Streamlit's own binding writes what the reader sees, which is a translation. Here the address
decides what is chosen: each run reads it, each choice writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def selectbox(
    name: str,
    title: str,
    options: Sequence[T],
    *,
    key: str,
    default: T | None = None,
    value_of: Callable[[T], str] = str,
    **shown: Any,
) -> T | None:
    """Draw a select box whose choice stands as `name` in the address, unless it is the default.

    Without a default nothing is chosen at first, and what is chosen can be cleared. `shown` is
    passed on to Streamlit.
    """
    st.session_state[key] = _asked(name, options, default, value_of)
    chosen: T | None = st.selectbox(
        title,
        options,
        index=None if default is None else 0,
        key=key,
        on_change=_keep,
        args=(name, key, default, value_of),
        **shown,
    )
    return chosen


def segmented(
    name: str, title: str, options: Sequence[str], *, key: str, default: str, **shown: Any
) -> str:
    """Draw segments, one of which is always chosen, as `selectbox` draws its options."""
    st.session_state[key] = _asked(name, options, default, str)
    chosen: str | None = st.segmented_control(
        title,
        options,
        required=True,
        key=key,
        on_change=_keep,
        args=(name, key, default, str),
        **shown,
    )
    return chosen or default


def pills(name: str, title: str, options: Sequence[str], *, key: str, **shown: Any) -> list[str]:
    """Draw pills of which any number can be chosen; each stands in the address."""
    asked = st.query_params.get_all(name)
    st.session_state[key] = [option for option in options if option in asked]
    chosen: list[str] = st.pills(
        title,
        options,
        selection_mode="multi",
        key=key,
        on_change=_keep_all,
        args=(name, key),
        **shown,
    )
    return chosen


def _asked(
    name: str, options: Sequence[T], default: T | None, value_of: Callable[[T], str]
) -> T | None:
    asked = st.query_params.get(name)
    return next((option for option in options if value_of(option) == asked), default)


def _keep(name: str, key: str, default: object, value_of: Callable[[Any], str]) -> None:
    chosen = st.session_state.get(key)
    if chosen is None or chosen == default:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = value_of(chosen)


def _keep_all(name: str, key: str) -> None:
    st.query_params[name] = list(st.session_state.get(key) or [])
