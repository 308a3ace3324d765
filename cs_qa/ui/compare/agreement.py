"""How far inspectors agree with one another and with the machine."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.report.agreement import (
    MIN_PAIRS,
    Agreement,
    Pair,
    against_machine,
    agreement_figures,
    between_reviewers,
    languages_of,
)
from cs_qa.store import Store
from cs_qa.store.second_reviews import ratings
from cs_qa.ui import session
from cs_qa.ui.compare.html import coefficient, table_html
from cs_qa.ui.i18n import _, percent
from cs_qa.ui.wording import UNKNOWN, criterion_name

_CACHED = 32
"""Tables that are kept: their intervals take seconds to work out."""


def draw_agreement(store: Store, sample_id: int | None) -> None:
    """Draw the figures of each comparison by criterion, of one language or all."""
    rated = ratings(store, session.login(), sample_id=sample_id)
    between = between_reviewers(rated)
    seen, blind = (against_machine(rated, shown=shown) for shown in (True, False))
    if not rated:
        session.draw_notice(
            _("No finished reviews yet"),
            _("Agreement is worked out once reviews are finished. Review items in Queue."),
        )
        return
    language = st.selectbox(
        _("Language"),
        languages_of([*between, *seen, *blind]),
        index=None,
        placeholder=_("All languages"),
        key="compare-language",
        width=280,
    )
    _draw_table(
        _("Between inspectors"),
        _("First and second review of the same conversation; neither sees the other."),
        between,
        language,
    )
    _draw_table(
        _("Inspector and machine, machine seen"),
        _("The inspector saw the machine's judgement, and may lean on it."),
        seen,
        language,
    )
    _draw_table(
        _("Inspector and machine, blind"),
        _(
            "The inspector did not see the machine's judgement. Where agreement is clearly lower "
            "here than above, inspectors lean on the machine (anchoring)."
        ),
        blind,
        language,
    )
    st.caption(
        _(
            "Kappa: Cohen's, of verdicts. Alpha: Krippendorff's, of scores. 1 is full agreement, "
            "0 what chance gives. In brackets: 95% bootstrap interval over conversations, from "
            "{n} conversations on. A dash: not defined, as where all verdicts are the same. "
            "Judgements that the machine left as not applicable are not compared with it."
        ).format(n=MIN_PAIRS)
    )


def _draw_table(title: str, about: str, pairs: Sequence[Pair], language: str | None) -> None:
    st.markdown(f"##### {title}")
    st.caption(about)
    heads = [
        _("Criterion"),
        _("Pairs"),
        _("Conversations"),
        _("Same verdict"),
        _("Kappa (95%)"),
        _("Alpha (95%)"),
    ]
    st.html(table_html(heads, [_row(each) for each in _figures(tuple(pairs), language)]))


@st.cache_data(max_entries=_CACHED, show_spinner=False)
def _figures(pairs: tuple[Pair, ...], language: str | None) -> list[Agreement]:
    return agreement_figures(pairs, language=language)


def _row(each: Agreement) -> list[str]:
    name = _("All criteria") if each.criterion is None else _(criterion_name(each.criterion))
    counts = [name, str(each.pairs), str(each.conversations)]
    if each.is_too_few:
        return [*counts, _("too few"), UNKNOWN, UNKNOWN]
    return [
        *counts,
        percent(each.agreed),
        coefficient(each.kappa, each.kappa_interval),
        coefficient(each.alpha, each.alpha_interval),
    ]
