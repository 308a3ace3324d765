"""Load a version of a user's own and see that it answers, before anything relies on it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from cs_qa.errors import ModelError
from cs_qa.nn.encoder import WIDTH, Encoder
from cs_qa.nn.heads import Heads
from cs_qa.nn.ngrams import NgramModel
from cs_qa.nn.said import said

TEXT = "Where is my parcel? 我的包裹在哪里？"


def open_heads(folder: Path) -> Heads:
    """Load heads; ModelError when they cannot be loaded or give no numbers."""
    with _explained(folder):
        heads = Heads(folder)
        ones = np.ones(WIDTH, np.float32)
        scores = heads.score(ones, [("customer", -ones), ("agent", ones)])
        figures = [*scores.banned, *scores.empathy.probabilities, scores.politeness]
        figures += [scores.sentiment.negative, scores.sentiment.positive]
        if not all(map(math.isfinite, figures)):
            raise ValueError("its scores are no numbers")
        return heads


def open_encoder(
    folder: Path, *, threads: int | None = None, ngrams: NgramModel | None = None
) -> Encoder:
    """Load an encoder; ModelError when it cannot be loaded or gives no numbers."""
    with _explained(folder):
        encoder = Encoder(folder, threads=threads, ngrams=ngrams)
        vectors = encoder.encode([TEXT])[TEXT]
        for vector in (vectors.turn, vectors.before):
            if vector.shape != (WIDTH,) or not np.isfinite(vector).all():
                raise ValueError("its vectors are no numbers")
        return encoder


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # the readers of model files may raise anything
        raise ModelError(f"{folder} cannot be loaded: {said(error)}") from error


OPEN: dict[str, Callable[[Path], object]] = {"encoder": open_encoder, "heads": open_heads}
"""How each model that may be a user's own is loaded."""
