"""The models that came with cs_qa: read-only, whole unless an installation went wrong."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from cs_qa.errors import ModelError
from cs_qa.nn.manifest import damage, sha256

MODELS = ("encoder", "heads", "ngrams", "statements")
PACKAGE = Path(__file__).parent.parent
REMEDY = "In a checkout run `make install`, else reinstall cs_qa."


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a model and its folder; `own` where a user made it."""

    name: str
    version: str
    folder: Path
    own: bool = False

    @property
    def ref(self) -> str:
        """The version as provenance states it: heads@2.1."""
        return f"{self.name}@{self.version}"


def shipped_root() -> Path:
    """Find the folder of the shipped models: inside the package, or beside it in a checkout."""
    for root in (PACKAGE / "models", PACKAGE.parent / "models"):
        if (root / "current.toml").exists():
            return root
    raise ModelError(
        f"No models found in {PACKAGE / 'models'} or {PACKAGE.parent / 'models'}. "
        "Install cs_qa from its wheel, or run `make install` in a checkout."
    )


def shipped_version(root: Path, name: str) -> Version:
    """Give the version of a model that `current.toml` in `root` names."""
    path = root / "current.toml"
    try:
        current = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}). {REMEDY}") from error
    if name not in current:
        raise ModelError(
            f'{path} names no version of {name!r}. Add one, such as {name} = "1"; '
            f"{_versions(root, name)}."
        )
    version = str(current[name])
    folder = root / name / version
    if not folder.is_dir():
        raise ModelError(
            f"{folder} is missing, though {path} names it; {_versions(root, name)}. {REMEDY}"
        )
    return Version(name, version, folder)


def check_shipped(version: Version) -> list[str]:
    """Say what is wrong with the files of a shipped version, one line each; empty when nothing."""
    folder = version.folder
    problems = damage(folder / "manifest.json")
    if version.name == "encoder":
        problems += damage(folder / "built.json")
        if not problems and not _fits_adapters(folder):
            problems.append(f"{folder / 'encoder.onnx'} was built from other adapters")
    return problems


def adapters_sha256(encoder: Path) -> str | None:
    """Give the identity of an encoder, the SHA-256 of its adapters; None where it has none."""
    path = encoder / "adapters.safetensors"
    return sha256(path) if path.is_file() else None


def _fits_adapters(folder: Path) -> bool:
    built = json.loads((folder / "built.json").read_text(encoding="utf-8"))
    return bool(built["about"].get("adapters") == adapters_sha256(folder))


def _versions(root: Path, name: str) -> str:
    found = sorted(path.name for path in root.glob(f"{name}/*") if path.is_dir())
    return f"versions there are: {', '.join(found) or 'none'}"
