"""A dozen conversations in many languages, and the command line as a function."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cs_qa.cli import app

Row = dict[str, Any]
Run = Callable[..., Result]

SORRY = "Sorry, I do not know. Please ask the courier."
SAID: list[tuple[str, list[str]]] = [
    (
        "zh",
        [
            "我的快递到哪里了？",
            "你想怎样？自己查。",
            "你这是什么态度！",
            "非常抱歉，我马上为您查询。",
        ],
    ),
    ("en", ["Where is my parcel?", SORRY, "I asked them already.", SORRY]),
    ("fr", ["Où est ma commande ?", "Je vous l'ai déjà dit.", "Non, jamais.", "Lisez la page."]),
    ("de", ["Wo ist mein Paket?", "Das ist nicht unser Problem.", "Wessen dann?", "Keine Ahnung."]),
    ("es", ["¿Dónde está mi pedido?", "Ya se lo dije.", "No me dijo nada.", "Lo siento mucho."]),
    ("ar", ["أين طلبي؟", "لا أعرف.", "من يعرف إذن؟", "سأتحقق من ذلك وأعود إليك اليوم."]),
    ("ja", ["荷物が届きません。", "申し訳ございません。すぐに確認いたします。"]),
    (
        "ko",
        [
            "주문한 상품이 언제 와요?",
            "저도 몰라요.",
            "너무하네요.",
            "죄송합니다. 확인해 보겠습니다.",
        ],
    ),
    ("ru", ["Где моя посылка?", "Я вам уже говорил.", "Мой телефон +7 912 345-67-89.", SORRY]),
    ("pt", ["Cadê meu pedido?", "Não é comigo.", "Meu e-mail é ana@example.com", "Vou verificar."]),
    ("th", ["ของยังไม่มาเลยค่ะ", "ไม่ทราบค่ะ", "แล้วใครทราบคะ", "ขออภัยค่ะ จะตรวจสอบให้ทันที"]),
    ("en", ["where is my parcel?", SORRY, "Thanks anyway \U0001f600", "ok"]),
]
"""Language and texts, the customer's and the agent's in turn; some texts come several times."""


@pytest.fixture(scope="session")
def rows() -> list[Row]:
    """Twelve transcripts, as JSON objects."""
    return [
        {
            "id": f"{lang}-{number}",
            "agent_id": f"ag-{number % 3}",
            "channel": "live_chat",
            "turns": [
                {
                    "role": ("customer", "agent")[turn % 2],
                    "text": text,
                    "at": f"2026-11-16T09:{number:02}:{20 * turn:02}+01:00",
                }
                for turn, text in enumerate(texts)
            ],
            "outcome": {"csat": 1 + number % 5, "resolved": number % 2 == 0},
        }
        for number, (lang, texts) in enumerate(SAID)
    ]


@pytest.fixture
def chats(rows: list[Row], tmp_path: Path) -> Path:
    """A file of the twelve transcripts."""
    return write_rows(tmp_path / "chats.jsonl", rows)


@pytest.fixture(scope="session")
def run() -> Run:
    """Run the command line in this process: `run("inspect", path).exit_code`."""

    def run(*arguments: object, **options: Any) -> Result:
        result = CliRunner().invoke(app, [str(each) for each in arguments], **options)
        if not isinstance(result.exception, SystemExit | None):
            raise result.exception
        return result

    return run


def write_rows(path: Path, rows: list[Row]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path
