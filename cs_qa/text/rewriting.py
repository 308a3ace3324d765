"""Edits of a text that keep the way back to where each character came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import islice, product

from cs_qa.text.normalise import Normalised, normalise

__all__ = ["alternatives", "renormalised", "rewritten", "substituted"]


def rewritten(draft: Normalised, edits: Iterable[tuple[int, int, str]]) -> Normalised:
    """Replace ranges of a draft, in text order; none may overlap.

    A replacement as long as its range keeps the offsets of the characters, another one has the
    offset of the first.
    """
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for start, end, new in edits:
        pieces += (draft.text[done:start], new)
        offsets.extend(draft.offsets[done:start])
        same_length = len(new) == end - start
        kept = draft.offsets[start:end] if same_length else [draft.offsets[start]] * len(new)
        offsets.extend(kept)
        done = end
    pieces.append(draft.text[done:])
    offsets.extend(draft.offsets[done:])
    return _anchored("".join(pieces), offsets)


def substituted(
    draft: Normalised, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]
) -> Normalised:
    """Replace each match of a pattern; the same object where there is none."""
    edits = [(*match.span(), replace(match)) for match in pattern.finditer(draft.text)]
    return rewritten(draft, edits) if edits else draft


def alternatives(
    draft: Normalised, choices: Iterable[tuple[int, int, tuple[str, ...]]], *, limit: int
) -> list[Normalised]:
    """Replace ranges by each combination of what may stand there, at most `limit` of them.

    Where there are too many combinations, ranges with the same choices are replaced alike.
    """
    places = list(choices)
    if not places:
        return []
    options = [new for _, _, new in places]
    combinations = list(islice(product(*options), limit + 1))
    if len(combinations) > limit:
        kinds = list(dict.fromkeys(options))
        alike = (dict(zip(kinds, chosen, strict=True)) for chosen in product(*kinds))
        combinations = [tuple(chosen[o] for o in options) for chosen in islice(alike, limit)]
    return [
        rewritten(draft, ((*place[:2], new) for place, new in zip(places, chosen, strict=True)))
        for chosen in combinations
    ]


def renormalised(draft: Normalised) -> Normalised:
    """Normalise the text of a draft; offsets lead to where the draft's lead."""
    folded = normalise(draft.text)
    return _anchored(folded.text, [draft.offsets[offset] for offset in folded.offsets])


def _anchored(text: str, offsets: list[int]) -> Normalised:
    if text and offsets[0]:  # what was dropped in front belongs to the first character
        first = offsets[0]
        offsets = [0 if offset == first else offset for offset in offsets]
    return Normalised(text, tuple(offsets) if text else (0,))
