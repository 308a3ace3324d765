"""Damaged and malicious model files: none is loaded, none is executed, each is explained.

Every case is tried at each door: added from a folder, promoted from a folder that lies in the
registry, and loaded as a version that was in use before it was spoilt.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from cs_qa.errors import ModelError
from cs_qa.nn import model_files
from cs_qa.nn.model_files import problems_of
from cs_qa.nn.onnx_file import read_graph
from cs_qa.nn.registry import Registry
from cs_qa.nn.user_models import State
from tests.nn.own_versions import (
    make_encoder,
    make_heads,
    registry_at,
    remembered_sha256,
    state_files,
)

CANARY = Path("executed.txt")
"""Made in the working folder by any payload that is run."""


class Payload:
    """Writes the canary when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {CANARY}",)


Spoil = Callable[[Path], None]


def stated(spoil: Spoil) -> Spoil:
    """Spoil a folder and write a manifest that agrees with what was done, as an attacker would."""

    def both(folder: Path) -> None:
        about = json.loads((folder / "manifest.json").read_text())["about"]
        spoil(folder)
        state_files(folder, **about)

    return both


def content(file: str, data: bytes) -> Spoil:
    def write(folder: Path) -> None:
        (folder / file).unlink(missing_ok=True)  # it may be a link to the shipped one
        (folder / file).write_bytes(data)

    return write


def calibration(change: Callable[[dict[str, Any]], object]) -> Spoil:
    def write(folder: Path) -> None:
        path = folder / "calibration.json"
        values = json.loads(path.read_text())
        change(values)
        path.write_text(json.dumps(values))

    return stated(write)


def graph(change: Callable[[onnx.ModelProto], object]) -> Spoil:
    def write(folder: Path) -> None:
        model = onnx.load(folder / "heads.onnx")
        change(model)
        (folder / "heads.onnx").write_bytes(model.SerializeToString())

    return stated(write)


def manifest(change: Callable[[dict[str, Any]], object]) -> Spoil:
    def write(folder: Path) -> None:
        values = json.loads((folder / "manifest.json").read_text())
        change(values)
        (folder / "manifest.json").write_text(json.dumps(values))

    return write


def cut(share: float) -> Spoil:
    def write(folder: Path) -> None:
        data = (folder / "heads.onnx").read_bytes()
        (folder / "heads.onnx").write_bytes(data[: int(len(data) * share)])

    return write


def followed_by(data: bytes) -> Spoil:
    def write(folder: Path) -> None:
        (folder / "heads.onnx").write_bytes((folder / "heads.onnx").read_bytes() + data)

    return write


def flipped(folder: Path) -> None:
    data = bytearray((folder / "heads.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "heads.onnx").write_bytes(data)


def linked(folder: Path) -> None:
    path = folder / "heads.onnx"
    path.rename(folder.parent / "elsewhere.onnx")
    path.symlink_to(folder.parent / "elsewhere.onnx")


def folder_in_place(folder: Path) -> None:
    (folder / "calibration.json").unlink()
    (folder / "calibration.json").mkdir()


def pipe(file: str) -> Spoil:
    def write(folder: Path) -> None:
        (folder / file).unlink()
        os.mkfifo(folder / file)

    return write


def sparse(file: str, size: int) -> Spoil:
    def write(folder: Path) -> None:
        with (folder / file).open("wb") as empty:
            empty.truncate(size)

    return write


def objects(folder: Path) -> None:
    np.savez(folder / "out_of_fold.npz", ids=np.array([Payload()], dtype=object))


def external(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../../etc/passwd"


def external_without_location(model: onnx.ModelProto) -> None:
    entry = model.graph.initializer[0].external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def external_constant(model: onnx.ModelProto) -> None:
    constant = next(node for node in model.graph.node if node.op_type == "Constant")
    constant.attribute[0].t.data_location = TensorProto.EXTERNAL


def added_node(operation: str, domain: str = "", **attributes: Any) -> Spoil:
    def add(model: onnx.ModelProto) -> None:
        node = helper.make_node(operation, ["turn"], ["extra"], domain=domain, **attributes)
        model.graph.node.append(node)
        if domain:
            model.opset_import.append(helper.make_opsetid(domain, 1))

    return graph(add)


def imported(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("ai.onnx.contrib", 1))


def function(model: onnx.ModelProto) -> None:
    add = helper.make_node("Add", ["a", "a"], ["b"])
    opset = helper.make_opsetid("", 17)
    model.functions.append(helper.make_function("own", "Add", ["a"], ["b"], [add], [opset]))


def branch(model: onnx.ModelProto) -> None:
    inner = helper.make_graph([], "inner", [], [])
    node = next(node for node in model.graph.node if node.op_type == "Gemm")
    node.attribute.append(helper.make_attribute("then_branch", inner))


def training(model: onnx.ModelProto) -> None:
    model.training_info.add().algorithm.name = "learn"


def sparse_weights(model: onnx.ModelProto) -> None:
    model.graph.sparse_initializer.add().dims.append(10**12)


def strings(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(helper.make_tensor("s", TensorProto.STRING, [1], [b"x"]))


def doubles(model: onnx.ModelProto) -> None:
    model.graph.initializer.append(helper.make_tensor("d", TensorProto.DOUBLE, [1], bytes(8), True))


def lying_shape(model: onnx.ModelProto) -> None:
    model.graph.initializer[0].dims[0] = 2**40


def renamed_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].name = "text"


def other_output(model: onnx.ModelProto) -> None:
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 11


def open_input(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "n"


def no_shape(model: onnx.ModelProto) -> None:
    model.graph.output[0].type.tensor_type.ClearField("shape")


def no_numbers(model: onnx.ModelProto) -> None:
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        tensor.raw_data = np.full_like(values, np.nan).tobytes()


def unconnected(model: onnx.ModelProto) -> None:
    del model.graph.node[0]


TWO_GRAPHS = b"\x3a\x00"
"""A further, empty graph: parsers of protocol buffers merge the two."""

LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4daacc73\nsize 1676399\n"

STATED: dict[str, tuple[Spoil, str]] = {
    "pickle for a graph": (
        stated(content("heads.onnx", pickle.dumps(Payload()))),
        r"heads\.onnx cannot be used: ",
    ),
    "pickle beside": (
        stated(content("model.pkl", pickle.dumps(Payload()))),
        r"model\.pkl does not belong there; possible: calibration\.json, card\.md, heads\.onnx",
    ),
    "joblib file beside": (
        stated(content("heads.joblib", pickle.dumps(Payload()))),
        r"heads\.joblib does not belong there",
    ),
    "array of objects beside": (stated(objects), r"out_of_fold\.npz does not belong there"),
    "module beside": (
        stated(content("__init__.py", f"open('{CANARY}', 'w')".encode())),
        r"__init__\.py does not belong there",
    ),
    "control characters in a name": (
        stated(content("a\x1b[2Jb", b"")),
        r"a\\x1b\[2Jb does not belong there",
    ),
    "cut off": (stated(cut(0.5)), "cut off or no ONNX"),
    "empty graph": (stated(cut(0)), "it has 0 graphs instead of one"),
    "two graphs": (
        stated(followed_by(TWO_GRAPHS)),
        "it has 2 graphs instead of one",
    ),
    "pointer of Git LFS": (stated(content("heads.onnx", LFS)), r"heads\.onnx cannot be used"),
    "page of an error": (
        stated(content("heads.onnx", b"<!doctype html><title>404</title>")),
        r"heads\.onnx cannot be used",
    ),
    "ORT format": (
        stated(content("heads.onnx", b"\x20\x00\x00\x00ORTM" + bytes(64))),
        r"heads\.onnx cannot be used",
    ),
    "endless number": (
        stated(content("heads.onnx", b"\x08" + b"\xff" * 20)),
        "a number of over 10 bytes",
    ),
    "data in another file": (graph(external), "tensor has a field of number 13"),
    "location of data only": (graph(external_without_location), "field of number 13"),
    "constant in another file": (graph(external_constant), "keeps data in another file"),
    "control characters in an operation": (
        added_node("\x1b[2J\nLoop"),
        r"it uses \ufffd\[2J Loop; possible",
    ),
    "control characters in a label": (
        calibration(lambda c: c["banned"].update({"\x1b[2J": 1})),
        r"banned\.\ufffd\[2J",
    ),
    "loop": (added_node("Loop"), r"it uses Loop; possible: Add, Cast"),
    "branch in a known operation": (graph(branch), "attribute has a field of number 6"),
    "Python operation": (added_node("PyOp", "ai.onnx.contrib"), "operations of 'ai.onnx.contrib'"),
    "operation of another domain": (
        added_node("Add", "com.microsoft"),
        r"operations of 'com\.microsoft'; only ONNX's own are run",
    ),
    "import of another domain": (graph(imported), "operations of 'ai.onnx.contrib'"),
    "string in a node": (added_node("Cast", to="FLOAT"), "attribute has a field of number 4"),
    "function": (graph(function), "model has a field of number 25"),
    "training": (graph(training), "model has a field of number 20"),
    "sparse weights": (graph(sparse_weights), "graph has a field of number 15"),
    "strings": (graph(strings), "tensor has a field of number 6|a tensor of type 8"),
    "tensor of doubles": (graph(doubles), r"a tensor of type 11; possible: 1, 2, 3, 6, 7, 9"),
    "number for a graph": (stated(content("heads.onnx", b"\x38\x01")), "field 7 is a number"),
    "group for a graph": (stated(content("heads.onnx", b"\x3b")), r"no ONNX \(wire type 3\)"),
    "shape without data": (graph(lying_shape), r"bytes instead of \d{14,}"),
    "renamed input": (graph(renamed_input), "its inputs are 'text' .* expected 'turn'"),
    "input of any length": (graph(open_input), r"'turn' \(None, 384\)"),
    "fewer outputs": (graph(other_output), r"its outputs are 'logits' \(1, 11\).* \(1, 12\)"),
    "output without shape": (graph(no_shape), "field 2 stands 0 times instead of once"),
    "calibration not a number": (
        calibration(lambda c: c["banned"]["hostile"].update(bias=float("nan"))),
        r"calibration\.json cannot be used: NaN is no number",
    ),
    "calibration too large a number": (
        calibration(lambda c: c["banned"]["hostile"].update(bias=10**400)),
        r"calibration\.json cannot be used: banned\.hostile\.bias",
    ),
    "calibration without a label": (
        calibration(lambda c: c["banned"].pop("hostile")),
        "banned: no calibration of hostile",
    ),
    "calibration with another label": (
        calibration(lambda c: c["banned"].update(rude=c["banned"]["hostile"])),
        r"calibration\.json cannot be used: banned\.rude",
    ),
    "calibration with text": (
        calibration(lambda c: c["banned"]["hostile"].update(bias="__import__('os')")),
        r"banned\.hostile\.bias: Input should be a valid number",
    ),
    "calibration with more": (calibration(lambda c: c.update(hook="os.system")), "hook: Extra"),
    "spread of 0": (
        calibration(lambda c: c["politeness"]["de"].update(spread=0)),
        r"politeness\.de\.spread: Input should be greater than 0",
    ),
    "no norm for other languages": (
        calibration(lambda c: c["politeness"].pop("und")),
        'no norm of "und"',
    ),
    "temperature of 0": (
        calibration(lambda c: c["temperature"].update(empathy=0)),
        r"temperature\.empathy",
    ),
    "deep JSON": (
        stated(content("calibration.json", b"[" * 100_000)),
        r"calibration\.json cannot be used: ",
    ),
    "JSON that is a list": (stated(content("metrics.json", b"[]")), "a JSON list instead of an"),
    "card that is no text": (
        stated(content("card.md", b"\x00\xff\xfe")),
        r"card\.md cannot be used: .*utf-8",
    ),
}
"""Files whose manifest agrees with them, and what is said."""

UNSTATED: dict[str, tuple[Spoil, str]] = {
    "one bit": (flipped, r"heads\.onnx is damaged: its SHA-256 is not the one in manifest\.json"),
    "half written": (cut(0.5), r"heads\.onnx is damaged"),
    "other calibration": (content("calibration.json", b"{}"), r"calibration\.json is damaged"),
    "file not stated": (
        manifest(lambda m: m["files"].pop("metrics.json")),
        r"metrics\.json is not in manifest\.json",
    ),
    "stated files elsewhere": (
        manifest(lambda m: m["files"].update({"../../../../etc/passwd": "0" * 64})),
        r"states what is not there: '\.\./\.\./\.\./\.\./etc/passwd'",
    ),
    "absolute path": (
        manifest(lambda m: m["files"].update({"/etc/passwd": "0" * 64})),
        "states what is not there: '/etc/passwd'",
    ),
    "hash of another kind": (
        manifest(lambda m: m["files"].update({"heads.onnx": "md5:0"})),
        r"manifest\.json is damaged \(files\.heads\.onnx: ",
    ),
    "manifest with more": (manifest(lambda m: m.update(run="x")), r"is damaged \(run: Extra"),
    "manifest without encoder": (
        manifest(lambda m: m["about"].clear()),
        "does not say which encoder the heads were trained on",
    ),
    "manifest not JSON": (content("manifest.json", b"\x80\x04."), r"manifest\.json is damaged \("),
    "manifest too large": (
        sparse("manifest.json", 2**20 + 1),
        r"manifest\.json .*has 1,048,577 bytes; at most 1 MiB are read",
    ),
    "deep manifest": (
        content("manifest.json", b'{"a":' * 50_000),
        r"manifest\.json is damaged \(",
    ),
    "no manifest": (lambda f: (f / "manifest.json").unlink(), r"manifest\.json is missing"),
    "no graph": (lambda f: (f / "heads.onnx").unlink(), r"heads\.onnx is missing"),
    "graph too large": (
        sparse("heads.onnx", 17 * 2**20),
        r"heads\.onnx has 17,825,792 bytes; at most 16 MiB are read",
    ),
    "calibration too large": (sparse("calibration.json", 2**40), "at most 1 MiB are read"),
    "link": (linked, r"heads\.onnx is a link or a folder, not a plain file"),
    "folder for a file": (folder_in_place, r"calibration\.json is a link or a folder"),
    "pipe for a file": (pipe("calibration.json"), r"calibration\.json is a link or a folder"),
    "pipe for the manifest": (pipe("manifest.json"), r"manifest\.json .*is a link or a folder"),
    "folder beside": (lambda f: (f / "cache").mkdir(), "cache does not belong there"),
}
"""Files that do not agree with their manifest or have none, and what is said."""

FOUND_BY_TRIAL: dict[str, tuple[Spoil, str]] = {
    "weights that are no numbers": (graph(no_numbers), "cannot be loaded: its scores are no"),
    "unconnected graph": (graph(unconnected), "cannot be loaded: "),
}
"""What only running the graph shows: it holds nothing but arithmetic by then."""

CASES = STATED | UNSTATED


def params(cases: Iterable[str]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", list(cases))


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterable[Registry]:
    monkeypatch.chdir(tmp_path)
    yield registry_at(tmp_path / "models")
    assert not CANARY.exists()


def spoilt(folder: Path, spoil: Spoil) -> Path:
    make_heads(folder, bias=1.0)
    assert problems_of("heads", folder) == []
    spoil(folder)
    return folder


def test_the_payload_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    pickle.loads(pickle.dumps(Payload()))
    assert CANARY.exists()


@params([*CASES, *FOUND_BY_TRIAL])
def test_it_is_not_added(registry: Registry, tmp_path: Path, case: str) -> None:
    spoil, said = (CASES | FOUND_BY_TRIAL)[case]
    source = spoilt(tmp_path / "new", spoil)
    with pytest.raises(ModelError, match=said) as caught:
        registry.add_version("heads", source)
    assert "\n" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert [each.version for each in registry.versions("heads")] == ["2"]


@params([*CASES, *FOUND_BY_TRIAL])
def test_it_is_not_promoted(registry: Registry, tmp_path: Path, case: str) -> None:
    spoil, said = (CASES | FOUND_BY_TRIAL)[case]
    spoilt(tmp_path / "models" / "heads" / "2.1", spoil)
    with pytest.raises(ModelError, match=said):
        registry.promote("heads", "2.1", force=True)
    assert registry.version("heads") == "2"


@params(CASES)
def test_it_is_not_loaded_and_there_is_a_way_back(
    registry: Registry, tmp_path: Path, case: str
) -> None:
    spoil, said = CASES[case]
    registry.add_version("heads", make_heads(tmp_path / "new", bias=1.0))
    registry.promote("heads", "2.1")
    spoil(registry.folder("heads"))
    with pytest.raises(ModelError, match=rf"{said}.*Go back with `cs-qa models rollback heads`\.$"):
        registry.require_own()
    assert registry.rollback("heads").after["heads"] == "2"
    registry.require_own()


@params(STATED)
def test_an_attacker_who_rewrites_everything_gets_no_further(
    registry: Registry, tmp_path: Path, case: str
) -> None:
    spoil, said = STATED[case]
    registry.add_version("heads", make_heads(tmp_path / "new", bias=1.0))
    registry.promote("heads", "2.1")
    folder = registry.folder("heads")
    spoil(folder)
    user = registry.user
    assert user is not None
    state = user.state()
    pin = {"version": "2.1", "manifest": model_files.sha256(folder / "manifest.json")}
    user.replace(state, State.model_validate({"in_use": {"heads": pin}}).in_use, (), state.last)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=said):
        registry.require_own()


@params(FOUND_BY_TRIAL)
def test_what_only_a_trial_shows_is_told_on_loading(
    registry: Registry, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil, said = FOUND_BY_TRIAL[case]
    registry.add_version("heads", make_heads(tmp_path / "new", bias=1.0))
    registry.promote("heads", "2.1")
    monkeypatch.setattr("cs_qa.nn.registry.Encoder", lambda *_, **__: None)
    monkeypatch.setattr("cs_qa.nn.registry.check_shipped", lambda _: [])
    spoil(registry.folder("heads"))
    monkeypatch.setattr("cs_qa.nn.versions.sha256", lambda path: "0" * 64)
    user = registry.user
    assert user is not None
    pins = {"heads": user.state().in_use["heads"].model_copy(update={"manifest": "0" * 64})}
    last = user.state().last
    assert last is not None
    user.replace(user.state(), pins, (), last)
    with pytest.raises(ModelError, match=rf"{said}.*Go back with `cs-qa models rollback heads`"):
        registry.load()


def test_a_version_that_vanished_is_missing(registry: Registry, tmp_path: Path) -> None:
    registry.add_version("heads", make_heads(tmp_path / "new"))
    registry.promote("heads", "2.1")
    shutil.rmtree(registry.folder("heads"))
    with pytest.raises(ModelError, match=r"heads.2\.1 is missing\. Go back with"):
        registry.require_own()
    assert registry.rollback("heads").after["heads"] == "2"


def test_a_version_that_is_a_link_is_refused(registry: Registry, tmp_path: Path) -> None:
    make_heads(tmp_path / "new")
    (tmp_path / "models" / "heads").mkdir(parents=True)
    (tmp_path / "models" / "heads" / "2.1").symlink_to(tmp_path / "new")
    with pytest.raises(ModelError, match=r"2\.1 is no folder"):
        registry.promote("heads", "2.1")


def test_a_damaged_version_beside_does_not_matter(registry: Registry, tmp_path: Path) -> None:
    spoilt(tmp_path / "models" / "heads" / "2.1", cut(0.5))
    registry.add_version("heads", make_heads(tmp_path / "new"))
    registry.require_own()
    assert registry.promote("heads", "2.2")
    registry.require_own()


ENCODERS: dict[str, tuple[Spoil, str]] = {
    "pickle for adapters": (
        content("adapters.safetensors", pickle.dumps(Payload())),
        r"adapters\.safetensors cannot be used",
    ),
    "other tokenizer": (
        content("tokenizer.json", b'{"version": "1.0"}'),
        "it is not the tokenizer of the base encoder",
    ),
    "heads for an encoder": (
        lambda folder: _take_heads(folder),
        r"encoder\.onnx cannot be used: it uses Gemm",
    ),
    "built from other adapters": (
        content("built.json", b'{"about": {"adapters": "0"}}'),
        "built from other adapters",
    ),
    "built from nothing": (content("built.json", b'{"about": []}'), "built from other adapters"),
    "other factors": (
        lambda folder: _save(folder, {"weight": np.ones((2, 2), np.float16)}),
        "weight is no low-rank factor",
    ),
    "factors that are no numbers": (
        lambda folder: _save(folder, {"a.up": np.full((2, 2), np.inf, np.float16)}),
        r"a\.up holds what is no number",
    ),
    "whole numbers for factors": (
        lambda folder: _save(folder, {"a.down": np.ones((2, 2), np.int64)}),
        r"a\.down holds what is no number",
    ),
}


def _take_heads(folder: Path) -> None:
    (folder / "encoder.onnx").unlink()
    shutil.copy(Registry.shipped().folder("heads") / "heads.onnx", folder / "encoder.onnx")


def _save(folder: Path, tensors: dict[str, Any]) -> None:
    from safetensors.numpy import save_file

    save_file(tensors, folder / "adapters.safetensors")


@params(ENCODERS)
def test_a_spoilt_encoder_is_not_added(
    registry: Registry, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_files, "sha256", remembered_sha256())
    source = make_encoder(tmp_path / "new")
    spoil, said = ENCODERS[case]
    stated(spoil)(source)
    with pytest.raises(ModelError, match=said):
        registry.add_version("encoder", source)
    assert [each.version for each in registry.versions("encoder")] == ["2"]


def test_the_shipped_graphs_use_what_is_allowed_and_nothing_more() -> None:
    came = Registry.shipped()
    heads = read_graph(came.folder("heads") / "heads.onnx")
    encoder = read_graph(came.folder("encoder") / "encoder.onnx")
    assert heads.operations == model_files.HEADS_OPERATIONS
    assert encoder.operations == model_files.ENCODER_OPERATIONS


def test_numbers_may_stand_packed(tmp_path: Path) -> None:
    def field(number: int, data: bytes) -> bytes:
        return bytes([number << 3 | 2, len(data)]) + data

    def model(raw: bytes) -> bytes:
        tensor = field(1, b"\x02\xac\x02") + b"\x10\x03" + b"\x4a\xd8\x04" + raw  # int8, (2, 300)
        graph = b"\x2a" + _varint(len(tensor)) + tensor
        return b"\x3a" + _varint(len(graph)) + graph

    (tmp_path / "a.onnx").write_bytes(model(bytes(600)))
    assert read_graph(tmp_path / "a.onnx").operations == frozenset()
    (tmp_path / "a.onnx").write_bytes(model(bytes(600)).replace(b"\xac\x02", b"\xad\x02"))
    with pytest.raises(ValueError, match="a tensor has 600 bytes instead of 602"):
        read_graph(tmp_path / "a.onnx")


def _varint(number: int) -> bytes:
    low, high = number & 127, number >> 7
    return bytes([low | 128]) + _varint(high) if high else bytes([low])


def test_a_file_of_any_bytes_is_refused_with_a_reason(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    whole = (Registry.shipped().folder("heads") / "heads.onnx").read_bytes()[:4000]
    path = tmp_path / "heads.onnx"
    for number in range(300):
        data = bytearray(random.bytes(200) if number % 2 else whole)
        for place in random.integers(0, len(data), 4):
            data[place] = int(random.integers(256))
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"it |its |a tensor|field|utf-8"):
            read_graph(path)
