"""The wheel by itself: whole, offline, and giving what the checkout gives."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
NO_NETWORK = """
import socket
def refuse(*_, **__):
    raise RuntimeError("cs_qa asked for the network")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    done = subprocess.run(
        [*command, str(out), str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = out.glob("cs_qa-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program of a fresh environment that has the wheel, our dependencies and no network."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home, symlinks=True)
    python = home / "bin" / "python"
    [site] = home.glob("lib/python*/site-packages")
    # A path in a .pth file is added without its own .pth files, so without the editable cs_qa.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    (site / "sitecustomize.py").write_text(NO_NETWORK)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--no-index", str(wheel)], check=True)
    return home / "bin" / "cs-qa"


def run(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)


def test_the_wheel_holds_all_of_the_package_and_nothing_else(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "cs_qa").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    models = {name for name in names if name.startswith("cs_qa/models/")}
    assert names - models == package
    assert {"current.toml", "encoder", "heads", "ngrams", "statements"} == {
        name.split("/")[2] for name in models
    }
    assert not [name for name in names if "cache" in name]
    for part in (
        "cs_qa/data/rubrics/default.toml",
        "cs_qa/data/lexicons/zh.toml",
        "cs_qa/data/seed/folds.json",
        "cs_qa/store/migrations/versions/r0001_scorecards.py",
        "cs_qa/py.typed",
    ):
        assert part in names
    for model in ("encoder.onnx", "tokenizer.json", "heads.onnx", "calibration.json"):
        assert [name for name in models if name.endswith(model)]


def test_the_installed_program_gives_what_the_checkout_gives(
    installed: Path, tmp_path: Path
) -> None:
    lines = (ROOT / "examples" / "week.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "chats.jsonl").write_bytes(b"".join(lines[::15]))
    offline = run([installed, "inspect", "chats.jsonl", "--db", "week.db"], tmp_path)
    here = run([sys.executable, "-m", "cs_qa.cli", "inspect", "chats.jsonl"], tmp_path)
    assert (offline.returncode, here.returncode) == (0, 0), offline.stderr.decode()
    assert offline.stdout == here.stdout
    assert offline.stderr == here.stderr
    assert len(offline.stdout.splitlines()) == 6
    assert (tmp_path / "week.db").stat().st_size > 0


def test_the_installed_program_is_sound_and_its_own(installed: Path, tmp_path: Path) -> None:
    done = run([installed, "doctor"], tmp_path)
    shown = done.stdout.decode()
    assert done.returncode == 0, shown
    assert f"({installed.parent.parent}" in shown
    assert str(ROOT / "models") not in shown
