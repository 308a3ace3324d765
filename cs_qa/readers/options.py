"""What a user can tell the readers about a file that the file does not say itself."""

from __future__ import annotations

import codecs
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from cs_qa.errors import InputError
from cs_qa.readers.dates import DateOrder
from cs_qa.readers.encodings.encoding import UNDECODED
from cs_qa.readers.tables.columns import MAPPABLE
from cs_qa.readers.times import zone
from cs_qa.readers.values import shown
from cs_qa.types import Role

__all__ = ["DateOrder", "ReadOptions"]


class ReadOptions(BaseModel):
    """How to read a file; also the format of a mapping file (`--mapping FILE`, TOML).

    `columns` names their column or key for ours ({"text": "message"}), `roles` the role that a word
    of theirs stands for ({"Berater": "agent"}). `encoding` is the name of a character set, None to
    find it out. `timezone` (IANA) holds for times that name neither an offset nor a zone,
    `date_order` for dates such as 3/4/2026. `agents` are the names of those who answer for the
    shop, in formats that do not tell.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, str] = {}
    roles: dict[str, Role] = {}
    encoding: str | None = None
    timezone: str | None = None
    date_order: DateOrder | None = None
    agents: tuple[str, ...] = ()

    def __init__(self, **options: Any) -> None:
        """Check options. Raises InputError that names each key that does not hold."""
        try:
            super().__init__(**options)
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, item['loc']))}: {_problem(item['type'], item['msg'])}"
                for item in error.errors()
            )
            raise InputError(problems) from error

    @classmethod
    def load(cls, path: Path) -> ReadOptions:
        """Read a mapping file. Raises InputError that names each key that does not hold."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputError(f"{path} is not TOML in UTF-8: {error}") from error
        try:
            return cls(**data)
        except InputError as error:
            raise InputError(f"{path}: {error}") from error

    @field_validator("columns")
    @classmethod
    def _known_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        unknown = [name for name in columns if name not in MAPPABLE]
        if unknown:
            raise ValueError(
                f"{', '.join(map(shown, unknown))} is none of ours. Possible: "
                f'{", ".join(MAPPABLE)}; write it as our name = "their column"'
            )
        if len(set(columns.values())) < len(columns):
            raise ValueError("a column stands twice; map each column to one name")
        return columns

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, encoding: str | None) -> str | None:
        if encoding is None:
            return None
        try:
            b"a".decode(encoding, UNDECODED)  # some of Python's codecs are no character sets
            return codecs.lookup(encoding).name
        except (LookupError, UnicodeError):
            raise ValueError(
                f"{shown(encoding)} is no character set; possible are utf-8, utf-16, gb18030, "
                "big5, shift_jis, euc_kr, windows-1252 and the others that Python knows"
            ) from None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str | None) -> str | None:
        return None if name is None else zone(name).key


def _problem(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return f"unknown key. Known: {', '.join(ReadOptions.model_fields)}"
    return message.removeprefix("Value error, ")
