"""The versions of each model that there are, and which of them go together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cs_qa.errors import ModelError
from cs_qa.nn.manifest import sha256
from cs_qa.nn.model_files import MANIFEST, problems_of, read_manifest
from cs_qa.nn.shipped import Version, adapters_sha256, shipped_version
from cs_qa.nn.user_models import USER_MODELS, Pin, Pins, UserModels


@dataclass(frozen=True, slots=True)
class Versions:
    """The shipped versions in `root` and those of a user, if there is one."""

    root: Path
    user: UserModels | None

    def all(self, name: str) -> list[Version]:
        """List the versions of a model that may be in use: the shipped one, then the user's."""
        shipped = shipped_version(self.root, name)
        found = self.user.versions(name) if self.user and name in USER_MODELS else []
        return [shipped, *(self.own(name, each) for each in found if each != shipped.version)]

    def find(self, name: str, version: str) -> Version:
        """Give a version of a model; ModelError, with those there are, where there is none."""
        found = self.all(name)
        for each in found:
            if each.version == version:
                return each
        there = ", ".join(each.version for each in found)
        raise ModelError(f"There is no version {version!r} of {name}. There are: {there}.")

    def own(self, name: str, version: str) -> Version:
        """Give a version of the user's, there or not."""
        return Version(name, version, self.writable(name).folder(name, version), own=True)

    def writable(self, name: str) -> UserModels:
        """Give where versions of a model can be added; ModelError where they cannot."""
        if name not in USER_MODELS:
            raise ModelError(
                f"{name!r} has no versions but the shipped one. Possible: {', '.join(USER_MODELS)}."
            )
        if self.user is None:
            raise ModelError(f"The models in {self.root} are read-only.")
        return self.user

    def chosen(self, name: str, pins: Pins) -> Version:
        """Give the version of a model that is in use where `pins` are."""
        pin = pins.get(name)
        return self.own(name, pin.version) if pin else shipped_version(self.root, name)

    def chosen_names(self, pins: Pins) -> Mapping[str, str]:
        """Give the versions in use of the models that can change."""
        return {name: self.chosen(name, pins).version for name in USER_MODELS}

    def pinned(self, pins: Pins, version: Version) -> Pins:
        """Give `pins` with another version, and with the encoder that it needs."""
        new = {name: pin for name, pin in pins.items() if name != version.name}
        if version.own:
            read_manifest(version.folder)  # says what is wrong where there is none
            manifest = sha256(version.folder / MANIFEST)
            new[version.name] = Pin(version=version.version, manifest=manifest)
        if version.name == "heads" and self._misfit(new):
            wanted = self._trained_on(version)
            for encoder in self.all("encoder"):
                if adapters_sha256(encoder.folder) == wanted:
                    return self.pinned(new, encoder)
        return new

    def problems(self, pins: Pins) -> list[str]:
        """Say why a user's versions may not be loaded, or not together; empty when they may."""
        found: list[str] = []
        for name, pin in pins.items():
            folder = self.own(name, pin.version).folder
            problems = problems_of(name, folder)
            if not problems and sha256(folder / MANIFEST) != pin.manifest:
                problems = [f"{folder} is not what was promoted: its {MANIFEST} has changed"]
            found += problems
        return found or (self._misfit(pins) if pins else [])

    def _misfit(self, pins: Pins) -> list[str]:
        heads, encoder = (self.chosen(name, pins) for name in ("heads", "encoder"))
        if self._trained_on(heads) == adapters_sha256(encoder.folder):
            return []
        return [f"{heads.ref} was trained on the vectors of another encoder than {encoder.ref}"]

    def _trained_on(self, heads: Version) -> str | None:
        if heads.own:
            return read_manifest(heads.folder).about.get("encoder")
        return adapters_sha256(shipped_version(self.root, "encoder").folder)
