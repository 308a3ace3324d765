"""The page Import, what it makes of uploads, and the work in the background."""

from __future__ import annotations

import csv
import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.errors import AccessError, InputError
from cs_qa.policy.pack import EXAMPLE_FILE
from cs_qa.readers import ReadOptions
from cs_qa.runners import background
from cs_qa.store import Store, audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.store.settings import save_files
from cs_qa.store.users import add_user
from cs_qa.ui import session
from cs_qa.ui.imports import jobs as imports_jobs
from cs_qa.ui.imports import upload as imports_upload
from cs_qa.ui.imports import work as imports_work
from cs_qa.ui.imports.jobs import Import, Settings, begin, latest, read_import, stop
from cs_qa.ui.imports.upload import check_upload, clean_name

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LINES = [
    {
        "id": f"t{n}",
        "turns": [
            {"role": "customer", "text": "Where is it?", "at": f"2026-11-16T09:0{n}:00Z"},
            {"role": "agent", "text": "I look.", "at": f"2026-11-16T09:0{n}:20Z"},
        ],
    }
    for n in range(3)
]
GOOD = "\n".join(map(json.dumps, LINES)).encode()
MIXED = GOOD + b'\n{"id": "bad"}\n=1+1\n'

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    path = str(tmp_path / "new.db")
    open_store(path).close()
    monkeypatch.setenv("CS_QA_DB", path)
    return path


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    with open_store(url) as opened:
        yield opened


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch, fake_models: object) -> None:
    """Work in this process, so that it has ended when `begin` returns."""

    def start(folder: Path, module: str, *, environment: dict[str, str]) -> None:
        assert module == imports_work.__name__
        assert environment == {"CS_QA_DB": os.environ["CS_QA_DB"]}
        (folder / "pid").write_text("0")
        imports_work.main(folder)

    monkeypatch.setattr(background, "start", start)
    monkeypatch.setattr(os, "nice", lambda _: 0)


def imported(store: Store, url: str, data: bytes, name: str = "week.jsonl", **more: Any) -> Import:
    settings = Settings("default@1", **more)
    return begin(store, url, name, data, settings, by=OPERATOR, now=NOW)


def left_of(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"pid", "alive"}


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("week.jsonl", "week.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\Users\\x\\Chats 47.XLSX", "Chats 47.xlsx"),
        ("聊天记录.csv", "聊天记录.csv"),
        ("แชท ที่.csv", "แชท ที่.csv"),
        (".bashrc", "bashrc"),
        ("-rf.csv", "rf.csv"),
        ("a\0b\n$(rm).csv", "ab___rm.csv"),
        ("..", "upload"),
        ("", "upload"),
        ("x.tar.gz;reboot", "x.tar.gz_reboot"),
        ("x" * 500 + ".jsonl", "x" * 54 + ".jsonl"),
        ("week.csv\u202egpj", "week.csv_gpj"),
    ],
)
def test_names_are_made_safe(name: str, clean: str) -> None:
    assert clean_name(name) == clean
    assert "/" not in clean
    assert len(clean.encode()) <= 250


@pytest.mark.parametrize(
    ("name", "data", "format"),
    [
        ("x", GOOD, "jsonl"),
        ("x.exe", GOOD, "jsonl"),
        ("x.json", json.dumps(LINES).encode(), "json"),
        ("x.csv", b"id,role,text\n1,agent,Hi\n", "csv"),
    ],
)
def test_the_format_is_found_by_content(
    tmp_path: Path, name: str, data: bytes, format: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert check_upload(tmp_path / name) == format
    assert check_upload(tmp_path / name, format="whatsapp") == "whatsapp"


def zipped(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", "<x/>")
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.xlsx", zipped("xl/worksheets/s.xml", b"0" * 2**24), "100 times its size"),
        ("x.zip", b"PK\x03\x04" + b"\0" * 100, "damaged or incomplete"),
        ("x.gz", b"\x1f\x8b" + b"\0" * 100, "compressed with gzip"),
        ("x.pdf", b"%PDF-1.7 and so on", "is a PDF"),
        ("x.jsonl", b" \n ", "is empty"),
        ("x.bin", bytes(range(1, 32)) * 9, "No reader for 'x.bin'"),
    ],
)
def test_what_no_reader_takes_is_refused(
    tmp_path: Path, name: str, data: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message) as error:
        check_upload(tmp_path / name)
    assert str(tmp_path) not in str(error.value)


def test_a_parquet_file_that_inflates_too_far_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": ["a" * 1000 + str(n) for n in range(5000)]}), path)
    assert check_upload(path) == "parquet"
    monkeypatch.setattr(imports_upload, "MAX_INFLATED_MB", 1)
    with pytest.raises(InputError, match=r"x\.parquet inflates to more than 1 MB"):
        check_upload(path)


def test_a_file_that_is_too_large_is_refused(
    store: Store, url: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports_upload, "MAX_UPLOAD_MB", 0)
    with pytest.raises(InputError, match=r"week\.jsonl is larger than 0 MB"):
        imported(store, url, GOOD)
    assert not list(home.rglob("*"))


@pytest.mark.usefixtures("at_once")
def test_an_import_adds_what_can_be_read_and_lists_the_rest(store: Store, url: str) -> None:
    done = imported(store, url, MIXED, "../week.jsonl")
    assert (done.state, done.name, done.by) == ("done", "week.jsonl", OPERATOR)
    progress = done.progress
    assert (progress.total, progress.inspected, progress.added, progress.refused) == (3, 3, 3, 2)
    assert store.count() == 3
    rows = done.first_refusals(10)
    assert [row["line"] for row in rows] == ["4", "5"]
    assert done.first_refusals(1) == rows[:1]
    assert left_of(done.folder) == {"request.json", "progress.json", "refusals.csv"}
    assert url not in (done.folder / "request.json").read_text()
    again = imported(store, url, GOOD)
    assert (again.progress.added, again.progress.unchanged, again.refusals) == (0, 3, None)
    assert [each.folder for each in latest(url)] == [again.folder, done.folder]
    assert latest(url, limit=1)[0].folder == again.folder
    assert latest(f"{url}-other") == []


@pytest.mark.usefixtures("at_once")
def test_imports_are_in_the_audit_log(store: Store, url: str) -> None:
    done = imported(store, url, MIXED)
    after, before = audit.entries(store, OPERATOR, subject=f"import/{done.folder.name}")
    assert (before.verb, before.detail["file"], before.detail["format"]) == (
        "import", "week.jsonl", "jsonl",
    )  # fmt: skip
    assert before.detail["redact"] is True
    assert (after.verb, after.detail["added"], after.detail["refused"]) == ("import_done", 3, 2)


@pytest.mark.usefixtures("at_once")
def test_a_conversation_whose_id_is_taken_is_refused(store: Store, url: str) -> None:
    imported(store, url, GOOD)
    other = GOOD.replace(b"I look.", b"I will look.")
    done = imported(store, url, other)
    assert (done.progress.added, done.progress.conflicting) == (0, 3)
    assert "other content" in done.first_refusals(1)[0]["reason"]


@pytest.mark.usefixtures("at_once")
def test_the_settings_that_were_chosen_judge(store: Store, url: str) -> None:
    save_files(store, "policy", [EXAMPLE_FILE.read_text("utf-8")], in_use=[], by=OPERATOR)
    text = 'name = "shop"\nlanguage = "en"\nversion = "1"\n[[phrase]]\nphrases = ["go away"]\n'
    text += 'label = "hostile"\nstrength = "strong"\n'
    save_files(store, "lexicon", [text], in_use=[], by=OPERATOR)
    imported(store, url, GOOD, policies=("harbor_lane_week@2026.1",), lexicons=("shop/en@1",))
    card = store.scorecard("t0")
    assert card is not None
    assert card["provenance"]["policy"] == "harbor_lane_week@2026.1"
    assert "shop/en@1" in card["provenance"]["models"]["lexicons"]
    assert card["provenance"]["redacted"]


@pytest.mark.usefixtures("at_once")
def test_columns_are_mapped(store: Store, url: str) -> None:
    data = b"chat,who,said\n1,customer,Hello\n1,agent,Hi\n"
    options = ReadOptions(columns={"id": "chat", "role": "who", "text": "said"})
    done = imported(store, url, data, "week.csv", options=options, redact=False)
    assert (done.state, done.progress.added) == ("done", 1)
    card = store.scorecard("1")
    assert card is not None
    assert not card["provenance"]["redacted"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("data", "more", "message"),
    [
        (b'{"id": "bad"}', {}, "No conversation could be read."),
        (GOOD, {"format": "parquet"}, "week.jsonl is damaged or incomplete Parquet"),
        (GOOD, {"lexicons": ("shop/en@9",)}, "There is no lexicon shop/en@9"),
    ],
)
def test_an_import_that_fails_says_why(
    store: Store, url: str, data: bytes, more: Any, message: str
) -> None:
    done = imported(store, url, data, **more)
    assert done.state == "failed"
    assert done.progress.error.startswith(message)
    assert store.count() == 0
    assert not (done.folder / "upload").exists()


@pytest.mark.usefixtures("at_once")
def test_what_was_refused_is_listed_though_nothing_could_be_read(store: Store, url: str) -> None:
    done = imported(store, url, b'{"id": "bad"}\n{"id": "worse"}')
    assert done.progress.refused == 2
    assert len(done.first_refusals(10)) == 2


def test_a_mistake_of_ours_fails_the_import_without_its_texts(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Where is it?")

    def start(folder: Path, *_: object, **__: object) -> None:
        (folder / "pid").write_text("0")

    monkeypatch.setattr(background, "start", start)
    monkeypatch.setattr(imports_work, "_batches", broken)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    folder = imported(store, url, GOOD).folder
    (folder / "upload").mkdir(exist_ok=True)
    (folder / "upload" / "week.jsonl").write_bytes(GOOD)
    with pytest.raises(ZeroDivisionError):
        imports_work.main(folder)
    [failed] = latest(url)
    assert (failed.state, failed.progress.error) == (
        "failed", "ZeroDivisionError; see the server's log",
    )  # fmt: skip
    assert store.count() == 0


@pytest.mark.parametrize(
    ("text", "cell"),
    [("=1+1", "'=1+1"), (" @x", "' @x"), ("-1", "'-1"), ("+1", "'+1"), ("a=1", "a=1"), ("", "")],
)
def test_a_refusal_is_no_formula(text: str, cell: str) -> None:
    file = io.StringIO()
    imports_work._Refusals(file).add(None, text)
    assert list(csv.reader(io.StringIO(file.getvalue())))[1] == ["", cell]


def test_those_who_may_not_import_do_not(store: Store, url: str, home: Path) -> None:
    add_user(store, "ann", name="Ann", role="inspector", by=OPERATOR)
    with pytest.raises(AccessError, match="may not import files"):
        begin(store, url, "x.jsonl", GOOD, Settings("default@1"), by="ann", now=NOW)
    with pytest.raises(AccessError, match="may not import files"):
        stop(store, home, by="ann")
    assert not list(home.rglob("*"))


def test_a_refused_upload_leaves_nothing(store: Store, url: str, home: Path) -> None:
    with pytest.raises(InputError, match=r"^week\.jsonl is a PDF"):
        imported(store, url, b"%PDF-1.7 and so on")
    assert [path.name for path in home.rglob("*") if path.is_file()] == []
    assert audit.entries(store, OPERATOR) == []


def waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Put a module in the place of the work that reads the request and waits."""
    (tmp_path / "patient_work.py").write_text(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from cs_qa.runners.background import report\n"
        "report(Path(sys.argv[1]), {'total': 8, 'inspected': 4, 'added': 4})\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(imports_jobs, "WORK", "patient_work")


def wait_until(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_an_import_is_stopped_and_its_upload_deleted(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waiting(monkeypatch, tmp_path)
    running = imported(store, url, GOOD)
    assert running.state == "running"
    assert (running.folder / "upload" / "week.jsonl").read_bytes() == GOOD
    with pytest.raises(InputError, match="Another one is running"):
        imported(store, url, GOOD)
    wait_until(lambda: latest(url)[0].progress.total)
    stop(store, running.folder, by=OPERATOR)
    [stopped] = latest(url)
    assert (stopped.state, stopped.progress.added) == ("stopped", 4)
    assert not (stopped.folder / "upload").exists()
    last = audit.entries(store, OPERATOR)[0]
    assert (last.verb, last.detail["added"]) == ("import_stopped", 4)
    stop(store, running.folder, by=OPERATOR)
    assert audit.entries(store, OPERATOR)[0].id == last.id
    assert read_import(tmp_path / "none") is None


def imports_page() -> None:
    """Run as a script of its own: AppTest cannot choose among the pages of `app.py`."""
    from cs_qa.errors import CsQaError
    from cs_qa.ui import session
    from cs_qa.ui.imports import page as imports

    try:
        imports.draw()
    except CsQaError as error:
        session.notice(error)


@pytest.fixture
def open_page(store: Store, url: str) -> Iterator[Open]:
    def run() -> AppTest:
        page = AppTest.from_function(imports_page, default_timeout=60).run()
        assert not page.exception
        return page

    session._open.clear()
    yield run
    for job in latest(url):
        background.stop(job.folder)


def send(page: AppTest) -> AppTest:
    page.button[0].click().run()
    assert not page.exception
    return page


@pytest.mark.usefixtures("at_once")
def test_the_page_imports_a_file_and_shows_what_came_of_it(open_page: Open, store: Store) -> None:
    page = open_page()
    assert page.checkbox(key="import-redact").value
    page.file_uploader(key="import-file").upload("a*b.jsonl", MIXED)
    send(page)
    assert store.count() == 3
    said = [each.value for each in page.markdown]
    assert r":material/check_circle: **a\_b\.jsonl**" in said
    assert "3 conversations added · refused rows\\: 2" in said
    assert list(page.dataframe[0].value["line"]) == ["4", "5"]
    assert page.get("download_button")


def test_the_page_asks_for_a_file(open_page: Open) -> None:
    assert [each.value for each in send(open_page()).warning] == ["Choose a file first."]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("import-columns", "text message", "is not OURS\\=THEIRS"),
        ("import-columns", "words = message", "is none of ours"),
        ("import-timezone", "Mars/Olympus", "Mars\\/Olympus"),
        ("import-encoding", "klingon", "is no character set"),
    ],
)
def test_the_page_says_which_option_does_not_hold(
    open_page: Open, key: str, value: str, message: str
) -> None:
    page = open_page()
    page.file_uploader(key="import-file").upload("x.jsonl", GOOD)
    field = page.text_area if key == "import-columns" else page.text_input
    field(key=key).set_value(value)
    [error] = send(page).error
    assert message in error.value


def test_the_settings_in_use_are_chosen(open_page: Open, store: Store) -> None:
    pack = EXAMPLE_FILE.read_text("utf-8")
    save_files(store, "policy", [pack], in_use=["harbor_lane_week@2026.1"], by=OPERATOR)
    page = open_page()
    assert page.multiselect(key="import-policies").value == ["harbor_lane_week@2026.1"]
    assert page.multiselect(key="import-lexicons").value == []
    assert page.selectbox(key="import-rubric").value == "default@1"


def test_the_page_shows_a_running_import_and_stops_it(
    open_page: Open, store: Store, url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waiting(monkeypatch, tmp_path)
    page = open_page()
    page.file_uploader(key="import-file").upload("x.jsonl", GOOD)
    send(page)
    wait_until(lambda: latest(url)[0].progress.total)
    page = open_page()
    assert not page.file_uploader
    progress = page.get("progress")[0].proto
    assert (progress.value, progress.text) == (50, "4 of 8 conversations inspected")
    page.button(key="import-stop").click().run()
    assert not page.exception
    assert latest(url)[0].state == "stopped"
    page = open_page()
    assert page.file_uploader
    assert "Stopped before its end" in page.info[0].value
