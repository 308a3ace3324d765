"""The results of a calibration: how far all agree, and each score side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.report.agreement import SharedAgreement, shared_figures
from cs_qa.store import Store
from cs_qa.store.calibration_results import Mark, calibration_marks
from cs_qa.store.calibration_rows import CalibrationSession
from cs_qa.ui import session
from cs_qa.ui.compare.html import coefficient, table_html
from cs_qa.ui.i18n import _
from cs_qa.ui.review.html import judged
from cs_qa.ui.wording import UNKNOWN, criterion_name, score


def draw_results(store: Store, opened: CalibrationSession, names: dict[str, str]) -> None:
    """Draw the agreement of all, and the judgements of one criterion by conversation."""
    marks = calibration_marks(store, opened.id, session.login())
    if not any(each.user_id for each in marks):
        st.caption(_("Nobody has judged yet."))
        return
    agreement, scores = st.columns([2, 3], gap="large")
    with agreement:
        st.markdown(f"##### {_('Agreement of all')}")
        _draw_agreement(tuple(marks))
    with scores:
        st.markdown(f"##### {_('Scores side by side')}")
        _draw_scores(marks, opened.participants, names)


def _draw_agreement(marks: tuple[Mark, ...]) -> None:
    heads = [_("Criterion"), _("Judgements"), _("Alpha of verdicts"), _("Alpha of scores (95%)")]
    st.html(table_html(heads, [_row(each) for each in _figures(marks)]))
    st.caption(
        _(
            "Krippendorff's alpha over all who took part: 1 is full agreement, 0 what chance "
            "gives. With less than 0.67, scores of different people cannot be compared."
        )
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _figures(marks: tuple[Mark, ...]) -> list[SharedAgreement]:
    return shared_figures(marks)


def _row(each: SharedAgreement) -> list[str]:
    name = _("All criteria") if each.criterion is None else _(criterion_name(each.criterion))
    if each.is_too_few:
        return [name, str(each.judgements), _("too few"), UNKNOWN]
    return [
        name,
        str(each.judgements),
        coefficient(each.alpha_verdicts, None),
        coefficient(each.alpha_scores, each.alpha_scores_interval),
    ]


def _draw_scores(marks: Sequence[Mark], participants: Sequence[str], names: dict[str, str]) -> None:
    criteria = list(dict.fromkeys(each.criterion for each in marks))
    chosen = st.pills(
        _("Criterion"),
        criteria,
        default=criteria[0],
        required=True,
        format_func=lambda name: _(criterion_name(name)),
        key="calibration-criterion",
        wrap=True,
        label_visibility="collapsed",
    )
    people: list[str | None] = [*participants, None]
    wanted = {
        (each.transcript_id, each.user_id): each for each in marks if each.criterion == chosen
    }
    heads = [
        _("Conversation"),
        *(names.get(login, login) for login in participants),
        _("Machine"),
        _("Range"),
    ]
    rows = [
        _scores(transcript, [wanted.get((transcript, person)) for person in people])
        for transcript in dict.fromkeys(each.transcript_id for each in marks)
    ]
    st.html(table_html(heads, rows, total=False))
    st.caption(_("Range: from the lowest to the highest score of those who took part."))


def _scores(transcript: str, told: Sequence[Mark | None]) -> list[str]:
    people = [each.score for each in told[:-1] if each is not None and each.score is not None]
    spread = max(people) - min(people) if len(people) > 1 else None
    cells = [
        UNKNOWN if each is None else judged({"verdict": each.verdict, "score": each.score})
        for each in told
    ]
    return [transcript, *cells, score(spread)]
