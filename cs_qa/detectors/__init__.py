"""Detectors: annotated transcripts in, findings out. The table below is all there is.

A detector is a frozen dataclass whose fields are its options, so it pickles to workers. Other
packages add theirs under the entry point group `cs_qa.detectors`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cs_qa.detectors.banned_phrases import BannedPhrases
from cs_qa.detectors.language_mismatch import LanguageMismatch
from cs_qa.detectors.locale_form import LocaleForm
from cs_qa.detectors.mixed_language import MixedLanguage
from cs_qa.detectors.mojibake import Mojibake
from cs_qa.detectors.placeholder import Placeholder
from cs_qa.detectors.policy_accuracy import PolicyAccuracy
from cs_qa.detectors.repeated_script import RepeatedScript
from cs_qa.errors import UnknownDetectorError
from cs_qa.types import AnnotatedTranscript, Finding

__all__ = ["BUILT_IN", "Detector", "detectors", "make_detector"]

ENTRY_POINT = "cs_qa.detectors"


class Detector(Protocol):
    """Finds evidence in a batch of transcripts; `ref` is its `name@version`."""

    @property
    def ref(self) -> str:
        """Name and version, as findings state them."""

    def __call__(self, batch: Sequence[AnnotatedTranscript]) -> list[list[Finding]]:
        """Give one list of findings a transcript, whatever else is in the batch."""


BUILT_IN: dict[str, type[Detector]] = {
    "banned_phrases": BannedPhrases,
    "repeated_script": RepeatedScript,
    "language_mismatch": LanguageMismatch,
    "mixed_language": MixedLanguage,
    "locale_form": LocaleForm,
    "placeholder": Placeholder,
    "mojibake": Mojibake,
    "policy_accuracy": PolicyAccuracy,
}


def detectors() -> dict[str, type[Detector]]:
    """Give every detector by name: the built-in ones, then those of other packages."""
    from importlib.metadata import entry_points

    others = {entry.name: entry.load() for entry in entry_points(group=ENTRY_POINT)}
    return {**others, **BUILT_IN}


def make_detector(name: str, **options: object) -> Detector:
    """Make a detector by name; UnknownDetectorError lists the names there are."""
    known = detectors()
    if name not in known:
        raise UnknownDetectorError(name, known=known)
    return known[name](**options)
