"""Frames in, the same kind of frame out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from cs_qa.arrow import SCORECARD_SCHEMA, rows_of, scorecard_to_json
from cs_qa.batch import Inspector
from cs_qa.errors import InputError, RowError
from cs_qa.frames import BATCH_ROWS
from cs_qa.types import Transcript, Turn

TURN_ROWS: list[dict[str, Any]] = [
    {"id": "t1", "role": "customer", "text": "Where is it?", "csat": 4.0},
    {"id": "t1", "role": "agent", "text": "That is deflecting.", "csat": 4.0},
    {"id": "t2", "role": "agent", "text": "Hello.", "csat": None},
]
WHOLE_ROWS: list[dict[str, Any]] = [
    {
        "id": "t1",
        "outcome": {"csat": 4.0},
        "turns": [
            {"role": "customer", "text": "Where is it?"},
            {"role": "agent", "text": "That is deflecting."},
        ],
    },
    {"id": "t2", "outcome": None, "turns": [{"role": "agent", "text": "Hello."}]},
]
KINDS: dict[str, Any] = {
    "pandas": pd.DataFrame,
    "polars": lambda rows: pl.DataFrame(rows, infer_schema_length=None),
    "pyarrow": pa.Table.from_pylist,
}


def rows(frame: Any) -> list[dict[str, Any]]:
    """The cards of a frame, of whatever kind."""
    if isinstance(frame, pd.DataFrame):
        frame = pa.Table.from_pandas(frame, SCORECARD_SCHEMA)
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    return [row for batch in frame.to_batches() for row in rows_of(batch)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [TURN_ROWS, WHOLE_ROWS], ids=["turns", "transcripts"])
def test_a_frame_gives_a_frame_of_its_kind(
    inspector: Inspector, kind: str, given: list[dict[str, Any]]
) -> None:
    frame = KINDS[kind](given)
    out = inspector.inspect_frame(frame)
    assert type(out) is type(frame)
    assert list(out.column_names if kind == "pyarrow" else out.columns) == SCORECARD_SCHEMA.names
    cards = rows(out)
    assert [card["transcript_id"] for card in cards] == ["t1", "t2"]
    assert cards[0]["outcome"]["csat"] == 4.0
    assert cards[0]["judgements"][1]["findings"][0]["text"] == "That is deflecting."
    assert cards[1]["quantitative"] is None


def test_a_frame_gives_what_inspect_gives(inspector: Inspector) -> None:
    said = [Turn(row["role"], row["text"]) for row in TURN_ROWS]
    expected = [
        scorecard_to_json(card)
        for card in inspector.inspect(
            [Transcript("t1", tuple(said[:2])), Transcript("t2", (said[2],))]
        )
    ]
    plain = [{key: row[key] for key in ("id", "role", "text")} for row in TURN_ROWS]
    assert rows(inspector.inspect_frame(pa.Table.from_pylist(plain))) == expected


def test_pandas_gets_mappings_as_dictionaries(inspector: Inspector) -> None:
    out = inspector.inspect_frame(pd.DataFrame(TURN_ROWS))
    assert out["provenance"][0]["models"] == {
        "encoder": "encoder@fake",
        "heads": "heads@fake",
        "ngrams": "ngrams@fake",
        "statements": "statements@fake",
        "lexicons": "",
    }
    assert isinstance(out["service"][0]["reasons"], dict)


@pytest.mark.parametrize("kind", KINDS)
def test_columns_may_have_other_names(inspector: Inspector, kind: str) -> None:
    renamed = [{"chat": row["id"], "who": row["role"], "text": row["text"]} for row in TURN_ROWS]
    out = inspector.inspect_frame(KINDS[kind](renamed), mapping={"id": "chat", "role": "who"})
    assert [card["transcript_id"] for card in rows(out)] == ["t1", "t2"]


def test_the_index_of_pandas_is_no_column(inspector: Inspector) -> None:
    frame = pd.DataFrame(TURN_ROWS, index=[7, 7, 9])
    assert len(inspector.inspect_frame(frame)) == 2


def test_a_frame_may_be_empty(inspector: Inspector) -> None:
    schema = pa.schema([("id", pa.string()), ("role", pa.string()), ("text", pa.string())])
    out = inspector.inspect_frame(schema.empty_table())
    assert (out.num_rows, out.schema) == (0, SCORECARD_SCHEMA)


def test_a_long_frame_is_inspected_batch_by_batch(inspector: Inspector) -> None:
    count = BATCH_ROWS + 3
    frame = pl.DataFrame({"id": [f"t{n}" for n in range(count)], "role": "agent", "text": "Hi"})
    out = inspector.inspect_frame(frame)
    assert out["transcript_id"].to_list() == frame["id"].to_list()


@pytest.mark.parametrize(
    ("given", "error", "problem"),
    [
        (pl.DataFrame({"id": ["t1"], "role": ["agent"]}), InputError, "text"),
        (
            pd.DataFrame([{"id": "t1", "role": "waiter", "text": "Hi"}]),
            RowError,
            "pandas frame:1: .*waiter.*customer, agent, bot, system",
        ),
        (
            pd.DataFrame({"id": ["t1", "t1"], "role": "agent", "text": ["Hi", 4]}),
            InputError,
            "pandas frame cannot be read .*column text.*Give each column one type",
        ),
        (
            pd.DataFrame(
                {"id": ["t1"], "role": "agent", "text": pd.Series(["\ud800"], dtype=object)}
            ),
            InputError,
            "pandas frame cannot be read",
        ),
        ([{"id": "t1"}], InputError, "Cannot inspect a builtins list. Possible: a pandas"),
        (pd.Series([1]), InputError, "Cannot inspect a pandas Series"),
        (pl.LazyFrame({"id": ["t1"]}), InputError, "Cannot inspect a polars LazyFrame"),
        (pa.array([1]), InputError, "Cannot inspect a pyarrow Int64Array"),
    ],
    ids=["column", "role", "mixed", "surrogate", "list", "series", "lazy", "array"],
)
def test_what_cannot_be_inspected_is_explained(
    inspector: Inspector, given: Any, error: type[InputError], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        inspector.inspect_frame(given)
