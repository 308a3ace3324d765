"""WhatsApp exports: each region's dates and words, who speaks, and what is only like an export."""

from __future__ import annotations

import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import InputError, RowError
from cs_qa.readers import ReadOptions, read
from cs_qa.readers.logs.whatsapp import WhatsApp
from cs_qa.types import Transcript

FIXTURES = Path(__file__).parent / "fixtures" / "whatsapp"
MARK = "\u200e"
NOTICE = "Messages and calls are end-to-end encrypted."


def read_chat(path: Path, **options: Any) -> tuple[Transcript, list[str]]:
    notes: list[str] = []
    options = {"timezone": "UTC", **options}
    (transcript,) = read(path, options=ReadOptions(**options), on_note=notes.append)
    return transcript, [note.split(".txt: ", 1)[1] for note in notes]


def chat(tmp_path: Path, text: str, name: str = "export.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def turns(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.role, turn.text) for turn in transcript.turns]


def clocks(transcript: Transcript) -> list[str | None]:
    return [turn.at and f"{turn.at:%Y-%m-%d %H:%M:%S}" for turn in transcript.turns]


# C customer, A agent, S system; the clock of the customer's first turn and of the agent's first.
REGIONS = [
    ("WhatsApp Chat with Ana.txt", "Ana", "SCACSSA", "09:03:00", "09:04:00"),
    ("WhatsApp Chat - Ben/_chat.txt", "Ben", "SCCAASSC", "09:03:12", "12:05:00"),
    ("WhatsApp-Chat mit Herrn Öztürk.txt", "Herrn Öztürk", "SCACS", "09:03:00", "09:05:00"),
    ("Chat de WhatsApp con Lucía.txt", "Lucía", "SCACS", "09:03:00", "21:04:00"),
    ("Conversa do WhatsApp com João.txt", "João", "SCACS", "09:03:00", "09:10:00"),
    ("Discussion WhatsApp avec Zoé.txt", "Zoé", "SCACS", "09:03:00", "09:08:00"),
    ("Chat WhatsApp con Gino.txt", "Gino", "CACS", "09:03:00", "09:15:00"),
    ("WhatsApp-chat met Fleur.txt", "Fleur", "CACS", "09:03:00", "09:07:00"),
    ("Czat WhatsApp z Ola.txt", "Ola", "CACS", "09:03:00", "09:06:00"),
    ("Чат WhatsApp с Ирина.txt", "Ирина", "SCACS", "09:03:00", "09:05:00"),
    ("Deniz ile WhatsApp Sohbeti.txt", "Deniz", "SCACS", "09:03:00", "21:05:00"),
    ("محادثة واتساب مع ليلى.txt", "ليلى", "CACS", "09:03:00", "21:05:00"),
    ("佐藤さんとのWhatsAppチャット.txt", "佐藤さん", "SCACS", "09:03:00", "21:05:00"),
    ("WhatsApp 대화 - 민수/_chat.txt", "민수", "SCACS", "09:03:12", "21:05:00"),
    ("与小林的 WhatsApp 聊天.txt", "小林", "SCACS", "09:03:00", "21:05:00"),
    ("แชท WhatsApp กับ มะลิ.txt", "มะลิ", "CACS", "09:03:00", "09:05:00"),
    ("Cuộc trò chuyện WhatsApp với Linh.txt", "Linh", "CACS", "09:03:00", "09:05:00"),
    ("Chat WhatsApp dengan Dewi.txt", "Dewi", "CACS", "09:03:00", "21:05:00"),
]


@pytest.mark.parametrize(("name", "customer", "roles", "first", "answer"), REGIONS)
def test_each_region(name: str, customer: str, roles: str, first: str, answer: str) -> None:
    transcript, notes = read_chat(FIXTURES / name)

    assert (transcript.id, transcript.customer_id, transcript.channel) == (
        customer,
        customer,
        "whatsapp",
    )
    assert "".join(turn.role[0].upper() for turn in transcript.turns) == roles
    times = dict(zip(reversed(roles), reversed(clocks(transcript)), strict=True))
    assert (times["C"], times["A"]) == (f"2026-11-16 {first}", f"2026-11-16 {answer}")
    assert len(notes) == 1
    assert "whom the file's name names" in notes[0]
    assert "--agent" in notes[0]


def test_every_fixture_is_in_the_table() -> None:
    assert {str(path.relative_to(FIXTURES)) for path in FIXTURES.rglob("*.txt")} == {
        name for name, *_ in REGIONS
    }


def test_lines_below_belong_to_the_message() -> None:
    transcript, _ = read_chat(FIXTURES / "WhatsApp Chat with Ana.txt")
    assert transcript.turns[1].text == (
        "Hello, my parcel says: delivered.\nBut nothing is here:\n\n- not at the door\n"
        "- not at the neighbours'"
    )
    assert transcript.turns[2].extra == {"edited": True}
    assert transcript.turns[2].text.endswith("the courier now.")
    assert transcript.agent_id == "Shop Support"


STAMPS = [
    ("11/16/26, 9:03 AM - ", "2026-11-16 09:03:00"),
    ("11/16/26, 9:03 PM - ", "2026-11-16 21:03:00"),
    ("11/16/26, 12:03\u202fAM - ", "2026-11-16 00:03:00"),
    ("11/16/26, 12:03 PM - ", "2026-11-16 12:03:00"),
    ("16/11/2026, 9:03 pm - ", "2026-11-16 21:03:00"),
    ("2026-11-16, 9:03 p.m. - ", "2026-11-16 21:03:00"),
    ("16/11/2026, 9:03 p. m. - ", "2026-11-16 21:03:00"),
    ("16.11.26, 09:03 - ", "2026-11-16 09:03:00"),
    ("16. 11. 2026 9:03 - ", "2026-11-16 09:03:00"),
    ("16.11.2026 klo 9.03 - ", "2026-11-16 09:03:00"),
    ("16.11.2026 kl. 09.03 - ", "2026-11-16 09:03:00"),
    ("16/11/2026 à 09:03 - ", "2026-11-16 09:03:00"),
    ("2026-11-16 09 h 03 - ", "2026-11-16 09:03:00"),
    ("16-11-2026 09:03 - ", "2026-11-16 09:03:00"),
    ("[16/11/2026, 09:03:12] ", "2026-11-16 09:03:12"),
    ("[16.11.26, 5:52:02\u202fPM] ", "2026-11-16 17:52:02"),
    (f"{MARK}[16/11/2026 09:03:12] ", "2026-11-16 09:03:12"),
    ("[2026. 11. 16. 오후 9:03:12] ", "2026-11-16 21:03:12"),
    ("2026년 11월 16일 오전 9:03 - ", None),
    ("[2026/11/16 下午9:03:12] ", "2026-11-16 21:03:12"),
    ("2026年11月16日 午後9:03 - ", "2026-11-16 21:03:00"),
    ("2026/11/16 凌晨12:03 - ", "2026-11-16 00:03:00"),
    ("2026/11/16 中午12:03 - ", "2026-11-16 12:03:00"),
    ("2026/11/16 中午1:03 - ", "2026-11-16 13:03:00"),
    ("16/11/69 09:03 - ", "2026-11-16 09:03:00"),
    ("16/11/2569 หลังเที่ยง 9:03 - ", "2026-11-16 21:03:00"),
    ("9:03 CH, 16/11/2026 - ", "2026-11-16 21:03:00"),
    ("16/11/2026 09:03:12: ", "2026-11-16 09:03:12"),
    ("45/11/2026, 09:03 - ", None),
    ("16/11/2026, 25:03 - ", None),
    ("16/11/2026, 09:61 - ", None),
    ("16/11/2026 - ", None),
    ("at 16/11/2026, 09:03 - ", None),
]


@pytest.mark.parametrize(("stamp", "expected"), STAMPS)
def test_stamps(tmp_path: Path, stamp: str, expected: str | None) -> None:
    text = f"{stamp}Ana: Hello\n{stamp}Shop: Hi\n"
    assert WhatsApp().recognises(text.encode(), ".txt") == (expected is not None)
    if expected is not None:
        transcript, _ = read_chat(chat(tmp_path, text))
        assert clocks(transcript) == [expected, expected]
        assert turns(transcript) == [("customer", "Hello"), ("agent", "Hi")]


NO_EXPORTS = [
    "id,role,text\n1,agent,16/11/2026\n",
    "2026-11-16 09:03:12 - INFO: started\n2026-11-16 09:03:13 - INFO: done\n",
    "2026-11-16 09:03:12,120 - root - INFO - started\n",
    "[2026-11-16T09:03:12Z] GET /index.html\n",
    "Dear all,\n16/11/2026, 09:03 - Ana: Hello\n",
    "16/11/2026, 09:03 - nobody speaks here\n",
    '{"id": 1, "turns": []}\n',
    "",
]


@pytest.mark.parametrize("text", NO_EXPORTS)
def test_what_is_no_export(text: str) -> None:
    assert not WhatsApp().recognises(text.encode(), ".txt")


ORDERS: list[tuple[list[str], str | None, str | None]] = [
    (["3/4/26", "3/25/26"], None, "2026-03-04 09:00:00"),
    (["3/4/26", "25/4/26"], None, "2026-04-03 09:00:00"),
    (["3/4/26", "3/4/26"], None, None),
    (["3/4/26", "3/4/26"], "dmy", "2026-04-03 09:00:00"),
    (["3/4/26", "3/4/26"], "mdy", "2026-03-04 09:00:00"),
    (["26/3/4", "26/3/4"], "ymd", "2026-03-04 09:00:00"),
    (["5/5/26", "6/6/26"], None, "2026-05-05 09:00:00"),
    (["9/4/26", "1/5/26"], None, "2026-04-09 09:00:00"),
    (["4/9/26", "5/1/26"], None, "2026-04-09 09:00:00"),
    (["3.4.26", "3.4.26"], None, "2026-04-03 09:00:00"),
    (["4.25.26", "4.26.26"], None, "2026-04-25 09:00:00"),
    (["3/25/26", "25/3/26"], None, None),
    (["2026/3/4", "2026/3/4"], None, "2026-03-04 09:00:00"),
]


@pytest.mark.parametrize(("dates", "named", "expected"), ORDERS)
def test_day_and_month(
    tmp_path: Path, dates: list[str], named: str | None, expected: str | None
) -> None:
    path = chat(tmp_path, "".join(f"{date}, 09:00 - Ana: Hello\n" for date in dates))
    transcript, notes = read_chat(path, date_order=named)
    assert clocks(transcript)[0] == expected
    assert any("--dates dmy or mdy" in note for note in notes) == (expected is None)
    if expected is None:
        assert transcript.turns[0].extra["original_at"] == f"{dates[0]}, 09:00"


def test_dates_that_do_not_exist(tmp_path: Path) -> None:
    path = chat(tmp_path, "31/02/2026, 09:00 - Ana: Hello\n12/11/1448, 09:01 - Ana: Hijri\n")
    transcript, _ = read_chat(path, date_order="dmy")
    assert clocks(transcript) == [None, None]
    assert transcript.turns[0].extra["at_problem"] == "no such date in the order dmy"
    assert "1448" in str(transcript.turns[1].extra["at_problem"])


def test_without_a_zone_there_are_no_times(tmp_path: Path) -> None:
    path = chat(tmp_path, "16/11/2026, 09:00 - Ana: Hello\n")
    transcript, notes = read_chat(path, timezone=None)
    assert clocks(transcript) == [None]
    assert transcript.turns[0].extra["at"] == "2026-11-16T09:00:00"
    assert "--timezone" in notes[-1]


def test_zone_of_the_phone(tmp_path: Path) -> None:
    path = chat(tmp_path, "16/07/2026, 09:00 - Ana: Hello\n16/11/2026, 09:00 - Ana: Hello\n")
    transcript, _ = read_chat(path, timezone="Europe/Paris")
    assert [turn.at and turn.at.isoformat()[-6:] for turn in transcript.turns] == [
        "+02:00",
        "+01:00",
    ]


# Lines of an export, and what is read of them when Ana is the agent.
SPEAKERS = [
    ("Ana: one: two", ("agent", "one: two")),
    ("Ana:", ("agent", "")),
    ("~\u202f\u202aAna\u202c: Hello", ("agent", "Hello")),
    ("ANA: Hello", ("agent", "Hello")),
    ("Bo: Look: https://example.org/a:b", ("customer", "Look: https://example.org/a:b")),
    ("+55\u00a011\u00a091234\u20115678: Olá", ("customer", "Olá")),
    ("Ana created group “Offers: new”", ("system", "Ana created group “Offers: new”")),
    ('Ana changed to "Offers: new"', ("system", 'Ana changed to "Offers: new"')),
    ("Your security code with Bo changed", ("system", "Your security code with Bo changed")),
    ("Dr. Bo: Hello", ("customer", "Hello")),
    (
        "This business works with other companies. They manage: this chat",
        ("system", "This business works with other companies. They manage: this chat"),
    ),
    (f"Bo: {MARK}image omitted", ("customer", "<image omitted>")),
    ("Bo: image omitted", ("customer", "image omitted")),
    (f"Bo: {MARK}<attached: 1.jpg>", ("customer", "<attached: 1.jpg>")),
    (f"Bo: {MARK}Location: https://maps", ("customer", "Location: https://maps")),
    (f"Bo: {MARK}Bo joined the group", ("system", "Bo joined the group")),
    (f"Bo: {MARK}Missed voice call", ("system", "Missed voice call")),
    ("Bo: You deleted this message", ("system", "You deleted this message")),
    ("Bo: Who deleted this message?", ("customer", "Who deleted this message?")),
    ("Ana: Size M <This message was edited>", ("agent", "Size M")),
    (f"Ana: Größe M {MARK}<Diese Nachricht wurde bearbeitet.>", ("agent", "Größe M")),
    ("Ana: Write it as <your name>", ("agent", "Write it as <your name>")),
    ("Ana: <This message was edited>", ("agent", "<This message was edited>")),
]


@pytest.mark.parametrize(("line", "expected"), SPEAKERS)
def test_who_speaks(tmp_path: Path, line: str, expected: tuple[str, str]) -> None:
    stamp = "16/11/2026, 09:00 - "
    path = chat(tmp_path, f"{stamp}{NOTICE}\n{stamp}Bo: Hi\n{stamp}{line}\n")
    transcript, notes = read_chat(path, agents=("Ana",))
    assert turns(transcript)[2] == expected
    assert turns(transcript)[:2] == [("system", NOTICE), ("customer", "Hi")]
    assert len(notes) == ("Ana:" not in line and "\u202aAna" not in line and "ANA:" not in line)


def test_notice_under_a_name_without_its_mark(tmp_path: Path) -> None:
    head = "[16/11/2026, 09:00:00] "
    path = chat(tmp_path, f"{head}Ana: {NOTICE}\n{head}Bo: Is it end-to-end tracked?\n")
    transcript, _ = read_chat(path, agents=("Ana",))
    assert [turn.role for turn in transcript.turns] == ["system", "customer"]


def test_name_with_a_colon(tmp_path: Path) -> None:
    stamp = "16/11/2026, 09:00 - "
    lines = ["Bo: Hi", "Shop: Ana: Hello", "Shop: Ana: All fine?", "Shop: Ana: Bye: see you"]
    path = chat(tmp_path, "".join(f"{stamp}{line}\n" for line in lines))
    found, _ = read_chat(path)
    named, _ = read_chat(path, agents=("Shop: Ana",))
    for transcript in (found, named):
        assert transcript.agent_id == "Shop: Ana"
        assert turns(transcript)[1:] == [
            ("agent", "Hello"),
            ("agent", "All fine?"),
            ("agent", "Bye: see you"),
        ]


def test_who_wrote_first_is_the_customer(tmp_path: Path) -> None:
    path = chat(tmp_path, "16/11/2026, 09:00 - Bo: Hi\n16/11/2026, 09:01 - Ana: Hello\n", "log.txt")
    transcript, notes = read_chat(path)
    assert (transcript.id, transcript.customer_id, transcript.agent_id) == ("log", "Bo", "Ana")
    assert "'Bo', who wrote first; as agents: 'Ana'" in notes[0]


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Ana Gil.txt",
        "WhatsApp Chat with Ana Gil (2).txt",
        "WhatsApp_Chat_mit_ANA_Gil.txt",
    ],
)
def test_file_name_names_the_customer(tmp_path: Path, name: str) -> None:
    text = "16/11/2026, 09:00 - Shop: Hi\n16/11/2026, 09:01 - Ana Gil: Hello\n"
    transcript, _ = read_chat(chat(tmp_path, text, name))
    assert turns(transcript) == [("agent", "Hi"), ("customer", "Hello")]


def test_agents_by_name(tmp_path: Path) -> None:
    lines = ["Ana: Hi", "Bo: Hello", "Cy: Hey", "Dan: Yes?"]
    path = chat(tmp_path, "".join(f"16/11/2026, 09:00 - {line}\n" for line in lines))
    transcript, notes = read_chat(path, agents=("dan", "Ana"))
    assert [turn.role for turn in transcript.turns] == ["agent", "customer", "customer", "agent"]
    assert [turn.extra.get("sender") for turn in transcript.turns] == [None, "Bo", "Cy", None]
    assert (transcript.customer_id, notes) == (None, [])


def test_agent_who_never_wrote(tmp_path: Path) -> None:
    path = chat(tmp_path, "16/11/2026, 09:00 - Bo: Hi\n")
    transcript, notes = read_chat(path, agents=("Ana",))
    assert turns(transcript) == [("customer", "Hi")]
    assert notes == ["none of the agents named by --agent wrote here, but 'Bo'"]


def test_many_senders_are_listed_in_short(tmp_path: Path) -> None:
    text = "".join(f"16/11/2026, 09:00 - P{number}: Hi\n" for number in range(12))
    _, notes = read_chat(chat(tmp_path, text))
    assert "'P8' and 3 more" in notes[0]


def test_only_notices(tmp_path: Path) -> None:
    path = chat(tmp_path, f"16/11/2026, 09:00 - {NOTICE}\n16/11/2026, 09:01 - You were added\n")
    transcript, notes = read_chat(path)
    assert [turn.role for turn in transcript.turns] == ["system", "system"]
    assert notes == []


def test_another_layout_inside_a_message_is_text(tmp_path: Path) -> None:
    text = "16/11/2026, 09:00 - Bo: He wrote\n[15/11/2026, 08:00:00] Ana: no\nWhy?\n"
    transcript, _ = read_chat(chat(tmp_path, text))
    assert turns(transcript) == [("customer", "He wrote\n[15/11/2026, 08:00:00] Ana: no\nWhy?")]


def test_line_ends_and_marks(tmp_path: Path) -> None:
    text = "\ufeff16/11/2026, 09:00 - Bo: Hi\r\nthere\r\n16/11/2026, 09:01 - Ana: Hello"
    transcript, _ = read_chat(chat(tmp_path, text))
    assert turns(transcript) == [("customer", "Hi\nthere"), ("agent", "Hello")]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = BytesIO(b"16/11/2026, 09:00 - Bo: Hi\n")
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(data))
    (transcript,) = read("-", format="whatsapp")
    assert (transcript.id, transcript.turns[0].text) == ("stdin", "Hi")


def test_no_export_at_all(tmp_path: Path) -> None:
    path = chat(tmp_path, "Hello\nWorld\n")
    with pytest.raises(InputError, match="no line such as 16/11/2026"):
        list(read(path, format="whatsapp"))


def test_too_long(tmp_path: Path) -> None:
    path = chat(tmp_path, "16/11/2026, 09:00 - Bo: Hi\n" + "x" * 100)
    from cs_qa.readers import Source

    with pytest.raises(InputError, match="over 50 characters"):
        list(WhatsApp(max_chars=50)(Source(path)))


def test_bytes_that_do_not_decode(tmp_path: Path) -> None:
    path = tmp_path / "chat.txt"
    path.write_bytes(b"16/11/2026, 09:00 - Bo: Hi\n16/11/2026, 09:01 - Bo: caf\xe9\n")
    errors: list[RowError] = []
    options = ReadOptions(encoding="utf-8")
    assert list(read(path, options=options, on_error=errors.append)) == []
    (error,) = errors
    assert error.line == 2
    assert "--encoding" in str(error)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30)
names = (
    st.text(st.sampled_from("abcdefgh ÉéЯя小林"), min_size=1, max_size=12)
    .map(str.strip)
    .filter(bool)
)


@given(st.lists(st.tuples(names, st.lists(words, min_size=1, max_size=3)), min_size=1, max_size=6))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, list[str]]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.txt"
    texts = ["\n".join(["x" + lines[0], *("x" + line for line in lines[1:])]) for _, lines in said]
    exported = "".join(
        f"[16/11/2026, 09:00:00] {name}: {text}\n"
        for (name, _), text in zip(said, texts, strict=True)
    )
    path.write_text(exported, encoding="utf-8", newline="")
    agents = tuple({name for name, _ in said})
    transcript, _ = read_chat(path, agents=agents, encoding="utf-8")
    assert [turn.text for turn in transcript.turns] == [text.strip() for text in texts]
    assert [turn.agent_id for turn in transcript.turns] == [name for name, _ in said]
