"""The page Import: upload an export, watch its inspection, see what was refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import streamlit as st

from cs_qa.commands.reading import read_options
from cs_qa.errors import CsQaError
from cs_qa.readers import READERS, ReadOptions
from cs_qa.readers.options import DateOrder
from cs_qa.store import Store
from cs_qa.store.settings import FileKind, list_files, list_rubrics
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date_time, ngettext, number
from cs_qa.ui.imports import jobs as imports_jobs
from cs_qa.ui.imports.jobs import Import, Settings
from cs_qa.ui.imports.upload import MAX_UPLOAD_MB
from cs_qa.ui.wording import in_words, markdown

SHOWN_REFUSALS = 100
_FORMATS = {
    "csv": "CSV",
    "jsonl": "JSON lines",
    "json": "JSON",
    "parquet": "Parquet",
    "whatsapp": "WhatsApp",
    "contact_lens": "Contact Lens",
}


def draw() -> None:
    """Draw the page: the form or the import that runs, and the latest ones."""
    st.markdown(f"### {_('Import')}")
    found = imports_jobs.latest(session.database_url())
    running = next((each for each in found if each.state == "running"), None)
    if running is None:
        _draw_form(session.store())
    else:
        _draw_running(running.folder)
    ended = [each for each in found if each.state != "running"]
    if ended:
        st.markdown(f"#### {_('Latest imports')}")
    for each in ended:
        _draw_ended(each)


def _draw_form(store: Store) -> None:
    st.caption(
        _(
            "An export of a help desk, chat tool or marketplace, or a table with one row a "
            "message. The uploaded file is deleted once it is inspected."
        )
    )
    with st.form("import-form"):
        upload = st.file_uploader(_("File"), max_upload_size=MAX_UPLOAD_MB, key="import-file")
        read_settings = _draw_settings(store)
        is_sent = st.form_submit_button(_("Import"), type="primary", icon=":material/upload:")
    if not is_sent:
        return
    if upload is None:
        st.warning(_("Choose a file first."))
        return
    try:
        imports_jobs.begin(
            store,
            session.database_url(),
            upload.name,
            upload.getvalue(),
            read_settings(),
            by=session.login(),
            now=datetime.now(UTC),
        )
    except CsQaError as error:
        session.notice(error)
    else:
        st.rerun()


def _draw_settings(store: Store) -> Callable[[], Settings]:
    """Draw the options; what they say is read, and may be refused, once the form is sent."""
    rubrics = list_rubrics(store)
    used = next(index for index, each in enumerate(rubrics) if each.is_in_use)
    left, right = st.columns(2)
    with left:
        rubric = st.selectbox(
            _("Rubric"), [each.ref for each in rubrics], index=used, key="import-rubric"
        )
        format = st.selectbox(
            _("Format"), [None, *READERS], format_func=_format_name, key="import-format"
        )
    with right:
        policies = _draw_files(store, "policy", _("Policy packs"), "import-policies")
        lexicons = _draw_files(store, "lexicon", _("Own phrases"), "import-lexicons")
    redact = st.checkbox(
        _("Mask personal data before anything is stored"), value=True, key="import-redact"
    )
    reading = _draw_reading()
    return lambda: Settings(rubric, tuple(lexicons), tuple(policies), redact, format, reading())


def _draw_files(store: Store, kind: FileKind, label: str, key: str) -> list[str]:
    files = list_files(store, kind)
    return st.multiselect(
        label,
        [each.ref for each in files],
        default=[each.ref for each in files if each.is_in_use],
        placeholder=_("Choose some") if files else _("None yet; an admin adds them in Settings"),
        key=key,
    )


def _draw_reading() -> Callable[[], ReadOptions]:
    with st.expander(_("How the file is read"), icon=":material/table:"):
        columns = st.text_area(
            _("Columns, one a line: our name = their column"),
            placeholder="text = message\nat = sent_at",
            key="import-columns",
        )
        left, right = st.columns(2)
        with left:
            timezone = st.text_input(
                _("Time zone of times that name none"),
                placeholder="Europe/Paris",
                key="import-timezone",
            )
            encoding = st.text_input(
                _("Character set"), placeholder=_("Found out"), key="import-encoding"
            )
        with right:
            agents = st.text_input(
                _("Who answers for the shop, in chat logs"),
                placeholder="Anna, Li Wei",
                key="import-agents",
            )
            dates = st.selectbox(
                _("How 3/4/2026 is meant"),
                [None, *get_args(DateOrder)],
                format_func=lambda order: _("Found out") if order is None else order,
                key="import-dates",
            )
    return lambda: read_options(
        None,
        columns=_columns(columns),
        encoding=encoding.strip() or None,
        timezone=timezone.strip() or None,
        dates=dates,
        agents=[name.strip() for name in agents.split(",") if name.strip()],
    )


def _columns(text: str) -> list[str]:
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return [f"{ours.strip()}{sign}{theirs.strip()}" for ours, sign, theirs in pairs]


def _format_name(name: str | None) -> str:
    if name is None:
        return _("By its content")
    return _FORMATS.get(name, in_words(name))


@st.fragment(run_every=1)
def _draw_running(folder: Path) -> None:
    now = imports_jobs.read_import(folder)
    if now is None or now.state != "running":
        st.rerun()
    progress = now.progress
    with st.container(border=True, key="import-running"):
        st.markdown(f"**{markdown(now.name)}**")
        if progress.total is None:
            st.progress(0.0, _("Reading the file …"))
        else:
            st.progress(
                min(1.0, progress.inspected / progress.total),
                _("{n} of {total} conversations inspected").format(
                    n=number(progress.inspected, 0), total=number(progress.total, 0)
                ),
            )
        st.caption(_("You may leave this page; the import goes on."))
        st.button(
            _("Stop"),
            icon=":material/stop_circle:",
            key="import-stop",
            on_click=_stop,
            args=(now.folder,),
        )


def _stop(folder: Path) -> None:
    try:
        imports_jobs.stop(session.store(), folder, by=session.login())
    except CsQaError as error:
        session.notice(error)


def _draw_ended(each: Import) -> None:
    icon = {"done": ":material/check_circle:", "failed": ":material/error:"}
    with st.container(border=True, key=f"import-{each.folder.name}"):
        st.markdown(f"{icon.get(each.state, ':material/stop_circle:')} **{markdown(each.name)}**")
        about = [date_time(each.at), each.by, each.rubric]
        st.caption(" · ".join(map(markdown, about)))
        st.markdown(markdown(" · ".join(_counts(each))))
        if each.state == "failed":
            st.error(markdown(each.progress.error))
        if each.state == "stopped":
            st.info(
                _(
                    "Stopped before its end. What was added is whole and stays; import the file "
                    "again for the rest."
                )
            )
        _draw_details(each)


def _counts(each: Import) -> list[str]:
    progress = each.progress
    told = [
        ngettext("{n} conversation added", "{n} conversations added", progress.added).format(
            n=number(progress.added, 0)
        )
    ]
    others = {
        _("known already: {n}"): progress.unchanged,
        _("not judged in full: {n}"): progress.unscored,
        _("refused rows: {n}"): progress.refused,
        _("refused conversations: {n}"): progress.conflicting,
    }
    return told + [text.format(n=number(n, 0)) for text, n in others.items() if n]


def _draw_details(each: Import) -> None:
    if each.progress.notes:
        with st.expander(_("How the file was understood")):
            st.markdown("\n".join(f"- {markdown(note)}" for note in each.progress.notes))
    if each.refusals is None:
        return
    with st.expander(_("What was refused, and why")):
        rows = each.first_refusals(SHOWN_REFUSALS)
        st.dataframe(
            rows,
            hide_index=True,
            column_config={
                "line": st.column_config.TextColumn(_("Line"), width="small"),
                "reason": st.column_config.TextColumn(_("Reason"), width="large"),
            },
        )
        if each.progress.refused + each.progress.conflicting > len(rows):
            st.caption(_("The first {n}; the download has all.").format(n=len(rows)))
    st.download_button(
        _("Download the refusals"),
        each.refusals.read_bytes,
        file_name=f"{Path(each.name).stem}-refusals.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"refusals-{each.folder.name}",
        on_click="ignore",
    )
