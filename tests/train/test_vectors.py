from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from cs_qa.nn.encoder import TextVectors
from cs_qa.train import vectors
from cs_qa.train.vectors import Vectors, vectors_of
from train.words import WordEncoder

TEXTS = ["where is my parcel", "我的包裹在哪里", "", "where is my parcel"]


def test_each_text_is_encoded_once_and_never_again(tmp_path: Path) -> None:
    file, encoder = tmp_path / "made" / "vectors.npz", WordEncoder()
    first = vectors_of(TEXTS, encoder, file)
    assert sorted(encoder.encoded) == sorted(set(TEXTS))
    again = vectors_of(TEXTS[:2], encoder, file)
    assert len(encoder.encoded) == 3
    expected = WordEncoder().encode(TEXTS)
    for text in TEXTS:
        for made in (first, again):
            assert np.array_equal(made.turn[made.row(text)], expected[text].turn)
            assert np.array_equal(made.before[made.row(text)], expected[text].before)


def test_new_texts_are_added_to_the_file(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    vectors_of(["a"], WordEncoder(), file)
    vectors_of(["b"], WordEncoder(), file)
    encoder = WordEncoder()
    assert len(vectors_of(["b", "a", "c"], encoder, file).turn) == 3
    assert encoder.encoded == ["c"]


def test_a_text_is_encoded_as_it_is_in_use_without_what_it_quotes() -> None:
    encoder = WordEncoder()
    made = vectors_of(["Sorry.\n> Why so late?\n"], encoder)
    assert "Why" not in encoder.encoded[0]
    assert made.row("Sorry.\n> Why so late?\n") == 0


def test_the_file_holds_no_text(tmp_path: Path) -> None:
    vectors_of(["confidential"], WordEncoder(), tmp_path / "vectors.npz")
    assert b"confidential" not in (tmp_path / "vectors.npz").read_bytes()


def test_a_run_that_is_stopped_keeps_what_was_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(WordEncoder):
        def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
            if self.encoded:
                raise KeyboardInterrupt
            return super().encode(texts)

    monkeypatch.setattr(vectors, "SAVED_EVERY", 2)
    file = tmp_path / "vectors.npz"
    with pytest.raises(KeyboardInterrupt):
        vectors_of("abcde", Stopped(), file)
    encoder = WordEncoder()
    vectors_of("abcde", encoder, file)
    assert encoder.encoded == ["c", "d", "e"]
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npz"]


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "objects", "one array", "other shapes"])
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "vectors.npz"
    vectors_of(["a", "b"], WordEncoder(), file)
    whole = file.read_bytes()
    if damage == "objects":
        with file.open("wb") as out:
            np.savez(out, keys=np.array([{}]), turn=np.array([{}]), before=np.array([{}]))
    elif damage == "one array":
        with file.open("wb") as out:
            np.save(out, np.zeros(3))
    elif damage == "other shapes":
        with file.open("wb") as out:
            np.savez(out, keys=np.zeros((2, 16), np.uint8), turn=np.zeros(2), before=np.zeros(2))
    else:
        content = {"cut": whole[: len(whole) // 2], "text": b"vectors", "empty": b""}
        file.write_bytes(content[damage])
    encoder = WordEncoder()
    vectors_of(["a", "b"], encoder, file)
    assert encoder.encoded == ["a", "b"]
    assert len(Vectors.load(file).index) == 2
