"""Texts to vectors: int8 multilingual-e5-small with our adapters, on onnxruntime.

Dynamic int8 takes its activation scale over a whole call, so in a batch the score of one text
would depend on the others. Each text is therefore a call of its own, without padding; several
threads run calls side by side. That costs no speed (docs/decisions/0002-one-text-a-call.md) and
makes a vector depend on its text alone.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.ngrams import SILENT, NgramModel, NgramScores

WIDTH = 384
PREFIX = "query: "
MAX_TOKENS = 512
MAX_WINDOWS = 6
MAX_CHARACTERS = 16_000
CACHED_TEXTS = 20_000

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class TextVectors:
    """`turn` is the text as judged alone, `before` as later turns see it; both (384,).

    `ngrams` is what its character n-grams say.
    """

    turn: Vector
    before: Vector
    ngrams: NgramScores = field(default_factory=lambda: SILENT)


class Encoder:
    """Encodes texts, each once: the newest `CACHED_TEXTS` are kept.

    Longer texts than `MAX_TOKENS` tokens are read in windows and averaged; of a text over
    `MAX_CHARACTERS` characters or `MAX_WINDOWS` windows the beginning and the end are read.
    """

    def __init__(
        self, folder: Path, *, threads: int | None = None, ngrams: NgramModel | None = None
    ) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._ngrams = ngrams
        self._threads = threads or os.cpu_count() or 1
        self._cache: OrderedDict[str, TextVectors] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        """Give the vectors of each distinct text."""
        distinct = list(dict.fromkeys(texts))
        with self._lock:
            known = {text: self._cache[text] for text in distinct if text in self._cache}
        new = [text for text in distinct if text not in known]
        known.update(zip(new, self._run_all(new), strict=True))
        self._remember(known)
        return known

    def _run_all(self, texts: Sequence[str]) -> list[TextVectors]:
        if len(texts) < 2 or self._threads == 1:
            return [self._run(text) for text in texts]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._run, texts))

    def _run(self, text: str) -> TextVectors:
        windows = [self._run_window(ids) for ids in self._windows(text)]
        turn, before = (np.mean(parts, axis=0) for parts in zip(*windows, strict=True))
        return TextVectors(turn, before, self._ngrams.score(text) if self._ngrams else SILENT)

    def _windows(self, text: str) -> list[list[int]]:
        if len(text) > MAX_CHARACTERS:
            half = MAX_CHARACTERS // 2
            text = f"{text[:half]} {text[-half:]}"
        first, *ids, last = self._tokenizer.encode(PREFIX + text).ids
        size = MAX_TOKENS - 2
        windows = [[first, *ids[i : i + size], last] for i in range(0, max(1, len(ids)), size)]
        if len(windows) <= MAX_WINDOWS:
            return windows
        return windows[: MAX_WINDOWS // 2] + windows[-MAX_WINDOWS // 2 :]

    def _run_window(self, ids: list[int]) -> tuple[Vector, Vector]:
        turn, before = self._session.run(None, {"input_ids": np.array([ids], np.int64)})
        return turn[0], before[0]

    def _remember(self, vectors: dict[str, TextVectors]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                self._cache[text] = vector
                self._cache.move_to_end(text)
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
