"""Inspect on this machine, in one process or in several, in input order."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING

from cs_qa.errors import CsQaError

if TYPE_CHECKING:
    import pyarrow as pa

    from cs_qa.batch import Inspector

AHEAD = 2
"""Batches that each worker has waiting, so that memory does not grow with the input."""


def inspect_locally(
    inspector: Inspector, batches: Iterable[pa.RecordBatch], *, workers: int = 1
) -> Iterator[pa.RecordBatch]:
    """Yield scorecard batches in the order of the transcript batches.

    `workers` processes share the cores; their number never changes a byte of the result. Raises
    CsQaError when one of them is killed.
    """
    if workers <= 1:
        yield from inspector.inspect_batches(batches)
        return
    threads = max(1, (os.cpu_count() or 1) // workers)
    pool = ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_begin, initargs=(threads,)
    )
    try:
        waiting: deque[Future[pa.RecordBatch]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_inspect, inspector, batch))
            if len(waiting) > AHEAD * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise CsQaError(
            "A worker process was killed, most likely for want of memory. Use fewer workers."
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(threads: int) -> None:
    os.environ.setdefault("CS_QA_THREADS", str(threads))
    # Ctrl-C reaches every process of the terminal; a worker then ends without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _inspect(inspector: Inspector, batch: pa.RecordBatch) -> pa.RecordBatch:
    (result,) = inspector.inspect_batches([batch])
    return result
