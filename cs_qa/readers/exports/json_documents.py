"""The documents of a JSON file, one at a time, however they are packed.

A file may hold JSON lines, one array, one object, objects one after another, or an object that
wraps a list of documents (`{"tickets": [...], "count": 2}`). Only one document at a time is held.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cs_qa.errors import InputError, RowError
from cs_qa.readers.exports.json_window import BrokenJsonError, JsonWindow
from cs_qa.readers.head import is_text
from cs_qa.readers.ids import SeenIds, unique_transcript
from cs_qa.readers.source import Source, ignore_note
from cs_qa.types import Transcript

__all__ = [
    "MAX_DOCUMENT_CHARS",
    "Document",
    "has_keys",
    "is_export",
    "json_documents",
    "quietly",
    "read_documents",
]

MAX_DOCUMENT_CHARS = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Document:
    """One value of a file. `number` counts those of its list from 1, `line` is where it begins.

    `list_name` is the key of the list that it stands in, None where it stands alone or in an array;
    `around` holds the other keys of that object: those before the list, and those after it once
    the list is at its end.
    """

    number: int
    line: int
    value: object
    list_name: str | None = None
    around: Mapping[str, object] = field(default_factory=dict)


Convert = Callable[[Document], Iterator[Mapping[str, object]]]


def has_keys(head: bytes, *combinations: Collection[str]) -> bool:
    """Whether text begins as JSON that has all keys of one of the combinations.

    A key inside a message does not count, since its quotes are escaped.
    """
    return (
        head.startswith((b"{", b"["))
        and is_text(head)
        and any(all(_has_key(head, key) for key in keys) for keys in combinations)
    )


def is_export(head: bytes, *combinations: Collection[str]) -> bool:
    """Whether it has the keys of a vendor's export and is none of our own transcripts."""
    return not has_keys(head, ["turns"]) and has_keys(head, *combinations)


def _has_key(head: bytes, key: str) -> bool:
    return re.search(rb'(?<!\\)"' + re.escape(key).encode() + rb'"\s*:', head) is not None


def read_documents(
    source: Source, convert: Convert, *, lists: Collection[str] = ()
) -> Iterator[Transcript]:
    """Read the transcripts of the objects of the contract that `convert` makes of each document.

    What cannot be used is refused at the source, and reading goes on. Raises InputError where the
    file holds no document at all.
    """
    seen = SeenIds()
    document = None
    is_refused = False

    def refuse(error: RowError) -> None:
        nonlocal is_refused
        is_refused = True
        source.on_error(error)

    for document in json_documents(replace(source, on_error=refuse), lists=lists):
        try:
            for row in convert(document):
                transcript = unique_transcript(
                    row,
                    document.number,
                    seen,
                    timezone=source.options.timezone,
                    unit="item",
                )
                if transcript is not None:
                    yield transcript
        except InputError as problem:
            source.refuse(f"item {document.number}: {problem}", document.line)
    if document is None and not is_refused:
        raise InputError(f"{source.name} holds no conversation that could be read")


def quietly(source: Source) -> Source:
    """The same input, for a look ahead that leaves its problems to the reading itself."""
    return replace(source, on_error=_ignore_error, on_note=ignore_note)


def _ignore_error(_error: RowError) -> None:
    pass


def json_documents(
    source: Source,
    *,
    lists: Collection[str] = (),
    max_chars: int = MAX_DOCUMENT_CHARS,
) -> Iterator[Document]:
    """Yield the documents of a file as a stream.

    An object that has one of `lists` as a key gives the items of that list; where an object stands
    there, it is looked into in the same way. Broken JSON is refused at the source: what stood
    before was given, and after it reading goes on only from a line that begins another object.
    """
    with source.open_text() as file:
        yield from _Walk(source, JsonWindow(file, max_chars), lists).documents()


class _Walk:
    """The way through one file."""

    def __init__(self, source: Source, text: JsonWindow, lists: Collection[str]) -> None:
        self._source = source
        self._text = text
        self._lists = lists
        self._counts: Counter[str | None] = Counter()
        self._list: str | None = None
        self._inside = 0

    def documents(self) -> Iterator[Document]:
        text = self._text
        while mark := text.peek():
            try:
                if mark == "[":
                    yield from self._items(None, {})
                elif mark == "{":
                    yield from self._object()
                else:
                    text.begin_document()
                    line = text.line
                    yield from self._document(text.value(), line)
            except BrokenJsonError as problem:
                self._refuse(problem)
                if self._inside or not text.go_to_next_object():
                    return

    def _items(self, name: str | None, around: Mapping[str, object]) -> Iterator[Document]:
        text = self._text
        text.take("[")
        self._inside += 1
        self._list = name
        while text.peek() != "]":
            text.begin_document()
            line = text.line
            yield from self._document(text.value(), line, name, around)
            if text.peek() != "]":
                text.take(",")
        text.take("]")
        self._inside -= 1

    def _object(self) -> Iterator[Document]:
        text = self._text
        text.begin_document()
        line = text.line
        # Most objects are documents, small ones, that are decoded faster as a whole.
        if (held := text.held_value()) and not self._is_wrapper(held[0]):
            text.pass_to(held[1])
            yield from self._document(held[0], line)
            return
        row: dict[str, object] = {}
        is_wrapper = False
        text.take("{")
        while text.peek() != "}":
            key = text.key()
            mark = text.peek()
            if key in self._lists and mark in ("[", "{"):
                is_wrapper = True
                yield from self._items(key, row) if mark == "[" else self._object()
                text.begin_document()
            else:
                row[key] = text.value()
            if text.peek() != "}":
                text.take(",")
        text.take("}")
        if not is_wrapper:
            yield from self._document(row, line)

    def _is_wrapper(self, value: object) -> bool:
        return isinstance(value, dict) and any(
            isinstance(value.get(name), list | dict) for name in self._lists
        )

    def _document(
        self,
        value: object,
        line: int,
        name: str | None = None,
        around: Mapping[str, object] | None = None,
    ) -> Iterator[Document]:
        self._counts[name] += 1
        number = self._counts[name]
        if (byte := self._text.bad_byte) is not None:
            self._source.refuse(
                f"item {number}: byte 0x{byte:02x} does not belong to the file's encoding; save "
                "the file as UTF-8",
                line,
            )
        else:
            yield Document(number, line, value, name, {} if around is None else around)

    def _refuse(self, problem: BrokenJsonError) -> None:
        count = self._counts[self._list]
        place = f"after item {count}" if count else "before the first item"
        self._source.refuse(
            f"{place}: broken JSON ({problem}); what stood before was read", self._text.line
        )
