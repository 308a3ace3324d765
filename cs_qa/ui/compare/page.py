"""Second reviews: where two inspectors differ, how far they are, how far they agree."""

from __future__ import annotations

import streamlit as st

from cs_qa.store import Store
from cs_qa.store.samples import StoredSample, list_samples
from cs_qa.ui import session
from cs_qa.ui.compare.agreement import draw_agreement
from cs_qa.ui.compare.calibration import draw_calibration
from cs_qa.ui.compare.decide import draw_decide
from cs_qa.ui.compare.progress import draw_progress
from cs_qa.ui.i18n import _
from cs_qa.ui.queue.rows import draw_said

_VIEWS = {
    "decide": draw_decide,
    "progress": draw_progress,
    "agreement": draw_agreement,
}
_CALIBRATION = "calibration"


def draw() -> None:
    """Draw the page: all of it for those who adjudicate, calibration for every reviewer."""
    store = session.store()
    if not session.may("adjudicate"):
        draw_said()
        draw_calibration(store)
        return
    is_calibration = "session" in st.query_params
    head, tail = st.columns([3, 2], gap="medium", vertical_alignment="center")
    with head:
        view = st.segmented_control(
            _("View"),
            [*_VIEWS, _CALIBRATION],
            default=_CALIBRATION if is_calibration else "decide",
            required=True,
            format_func=_view_name,
            key="compare-view",
            label_visibility="collapsed",
        )
    draw_said()
    if view == _CALIBRATION:
        draw_calibration(store)
        return
    with tail:
        sample_id = _draw_samples(store)
    _VIEWS[str(view)](store, sample_id)


def _view_name(view: str) -> str:
    return {
        "decide": _("To decide"),
        "progress": _("Progress"),
        "agreement": _("Agreement"),
        _CALIBRATION: _("Calibration"),
    }[view]


def _draw_samples(store: Store) -> int | None:
    samples = list_samples(store)[::-1]
    if len(samples) < 2:
        return None
    chosen: StoredSample | None = st.selectbox(
        _("Sample"),
        samples,
        index=None,
        format_func=lambda each: _("{week}, draw {n}").format(week=each.week, n=each.number),
        placeholder=_("All samples"),
        key="compare-sample",
        label_visibility="collapsed",
    )
    return None if chosen is None else chosen.id
