"""Words pulled apart: single letters with something between them, words broken by lines and signs.

A gap is closed only between single letters; where the gaps of a run differ, the wider ones stay
borders of words, so that "the pen is" keeps its three words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cs_qa.text.normalise import Normalised
from cs_qa.text.rewriting import rewritten, substituted

__all__ = ["SEPARATOR_HINTS", "joined", "split_at_signs", "unbroken"]

_EMOJI = "\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\u200d\ufe0f\u3030\U0001f000-\U0001faff"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u3099\u309a"
_UNSPACED = "[\u0e01-\u0e4e\u3041-\u3096\u30a1-\u30fc\u3400-\u9fff]"
_PAUSES = "\u3001\u3002\uff0c\uff01\uff1f,!?\u060c\u061b\u061f"
_GAP_SIGNS = " \t\u3000.\u00b7\u30fb\u2022\u2219\u2027\uff0e*_\\-/|~+=^#"
_SIGNS = "*_|^\u2022\\\\"

_LETTER = rf"(?!{_UNSPACED})[^\W\d_][{_MARKS}]*"
_RUN = re.compile(
    rf"(?<![^\W_]){_LETTER}(?:(?:(?![{_MARKS}])[\W_]){{1,8}}{_LETTER}){{2,}}(?![^\W_])"
)
_GAPS = re.compile(rf"(?:(?![{_MARKS}])[\W_])+")
_UNSPACED_GAP = f"[{_GAP_SIGNS}{_EMOJI}]{{1,6}}"
_UNSPACED_PAUSE = f"{_UNSPACED_GAP}(?:[{_PAUSES}](?:{_UNSPACED_GAP})?)?"
_UNSPACED_RUN = re.compile(
    rf"{_UNSPACED}[{_MARKS}]*(?:{_UNSPACED_PAUSE}{_UNSPACED}[{_MARKS}]*){{2,}}"
    rf"|(?<!{_UNSPACED}){_UNSPACED}[{_MARKS}]*{_UNSPACED_GAP}{_UNSPACED}[{_MARKS}]*(?!{_UNSPACED})"
)
_GAP_INSIDE = re.compile(f"{_UNSPACED_PAUSE}(?={_UNSPACED})")
_ALL_EMOJI = re.compile(f"[{_EMOJI}]+")
_END_SIGN = re.compile(
    r"(?P<gap>[\W_])(?P<sign>['\u2019,.!?;:\u3001\u3002\uff0c\uff01\uff1f\u061f])(?!\w)"
)
_LINE_BREAK = r"-?[ \t]*[\r\n]+[ \t]*"
_BROKEN_LINE = re.compile(
    rf"(?<=[^\W\d_]|[{_MARKS}'’]){_LINE_BREAK}(?=[^\W\d_A-Z\u00c0-\u00de\u0410-\u042f]|['’])"
    rf"|(?<={_UNSPACED})[\r\n]+(?=[\u3001\uff0c])|(?<=[\u3001\uff0c])[\r\n]+(?={_UNSPACED})"
)
_SIGN_INSIDE = re.compile(rf"(?<=[^\W\d_]|[{_MARKS}])[{_SIGNS}{_EMOJI}]+(?=[^\W\d_])")
_PAUSE = re.compile(f"[{_PAUSES};:.'’]")
_HINTED_GAP = r"[^\pL\pM\pN'’]+"
_HINTED_UNSPACED_GAP = f"[{_GAP_SIGNS}{_EMOJI}]+"
_HINTED_LETTER = f"{_UNSPACED}[{_MARKS}]*"

SEPARATOR_HINTS = (
    rf"(?:^|[^\pL\pM\pN'’])(?:\pL\pM*{_HINTED_GAP}){{2}}\pL\pM*(?:[^\pL\pM\pN'’]|$)",
    f"{_UNSPACED}{_HINTED_UNSPACED_GAP}{_HINTED_LETTER}{_HINTED_UNSPACED_GAP}{_UNSPACED}",
    rf"(?:^|[^\pL\pM]){_HINTED_LETTER}{_HINTED_UNSPACED_GAP}{_HINTED_LETTER}(?:[^\pL\pM]|$)",
    r"[\pL\pM'’\x{3001}\x{ff0c}]-?[ \t]*[\r\n]+[ \t]*[\p{Ll}\p{Lo}\p{Lm}'’\x{3001}\x{ff0c}]",
    rf"[\pL\pM][{_SIGNS}{_EMOJI}]+\pL",
)
"""RE2 patterns for original text, one of which stands wherever this module changes something."""


def joined(draft: Normalised) -> Normalised:
    """Close the gaps in runs of single letters and at line breaks inside words.

    >>> joined(Normalised("n.o.t m.y job", range(14))).text
    'not my job'
    """
    closed = rewritten(draft, _run_edits(draft.text))
    return unbroken(rewritten(closed, _unspaced_edits(closed.text)))


def unbroken(draft: Normalised) -> Normalised:
    """Close the line breaks inside words only."""
    return substituted(draft, _BROKEN_LINE, lambda _: "")


def split_at_signs(draft: Normalised) -> list[Normalised]:
    """Readings of words with signs or emoji inside: without them, and with spaces instead."""
    spans = [match.span() for match in _SIGN_INSIDE.finditer(draft.text)]
    if not spans:
        return [draft]
    return [rewritten(draft, [(*span, new) for span in spans]) for new in ("", " ")]


def _run_edits(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _RUN.finditer(text):
        gaps = list(_GAPS.finditer(text, *run.span()))
        narrow = _narrow_gap([_as_one_sign(gap[0]) for gap in gaps])
        for gap in gaps:
            yield (*gap.span(), _closed(_as_one_sign(gap[0]), narrow))
        yield from _end_edit(text, run.end(), {narrow})


def _narrow_gap(gaps: list[str]) -> str:
    """The gap inside words: of those without a space the commonest, else the shortest."""
    signs = Counter(gap for gap in gaps if not any(map(str.isspace, gap)))
    return signs.most_common(1)[0][0] if signs else min(gaps, key=len)


def _as_one_sign(gap: str) -> str:
    return _ALL_EMOJI.sub("\u2b50", gap)


def _closed(gap: str, narrow: str) -> str:
    """What stays of a gap: nothing of the usual one, a space of a wider one, and its signs."""
    if gap == narrow:
        return ""
    if gap == 3 * narrow and not narrow.isspace():
        return narrow
    rest = gap.strip() if narrow.isspace() else gap.replace(narrow, "")
    wider = "".join(rest.split()) != rest if rest else narrow.isspace()
    if narrow.isspace() and rest in ("'", "’", "-"):
        return rest
    pauses = "".join(_PAUSE.findall(rest))
    if wider or (pauses and narrow.isspace()):
        return f"{pauses} "
    return rest


def _end_edit(text: str, end: int, gaps: set[str]) -> Iterator[tuple[int, int, str]]:
    """Close the gap between the last letter of a run and the sign behind it."""
    sign = _END_SIGN.match(text, end)
    if sign and _as_one_sign(sign["gap"]) in gaps:
        yield end, sign.start("sign"), ""


def _unspaced_edits(text: str) -> Iterator[tuple[int, int, str]]:
    for run in _UNSPACED_RUN.finditer(text):
        gaps = list(_GAP_INSIDE.finditer(text, *run.span()))
        for gap in gaps:
            yield (*gap.span(), _closed_unspaced(gap[0]))
        yield from _end_edit(text, run.end(), {_as_one_sign(gap[0]) for gap in gaps})


def _closed_unspaced(gap: str) -> str:
    """What stays of a gap in a script without spaces: its pauses, or one space of three."""
    pauses = "".join(sign for sign in gap if sign in _PAUSES)
    return pauses or (" " if "   " in gap else "")
