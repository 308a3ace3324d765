"""Settings, Rubric: the numbers that judge, as a form; each change is a new version."""

from __future__ import annotations

from typing import Any

import streamlit as st

from cs_qa.errors import CsQaError, InputError, RubricError
from cs_qa.rubric import Rubric
from cs_qa.store import Store
from cs_qa.store.listing import list_weeks
from cs_qa.store.rejudging import Figures, Moved, Preview, preview
from cs_qa.store.rubrics import add_rubric, rubric
from cs_qa.store.settings import as_file, list_rubrics, next_version, rubric_in_use, use_rubric
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date_time, number
from cs_qa.ui.imports.upload import clean_name
from cs_qa.ui.settings.notice import draw_problems, draw_told, tell
from cs_qa.ui.settings.rubric_form import draw_form
from cs_qa.ui.settings.toml import to_toml
from cs_qa.ui.wording import GRADE_NAMES, in_words, markdown

OWN_NAME = "shop"
SHOWN = 20
_FILE = "rubric.toml"


def draw() -> None:
    """Draw the rubric in use as a form, the preview of a changed one, and the versions."""
    draw_told()
    store = session.store()
    base = rubric_in_use(store)
    st.caption(
        _(
            "Imports take {ref}. A change is saved as a new version: scorecards that are there "
            "keep theirs, and what people decided stays."
        ).format(ref=markdown(base.ref))
    )
    with st.form(f"rubric-{base.ref}", border=False):
        name = st.text_input(_("Name"), own_name(base), max_chars=100, width=360)
        content = draw_form(base)
        week = _draw_week(store)
        left, right, _rest = st.columns([1, 1, 3])
        is_preview = left.form_submit_button(_("Preview"), disabled=week is None, width="stretch")
        is_save = right.form_submit_button(
            _("Save as a new version"), type="primary", width="stretch"
        )
    if is_preview or is_save:
        _answer(store, base, content | {"name": name.strip()}, week, is_save)
    _draw_versions(store)


def own_name(base: Rubric) -> str:
    """Give the name for a changed rubric: its own, but never that of the one that ships."""
    return OWN_NAME if base.name == Rubric.default().name else base.name


def changed_rubric(store: Store, base: Rubric, content: dict[str, Any]) -> Rubric:
    """Check the form's content and give it the next version of its name.

    Raises RubricError with a line for each number that does not hold; InputError where nothing
    differs from the base, or the name is that of the rubric that ships.
    """
    if content | {"name": base.name} == base.model_dump(mode="json", by_alias=True):
        raise InputError(_("Nothing was changed. Change a number first."))
    if content["name"] == Rubric.default().name:
        raise InputError(
            _("The name {name} is that of the rubric that ships. Choose another one.").format(
                name=content["name"]
            )
        )
    version = next_version((each.ref for each in list_rubrics(store)), str(content["name"]))
    return read_rubric(_FILE, to_toml(content | {"version": version}))


def read_rubric(name: str, content: str | bytes) -> Rubric:
    """Check a rubric file; RubricError lists what does not hold, without the file's name."""
    safe = clean_name(name)
    try:
        return as_file(safe, content, Rubric.load)
    except RubricError as error:
        raise RubricError(str(error).replace(f"{safe}: ", "")) from None


def _answer(
    store: Store, base: Rubric, content: dict[str, Any], week: str | None, is_save: bool
) -> None:
    try:
        changed = changed_rubric(store, base, content)
        if is_save:
            _save(store, changed)
        elif week is not None:
            with st.spinner(_("Judging the conversations of the week again …")):
                _draw_preview(preview(store, changed, week=week))
    except RubricError as error:
        draw_problems(str(error))
    except CsQaError as error:
        session.notice(error)


def _save(store: Store, changed: Rubric) -> None:
    add_rubric(store, changed, by=session.login())
    use_rubric(store, changed.ref, by=session.login())
    tell(_("{ref} is saved; imports take it from now on.").format(ref=changed.ref))


def _draw_week(store: Store) -> str | None:
    weeks = {each.week: each.conversations for each in list_weeks(store)}
    chosen: str | None = st.selectbox(
        _("Week for the preview"),
        list(weeks),
        format_func=lambda week: _("{week} ({n} conversations)").format(
            week=week, n=number(weeks[week], 0)
        ),
        placeholder=_("No conversations with a date yet"),
        width=360,
    )
    return chosen


def _draw_preview(seen: Preview) -> None:
    st.markdown(f"#### {_('What would change in {week}').format(week=seen.week)}")
    figures = {
        _("Conversations"): seen.conversations,
        _("Totals that move"): seen.totals_moved,
        _("Grades that move"): seen.grades_moved,
    }
    for column, (label, value) in zip(st.columns(4), figures.items(), strict=False):
        column.metric(label, number(value, 0))
    moves = [
        _("{before} → {after}: {n}").format(before=_grade(old), after=_grade(new), n=number(n, 0))
        for (old, new), n in sorted(seen.grades.items(), key=lambda each: -each[1])
        if old != new
    ]
    if moves:
        st.markdown(markdown(" · ".join(moves)))
    if seen.moved:
        st.caption(_("The largest changes"))
        st.dataframe([_row(each) for each in seen.moved[:SHOWN]], hide_index=True)


def _row(each: Moved) -> dict[str, str]:
    return {
        _("Conversation"): each.transcript_id,
        _("Agent"): each.agent_id or "",
        _("Total now"): number(each.before.total, 2),
        _("Total then"): number(each.after.total, 2),
        _("Change"): number(each.change, 2),
        _("Conversation's half"): _halves(each.before.qualitative, each.after.qualitative),
        _("Service's half"): _halves(each.before.quantitative, each.after.quantitative),
        _("Grade"): _grades(each.before, each.after),
    }


def _halves(before: float | None, after: float | None) -> str:
    return number(after, 1) if before == after else f"{number(before, 1)} → {number(after, 1)}"


def _grades(before: Figures, after: Figures) -> str:
    if before.grade == after.grade:
        return _grade(after.grade)
    return f"{_grade(before.grade)} → {_grade(after.grade)}"


def _grade(name: str | None) -> str:
    return "–" if name is None else _(GRADE_NAMES.get(name, in_words(name)))


def _draw_versions(store: Store) -> None:
    st.markdown(f"#### {_('Versions')}")
    listed = list_rubrics(store)
    st.dataframe(
        [
            {
                _("Rubric"): each.ref,
                _("Added"): date_time(each.added_at) if each.added_at else _("Ships with cs_qa"),
                _("In use"): each.is_in_use,
            }
            for each in listed
        ],
        hide_index=True,
        key="rubrics",
    )
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    ref = left.selectbox(_("Version"), [each.ref for each in listed], key="rubric-version")
    if middle.button(_("Let imports take it"), width="stretch"):
        _use(store, ref)
    right.download_button(
        _("Download"),
        lambda: to_toml(rubric(store, ref).model_dump(mode="json", by_alias=True)),
        file_name=f"{clean_name(ref.replace('@', '-'))}.toml",
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    _draw_upload(store)


def _draw_upload(store: Store) -> None:
    with st.expander(_("Upload a rubric file"), icon=":material/upload:"):
        st.caption(
            _(
                "A file can say what the form does not: exceptions by language or market, "
                "channels and their targets. Download a version, change it, give it a new one."
            )
        )
        with st.form("rubric-upload", border=False, clear_on_submit=True):
            upload = st.file_uploader(_("Rubric, TOML"), max_upload_size=1, key="rubric-file")
            is_sent = st.form_submit_button(_("Check and save"))
    if not is_sent or upload is None:
        return
    try:
        _save(store, read_rubric(upload.name, upload.getvalue()))
    except RubricError as error:
        draw_problems(str(error))
    except CsQaError as error:
        session.notice(error)


def _use(store: Store, ref: str) -> None:
    try:
        use_rubric(store, ref, by=session.login())
    except CsQaError as error:
        session.notice(error)
    else:
        tell(_("Imports take {ref} from now on.").format(ref=ref))
