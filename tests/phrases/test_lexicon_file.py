from pathlib import Path

import pytest

from cs_qa.errors import LexiconError
from cs_qa.phrases.lexicon_file import read_lexicon_file

GOOD = """language = "en"
version = "1"
[guards]
negation = ["not"]
[[phrase]]
label = "hostile"
strength = "strong"
phrases = ["get lost"]
matches = ["Get lost!"]
clean = ["The parcel got lost."]
"""


def test_a_good_file_is_read_with_its_defaults(tmp_path: Path) -> None:
    path = tmp_path / "en.toml"
    path.write_text(GOOD, encoding="utf-8")
    file = read_lexicon_file(path)
    assert (file.language, file.version, file.fold) == ("en", "1", {})
    assert file.guards.negation == ["not"]
    assert file.phrase[0].scope == "anywhere"
    assert file.phrase[0].unless == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "language",
            "lang",
            "lang: unknown key. Known: name, language, version, fold, guards, phrase",
        ),
        ('"en"', '"EN-us"', "language: "),
        ("negation", "negations", "guards.negations: unknown key. Known: next_step, quote"),
        (
            '"strong"',
            '"stronk"',
            "[[phrase]] 1 ('get lost') strength: is none of the values that are possible: "
            "strong, weak",
        ),
        ('"hostile"', '"rude"', "label: is none of the values that are possible: rhetorical"),
        (
            "matches",
            "match",
            "1 ('get lost') match: unknown key. Known: phrases, patterns, label",
        ),
        (
            'phrases = ["get lost"]',
            "phrases = []",
            "1 ('no phrases'): has neither phrases nor patterns",
        ),
        ('version = "1"', 'version = "1 b"', "version: must be one word without @ or /"),
        ('"en"', '"e"', "language: is no language code. Possible: two or three small letters"),
        (
            "[[phrase]]",
            "[[except]]",
            "1 ('get lost') label: unknown key. Known: phrases",
        ),
        ("[[phrase]]", "[[phrase]]\nscope = 3", "scope: is none of the values"),
        (
            "[[phrase]]",
            "[[phrase]]\nphrases = 3\n[[phrase]]",
            "1 ('no phrases') phrases: ",
        ),
        (
            GOOD,
            'language = "en"\nversion = "1"',
            "the file has neither a [[phrase]] nor",
        ),
        (GOOD, 'language = "en"\nversion = "1"\nphrase = [1]', "[[phrase]] 1 ('no phrases'): "),
        ('["The parcel got lost."]', '[" "]', "clean.0: "),
        ('version = "1"', 'version = "1', "is not TOML"),
        ("[[phrase]]", "[phrase]", "phrase: "),
    ],
)
def test_a_broken_file_says_what_and_where(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "en.toml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(LexiconError) as caught:
        read_lexicon_file(path)
    assert str(path) in str(caught.value)
    assert says in str(caught.value)


def test_a_missing_file_and_another_encoding_are_said(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="cannot be read"):
        read_lexicon_file(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes('version = "ü"'.encode("latin-1"))
    with pytest.raises(LexiconError, match="is not UTF-8"):
        read_lexicon_file(path)


@pytest.mark.parametrize(
    ("says", "name", "ref"),
    [
        ("", None, "en@1"),
        ("", "my list@2", "my-list-2/en@1"),
        ('name = "acme"', "my list", "acme/en@1"),
    ],
)
def test_a_list_has_the_name_it_says_else_the_files(
    tmp_path: Path, says: str, name: str | None, ref: str
) -> None:
    path = tmp_path / "en.toml"
    path.write_text(f"{says}\n{GOOD}", encoding="utf-8-sig")
    file = read_lexicon_file(path, name=name)
    assert file.ref == ref
    assert len({file, read_lexicon_file(path, name=name)}) == 1


def test_exceptions_alone_are_a_list(tmp_path: Path) -> None:
    path = tmp_path / "all.toml"
    path.write_text(
        'language = "*"\nversion = "1"\n[[except]]\nphrases = ["no idea"]\nlabels = ["hostile"]\n',
        encoding="utf-8",
    )
    (group,) = read_lexicon_file(path).except_
    assert (group.phrases, group.patterns, group.labels) == (["no idea"], [], ["hostile"])
