"""Conversations to judge, the real models once, and models that answer by the words they read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from cs_qa.batch import Inspector
from cs_qa.nn.encoder import TextVectors
from cs_qa.nn.heads import Calibration, Scores
from cs_qa.nn.ngrams import SILENT, NgramScores
from cs_qa.nn.registry import MODELS, Models, load_models
from cs_qa.readers.row import transcript_from_json
from cs_qa.types import (
    BANNED_LABELS,
    AnnotatedTranscript,
    BannedLabel,
    Empathy,
    Evidence,
    Role,
    Sentiment,
    Transcript,
    Turn,
    TurnAnnotation,
)

# Machines differ, and are shared: no deadline. The same examples each time, so that a commit that
# passed passes again; `make test-all` explores others, and more of them.
SLOW = [HealthCheck.too_slow]
settings.register_profile(
    "cs_qa", deadline=None, max_examples=40, derandomize=True, suppress_health_check=SLOW
)
settings.register_profile("explore", deadline=None, max_examples=1000, suppress_health_check=SLOW)
settings.load_profile("cs_qa")

WEEK = Path(__file__).parent.parent / "examples" / "week.jsonl"
SENTIMENT = {
    "negative": Sentiment(0.9, 0.08, 0.02),
    "neutral": Sentiment(0.1, 0.8, 0.1),
    "positive": Sentiment(0.02, 0.08, 0.9),
}
EMPATHY = (Empathy((0.8, 0.1, 0.1)), Empathy((0.1, 0.8, 0.1)), Empathy((0.1, 0.1, 0.8)))

Said = tuple[Role, str] | tuple[Role, str, Mapping[str, Any]]
Converse = Callable[..., AnnotatedTranscript]


def make_conversation(
    *said: Said, language: str | None = "en", **about: Any
) -> AnnotatedTranscript:
    """An annotated transcript of (role, text, what the models say of it)."""
    turns = tuple(Turn(role, text) for role, text, *_ in said)
    marks = tuple(_annotation(text, *rest) for _, text, *rest in said)
    return AnnotatedTranscript(Transcript("t1", turns, **about), language, marks)


def _annotation(text: str, told: Mapping[str, Any] | None = None) -> TurnAnnotation:
    told = told or {}
    banned: dict[BannedLabel, float] | None = None
    if "banned" in told:
        banned = dict.fromkeys(BANNED_LABELS, 0.01) | told["banned"]
    return TurnAnnotation(
        told.get("language", "en"),
        sentiment=SENTIMENT[told["sentiment"]] if "sentiment" in told else None,
        empathy=EMPATHY[told["empathy"]] if "empathy" in told else None,
        politeness=told.get("politeness"),
        banned=banned,
        evidence=tuple(Evidence(label, 0, len(text)) for label in told.get("banned", ())),
    )


@pytest.fixture(autouse=True, scope="session")
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the models and imports of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CS_QA_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def converse() -> Converse:
    return make_conversation


class WordEncoder:
    """Stands for the encoder: a text's vector is the text itself. Remembers what it encoded."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        distinct: list[Any] = list(dict.fromkeys(texts))
        self.encoded += distinct
        return {text: TextVectors(text, text) for text in distinct}


class WordHeads:
    """Stands for the heads: a turn is what it names ("hostile", "negative", "level 2", "rude")."""

    calibration = dict.fromkeys(BANNED_LABELS, Calibration(0.0, 1.0, 3.0, 1.0))

    def __init__(self) -> None:
        self.scored: list[tuple[str, list[tuple[Role, str]]]] = []

    def score(
        self, turn: Any, before: Sequence[tuple[Role, Any]], ngrams: NgramScores = SILENT
    ) -> Scores:
        self.scored.append((turn, list(before)))
        level = next((n for n in (0, 1, 2) if f"level {n}" in turn), 0)
        return Scores(
            banned=tuple(4.0 if label in turn else -4.0 for label in BANNED_LABELS),
            empathy=EMPATHY[level],
            sentiment=SENTIMENT[next((name for name in SENTIMENT if name in turn), "neutral")],
            politeness=0.2 if "rude" in turn else 0.8,
        )

    def politeness(self, value: float, language: str) -> float:
        return value


@pytest.fixture
def fake_models(monkeypatch: pytest.MonkeyPatch) -> Models:
    monkeypatch.setattr("cs_qa.annotate.likest", lambda *_: None)  # texts have no cosine
    encoder: Any = WordEncoder()
    heads: Any = WordHeads()
    statements: Any = None  # asked only where a policy pack is given
    refs = {name: f"{name}@fake" for name in MODELS}
    return Models(encoder, heads, statements, refs)


@pytest.fixture
def no_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the phrase tier out."""
    monkeypatch.setattr("cs_qa.annotate.find_hits", lambda *_, **__: ())
    monkeypatch.setattr("cs_qa.phrases.lexicon.load_built_in", dict)


@pytest.fixture
def inspector(fake_models: Models, no_phrases: None, monkeypatch: pytest.MonkeyPatch) -> Inspector:
    """An inspector whose models are the fake ones."""
    monkeypatch.setattr("cs_qa.nn.registry.load_models", lambda: fake_models)
    return Inspector()


@pytest.fixture(scope="session")
def models() -> Models:
    """The models that ship."""
    return load_models()


@pytest.fixture(scope="session")
def week() -> list[Transcript]:
    """The first conversations of the example week."""
    with WEEK.open(encoding="utf-8") as file:
        return [transcript_from_json(json.loads(next(file))) for _ in range(9)]
