"""A shop's own lists beside the built-in lexicons: more phrases, patterns and exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from cs_qa.errors import LexiconError
from cs_qa.phrases import lexicon
from cs_qa.phrases.lexicon import Lexicon
from cs_qa.phrases.lexicon_file import EVERY_LANGUAGE, LexiconFile, read_lexicon_file

__all__ = ["beside_built_in", "lexicons_with", "read_shop_lexicons"]


def read_shop_lexicons(paths: Iterable[str | Path]) -> tuple[LexiconFile, ...]:
    """Read a shop's lists. Raises LexiconError that lists what does not hold, in all of them."""
    files: list[LexiconFile] = []
    problems: list[str] = []
    for path in map(Path, paths):
        try:
            file = read_lexicon_file(path, name=path.stem)
            beside_built_in(file, path)
        except LexiconError as error:
            problems.append(str(error))
            continue
        if any(other.ref == file.ref and other != file for other in files):
            problems.append(
                f"{path}: another list is {file.ref} too. Give one of them another `name` or "
                "`version`, so that scorecards tell them apart."
            )
        elif file not in files:
            files.append(file)
    if problems:
        raise LexiconError("\n".join(problems))
    return tuple(files)


def beside_built_in(file: LexiconFile, path: Path) -> Lexicon:
    """Put one list beside the built-in lexicon of its language, alone where there is none.

    Raises LexiconError naming `path` where a phrase or a pattern does not hold.
    """
    try:
        return Lexicon(*_built_in_files(file.language), file)
    except LexiconError as error:
        raise LexiconError(f"{path}: {error}") from error


def lexicons_with(files: tuple[LexiconFile, ...]) -> Mapping[str, Lexicon]:
    """The built-in lexicons, each with the lists of its language and of every language."""
    return _joined(files) if files else lexicon.load_built_in()


@lru_cache(maxsize=8)
def _joined(files: tuple[LexiconFile, ...]) -> Mapping[str, Lexicon]:
    built_in = lexicon.load_built_in()
    joined: dict[str, Lexicon] = {}
    for language in sorted({*built_in, *(file.language for file in files)}):
        own = [file for file in files if file.language in (language, EVERY_LANGUAGE)]
        all_files = [*_built_in_files(language), *own]
        joined[language] = Lexicon(*all_files) if own else built_in[language]
    return MappingProxyType(joined)


def _built_in_files(language: str) -> Sequence[LexiconFile]:
    built_in = lexicon.load_built_in()
    return built_in[language].files if language in built_in else ()
