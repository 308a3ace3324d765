"""Versions of a user's own, made of the shipped files."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from cs_qa.nn.registry import Registry, sha256, write_manifest
from cs_qa.nn.user_models import UserModels

BETTER = '{"verdict": "better"}'
VERSIONS = {"encoder": "2", "heads": "2", "ngrams": "2", "statements": "1"}


def shipped_as(folder: Path) -> Registry:
    """The shipped models under versions that no release changes (`VERSIONS`)."""
    came = Registry.shipped()
    for name, version in VERSIONS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / version).symlink_to(came.folder(name))
    stated = (f'{name} = "{version}"\n' for name, version in VERSIONS.items())
    (folder / "current.toml").write_text("".join(stated))
    return Registry(folder)


def registry_at(root: Path) -> Registry:
    """The shipped models and a user's own in `root`; both are made beside each other."""
    return replace(shipped_as(root.parent / "shipped"), user=UserModels(root))


def make_heads(
    folder: Path, *, bias: float = 0.0, metrics: str | None = BETTER, encoder: str | None = None
) -> Path:
    """Heads that differ from the shipped ones by the bias of a label and say how they compare."""
    shipped = Registry.shipped()
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(shipped.folder("heads") / "heads.onnx", folder)
    calibration = json.loads((shipped.folder("heads") / "calibration.json").read_text())
    calibration["banned"]["hostile"]["bias"] += bias
    (folder / "calibration.json").write_text(json.dumps(calibration))
    (folder / "card.md").write_text("# Heads of our own\n")
    if metrics is not None:
        (folder / "metrics.json").write_text(metrics)
    state_files(folder, encoder=encoder or shipped.encoder_sha256())
    return folder


def make_encoder(folder: Path) -> Path:
    """The shipped encoder with other adapters beside it, which make it another one."""
    import numpy as np
    from safetensors.numpy import load_file, save_file

    shipped = Registry.shipped().folder("encoder")
    folder.mkdir(parents=True)
    for file in ("encoder.onnx", "tokenizer.json"):
        try:
            os.link(shipped / file, folder / file)
        except OSError:  # another file system
            shutil.copy(shipped / file, folder)
    adapters = load_file(shipped / "adapters.safetensors")
    other = {name: np.float16(2) * each for name, each in adapters.items()}
    save_file(other, folder / "adapters.safetensors")
    (folder / "metrics.json").write_text(BETTER)
    built = {"about": {"adapters": sha256(folder / "adapters.safetensors")}}
    (folder / "built.json").write_text(json.dumps(built))
    state_files(folder)
    return folder


def state_files(folder: Path, **about: str) -> None:
    """Write a manifest that is right for whatever plain files are there."""
    files = [path.name for path in sorted(folder.iterdir()) if path.is_file()]
    listed = [name for name in files if name != "manifest.json"]
    write_manifest(folder, listed, name="manifest.json", about=about)


def remembered_sha256() -> Callable[[Path], str]:
    """SHA-256 that remembers files, for tests that hash the large ones many times."""
    known: dict[tuple[int, int, int], str] = {}

    def remembered(path: Path) -> str:
        file = path.stat()
        key = (file.st_ino, file.st_mtime_ns, file.st_size)
        if key not in known:
            known[key] = sha256(path)
        return known[key]

    return remembered
