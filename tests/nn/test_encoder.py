from __future__ import annotations

import numpy as np
import pytest

from cs_qa.nn import encoder as module
from cs_qa.nn.encoder import MAX_CHARACTERS, MAX_TOKENS, MAX_WINDOWS, WIDTH, Encoder
from cs_qa.nn.registry import Models, Registry

TEXTS = ["Where is my parcel?", "我的包裹呢", "أين طردي؟", "荷物は", "ok", "👍", "x " * 700]


@pytest.fixture(scope="module")
def encoder(models: Models) -> Encoder:
    return models.encoder


def fresh(threads: int) -> Encoder:
    return Encoder(Registry.shipped().folder("encoder"), threads=threads)


def test_a_text_gives_two_vectors(encoder: Encoder) -> None:
    vectors = encoder.encode(["Hello"])["Hello"]
    for vector in (vectors.turn, vectors.before):
        assert vector.shape == (WIDTH,)
        assert vector.dtype == np.float32
        assert np.isfinite(vector).all()
    assert not np.array_equal(vectors.turn, vectors.before)


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]) == {}


def test_a_vector_depends_on_its_text_alone() -> None:
    one, two = fresh(1), fresh(2)
    together = two.encode([*TEXTS, *TEXTS])
    assert list(together) == TEXTS
    for text in reversed(TEXTS):
        alone = one.encode([text])[text]
        assert np.array_equal(alone.turn, together[text].turn)
        assert np.array_equal(alone.before, together[text].before)


def test_like_texts_lie_nearer_than_unlike_ones(encoder: Encoder) -> None:
    texts = ["Where is my parcel?", "Wo ist mein Paket?", "The weather is nice today."]
    here, same, other = (encoder.encode(texts)[text].before for text in texts)

    def cosine(a: module.Vector, b: module.Vector) -> float:
        return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    assert cosine(here, same) > cosine(here, other)


def test_a_text_is_encoded_once(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoder.encode(["encoded once"])["encoded once"]
    monkeypatch.setattr(encoder, "_run", None)
    assert encoder.encode(["encoded once"])["encoded once"] is first


def test_the_newest_texts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHED_TEXTS", 2)
    encoder = fresh(1)
    encoder.encode(["a", "b"])
    encoder.encode(["a"])
    assert list(encoder.encode(["c", "d", "e"])) == ["c", "d", "e"]
    encoder.encode(["a", "b"])
    encoder.encode(["a", "c"])
    assert list(encoder._cache) == ["a", "c"]


@pytest.mark.parametrize(
    ("text", "count"), [("Hello", 1), ("", 1), ("x " * 400, 1), ("x " * 600, 2), ("x " * 1200, 3)]
)
def test_long_texts_are_read_in_windows(encoder: Encoder, text: str, count: int) -> None:
    windows = encoder._windows(text)
    assert len(windows) == count
    assert all(len(window) <= MAX_TOKENS for window in windows)
    assert len({(window[0], window[-1]) for window in windows}) == 1


@pytest.mark.parametrize("filling", ["x ", "你好", "字"])
def test_of_a_very_long_text_beginning_and_end_are_read(encoder: Encoder, filling: str) -> None:
    text = f"parcel {filling * MAX_CHARACTERS} refund"
    windows = encoder._windows(text)
    parcel, refund = (encoder._windows(word)[0][-2] for word in ("a parcel", "a refund"))
    assert len(windows) == MAX_WINDOWS
    assert parcel in windows[0]
    assert refund in windows[-1]


def test_a_long_text_is_the_mean_of_its_windows(encoder: Encoder) -> None:
    text = "word " * 700
    parts = [encoder._run_window(window)[0] for window in encoder._windows(text)]
    assert len(parts) == 2
    assert np.allclose(encoder.encode([text])[text].turn, np.mean(parts, axis=0))
