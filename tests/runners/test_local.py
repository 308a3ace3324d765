from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from cs_qa.arrow import rows_of, transcript_batch
from cs_qa.batch import Inspector
from cs_qa.errors import CsQaError
from cs_qa.nn.registry import Models
from cs_qa.runners.local import AHEAD, _begin, _inspect, inspect_locally
from cs_qa.types import Transcript, Turn


def test_one_worker_inspects_batch_by_batch(inspector: Inspector) -> None:
    taken = []

    def batches() -> Iterator[pa.RecordBatch]:
        for n in range(3):
            taken.append(n)
            yield transcript_batch([Transcript(f"t{n}", (Turn("agent", "Hi"),))])

    out = inspect_locally(inspector, batches(), workers=1)
    assert rows_of(next(out))[0]["transcript_id"] == "t0"
    assert taken == [0]
    assert [rows_of(batch)[0]["transcript_id"] for batch in out] == ["t1", "t2"]


def test_several_workers_change_no_byte(models: Models, week: list[Transcript]) -> None:
    batches = [transcript_batch([transcript]) for transcript in week[:6]]
    alone = list(inspect_locally(Inspector(), batches, workers=1))
    several = list(inspect_locally(Inspector(), batches, workers=2))
    assert len(batches) > AHEAD * 2
    assert several == alone


def test_a_worker_gives_one_batch_for_one(inspector: Inspector) -> None:
    batch = transcript_batch([Transcript("t1", ()), Transcript("t2", ())])
    assert [row["transcript_id"] for row in rows_of(_inspect(inspector, batch))] == ["t1", "t2"]


class _Broken:
    """Stands for an inspector that fails in the worker."""

    def inspect_batches(self, batches: Any) -> Any:
        raise RuntimeError("broken")


def test_the_error_of_a_worker_is_raised_here() -> None:
    broken: Any = _Broken()
    with pytest.raises(RuntimeError, match="broken"):
        list(inspect_locally(broken, [transcript_batch([])] * 9, workers=2))


class _Killed:
    """Stands for an inspector whose worker the system kills."""

    def inspect_batches(self, batches: Any) -> Any:
        os._exit(9)


def test_a_killed_worker_is_explained() -> None:
    killed: Any = _Killed()
    with pytest.raises(CsQaError, match="A worker process was killed"):
        list(inspect_locally(killed, [transcript_batch([])], workers=2))


@pytest.mark.parametrize(("given", "expected"), [(None, "3"), ("1", "1")])
def test_workers_share_the_cores_unless_the_user_says_how(
    monkeypatch: pytest.MonkeyPatch, given: str | None, expected: str
) -> None:
    monkeypatch.setenv("CS_QA_THREADS", given or "")
    if given is None:
        monkeypatch.delenv("CS_QA_THREADS")
    handled: list[object] = []
    monkeypatch.setattr("signal.signal", lambda *given: handled.append(given))
    _begin(3)
    assert handled == [(signal.SIGINT, signal.SIG_DFL)]
    assert os.environ["CS_QA_THREADS"] == expected
    monkeypatch.setenv("CS_QA_THREADS", expected)
