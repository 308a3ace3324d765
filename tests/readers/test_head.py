"""The first bytes of a file, as the readers see them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions, Source
from cs_qa.readers.head import HEAD_BYTES, is_pretty_json, is_text, read_head, unreadable

TEXT = "id,role,text\na,agent,您好，您的快递已经发出，请您耐心等待。\n"
MAIL = "id,role,text\na,agent,お待たせしております。\n"


def head_of(path: Path, data: bytes, encoding: str | None = None) -> bytes:
    path.write_bytes(data)
    return read_head(Source(path, ReadOptions(encoding=encoding)))


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"]
)
@pytest.mark.parametrize("blanks", ["", "\r\n \n"])
def test_text_comes_in_utf8(tmp_path: Path, codec: str, blanks: str) -> None:
    assert head_of(tmp_path / "t", f"{blanks}{TEXT}".encode(codec)) == TEXT.encode()


def test_escapes_and_names_count(tmp_path: Path) -> None:
    path = tmp_path / "t"
    assert head_of(path, MAIL.encode("iso2022_jp")) == MAIL.encode()
    assert head_of(path, "图片".encode("gbk"), "gb18030") == "图片".encode()
    assert head_of(path, b"PAR1\x00\xff\xfe", "gb18030") == b"PAR1\x00\xff\xfe"


def test_a_long_head_is_cut_within_a_character_at_worst(tmp_path: Path) -> None:
    text = "a," + "您的快递已经发出，" * 9_000
    for codec in ("utf-8", "gb18030", "utf-16"):
        head = head_of(tmp_path / "t", text.encode(codec))
        assert text.startswith(head.decode("utf-8", "ignore"))
        assert len(head) > HEAD_BYTES // 2


@pytest.mark.parametrize("data", [b"PAR1\x15\x04", b"PK\x03\x04\x14\x00", b"\x1f\x8b\x08\x00\x01"])
def test_what_is_no_text_comes_as_it_is(tmp_path: Path, data: bytes) -> None:
    assert head_of(tmp_path / "t", data) == data


def test_blanks_before_the_text_are_passed_over(tmp_path: Path) -> None:
    assert head_of(tmp_path / "t", b"\n" * 3 * HEAD_BYTES + b"x") == b"x"
    with pytest.raises(InputError, match="is empty"):
        head_of(tmp_path / "t", b" \n" * HEAD_BYTES)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"id,role\n", True),
        ("您好".encode(), True),
        ("您好".encode("gbk"), True),
        (b"h\0i, there and so on", True),
        (b"\0\0\0h", False),
        (b"\xe9\x01", False),
        (b"%PDF-1.7\n%text", False),
        (b"\x1f\x8b\x08", False),
    ],
)
def test_what_is_text(head: bytes, expected: bool) -> None:
    assert is_text(head) is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [(b"[{}]", True), (b"{\n}", True), (b'{"id": 1}\n', False), (b"id,role", False)],
)
def test_pretty_json(head: bytes, expected: bool) -> None:
    assert is_pretty_json(head) is expected


@pytest.mark.parametrize(
    ("head", "advice"),
    [
        (b"BZh91AY&SY", "bunzip2"),
        (b"7z\xbc\xaf\x27\x1c\0", "is a 7-Zip archive; unpack it first"),
        (b"%PDF-1.4", "is a PDF; export the conversations"),
        (b"PK\x05\x06\0\0", "is an empty zip archive"),
        (b"[1]", "is JSON that holds neither"),
        (b"\x89PNG", "Known formats: csv, jsonl"),
    ],
)
def test_advice_for_what_nobody_reads(head: bytes, advice: str) -> None:
    error = unreadable("t.csv", head, known=["jsonl", "csv"])
    assert "t.csv" in str(error)
    assert advice in str(error)


def test_a_spooled_file_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "copy"
    path.write_bytes("id,role,text\na,agent,图片\n".encode("gbk"))
    source = Source(path, title="<stdin>")
    with pytest.raises(InputError, match=r"^<stdin>: its bytes do not tell"), source.open_text():
        pass
