"""The hashes of a model version's files, and which files no longer match them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(
    folder: Path, files: Iterable[str], *, name: str, about: Mapping[str, str]
) -> None:
    """Write the hashes of `files` in `folder` to a manifest there."""
    manifest = {"about": dict(about), "files": {file: sha256(folder / file) for file in files}}
    (folder / name).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def damage(manifest: Path) -> list[str]:
    """Say which files of a manifest are missing or changed, itself included, one line each."""
    if not manifest.exists():
        return [f"{manifest} is missing"]
    try:
        files = dict(json.loads(manifest.read_text(encoding="utf-8"))["files"])
    except (KeyError, TypeError, ValueError):
        return [f"{manifest} is damaged"]
    folder = manifest.parent
    return [
        f"{folder / file} {'is damaged' if (folder / file).exists() else 'is missing'}"
        for file, expected in files.items()
        if not (folder / file).exists() or sha256(folder / file) != expected
    ]
