"""cs_qa: quality inspection of multilingual customer service.

>>> import cs_qa
>>> transcript = cs_qa.Transcript("t1", (cs_qa.Turn("customer", "Where is my parcel?"),))
>>> cards = cs_qa.Inspector.default().inspect([transcript])  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cs_qa.errors import CsQaError
from cs_qa.types import Finding, Judgement, Outcome, Review, Scorecard, Span, Transcript, Turn

if TYPE_CHECKING:
    from cs_qa.batch import Inspector
    from cs_qa.readers import read
    from cs_qa.rubric import Rubric

__version__ = "0.1.0"

__all__ = [
    "CsQaError",
    "Finding",
    "Inspector",
    "Judgement",
    "Outcome",
    "Review",
    "Rubric",
    "Scorecard",
    "Span",
    "Transcript",
    "Turn",
    "__version__",
    "read",
]

_LAZY = {"Inspector": "cs_qa.batch", "Rubric": "cs_qa.rubric", "read": "cs_qa.readers"}


def __getattr__(name: str) -> Any:
    """Import what is heavy when it is first asked for."""
    if name not in _LAZY:
        raise AttributeError(f"module 'cs_qa' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
