"""JSON in every packing: documents one at a time, and good ones kept before broken ones."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cs_qa.errors import InputError, RowError
from cs_qa.readers.exports.json_documents import has_keys, json_documents, quietly
from cs_qa.readers.options import ReadOptions
from cs_qa.readers.source import Source

LISTS = ("items", "data")


def documents(
    path: Path, text: str | bytes, **options: Any
) -> tuple[list[tuple[int, int, object, str | None]], list[RowError]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    errors: list[RowError] = []
    source = Source(path, ReadOptions(encoding="utf-8"), errors.append)
    found = [
        (each.number, each.line, each.value, each.list_name)
        for each in json_documents(source, lists=LISTS, **options)
    ]
    return found, errors


A, B = {"a": 1}, {"b": [2, {"items": []}]}
PACKINGS = {
    "lines": (f"{json.dumps(A)}\n{json.dumps(B)}\n", None, [1, 2]),
    "lines with CRLF and blanks": (f"\r\n{json.dumps(A)}\r\n\r\n {json.dumps(B)}", None, [2, 4]),
    "array": (json.dumps([A, B]), None, [1, 1]),
    "array over lines": (json.dumps([A, B], indent=1), None, [2, 5]),
    "array with a last comma": ('[{"a": 1}, {"b": [2, {"items": []}]},]', None, [1, 1]),
    "one after another": (json.dumps(A) + json.dumps(B, indent=1), None, [1, 1]),
    "records of a JSON sequence": (f"\x1e{json.dumps(A)}\n\x1e{json.dumps(B)}\n", None, [1, 2]),
    "wrapped": (json.dumps({"n": 1, "items": [A, B], "more": [A]}), "items", [1, 1]),
    "wrapped twice": (json.dumps({"data": {"meta": {}, "items": [A, B]}}), "items", [1, 1]),
    "an object in a wrapper": (f'{{"data": {json.dumps(A)}}}\n{json.dumps(B)}', None, [1, 2]),
}


@pytest.mark.parametrize(("text", "name", "lines"), PACKINGS.values(), ids=PACKINGS)
def test_every_packing_gives_the_same_documents(
    tmp_path: Path, text: str, name: str | None, lines: list[int]
) -> None:
    found, errors = documents(tmp_path / "x", text)
    assert errors == []
    assert found == [(1, lines[0], A, name), (2, lines[1], B, name)]


def test_what_stands_around_a_list_comes_with_its_items(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('{"before": 1, "items": [{}], "after": 2}')
    reading = json_documents(Source(path), lists=LISTS)
    (document,) = reading
    assert document.around == {"before": 1, "after": 2}


BROKEN = {
    "an array that ends early": ('[{"a": 1}, {"a": 2', "after item 1", "the file ends within", 1),
    "a string that ends early": ('[{"a": 1}, {"a": "2', "after item 1", "the file ends within", 1),
    "an array that is not closed": ('[{"a": 1}', "after item 1", "found the end of the file", 1),
    "no comma": ('[{"a": 1}\n{"a": 2}]', "after item 1", "expected ,, found {", 2),
    "a wrapper that ends early": ('{"items": [{"a": 1},', "after item 1", "the file ends", 1),
    "rubbish after it": ('[{"a": 1}] and more', "after item 1", "Expecting value", 1),
    "a key without quotes": ('{"a": 1}{a: 2}', "after item 1", 'expected ", found a', 1),
    "no colon": ('{"a": 1}{"a" 2}', "after item 1", "expected :, found 2", 1),
    "a raw line break in a text": ('[{"a": 1}, {"a": "\n"}]', "after item 1", "control char", 1),
    "too deep": ('[{"a": 1}, ' + "[" * 100_000, "after item 1", "nested too deep", 1),
    "too many digits": ('[{"a": 1}, ' + "9" * 5000 + "]", "after item 1", "thousands of digits", 1),
    "a cut escape": ('[{"a": 1}, "\\u12', "after item 1", "broken JSON", 1),
}


@pytest.mark.parametrize(("text", "place", "reason", "line"), BROKEN.values(), ids=BROKEN)
def test_what_stands_before_broken_json_is_kept(
    tmp_path: Path, text: str, place: str, reason: str, line: int
) -> None:
    found, [error] = documents(tmp_path / "x", text)
    assert [value for _, _, value, _ in found] == [A]
    assert f"{place}: broken JSON (" in str(error)
    assert reason in str(error)
    assert "what stood before was read" in str(error)
    assert error.line == line
    assert "\n" not in str(error)


LINES_BROKEN = [
    '{"a": "cut',
    '{"a": "cut"',
    '{"a": {"b": 1}',
    "{a: 1}",
    "rubbish",
    '{"a": 1]',
    '{"items": {"a": }}',
]


@pytest.mark.parametrize("broken", LINES_BROKEN)
def test_a_broken_line_costs_only_itself(tmp_path: Path, broken: str) -> None:
    found, [error] = documents(tmp_path / "x", f'{{"n": 1}}\n{broken}\n{{"n": 2}}\n{{"n": 3}}')
    assert [value for _, _, value, _ in found] == [{"n": 1}, {"n": 2}, {"n": 3}]
    assert error.line in (2, 3)


def test_bytes_of_another_encoding_cost_their_document(tmp_path: Path) -> None:
    text = b'[{"a": 1},\n{"a": "\xff", "b": "\xfe"},\n{"a": 1}]'
    found, [error] = documents(tmp_path / "x", text)
    assert [number for number, *_ in found] == [1, 3]
    assert "item 2: byte 0xff does not belong to the file's encoding" in str(error)
    assert error.line == 2


@pytest.mark.parametrize("text", ['[{"a": "xxxxxxxxxxxx"}]', '{"a": "xxxxxxx", "b": "xxxxxxx"}'])
def test_a_document_has_its_limit(tmp_path: Path, text: str) -> None:
    found, [error] = documents(tmp_path / "x", text, max_chars=20)
    assert found == []
    assert "a document of more than 20 characters" in str(error)


def test_a_long_list_has_no_limit(tmp_path: Path) -> None:
    text = json.dumps({"items": [A] * 500, "more": 1})
    found, errors = documents(tmp_path / "x", text, max_chars=20)
    assert len(found) == 500
    assert errors == []


def test_an_endless_text_is_not_held(tmp_path: Path) -> None:
    text = '[{"a": "' + "x" * 400_000
    found, [error] = documents(tmp_path / "x", text, max_chars=100_000)
    assert found == []
    assert "more than 100,000 characters" in str(error)


def test_scalars_and_empty_files(tmp_path: Path) -> None:
    assert [v for *_, v, _ in documents(tmp_path / "x", "1 null\n[NaN, 1e999]")[0]] == [
        1, None, None, None,
    ]  # fmt: skip
    assert documents(tmp_path / "x", " \n") == ([], [])
    assert documents(tmp_path / "x", "[]") == ([], [])


def test_a_large_list_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    item = json.dumps({"text": "é" * 500}) + ","
    path.write_text('{"items": [' + item * 4000 + "{}]}")
    assert path.stat().st_size > 10_000_000
    tracemalloc.start()
    try:
        count = sum(1 for _ in json_documents(Source(path), lists=LISTS))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 4001
    assert peak < 3_000_000


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text().filter(lambda key: key not in LISTS), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(JSON, max_size=6), indent=st.sampled_from([None, 1]), chunk=st.integers(1, 9)
)
def test_what_is_written_is_read_whatever_the_cut(
    tmp_path: Path, values: list[object], indent: int | None, chunk: int
) -> None:
    alone = [value for value in values if not isinstance(value, list)]
    packed = [
        (json.dumps(values, indent=indent), values),
        (json.dumps({"items": values}, indent=indent, ensure_ascii=False), values),
        ("\n".join(json.dumps(value, indent=indent) for value in alone), alone),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cs_qa.readers.exports.json_window._CHUNK_CHARS", chunk)
        for text, expected in packed:
            found, errors = documents(tmp_path / "x", text)
            assert errors == []
            assert [value for *_, value, _ in found] == expected


def test_a_look_ahead_is_quiet(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("[1, ")
    source = Source(path, on_note=lambda note: pytest.fail(note))
    assert len(list(json_documents(quietly(source)))) == 1
    with pytest.raises(InputError):
        list(json_documents(source))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"a": 1, "b": 2}', True),
        (b'[{"x": {"b" : 2, "a":1}}]', True),
        (b'{"c": []}', True),
        (b'{"a": 1}', False),
        (b'{"a": 1, "text": "the \\"b\\": key"}', False),
        (b'{"a": 1, "text": "b"}', False),
        (b'a,b\n"a": 1, "b": 2', False),
        (b'{"a": 1, "b": 2\x00\x01\x02\x03\x04\x05', False),
    ],
)
def test_keys_are_told_from_words_in_messages(head: bytes, expected: bool) -> None:
    assert has_keys(head, ["a", "b"], ["c"]) is expected
