"""What the text logs share, and the figures of their reference page."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest

from cs_qa.errors import InputError
from cs_qa.readers import READERS, ReadOptions, Source, read
from cs_qa.readers.logs import chat_log as module
from cs_qa.readers.logs.chat_log import head_lines, hour_of_day, log_lines, stem

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "chat-logs.md"


@pytest.mark.parametrize("name", ["whatsapp", "qianniu"])
def test_figures_of_the_reference(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    _, conversations, turns, _ = row.split(" | ")
    files = sorted((Path(__file__).parent / "fixtures" / name).rglob("*.txt"))
    found = [t for file in files for t in read(file, options=ReadOptions(timezone="UTC"))]
    counted = re.search(r"\[(\d+) ", row)
    assert counted is not None
    assert (len(files), len(found), sum(len(t.turns) for t in found)) == (
        int(counted[1]),
        int(conversations),
        int(turns),
    )


def test_every_fixture_is_recognised_by_its_reader_alone() -> None:
    for name in ("whatsapp", "qianniu"):
        for file in (Path(__file__).parent / "fixtures" / name).rglob("*.txt"):
            head = file.read_bytes()
            head = head.decode("gb18030").encode() if "gbk" in file.name else head
            chosen = next(key for key in READERS if READERS[key].recognises(head.lstrip(), ".txt"))
            assert chosen == name


@pytest.mark.parametrize(
    ("hour", "marker", "expected"),
    [
        (9, None, 9),
        (9, "a.m.", 9),
        (12, "AM", 0),
        (12, "p. m.", 12),
        (9, "PM", 21),
        (21, "PM", 21),
        (21, "AM", 21),
        (11, "中午", 11),
        (1, "中午", 13),
        (8, "晚上", 20),
        (9, "CH", 21),
        (9, "หลังเที่ยง", 21),
        (9, "ก่อนเที่ยง", 9),
    ],
)
def test_hours(hour: int, marker: str | None, expected: int) -> None:
    assert hour_of_day(hour, marker) == expected


def test_a_line_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LINE_CHARS", 10)
    lines = log_lines(StringIO("short\n" + "x" * 11), Source(Path("chat.txt")))
    assert next(lines) == (1, "short")
    with pytest.raises(InputError, match=r"chat\.txt: line 2 has over 10 characters"):
        next(lines)


def test_the_last_line_of_a_cut_head_is_left_out() -> None:
    whole = b"a\nb\n" + b"c" * 70_000
    assert head_lines(whole) == ["a", "b"]
    assert head_lines(b"a\nb") == ["a", "b"]
    assert head_lines(b"\x00\x01") == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Source(Path("folder/log.txt")), "log"),
        (Source(Path("folder/v1.2")), "v1.2"),
        (Source(Path("/tmp/x"), title="<stdin>"), "stdin"),
    ],
)
def test_what_a_file_is_called(source: Source, expected: str) -> None:
    assert stem(source) == expected
