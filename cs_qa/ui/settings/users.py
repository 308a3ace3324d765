"""Settings, Users: who has an account, in which role."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from cs_qa.errors import CsQaError, InputError
from cs_qa.store import Store
from cs_qa.store.access import ACCOUNT_ROLES, User
from cs_qa.store.passwords import MAX_PASSWORD_LENGTH, hash_password, set_password
from cs_qa.store.user_details import set_details
from cs_qa.store.users import add_user, list_users, set_active, set_role
from cs_qa.ui import session
from cs_qa.ui.i18n import _, date
from cs_qa.ui.settings.notice import draw_told, tell


def draw() -> None:
    """Draw the accounts, a form to add one, and forms to change one."""
    draw_told()
    store = session.store()
    users = list_users(store)
    _draw_list(users)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"#### {_('Add an account')}")
        _draw_add(store)
    with right:
        st.markdown(f"#### {_('Change an account')}")
        _draw_change(store, users)


def _draw_list(users: list[User]) -> None:
    rows = [
        {
            _("Login"): each.id,
            _("Name"): each.name,
            _("Role"): _(each.role),
            _("Agent id"): each.agent_id or "",
            _("Team"): each.team or "",
            _("State"): _("active") if each.is_active else _("disabled"),
            _("Since"): date(each.created_at),
        }
        for each in users
    ]
    st.dataframe(rows, hide_index=True, key="users")


def _draw_add(store: Store) -> None:
    with st.form("add-user", border=False):
        login = st.text_input(_("Login"), max_chars=100, help=_("Such as ann or ann@shop.example"))
        name = st.text_input(_("Name"), max_chars=200)
        role = st.selectbox(_("Role"), ACCOUNT_ROLES, format_func=_)
        agent_id = _draw_agent_id()
        team = st.text_input(_("Team"), max_chars=200)
        password = _draw_password(
            _("Password"), _("Leave it empty for people whom a company account signs in.")
        )
        is_sent = st.form_submit_button(_("Add"), type="primary")
    if not is_sent:
        return

    def add() -> None:
        hashed = hash_password(password, login=login) if password else None
        add_user(
            store,
            login,
            name=name or login,
            role=role,
            by=session.login(),
            agent_id=agent_id.strip() or None,
            team=team.strip() or None,
            password_hash=hashed,
        )

    _do(add, _("{login} was added.").format(login=login.strip().lower()))


def _draw_change(store: Store, users: list[User]) -> None:
    by_login = {each.id: each for each in users}
    login = st.selectbox(
        _("Account"),
        list(by_login),
        format_func=lambda login: f"{by_login[login].name} ({login})",
        key="user",
    )
    chosen = by_login.get(login)
    if chosen is None:
        return
    _draw_details(store, chosen)
    _draw_new_password(store, chosen)
    if chosen.id == session.login():
        st.caption(_("Another admin changes your own role, or disables your account."))
        return
    label = _("Disable this account") if chosen.is_active else _("Enable this account")
    if st.button(label, key="user-state"):
        _do(
            lambda: set_active(store, chosen.id, not chosen.is_active, by=session.login()),
            _("{login} was changed.").format(login=chosen.id),
        )


def _draw_details(store: Store, user: User) -> None:
    with st.form(f"user-details-{user.id}", border=False):
        name = st.text_input(_("Name"), user.name, max_chars=200)
        role = st.selectbox(
            _("Role"),
            ACCOUNT_ROLES,
            index=ACCOUNT_ROLES.index(user.role) if user.role in ACCOUNT_ROLES else 0,
            format_func=_,
            disabled=user.id == session.login(),
        )
        agent_id = _draw_agent_id(user.agent_id or "")
        team = st.text_input(_("Team"), user.team or "", max_chars=200)
        is_sent = st.form_submit_button(_("Save"))

    def save() -> None:
        by = session.login()
        if role == "agent" and not agent_id.strip():
            raise InputError(_("A user of the role agent needs an agent id."))
        # An agent id may go only after the role that needs it, and has to be there before it.
        leaves_agents = user.role == "agent" and role != "agent"
        if leaves_agents:
            set_role(store, user.id, role, by=by)
        set_details(store, user.id, name=name, agent_id=agent_id, team=team, by=by)
        if role != user.role and not leaves_agents:
            set_role(store, user.id, role, by=by)

    if is_sent:
        _do(save, _("{login} was changed.").format(login=user.id))


def _draw_new_password(store: Store, user: User) -> None:
    with st.form(f"user-password-{user.id}", border=False, clear_on_submit=True):
        password = _draw_password(_("New password"), None)
        is_sent = st.form_submit_button(_("Set password"))
    if is_sent:
        _do(
            lambda: _set_password(store, user.id, password),
            _("{login} has a new password.").format(login=user.id),
        )


def _set_password(store: Store, login: str, password: str) -> None:
    """Set a password: it ends the sessions of the account, but this one where it is the own."""
    by = session.login()
    set_password(store, login, password, by=by)
    if login == by and not session.is_single_user():
        session.sign_in(login)


def _draw_agent_id(value: str = "") -> str:
    return st.text_input(
        _("Agent id"),
        value,
        max_chars=200,
        help=_("Whose conversations an account of the role agent sees."),
    )


def _draw_password(label: str, help: str | None) -> str:
    return st.text_input(
        label,
        type="password",
        max_chars=MAX_PASSWORD_LENGTH,
        autocomplete="new-password",
        help=help,
    )


def _do(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except CsQaError as error:
        session.notice(error)
    else:
        tell(done)
