"""What an ONNX file asks for, read from its bytes before anything runs it.

ONNX is a protocol buffer (github.com/onnx/onnx, `onnx.proto`). Every field that a plain graph of
weights needs is listed here; any other one (subgraphs, functions, training graphs, data in other
files, sparse or string tensors) is refused, and so is a message whose lengths do not add up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODEL = {1, 2, 3, 4, 5, 6, 7, 8, 14}
GRAPH = {1, 2, 5, 10, 11, 12, 13, 16}
NODE = {1, 2, 3, 4, 5, 6, 7}
ATTRIBUTE = {1, 2, 3, 5, 7, 8, 13, 20}
TENSOR = {1, 2, 4, 5, 7, 8, 9, 12, 14}
PORT = {1, 2, 3}
DOMAINS = ("", "ai.onnx")
BYTES = {1: 4, 2: 1, 3: 1, 6: 4, 7: 8, 9: 1}
"""Bytes of a number, by the tensor types there may be: float, uint8, int8, int32, int64, bool."""

INLINE = 0
"""The `data_location` of a tensor whose data are in the file itself."""

Value = int | memoryview
Fields = dict[int, list[Value]]


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output: its tensor type and its shape, None where a side is of any length."""

    name: str
    type: int
    shape: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """What a graph computes with, what goes in and what comes out."""

    operations: frozenset[str]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]


def read_graph(path: Path) -> Graph:
    """Read a file; ValueError says what it holds that a graph of weights has no need of."""
    model = _fields(memoryview(path.read_bytes()), MODEL, "model")
    for imported in _messages(model, 8):
        _domain(_fields(imported, {1, 2}, "operator set"), 1)
    graphs = [_fields(each, GRAPH, "graph") for each in _messages(model, 7)]
    if len(graphs) != 1:
        raise ValueError(f"it has {len(graphs)} graphs instead of one")
    (graph,) = graphs
    for tensor in _messages(graph, 5):
        _check_tensor(tensor)
    return Graph(
        frozenset(operation for node in _messages(graph, 1) for operation in _operations(node)),
        tuple(_port(each) for each in _messages(graph, 11)),
        tuple(_port(each) for each in _messages(graph, 12)),
    )


def _operations(data: memoryview) -> list[str]:
    """Give a node's operation, every one where the field comes several times."""
    node = _fields(data, NODE, "node")
    _domain(node, 7)
    for each in _messages(node, 5):
        for tensor in _messages(_fields(each, ATTRIBUTE, "attribute"), 5):
            _check_tensor(tensor)
    return [_text(each) for each in _messages(node, 4)]


def _domain(message: Fields, field: int) -> None:
    for each in map(_text, _messages(message, field)):
        if each not in DOMAINS:
            raise ValueError(f"it uses operations of {each!r}; only ONNX's own are run")


def _check_tensor(data: memoryview) -> None:
    tensor = _fields(data, TENSOR, "tensor")
    if any(each != INLINE for each in tensor.get(14, [])):
        raise ValueError("it keeps data in another file")
    (kind,) = tensor.get(2, [0])[-1:]
    if kind not in BYTES:
        raise ValueError(f"it has a tensor of type {kind}; possible: {', '.join(map(str, BYTES))}")
    raw = _messages(tensor, 9)
    expected = math.prod(_numbers(tensor, 1)) * BYTES[int(kind)]
    if raw and raw[-1].nbytes != expected:
        raise ValueError(f"a tensor has {raw[-1].nbytes} bytes instead of {expected}")


def _port(data: memoryview) -> Port:
    port = _fields(data, PORT, "port")
    (name,) = map(_text, _only(port, 1))
    (kind,) = _only(port, 2)
    (tensor,) = _only(_fields(kind, {1, 6}, "type"), 1)
    fields = _fields(tensor, {1, 2}, "tensor type")
    (shape,) = _only(fields, 2)
    sides = [
        _fields(each, {1, 2, 3}, "side") for each in _messages(_fields(shape, {1}, "shape"), 1)
    ]
    return Port(name, _numbers(fields, 1)[-1], tuple(_side(each) for each in sides))


def _side(side: Fields) -> int | None:
    lengths = _numbers(side, 1)
    return lengths[-1] if lengths else None


def _only(message: Fields, field: int) -> list[memoryview]:
    found = _messages(message, field)
    if len(found) != 1:
        raise ValueError(f"field {field} stands {len(found)} times instead of once")
    return found


def _messages(message: Fields, field: int) -> list[memoryview]:
    found = message.get(field, [])
    return [each if isinstance(each, memoryview) else _not_bytes(field) for each in found]


def _not_bytes(field: int) -> memoryview:
    raise ValueError(f"field {field} is a number")


def _numbers(message: Fields, field: int) -> list[int]:
    """Give the whole numbers of a field, whether they stand one by one or packed."""
    numbers: list[int] = []
    for each in message.get(field, []):
        if isinstance(each, int):
            numbers.append(each)
            continue
        at = 0
        while at < len(each):
            number, at = _varint(each, at)
            numbers.append(number)
    return numbers


def _text(data: memoryview) -> str:
    return bytes(data).decode("utf-8")


def _fields(data: memoryview, known: set[int], what: str) -> Fields:
    """Cut a message into its fields; ValueError where one is not among the known ones."""
    fields: Fields = {}
    for number, value in _cut(data):
        if number not in known:
            raise ValueError(f"its {what} has a field of number {number}, which is not allowed")
        fields.setdefault(number, []).append(value)
    return fields


def _cut(data: memoryview) -> Iterator[tuple[int, Value]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == 2:
            length, at = _varint(data, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise ValueError(f"it is no ONNX (wire type {wire})")
        if at + length > len(data):
            raise ValueError("it is cut off or no ONNX")
        yield number, data[at : at + length]
        at += length


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError("it is cut off or no ONNX")
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
    raise ValueError("it is no ONNX (a number of over 10 bytes)")
