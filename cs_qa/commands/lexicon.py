"""The `lexicon` commands: check the lists of a shop, print a built-in one to copy."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE
from cs_qa.errors import LexiconError


def check_lexicons(paths: Sequence[Path]) -> int:
    """Print what is wrong in lexicon files and what they hold; give the exit code."""
    from cs_qa.phrases.checking import check

    holds = True
    for path in paths:
        checked = check(path)
        sys.stdout.writelines(f"{problem}\n" for problem in checked.problems)
        sys.stdout.writelines(f"note: {note}\n" for note in checked.notes)
        if checked.summary:
            verdict = f"problems: {len(checked.problems)}" if checked.problems else "holds"
            sys.stdout.write(f"{path}: {checked.summary}; {verdict}.\n")
        holds = holds and not checked.problems
    return OK if holds else SOME_UNUSABLE


def built_in_lexicon(language: str) -> str:
    """Give the text of a built-in lexicon file. Raises LexiconError where there is none."""
    from cs_qa.phrases.lexicon import BUILT_IN

    known = sorted(f.name.removesuffix(".toml") for f in BUILT_IN.iterdir())
    if language not in known:
        raise LexiconError(f"No lexicon for {language!r}. There are: {', '.join(known)}.")
    return (BUILT_IN / f"{language}.toml").read_text(encoding="utf-8")
