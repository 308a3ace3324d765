"""Passwords of local accounts: hashed with Argon2id, checked in constant time, never kept.

Argon2: RFC 9106, with the parameters of argon2-cffi. A password is brought into Unicode's form
NFC first (RFC 8265), since keyboards differ in how they write an é.
"""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import update

from cs_qa.errors import CsQaError, InputError, StoreError
from cs_qa.store import audit
from cs_qa.store.desk_schema import users
from cs_qa.store.store import Store
from cs_qa.store.transactions import moment, writing
from cs_qa.store.users import password_hash, set_password_hash

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200
_MIN_DIFFERENT = 4

# Checked against where there is no account, so that the answer takes as long as with one.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"
)


def hash_password(password: str, *, login: str = "") -> str:
    """Hash a password with a salt of its own.

    Raises InputError that says what is wrong with one: its length, few different characters,
    being the login, or half a character.
    """
    hasher = _hasher()
    plain = unicodedata.normalize("NFC", password)
    if problem := _problem(plain, login.strip().lower()):
        raise InputError(f"{problem} A sentence of a few words is a good password.")
    return str(hasher.hash(plain))


def set_password(
    store: Store, login: str, password: str, *, by: str, now: datetime | None = None
) -> None:
    """Give an account a password, one's own or as one who manages users.

    Raises InputError for a password or account that cannot be, AccessError when `by` is neither.
    """
    set_password_hash(store, login, hash_password(password, login=login), by=by, now=now)


def is_password(store: Store, login: str, password: str) -> bool:
    """Tell whether an active account has this password.

    A hash made with older parameters is replaced by a new one on the way.
    """
    hasher = _hasher()
    from argon2.exceptions import InvalidHashError, VerificationError

    stored = password_hash(store, login)
    plain = unicodedata.normalize("NFC", password[: 4 * MAX_PASSWORD_LENGTH])
    try:
        hasher.verify(
            stored or _NOBODY, plain[: MAX_PASSWORD_LENGTH + 1].encode("utf-8", "surrogatepass")
        )
    except (InvalidHashError, VerificationError):
        return False
    if stored is None:
        return False
    if hasher.check_needs_rehash(stored):
        # Whoever gave the right password gets in, also while the database cannot be written.
        with suppress(StoreError):
            _rehash(store, login.strip().lower(), stored, hasher.hash(plain))
    return True


def _hasher() -> PasswordHasher:
    try:
        from argon2 import PasswordHasher
    except ModuleNotFoundError as error:
        raise CsQaError(
            "Passwords need argon2-cffi, which is not installed. "
            "Install it with the page's extra: pip install 'cs-qa[ui]'."
        ) from error
    return PasswordHasher()


def _problem(password: str, login: str) -> str:
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        return (
            f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters, "
            f"not {len(password)}."
        )
    if len(set(password)) < _MIN_DIFFERENT:
        return f"A password has at least {_MIN_DIFFERENT} different characters."
    if password.lower() == login:
        return "A password is not the login."
    if any("\ud800" <= character <= "\udfff" for character in password):
        return "This password holds half a character; type it again."
    return ""


def _rehash(store: Store, login: str, before: str, after: str) -> None:
    """Replace a hash, unless the password was changed meanwhile."""
    with writing(store, f"The password of {login}") as connection:
        same = (users.c.id == login, users.c.password_hash == before)
        changed = connection.execute(update(users).where(*same).values(password_hash=after))
        if changed.rowcount:
            audit.record(
                connection,
                user_id=login,
                verb="rehash_password",
                subject=f"user/{login}",
                at=moment(None),
            )
