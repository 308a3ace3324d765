"""What one retraining works on: reviews, seed examples, models, settings and folders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cs_qa.nn.registry import Models, Registry
from cs_qa.train.candidate import CalibratedHeads, Labelled
from cs_qa.train.comparison import Candidate
from cs_qa.train.dataset import to_example
from cs_qa.train.replay import SeedParts
from cs_qa.train.retrain_config import RetrainConfig
from cs_qa.train.retrain_rows import Rows
from cs_qa.train.vectors import TextEncoder, Vectors, vectors_file, vectors_of

Log = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Task:
    """What a training is given.

    `folder` keeps what later runs can use again; `work` is this run's own, until it has ended.
    """

    rows: Rows
    seed: SeedParts
    models: Models
    registry: Registry
    config: RetrainConfig
    folder: Path
    work: Path
    log: Log

    @property
    def texts(self) -> list[str]:
        """Give every text of the reviews and of the seed, sorted."""
        reviewed = map(to_example, self.rows.all)
        return sorted(
            {
                text
                for example in (*reviewed, *self.seed.replay, *self.seed.held_out)
                for text in (example.text, *(said for _, said in example.context))
            }
        )

    def champion(self) -> Candidate:
        """Give the heads in use, with the vectors of all texts."""
        vectors = self.vectors(self.models.encoder, self.registry.encoder_sha256())
        return Candidate(CalibratedHeads.load(self.registry.folder("heads")), vectors)

    def vectors(self, encoder: TextEncoder, identity: str) -> Vectors:
        """Give the vectors of all texts by an encoder; `identity` is its adapters' SHA-256."""
        file = vectors_file(self.folder, identity, self.registry.version("ngrams"))
        return vectors_of(self.texts, encoder, file, log=self.log)

    def reviews(self, vectors: Vectors) -> tuple[Labelled, Labelled]:
        """Give the reviews to train on, to be judged by the heads alone, and the validation's."""
        train, validation = (
            Labelled.of(
                [to_example(row) for row in part],
                vectors,
                [row.weight for row in part],
                phrases=part is self.rows.validation,
            )
            for part in (self.rows.train, self.rows.validation)
        )
        return train, validation
