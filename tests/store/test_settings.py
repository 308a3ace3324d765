from __future__ import annotations

import pytest

from cs_qa.errors import AccessError, InputError, LexiconError, PolicyError
from cs_qa.policy.pack import EXAMPLE_FILE
from cs_qa.rubric import Rubric
from cs_qa.store import Store, audit, settings
from cs_qa.store.access import OPERATOR
from cs_qa.store.rubrics import add_rubric
from cs_qa.store.settings import (
    lexicons,
    list_files,
    list_rubrics,
    next_version,
    policy_packs,
    rubric_in_use,
    save_files,
    use_rubric,
)
from tests.store.desk import NOON, add_people

PACK = EXAMPLE_FILE.read_text("utf-8")
REF = "harbor_lane_week@2026.1"
OWN = Rubric.default().model_copy(update={"name": "shop", "pass_mark": 61.5})


def lexicon(language: str = "en", version: int = 1, phrase: str = "go away") -> str:
    return (
        f'name = "shop"\nlanguage = "{language}"\nversion = "{version}"\n'
        f'[[phrase]]\nphrases = ["{phrase}"]\nlabel = "hostile"\nstrength = "strong"\n'
    )


def test_a_pack_is_read_back_and_in_use(store: Store) -> None:
    assert save_files(store, "policy", [PACK], in_use=[REF], by=OPERATOR, now=NOON) == [REF]
    [file] = list_files(store, "policy")
    assert (file.ref, file.content, file.added_at, file.added_by, file.is_in_use) == (
        REF, PACK, NOON, OPERATOR, True,
    )  # fmt: skip
    [pack] = policy_packs(store, [REF])
    assert pack.ref == REF
    assert policy_packs(store, []) == ()


def test_versions_stay_and_one_of_them_is_in_use(store: Store) -> None:
    save_files(store, "lexicon", [lexicon()], in_use=["shop/en@1"], by=OPERATOR, now=NOON)
    new = [lexicon(version=2, phrase="get lost"), lexicon("de", phrase="hau ab")]
    refs = ["shop/en@2", "shop/de@1"]
    assert save_files(store, "lexicon", new, in_use=refs, by=OPERATOR) == refs
    assert {each.ref: each.is_in_use for each in list_files(store, "lexicon")} == {
        "shop/en@1": False,
        "shop/en@2": True,
        "shop/de@1": True,
    }
    german, english = lexicons(store, refs)
    assert (german.ref, english.phrase[0].phrases) == ("shop/de@1", ["get lost"])
    assert list_files(store, "policy") == []


def test_a_version_is_never_changed(store: Store) -> None:
    save_files(store, "lexicon", [lexicon()], in_use=["shop/en@1"], by=OPERATOR)
    other = lexicon(phrase="get lost")
    with pytest.raises(InputError, match=r"another lexicon shop/en@1\. Give this one a new"):
        save_files(store, "lexicon", [other], in_use=[], by=OPERATOR)
    [kept] = list_files(store, "lexicon")
    assert (kept.content, kept.is_in_use) == (lexicon(), True)
    assert save_files(store, "lexicon", [lexicon()], in_use=["shop/en@1"], by=OPERATOR) == []
    assert len(audit.entries(store, OPERATOR)) == 2


@pytest.mark.parametrize(
    ("kind", "content", "error", "message"),
    [
        ("lexicon", "language = 1", LexiconError, "does not hold"),
        ("lexicon", lexicon(phrase="(a"), LexiconError, r"\(a"),
        ("policy", "x", PolicyError, "is not TOML"),
        ("policy", lexicon(), PolicyError, "pack: missing"),
        ("policy", "x" * 3_000_000, InputError, "at most 2,000,000 characters"),
    ],
)
def test_what_does_not_hold_is_not_kept(
    store: Store, kind: settings.FileKind, content: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        save_files(store, kind, [content], in_use=[], by=OPERATOR)
    assert "/tmp" not in str(raised.value)
    assert list_files(store, kind) == []


def test_what_is_not_there_cannot_be_used(store: Store) -> None:
    with pytest.raises(InputError, match=r"There is no policy x@1\. There are: harbor"):
        save_files(store, "policy", [PACK], in_use=["x@1"], by=OPERATOR)
    assert list_files(store, "policy") == []
    with pytest.raises(InputError, match="There is no policy x@1"):
        policy_packs(store, ["x@1"])
    with pytest.raises(InputError, match="does not have the rubric shop@7"):
        use_rubric(store, "shop@7", by=OPERATOR)


def test_the_default_rubric_is_in_use_until_another_is(store: Store) -> None:
    assert rubric_in_use(store) == Rubric.default()
    assert [(each.ref, each.is_in_use) for each in list_rubrics(store)] == [("default@1", True)]
    add_rubric(store, OWN, by=OPERATOR, now=NOON)
    use_rubric(store, "shop@1", by=OPERATOR)
    assert rubric_in_use(store) == OWN
    assert [(each.ref, each.added_at, each.is_in_use) for each in list_rubrics(store)] == [
        ("shop@1", NOON, True),
        ("default@1", None, False),
    ]
    use_rubric(store, "default@1", by=OPERATOR)
    assert rubric_in_use(store) == Rubric.default()


def test_admins_change_settings_and_each_change_is_audited(store: Store) -> None:
    add_people(store)
    for login in ("ann", "lea", "amy"):
        with pytest.raises(AccessError, match="may not manage rubrics"):
            save_files(store, "policy", [PACK], in_use=[REF], by=login)
        with pytest.raises(AccessError, match="may not manage rubrics"):
            use_rubric(store, "default@1", by=login)
    before = audit.head(store)
    save_files(store, "policy", [PACK], in_use=[REF], by="ada")
    save_files(store, "policy", [], in_use=[], by="ada")
    assert before is not None
    rows = [row for row in audit.entries(store, "ada") if row.id > before.id]
    assert [(row.user_id, row.verb, row.subject) for row in rows] == [
        ("ada", "use_policy", "policy/in_use"),
        ("ada", "use_policy", "policy/in_use"),
        ("ada", "add_policy", f"policy/{REF}"),
    ]
    assert rows[0].detail == {"before": [REF], "after": []}
    assert audit.verify(store).is_intact


@pytest.mark.parametrize(
    ("refs", "version"),
    [([], "1"), (["shop@1"], "2"), (["shop@9", "shop@10"], "11"), (["shop@2026.1"], "1")],
)
def test_versions_are_counted_by_name(refs: list[str], version: str) -> None:
    assert next_version([*refs, "other@77", "shop/en@5"], "shop") == version
