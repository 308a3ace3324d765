"""Which model versions are in use, and the way from one to another and back.

The models that came with cs_qa are read-only. Versions of a user's own lie beside them
(`cs_qa.nn.user_models`), are checked harder (`cs_qa.nn.model_files`), and cannot keep the shipped
ones from being used.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from cs_qa._home import home
from cs_qa.errors import InputError, ModelError
from cs_qa.nn.encoder import Encoder
from cs_qa.nn.heads import Heads
from cs_qa.nn.manifest import damage, sha256, write_manifest
from cs_qa.nn.model_files import MANIFEST, problems_of, read_manifest, refusal
from cs_qa.nn.ngrams import NgramModel
from cs_qa.nn.shipped import (
    MODELS,
    REMEDY,
    Version,
    adapters_sha256,
    check_shipped,
    shipped_root,
    shipped_version,
)
from cs_qa.nn.statements import StatementHeads
from cs_qa.nn.trial import OPEN, open_encoder, open_heads
from cs_qa.nn.user_models import Change, Pins, UserModels
from cs_qa.nn.versions import Versions

__all__ = [
    "MODELS",
    "Models",
    "Registry",
    "Version",
    "damage",
    "load_models",
    "sha256",
    "wanted_threads",
    "write_manifest",
]


@dataclass(frozen=True, slots=True)
class Models:
    """The models of one run, and their versions as provenance states them."""

    encoder: Encoder
    heads: Heads
    statements: StatementHeads
    refs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Registry:
    """A folder of models: `<name>/<version>/` for each, and `current.toml` that picks one.

    `user` has the versions that a user made; without it nothing can be changed.
    """

    root: Path
    user: UserModels | None = None

    @classmethod
    def shipped(cls) -> Registry:
        """The models that came with cs_qa: inside the package, or beside it in a checkout."""
        return cls(shipped_root())

    @classmethod
    def in_use(cls) -> Registry:
        """The shipped models with the user's own, which are in `models` of $CS_QA_HOME."""
        return replace(cls.shipped(), user=UserModels(home() / "models"))

    def version(self, name: str) -> str:
        """Give the version of a model that is in use."""
        return self._versions.chosen(name, self._pins()).version

    def folder(self, name: str) -> Path:
        """Give the folder of the version in use."""
        return self._versions.chosen(name, self._pins()).folder

    def check(self, name: str) -> list[str]:
        """Say what is wrong with the files of a shipped model, one line each; empty: nothing."""
        return check_shipped(shipped_version(self.root, name))

    def require_own(self) -> None:
        """Raise ModelError, with the way back, unless the user's versions in use may be loaded."""
        pins = self._pins()
        with _with_way_back(pins):
            _require_none(self._versions.problems(pins))

    def load(self, *, threads: int | None = None) -> Models:
        """Load all models after checking every file's sha256; ModelError says what is wrong."""
        pins = self._pins()
        shipped = [name for name in MODELS if name not in pins]
        if problems := [problem for name in shipped for problem in self.check(name)]:
            raise ModelError(f"{'; '.join(problems)}. {REMEDY}")
        chosen = {name: self._versions.chosen(name, pins) for name in MODELS}
        encoder, heads = chosen["encoder"], chosen["heads"]
        with _with_way_back(pins):
            _require_none(self._versions.problems(pins))
            return Models(
                (open_encoder if encoder.own else Encoder)(
                    encoder.folder, threads=threads, ngrams=NgramModel(chosen["ngrams"].folder)
                ),
                (open_heads if heads.own else Heads)(heads.folder),
                StatementHeads(chosen["statements"].folder),
                {name: each.ref for name, each in chosen.items()},
            )

    def versions(self, name: str) -> list[Version]:
        """List the versions of a model that may be in use: the shipped one, then the user's."""
        return self._versions.all(name)

    def find(self, name: str, version: str) -> Version:
        """Give a version of a model; ModelError, with those there are, where there is none."""
        return self._versions.find(name, version)

    def encoder_sha256(self) -> str:
        """Give the identity of the encoder in use: the SHA-256 of its adapters.

        Heads of a user's own state it as `encoder` in the `about` of their manifest, and are used
        with that encoder only.
        """
        encoder = self.folder("encoder")
        found = adapters_sha256(encoder)
        if found is None:
            raise ModelError(f"{encoder / 'adapters.safetensors'} is missing. {REMEDY}")
        return found

    def next_version(self, name: str) -> str:
        """Give a version that nothing has had yet: after the shipped 2 come 2.1, 2.2 and so on."""
        user = self._versions.writable(name)
        stem = shipped_version(self.root, name).version
        taken = (each.split(f"{stem}.", 1) for each in user.versions(name) + user.noted(name))
        numbers = [int(rest[0]) for start, *rest in taken if not start and rest[0].isdecimal()]
        return f"{stem}.{1 + max(numbers, default=0)}"

    def add_version(self, name: str, folder: Path, version: str | None = None) -> Version:
        """Check a folder of model files and copy it into the registry, all or nothing.

        It needs a manifest.json with the hash of each other file (`write_manifest`), whose `about`
        states for heads the `encoder` they were trained on (`encoder_sha256`). A metrics.json whose
        `verdict` is not "better" makes promotion need `force`; its `why` is then told. `version` is
        the next one where none is given. ModelError says what is wrong, and nothing is added.
        """
        user = self._versions.writable(name)
        _require_none(problems_of(name, folder))
        with user.locked():
            version = version or self.next_version(name)
            if version in (each.version for each in self.versions(name)):
                raise ModelError(f"There is a version {version} of {name} already.")
            files = [MANIFEST, *read_manifest(folder).files]
            with user.arriving(name, version, folder, files) as copy:
                _require_none(problems_of(name, copy))
                OPEN[name](copy)
        return self._versions.own(name, version)

    def promote(self, name: str, version: str, *, force: bool = False) -> Change | None:
        """Take a version into use, in one step; None where it was in use already.

        Heads bring the encoder that they were trained on. ModelError, and nothing changes, where
        the files may not be loaded or heads and encoder do not fit each other; also where the
        comparison did not find the version better, unless with `force`.
        """
        versions = self._versions
        user = versions.writable(name)
        with user.locked():
            state, chosen = user.state(), versions.find(name, version)
            pins = versions.pinned(state.in_use, chosen)
            _require_none(versions.problems(pins))
            refused = refusal(chosen.folder) if chosen.own else None
            if refused and not force:
                raise ModelError(f"{chosen.ref} {refused} To promote it all the same: --force.")
            if chosen.own and name == "heads":
                open_heads(chosen.folder)
            if pins == state.in_use:
                return None
            change = Change.now(
                "promote",
                versions.chosen_names(state.in_use),
                versions.chosen_names(pins),
                forced=bool(refused),
            )
            user.replace(state, pins, (*state.earlier, state.in_use), change)
            return change

    def rollback(self, name: str) -> Change:
        """Take into use what was there before a model's version last changed, in one step.

        Earlier versions that are damaged by now are passed over; the shipped models come last.
        ModelError where nothing was before.
        """
        versions = self._versions
        user = versions.writable(name)
        with user.locked():
            state = user.state()
            before: Sequence[Pins] = ({}, *state.earlier)
            skipped: list[str] = []
            for place in reversed(range(len(before))):
                pins = before[place]
                if pins.get(name) == state.in_use.get(name):
                    continue
                if versions.problems(pins):
                    skipped.append(versions.chosen(name, pins).ref)
                    continue
                change = Change.now(
                    "rollback",
                    versions.chosen_names(state.in_use),
                    versions.chosen_names(pins),
                    skipped=skipped,
                )
                user.replace(state, pins, before[1:place], change)
                return change
        raise ModelError(
            f"{name}@{self.version(name)} came with cs_qa, and no other version was in use before."
        )

    def may_roll_back(self, name: str) -> bool:
        """Whether another version of a model than the one in use was in use before."""
        state = self._versions.writable(name).state()
        return any(each.get(name) != state.in_use.get(name) for each in ({}, *state.earlier))

    @property
    def _versions(self) -> Versions:
        return Versions(self.root, self.user)

    def _pins(self) -> Pins:
        return self.user.state().in_use if self.user else {}


@contextmanager
def _with_way_back(pins: Pins) -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        if not pins:
            raise
        ways = " or ".join(f"`cs-qa models rollback {name}`" for name in sorted(pins))
        raise ModelError(f"{error}. Go back with {ways}.") from error


def _require_none(problems: Sequence[str]) -> None:
    if problems:
        raise ModelError("; ".join(problems))


@lru_cache(maxsize=1)
def load_models(threads: int | None = None) -> Models:
    """Load the models in use once for this process.

    `threads` is how many texts are encoded side by side; by default `CS_QA_THREADS`, else the
    number of cores. It never changes a result. What is promoted later is used from the next
    process on.
    """
    return Registry.in_use().load(threads=threads or wanted_threads())


def wanted_threads() -> int | None:
    """How many texts `CS_QA_THREADS` says to encode side by side; None where it says nothing."""
    given = os.environ.get("CS_QA_THREADS")
    if given and not (given.isdecimal() and int(given)):
        raise InputError(f"CS_QA_THREADS is {given!r}. It must be a whole number, 1 or more.")
    return int(given) if given else None
