"""Calibrates trained heads anew, from the out-of-fold logits that their training left beside them.

    python -m cs_qa.train.calibrate_again VERSION

writes the heads in use as another version, with the same weights: what the n-gram model counts for,
calibration and operating points (`models/train.toml`) are fitted again. It takes two minutes and
runs no encoder. To take it into use, name it in `models/current.toml`.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cs_qa.nn.ngrams import OUTPUTS
from cs_qa.nn.registry import Registry, write_manifest
from cs_qa.train.export import HEADS_FILES, write_calibration
from cs_qa.train.folds import load_folds
from cs_qa.train.ngrams import out_of_fold_scores
from cs_qa.train.run import read_config
from cs_qa.train.seed import Example, read_examples

CONFIG = Path("models/train.toml")

Logits = NDArray[np.float32]


def heads_alone(folder: Path, examples: list[Example]) -> tuple[list[int], Logits]:
    """Give which examples heads judged out of fold, and their own logits (found, 12)."""
    shares = json.loads((folder / "calibration.json").read_text(encoding="utf-8")).get("ngrams")
    with np.load(folder / "out_of_fold.npz") as saved:
        row_of = {name: row for row, name in enumerate(saved["ids"].tolist())}
        logits = saved["logits"].astype(np.float32)
        if shares:
            logits[:, :OUTPUTS] -= np.array(shares, np.float32) * saved["ngrams"].astype(np.float32)
    found = [i for i, example in enumerate(examples) if example.id in row_of]
    return found, logits[[row_of[examples[i].id] for i in found]]


def calibrate_again(
    source: Path, target: Path, examples: list[Example], folds: dict[str, int], config: Path
) -> None:
    """Write the heads in `source` to `target` with a new calibration."""
    found, logits = heads_alone(source, examples)
    ngrams = out_of_fold_scores(examples, folds)[found]
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source / "heads.onnx", target / "heads.onnx")
    points = read_config(config).operating_points
    write_calibration(target, [examples[i] for i in found], logits, ngrams, points=points)
    about = json.loads((source / "manifest.json").read_text(encoding="utf-8"))["about"]
    about["calibrated_again"] = json.dumps({"heads": source.name, "operating_points": points})
    write_manifest(target, HEADS_FILES, name="manifest.json", about=about)


def main() -> None:
    """Calibrate the heads in use again; the argument is the new version."""
    parser = argparse.ArgumentParser(prog="calibrate_again", description="Calibrate heads anew.")
    parser.add_argument("version", help="the new version; none that there is")
    version = parser.parse_args().version
    source = Registry.shipped().folder("heads")
    if (source.parent / version).exists():
        parser.error(f"{source.parent / version} is there already: name another version")
    calibrate_again(source, source.parent / version, read_examples(), dict(load_folds()), CONFIG)


if __name__ == "__main__":
    main()
