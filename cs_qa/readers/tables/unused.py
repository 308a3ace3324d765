"""Values of a file that could not be used: counted, and told in a line for each kind at its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cs_qa.readers.times import NoZoneError
from cs_qa.readers.values import shown

__all__ = ["Unused"]


@dataclass(slots=True)
class _Count:
    first: str
    times: int = 1


@dataclass(slots=True)
class Unused:
    """What was kept as extra, by the name of the column. `unit` is what rows are counted in."""

    unit: str = "line"
    _counts: dict[tuple[str, bool], _Count] = field(default_factory=dict)

    def add(self, key: str, value: object, problem: ValueError, line: int) -> None:
        """Count one value, with what is wrong with it and where it stands."""
        kind = (key, isinstance(problem, NoZoneError))
        if kind in self._counts:
            self._counts[kind].times += 1
        else:
            reason = str(problem).removeprefix(f"is {shown(value)}; ")
            self._counts[kind] = _Count(f"{shown(value)} in {self.unit} {line}: {reason}")

    def notes(self) -> Iterator[str]:
        """One line for each column that has such values."""
        for (key, needs_zone), count in self._counts.items():
            first = count.first
            if needs_zone:
                yield (
                    f"{_counted(count.times, 'time')} without a time zone could not be used "
                    f"(first: {first.partition(': ')[0]}); name the zone they were written in, as "
                    "in --timezone Europe/Paris"
                )
            else:
                kept = "it is" if count.times == 1 else "they are"
                values = _counted(count.times, "value")
                yield f"{values} of {key} could not be used (first: {first}); {kept} kept as extra"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
