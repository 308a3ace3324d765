"""Write tables as TOML, which rubrics, lexicons and packs are kept in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def to_toml(table: Mapping[str, Any]) -> str:
    """Write strings, numbers, truth values, lists and tables; a key that is None is left out.

    >>> print(to_toml({"name": "shop", "grades": {"pass": 70.0}, "phrase": [{"label": "x"}]}))
    name = "shop"
    <BLANKLINE>
    [grades]
    pass = 70.0
    <BLANKLINE>
    [[phrase]]
    label = "x"
    <BLANKLINE>
    """
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key, value in table.items():
        if value is not None and not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in table.items():
        name = ".".join(_key(part) for part in (*path, key))
        if _is_table(value):
            yield from ("", f"[{name}]", *_lines(value, (*path, key)))
        elif _is_tables(value):
            for each in value:
                yield from ("", f"[[{name}]]", *_lines(each, (*path, key)))


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_table, value))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _value(key)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    # JSON's strings are TOML's, but for a control character and half pairs that JSON leaves be.
    text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return text.encode("utf-8", "replace").decode()
