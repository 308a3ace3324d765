"""What the benchmarks on public data share: rows, our training recipe, the floor, result tables."""

from __future__ import annotations

import copy
import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from base_encoder import base
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from cs_qa.nn.base import WEIGHTS
from cs_qa.train.fit import Settings, fit, predict
from cs_qa.train.seed import Example
from cs_qa.train.states import States, lower_states

ROOT = Path(__file__).parent.parent

Row = dict[str, Any]


class Table(NamedTuple):
    """Figures to print; a cell is text, a count, a figure from 0 to 1, or None."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str | int | float | None, ...]]


class MissingDataError(Exception):
    """A file of a data set is not there."""


@dataclass
class Recipe:
    """The project's training code on someone else's data; what it leaves in `work` goes on.

    `limit` keeps so many rows of each split, for a smoke test. `cached` names what an earlier run
    had left.
    """

    data: Path
    work: Path
    settings: Settings
    limit: int | None = None
    cached: list[str] = field(default_factory=list)
    _made: set[Path] = field(default_factory=set)

    def rows(self, name: str) -> list[Row]:
        """Read JSON lines; MissingDataError where there is no such file."""
        path = self.data / name
        if not path.exists():
            raise MissingDataError(f"{path} is missing")
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
        return [json.loads(line) for line in text.split("\n") if line.strip()]

    def limited(self, rows: Sequence[Any], stratum: Callable[[Any], Hashable]) -> list[Any]:
        """Give all rows, or of each stratum in turn the next one up to the limit."""
        if self.limit is None:
            return list(rows)
        strata = defaultdict(list)
        for row in rows:
            strata[stratum(row)].append(row)
        mixed = (row for turn in zip_longest(*strata.values()) for row in turn if row is not None)
        return list(mixed)[: self.limit]

    def states(self, name: str, examples: Sequence[Example]) -> States:
        """Run the frozen lower layers over all texts of a task, once."""
        texts = {text for e in examples for text in (e.text, *(said for _, said in e.context))}
        path = self._path(f"{name}-states", sorted(texts), "npz")
        if not path.exists():
            print(f"{name}: encoding {len(texts):,} texts", file=sys.stderr, flush=True)
            encoder, tokenizer = base()
            lower_states(encoder, tokenizer, sorted(texts)).save(path)
        return States.load(path)

    def logits(
        self,
        name: str,
        training: Sequence[Example],
        asked: Sequence[Example],
        states: States,
        settings: Settings | None = None,
    ) -> np.ndarray:
        """Train a network, or take the one trained before, and give its logits (asked, 12)."""
        settings = settings or self.settings

        def log(line: str) -> None:
            print(f"{name}, {len(training):,} examples: {line}", file=sys.stderr, flush=True)

        checkpoint = self._path(name, [repr(settings), *map(stated, training)], "pt")
        encoder = copy.deepcopy(base()[0])  # a network builds its adapters into it
        network = fit(encoder, training, states, settings, checkpoint=checkpoint, log=log)
        return predict(network, asked, states)

    def _path(self, name: str, content: Sequence[str], suffix: str) -> Path:
        """Name a file after all it depends on, so that no other run's is ever taken."""
        digest = hashlib.sha256("\n".join([WEIGHTS[2], *content]).encode()).hexdigest()[:12]
        path = self.work / f"{name}-{digest}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path not in self._made:
            self.cached.append(path.stem)
        self._made.add(path)
        return path


def stated(example: Example) -> str:
    labels = (sorted(example.banned or ()), example.empathy, example.sentiment, example.politeness)
    return repr((example.text, example.context, example.banned is None, labels))


def floor(texts: Sequence[str], truth: Sequence[Any], asked: Sequence[str]) -> np.ndarray:
    """Give probabilities (asked, classes) by letters alone, the classes sorted."""
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2)
    classes = LogisticRegression(C=4, class_weight="balanced", max_iter=1000)
    return make_pipeline(letters, classes).fit(texts, truth).predict_proba(asked)
