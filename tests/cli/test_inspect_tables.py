"""Exports of other systems on the command line: what is printed of how they were understood."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import Run

EXPORT = """会话ID,发送时间,发送方,消息内容,客服
S1,3/4/2026 9:03,买家,到哪了,小美
S2,3/4/2026 9:04,买家,还没到,小美
S1,3/4/2026 9:05,小美,您好，马上为您查询。,小美
S2,3/4/2026 9:06,Zoe,您好，请稍等。,小美
"""


def test_the_mapping_is_printed_in_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT, encoding="utf-8")
    done = run("inspect", path)
    lines = done.stderr.splitlines()
    assert f"{path}: the columns are taken for" in lines
    assert "  '发送时间' -> at, as in '3/4/2026 9:03'" in lines
    assert any("role is 'Zoe'; possible: customer, agent, bot, system" in line for line in lines)
    assert any("2 values of at could not be used" in line for line in lines)
    assert (done.exit_code, done.stdout.count("\n")) == (1, 1)
    assert "taken for" not in run("inspect", path, "--quiet").stderr


def test_options_and_a_mapping_file(run: Run, tmp_path: Path) -> None:
    path, mapping = tmp_path / "export.csv", tmp_path / "map.toml"
    path.write_text(EXPORT, encoding="utf-8")
    mapping.write_text('date_order = "dmy"\n[roles]\nZoe = "agent"\n', encoding="utf-8")
    told = ("--mapping", mapping, "--timezone", "Asia/Shanghai")
    done = run("inspect", path, *told, "--dates", "mdy")
    cards = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [card["transcript_id"] for card in cards] == ["S1", "S2"]
    assert [turn["at"] for turn in cards[0]["turns"]] == [
        "2026-03-04T09:03:00+08:00",
        "2026-03-04T09:05:00+08:00",
    ]
    assert cards[1]["turns"][1]["role"] == "agent"
