"""Figures and columns of text, as `evaluate` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

GAP = "  "


def figure(value: float | None, sign: str = "") -> str:
    """Write a figure; `sign` is "+" for a difference.

    >>> figure(0.5), figure(None), figure(0.5, "+")
    ('0.500', '–', '+0.500')
    """
    return "–" if value is None else f"{value:{sign}.3f}"


def limits(interval: Sequence[float] | None, sign: str = "") -> str:
    """Write an interval.

    >>> limits([0.25, 0.5]), limits(None)
    ('[0.250, 0.500]', '–')
    """
    return "–" if interval is None else f"[{', '.join(figure(end, sign) for end in interval)}]"


def grid(rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,)) -> Iterator[str]:
    """Yield rows, the first of which is the header, with their columns in line.

    Columns are as wide as need be, those in `left` ranged left; a column that is empty under its
    header is left out.

    >>> list(grid([["", "n", "of"], ["en", "12", ""], ["fr", "7", ""]]))
    ['     n', 'en  12', 'fr   7']
    """
    columns = list(zip(*rows, strict=True))
    kept = [k for k, (_, *cells) in enumerate(columns) if any(cells)]
    widths = {k: max(map(len, columns[k])) for k in kept}
    for row in rows:
        cells = (f"{row[k]:{'<' if k in left else '>'}{widths[k]}}" for k in kept)
        yield GAP.join(cells).rstrip()
