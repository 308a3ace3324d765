from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cs_qa.nn import build
from cs_qa.nn.base import TOKENIZER
from cs_qa.nn.registry import Registry, damage

if TYPE_CHECKING:
    from transformers import BertModel


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps of a build, which here only write small files; their names as they are taken."""
    taken: list[str] = []

    def fetch(source: tuple[str, str, str], folder: Path) -> Path:
        path = folder / Path(source[1]).name
        path.write_text(source[0])
        return path

    def export(model: Any, path: Path) -> None:
        taken.append("export")
        path.write_text(f"onnx of {model}")

    monkeypatch.setattr(build, "fetch", fetch)
    monkeypatch.setattr(build, "load_base", lambda weights: weights.name)
    monkeypatch.setattr(build, "merge_adapters", lambda model, path: taken.append("merge"))
    monkeypatch.setattr(build, "export", export)
    return taken


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "encoder" / "1"
    made.mkdir(parents=True)
    (made / "adapters.safetensors").write_text("adapters")
    (tmp_path / "current.toml").write_text('encoder = "1"\n')
    return made


def test_a_build_leaves_encoder_tokenizer_and_manifest(folder: Path, steps: list[str]) -> None:
    assert build.build_encoder(folder, folder / "cache")
    assert steps == ["merge", "export"]
    assert (folder / "tokenizer.json").read_text() == TOKENIZER[0]
    assert damage(folder / "built.json") == []
    built = json.loads((folder / "built.json").read_text())
    assert built["about"]["recipe"] == build.RECIPE
    assert set(built["files"]) == set(build.BUILT)


def test_nothing_is_built_twice(folder: Path, steps: list[str]) -> None:
    assert build.build_encoder(folder, folder / "cache")
    assert not build.build_encoder(folder, folder / "cache")
    assert steps == ["merge", "export"]


@pytest.mark.parametrize("file", ["encoder.onnx", "tokenizer.json", "built.json"])
@pytest.mark.parametrize("content", [None, "damaged"])
def test_what_is_missing_or_damaged_is_built_again(
    folder: Path, steps: list[str], file: str, content: str | None
) -> None:
    build.build_encoder(folder, folder / "cache")
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    assert build.build_encoder(folder, folder / "cache")
    assert damage(folder / "built.json") == []


def test_new_adapters_or_another_recipe_build_again(
    folder: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build.build_encoder(folder, folder / "cache")
    (folder / "adapters.safetensors").write_text("trained again")
    assert build.build_encoder(folder, folder / "cache")
    monkeypatch.setattr(build, "RECIPE", "another")
    assert build.build_encoder(folder, folder / "cache")
    assert not build.build_encoder(folder, folder / "cache")


def test_the_command_builds_the_encoder_in_use(
    folder: Path,
    steps: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(Registry, "shipped", lambda: Registry(folder.parent.parent))
    build.main()
    build.main()
    assert capsys.readouterr().err == "encoder 1: built\nencoder 1: already built\n"


def test_the_exported_encoder_reads_texts_of_any_length(
    small_encoder: BertModel, tmp_path: Path
) -> None:
    import onnxruntime
    import torch

    from cs_qa.nn.network import OneText

    build.export(small_encoder, tmp_path / "encoder.onnx")
    session = onnxruntime.InferenceSession(
        str(tmp_path / "encoder.onnx"), providers=["CPUExecutionProvider"]
    )
    for ids in ([5, 6], [7, 8, 9, 10, 11, 12, 13]):
        got = session.run(["turn", "before"], {"input_ids": np.array([ids], np.int64)})
        with torch.inference_mode():
            expected = OneText(small_encoder).eval()(torch.tensor([ids]))
        for vector, full in zip(got, expected, strict=True):
            cosine = np.sum(vector * full.numpy()) / np.linalg.norm(vector) / full.norm()
            assert cosine > 0.95
