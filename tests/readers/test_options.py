from __future__ import annotations

from pathlib import Path

import pytest

from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions

GOOD = """
encoding = "GBK"
timezone = "Asia/Shanghai"
date_order = "dmy"
agents = ["小美"]

[columns]
text = "message"

[roles]
Berater = "agent"
"""


def test_a_mapping_file(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert ReadOptions.load(path) == ReadOptions(
        columns={"text": "message"},
        roles={"Berater": "agent"},
        encoding="gbk",
        timezone="Asia/Shanghai",
        date_order="dmy",
        agents=("小美",),
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[columns]\nbody = 'x'", "columns: 'body' is none of ours. Possible: id, "),
        (b"[columns]\ntext = 'x'\nrole = 'x'", "columns: a column stands twice"),
        (b"[roles]\nX = 'robot'", "roles.X: "),
        (b"timezone = 'Mars/Base'", "timezone: time zone 'Mars/Base' is unknown"),
        (b"encoding = 'latin-77'", "encoding: 'latin-77' is no character set"),
        (b"date_order = 'dym'", "date_order: "),
        (b"sheet = 1", "sheet: unknown key. Known: columns, roles, encoding"),
        (b"timezone = ", "is not TOML in UTF-8"),
        (b"timezone = '\xff'", "is not TOML in UTF-8"),
    ],
)
def test_a_mapping_file_that_does_not_hold(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "map.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        ReadOptions.load(path)
    assert str(caught.value).startswith(str(path))
    assert problem in str(caught.value)


def test_a_mapping_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        ReadOptions.load(tmp_path / "none.toml")
