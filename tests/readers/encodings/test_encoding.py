"""Encodings: told from the bytes, announced, or refused; never wrong in silence."""

from __future__ import annotations

import codecs
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions, Source, read
from cs_qa.readers.encodings import encoding
from cs_qa.readers.encodings.encoding import (
    UNDECODED,
    find_encoding,
    marked_encoding,
    undecoded,
    zero_byte_encoding,
)

ZH = "您好，您的快递已经发出，预计后天送到。请问还有什么可以帮您？"
TRADITIONAL = "您好，您的包裹已經寄出，預計後天送達。請問還有什麼可以幫您？"
CANTONESE = "你哋嘅貨幾時先送到呀？我等咗好耐喇，唔該幫我睇吓。"
JA = "お待たせしております。ご注文の商品は明日お届けいたします。"
KO = "안녕하세요, 주문하신 상품은 모레 도착할 예정입니다."
FR = "Bonjour, où est passée ma commande ? J'ai déjà écrit à l'équipe."
RU = "Здравствуйте, где моя посылка? Жду уже две недели."
PL = "Dzień dobry, gdzie są moje paczki? Czekam już długo, proszę o jakąś pomoc."
TR = "Merhaba, siparişim nerede? İki haftadır bekliyorum, teşekkürler."
AR = "مرحبا، أين طلبي؟ أنا أنتظر منذ أسبوعين."
TH = "สวัสดีค่ะ สินค้ายังไม่ถึงเลยค่ะ ช่วยตรวจสอบให้หน่อย"
VI = "Chào bạn, đơn hàng của mình đâu rồi ạ? Mình chờ hai tuần rồi."
EL = "Καλησπέρα σας, πού βρίσκεται η παραγγελία μου;"
HE = "שלום, איפה ההזמנה שלי? אני מחכה כבר שבועיים."
HU = "Jó napot, hol van a csomagom? Két hete várok rá, őszintén szólva szörnyű."

FOUND: list[tuple[str, str, str]] = [
    (ZH, "utf-8", "utf-8-sig"),
    (FR, "utf-8-sig", "utf-8-sig"),
    (ZH, "utf-16", "utf-16"),
    (ZH, "utf-32", "utf-32"),
    (ZH, "utf-16-le", "utf-16-le"),
    (AR, "utf-16-be", "utf-16-be"),
    (FR, "utf-16-le", "utf-16-le"),
    (FR, "utf-32-be", "utf-32-be"),
    (ZH, "gbk", "gb18030"),
    (f"{ZH} 😀 {RU} {JA}", "gb18030", "gb18030"),
    (f"{ZH}\n────── ● ──────", "gbk", "gb18030"),
    (TRADITIONAL, "big5", "cp950"),
    (CANTONESE, "big5hkscs", "big5hkscs"),
    (JA, "cp932", "cp932"),
    (JA, "euc_jp", "euc_jp"),
    (JA, "iso2022_jp", "iso2022_jp_2"),
    (KO, "euc_kr", "cp949"),
    (FR, "cp1252", "cp1252"),
    (f"{FR} 12 €, « œuvre »", "cp1252", "cp1252"),
    (f"{FR} 12 €, un œil sur le coût", "iso8859-15", "iso8859-15"),
    (f"{FR}\nWo ist mein Paket? Schöne Grüße\n¿Dónde está? Mañana", "cp1252", "cp1252"),
    (RU, "cp1251", "cp1251"),
    (RU, "koi8-r", "koi8-r"),
    (RU, "cp866", "cp866"),
    (PL, "cp1250", "cp1250"),
    (PL, "iso8859-2", "iso8859-2"),
    (
        "Dzień dobry. Kurtka dotarła wczoraj, ale rękaw jest za długi i są plamy.",
        "cp1250",
        "cp1250",
    ),
    (
        "Dzień dobry. Proszę sprawdzić paczkę, czy dotarła; długo już idzie, dość.",
        "cp1250",
        "cp1250",
    ),
    (HU, "cp1250", "cp1250"),
    (TR, "cp1254", "cp1254"),
    (AR, "cp1256", "cp1256"),
    (TH, "cp874", "cp874"),
    (VI, "cp1258", "cp1258"),
    (EL, "cp1253", "cp1253"),
    (HE, "cp1255", "cp1255"),
]


def found(path: Path, named: str | None = None) -> tuple[str, list[str]]:
    notes: list[str] = []
    return find_encoding(path, named=named, on_note=notes.append), notes


def as_vietnamese(text: str) -> str:
    """Windows-1258 writes tones as marks of their own, after letters that it has whole."""

    def spelt(char: str) -> str:
        parts = normalize("NFD", char)
        tone = next((mark for mark in "\u0300\u0301\u0303\u0309\u0323" if mark in parts), "")
        return normalize("NFC", parts.replace(tone, "")) + tone if tone else char

    return "".join(map(spelt, text))


@pytest.mark.parametrize(("text", "written", "expected"), FOUND)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""], ids=["LF", "CRLF", "no end"])
def test_found_from_the_bytes(
    tmp_path: Path, text: str, written: str, expected: str, end: str
) -> None:
    path = tmp_path / "t.csv"
    if written == "cp1258":
        text = as_vietnamese(text)
    data = f"id,role,text{end or chr(10)}a,agent,{text}{end}".encode(written)
    path.write_bytes(data)
    name, notes = found(path)
    assert name == expected
    assert data.decode(name) == data.decode(written)
    if expected in ("utf-8-sig", "utf-16", "utf-32"):
        assert notes == []
    else:
        [note] = notes
        assert note.startswith(f"read as {expected}, as its ")
        assert "--encoding" in note


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "",
        "café",
        "à",
        "£5",
        "½",
        "50 °C",
        "25 × 3 cm",
        "naïve",
        "Łódź",
        "cafe\u0301",
        "Где?",
        "я",
        "سلام",
        "图片",
        "ok图片",
        "สวัสดี",
        "Đặt ở đâu",
        "😀",
        "it’s",
    ],
)
def test_little_utf8_is_utf8(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"id,role,text\na,agent,{text}", encoding="utf-8")
    assert found(path) == ("utf-8-sig", [])


DOUBTFUL: list[tuple[bytes, str]] = [
    ("图片".encode("gbk"), "likeliest: utf-8, gb18030"),
    ("亲".encode("gbk"), "name it with --encoding"),
    ("Goddag, jeg har ventet på den, så øv".encode("cp437", "replace"), "name it with --encoding"),
    (FR.encode("mac_roman"), "name it with --encoding"),
    (b"\xff\xfa\x81\x9d\xfe\x90", "save the file as UTF-8"),
]


@pytest.mark.parametrize(("data", "expected"), DOUBTFUL)
def test_what_the_bytes_do_not_tell_is_refused(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,role,text\na,agent," + data + b"\n")
    with pytest.raises(InputError) as caught:
        found(path)
    assert str(caught.value).startswith(f"{path}: its bytes do not tell the encoding")
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_named_encoding_is_taken_at_its_word(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("图片".encode("gbk"))
    assert found(path, "gb18030") == ("gb18030", [])
    assert found(path, "cp1251") == ("cp1251", [])
    assert found(path, "utf-8") == ("utf-8-sig", [])


@pytest.mark.parametrize(
    ("data", "named", "expected"),
    [
        (ZH.encode("utf-16"), "utf-16", "utf-16"),
        (FR.encode("utf-16-be"), "utf-16", "utf-16-be"),
        (FR.encode("utf-16-le"), "utf-16", "utf-16-le"),
        ("您好".encode("utf-16-le"), "utf-16", "utf-16-le"),
        (FR.encode("utf-32-be"), "utf-32", "utf-32-be"),
        (ZH.encode("utf-16-be"), "utf-16-be", "utf-16-be"),
        (ZH.encode("utf-8-sig"), "utf-8", "utf-8-sig"),
    ],
)
def test_named_utf16_finds_its_byte_order(
    tmp_path: Path, data: bytes, named: str, expected: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(data)
    assert found(path, named) == (expected, [])


def test_a_mark_speaks_against_a_name(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(ZH.encode("utf-8-sig"))
    name, [note] = found(path, "gb18030")
    assert name == "utf-8-sig"
    assert "byte order mark" in note


def lines(text: str, count: int, codec: str) -> bytes:
    return "".join(f"{number},agent,{text}\n" for number in range(count)).encode(codec)


def test_broken_lines_do_not_change_the_encoding_of_the_others(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(lines(FR, 9, "utf-8") + lines(FR, 2, "cp1252"))
    assert found(path) == ("utf-8-sig", [])
    path.write_bytes(lines(FR, 9, "utf-8") + lines(FR, 4, "cp1252"))
    name, [note] = found(path)
    assert name == "utf-8-sig"
    assert note.startswith("4 of 13 lines with letters beyond ASCII do not decode as utf-8")
    cut = lines(ZH, 20, "gbk") + b"x,agent," + ZH.encode("gbk")[:-1] + b"\n"
    path.write_bytes(cut)
    assert found(path)[0] == "gb18030"


def test_a_named_encoding_that_does_not_fit_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(lines(FR, 5, "cp1252"))
    name, [note] = found(path, "utf-8")
    assert name == "utf-8-sig"
    assert note.startswith("5 of 5 lines")
    assert "--encoding" in note


def test_lines_of_utf8_in_another_encoding_are_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(lines(f"{RU} Да.", 40, "cp1251") + lines("Привет", 2, "utf-8"))
    name, notes = found(path)
    assert name == "cp1251"
    assert notes[1].startswith("2 of 42 lines with letters beyond ASCII are UTF-8 instead")


def test_of_two_mixed_encodings_utf8_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(lines(ZH, 60, "gbk") + lines(f"{ZH}好", 50, "utf-8"))
    name, [note] = found(path)
    assert name == "utf-8-sig"
    assert note.startswith("60 of 110 lines")


def test_letters_may_come_late(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    plain = b"a,agent,One moment please, let me have a look at it.\n" * 60_000
    path.write_bytes(plain + lines(ZH, 1, "gbk"))
    assert found(path)[0] == "gb18030"
    path.write_bytes(plain)
    assert found(path) == ("utf-8-sig", [])


@pytest.mark.parametrize(("codec", "expected"), [("gbk", "gb18030"), ("utf-8", "utf-8-sig")])
@pytest.mark.parametrize("head", ["", "a", "ab"])
def test_a_line_longer_than_the_sample_is_cut_between_characters(
    tmp_path: Path, codec: str, expected: str, head: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(f"{head},{ZH * 50_000}".encode(codec))
    assert found(path)[0] == expected


def test_a_large_file_is_sampled_at_many_places(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    size = encoding.BLOCK_BYTES * 2 // len(lines(ZH, 1, "gbk"))
    path.write_bytes(lines(ZH, size, "utf-8") + lines(ZH, size, "gbk"))
    name, [note] = found(path)
    assert name == "utf-8-sig"
    assert "do not decode as utf-8" in note


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (codecs.BOM_UTF8 + b"x", "utf-8-sig"),
        (codecs.BOM_UTF16_LE + b"x\0", "utf-16"),
        (codecs.BOM_UTF16_BE + b"\0x", "utf-16"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (b"", None),
        (b"id,role", None),
    ],
)
def test_marks(head: bytes, expected: str | None) -> None:
    assert marked_encoding(head) == expected


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\0\0\0\0\0\0",
        b"id,role,text\na,agent,h\0i\n",
        b"a,agent," + b"\0" * 50,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0",
        bytes(range(256)) * 8,
        b"\x01\x00\x05" * 9,
        b"\x00\xd8" + b"a\0" * 9,
    ],
)
def test_zero_bytes_in_other_files(head: bytes) -> None:
    assert zero_byte_encoding(head) is None


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.integers(0, 3))
def test_utf8_with_broken_bytes_decodes_to_marks(text: str, place: int) -> None:
    data = text.encode()
    assert undecoded(data.decode("utf-8", UNDECODED)) is None
    broken = (data[:place] + b"\xff" + data[place:]).decode("utf-8", UNDECODED)
    where = undecoded(broken)
    assert where is not None
    assert 0xDC80 <= ord(broken[where]) <= 0xDCFF


def test_only_decoding_is_lenient() -> None:
    with pytest.raises(UnicodeEncodeError):
        "é".encode("ascii", UNDECODED)


@pytest.mark.parametrize("name", ["rot13", "hex", "idna", "undefined", "klingon"])
def test_what_is_no_character_set_cannot_be_named(name: str) -> None:
    with pytest.raises(InputError, match="is no character set; possible are utf-8"):
        ReadOptions(encoding=name)


ROW = '{"id": "t1", "turns": [{"role": "agent", "text": "%s"}]}\n'
READ = [(text, written) for text, written, _ in FOUND if "\n" not in text and "«" not in text]


@pytest.mark.parametrize(("text", "written"), READ)
def test_json_lines_are_read_in_any_encoding(tmp_path: Path, text: str, written: str) -> None:
    path = tmp_path / "t.jsonl"
    if written == "cp1258":
        text = as_vietnamese(text)
    path.write_bytes((ROW % text).encode(written))
    [transcript] = read(path)
    assert [transcript.id, transcript.turns[0].text] == ["t1", text]


def test_the_text_comes_without_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "t.txt"
    for codec in ("utf-8-sig", "utf-16", "utf-32"):
        path.write_bytes(ZH.encode(codec))
        with Source(path).open_text() as file:
            assert file.read() == ZH
