"""The encoder's vectors of many texts, made once and kept in a file.

Retraining leaves the encoder as it is, so a text's vectors stay the same. The file holds no text:
rows are found by a hash of what the models read of it.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.encoder import WIDTH, TextVectors
from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.text.as_read import as_read

SAVED_EVERY = 4096
"""Texts after which the file is written: what a stopped run loses at most."""

KEY_BYTES = 16

Floats = NDArray[np.float32]


class TextEncoder(Protocol):
    """What gives the vectors of texts; `cs_qa.nn.encoder.Encoder` is one."""

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        """Give the vectors of each distinct text."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Vectors of texts: `turn` and `before` are (texts, 384), `index` gives a key's row.

    `ngrams` (texts, OUTPUTS) is what the texts' character n-grams say.
    """

    index: Mapping[bytes, int]
    turn: Floats
    before: Floats
    ngrams: Floats

    def row(self, text: str) -> int:
        """Give the row of a text; KeyError where it was not encoded."""
        return self.index[key_of(text)]

    def save(self, path: Path) -> None:
        """Write everything to a file, which appears only when it is whole."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}.part")
        keys = np.frombuffer(b"".join(self.index), np.uint8).reshape(-1, KEY_BYTES)
        try:
            with partial.open("wb") as file:
                np.savez(file, keys=keys, turn=self.turn, before=self.before, ngrams=self.ngrams)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """Read what `save` wrote; none where there is no such file or it is damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                keys, ngrams = saved["keys"], saved["ngrams"]
                turn, before = saved["turn"], saved["before"]
        except (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile):
            return cls.empty()
        n = len(keys)
        shapes = keys.shape[1:], turn.shape, before.shape, ngrams.shape
        if shapes != ((KEY_BYTES,), (n, WIDTH), (n, WIDTH), (n, OUTPUTS)):
            return cls.empty()
        return cls({key.tobytes(): row for row, key in enumerate(keys)}, turn, before, ngrams)

    @classmethod
    def empty(cls) -> Vectors:
        """No texts yet."""
        none = np.zeros((0, WIDTH), np.float32)
        return cls({}, none, none, np.zeros((0, OUTPUTS), np.float32))

    def added(self, vectors: Mapping[bytes, TextVectors]) -> Vectors:
        """Give these and further ones, by their keys."""
        if not vectors:
            return self
        index = dict(self.index)
        for key in vectors:
            index.setdefault(key, len(index))
        new = list(index)[len(self.index) :]
        return Vectors(
            index,
            np.concatenate([self.turn, np.stack([vectors[key].turn for key in new])]),
            np.concatenate([self.before, np.stack([vectors[key].before for key in new])]),
            np.concatenate([self.ngrams, np.stack([vectors[key].ngrams for key in new])]),
        )


@lru_cache(maxsize=200_000)
def read_as(text: str) -> str:
    """Give what the models read of a turn; `cs_qa.text.as_read`, once for each text."""
    return as_read(text)


def key_of(text: str) -> bytes:
    """Give the key under which a text's vectors are kept."""
    return _key(read_as(text))


def vectors_of(
    texts: Iterable[str],
    encoder: TextEncoder,
    file: Path | None = None,
    *,
    log: Callable[[str], None] = lambda _: None,
) -> Vectors:
    """Give vectors of all `texts`; those that `file` lacks are encoded, and added to it.

    A file that is damaged is made anew.
    """
    known = Vectors.load(file) if file else Vectors.empty()
    read = {_key(said): said for said in map(read_as, dict.fromkeys(texts))}
    missing = {key: said for key, said in read.items() if key not in known.index}
    keys = list(missing)
    for start in range(0, len(keys), SAVED_EVERY):
        part = keys[start : start + SAVED_EVERY]
        encoded = encoder.encode(missing[key] for key in part)
        known = known.added({key: encoded[missing[key]] for key in part})
        if file:
            known.save(file)
        log(f"encoded {start + len(part)} of {len(keys)} texts")
    return known


def vectors_file(folder: Path, encoder: str, ngrams: str) -> Path:
    """Name the file that keeps the vectors by an encoder, its SHA-256, and an n-gram version."""
    return folder / "cache" / f"vectors-{encoder[:16]}-{ngrams}.npz"


def _key(said: str) -> bytes:
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]
