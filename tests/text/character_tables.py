"""How the tables in cs_qa/data/characters are derived; test_character_tables.py compares them.

Needs confusable-homoglyphs 3.3.1, opencc-python-reimplemented 0.1.7 and pypinyin 0.55.0. To write
the tables anew: `python -m tests.text.character_tables`.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "cs_qa" / "data" / "characters"

CANTONESE = "冇哋乜嘅咗喺嚟啲咁嗰嘢噉冚攞瞓佢嬲"

LOOK_ALIKE_NOTE = """\
# Characters that look alike, one class a line, derived from Unicode's confusables (security data,
# Unicode License v3) as packaged by confusable-homoglyphs 3.3.1 (MIT). Left out: what NFKC folds,
# sequences, classes without a letter that we write.
"""
HAN_NOTE = """\
# A Simplified character, then Traditional, Taiwan, Hong Kong and Japanese forms of it. Derived from
# TSCharacters, TWVariants, HKVariants and JPVariants of OpenCC (Apache-2.0) and, for radicals, from
# Unicode's confusables (Unicode License v3).
"""
FORMS_NOTE = """\
# Chinese characters that only one form writes, Simplified on the first line, Traditional on the
# second. Derived from STCharacters, TSCharacters, TWVariants and HKVariants of OpenCC (Apache-2.0).
"""
PINYIN_NOTE = """\
# A toneless Mandarin syllable and the characters whose commonest reading it is, of GB 2312 and
# common Cantonese ones. Derived from pypinyin 0.55.0 (MIT).
"""


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in tables().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


def tables() -> dict[str, str]:
    classes = list(_look_alikes())
    return {
        "look_alikes.txt": LOOK_ALIKE_NOTE + _lines(_useful(classes)),
        "han.txt": HAN_NOTE + _lines(_han_forms(classes)),
        "han_forms.txt": FORMS_NOTE + "".join(f"{line}\n" for line in _forms_of_one_script()),
        "pinyin.txt": PINYIN_NOTE + _lines(_syllables()),
    }


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in sorted(lines))


def _look_alikes() -> Iterator[str]:
    source = resources.files("confusable_homoglyphs") / "confusables.json"
    data: dict[str, list[dict[str, str]]] = json.loads(source.read_text(encoding="utf-8"))
    parent: dict[str, str] = {}

    def root(character: str) -> str:
        while (above := parent.setdefault(character, character)) != character:
            character = above
        return character

    for prototype, others in data.items():
        for other in others:
            pair = [text.strip("\u200e") for text in (prototype, other["c"])]
            if all(len(text) == 1 for text in pair):
                parent[root(pair[0])] = root(pair[1])
    classes: dict[str, set[str]] = defaultdict(set)
    for character in parent:
        classes[root(character)].add(character)
    for members in classes.values():
        kept = {c for c in members if c == _folded(c) or _folded(c) not in members}
        if len(kept) > 1:
            yield "".join(sorted(kept))


def _folded(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _useful(classes: Iterable[str]) -> Iterator[str]:
    for members in classes:
        if any(_is_ours(character) for character in members):
            yield "".join(c for c in members if unicodedata.category(c)[0] != "M")


def _is_ours(character: str) -> bool:
    return character.isalpha() and (
        character < "\u0250"
        or "LATIN LETTER SMALL CAPITAL" in unicodedata.name(character, "")
        or any(
            first <= character <= last
            for first, last in ("Ая", "\u0621\u064a", "\u0e01\u0e2e", "\u30a1\u30fa")
        )
    )


def _han_forms(classes: Iterable[str]) -> Iterator[str]:
    simplified = dict(_simplified()) | {"著": "着"}
    for form, standard in (*_variants(), *_radicals(classes)):
        simplified.setdefault(form, simplified.get(standard, standard))
    by_target: dict[str, list[str]] = defaultdict(list)
    for form, target in simplified.items():
        end = simplified.get(target, target)
        if form != end and _folded(form) == form:
            by_target[end].append(form)
    for target, forms in by_target.items():
        yield target + "".join(sorted(forms))


def _variants() -> Iterator[tuple[str, str]]:
    for name in ("TWVariants", "HKVariants", "JPVariants"):
        for standard, forms in _rows(name):
            yield from ((form, standard) for form in forms if not _is_simplified(form))


def _radicals(classes: Iterable[str]) -> Iterator[tuple[str, str]]:
    for members in classes:
        yield from ((c, max(members)) for c in members if "\u2e80" <= c <= "\u2eff")


def _simplified() -> Iterator[tuple[str, str]]:
    for form, others in _rows("TSCharacters"):
        yield form, others[0]


def _forms_of_one_script() -> Iterator[str]:
    to_traditional, to_simplified = dict(_rows("STCharacters")), dict(_rows("TSCharacters"))
    variants = [dict(_rows(name)) for name in ("TWVariants", "HKVariants")]
    traditional = {*to_simplified, *_all(to_traditional), *variants[0], *variants[1]}
    traditional |= {form for each in variants for form in _all(each)}
    simplified = {*to_traditional, *_all(to_simplified)}
    own = [form for form, others in to_traditional.items() if form not in {*others, *traditional}]
    foreign = [
        form for form in traditional - simplified if form not in to_simplified.get(form, [form])
    ]
    for forms in (own, foreign):
        yield "".join(sorted(c for c in forms if len(c) == 1 and "\u4e00" <= c <= "\u9fff"))


def _all(table: dict[str, list[str]]) -> set[str]:
    return {form for forms in table.values() for form in forms}


def _rows(name: str) -> Iterator[tuple[str, list[str]]]:
    file = resources.files("opencc") / "dictionary" / f"{name}.txt"
    for line in file.read_text(encoding="utf-8").splitlines():
        form, others = line.split("\t")
        yield form, others.split(" ")


def _is_simplified(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _syllables() -> Iterator[str]:
    from pypinyin import lazy_pinyin

    by_syllable: dict[str, list[str]] = defaultdict(list)
    characters = [*_gb2312(), *CANTONESE]
    for character in characters:
        by_syllable[lazy_pinyin(character)[0]].append(character)
    for syllable, characters in by_syllable.items():
        if syllable.isascii():
            yield f"{syllable} {''.join(characters)}"


def _gb2312() -> Iterator[str]:
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            yield from bytes((high, low)).decode("gb2312", errors="ignore")


if __name__ == "__main__":
    main()
