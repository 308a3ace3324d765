from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cs_qa.nn.manifest import damage, write_manifest
from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.nn.registry import Registry
from cs_qa.train.calibrate_again import calibrate_again, heads_alone, main
from cs_qa.train.export import HEADS_FILES
from cs_qa.train.seed import Example
from cs_qa.types import BANNED_LABELS, SENTIMENTS

CONFIG = """
version = "1"
models = "models"
work = "work"
politeness_data = "none"
[operating_points]
hostile = {point}
"""


def examples() -> list[Example]:
    return [
        Example(
            f"e{n}",
            f"i{n // 2}",
            "en",
            task="conversations",
            text=f"word{n % 7} turn {n}",
            banned=frozenset({BANNED_LABELS[n % 5]} if n % 2 else ()),
            empathy=n % 3,
            sentiment=SENTIMENTS[n % 3],
        )
        for n in range(80)
    ]


FOLDS = {f"i{n}": n % 2 for n in range(40)}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Heads that judged all but the last ten examples, without n-grams."""
    folder = tmp_path / "heads" / "2"
    folder.mkdir(parents=True)
    (folder / "heads.onnx").write_bytes(b"weights")
    (folder / "calibration.json").write_text("{}")
    logits = np.random.default_rng(0).normal(size=(70, 12)).astype(np.float32)
    for row, example in zip(logits, examples(), strict=False):
        row[:5] += [3.0 * (label in (example.banned or ())) for label in BANNED_LABELS]
        row[5 + (example.empathy or 0)] += 3
        row[8 + SENTIMENTS.index(example.sentiment or "neutral")] += 3
    ids = np.array([example.id for example in examples()[:70]])
    np.savez(folder / "out_of_fold.npz", ids=ids, logits=logits)
    write_manifest(folder, HEADS_FILES, name="manifest.json", about={"training": "x"})
    return folder


def calibrated(source: Path, version: str, point: float = 0.5) -> Path:
    config, target = source.parent / "train.toml", source.parent / version
    config.write_text(CONFIG.format(point=point))
    calibrate_again(source, target, examples(), FOLDS, config)
    return target


def test_heads_keep_their_weights_and_get_a_calibration(source: Path) -> None:
    target = calibrated(source, "3")
    assert damage(target / "manifest.json") == []
    assert (target / "heads.onnx").read_bytes() == b"weights"
    calibration = json.loads((target / "calibration.json").read_text())
    assert len(calibration["ngrams"]) == OUTPUTS
    assert set(calibration["banned"]) == set(BANNED_LABELS)
    about = json.loads((target / "manifest.json").read_text())["about"]
    assert about["training"] == "x"
    assert json.loads(about["calibrated_again"])["heads"] == "2"


def test_what_the_heads_alone_said_can_be_had_back(source: Path) -> None:
    found, before = heads_alone(source, examples())
    again, after = heads_alone(calibrated(source, "3"), examples())
    assert found == again == list(range(70))
    assert after == pytest.approx(before, abs=0.02)  # kept in half precision


def test_calibrating_twice_gives_the_same(source: Path) -> None:
    once = calibrated(source, "3")
    twice = calibrated(once, "4")
    one, other = (
        json.loads((folder / "calibration.json").read_text())["ngrams"] for folder in (once, twice)
    )
    assert other == pytest.approx(one, abs=0.02)


def test_an_operating_point_moves_its_label_alone(source: Path) -> None:
    fits = [
        json.loads((calibrated(source, v, p) / "calibration.json").read_text())["banned"]
        for v, p in (("3", 0.5), ("4", 0.8))
    ]
    moved = {label for label in BANNED_LABELS if fits[0][label] != fits[1][label]}
    assert moved == {"hostile"}
    assert fits[1]["hostile"]["bias"] < fits[0]["hostile"]["bias"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], "the following arguments are required: version"),
        ([Registry.shipped().version("heads")], "is there already: name another version"),
    ],
)
def test_a_version_is_needed_that_is_not_there(
    given: list[str],
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["calibrate_again", *given])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert expected in capsys.readouterr().err
