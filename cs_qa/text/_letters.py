"""How letters follow each other in a language: a linear model over runs of one to five letters.

One table of small integers, a row for each hash of a run and a column for each language. Foreign
languages have columns of their own, so that Swedish is not taken for German for want of anything
better. The scripts share the table: no run of letters stands in two of them.
`benchmarks/letter_model.py` makes the table.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import resources
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["COLUMNS", "FOREIGN", "LATIN", "ROW_BITS", "LetterModel", "rows_of_runs"]

LATIN = ("de", "en", "es", "fr", "id", "it", "nl", "pl", "pt", "tr", "vi")
FOREIGN = "und"
"""What a column of languages outside ours is called."""

COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # Northern; Slavic and Baltic; Romance, Celtic and more; Finnic, hu, az; tl and African.
        "latin": (*LATIN, FOREIGN, FOREIGN, FOREIGN, FOREIGN, FOREIGN),
        # uk, be; bg, mk, sr; kk, mn.
        "cyrillic": ("ru", FOREIGN, FOREIGN, FOREIGN),
        # fa; ur.
        "arabic": ("ar", FOREIGN, FOREIGN),
    }
)
"""Script -> the language of each column of the table."""

ROW_BITS = 18
_LONGEST_RUN = 5
_FACTOR, _SPREAD = 0x01000193, 0x9E3779B1
_FILE = "letters.npz"
_FLOOR = 0.001
"""Added to each probability of a word: one name decides nothing against the words around it."""


def rows_of_runs(words: Sequence[str]) -> tuple[NDArray[np.uint32], list[int]]:
    """The table's row of each run of letters, word after word, and where each word's rows begin.

    Words are in lower case and without spaces. A run may begin or end with the space beside its
    word; none goes over a space.
    """
    import numpy as np

    codes = np.frombuffer(f" {' '.join(words)} ".encode("utf-32-le", "replace"), "<u4")
    letter = codes != 32
    shape = (len(codes), _LONGEST_RUN)
    runs, counts = np.zeros(shape, np.uint32), np.zeros(shape, np.bool_)
    runs[:, 0], counts[:, 0] = codes, letter
    run, whole = codes, letter[1:] | letter[:-1]
    for more in range(1, min(_LONGEST_RUN, len(codes))):
        if more > 1:
            whole = whole[:-1] & letter[more - 1 : -1]
        run = run[:-1] * _FACTOR + codes[more:]
        runs[:-more, more], counts[:-more, more] = run, whole
    rows = runs[counts]
    rows ^= rows >> 15
    rows *= _SPREAD
    rows >>= 32 - ROW_BITS
    # With the spaces beside it, a word of n letters has n + 3 - k runs of k, and n of one.
    sizes = [max(4, 5 * len(word) - 2) for word in words]
    return rows, list(accumulate(sizes[:-1], initial=0))


class LetterModel:
    """The shipped table, ready to be asked from any number of threads."""

    def __init__(self) -> None:
        import numpy as np

        file = resources.files("cs_qa") / "data" / "language" / _FILE
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            self._weights: NDArray[np.int8] = stored["weights"]
            self._step = float(stored["step"])

    def __call__(self, words: Sequence[str], script: str) -> Mapping[str, float]:
        """The probability of each language of a script, "und" for all others together."""
        columns = COLUMNS[script]
        odds = self._odds(words, len(columns)) if words else [0.0] * len(columns)
        most = max(odds)
        powers = [math.exp(each - most) for each in odds]
        whole = sum(powers)
        shares = dict.fromkeys(columns, 0.0)
        for language, power in zip(columns, powers, strict=True):
            shares[language] += power / whole
        return shares

    def _odds(self, words: Sequence[str], width: int) -> list[float]:
        """The logarithm of each column's odds, up to a constant; none of a word is below a floor.

        Whole numbers are added, and whole thousandths of logarithms: sums that are exact, in
        whatever order.
        """
        import numpy as np

        rows, starts = rows_of_runs(words)
        found = self._weights.take(rows, 0)[:, :width].astype(np.float32)
        sums = np.add.reduceat(found, starts, 0) * self._step
        sums -= sums.max(1, keepdims=True)
        powers = np.exp(sums)
        powers /= powers.sum(1, keepdims=True)
        powers += _FLOOR
        return [total / 1_000 for total in np.rint(np.log(powers) * 1_000).sum(0).tolist()]
