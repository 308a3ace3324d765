"""Missing, damaged and foreign model files are named, with what to do about them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cs_qa.errors import InputError, ModelError
from cs_qa.nn import manifest, shipped
from cs_qa.nn.registry import MODELS, Registry, damage, load_models, write_manifest
from tests.nn.own_versions import remembered_sha256

REMEDY = r"In a checkout run `make install`, else reinstall cs_qa\.$"


@pytest.fixture(scope="module")
def hashes() -> Callable[[Path], str]:
    """SHA-256 that remembers the large files, which the tests link and never change."""
    return remembered_sha256()


@pytest.fixture
def copy(
    tmp_path: Path, hashes: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> Registry:
    """A registry of its own: large files are links, small ones copies."""
    for module in (manifest, shipped):
        monkeypatch.setattr(module, "sha256", hashes)
    came = Registry.shipped()
    shutil.copy(came.root / "current.toml", tmp_path)
    for name in MODELS:
        source = came.folder(name)
        target = tmp_path / name / source.name
        target.mkdir(parents=True)
        for file in source.iterdir():
            if file.stat().st_size > 1_000_000:
                (target / file.name).symlink_to(file)
            else:
                shutil.copy(file, target)
    return Registry(tmp_path)


def test_the_shipped_models_are_whole() -> None:
    registry = Registry.shipped()
    assert [registry.check(name) for name in MODELS] == [[] for _ in MODELS]


def test_a_copy_loads_and_says_its_versions(copy: Registry) -> None:
    loaded = copy.load(threads=1)
    assert loaded.refs == {name: f"{name}@{copy.version(name)}" for name in MODELS}


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("encoder", "encoder.onnx"),
        ("encoder", "tokenizer.json"),
        ("encoder", "adapters.safetensors"),
        ("encoder", "manifest.json"),
        ("encoder", "built.json"),
        ("heads", "heads.onnx"),
        ("heads", "calibration.json"),
        ("heads", "manifest.json"),
    ],
)
def test_a_missing_file_is_named(copy: Registry, name: str, file: str) -> None:
    (copy.folder(name) / file).unlink()
    with pytest.raises(ModelError, match=rf"{file} is missing.*{REMEDY}"):
        copy.load()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("encoder", "encoder.onnx"),
        ("encoder", "adapters.safetensors"),
        ("heads", "calibration.json"),
        ("encoder", "built.json"),
        ("heads", "manifest.json"),
    ],
)
def test_a_damaged_file_is_named(copy: Registry, name: str, file: str) -> None:
    path = copy.folder(name) / file
    path.unlink()
    path.write_bytes(b"\xff damaged")
    with pytest.raises(ModelError, match=rf"{file} is damaged.*{REMEDY}"):
        copy.load()


@pytest.mark.parametrize("text", ["{}", "[]", '{"files": 4}', '{"files": [1]}'])
def test_a_manifest_without_files_is_damaged(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert damage(tmp_path / "manifest.json") == [f"{tmp_path / 'manifest.json'} is damaged"]


def test_all_problems_are_told_at_once(copy: Registry) -> None:
    (copy.folder("encoder") / "encoder.onnx").unlink()
    (copy.folder("heads") / "calibration.json").write_text("{}")
    with pytest.raises(ModelError, match=r"encoder.onnx is missing; .*calibration.json is damaged"):
        copy.load()


def test_an_encoder_built_from_other_adapters_is_refused(copy: Registry) -> None:
    folder = copy.folder("encoder")
    (folder / "adapters.safetensors").write_bytes(b"newly trained")
    write_manifest(folder, ["adapters.safetensors"], name="manifest.json", about={})
    with pytest.raises(ModelError, match=rf"encoder.onnx was built from other adapters.*{REMEDY}"):
        copy.load()


def test_a_missing_version_is_named_with_those_there_are(copy: Registry) -> None:
    (copy.root / "heads" / "99").mkdir()
    version = copy.version("heads")
    (copy.root / "current.toml").write_text('encoder = "1"\nheads = "9"\n')
    with pytest.raises(
        ModelError,
        match=rf"heads.9 is missing, though .*current.toml names it; "
        rf"versions there are: {version}, 99\. {REMEDY}",
    ):
        copy.folder("heads")


def test_a_model_without_version_is_named(copy: Registry) -> None:
    (copy.root / "current.toml").write_text('encoder = "1"\n')
    with pytest.raises(
        ModelError, match=r"names no version of 'heads'\. Add one, such as heads = \"1\"; versions"
    ):
        copy.version("heads")
    shutil.rmtree(copy.root / "heads")
    with pytest.raises(ModelError, match=r"versions there are: none\.$"):
        copy.version("heads")


@pytest.mark.parametrize("content", [None, b"encoder = ", b"\xff"])
def test_an_unreadable_current_toml_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "current.toml").write_bytes(content)
    with pytest.raises(ModelError, match=rf"current.toml cannot be read \(.*{REMEDY}"):
        Registry(tmp_path).version("encoder")


def test_without_models_it_says_where_they_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "cs_qa")
    with pytest.raises(ModelError, match=rf"No models found in {tmp_path}.*make install"):
        Registry.shipped()


def test_models_inside_the_package_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipped, "PACKAGE", tmp_path / "cs_qa")
    for root in (tmp_path / "models", tmp_path / "cs_qa" / "models"):
        root.mkdir(parents=True)
        (root / "current.toml").touch()
    assert Registry.shipped().root == tmp_path / "cs_qa" / "models"


@pytest.mark.parametrize(
    ("threads", "given", "expected"), [(None, None, None), (None, "3", 3), (2, "3", 2), (2, "", 2)]
)
def test_threads_come_from_the_caller_else_the_environment(
    monkeypatch: pytest.MonkeyPatch, threads: int | None, given: str | None, expected: int | None
) -> None:
    monkeypatch.delenv("CS_QA_THREADS", raising=False)
    if given is not None:
        monkeypatch.setenv("CS_QA_THREADS", given)
    monkeypatch.setattr(Registry, "load", lambda _, *, threads: threads)
    loaded: object = load_models.__wrapped__(threads)
    assert loaded == expected


@pytest.mark.parametrize("given", ["two", "0", "-1", "1.5"])
def test_a_number_of_threads_that_is_none_is_explained(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("CS_QA_THREADS", given)
    with pytest.raises(InputError, match=f"CS_QA_THREADS is '{given}'. It must be a whole number"):
        load_models.__wrapped__()


def test_a_manifest_holds_the_hashes_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"abc")
    write_manifest(tmp_path, ["a.bin"], name="manifest.json", about={"why": "test"})
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert json.loads((tmp_path / "manifest.json").read_text()) == {
        "about": {"why": "test"},
        "files": {"a.bin": abc},
    }
    assert damage(tmp_path / "manifest.json") == []
