"""The page on which people sign in: a local account, or the identity provider of the house."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

import streamlit as st

from cs_qa.store.passwords import MAX_PASSWORD_LENGTH, is_password
from cs_qa.ui import session
from cs_qa.ui.i18n import _, ngettext
from cs_qa.ui.wording import markdown

FREE_FAILURES = 3
LONGEST_WAIT_S = 30.0
REMEMBERED_S = 900.0
_MOST_LOGINS = 10_000


@dataclass
class Attempts:
    """Failed sign-ins of all sessions, by login: after three of them each next one has to wait.

    The wait doubles from 1 s up to 30 s; it ends with a right password or after a quarter of an
    hour. Logins without an account count too, so that nothing tells which there are.
    """

    _failures: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, login: str, now: float) -> float:
        """Tell how many seconds a login has to wait; `now` is a clock in seconds."""
        with self._lock:
            count, last = self._failures.get(_plain(login), (0, now))
        if count < FREE_FAILURES or now - last > REMEMBERED_S:
            return 0.0
        wait = min(2.0 ** min(count - FREE_FAILURES, 10), LONGEST_WAIT_S)
        return max(0.0, last + wait - now)

    def fail(self, login: str, now: float) -> None:
        """Remember a wrong password."""
        with self._lock:
            count, last = self._failures.pop(_plain(login), (0, now))
            self._failures[_plain(login)] = (1 if now - last > REMEMBERED_S else count + 1, now)
            while len(self._failures) > _MOST_LOGINS:
                del self._failures[next(iter(self._failures))]

    def forget(self, login: str) -> None:
        """Begin anew after a right password."""
        with self._lock:
            self._failures.pop(_plain(login), None)


def draw() -> None:
    """Ask who it is; a session that is signed in never sees this."""
    with st.container(key="sign-in", width=420):
        st.markdown(f"### {_('Sign in')}")
        if session.is_oidc():
            _draw_provider()
        else:
            _draw_form()


def _draw_provider() -> None:
    if not st.user.is_logged_in:
        st.button(_("Sign in with your company account"), on_click=st.login, type="primary")
        return
    address = str(st.user.get("email") or "?")
    st.warning(
        _("{address} has no active account here. Ask an admin to add one:").format(
            address=markdown(address)
        )
    )
    st.code(f"cs-qa users add {address} --role inspector --no-password", language="bash")
    st.button(_("Sign out"), on_click=st.logout)


def _draw_form() -> None:
    with st.form("sign-in-form", border=True):
        login = st.text_input(_("Login"), max_chars=100, autocomplete="username")
        password = st.text_input(
            _("Password"),
            type="password",
            max_chars=MAX_PASSWORD_LENGTH,
            autocomplete="current-password",
        )
        is_sent = st.form_submit_button(_("Sign in"), type="primary", width="stretch")
    if is_sent:
        _check(login, password)


def _check(login: str, password: str) -> None:
    attempts = _attempts()
    # One at a time: each takes 64 MB, and a wait that is due must not be got round in parallel.
    with _checking():
        seconds = attempts.wait_s(login, time.monotonic())
        is_right = not seconds and is_password(session.store(), login, password)
        if is_right:
            attempts.forget(login)
        elif not seconds:
            attempts.fail(login, time.monotonic())
    if is_right:
        session.sign_in(login)
        st.rerun()
    elif seconds:
        whole = int(seconds) + 1
        st.error(
            ngettext(
                "Too many wrong passwords. Wait {n} second, then try again.",
                "Too many wrong passwords. Wait {n} seconds, then try again.",
                whole,
            ).format(n=whole)
        )
    else:
        st.error(_("Login or password is wrong. An admin can set a new one: cs-qa users password."))


@st.cache_resource(show_spinner=False)
def _attempts() -> Attempts:
    return Attempts()


@st.cache_resource(show_spinner=False)
def _checking() -> threading.Lock:
    return threading.Lock()


def _plain(login: str) -> str:
    return login.strip().lower()
