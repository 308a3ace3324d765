"""Settings, Policy packs: what the shop promises, as files that are checked and versioned."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from cs_qa.errors import CsQaError, InputError, PolicyError
from cs_qa.policy.pack import EXAMPLE_FILE, PolicyPack
from cs_qa.store import Store
from cs_qa.store.settings import (
    MAX_FILE_CHARACTERS,
    ShopFile,
    as_file,
    list_files,
    policy_packs,
    save_files,
)
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date, date_time
from cs_qa.ui.imports.upload import clean_name
from cs_qa.ui.settings.notice import draw_problems, draw_told, tell


def draw() -> None:
    """Draw the packs, which of them are in use, and where to upload one."""
    draw_told()
    store = session.store()
    files = list_files(store, "policy")
    if files:
        _draw_list(store, files)
    else:
        session.draw_notice(
            _("No policy pack yet"),
            _(
                "Without one, nothing that agents say of prices, delivery or returns is checked. "
                "Copy the example, write down what the shop promises, and upload it here."
            ),
        )
    _draw_upload(store, files)


def _draw_list(store: Store, files: list[ShopFile]) -> None:
    packs = {pack.ref: pack for pack in policy_packs(store, [each.ref for each in files])}
    st.dataframe(
        [
            {
                _("Pack"): each.ref,
                _("From"): date(packs[each.ref].table.effective_from),
                _("Until"): date(packs[each.ref].table.effective_to),
                _("Clauses"): len(packs[each.ref].table.policy),
                _("Added"): date_time(each.added_at),
                _("By"): each.added_by,
                _("In use"): each.is_in_use,
            }
            for each in files
        ],
        hide_index=True,
        key="packs",
    )
    refs = [each.ref for each in files]
    used = [each.ref for each in files if each.is_in_use]
    with st.form("packs-in-use", border=False):
        chosen = st.multiselect(
            _("Packs that imports take"),
            refs,
            default=used,
            help=_("Of several, the one in force on the day of a conversation counts."),
            key=f"packs-in-use-{'-'.join(used)}",
        )
        is_sent = st.form_submit_button(_("Save"))
    if is_sent:
        _save(store, [], chosen, _("Imports take these packs from now on."))
    _draw_download(files)


def _draw_download(files: list[ShopFile]) -> None:
    by_ref = {each.ref: each for each in files}
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        ref = st.selectbox(_("Version"), list(by_ref), key="pack-version")
    if ref in by_ref:
        with right:
            st.download_button(
                _("Download"),
                by_ref[ref].content,
                file_name=f"{clean_name(ref.replace('@', '-'))}.toml",
                mime="application/toml",
                icon=":material/download:",
                on_click="ignore",
            )


def _draw_upload(store: Store, files: list[ShopFile]) -> None:
    st.markdown(f"#### {_('Add a pack or a new version')}")
    st.download_button(
        _("Download the example"),
        EXAMPLE_FILE.read_bytes,
        file_name=EXAMPLE_FILE.name,
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.form("pack-upload", border=False, clear_on_submit=True):
        upload = st.file_uploader(_("Policy pack, TOML"), max_upload_size=5, key="pack-file")
        replaces = st.checkbox(
            _("It replaces the versions in use that have its name"),
            value=True,
            help=_("Leave them in use where conversations from before its first day come in."),
        )
        is_sent = st.form_submit_button(_("Check and save"), type="primary")
    if not is_sent:
        return
    if upload is None:
        st.warning(_("Choose a file first."))
        return
    try:
        pack, content = read_pack(upload.name, upload.getvalue())
    except PolicyError as error:
        draw_problems(str(error))
        return
    except CsQaError as error:
        session.notice(error)
        return
    used = [each.ref for each in files if each.is_in_use]
    kept = [ref for ref in used if not (replaces and ref.partition("@")[0] == pack.table.pack)]
    _save(
        store,
        [content],
        [*kept, pack.ref],
        _("{ref} holds and is in use: {n} clauses on {topics} topics.").format(
            ref=pack.ref, n=len(pack.table.policy), topics=len(pack.topics)
        ),
        warnings=pack.warnings,
    )


def read_pack(name: str, data: bytes) -> tuple[PolicyPack, str]:
    """Check an upload; give the pack and its text.

    Raises PolicyError that lists everything that is wrong, InputError where it is too large.
    """
    if len(data) > MAX_FILE_CHARACTERS:
        raise InputError(_("This file is too large for a policy pack. Divide it."))
    pack = as_file(clean_name(name), data, PolicyPack.load)
    return pack, data.decode("utf-8-sig")


def _save(
    store: Store,
    contents: Sequence[str],
    in_use: Sequence[str],
    done: str,
    warnings: Sequence[str] = (),
) -> None:
    try:
        save_files(store, "policy", contents, in_use=in_use, by=session.login())
    except CsQaError as error:
        session.notice(error)
    else:
        tell(done, warnings)
