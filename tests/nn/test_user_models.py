"""Versions of a user's own: added, promoted, rolled back, and never half so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cs_qa.errors import ModelError
from cs_qa.evaluation.compare import OtherInspector
from cs_qa.nn import model_files, user_models
from cs_qa.nn import registry as registry_module
from cs_qa.nn.heads import Heads
from cs_qa.nn.registry import Models, Registry
from cs_qa.nn.user_models import Change, State, UserModels
from cs_qa.types import Transcript, Turn
from tests.nn.own_versions import (
    VERSIONS,
    make_encoder,
    make_heads,
    registry_at,
    remembered_sha256,
    state_files,
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return registry_at(tmp_path / "models")


@pytest.fixture
def grown(registry: Registry, tmp_path: Path) -> Registry:
    """A registry with heads 2.1, better, and 2.2, refused."""
    registry.add_version("heads", make_heads(tmp_path / "a", bias=1.0))
    refused = '{"verdict": "refused", "why": "banned phrases in German are worse"}'
    registry.add_version("heads", make_heads(tmp_path / "b", bias=2.0, metrics=refused))
    return registry


def in_use(registry: Registry) -> tuple[str, str]:
    return registry.version("encoder"), registry.version("heads")


# ------------------------------------------------------------------------- Finding versions


def test_without_a_home_the_shipped_models_are_in_use(registry: Registry) -> None:
    for name, version in VERSIONS.items():
        assert registry.folder(name) == registry.root / name / version
        assert [each.ref for each in registry.versions(name)] == [f"{name}@{version}"]
    registry.require_own()
    assert registry.user is not None
    assert not registry.user.root.exists()


def test_the_registry_in_use_has_what_lies_in_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CS_QA_HOME", str(tmp_path))
    came = Registry.shipped()
    assert Registry.in_use() == Registry(came.root, UserModels(tmp_path / "models"))


def test_versions_are_listed_in_order(registry: Registry, tmp_path: Path) -> None:
    for version in ("2.10", "2.9", "2.9-b", "2"):
        (tmp_path / "models" / "heads" / version).mkdir(parents=True)
    (tmp_path / "models" / "heads" / ".incoming-2.11").mkdir()
    (tmp_path / "models" / "heads" / "notes.txt").touch()
    (tmp_path / "models" / "statements" / "7").mkdir(parents=True)
    assert [(each.version, each.own) for each in registry.versions("heads")] == [
        ("2", False),
        ("2.9", True),
        ("2.9-b", True),
        ("2.10", True),
    ]
    assert [each.version for each in registry.versions("statements")] == ["1"]


@pytest.mark.parametrize("version", ["9", "../heads/2.1", "", ".", "2.1\n", "/etc"])
def test_a_version_that_is_not_there_is_named_with_those_that_are(
    grown: Registry, version: str
) -> None:
    with pytest.raises(ModelError, match=r"no version .* of heads\. There are: 2, 2\.1, 2\.2\.$"):
        grown.find("heads", version)
    with pytest.raises(ModelError, match="no version"):
        grown.promote("heads", version)


# ------------------------------------------------------------------------- Adding


def test_an_added_version_is_whole_and_not_in_use(registry: Registry, tmp_path: Path) -> None:
    source = make_heads(tmp_path / "new", bias=1.0)
    added = registry.add_version("heads", source)
    assert (added.ref, added.own) == ("heads@2.1", True)
    assert added == registry.find("heads", "2.1")
    assert {path.name: path.read_bytes() for path in added.folder.iterdir()} == {
        path.name: path.read_bytes() for path in source.iterdir()
    }
    assert registry.version("heads") == "2"


def test_version_names_go_up_and_are_never_given_twice(grown: Registry, tmp_path: Path) -> None:
    assert grown.next_version("heads") == "2.3"
    grown.promote("heads", "2.2", force=True)
    grown.rollback("heads")
    for file in grown.find("heads", "2.2").folder.iterdir():
        file.unlink()
    grown.find("heads", "2.2").folder.rmdir()
    assert grown.next_version("heads") == "2.3"
    assert grown.next_version("encoder") == "2.1"
    added = grown.add_version("heads", make_heads(tmp_path / "c"), "shop-a")
    assert added.version == "shop-a"
    assert grown.next_version("heads") == "2.3"


@pytest.mark.parametrize("version", ["2", "2.1"])
def test_a_version_is_not_overwritten(grown: Registry, tmp_path: Path, version: str) -> None:
    with pytest.raises(ModelError, match=f"There is a version {version} of heads already"):
        grown.add_version("heads", make_heads(tmp_path / "c"), version)


@pytest.mark.parametrize("version", ["../2.9", "a/b", ".hidden", "x" * 41, "2.9\n"])
def test_a_version_keeps_to_names_of_folders(
    registry: Registry, tmp_path: Path, version: str
) -> None:
    with pytest.raises(ModelError, match=r"can be no version\. Possible: letters"):
        registry.add_version("heads", make_heads(tmp_path / "c"), version)


def test_what_goes_wrong_while_adding_leaves_nothing(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    source = make_heads(tmp_path / "new")
    with monkeypatch.context() as patch:
        patch.setattr(user_models.shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space left"):
            registry.add_version("heads", source)
    assert list((tmp_path / "models" / "heads").iterdir()) == []
    (tmp_path / "models" / "heads" / ".incoming-2.1").mkdir()
    assert registry.add_version("heads", source).version == "2.1"


@pytest.mark.parametrize("name", ["statements", "tokenizer"])
def test_other_models_have_no_versions_of_ones_own(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    for act in (
        lambda: registry.add_version(name, tmp_path),
        lambda: registry.promote(name, "1"),
        lambda: registry.rollback(name),
        lambda: registry.next_version(name),
    ):
        with pytest.raises(ModelError, match=f"'{name}' has no versions but the shipped one"):
            act()


def test_the_shipped_registry_is_read_only(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="are read-only"):
        Registry.shipped().promote("heads", "2")


# ------------------------------------------------------------------------- Promotion


def test_a_promoted_version_is_in_use_and_noted(grown: Registry, tmp_path: Path) -> None:
    change = grown.promote("heads", "2.1")
    assert change is not None
    assert (change.action, change.forced, change.skipped) == ("promote", False, ())
    assert change.before == {"encoder": "2", "heads": "2"}
    assert change.after == {"encoder": "2", "heads": "2.1"}
    assert grown.folder("heads") == tmp_path / "models" / "heads" / "2.1"
    grown.require_own()
    again = Registry(grown.root, UserModels(tmp_path / "models"))
    assert again.version("heads") == "2.1"
    assert UserModels(tmp_path / "models").history() == [change]


def test_promoting_what_is_in_use_changes_nothing(grown: Registry, tmp_path: Path) -> None:
    grown.promote("heads", "2.1")
    before = (tmp_path / "models" / "current.toml").read_bytes()
    assert grown.promote("heads", "2.1") is None
    assert (tmp_path / "models" / "current.toml").read_bytes() == before
    grown.rollback("heads")
    assert grown.promote("heads", "2") is None


def test_a_shipped_version_can_be_promoted_again(grown: Registry) -> None:
    grown.promote("heads", "2.1")
    grown.promote("heads", "2")
    assert in_use(grown) == ("2", "2")
    grown.rollback("heads")
    assert in_use(grown) == ("2", "2.1")


def test_a_refused_version_needs_force(grown: Registry) -> None:
    with pytest.raises(
        ModelError,
        match=r"heads@2.2 was refused: banned phrases in German are worse\. .* --force\.$",
    ):
        grown.promote("heads", "2.2")
    assert grown.version("heads") == "2"
    change = grown.promote("heads", "2.2", force=True)
    assert change is not None
    assert change.forced
    assert grown.version("heads") == "2.2"


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        (None, "was not compared with the version in use"),
        ("{}", "was not compared with the version in use"),
        ('{"verdict": null}', "was refused: its comparison does not say why"),
        ('{"verdict": true, "why": 4}', "was refused: 4"),
        ('{"verdict": "refused", "why": "a\\u001b[2Jb\\nc"}', r"was refused: a\ufffd\[2Jb c\."),
        ('{"verdict": "Better"}', "was refused"),
    ],
)
def test_only_a_verdict_of_better_needs_no_force(
    registry: Registry, tmp_path: Path, metrics: str | None, said: str
) -> None:
    registry.add_version("heads", make_heads(tmp_path / "new", metrics=metrics))
    with pytest.raises(ModelError, match=said):
        registry.promote("heads", "2.1")
    assert registry.promote("heads", "2.1", force=True)


def test_force_is_noted_only_where_it_was_needed(grown: Registry) -> None:
    change = grown.promote("heads", "2.1", force=True)
    assert change is not None
    assert not change.forced


def test_promoting_and_rolling_back_take_under_a_second(grown: Registry) -> None:
    started = time.perf_counter()
    grown.promote("heads", "2.1")
    promoted = time.perf_counter()
    grown.rollback("heads")
    assert promoted - started < 1
    assert time.perf_counter() - promoted < 1


# ------------------------------------------------------------------------- Rollback


def test_rolling_back_goes_step_by_step_to_the_shipped_version(grown: Registry) -> None:
    assert not grown.may_roll_back("heads")
    grown.promote("heads", "2.1")
    grown.promote("heads", "2.2", force=True)
    assert grown.may_roll_back("heads")
    assert [grown.rollback("heads").after["heads"] for _ in range(2)] == ["2.1", "2"]
    assert not grown.may_roll_back("heads")
    with pytest.raises(ModelError, match="heads@2 came with cs_qa, and no other version was in"):
        grown.rollback("heads")
    assert grown.user is not None
    actions = [(each.action, each.after["heads"]) for each in grown.user.history()]
    assert actions == [
        ("promote", "2.1"),
        ("promote", "2.2"),
        ("rollback", "2.1"),
        ("rollback", "2"),
    ]


def test_after_a_rollback_another_promotion_starts_from_there(grown: Registry) -> None:
    grown.promote("heads", "2.1")
    grown.rollback("heads")
    grown.promote("heads", "2.2", force=True)
    grown.rollback("heads")
    assert grown.version("heads") == "2"


def test_a_rollback_passes_over_what_is_damaged(grown: Registry) -> None:
    grown.promote("heads", "2.1")
    grown.promote("heads", "2.2", force=True)
    (grown.find("heads", "2.1").folder / "calibration.json").write_text("{}")
    change = grown.rollback("heads")
    assert (change.after["heads"], change.skipped) == ("2", ("heads@2.1",))


def test_more_changes_than_are_kept_still_lead_back(
    grown: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_models, "EARLIER", 2)
    for version in ("2.1", "2.2", "2.1", "2.2"):
        grown.promote("heads", version, force=True)
    assert [grown.rollback("heads").after["heads"] for _ in range(3)] == ["2.1", "2.2", "2"]


def test_scores_after_a_rollback_are_the_same_to_the_byte(
    grown: Registry, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The encoder is the same one throughout; checking and loading it anew takes seconds.
    monkeypatch.setattr(registry_module, "Encoder", lambda *_, **__: models.encoder)
    monkeypatch.setattr(registry_module, "check_shipped", lambda _: [])
    said = ("Where is my parcel?", "How should I know? Are you stupid? Read the page.")
    chat = Transcript("t", (Turn("customer", said[0]), Turn("agent", said[1])))

    def card(loaded: Models | None = None) -> str:
        (card,) = OtherInspector(models=loaded or grown.load()).inspect([chat])
        return repr(card)

    before = card()
    assert before == card(replace(models, refs=grown.load().refs))
    grown.promote("heads", "2.1")
    promoted = card()
    assert "heads@2.1" in promoted
    assert promoted.replace("heads@2.1", "heads@2") != before
    grown.promote("heads", "2.2", force=True)
    grown.rollback("heads")
    assert card() == promoted
    grown.rollback("heads")
    assert card() == before


# ------------------------------------------------------------------------- Heads and encoder


def test_heads_of_another_encoder_are_refused(registry: Registry, tmp_path: Path) -> None:
    registry.add_version("heads", make_heads(tmp_path / "new", encoder="0" * 64))
    with pytest.raises(
        ModelError, match=r"heads@2.1 was trained on the vectors of another encoder than encoder@2$"
    ):
        registry.promote("heads", "2.1", force=True)
    assert registry.version("heads") == "2"


def test_a_new_shipped_encoder_stops_the_users_heads(grown: Registry, tmp_path: Path) -> None:
    grown.promote("heads", "2.1")
    (tmp_path / "newer").mkdir()
    for name in registry_module.MODELS:
        target = tmp_path / "newer" / name / "3"
        target.mkdir(parents=True)
        for file in Registry.shipped().folder(name).iterdir():
            (target / file.name).symlink_to(file)
    (tmp_path / "newer" / "current.toml").write_text(
        'encoder = "3"\nheads = "3"\nstatements = "3"\n'
    )
    newer = replace(grown, root=tmp_path / "newer")
    newer.require_own()
    (tmp_path / "newer" / "encoder" / "3" / "adapters.safetensors").unlink()
    (tmp_path / "newer" / "encoder" / "3" / "adapters.safetensors").write_bytes(b"trained anew")
    with pytest.raises(
        ModelError,
        match=r"another encoder than encoder@3\. Go back with `cs-qa models rollback heads`\.$",
    ):
        newer.require_own()
    assert newer.rollback("heads").after["heads"] == "3"
    newer.require_own()


def test_an_encoder_of_ones_own_comes_and_goes_with_its_heads(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(model_files, "sha256", remembered_sha256())
    monkeypatch.setitem(registry_module.OPEN, "encoder", opened.append)
    encoder = registry.add_version("encoder", make_encoder(tmp_path / "encoder"))
    assert opened == [encoder.folder.with_name(".incoming-2.1")]
    with pytest.raises(ModelError, match=r"heads@2 was .* another encoder than encoder@2\.1$"):
        registry.promote("encoder", "2.1")
    adapters = json.loads((encoder.folder / "built.json").read_text())["about"]["adapters"]
    registry.add_version("heads", make_heads(tmp_path / "heads", encoder=adapters))
    change = registry.promote("heads", "2.1")
    assert change is not None
    assert (
        change.after
        == {"encoder": "2.1", "heads": "2.1"}
        == dict(zip(("encoder", "heads"), in_use(registry), strict=True))
    )
    assert registry.encoder_sha256() == adapters
    registry.require_own()
    with pytest.raises(ModelError, match=r"heads@2\.1 was .* another encoder than encoder@2$"):
        registry.promote("encoder", "2")
    assert registry.rollback("encoder").after == {"encoder": "2", "heads": "2"}
    registry.promote("heads", "2.1")
    registry.promote("heads", "2")
    assert in_use(registry) == ("2", "2")


@pytest.mark.slow
def test_an_encoder_of_ones_own_is_loaded(registry: Registry, tmp_path: Path) -> None:
    registry.add_version("encoder", make_encoder(tmp_path / "encoder"))
    adapters = json.loads((tmp_path / "encoder" / "built.json").read_text())["about"]["adapters"]
    registry.add_version("heads", make_heads(tmp_path / "heads", encoder=adapters))
    registry.promote("heads", "2.1")
    loaded = registry.load(threads=1)
    assert loaded.refs["encoder"] == "encoder@2.1"
    assert loaded.encoder.encode(["hello"])["hello"].turn.shape == (384,)


# ------------------------------------------------------------------------- Stopped and damaged


class Killed(BaseException):
    """The process ends here."""


def steps(monkeypatch: pytest.MonkeyPatch, stop_at: int) -> Callable[[], int]:
    """Let every call that touches the disk count, and the one of number `stop_at` end the run."""
    done = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            nonlocal done
            done += 1
            if done == stop_at:
                raise Killed
            return original(*arguments, **options)

        return step

    monkeypatch.setattr(user_models, "_to_disk", counted(user_models._to_disk))
    for name in ("write_text", "replace", "rename"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    return lambda: done


@pytest.mark.parametrize("action", ["promote", "rollback"])
def test_a_stop_at_any_step_leaves_the_one_version_or_the_other(
    grown: Registry, monkeypatch: pytest.MonkeyPatch, action: str
) -> None:
    assert grown.user is not None

    def act() -> object:
        if action == "promote":
            return grown.promote("heads", "2.2", force=True)
        return grown.rollback("heads")

    expected = {"2.1", "2.2" if action == "promote" else "2"}
    seen: set[str] = set()
    for stop_at in range(1, 20):
        grown.promote("heads", "2.1")
        with monkeypatch.context() as patch:
            count = steps(patch, stop_at)
            try:
                act()
            except Killed:
                pass
            else:
                assert count() < stop_at
                break
        grown.require_own()
        seen.add(grown.version("heads"))
        last = grown.user.history()[-1]
        assert last.after["heads"] == grown.version("heads")
    else:
        pytest.fail("never came to its end")
    assert seen == expected
    noted = [each.after["heads"] for each in grown.user.history()]
    assert all(a != b for a, b in pairwise(noted))


PROMOTE_FOR_EVER = """
import sys
from pathlib import Path
from cs_qa.nn.user_models import Change, Pin, UserModels
user = UserModels(Path(sys.argv[1]))
for number in range(1_000_000):
    version = f"2.{number}"
    with user.locked():
        state = user.state()
        pins = {"heads": Pin(version=version, manifest="0" * 64)}
        change = Change.now("promote", {"heads": "?"}, {"heads": version})
        user.replace(state, pins, (*state.earlier, state.in_use), change)
    print(version, flush=True)
"""


def test_a_process_killed_at_any_moment_leaves_a_registry_that_can_be_read(tmp_path: Path) -> None:
    user = UserModels(tmp_path)
    for wait_s in (0.0, 0.003, 0.011, 0.023, 0.047):
        process = subprocess.Popen(
            [sys.executable, "-c", PROMOTE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait_s)
        os.kill(process.pid, signal.SIGKILL)
        said = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        state = user.state()
        assert state.last is not None
        used = state.in_use["heads"].version
        assert state.last.after == {"heads": used}
        if said:
            assert int(used.split(".")[1]) in (number := int(said[-1].split(b".")[1]), number + 1)
        assert user.history()[-1] == state.last


def test_a_stop_before_the_history_is_written_is_made_up_for(grown: Registry) -> None:
    assert grown.user is not None
    path = grown.user.root / "history.jsonl"
    grown.promote("heads", "2.1")
    whole = path.read_text()
    for left in ("", whole[:40], whole + '{"at": "20'):
        path.write_text(left)
        assert [each.after["heads"] for each in grown.user.history()] == ["2.1"]
        grown.promote("heads", "2.2", force=True)
        assert [each.after["heads"] for each in grown.user.history()] == ["2.1", "2.2"]
        grown.rollback("heads")
        path.unlink()
        grown.user.replace(
            State(), grown.user.state().in_use, (), Change.model_validate_json(whole)
        )


@pytest.mark.parametrize(
    "content",
    [
        b"in_use = ",
        b"\xff",
        b'in_use = {heads = "2.1"}',
        b'in_use = {statements = {version = "1", manifest = "%s"}}' % (b"0" * 64),
        b'in_use = {heads = {version = "../../etc", manifest = "%s"}}' % (b"0" * 64),
        b'in_use = {heads = {version = "2.1", manifest = "abc"}}',
        b"heads = 2",
        b"x = " + b"[" * 3000,
    ],
)
def test_a_damaged_current_toml_is_named_with_the_way_out(grown: Registry, content: bytes) -> None:
    assert grown.user is not None
    (grown.user.root / "current.toml").write_bytes(content)
    for act in (
        grown.load,
        lambda: grown.version("heads"),
        lambda: grown.promote("heads", "2.1"),
        lambda: grown.rollback("heads"),
    ):
        with pytest.raises(ModelError, match=r"current.toml is damaged \(.*\)\. Move it away to"):
            act()
    (grown.user.root / "current.toml").unlink()
    assert grown.version("heads") == "2"


def test_what_was_promoted_is_what_is_loaded(grown: Registry, tmp_path: Path) -> None:
    grown.promote("heads", "2.1")
    folder = grown.folder("heads")
    make_heads(folder, bias=5.0)
    with pytest.raises(
        ModelError, match=r"2\.1 is not what was promoted: .* Go back with `cs-qa models rollback"
    ):
        grown.require_own()
    assert grown.promote("heads", "2.1")
    grown.require_own()


def test_an_account_without_a_name_can_promote(
    grown: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr(user_models.getpass, "getuser", nameless)
    change = grown.promote("heads", "2.1")
    assert change is not None
    assert change.by == "unknown"
    monkeypatch.setattr(user_models.getpass, "getuser", lambda: 'a\x7f"\\\ud800é')
    assert grown.rollback("heads").by == 'a?"\\?é'
    assert grown.version("heads") == "2"


def test_two_processes_do_not_promote_at_once(grown: Registry, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "models" / ".lock").open("w") as other:
        assert grown.user is not None
        with grown.user.locked(), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_users_heads_are_the_ones_that_answer(grown: Registry, models: Models) -> None:
    grown.promote("heads", "2.1")
    own = Heads(grown.folder("heads"))
    turn = np.ones(384, np.float32)
    assert own.score(turn, []) == models.heads.score(turn, [])
    bias = own.calibration["hostile"].bias - models.heads.calibration["hostile"].bias
    assert bias == pytest.approx(1.0)


def test_files_added_later_are_refused(grown: Registry) -> None:
    grown.promote("heads", "2.1")
    (grown.folder("heads") / "metrics.json").write_text('{"verdict": "better", "f1": 1}')
    with pytest.raises(ModelError, match=r"metrics\.json is damaged: its SHA-256"):
        grown.require_own()
    state_files(grown.folder("heads"))
    with pytest.raises(ModelError, match="does not say which encoder"):
        grown.require_own()
