"""The contract in other packings than one transcript a line, and who is asked for which file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cs_qa.errors import InputError, RowError
from cs_qa.readers import READERS, ReadOptions, read
from cs_qa.readers.head import read_head
from cs_qa.readers.source import Source

FIXTURES = Path(__file__).parent / "fixtures"
OF_VENDORS = ("zendesk", "intercom", "chatwoot", "contact_lens")
FILES = sorted(path for name in (*OF_VENDORS, "json") for path in FIXTURES.glob(f"{name}_*.json*"))
TURN = {"role": "customer", "text": "Hola"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_fixture_is_recognised_by_its_reader(path: Path) -> None:
    head = read_head(Source(path))
    chosen = next(n for n, reader in READERS.items() if reader.recognises(head, path.suffix))
    assert path.name.startswith(f"{chosen}_")
    assert not any(
        READERS[other].recognises(head, path.suffix)
        for other in (*OF_VENDORS, "json")
        if other != chosen
    )


@pytest.mark.parametrize("name", ["json_array.json", "json_wrapped.json"])
def test_packed_transcripts(name: str) -> None:
    assert [(t.id, len(t.turns)) for t in read(FIXTURES / name)] == [("a", 2), ("b", 1)]


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        (json.dumps({"id": 1, "turns": [TURN]}), "jsonl"),
        (json.dumps({"id": 1, "turns": [TURN]}, indent=1), "json"),
        (json.dumps([{"id": 1, "turns": [TURN]}]), "json"),
        (json.dumps({"data": [{"id": 1, "turns": [TURN]}]}), "json"),
        ('{"id": 1,\n "turns": [{"role": "customer", "text": "x"}]}', "json"),
        ('{"id": 1, "turns": [{"role": "customer", "text": "x"}]\n}', "json"),
        ('{"id": 1, "turns": [{"role": "customer", "text": "\n{"id": 2}', "jsonl"),
        (json.dumps({"id": 1, "turns": [TURN], "data": [1]}), "jsonl"),
        (json.dumps({"id": 1, "turns": [TURN], "requester_id": 1, "comments": 2}), "jsonl"),
        (json.dumps({"id": 1, "turns": [TURN], "conversation_parts": 2}), "jsonl"),
    ],
)
def test_ours_is_told_from_theirs(tmp_path: Path, text: str, chosen: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    head = read_head(Source(path))
    assert next(n for n, r in READERS.items() if r.recognises(head, path.suffix)) == chosen


def test_keys_and_roles_are_mapped(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps([{"nr": 4, "turns": [{"role": "Kunde", "text": "x"}]}]))
    options = ReadOptions(columns={"id": "nr"}, roles={"kunde": "customer"})
    (found,) = read(path, options=options)
    assert (found.id, found.turns[0].role) == ("4", "customer")


def test_what_is_no_transcript_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    good = {"id": 1, "turns": [TURN]}
    path.write_text(json.dumps([good, 5, {"id": 2}, {**good, "id": 3}], indent=1))
    errors: list[RowError] = []
    assert [t.id for t in read(path, on_error=errors.append)] == ["1", "3"]
    assert "item 2: a number, not a JSON object with id and turns" in str(errors[0])
    assert "item 3: transcript '2': no turns" in str(errors[1])
    assert [error.line for error in errors] == [11, 12]


def test_a_file_without_transcripts(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("[]")
    with pytest.raises(InputError, match="holds no conversation"):
        list(read(path, format="json"))
