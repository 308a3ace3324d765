"""The page Settings: each part by what it saves, refuses and shows; and the page to sign in."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cs_qa.errors import InputError, LexiconError, PolicyError, RubricError
from cs_qa.policy.pack import EXAMPLE_FILE
from cs_qa.rubric import Rubric
from cs_qa.store import Store, audit, open_store
from cs_qa.store.access import OPERATOR
from cs_qa.store.passwords import is_password, set_password
from cs_qa.store.settings import (
    lexicons,
    list_files,
    list_rubrics,
    rubric_in_use,
    save_files,
)
from cs_qa.store.users import add_user, password_hash, user
from cs_qa.ui import session, sign_in
from cs_qa.ui.settings.packs import read_pack
from cs_qa.ui.settings.phrases import checked, content_of, drafted, rows_of
from cs_qa.ui.settings.rubric import changed_rubric, own_name, read_rubric
from cs_qa.ui.settings.toml import to_toml
from cs_qa.ui.sign_in import Attempts

PASSWORD = "three small words"
PACK = EXAMPLE_FILE.read_text("utf-8")
REF = "harbor_lane_week@2026.1"
DEFAULT: dict[str, Any] = Rubric.default().model_dump(mode="json", by_alias=True)

Open = Callable[..., AppTest]


@pytest.fixture
def store(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("CS_QA_DB", database)
    with open_store(database) as opened:
        yield opened


def settings_page() -> None:
    """Run as a script of its own: AppTest cannot choose among the pages of `app.py`."""
    from cs_qa.errors import CsQaError
    from cs_qa.ui import session
    from cs_qa.ui.settings import page as settings

    try:
        settings.draw()
    except CsQaError as error:
        session.notice(error)


def sign_in_page() -> None:
    from cs_qa.ui import session, sign_in

    who = session.user()
    if who is None:
        sign_in.draw()
    else:
        import streamlit as st

        st.write(f"This is {who.id}")


@pytest.fixture
def open_page(store: Store) -> Open:
    def run(part: str, *, by: str | None = None) -> AppTest:
        page = AppTest.from_function(settings_page, default_timeout=60)
        if by is not None:
            page.session_state["signed_in"] = session.SignedIn(by)
        page.query_params["part"] = part
        return ran(page)

    session._open.clear()
    return run


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    (button,) = [each for each in page.button if each.label == label]
    button.click()
    return ran(page)


def field(page: AppTest, label: str, place: int = 0) -> Any:
    return [each for each in page.text_input if each.label == label][place]


# ---------------------------------------------------------------- TOML


@pytest.mark.parametrize(
    "table",
    [
        DEFAULT,
        {"a": 1, "b": True, "c": ["x", "y"], "d": [], "e": -0.5},
        {"text": '"quoted" \\ \n \t \x00 \x1f \x7f \u2028 漢字 😀 \''},
        {"a key": 1, "": {"ü": {"x.y": "z"}}, "t": [{"l": "1", "n": {"m": 1}}, {"l": "2"}]},
    ],
)
def test_toml_is_read_back_equal(table: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(table)) == _without_none(table)


def _without_none(table: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in table.items()
        if value is not None
    }


def test_half_a_character_can_be_written() -> None:
    assert tomllib.loads(to_toml({"a": "x\ud800"})) == {"a": "x?"}


# ---------------------------------------------------------------- Rubric


def test_a_changed_rubric_gets_a_name_and_the_next_version(store: Store) -> None:
    base = Rubric.default()
    content = DEFAULT | {"name": own_name(base), "pass_mark": 60.0}
    changed = changed_rubric(store, base, content)
    assert (changed.ref, changed.pass_mark) == ("shop@1", 60.0)
    assert own_name(changed) == "shop"


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"name": "shop"}, InputError, "Nothing was changed"),
        ({"name": "default", "pass_mark": 1.0}, InputError, "that of the rubric that ships"),
        ({"name": "my shop", "pass_mark": 1.0}, RubricError, "^name: must be one word"),
        ({"name": "shop", "pass_mark": 101.0}, RubricError, "^pass_mark: .*100"),
        (
            {"name": "shop", "grades": {"excellent": 50.0, "pass": 70.0}},
            RubricError,
            "^grades: pass may not be above excellent",
        ),
        (
            {"name": "shop", "weights": {"quantitative": 0.0, "qualitative": 0.0}},
            RubricError,
            "all weights are 0",
        ),
        ({"name": "shop", "pass_mark": None}, RubricError, "^pass_mark: missing"),
    ],
)
def test_a_rubric_that_cannot_be(
    store: Store, change: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        changed_rubric(store, Rubric.default(), DEFAULT | change)


def test_the_form_holds_every_number_of_the_default(open_page: Open) -> None:
    page = open_page("rubric")
    drawn = [each.value for each in page.number_input]
    assert sorted(drawn, key=str) == sorted(_numbers(DEFAULT), key=str)


def _numbers(table: dict[str, Any]) -> list[float | None]:
    found: list[float | None] = []
    for name, value in table.items():
        if isinstance(value, dict):
            found += _numbers(value)
        elif isinstance(value, int | float) or name == "pass_mark":
            found.append(value)
    return found


def test_a_change_is_previewed_and_saved_as_a_new_version(open_page: Open, store: Store) -> None:
    page = open_page("rubric")
    page.number_input(key="default@1-grades.excellent").set_value(80.0)
    press(page, "Preview")
    figures = {each.label: each.value for each in page.metric}
    assert figures["Conversations"] == "4"
    assert list_rubrics(store)[0].ref == "default@1"
    press(page, "Save as a new version")
    assert "shop\\@1 is saved" in page.success[0].value
    assert rubric_in_use(store).grades.excellent == 80.0
    assert rubric_in_use(store).model_dump(exclude={"name", "version", "grades"}) == (
        Rubric.default().model_dump(exclude={"name", "version", "grades"})
    )
    page.number_input(key="shop@1-criteria.empathy.weight").set_value(0.0)
    press(page, "Save as a new version")
    assert rubric_in_use(store).ref == "shop@2"
    assert [each.ref for each in list_rubrics(store)] == ["shop@2", "shop@1", "default@1"]
    verbs = [row.verb for row in audit.entries(store, OPERATOR)]
    assert verbs[:4] == ["use_rubric", "add_rubric", "use_rubric", "add_rubric"]


def test_what_does_not_hold_is_said_and_not_saved(open_page: Open, store: Store) -> None:
    page = open_page("rubric")
    page.number_input(key="default@1-grades.pass").set_value(95.0)
    press(page, "Save as a new version")
    assert "pass may not be above excellent" in page.error[0].value
    assert [each.ref for each in list_rubrics(store)] == ["default@1"]


def test_an_older_version_can_be_taken_again(open_page: Open, store: Store) -> None:
    page = open_page("rubric")
    page.number_input(key="default@1-pass_mark").set_value(60.0)
    press(page, "Save as a new version")
    page.selectbox(key="rubric-version").set_value("default@1")
    press(page, "Let imports take it")
    assert rubric_in_use(store) == Rubric.default()


def test_a_rubric_file_is_uploaded(open_page: Open, store: Store) -> None:
    content = to_toml(
        DEFAULT | {"name": "own", "languages": {"ja": {"pass_marks": {"empathy": 80}}}}
    )
    page = open_page("rubric")
    page.file_uploader(key="rubric-file").upload("own.toml", content.encode())
    press(page, "Check and save")
    assert rubric_in_use(store).languages["ja"].pass_marks == {"empathy": 80}
    assert read_rubric("x.toml", content).ref == "own@1"
    with pytest.raises(RubricError, match=r"^is not TOML"):
        read_rubric("../x.toml", b"x")
    page.file_uploader(key="rubric-file").upload("own.toml", b"name = 1")
    press(page, "Check and save")
    assert "weights\\: missing" in page.error[0].value


# ---------------------------------------------------------------- Own phrases


def row(phrase: str = "kiosk only", language: str = "en", **more: Any) -> dict[str, Any]:
    told = {"phrase": phrase, "label": "deflecting", "strength": "weak", "language": language}
    return {**told, "scope": None, "matches": None, "clean": math.nan, **more}


def test_rows_become_a_list_a_language() -> None:
    rows = [
        row(matches=["It is kiosk only."], clean=np.array(["At the kiosk", " "])),
        row("nur am Kiosk", "de"),
        row("hau ab", "de", label="hostile", strength="strong", scope="sentence"),
        row(None, "", label="hostile"),  # type: ignore[arg-type]
    ]
    draft = drafted(rows, [], [])
    assert draft.refs == ["shop/de@1", "shop/en@1"]
    german, english = draft.changed
    assert [group.label for group in german.phrase] == ["deflecting", "hostile"]
    assert german.phrase[1].scope == "sentence"
    assert (english.phrase[0].matches, english.phrase[0].clean) == (
        ["It is kiosk only."], ["At the kiosk"],
    )  # fmt: skip
    again = drafted(rows_of(draft.changed), draft.changed, draft.refs)
    assert (again.changed, again.unchanged) == ((), ("shop/de@1", "shop/en@1"))
    assert tomllib.loads(content_of(german))["phrase"][1]["phrases"] == ["hau ab"]


def test_only_what_changed_gets_a_version() -> None:
    first = drafted([row(), row("nur hier", "de")], [], [])
    second = drafted([row(strength="strong"), row("nur hier", "de")], first.changed, first.refs)
    assert second.refs == ["shop/de@1", "shop/en@2"]
    third = drafted([row("nur hier", "de")], first.changed, [*first.refs, "shop/de@7"])
    assert third.refs == ["shop/de@1"]
    assert drafted([], first.changed, first.refs).refs == []


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (row(language=""), r"Row 2 \(kiosk only\) lacks: language"),
        (row("  "), r"Row 2 \(–\) lacks: phrase"),
        (row(label=None), "lacks: label"),
        (row(language="English"), "is no language code"),
        (row(label="rude"), "none of the values that are possible: "),
        (row(strength="very"), "possible: strong, weak"),
    ],
)
def test_rows_that_do_not_hold(bad: dict[str, Any], message: str) -> None:
    with pytest.raises(LexiconError, match=message):
        drafted([row(), bad], [], [])


def test_lists_are_checked_as_the_command_does() -> None:
    (file,) = drafted([row(matches=["Something else"], clean=["kiosk only"])], [], []).changed
    found = checked(file)
    assert any("does not match 'Something else'" in each for each in found.problems)
    assert any("hits the clean example" in each for each in found.problems)
    assert found.summary == "shop/en@1: 1 group, 1 phrase, 0 patterns, 0 exceptions"


def edit(monkeypatch: pytest.MonkeyPatch, *rows: dict[str, Any]) -> None:
    """Stand for the table editor, which cannot be typed into here."""
    from cs_qa.ui.settings import lexicon as settings_lexicon

    monkeypatch.setattr(settings_lexicon, "_draw_table", lambda own: [*rows_of(own), *rows])


def test_phrases_are_previewed_and_saved(
    open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(monkeypatch, row("คืนได้ภายใน", "th", strength="strong"))
    page = press(open_page("phrases"), "Check and preview")
    assert page.success[0].value == "The phrases hold."
    hits = page.dataframe[0].value
    assert list(hits["Turns"]) == [1]
    assert hits["Such as"][0].startswith("th-1, 2: ")
    assert list_files(store, "lexicon") == []
    press(page, "Save as a new version")
    assert "shop\\/th\\@1" in page.success[0].value
    (used,) = lexicons(store, [each.ref for each in list_files(store, "lexicon") if each.is_in_use])
    assert used.phrase[0].phrases == ["คืนได้ภายใน"]


def test_phrases_with_problems_are_not_saved(
    open_page: Open, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(monkeypatch, row(matches=["Something else"]))
    page = press(open_page("phrases"), "Save as a new version")
    assert "does not match" in page.error[0].value
    edit(monkeypatch, row(language=""))
    page = press(open_page("phrases"), "Save as a new version")
    assert "lacks\\: language" in page.error[0].value
    edit(monkeypatch)
    page = press(open_page("phrases"), "Save as a new version")
    assert page.info[0].value == "Nothing was changed."
    assert list_files(store, "lexicon") == []


def test_the_table_shows_what_is_in_use(open_page: Open, store: Store) -> None:
    (file,) = drafted([row()], [], []).changed
    save_files(store, "lexicon", [content_of(file)], in_use=[file.ref], by=OPERATOR)
    page = open_page("phrases")
    assert list(page.dataframe[0].value["phrase"]) == ["kiosk only"]
    press(page, "Save as a new version")
    assert page.info[0].value == "Nothing was changed."


# ---------------------------------------------------------------- Policy packs


def test_a_pack_is_uploaded_listed_and_replaced(open_page: Open, store: Store) -> None:
    page = open_page("policies")
    page.file_uploader(key="pack-file").upload("harbor.toml", PACK.encode())
    press(page, "Check and save")
    assert "22 clauses" in page.success[0].value
    newer = PACK.replace('version = "2026.1"', 'version = "2026.2"')
    page.file_uploader(key="pack-file").upload("harbor.toml", newer.encode())
    press(page, "Check and save")
    used = {each.ref: each.is_in_use for each in list_files(store, "policy")}
    assert used == {REF: False, "harbor_lane_week@2026.2": True}
    assert list(page.dataframe[0].value["Pack"]) == ["harbor_lane_week@2026.2", REF]


def test_a_pack_stays_in_use_beside_a_newer_one(open_page: Open, store: Store) -> None:
    save_files(store, "policy", [PACK], in_use=[REF], by=OPERATOR)
    page = open_page("policies")
    newer = PACK.replace('version = "2026.1"', 'version = "2026.2"')
    page.file_uploader(key="pack-file").upload("harbor.toml", newer.encode())
    page.checkbox[0].uncheck()
    press(page, "Check and save")
    assert all(each.is_in_use for each in list_files(store, "policy"))
    page.multiselect[0].set_value([REF])
    press(page, "Save")
    assert [each.ref for each in list_files(store, "policy") if each.is_in_use] == [REF]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"x", "harbor\\.toml\\: is not TOML"),
        (b'pack = "x"', "version\\: missing"),
        (b"\xff\xfe", "is not UTF\\-8"),
        (PACK.replace("2026.1", "2026.1 b").encode(), "must be one word"),
        (PACK.replace("22", "23").encode() + b"# another", "There is another policy"),
        (b"#" * 3_000_000, "too large for a policy pack"),
    ],
)
def test_a_pack_that_does_not_hold_is_refused(
    open_page: Open, store: Store, data: bytes, message: str
) -> None:
    save_files(store, "policy", [PACK], in_use=[REF], by=OPERATOR)
    page = open_page("policies")
    page.file_uploader(key="pack-file").upload("../harbor.toml", data)
    press(page, "Check and save")
    assert message in page.error[0].value
    assert [each.ref for each in list_files(store, "policy")] == [REF]


def test_messages_name_the_file_alone() -> None:
    with pytest.raises(PolicyError, match=r"^x\.toml: is not TOML"):
        read_pack("/etc/x.toml", b"x")


# ---------------------------------------------------------------- Users


@pytest.fixture
def admin(store: Store) -> str:
    add_user(store, "ada", name="Ada", role="admin", by=OPERATOR)
    add_user(store, "ann", name="<b>Ann</b>", role="inspector", by=OPERATOR)
    return "ada"


def test_an_account_is_added(open_page: Open, store: Store, admin: str) -> None:
    page = open_page("users", by=admin)
    assert list(page.dataframe[0].value["Login"]) == ["ada", "ann"]
    field(page, "Login").set_value("Amy")
    field(page, "Agent id").set_value("a1")
    field(page, "Password").set_value(PASSWORD)
    page.selectbox[0].set_value("agent")
    press(page, "Add")
    assert page.success[0].value == "amy was added\\."
    found = user(store, "amy")
    assert found is not None
    assert (found.name, found.role, found.agent_id, found.team) == ("Amy", "agent", "a1", None)
    assert is_password(store, "amy", PASSWORD)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"Login": "ann"}, "is taken"),
        ({"Login": "a b"}, "cannot be a login"),
        ({"Login": "eve", "Password": "short"}, "10 to 200 characters"),
    ],
)
def test_an_account_that_cannot_be_is_said(
    open_page: Open, store: Store, admin: str, values: dict[str, str], message: str
) -> None:
    page = open_page("users", by=admin)
    for label, value in values.items():
        field(page, label).set_value(value)
    press(page, "Add")
    assert message in page.error[0].value
    assert user(store, "eve") is None


def choose(page: AppTest, login: str) -> AppTest:
    page.selectbox(key="user").set_value(login)
    return ran(page)


def test_an_account_is_changed(open_page: Open, store: Store, admin: str) -> None:
    page = choose(open_page("users", by=admin), "ann")
    field(page, "Agent id", 1).set_value("a7")
    page.selectbox[2].set_value("agent")
    press(page, "Save")
    changed = user(store, "ann")
    assert changed is not None
    assert (changed.role, changed.agent_id) == ("agent", "a7")
    field(page, "Agent id", 1).set_value("")
    page.selectbox[2].set_value("lead")
    press(page, "Save")
    changed = user(store, "ann")
    assert changed is not None
    assert (changed.role, changed.agent_id) == ("lead", None)
    field(page, "New password").set_value(PASSWORD)
    press(page, "Set password")
    assert is_password(store, "ann", PASSWORD)
    press(page, "Disable this account")
    assert not is_password(store, "ann", PASSWORD)
    press(page, "Enable this account")
    assert is_password(store, "ann", PASSWORD)
    verbs = {row.verb for row in audit.entries(store, OPERATOR, subject="user/ann")}
    assert verbs == {"add_user", "set_role", "set_details", "set_password", "disable", "enable"}


def test_an_agent_needs_an_agent_id(open_page: Open, store: Store, admin: str) -> None:
    page = choose(open_page("users", by=admin), "ann")
    field(page, "Name", 1).set_value("Other")
    page.selectbox[2].set_value("agent")
    press(page, "Save")
    assert "needs an agent id" in page.error[0].value
    unchanged = user(store, "ann")
    assert unchanged is not None
    assert (unchanged.role, unchanged.name) == ("inspector", "<b>Ann</b>")


def test_nobody_disables_the_own_account(open_page: Open, admin: str) -> None:
    page = choose(open_page("users", by=admin), "ada")
    assert page.selectbox[2].disabled
    assert not [each for each in page.button if "account" in each.label]


@pytest.mark.parametrize("role", ["inspector", "lead"])
@pytest.mark.parametrize("part", ["Rubric", "Users"])
def test_settings_are_for_admins(
    open_page: Open, store: Store, admin: str, role: Any, part: str
) -> None:
    add_user(store, "eve", name="Eve", role=role, by=OPERATOR)
    page = open_page(part, by="eve")
    assert not page.button
    assert "Settings are for admins" in page.markdown[-1].value


# ---------------------------------------------------------------- Sign in


@pytest.fixture
def sign_in_form(store: Store, admin: str) -> AppTest:
    set_password(store, admin, PASSWORD, by=OPERATOR)
    session._open.clear()
    sign_in._attempts.clear()
    return ran(AppTest.from_function(sign_in_page, default_timeout=60))


def attempt(page: AppTest, login: str, password: str) -> AppTest:
    field(page, "Login").set_value(login)
    field(page, "Password").set_value(password)
    return press(page, "Sign in")


def test_a_right_password_signs_in(sign_in_form: AppTest) -> None:
    assert "Login or password is wrong" in attempt(sign_in_form, "ada", "wrong").error[0].value
    page = attempt(sign_in_form, " ADA", PASSWORD)
    assert page.markdown[0].value == "This is ada"


def test_a_changed_password_ends_the_other_sessions(sign_in_form: AppTest, store: Store) -> None:
    first = attempt(sign_in_form, "ada", PASSWORD)
    other = attempt(ran(AppTest.from_function(sign_in_page, default_timeout=60)), "ada", PASSWORD)
    assert ran(other).markdown[0].value == "This is ada"
    set_password(store, "ada", f"{PASSWORD}, a new one", by=OPERATOR)
    for page in (first, other):
        assert field(ran(page), "Password").value == ""
    again = attempt(other, "ada", f"{PASSWORD}, a new one")
    assert again.markdown[0].value == "This is ada"
    assert field(ran(first), "Password").value == ""


def test_who_changes_the_own_password_stays_signed_in(
    open_page: Open, store: Store, admin: str
) -> None:
    set_password(store, admin, PASSWORD, by=OPERATOR)
    page = AppTest.from_function(settings_page, default_timeout=60)
    hashed = password_hash(store, admin)
    page.session_state["signed_in"] = session.SignedIn(admin, session.fingerprint(hashed))
    page.query_params["part"] = "users"
    ran(page)
    choose(page, admin)
    field(page, "New password").set_value(f"{PASSWORD}, a new one")
    press(page, "Set password")
    assert is_password(store, admin, f"{PASSWORD}, a new one")
    assert ran(page).selectbox(key="user").value == admin


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_wrong_passwords_have_to_wait_in_every_session(
    sign_in_form: AppTest, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "FREE_FAILURES", 1)
    monkeypatch.setattr(sign_in.time, "monotonic", lambda: 100.0)
    attempt(sign_in_form, login, "wrong")
    other = ran(AppTest.from_function(sign_in_page, default_timeout=60))
    assert "Wait 2 seconds" in attempt(other, login, PASSWORD).error[0].value
    assert "wrong" in attempt(other, "someone", PASSWORD).error[0].value


def test_the_wait_doubles_ends_and_is_forgotten() -> None:
    attempts = Attempts()
    for _ in range(3):
        assert attempts.wait_s("Ann", 10.0) == 0.0
        attempts.fail("Ann", 10.0)
    assert attempts.wait_s("ann ", 10.0) == 1.0
    assert attempts.wait_s("ann", 10.75) == 0.25
    assert attempts.wait_s("ann", 11.0) == 0.0
    attempts.fail("ann", 11.0)
    assert attempts.wait_s("ann", 11.0) == 2.0
    for _ in range(20):
        attempts.fail("ann", 11.0)
    assert attempts.wait_s("ann", 11.0) == 30.0
    assert attempts.wait_s("bob", 11.0) == 0.0
    assert attempts.wait_s("ann", 1000.0) == 0.0
    attempts.fail("ann", 1000.0)
    assert attempts.wait_s("ann", 1000.0) == 0.0
    for _ in range(3):
        attempts.fail("ann", 1000.0)
    attempts.forget("ANN")
    assert attempts.wait_s("ann", 1000.0) == 0.0


def test_only_so_many_logins_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "_MOST_LOGINS", 2)
    attempts = Attempts()
    for login in ("a", "b", "c"):
        for _ in range(4):
            attempts.fail(login, 0.0)
    assert [attempts.wait_s(login, 0.0) > 0 for login in ("a", "b", "c")] == [False, True, True]
