"""千牛, 旺旺 and 咚咚 logs: layouts, conversations in one file, roles, and what is no log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.errors import InputError, RowError
from cs_qa.readers import ReadOptions, Source, read
from cs_qa.readers.logs.qianniu import Qianniu
from cs_qa.types import Transcript

FIXTURES = Path(__file__).parent / "fixtures" / "qianniu"
BUYER = "tb小林"
AGENT = "蓝海旗舰店:小美"


def read_log(path: Path, **options: Any) -> tuple[list[Transcript], list[str]]:
    notes: list[str] = []
    options = {"encoding": "utf-8", **options}
    transcripts = list(read(path, options=ReadOptions(**options), on_note=notes.append))
    return transcripts, notes


def log(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "log.txt"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def roles(transcript: Transcript) -> str:
    return "".join(turn.role[0].upper() for turn in transcript.turns)


FILES: list[tuple[str, list[tuple[str, str, str | None]]]] = [
    ("wangwang.txt", [("wangwang-1", "CACA", "tb买家小林")]),
    (
        "wangwang_gbk.txt",
        [("wangwang_gbk-1", "CAS", "tb买家小林"), ("wangwang_gbk-2", "BCBAS", "t**7")],
    ),
    ("dongdong.txt", [("JD20261116001", "CAS", "jd_小林"), ("JD20261116002", "CA", "jd_阿强")]),
    ("copied.txt", [("copied-1", "CAC", "tb小林")]),
    ("day_lines.txt", [("day_lines-1", "CAC", "买家小林")]),
    (
        "by_buyer.txt",
        [
            ("by_buyer-1", "CA", "tb小林"),
            ("by_buyer-2", "CA", "tb阿强"),
            ("by_buyer-3", "C", "tb小林"),
        ],
    ),
]


@pytest.mark.parametrize(("name", "expected"), FILES)
def test_each_form(name: str, expected: list[tuple[str, str, str | None]]) -> None:
    transcripts, _ = read_log(FIXTURES / name, encoding="gb18030" if "gbk" in name else "utf-8")
    assert [(t.id, roles(t), t.customer_id) for t in transcripts] == expected
    times = [turn.at for t in transcripts for turn in t.turns if turn.at is not None]
    assert {f"{time:%z}" for time in times} == {"+0800"}
    assert {t.channel for t in transcripts} == {"live_chat"}


def test_every_fixture_is_in_the_table() -> None:
    assert {path.name for path in FIXTURES.glob("*.txt")} == {name for name, _ in FILES}


def test_gbk_is_found_out() -> None:
    notes: list[str] = []
    transcripts = list(read(FIXTURES / "wangwang_gbk.txt", on_note=notes.append))
    assert transcripts[0].turns[0].text == "颜色发错了，怎么办？"
    assert "gb18030" in notes[0]


def test_text_keeps_its_lines() -> None:
    (transcript,), _ = read_log(FIXTURES / "wangwang.txt")
    texts = [turn.text for turn in transcript.turns]
    assert texts == [
        "你好，昨天下的单什么时候发货？\n订单时间 2026-11-15 20:11:00\n"
        "下单时间：2026-11-15 20:11:00",
        "亲，您好！\n今天下午就发出哦 /:087",
        "[图片]",
        "收到，这边帮您备注好了。",
    ]


def test_zone_may_be_named() -> None:
    (transcript,), _ = read_log(FIXTURES / "wangwang.txt", timezone="Asia/Tokyo")
    assert transcript.turns[0].at is not None
    assert transcript.turns[0].at.isoformat() == "2026-11-16T09:03:12+09:00"


STAMP = "2026-11-16 09:03:12"
HEADS = [
    (f"{BUYER} ({STAMP}):\n你好", (BUYER, "你好")),
    (f"{BUYER}({STAMP})：你好", (BUYER, "你好")),
    (f"{BUYER}（{STAMP}）\n你好", (BUYER, "你好")),
    (f"{BUYER} {STAMP}\n你好", (BUYER, "你好")),
    (f"{BUYER}{STAMP}\n你好", (BUYER, "你好")),
    (f"[{BUYER}] {STAMP}\n你好", (BUYER, "你好")),
    (f"【{BUYER}】 {STAMP}:\n你好", (BUYER, "你好")),
    (f"{BUYER}\n{STAMP}\n你好", (BUYER, "你好")),
    (f"{BUYER} 2026/11/16 9:03:12\n你好", (BUYER, "你好")),
    (f"{BUYER} 2026年11月16日 上午9:03:12\n你好", (BUYER, "你好")),
    (f"cntaobao{BUYER} ({STAMP}):\n你好", (BUYER, "你好")),
    (f"[{STAMP}] {BUYER}: 你好", (BUYER, "你好")),
    (f"[{STAMP}] {BUYER}：你好: 在吗", (BUYER, "你好: 在吗")),
    (f"【{STAMP}】{BUYER}: 你好", (BUYER, "你好")),
    (f"{STAMP} {BUYER}\n你好", (BUYER, "你好")),
    (f"{STAMP} {BUYER}: 你好", (BUYER, "你好")),
    (f"{STAMP}  {BUYER}：你好", (BUYER, "你好")),
    (f"{BUYER} --> {AGENT} ({STAMP}):\n你好", (BUYER, "你好")),
]


@pytest.mark.parametrize(("block", "expected"), HEADS)
def test_heads(tmp_path: Path, block: str, expected: tuple[str, str]) -> None:
    text = f"{block}\n{block}\n"
    assert Qianniu().recognises(text.encode(), ".txt")
    (transcript,), _ = read_log(log(tmp_path, text))
    for turn in transcript.turns:
        assert (turn.role, turn.text) == ("customer", expected[1])
        assert turn.at is not None
        assert turn.at.isoformat() == "2026-11-16T09:03:12+08:00"
    assert transcript.customer_id == expected[0]


SPEAKERS = [
    (AGENT, "在的", "agent"),
    ("蓝海旗舰店：小美", "在的", "agent"),
    ("cntaobao蓝海:小美", "在的", "agent"),
    ("客服小美", "在的", "agent"),
    ("卖家", "在的", "agent"),
    ("蓝海专营店", "在的", "agent"),
    ("蓝海旗舰店:机器人", "在的", "bot"),
    ("店小蜜", "在的", "bot"),
    ("AI客服", "在的", "bot"),
    (AGENT, "[自动回复]您好", "bot"),
    (AGENT, "自动回复：您好", "bot"),
    (AGENT, "这不是自动回复哦", "agent"),
    ("系统提示", "买家已离开", "system"),
    ("[系统消息]", "买家已离开", "system"),
    (AGENT, "[系统提示]买家已离开", "system"),
    ("tb阿强", "在的", "customer"),
    ("tb阿强", "[自动回复]是什么", "customer"),
    ("系统集成商", "在的", "customer"),
]


@pytest.mark.parametrize(("name", "text", "role"), SPEAKERS)
def test_who_speaks(tmp_path: Path, name: str, text: str, role: str) -> None:
    path = log(tmp_path, f"=====\n{AGENT} {STAMP}\n您好\n{name} {STAMP}\n{text}\n")
    (transcript,) = list(Qianniu()(Source(path, ReadOptions(encoding="utf-8"))))[-1:]
    assert (transcript.turns[-1].role, transcript.turns[-1].text) == (role, text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (AGENT, "在的：您说", (AGENT, "在的：您说")),
        (AGENT, "您好", (AGENT, "您好")),
        ("客服", "链接: https://a.cn", ("客服", "链接: https://a.cn")),
    ],
)
def test_sub_accounts_in_front_of_the_text(
    tmp_path: Path, name: str, text: str, expected: tuple[str, str]
) -> None:
    for layout in (f"[{STAMP}] {name}: {text}\n", f"{STAMP} {name}：{text}\n"):
        (transcript,), _ = read_log(log(tmp_path, layout * 2))
        turn = transcript.turns[0]
        assert (turn.agent_id, turn.text) == expected


def test_sub_account_alone_above_its_text(tmp_path: Path) -> None:
    (transcript,), _ = read_log(log(tmp_path, f"{STAMP} {AGENT}\n您好\n{STAMP} {BUYER}\n你好\n"))
    assert [turn.text for turn in transcript.turns] == ["您好", "你好"]
    assert transcript.agent_id == AGENT


def test_taken_back(tmp_path: Path) -> None:
    text = f"{BUYER} {STAMP}\n你好\n{BUYER} 撤回了一条消息\n{AGENT} {STAMP}\n亲在的\n"
    (transcript,), _ = read_log(log(tmp_path, text))
    assert roles(transcript) == "CSA"
    assert transcript.turns[1].text == f"{BUYER} 撤回了一条消息"


@pytest.mark.parametrize(
    ("last", "kept"),
    [
        ("已读", ""),
        ("客服：小美", "\n客服：小美"),
        ("2026-11-16", "\n2026-11-16"),
        ("共3条", "\n共3条"),
        ("买家：小林", "\n买家：小林"),
        ("-----\n温馨提示\n2026-11-16", "\n-----\n温馨提示\n2026-11-16"),
        ("-----\n客服：小美", ""),
        ("=== 2026-11-16 星期一 ===", ""),
        ("\n2026-11-16", ""),
        ("----- 以上是历史消息 -----", ""),
        ("-----\n温馨提示", "\n-----\n温馨提示"),
    ],
)
def test_what_ends_a_text(tmp_path: Path, last: str, kept: str) -> None:
    text = f"{BUYER} {STAMP}\n你好\n{last}\n{AGENT} {STAMP}\n在的\n{BUYER} {STAMP}\n已读\n"
    transcripts, _ = read_log(log(tmp_path, text))
    turns = [turn.text for transcript in transcripts for turn in transcript.turns]
    assert turns == [f"你好{kept}", "在的", "已读"]


def block(name: str, text: str) -> str:
    return f"{name} {STAMP}\n{text}\n"


PAIR = block(BUYER, "你好") + block("小美", "在的亲")
OTHER = block("小美", "您好") + block("tb阿强", "在吗")
DIVIDED = [
    (PAIR + "==========\n" + OTHER, ["log-1", "log-2"], "CAAC"),
    ("会话ID：a\n" + PAIR + "会话ID：b\n" + OTHER, ["a", "b"], "CAAC"),
    ("会话ID：a\n" + PAIR + "会话ID：a\n" + PAIR, ["a"], "CACA"),
    (f"与 {BUYER} 的聊天记录\n{PAIR}与「tb阿强」的聊天记录\n{OTHER}", ["log-1", "log-2"], "CAAC"),
    (f"聊天记录\n买家：{BUYER}\n{PAIR}聊天记录\n客服：小美\n{OTHER}", ["log-1", "log-2"], "CAAC"),
    (
        "----\n".join([block(BUYER, "你好"), block("小美", "在"), block(BUYER, "好")]),
        ["log-1"],
        "CAC",
    ),
    (PAIR + PAIR, ["log-1"], "CACA"),
    (f"聊天记录\n{PAIR}==========\n{OTHER}", ["log-1", "log-2"], "CAAC"),
    (f"{PAIR}\n买家：tb阿强\n客服：小美\n\n{OTHER}", ["log-1", "log-2"], "CAAC"),
    (f"【会话 1】\n{PAIR}【会话 2】\n{PAIR}", ["log-1", "log-2"], "CACA"),
    (block(BUYER, "聊天记录") + block("我", "什么？"), ["log-1"], "CA"),
]


@pytest.mark.parametrize(("text", "ids", "expected"), DIVIDED)
def test_conversations_of_one_file(
    tmp_path: Path, text: str, ids: list[str], expected: str
) -> None:
    transcripts, _ = read_log(log(tmp_path, text))
    assert [transcript.id for transcript in transcripts] == ids
    assert "".join(map(roles, transcripts)) == expected


def test_agent_who_writes_first_is_told_by_other_conversations(tmp_path: Path) -> None:
    greeted = block("小美", "您好") + block("tb阿强", "在吗")
    _, notes = read_log(log(tmp_path, PAIR + "==========\n" + greeted))
    assert len(notes) == 1
    assert f"taken as the customer, in line 1 and below: '{BUYER}'" in notes[0]


def test_arrow_names_the_buyer(tmp_path: Path) -> None:
    text = block(f"{AGENT} --> {BUYER}", "您好") + block(f"{AGENT}-->tb阿强", "您好")
    transcripts, _ = read_log(log(tmp_path, text))
    assert [transcript.customer_id for transcript in transcripts] == [BUYER, "tb阿强"]
    assert [roles(transcript) for transcript in transcripts] == ["A", "A"]


def test_agents_by_name(tmp_path: Path) -> None:
    path = log(tmp_path, block("小美", "您好") + block(BUYER, "你好"))
    (transcript,), notes = read_log(path, agents=("小美",))
    assert (roles(transcript), notes) == ("AC", [])


def test_agent_who_never_wrote(tmp_path: Path) -> None:
    (transcript,), notes = read_log(log(tmp_path, PAIR), agents=("小王",))
    assert roles(transcript) == "CC"
    assert "none of the agents named by --agent" in notes[0]


def test_same_id_with_other_content(tmp_path: Path) -> None:
    errors: list[RowError] = []
    path = log(tmp_path, f"会话ID：a\n{PAIR}会话ID：b\n{PAIR}会话ID：a\n{OTHER}会话ID：b\n{PAIR}")
    found = read(path, options=ReadOptions(encoding="utf-8"), on_error=errors.append)
    assert [transcript.id for transcript in found] == ["a", "b"]
    (error,) = errors
    assert (error.line, "'a' is already that of line 2" in str(error)) == (12, True)


def test_bytes_that_do_not_decode_cost_their_conversation(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    parts = f"会话ID：a\n{PAIR}会话ID：b\n".encode(), b"x \xff 2026-11-16 09:03:12\n", PAIR.encode()
    path.write_bytes(b"".join(parts))
    errors: list[RowError] = []
    options = ReadOptions(encoding="utf-8")
    found = list(read(path, options=options, format="qianniu", on_error=errors.append))
    assert [transcript.id for transcript in found] == ["a"]
    assert [error.line for error in errors] == [7]


def test_days_that_do_not_exist_and_days_that_are_missing(tmp_path: Path) -> None:
    text = block(BUYER, "你好").replace("11-16", "11-31") * 2
    (transcript,), _ = read_log(log(tmp_path, text))
    assert [turn.at for turn in transcript.turns] == [None, None]
    (transcript,), _ = read_log(log(tmp_path, f"{BUYER} 09:03:12\n你好\n{BUYER} 09:03:13\n在吗\n"))
    assert [turn.at for turn in transcript.turns] == [None, None]


NO_LOGS = [
    "2026-11-16 09:03:12 INFO: 启动\n2026-11-16 09:03:13 ERROR: 失败\n",
    "[2026-11-16 09:03:12] INFO: 启动\n[2026-11-16 09:03:13] WARN: 慢\n",
    "会话,买家,你好,2026-11-16 09:03:12\n会话,客服,在的,2026-11-16 09:03:13\n",
    "会话\t买家\t2026-11-16 09:03:12\n会话\t客服\t2026-11-16 09:03:13\n",
    "下单时间 2026-11-16 09:03:12\n发货时间 2026-11-16 10:03:12\n",
    "Ana 2026-11-16 09:03:12\nhello\nBo 2026-11-16 09:03:12\nhi\n",
    "[2026/11/16 09:03:12] 小林: 你好\n[2026/11/16 09:03:13] 小美: 在的\n",
    "[2026-11-16 09:03:12] 小林: \u200e图像已忽略\n[2026-11-16 09:03:13] 小美: 在的\n",
    "2026/11/16 上午9:03 - 小林: 你好\n2026/11/16 上午9:04 - 小美: 在的\n",
    f"{BUYER} {STAMP}\n只有一条\n",
    "我们于2026-11-16 09:03:12\n收到货物\n，2026-11-16 09:03:13\n",
    '{"id": "会话"}\n',
]


@pytest.mark.parametrize("text", NO_LOGS)
def test_what_is_no_log(text: str) -> None:
    assert not Qianniu().recognises(text.encode(), ".txt")


def test_bytes_are_no_log() -> None:
    assert not Qianniu().recognises(b"\x00\x01" * 100, ".txt")


def test_no_log_at_all(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no line such as 买家"):
        list(read(log(tmp_path, "你好\n"), format="qianniu"))


def test_too_long(tmp_path: Path) -> None:
    path = log(tmp_path, PAIR + "x" * 100)
    with pytest.raises(InputError, match="over 50 characters"):
        list(Qianniu(max_chars=50)(Source(path)))


lines = st.builds(
    lambda first, rest: (first + rest).strip(),
    st.sampled_from("亲在吗好"),
    st.text(st.sampled_from("亲在吗好的abc /:09，。"), max_size=20),
)
texts = st.lists(lines, min_size=1, max_size=3)


@given(st.lists(st.tuples(st.booleans(), texts), min_size=2, max_size=6))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[bool, list[str]]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.txt"
    names = [AGENT if is_agent else BUYER for is_agent, _ in said]
    bodies = ["\n".join(body) for _, body in said]
    path.write_text("".join(map(block, names, bodies)), encoding="utf-8")
    (transcript,), _ = read_log(path, agents=(AGENT,))
    assert [turn.text for turn in transcript.turns] == bodies
    assert [turn.role == "agent" for turn in transcript.turns] == [agent for agent, _ in said]
