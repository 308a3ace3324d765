"""How well personal data is found: by character, by type and by language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cs_qa.evaluation.layout import figure, grid
from cs_qa.text.personal import ENTITY_TYPES

__all__ = [
    "Characters",
    "PersonalDataResult",
    "Spans",
    "measure_personal_data",
    "personal_data_lines",
]

Spans = Sequence[tuple[str, int, int]]
"""(type, start, end) of each entity, half-open, in code points of the message."""


@dataclass(slots=True)
class Characters:
    """Counts of characters: rightly found, found besides, not found."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float | None:
        """Share of the characters found that are of the type."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Share of the characters of the type that were found."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)

    def add(self, gold: set[int], found: set[int]) -> None:
        """Count the places that hold a type against those where it was found."""
        self.right += len(gold & found)
        self.wrong += len(found - gold)
        self.missed += len(gold - found)


@dataclass(slots=True)
class PersonalDataResult:
    """Characters of every type, in all messages and in those of each language."""

    types: dict[str, Characters] = field(default_factory=dict)
    languages: dict[str, dict[str, Characters]] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    entities: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    touched: int = 0

    @property
    def overall(self) -> Characters:
        """The characters of all types together."""
        return _summed(self.types)

    @property
    def touched_share(self) -> float | None:
        """Share of the messages without personal data in which some was found."""
        return _share(self.touched, self.clean)

    def as_json(self) -> dict[str, Any]:
        """Give the figures as `evaluate` writes them; accuracy is of whole messages."""
        n = self.messages.total()
        return {
            "task": "pii",
            "n": n,
            "macro_f1": _macro(self.types),
            "accuracy": _share(self.exact.total(), n),
            "characters": _row(self.overall),
            "clean": {"n": self.clean, "touched": self.touched, "share": self.touched_share},
            "labels": {
                name: {**_row(self.types[name]), "n": self.entities[name]}
                for name in ENTITY_TYPES
                if name in self.types
            },
            "languages": {
                lang: {
                    "n": self.messages[lang],
                    "macro_f1": _macro(own),
                    "accuracy": _share(self.exact[lang], self.messages[lang]),
                    "characters": _row(_summed(own)),
                }
                for lang, own in sorted(self.languages.items())
            },
        }


def measure_personal_data(
    messages: Sequence[tuple[str, Spans, Spans]],
) -> PersonalDataResult:
    """Measure what was found against the truth; a message is its language, gold and found spans.

    >>> measure_personal_data([("en", [("NAME", 0, 4)], [("NAME", 0, 2)])]).overall.recall
    0.5
    """
    result = PersonalDataResult()
    for lang, gold, found in messages:
        own = result.languages.setdefault(lang, {})
        result.messages[lang] += 1
        result.exact[lang] += sorted(gold) == sorted(found)
        result.entities.update(kind for kind, *_ in gold)
        if not gold:
            result.clean += 1
            result.touched += bool(found)
        there, said = _places(gold), _places(found)
        for kind in there.keys() | said.keys():
            for table in (result.types, own):
                counts = table.setdefault(kind, Characters())
                counts.add(there.get(kind, set()), said.get(kind, set()))
    return result


def personal_data_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Give a result of `as_json` as lines for people."""
    clean = result["clean"]
    yield (
        f"pii: n {result['n']}, character F1 {figure(result['characters']['f1'])}, "
        f"macro-F1 of the types {figure(result['macro_f1'])}, "
        f"messages all right {figure(result['accuracy'])}"
    )
    yield (
        f"Messages without personal data: {clean['n']}, touched {clean['touched']} "
        f"({figure(clean['share'])})."
    )
    yield ""
    header = ("precision", "recall", "F1", "n")
    yield from grid(
        [("type", *header)]
        + [(name, *_cells(row), str(row["n"])) for name, row in result["labels"].items()]
    )
    yield ""
    yield from grid(
        [("language", *header, "macro-F1")]
        + [
            (lang, *_cells(row["characters"]), str(row["n"]), figure(row["macro_f1"]))
            for lang, row in result["languages"].items()
        ]
    )


def _places(spans: Spans) -> dict[str, set[int]]:
    places: dict[str, set[int]] = {}
    for kind, start, end in spans:
        places.setdefault(kind, set()).update(range(start, end))
    return places


def _summed(types: Mapping[str, Characters]) -> Characters:
    every = types.values()
    return Characters(
        sum(each.right for each in every),
        sum(each.wrong for each in every),
        sum(each.missed for each in every),
    )


def _macro(types: Mapping[str, Characters]) -> float | None:
    """The mean F1 of the types that occur in the truth."""
    scores = [each.f1 or 0.0 for each in types.values() if each.right + each.missed]
    return round(sum(scores) / len(scores), 4) if scores else None


def _row(counts: Characters) -> dict[str, float | None]:
    return {"precision": counts.precision, "recall": counts.recall, "f1": counts.f1}


def _cells(row: Mapping[str, float | None]) -> list[str]:
    return [figure(row[key]) for key in ("precision", "recall", "f1")]


def _share(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None
