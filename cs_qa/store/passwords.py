"""Passwords of local accounts: hashed with Argon2id, checked in constant time, never kept.

Argon2: RFC 9106, with the parameters of argon2-cffi.
"""

from __future__ import annotations

from cs_qa.errors import InputError
from cs_qa.store.store import Store
from cs_qa.store.users import password_hash, set_password_hash

MIN_PASSWORD_LENGTH = 10
MAX_PASSWORD_LENGTH = 200

# Checked against where there is no account, so that the answer takes as long as with one.
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"
)


def hash_password(password: str) -> str:
    """Hash a password with a salt of its own; InputError says what is wrong with one."""
    from argon2 import PasswordHasher

    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise InputError(
            f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters, "
            f"not {len(password)}. A sentence of a few words is a good one."
        )
    return PasswordHasher().hash(password)


def is_password(store: Store, login: str, password: str) -> bool:
    """Tell whether an active account has this password.

    A hash made with older parameters is replaced by a new one on the way.
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    stored = password_hash(store, login)
    hasher = PasswordHasher()
    try:
        hasher.verify(stored or _NOBODY, password[: MAX_PASSWORD_LENGTH + 1])
    except (InvalidHashError, VerificationError):
        return False
    if stored is None:
        return False
    if hasher.check_needs_rehash(stored):
        set_password_hash(store, login, hasher.hash(password), by=login.strip().lower())
    return True
