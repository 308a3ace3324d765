"""The page Learning: what reviews have gathered, training on them, and which version is in use."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.nn.registry import Registry
from cs_qa.store import Store
from cs_qa.store.audit import head
from cs_qa.store.listing import unseen_transcripts
from cs_qa.train.overview import Overview, overview
from cs_qa.ui import learning_jobs, session
from cs_qa.ui.i18n import _, date_time, ngettext, number
from cs_qa.ui.learning_jobs import Training
from cs_qa.ui.learning_result import draw_hints, draw_history, draw_result
from cs_qa.ui.learning_tables import corrected_rows, gate_rows, label_rows
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import markdown

NEEDED = ("torch", "onnx", "cleanlab")
"""What the extra `train` brings."""


def draw() -> None:
    """Draw the page: training and its result, then what it has to go on."""
    st.markdown(f"### {_('Learning')}")
    store, url = session.store(), session.database_url()
    known = _overview(url, _seen(store), store)
    hidden = unseen_transcripts(store, session.login())
    trained = learning_jobs.last_result(url)
    left, right = st.columns([5, 2], gap="large")
    with right:
        _draw_training(store, known, learning_jobs.latest(url))
        draw_history(store)
    with left:
        if trained is not None:
            draw_result(store, trained, hidden)
        _draw_known(known)
        if trained is not None:
            hints = trained.progress.hints
            draw_hints([each for each in hints if each["transcript_id"] not in hidden])


def _seen(store: Store) -> tuple[object, ...]:
    """Tell what the figures depend on: what was done on the desk, and the version in use."""
    last = head(store)
    return (last.hash if last else "", Registry.in_use().version("heads"))


@st.cache_data(max_entries=2, show_spinner=False)
def _overview(url: str, seen: tuple[object, ...], _store: Store) -> Overview:  # noqa: ARG001
    return overview(_store, Registry.in_use())


def _draw_training(store: Store, known: Overview, last: Training | None) -> None:
    st.markdown(f"#### {_('Training')}")
    since = (
        _("It came with cs_qa.")
        if known.made_at is None
        else _("It was made on {date}.").format(date=date_time(known.made_at))
    )
    in_use = _("{version} is in use.").format(version=known.version)
    st.markdown(markdown(f"{in_use} {since}"))
    if last is not None and last.state == "running":
        _draw_running(last.folder)
        return
    if last is not None and last.state == "failed":
        st.error(markdown(in_our_words(last.progress.error)), icon=":material/error:")
    if last is not None and last.state == "stopped":
        st.info(_("The training was stopped. The next one goes on where it was."))
    if missing := [name for name in NEEDED if find_spec(name) is None]:
        st.info(
            _("Training needs {packages}. Install the extra: pip install 'cs-qa[train]'.").format(
                packages=", ".join(missing)
            )
        )
        return
    new = sum(n for by_lang in known.new.values() for n in by_lang.values())
    st.caption(
        ngettext(
            "{n} new label since. Training takes minutes the first time, then under a minute.",
            "{n} new labels since. Training takes minutes the first time, then under a minute.",
            new,
        ).format(n=number(new, 0))
    )
    if st.button(
        _("Start training"),
        type="primary",
        icon=":material/model_training:",
        disabled=not known.labels,
        key="learning-start",
    ):
        _begin(store)


def _begin(store: Store) -> None:
    try:
        learning_jobs.begin(store, session.database_url(), by=session.login())
    except CsQaError as error:
        session.notice(error)
    else:
        st.rerun()


@st.fragment(run_every=1)
def _draw_running(folder: Path) -> None:
    now = learning_jobs.read_training(folder)
    if now is None or now.state != "running":
        st.rerun()
    with st.container(border=True, key="learning-running"):
        share, told = _stage(now)
        st.progress(share, told)
        st.caption(_("You may leave this page; the training goes on."))
        st.button(
            _("Stop"),
            icon=":material/stop_circle:",
            key="learning-stop",
            on_click=_stop,
            args=(folder,),
        )


def _stage(now: Training) -> tuple[float, str]:
    """Say how far a training is, and give a share (0-1) of the whole for the bar."""
    progress = now.progress
    if progress.stage == "reading":
        if not progress.total:
            return 0.0, _("Reading the reviews …")
        share = 0.6 * progress.done / progress.total
        text = _("Reading texts: {n} of {total}")
        return share, text.format(n=number(progress.done, 0), total=number(progress.total, 0))
    if progress.stage == "training":
        share = 0.6 + 0.2 * (1 - 0.7**progress.done)
        return share, _("Training, round {n} …").format(n=progress.done)
    if progress.stage == "comparing":
        return 0.8, _("Comparing with the version in use …")
    return 0.95, _("Looking for doubtful labels …")


def _stop(folder: Path) -> None:
    try:
        learning_jobs.stop(session.store(), folder, by=session.login())
    except CsQaError as error:
        session.notice(error)


def _draw_known(known: Overview) -> None:
    st.markdown(f"#### {_('Labels of reviews')}")
    if not known.labels:
        st.caption(
            _(
                "No finished review has given a label yet. Draw a sample in the queue and review "
                "it; finished reviews of banned phrases, empathy and sentiment are learned from."
            )
        )
    else:
        st.dataframe(label_rows(known.labels, known.new), hide_index=True, key="learning-labels")
    st.markdown(f"#### {_('Where people change the judgement most')}")
    if known.corrected:
        st.dataframe(corrected_rows(known.corrected), hide_index=True, key="learning-corrected")
    else:
        st.caption(_("Nothing was reviewed yet."))
    st.markdown(f"#### {_('Whose labels are used')}")
    st.caption(
        _(
            "Reviewers are compared on conversations that two of them reviewed, and in "
            "calibrations. Who is surely wrong more often than the others is left out."
        )
    )
    if known.gate.table:
        st.dataframe(gate_rows(known.gate), hide_index=True, key="learning-gate")
    else:
        st.caption(_("Nobody has finished a review yet."))
