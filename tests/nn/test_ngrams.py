from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.nn.encoder import WIDTH
from cs_qa.nn.heads import Heads
from cs_qa.nn.ngrams import FEATURES, MAX_CHARACTERS, OUTPUTS, SILENT, NgramModel, hashed_ngrams
from cs_qa.nn.registry import Models, Registry


@pytest.fixture(scope="module")
def shipped() -> NgramModel:
    return NgramModel(Registry.shipped().folder("ngrams"))


@given(st.text())
def test_any_text_has_ngrams_or_none(text: str) -> None:
    buckets, counts = hashed_ngrams(text)
    assert len(buckets) == len(counts) == len(set(buckets.tolist()))
    assert bool(len(buckets)) == bool(text.split())
    assert ((buckets >= 0) & (buckets < FEATURES)).all()
    assert (counts >= 1).all()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Why NOT?", "why not?"), (" why\n\tnot?  ", "why not?"), ("我的包裹", "我的包裹 ")],
)
def test_case_and_blanks_do_not_matter(one: str, other: str) -> None:
    (ours, counts), (theirs, other_counts) = hashed_ngrams(one), hashed_ngrams(other)
    assert ours.tolist() == theirs.tolist()
    assert counts.tolist() == other_counts.tolist()


@pytest.mark.parametrize(
    ("one", "other"), [("ab", "ba"), ("why", "whyy"), ("能", "不能"), ("a b", "ab")]
)
def test_what_is_written_matters(one: str, other: str) -> None:
    assert set(hashed_ngrams(one)[0].tolist()) != set(hashed_ngrams(other)[0].tolist())


def test_runs_are_of_one_to_four_characters() -> None:
    assert len(hashed_ngrams("abc")[0]) == 4 + 4 + 3 + 2  # of " abc ", blank counted once
    twice, counts = hashed_ngrams("aa")
    assert sorted(counts.tolist())[-2:] == pytest.approx([1.693, 1.693], abs=1e-3)  # "a" and " "
    assert len(twice) == 2 + 3 + 2 + 1


def test_a_long_text_is_read_at_both_ends() -> None:
    long, half = MAX_CHARACTERS, MAX_CHARACTERS // 2
    found, counts = hashed_ngrams("a" * long + "b" * long + "c" * long)
    expected, expected_counts = hashed_ngrams("a" * (half - 1) + "c" * (half - 1))
    assert found.tolist() == expected.tolist()
    assert counts.tolist() == expected_counts.tolist()


def test_the_same_text_the_same_score(shipped: NgramModel) -> None:
    score = shipped.score("Why didn't you read the page?")
    assert score.shape == (OUTPUTS,)
    assert score.tolist() == shipped.score("Why didn't you read the page?").tolist()
    assert np.isfinite(shipped.score("")).all()


@pytest.mark.parametrize(
    ("rude", "polite"),
    [
        ("Didn't you read the description?", "Please find the description below."),
        ("这不是我们的问题，您自己想办法。", "我们马上为您处理。"),
        ("Das ist doch nicht unser Problem.", "Das klären wir gern für Sie."),
    ],
)
def test_it_knows_wordings(shipped: NgramModel, rude: str, polite: str) -> None:
    assert shipped.score(rude)[:5].max() > shipped.score(polite)[:5].max()


def test_the_encoder_gives_them_with_the_vectors(models: Models, shipped: NgramModel) -> None:
    text = "Why didn't you read the page?"
    assert models.encoder.encode([text])[text].ngrams.tolist() == shipped.score(text).tolist()


def test_heads_count_them_as_their_calibration_says(tmp_path: Path, models: Models) -> None:
    folder = Registry.shipped().folder("heads")
    (tmp_path / "heads.onnx").symlink_to(folder / "heads.onnx")
    counted = (folder / "calibration.json").read_text(encoding="utf-8")
    start = '{\n "ngrams": ' + str([0.5] * OUTPUTS) + ","
    rest = counted[counted.index(' "banned"') :]
    (tmp_path / "calibration.json").write_text(f"{start}\n{rest}", encoding="utf-8")
    heads, turn = Heads(tmp_path), np.ones(WIDTH, np.float32)
    silent, loud = heads.score(turn, [], SILENT), heads.score(turn, [], SILENT + 2)
    assert loud.banned == pytest.approx([value + 1 for value in silent.banned], abs=1e-5)
    assert loud.politeness == silent.politeness
    assert loud.sentiment == silent.sentiment  # all classes alike
