"""Errors of cs_qa. Each says what was wrong, what is possible, and what to do.

CsQaError
├── InputError              a file, row or value that cannot be used
│   ├── UnknownFormatError  no reader for this file
│   └── RowError            one row of a file; reading goes on after it
├── RubricError             a rubric file that does not hold
├── LexiconError            a lexicon file that does not hold
├── PolicyError             a policy pack that does not hold
├── UnknownDetectorError    a detector that nobody registered
├── ModelError              model files that are missing, damaged or of another version
├── StoreError              a database that cannot be opened, written or has another schema
├── AccessError             an action that a person's role or assignment does not allow
└── StaleError              a decision on a state that has changed since it was shown
"""

from collections.abc import Iterable

__all__ = [
    "AccessError",
    "CsQaError",
    "InputError",
    "LexiconError",
    "ModelError",
    "PolicyError",
    "RowError",
    "RubricError",
    "StaleError",
    "StoreError",
    "UnknownDetectorError",
    "UnknownFormatError",
]


class CsQaError(Exception):
    """Base of every error that cs_qa raises on purpose."""


class InputError(CsQaError):
    """Input that cannot be used."""


class UnknownFormatError(InputError):
    """No reader for this file or format name."""

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        super().__init__(
            f"No reader for {name!r}. Known formats: {', '.join(sorted(known))}. "
            "Name one with --format."
        )


class RowError(InputError):
    """One row of a file that cannot be used; the rows after it still can.

    `source` is the file, `line` the 1-based line (or row) in it, None where the format has none.
    """

    def __init__(self, problem: str, *, source: str, line: int | None = None) -> None:
        self.problem = problem
        self.source = source
        self.line = line
        place = source if line is None else f"{source}:{line}"
        super().__init__(f"{place}: {problem}")

    def __reduce__(self) -> tuple[object, ...]:
        return (_row_error, (self.problem, self.source, self.line))


def _row_error(problem: str, source: str, line: int | None) -> RowError:
    return RowError(problem, source=source, line=line)


class RubricError(CsQaError):
    """A rubric file that does not hold."""


class LexiconError(CsQaError):
    """A lexicon file that does not hold."""


class PolicyError(CsQaError):
    """A policy pack that does not hold."""


class UnknownDetectorError(CsQaError):
    """A detector name that nobody registered."""

    def __init__(self, name: str, *, known: Iterable[str]) -> None:
        super().__init__(
            f"No detector named {name!r}. Known: {', '.join(sorted(known))}. Third-party "
            'detectors register under the "cs_qa.detectors" entry point.'
        )


class ModelError(CsQaError):
    """Model files that are missing, damaged or of another version."""


class StoreError(CsQaError):
    """A database that cannot be opened or written, or whose schema is another version's."""


class AccessError(CsQaError):
    """An action that a person's role, account or assignment does not allow."""


class StaleError(CsQaError):
    """A decision on a state that has changed since it was shown; read it again and decide."""
