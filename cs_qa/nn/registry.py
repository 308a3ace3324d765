"""Which model versions are in use, where they lie, and whether their files are whole."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cs_qa.errors import InputError, ModelError
from cs_qa.nn.encoder import Encoder
from cs_qa.nn.heads import Heads
from cs_qa.nn.statements import StatementHeads

MODELS = ("encoder", "heads", "statements")
PACKAGE = Path(__file__).parent.parent
REMEDY = "In a checkout run `make install`, else reinstall cs_qa."


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one run, and their versions as provenance states them."""

    encoder: Encoder
    heads: Heads
    statements: StatementHeads
    refs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registry:
    """A folder of models: `<name>/<version>/` for each, and `current.toml` that picks one."""

    root: Path

    @classmethod
    def shipped(cls) -> Registry:
        """The models that came with cs_qa: inside the package, or beside it in a checkout."""
        for root in (PACKAGE / "models", PACKAGE.parent / "models"):
            if (root / "current.toml").exists():
                return cls(root)
        raise ModelError(
            f"No models found in {PACKAGE / 'models'} or {PACKAGE.parent / 'models'}. "
            "Install cs_qa from its wheel, or run `make install` in a checkout."
        )

    def version(self, name: str) -> str:
        """Give the version of a model that is in use."""
        path = self.root / "current.toml"
        try:
            current = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} cannot be read ({error}). {REMEDY}") from error
        if name not in current:
            raise ModelError(
                f'{path} names no version of {name!r}. Add one, such as {name} = "1"; '
                f"{self._versions(name)}."
            )
        return str(current[name])

    def folder(self, name: str) -> Path:
        """Give the folder of the version in use."""
        folder = self.root / name / self.version(name)
        if not folder.is_dir():
            raise ModelError(
                f"{folder} is missing, though {self.root / 'current.toml'} names it; "
                f"{self._versions(name)}. {REMEDY}"
            )
        return folder

    def check(self, name: str) -> list[str]:
        """Say what is wrong with the files of a model, one line each; empty when all is well."""
        folder = self.folder(name)
        problems = damage(folder / "manifest.json")
        if name == "encoder":
            problems += damage(folder / "built.json")
            if not problems and not _fits_adapters(folder):
                problems.append(f"{folder / 'encoder.onnx'} was built from other adapters")
        return problems

    def load(self, *, threads: int | None = None) -> Models:
        """Load all models after checking every file's sha256; ModelError says what is wrong."""
        problems = [problem for name in MODELS for problem in self.check(name)]
        if problems:
            raise ModelError(f"{'; '.join(problems)}. {REMEDY}")
        return Models(
            Encoder(self.folder("encoder"), threads=threads),
            Heads(self.folder("heads")),
            StatementHeads(self.folder("statements")),
            {name: f"{name}@{self.version(name)}" for name in MODELS},
        )

    def _versions(self, name: str) -> str:
        found = sorted(path.name for path in self.root.glob(f"{name}/*") if path.is_dir())
        return f"versions there are: {', '.join(found) or 'none'}"


@lru_cache(maxsize=1)
def load_models(threads: int | None = None) -> Models:
    """Load the models in use once for this process.

    `threads` is how many texts are encoded side by side; by default `CS_QA_THREADS`, else the
    number of cores. It never changes a result.
    """
    return Registry.shipped().load(threads=threads or _threads(os.environ.get("CS_QA_THREADS")))


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


def _fits_adapters(folder: Path) -> bool:
    built = json.loads((folder / "built.json").read_text(encoding="utf-8"))
    return bool(built["about"].get("adapters") == sha256(folder / "adapters.safetensors"))


def wanted_threads() -> int | None:
    """How many texts `CS_QA_THREADS` says to encode side by side; None where it says nothing."""
    return _threads(os.environ.get("CS_QA_THREADS"))


def _threads(given: str | None) -> int | None:
    if given and not (given.isdecimal() and int(given)):
        raise InputError(f"CS_QA_THREADS is {given!r}. It must be a whole number, 1 or more.")
    return int(given) if given else None
