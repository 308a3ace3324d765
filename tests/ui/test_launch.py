from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cs_qa.errors import CsQaError
from cs_qa.ui import launch as module
from cs_qa.ui import serve
from cs_qa.ui.launch import command, launch
from cs_qa.ui.routes import ROUTES

ROOT = Path(__file__).parents[2]


def test_the_command_serves_this_machine_only() -> None:
    assert "--server.address=localhost" in command(None)
    assert "--server.port=8600" in command(8600)
    assert Path(command(None)[4]).is_file()


def test_launch_hands_the_database_over_and_returns_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(line: list[str], *, env: dict[str, str], check: bool) -> Any:
        seen.append((line, env["CS_QA_DB"], check))
        return subprocess.CompletedProcess(line, 3)

    seen: list[tuple[list[str], str, bool]] = []
    monkeypatch.setattr(subprocess, "run", run)
    assert launch("work/week.db", 8600) == 3
    assert seen == [(command(8600), "work/week.db", False)]


def test_pages_are_loaded_before_anyone_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[str] = []
    monkeypatch.setattr(serve.gc, "freeze", lambda: None)
    monkeypatch.setattr(serve.cli, "main", lambda prog_name: served.append(prog_name))
    serve.main()
    assert served == ["streamlit"]
    assert {f"cs_qa.ui.{route.module}" for route in ROUTES} <= set(sys.modules)
    assert command(None)[2] == serve.__name__


def test_being_stopped_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", run)
    assert launch("work/week.db") == 0


def test_without_streamlit_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(CsQaError, match=r"pip install 'cs-qa\[ui\]'"):
        launch("work/week.db")


def test_both_ways_to_start_have_the_same_private_settings() -> None:
    packaged = (ROOT / "cs_qa/ui/.streamlit/config.toml").read_text()
    assert (ROOT / ".streamlit/config.toml").read_text() == packaged
    settings = tomllib.loads(packaged)
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert "localhost" in settings["server"]["allowedHosts"]
