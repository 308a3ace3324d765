"""Where commands write: files that appear whole or not at all, and lines for people on stderr."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from cs_qa.errors import InputError

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def complain(line: str) -> None:
    """Say one thing on stderr in one line; control characters of the input are left out."""
    print(_CONTROLS.sub(" ", line), file=sys.stderr)  # noqa: T201


def check_target(option: str, path: Path, *, inputs: Iterable[str | Path] = ()) -> None:
    """Refuse, before any work is done, a result file that cannot be or that is an input."""
    if path.is_dir():
        raise InputError(f"{option} {path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"{option} {path}: there is no folder {path.parent}; make it first.")
    if path.exists() and any(Path(each).exists() and path.samefile(each) for each in inputs):
        raise InputError(f"{option} {path} is an input too; name another file for the result.")


@contextlib.contextmanager
def whole_file(option: str, path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open a file that appears under its name only when it is whole.

    Raises InputError, which names the option that asked for it, where it cannot be made.
    """
    target = path.resolve()
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    options: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        file = partial.open(mode, **options)
    except OSError as error:
        raise InputError(f"{option} {path} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
