"""Whose session this is, over which database, and what it may do."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256

import streamlit as st

from cs_qa.errors import CsQaError, StoreError
from cs_qa.store import Store, open_store
from cs_qa.store.access import MAY, OPERATOR, User, Verb
from cs_qa.store.users import add_user, list_users, password_hash
from cs_qa.store.users import user as find_user
from cs_qa.ui.i18n import _
from cs_qa.ui.launch import DATABASE_VARIABLE
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import markdown

LOCAL_USER = "local"
"""The account of a database that nobody else has one in: one person, on this machine."""

_SIGNED_IN = "signed_in"


def fingerprint(hashed: str | None) -> str:
    """Tell passwords apart by their hashes without keeping one; None is an account without."""
    return sha256((hashed or "").encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is, and the fingerprint of the password that it began with."""

    login: str
    password: str = fingerprint(None)


_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def database_url() -> str:
    """Give the database that the page was started with, "" where none was."""
    return os.environ.get(DATABASE_VARIABLE, "").strip()


def store() -> Store:
    """Open the database, once a server; StoreError where it cannot be read."""
    return _open(database_url())


@st.cache_resource(show_spinner=False)
def _open(url: str) -> Store:
    return open_store(url, create=False)


def user() -> User | None:
    """Tell who uses this session, None before sign-in.

    The account is read at each call, so one that was disabled is out at once, and so is each
    session that began with a password that is no more. A database without accounts is for one
    person: whoever opens the page on the machine that serves it.
    """
    login = _oidc_login() if is_oidc() else _local_login()
    if login is not None:
        found = find_user(store(), login)
        return found if found is not None and found.is_active else None
    return _local_user() if is_single_user() else None


def is_oidc() -> bool:
    """Whether an identity provider signs people in: `[auth]` in Streamlit's secrets."""
    try:
        return "auth" in st.secrets
    except FileNotFoundError:
        return False


def is_single_user() -> bool:
    """Whether one person on the serving machine works here, so that nobody signs in."""
    others = [each for each in list_users(store()) if each.id != LOCAL_USER]
    return not others and st.get_option("server.address") in _LOOPBACK


def sign_in(login: str) -> None:
    """Begin the session of an account whose password was checked."""
    login = login.strip().lower()
    hashed = password_hash(store(), login)
    st.session_state[_SIGNED_IN] = SignedIn(login, fingerprint(hashed))


def sign_out() -> None:
    """End the session, with all that it remembers."""
    st.session_state.clear()
    if is_oidc():
        st.logout()


def may(verb: Verb) -> bool:
    """Whether this session's role allows a verb: for what to show, since the store asks too."""
    who = user()
    return who is not None and who.role in MAY[verb]


def login() -> str:
    """Give the login of this session, which every verb of the store asks for."""
    who = user()
    if who is None:
        raise StoreError(_("Your session has ended. Sign in again."))
    return who.id


def notice(error: CsQaError) -> None:
    """Show what the store refused and what to do."""
    st.error(markdown(in_our_words(str(error))), icon=":material/error:")


def _local_login() -> str | None:
    known: SignedIn | None = st.session_state.get(_SIGNED_IN)
    if known is None or known.password != fingerprint(password_hash(store(), known.login)):
        return None
    return known.login


def _oidc_login() -> str | None:
    if not st.user.is_logged_in:
        return None
    address = st.user.get("email")
    return str(address).lower() if address and st.user.get("email_verified", True) else None


def _local_user() -> User:
    found = find_user(store(), LOCAL_USER)
    if found is not None:
        return found
    name = os.environ.get("USER") or os.environ.get("USERNAME") or LOCAL_USER
    return add_user(store(), LOCAL_USER, name=name, role="admin", by=OPERATOR)


def draw_notice(title: str, text: str, command: str | None = None) -> None:
    """Draw what to do where there is nothing to show."""
    with st.container(key="notice", horizontal_alignment="left"):
        st.markdown(f"#### {markdown(title)}")
        st.markdown(markdown(text))
        if command:
            st.code(command, language="bash")
