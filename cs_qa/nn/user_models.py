"""The model versions that a user made, in `$CS_QA_HOME/models`, and which of them are in use.

```
current.toml      the versions in use, and what a rollback returns to; absent: the shipped ones
history.jsonl     each promotion and rollback, oldest first
heads/2.1/        a version: its files and manifest.json
```

`current.toml` is replaced in one step, and a version's folder gets its name when it is whole, so
whatever stops a change leaves the registry as it was before or after it. A version in use is named
with the hash of its manifest: what was promoted is what is loaded.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cs_qa.errors import ModelError
from cs_qa.nn.said import said

USER_MODELS = ("encoder", "heads")
"""The models of which there may be versions of a user's own."""

EARLIER = 100
"""Changes that can be rolled back."""

CURRENT = "current.toml"
HISTORY = "history.jsonl"
HEADER = (
    "# Written by `cs-qa models`. Without this file the models that came with cs_qa are in use.\n"
)
VERSION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$"

_Named = Annotated[str, Field(pattern=VERSION)]


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pin(_Value):
    """A version in use: its name and the SHA-256 of its manifest.json."""

    version: _Named
    manifest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


Pins = dict[Annotated[str, Field(pattern="^(encoder|heads)$")], Pin]
"""The user's versions in use; a model without one is the shipped one."""


class Change(_Value):
    """A promotion or rollback: which versions (by model) were in use before and are after it.

    `at` is in UTC, `by` the name of the account. `forced`: promoted against the comparison;
    `skipped`: damaged versions that a rollback passed over.
    """

    at: str
    action: Literal["promote", "rollback"]
    by: str
    before: dict[str, str]
    after: dict[str, str]
    forced: bool
    skipped: tuple[str, ...]

    @classmethod
    def now(
        cls,
        action: Literal["promote", "rollback"],
        before: Mapping[str, str],
        after: Mapping[str, str],
        *,
        forced: bool = False,
        skipped: Iterable[str] = (),
    ) -> Change:
        """A change that is made now, by the account that runs this process."""
        return cls(
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            action=action,
            by=_account(),
            before=dict(before),
            after=dict(after),
            forced=forced,
            skipped=tuple(skipped),
        )


class State(_Value):
    """What `current.toml` holds: `earlier` states, newest last, are what can be returned to."""

    in_use: Pins = {}
    earlier: tuple[Pins, ...] = ()
    last: Change | None = None


@dataclass(frozen=True, slots=True)
class UserModels:
    """A folder of a user's versions, which need not be there yet."""

    root: Path

    def state(self) -> State:
        """Read which versions are in use; ModelError when current.toml is damaged."""
        path = self.root / CURRENT
        try:
            return State.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return State()
        except (OSError, ValueError, RecursionError) as error:
            raise ModelError(
                f"{path} is damaged ({said(error)}). Move it away to use the models that "
                "came with cs_qa; then `cs-qa models promote` takes a version into use again."
            ) from error

    def folder(self, name: str, version: str) -> Path:
        """Give a version's folder, there or not; ModelError for a name that no version can have."""
        if not re.fullmatch(VERSION, version):
            raise ModelError(
                f"{version!r} can be no version. Possible: letters, digits, dots, dashes and "
                "underscores, at most 40, such as 2.1."
            )
        return self.root / name / version

    def versions(self, name: str) -> list[str]:
        """List the versions of a model that lie here, in order: 2.9 before 2.10."""
        found = (path for path in self.root.glob(f"{name}/*") if not path.is_file())
        return sorted(
            (path.name for path in found if re.fullmatch(VERSION, path.name)), key=in_order
        )

    def history(self) -> list[Change]:
        """Give every promotion and rollback, oldest first; unreadable lines are left out."""
        written, last = self._written(), self.state().last
        return [*written, last] if last and written[-1:] != [last] else written

    def noted(self, name: str) -> list[str]:
        """List the versions of a model that the history names."""
        named = (each for change in self.history() for each in (change.before, change.after))
        return [each[name] for each in named if name in each]

    @contextmanager
    def arriving(
        self, name: str, version: str, folder: Path, files: Iterable[str]
    ) -> Iterator[Path]:
        """Copy `files` of a folder to where a version will be; inside `locked`.

        Yields the copy. It gets its name, in one step, unless an error leaves the block.
        """
        target = self.folder(name, version)
        incoming = target.with_name(f".incoming-{version}")
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        try:
            for file in files:
                shutil.copyfile(folder / file, incoming / file)
                _to_disk(incoming / file)
            yield incoming
            incoming.rename(target)
        except BaseException:
            shutil.rmtree(incoming, ignore_errors=True)
            raise
        _to_disk(target.parent)

    def replace(self, state: State, pins: Pins, earlier: Iterable[Pins], change: Change) -> None:
        """Take other versions into use in one step, and note the change; inside `locked`."""
        self._note(state.last)
        new = State(in_use=pins, earlier=tuple(earlier)[-EARLIER:], last=change)
        partial = self.root / f".{CURRENT}.part"
        partial.write_text(_toml(new), encoding="utf-8")
        _to_disk(partial)
        partial.replace(self.root / CURRENT)
        _to_disk(self.root)
        self._note(change)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let no other process change the registry meanwhile; the folder is made if need be."""
        import fcntl

        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _written(self) -> list[Change]:
        path = self.root / HISTORY
        if not path.exists():
            return []
        changes = []
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValidationError):
                changes.append(Change.model_validate_json(line))
        return changes

    def _note(self, change: Change | None) -> None:
        """Write a change to the history unless it is there: a stop may have come between."""
        if change is None or self._written()[-1:] == [change]:
            return
        path = self.root / HISTORY
        cut_off = path.exists() and path.stat().st_size and not path.read_bytes().endswith(b"\n")
        with path.open("a", encoding="utf-8") as file:
            file.write(("\n" if cut_off else "") + change.model_dump_json() + "\n")
        _to_disk(path)


def in_order(version: str) -> list[tuple[int, str]]:
    """Give what sorts versions: by their numbers where they have numbers."""
    parts = re.findall(r"\d+|[^\d.]+", version)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _toml(state: State) -> str:
    """Write a state: TOML's strings are JSON's, its inline tables nearly so."""
    content = state.model_dump(mode="json", exclude_none=True)
    return HEADER + "".join(f"{key} = {_inline(value)}\n" for key, value in content.items())


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _account() -> str:
    try:
        name = getpass.getuser()
    except (KeyError, OSError, ImportError):  # an account without a name, as in containers
        return "unknown"
    return "".join(letter if letter.isprintable() else "?" for letter in name)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
