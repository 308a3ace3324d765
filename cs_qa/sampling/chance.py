"""Chance that depends on seed, purpose and id alone, not on the order or size of what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def shuffled(items: Iterable[T], key: Callable[[T], str], *, seed: int, purpose: str) -> list[T]:
    """Put items in a random order; the first k are a simple random sample of k.

    Each item gets a number by hashing, as with permanent random numbers (Ohlsson 1995), so the
    order is the same for the same seed and purpose on every platform and version. `key` must
    tell the items apart.
    """
    return sorted(items, key=lambda item: draw_number(key(item), seed=seed, purpose=purpose))


def draw_number(key: str, *, seed: int, purpose: str) -> bytes:
    """Give a key's 128-bit random number.

    >>> draw_number("t1", seed=1, purpose="risk") == draw_number("t1", seed=2, purpose="risk")
    False
    """
    content = f"{seed}\0{purpose}\0{key}".encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=16).digest()
