"""A retraining that is killed at any moment: the registry stays whole, the champion serves."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Registry
from tests.nn.own_versions import registry_at

KILLS = 9


@pytest.mark.slow
def test_killed_at_any_moment_it_leaves_the_registry_whole(tmp_path: Path) -> None:
    registry = registry_at(tmp_path / "home" / "models")
    chance = random.Random(7)
    work_s = _run(tmp_path)
    assert work_s is not None
    killed = 0
    for _ in range(KILLS):
        killed += _run(tmp_path, kill_after_s=chance.uniform(0, work_s)) is None
        _check(registry)
    assert killed >= KILLS - 2  # the last moments may pass unseen
    assert _run(tmp_path) is not None
    _check(registry)
    assert not list((tmp_path / "home" / "work").glob("retrain-*"))
    assert not list((tmp_path / "home" / "models" / "heads").glob(".*"))
    newest = registry.versions("heads")[-1]
    registry.promote("heads", newest.version)
    assert registry.load().refs["heads"] == newest.ref


def _check(registry: Registry) -> None:
    """The version in use is as it was, and every version that is listed can be loaded."""
    assert registry.version("heads") == "2"
    assert registry.check("heads") == []
    registry.require_own()
    for version in registry.versions("heads"):
        Heads(version.folder)
        if version.own:
            metrics = json.loads((version.folder / "metrics.json").read_text())
            assert metrics["verdict"] == "better"


def _run(folder: Path, *, kill_after_s: float | None = None) -> float | None:
    """Retrain in a process of its own; its seconds of work, None where it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.train.killed", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    while "labels to train on" not in (line := process.stdout.readline()):
        assert line, process.communicate()[1]
    began = time.monotonic()
    try:
        _, errors = process.communicate(timeout=kill_after_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None
    assert process.returncode == 0, errors
    return time.monotonic() - began
