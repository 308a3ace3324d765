"""An encoder that needs no model: a text's vectors tell which words of a few stand in it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

import numpy as np

from cs_qa.nn.encoder import WIDTH, TextVectors
from cs_qa.nn.network import Heads
from cs_qa.train.seed import Example
from cs_qa.train.vectors import Vectors, vectors_of
from cs_qa.types import BANNED_LABELS

SIGNALS = ("hostile", "deflecting", "sorry", "furious", "thanks")


class WordEncoder:
    """Gives each text a vector of its own, plus a direction for each signal word in it."""

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        distinct = list(dict.fromkeys(texts))
        self.encoded += distinct
        return {text: TextVectors(_vector(text), _vector(f"before {text}")) for text in distinct}


def _vector(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    number = int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    vector = 0.3 * np.random.default_rng(number).normal(size=WIDTH)
    for place, word in enumerate(SIGNALS):
        if word in text:
            vector[16 * place : 16 * place + 16] += 2.0
    return vector.astype(np.float32)


def agent(number: int, word: str = "", *, lang: str = "en", item: str = "") -> Example:
    """An agent's turn, which has the label that it names."""
    item = item or f"{lang}-{word}-{number}"
    return Example(
        id=f"{item}/1",
        item=item,
        lang=lang,
        task="conversations",
        text=f"answer {item} {word}",
        context=(("customer", f"question {number}"),),
        banned=frozenset(label for label in BANNED_LABELS if label == word),
        empathy=2 if word == "sorry" else 0,
    )


def customer(number: int, word: str = "", *, lang: str = "en") -> Example:
    """A customer's turn, negative where they are furious."""
    item = f"{lang}-{word}-c{number}"
    sentiment = {"furious": "negative", "thanks": "positive"}.get(word, "neutral")
    return Example(
        id=item,
        item=item,
        lang=lang,
        task="sentiment",
        text=f"message {item} {word}",
        sentiment=sentiment,  # type: ignore[arg-type]
    )


def conversation_turns(count: int = 12, *, lang: str = "en") -> list[Example]:
    """Turns of every kind, so many of each."""
    return [
        turn
        for number in range(count)
        for turn in (
            *(agent(number, word, lang=lang) for word in ("", "hostile", "deflecting", "sorry")),
            *(customer(number, word, lang=lang) for word in ("", "furious", "thanks")),
        )
    ]


def encoded(examples: Iterable[Example]) -> Vectors:
    """The vectors of all texts of examples."""
    texts = [t for e in examples for t in (e.text, *(said for _, said in e.context))]
    return vectors_of(texts, WordEncoder())


def new_heads() -> Heads:
    """The same heads each time, which learned nothing."""
    import torch

    torch.manual_seed(3)
    heads = Heads()
    with torch.no_grad():
        for values in heads.parameters():
            values.add_(0.01 * torch.randn(values.shape))
    return heads.eval()
