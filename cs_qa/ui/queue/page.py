"""The queue: what I hold, what is open to me, and for leads the draw and others' claims."""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape

import streamlit as st

from cs_qa.errors import InputError
from cs_qa.store import Store
from cs_qa.store.assignments import release
from cs_qa.store.listing import (
    FIELDS,
    Field,
    ListedSlot,
    SlotFilter,
    count_open_slots,
    finished_slots,
    held_slots,
    open_slots,
    open_values,
)
from cs_qa.store.queue import QueueCounts, claim, count_queue
from cs_qa.store.samples import StoredSample, list_samples
from cs_qa.ui import address, session
from cs_qa.ui.i18n import _, date_time, ngettext, number, percent
from cs_qa.ui.queue import filter as queue_filter
from cs_qa.ui.queue.lead import draw_form, draw_tools
from cs_qa.ui.queue.rows import attempt, draw_said, lease_left, reason_name, slot_label
from cs_qa.ui.review import page as review
from cs_qa.ui.wording import in_words, markdown

PAGE_SIZE = 10
_REFRESH_S = 60
_TO_REVIEW = "queue-to-review"


def draw() -> None:
    """Draw the page for whoever reviews, with the lead's tools for those who have them."""
    store = session.store()
    samples = list_samples(store)[::-1]
    if not samples:
        _draw_empty(store)
        return
    if f"queue-{FIELDS[0]}" not in st.session_state:
        queue_filter.restore()
    head, tools = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with head:
        sample = address.selectbox(
            "sample",
            _("Sample"),
            samples,
            default=samples[0],
            value_of=queue_filter.sample_name,
            format_func=_sample_name,
            key="queue-sample",
            label_visibility="collapsed",
        )
    with tools, st.container(horizontal=True, horizontal_alignment="right"):
        draw_tools(store)
    st.fragment(_draw_work, run_every=_REFRESH_S)(store, sample or samples[0])


def _draw_empty(store: Store) -> None:
    draw_said()
    if session.may("draw_sample"):
        session.draw_notice(
            _("Nothing to review yet"),
            _("Draw a week's sample: a random part that speaks for the week, and what is at risk."),
        )
        with st.container(width=420):
            draw_form(store)
    else:
        session.draw_notice(
            _("Nothing to review yet"), _("No sample was drawn. Ask a lead to draw this week's.")
        )


def _draw_work(store: Store, sample: StoredSample) -> None:
    if (item := st.session_state.pop(_TO_REVIEW, None)) is not None:
        st.switch_page(_review_page(), query_params=_address(item))
    now = datetime.now(UTC)
    draw_said()
    st.html(progress_html(count_queue(store, sample_id=sample.id, now=now), sample.size))
    mine, others = st.columns([2, 3], gap="large")
    with mine:
        _draw_mine(store, now)
    with others:
        _draw_open(store, sample.id)


def progress_html(counts: QueueCounts, conversations: int) -> str:
    """Draw how many reviews of a sample's conversations are done, as escaped HTML."""
    total = counts.total or 1
    parts = [
        ("done", counts.done, _("{n} done")),
        ("claimed", counts.claimed, _("{n} in progress")),
        ("open", counts.open, _("{n} open")),
    ]
    bar = "".join(
        f'<i class="cq-p-{name}" style="width:{n / total:.2%}"></i>' for name, n, _t in parts
    )
    told = "".join(
        f'<li class="cq-p-{name}">{escape(text.format(n=number(n, 0)))}</li>'
        for name, n, text in parts
    )
    done = escape(
        _("{share} of {total} reviews").format(
            share=percent(counts.done / total), total=number(counts.total, 0)
        )
    )
    return (
        f'<div class="cq-progress"><div class="cq-pbar">{bar}</div>'
        f"<ul><li><b>{done}</b></li>{told}</ul>"
        f"<p>{escape(_conversations(conversations, counts.total - conversations))}</p></div>"
    )


def _conversations(total: int, twice: int) -> str:
    said = ngettext("{n} conversation", "{n} conversations", total).format(n=number(total, 0))
    if twice <= 0:
        return said
    return _("{conversations}, {twice} of them reviewed twice").format(
        conversations=said, twice=number(twice, 0)
    )


def _draw_mine(store: Store, now: datetime) -> None:
    login = session.login()
    held = held_slots(store, login)
    st.markdown(f"##### {_('My reviews')}")
    if not held:
        st.caption(_("You hold none. Claim the next one, or one from the list."))
    for slot in held:
        _draw_held(slot, now)
    finished = finished_slots(store, login)
    if finished:
        title = _("Latest finished: {n}").format(n=len(finished))
        with st.expander(title, key="finished"):
            for slot in finished:
                _draw_link(slot, f"{markdown(slot.transcript_id)} · {date_time(slot.done_at)}")


def _draw_held(slot: ListedSlot, now: datetime) -> None:
    with st.container(key=f"held-{slot.item_id}-{slot.slot}", border=True):
        st.markdown(slot_label(slot, with_reason=False))
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_link(slot, _("Review"), icon=":material/rate_review:")
            st.button(
                _("Give back"),
                key=f"release-{slot.item_id}-{slot.slot}",
                on_click=attempt,
                args=(release, session.store(), slot.item_id, slot.slot),
                kwargs={"by": session.login()},
                type="tertiary",
            )
            st.caption(lease_left(slot.lease_until, now))


def _draw_open(store: Store, sample_id: int) -> None:
    login = session.login()
    st.markdown(f"##### {_('Open')}")
    where = _draw_filters(open_values(store, login, sample_id=sample_id), sample_id)
    matching = count_open_slots(store, login, where)
    if not matching:
        st.caption(_("Nothing here is open to you. Clear a filter, or choose another sample."))
        return
    pages = -(-matching // PAGE_SIZE)
    key = f"open-page-{where}"
    page = min(st.session_state.get(key, 1), pages)
    rows = open_slots(store, login, where, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            _("Claim next"),
            key="claim-next",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_claim_next,
            args=(store, where),
        )
        st.caption(_("{n} open to you").format(n=number(matching, 0)))
    with st.container(key="open-slots", gap=None):
        for slot in rows:
            _draw_open_slot(slot)
    if any(slot.reason == "hidden" for slot in rows):
        st.caption(
            _(
                "Reason hidden: blind reviews, and conversations that two people review, do not "
                "say why they were drawn, so that it sways nobody."
            )
        )
    if pages > 1:
        st.pagination(pages, key=key, max_visible_pages=5)


def _draw_open_slot(slot: ListedSlot) -> None:
    with st.container(
        key=f"open-slot-{slot.item_id}", horizontal=True, vertical_alignment="center"
    ):
        st.markdown(slot_label(slot), width="stretch")
        st.button(
            _("Claim and open"),
            key=f"claim-{slot.item_id}",
            on_click=attempt,
            args=(_claim, slot.item_id),
        )


def _claim(item_id: int) -> None:
    claim(session.store(), item_id, session.login())
    st.session_state[_TO_REVIEW] = item_id


def _draw_filters(values: dict[Field, list[str]], sample_id: int) -> SlotFilter:
    names: dict[Field, str] = {
        "agent": _("Agent"),
        "language": _("Language"),
        "channel": _("Channel"),
        "reason": _("Reason"),
    }
    chosen: dict[Field, str | None] = {}
    for place, name in zip(st.columns(len(FIELDS), gap="small"), FIELDS, strict=True):
        with place:
            chosen[name] = _select(name, names[name], values[name])
    queue_filter.keep()
    return SlotFilter(sample_id=sample_id, **chosen)


def _select(field: Field, title: str, values: list[str]) -> str | None:
    asked = st.query_params.get(field)
    # What is asked for stays chosen when the last of it is claimed.
    kept = [asked] if asked and asked not in values else []
    return address.selectbox(
        field,
        title,
        [*values, *kept],
        format_func=lambda value: _shown(field, value),
        key=f"queue-{field}",
        placeholder=title,
        label_visibility="collapsed",
    )


def _shown(field: Field, value: str) -> str:
    if field == "reason":
        return reason_name(value)
    return _(in_words(value)) if field == "channel" else value


def _claim_next(store: Store, where: SlotFilter) -> None:
    attempt(_claim_matching, store, where)


def _claim_matching(store: Store, where: SlotFilter) -> None:
    claimed = queue_filter.claim_first(store, session.login(), where)
    if claimed is None:
        raise InputError(_("Somebody claimed the last one. Nothing is left here."))
    st.session_state[_TO_REVIEW] = claimed.item_id


def _review_page() -> st.Page:
    return st.Page(review.draw, url_path="review")


def _draw_link(slot: ListedSlot, label: str, icon: str | None = None) -> None:
    st.page_link(_review_page(), label=label, icon=icon, query_params=_address(slot.item_id))


def _address(item_id: int) -> dict[str, str]:
    """What leads to a review, with the filter by which the next one is chosen."""
    return {"item": str(item_id), **queue_filter.in_address()}


def _sample_name(sample: StoredSample) -> str:
    if sample.number == 1:
        return sample.week
    return _("{week}, draw {number}").format(week=sample.week, number=sample.number)
