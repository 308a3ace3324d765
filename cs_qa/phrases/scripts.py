"""Writing systems of phrases: which there are, and where words begin and end in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["left_edge", "main_scripts", "right_edge", "scripts_in"]

_SCRIPTS = {
    "latin": "a-z\u00df-\u024f\u1e00-\u1eff",
    "han": "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff",
    "kana": "\u3040-\u30ff\u31f0-\u31ff",
    "hangul": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af",
    "thai": "\u0e00-\u0e7f",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0600-\u06ff\u0750-\u077f",
}
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}
_WORD_EDGE = {
    "latin": "[a-z0-9_\u00df-\u024f\u1e00-\u1eff]",
    "cyrillic": r"\w",
    "arabic": r"\w",
    "hangul": r"\w",
}
# The conjunctions w, f and the prefixes b, k, l, al are written onto an Arabic word.
_CLITICS = ("[وفبكل]", "ال", "لل", "[وف][بكل]", "[وفبك]ال", "[وف]لل", "[وف][بك]ال")
_BEHIND_CLITIC = "|".join(rf"(?<=\b{clitics})" for clitics in _CLITICS)
_THAI_MARK = "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]"


def scripts_in(text: str) -> frozenset[str]:
    """Script families ("latin", "han" …) whose letters stand in a folded text."""
    return frozenset(name for name, letters in _LETTERS.items() if letters.search(text))


def main_scripts(texts: Iterable[str]) -> frozenset[str]:
    """Scripts that a fifth of the texts or more are written in."""
    counts = Counter(script for text in texts for script in scripts_in(text))
    return frozenset(script for script, n in counts.items() if n * 5 >= counts.total())


def left_edge(scripts: frozenset[str]) -> str:
    """What must hold before a phrase in these scripts, as a regular expression."""
    edges = [
        rf"(?:(?<!{_WORD_EDGE[name]})|(?![{_SCRIPTS[name]}]))"
        for name in sorted(scripts & {"latin", "cyrillic", "hangul"})
    ]
    if "arabic" in scripts:
        edges.append(rf"(?:(?<!\w)|{_BEHIND_CLITIC}|(?![{_SCRIPTS['arabic']}]))")
    return "".join(edges)


def right_edge(scripts: frozenset[str]) -> str:
    """What must hold behind a phrase in these scripts, as a regular expression."""
    edges = [
        rf"(?:(?!{_WORD_EDGE[name]})|(?<![{_SCRIPTS[name]}]))"
        for name in sorted(scripts & {"latin", "cyrillic", "arabic"})
    ]
    return "".join(edges) + (f"(?!{_THAI_MARK})" if "thai" in scripts else "")
