"""The shop's own phrases as rows of a table, and those rows as lexicon files, one a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cs_qa.errors import LexiconError
from cs_qa.phrases.checking import Checked, check
from cs_qa.phrases.lexicon_file import LexiconFile, read_lexicon_file
from cs_qa.store.settings import as_file, next_version
from cs_qa.ui.i18n import _
from cs_qa.ui.settings.toml import to_toml

NAME = "shop"
"""What the lists are called that the page makes: `shop/en@3`."""

COLUMNS = ("phrase", "label", "strength", "scope", "language", "matches", "clean")
_NEEDED = ("phrase", "label", "strength", "language")
_LISTS = ("matches", "clean")
_TYPED = ("phrase", "language", "matches", "clean")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """The lists that rows make: `unchanged` ones have the refs that are in use already."""

    changed: tuple[LexiconFile, ...]
    unchanged: tuple[str, ...]

    @property
    def refs(self) -> list[str]:
        """Give the refs of all, changed or not."""
        return [*self.unchanged, *(file.ref for file in self.changed)]


def rows_of(files: Iterable[LexiconFile]) -> list[Row]:
    """Give a row for each phrase of lists that the page made."""
    return [
        {
            "phrase": phrase,
            "label": group.label,
            "strength": group.strength,
            "scope": group.scope,
            "language": file.language,
            "matches": list(group.matches),
            "clean": list(group.clean),
        }
        for file in files
        for group in file.phrase
        for phrase in group.phrases
    ]


def drafted(rows: Sequence[Row], in_use: Sequence[LexiconFile], refs: Iterable[str]) -> Draft:
    """Make lists of rows, each that differs from the one in use with the next free version.

    `refs` are all that were ever saved. Raises LexiconError that names each row and key that
    does not hold.
    """
    told = [
        (number, row)
        for number, row in enumerate(map(_told, rows), start=1)
        if any(row[name] for name in _TYPED)
    ]
    problems = [problem for number, row in told if (problem := _lacking(number, row))]
    if problems:
        raise LexiconError("\n".join(problems))
    by_language: dict[str, list[Row]] = {}
    for _number, row in told:
        by_language.setdefault(row["language"], []).append(row)
    before = {file.language: file for file in in_use}
    known, changed, unchanged = list(refs), [], []
    for language, own in sorted(by_language.items()):
        file = _file(language, own, next_version(known, f"{NAME}/{language}"))
        current = before.get(language)
        if current is not None and current.phrase == file.phrase:
            unchanged.append(current.ref)
        else:
            changed.append(file)
    return Draft(tuple(changed), tuple(unchanged))


def content_of(file: LexiconFile) -> str:
    """Write a list as the TOML file that it is kept in."""
    table = file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return to_toml({"name": file.name, "language": file.language, "version": file.version} | table)


def checked(file: LexiconFile) -> Checked:
    """Check a list as `cs-qa lexicon check` does."""
    return as_file(_file_name(file.language), content_of(file), check)


def _told(row: Mapping[str, Any]) -> Row:
    """Give a row with texts trimmed; what the table editor leaves open becomes empty."""
    return {
        name: _list(row.get(name)) if name in _LISTS else _text(row.get(name)) for name in COLUMNS
    }


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    if isinstance(value, str | float) or value is None:
        return []
    return [text for each in value if (text := _text(each))]  # type: ignore[attr-defined]


def _lacking(number: int, row: Row) -> str:
    lacking = [name for name in _NEEDED if not row[name]]
    if not lacking:
        return ""
    return _("Row {number} ({phrase}) lacks: {names}. Fill it in, or delete the row.").format(
        number=number, phrase=row["phrase"] or "–", names=", ".join(lacking)
    )


def _file(language: str, rows: Sequence[Row], version: str) -> LexiconFile:
    groups = [
        {
            "phrases": [row["phrase"]],
            "label": row["label"],
            "strength": row["strength"],
            "scope": row["scope"] or "anywhere",
            "matches": row["matches"],
            "clean": row["clean"],
        }
        for row in rows
    ]
    table = {"name": NAME, "language": language, "version": version, "phrase": groups}
    return as_file(_file_name(language), to_toml(table), _read)


def _read(path: Path) -> LexiconFile:
    return read_lexicon_file(path)


def _file_name(language: str) -> str:
    return f"{NAME}-{language if language.isalpha() else 'all'}.toml"
