"""The same input gives the same bytes, however it is cut up and whoever works on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.conftest import Row, Run, write_rows
from cs_qa.commands.inspect import Inspection


def result(inputs: list[Path], out: Path, *, workers: int = 1, batch_size: int = 64) -> bytes:
    job = Inspection(
        inputs=[str(path) for path in inputs],
        out=out,
        workers=workers,
        batch_size=batch_size,
        quiet=True,
    )
    assert job.run() == 0
    return out.read_bytes()


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet"])
@pytest.mark.parametrize("batch_size", [1, 7])
def test_batches_of_any_size_give_the_same_cards(
    chats: Path, tmp_path: Path, suffix: str, batch_size: int
) -> None:
    import pyarrow.parquet as pq

    outs = [tmp_path / f"{size}{suffix}" for size in (64, batch_size)]
    whole = result([chats], outs[0])
    parts = result([chats], outs[1], batch_size=batch_size)
    if suffix == ".jsonl":
        assert parts == whole
    else:  # row groups are batches
        assert pq.read_table(outs[0]).equals(pq.read_table(outs[1]))


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(chats: Path, tmp_path: Path) -> None:
    alone = result([chats], tmp_path / "1.jsonl")
    assert result([chats], tmp_path / "2.jsonl", workers=2, batch_size=1) == alone


def test_a_card_depends_on_its_transcript_alone(
    run: Run, chats: Path, rows: list[Row], tmp_path: Path
) -> None:
    together = run("inspect", chats).stdout.splitlines()
    backwards = write_rows(tmp_path / "backwards.jsonl", rows[::-1])
    assert run("inspect", backwards).stdout.splitlines() == together[::-1]
    for row, card in list(zip(rows, together, strict=True))[::4]:
        alone = write_rows(tmp_path / "one.jsonl", [row])
        assert run("inspect", alone).stdout.splitlines() == [card]
