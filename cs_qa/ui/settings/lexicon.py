"""Settings, Own phrases: what this shop's agents must not say, beside the built-in lexicons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import pandas as pd
import streamlit as st

from cs_qa.errors import CsQaError, LexiconError
from cs_qa.phrases.lexicon_file import LexiconFile, Scope, Strength
from cs_qa.store import Store
from cs_qa.store.phrase_preview import PhraseHits, agent_turns, preview_hits
from cs_qa.store.settings import lexicons, list_files, save_files
from cs_qa.types import BannedLabel
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date_time, ngettext, number
from cs_qa.ui.settings.notice import draw_problems, draw_told, tell
from cs_qa.ui.settings.phrases import (
    COLUMNS,
    NAME,
    Draft,
    checked,
    content_of,
    drafted,
    rows_of,
)
from cs_qa.ui.wording import in_words, markdown


def draw() -> None:
    """Draw the table of phrases, what a check says of it, and the versions."""
    draw_told()
    store = session.store()
    files = list_files(store, "lexicon")
    used = [each.ref for each in files if each.is_in_use]
    own = [file for file in lexicons(store, used) if file.name == NAME]
    st.caption(
        _(
            "One row a phrase. Strong: wrong wherever it stands; weak: wrong only where the model "
            "agrees. Matches and clean are sentences that prove it. Language: a code such as en, "
            "or * for every language."
        )
    )
    with st.form("phrases-form", border=False):
        edited = _draw_table(own)
        left, right, _rest = st.columns([1, 1, 3])
        is_check = left.form_submit_button(_("Check and preview"), width="stretch")
        is_save = right.form_submit_button(
            _("Save as a new version"), type="primary", width="stretch"
        )
    if is_check or is_save:
        kept = [ref for ref in used if ref not in {file.ref for file in own}]
        try:
            draft = drafted(edited, own, [each.ref for each in files])
            _answer(store, draft, kept, used, is_save)
        except LexiconError as error:
            draw_problems(str(error))
        except CsQaError as error:
            session.notice(error)
    if files:
        st.markdown(f"#### {_('Versions')}")
        st.dataframe(
            [
                {
                    _("List"): each.ref,
                    _("Added"): date_time(each.added_at),
                    _("By"): each.added_by,
                    _("In use"): each.is_in_use,
                }
                for each in files
            ],
            hide_index=True,
            key="lexicons",
        )


def _draw_table(own: Sequence[LexiconFile]) -> list[dict[str, Any]]:
    # Changes are kept against what was put in, so the key names it: other lists, another table.
    key = "-".join(["phrases", *(file.ref for file in own)])
    edited: pd.DataFrame = st.data_editor(
        pd.DataFrame(rows_of(own), columns=list(COLUMNS)),
        num_rows="dynamic",
        hide_index=True,
        height=420,
        column_config={
            "phrase": st.column_config.TextColumn(_("Phrase"), width="medium"),
            "label": _select(_("Label"), get_args(BannedLabel)),
            "strength": _select(_("Strength"), get_args(Strength)),
            "scope": _select(
                _("Where"), get_args(Scope), _("A sentence or turn has to be the phrase alone.")
            ),
            "language": st.column_config.TextColumn(
                _("Language"), width="small", validate=r"^([a-z]{2,3}|\*)$"
            ),
            "matches": st.column_config.ListColumn(_("Matches"), width="medium"),
            "clean": st.column_config.ListColumn(_("Clean"), width="medium"),
        },
        key=key,
    )
    return [{str(name): value for name, value in row.items()} for row in edited.to_dict("records")]


def _select(label: str, options: Sequence[str], help: str | None = None) -> Any:
    return st.column_config.SelectboxColumn(
        label,
        options=options,
        format_func=lambda name: _(in_words(str(name))),
        default=options[0],
        help=help,
        width="small",
    )


def _answer(
    store: Store, draft: Draft, kept: Sequence[str], used: Sequence[str], is_save: bool
) -> None:
    with st.spinner(_("Checking the phrases …")):
        results = [checked(file) for file in draft.changed]
    problems = [problem for each in results for problem in each.problems]
    notes = [note for each in results for note in each.notes]
    if problems:
        draw_problems("\n".join(problems))
    elif is_save:
        _save(store, draft, kept, used, notes)
    else:
        _draw_notes(draft, notes)
        _draw_preview(store, draft.changed)


def _save(
    store: Store, draft: Draft, kept: Sequence[str], used: Sequence[str], notes: Sequence[str]
) -> None:
    if sorted([*kept, *draft.refs]) == sorted(used):
        st.info(_("Nothing was changed."))
        return
    save_files(
        store,
        "lexicon",
        [content_of(file) for file in draft.changed],
        in_use=[*kept, *draft.refs],
        by=session.login(),
    )
    names = ", ".join(draft.refs) or _("none")
    tell(_("Saved. Imports take these lists from now on: {names}.").format(names=names), notes)


def _draw_notes(draft: Draft, notes: Sequence[str]) -> None:
    if not draft.changed:
        st.info(_("Nothing was changed."))
        return
    st.success(_("The phrases hold."), icon=":material/check:")
    for note in notes:
        st.caption(markdown(note))


def _draw_preview(store: Store, files: Sequence[LexiconFile]) -> None:
    if not files:
        return
    with st.spinner(_("Looking through what agents said …")):
        said = agent_turns(store)
        hits = preview_hits(files, said)
    st.markdown(
        ngettext(
            "**Hits in the latest agent turn**",
            "**Hits in the latest {n} agent turns**",
            len(said),
        ).format(n=number(len(said), 0))
    )
    st.dataframe([_row(each) for each in hits], hide_index=True)


def _row(each: PhraseHits) -> dict[str, Any]:
    return {
        _("Phrase"): each.phrase,
        _("Language"): each.language,
        _("Turns"): each.turns,
        _("Such as"): " | ".join(
            f"{turn.transcript_id}, {turn.turn + 1}: {turn.text}" for turn in each.examples
        ),
    }
