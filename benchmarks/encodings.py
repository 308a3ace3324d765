"""Encodings: 270 files in 9 of them and 4 sizes, and 160 in others, beside other detectors.

    pip install chardet charset-normalizer opencc-python-reimplemented
    python benchmarks/encodings.py

Files are JSON lines, CSV and chat logs made of the conversations in `cs_qa/data/seed`; Traditional
Chinese is made of Simplified. A character that an encoding does not have is written as "?", as
programs do. A file counts as right where the whole text comes out as it was; *announced* are those
for which a note names the encoding. Refused files ask the user for it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from cs_qa.errors import InputError
from cs_qa.readers import ReadOptions, Source

SEED = Path(__file__).parent.parent / "cs_qa/data/seed"
ALL = ("zh", "en", "es", "pt", "fr", "de", "it", "nl", "pl", "ru", "tr", "ar", "ja", "ko", "th")
WESTERN = ("fr", "de", "es", "pt", "it", "nl", "en")
NINE: Mapping[str, Sequence[str]] = {
    "utf-8": ALL,
    "utf-8-sig": ALL,
    "utf-16": ALL,
    "gb18030": ("zh",),
    "big5": ("s2tw", "s2t"),
    "shift_jis": ("ja",),
    "euc_kr": ("ko",),
    "cp1252": WESTERN,
    "cp1251": ("ru",),
}
OTHERS: Mapping[str, Sequence[str]] = {
    "utf-16-le": ALL,
    "utf-16-be": ALL,
    "utf-32": ALL,
    "gbk": ("zh",),
    "big5hkscs": ("s2hk",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "iso2022_jp": ("ja",),
    "cp949": ("ko",),
    "iso8859-15": WESTERN,
    "cp1250": ("pl",),
    "iso8859-2": ("pl",),
    "cp1254": ("tr",),
    "cp1256": ("ar",),
    "cp1258": ("vi",),
    "cp874": ("th",),
    "koi8-r": ("ru",),
    "cp866": ("ru",),
}
# Signs of which Shift-JIS has one and Unicode two: the files do not tell which was meant.
SAME = str.maketrans("～∥－￠￡￢", "〜‖−¢£¬")
SIZES = (200, 2_000, 20_000, 200_000)
Turns = list[tuple[str, str, str]]


@cache
def turns_of(language: str) -> Turns:
    """Conversation, role and text of each turn in the seed; "s2t" is an opencc conversion of zh."""
    convert: Callable[[str], str] = str
    if language.startswith("s2"):
        from opencc import OpenCC

        convert, language = OpenCC(language).convert, "zh"
    lines = (SEED / language / "conversations.jsonl").read_text("utf-8").splitlines()
    return [
        (row["id"], turn["role"], convert(turn["text"]))
        for row in map(json.loads, lines)
        for turn in row["turns"]
    ]


def as_jsonl(turns: Turns) -> str:
    groups: dict[str, list[dict[str, str]]] = {}
    for name, role, text in turns:
        groups.setdefault(name, []).append({"role": role, "text": text})
    rows = ({"id": name, "turns": group} for name, group in groups.items())
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_csv(turns: Turns) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("id", "role", "text"), *turns])
    return file.getvalue()


def as_log(turns: Turns) -> str:
    return "".join(
        f"16/11/2026, 09:{number % 60:02} - {role}: {text}\n"
        for number, (_, role, text) in enumerate(turns)
    )


FORMATS = (as_jsonl, as_csv, as_log)


def contents(encoding: str, languages: Sequence[str], count: int) -> Iterator[bytes]:
    """Files in an encoding, of each size and format in turn."""
    rng = random.Random(encoding)
    for number in range(count):
        turns = turns_of(languages[number % len(languages)])
        wanted, write = SIZES[number % len(SIZES)], FORMATS[number % len(FORMATS)]
        start, taken, size = rng.randrange(len(turns)), 0, 0
        while size < wanted:
            size += len(turns[(start + taken) % len(turns)][2].encode(encoding, "replace")) + 12
            taken += 1
        chosen = [turns[(start + place) % len(turns)] for place in range(taken)]
        text = write(chosen).encode(encoding, "replace").decode(encoding)
        yield text.encode(encoding)


def ours(path: Path) -> tuple[str | None, bool]:
    """The text, None where the file was refused; and whether a note names the encoding."""
    notes: list[str] = []
    try:
        with Source(path, ReadOptions(), on_note=notes.append).open_text() as file:
            return file.read(), bool(notes)
    except InputError:
        return None, False


def plain_chardet(path: Path) -> tuple[str | None, bool]:
    import chardet

    return decoded(path.read_bytes(), chardet.detect(path.read_bytes())["encoding"]), False


def plain_normalizer(path: Path) -> tuple[str | None, bool]:
    from charset_normalizer import from_bytes

    best = from_bytes(path.read_bytes()).best()
    return decoded(path.read_bytes(), best.encoding if best else None), False


def decoded(data: bytes, encoding: str | None) -> str | None:
    try:
        return None if encoding is None else data.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        return None


DETECTORS = {"cs_qa": ours, "chardet": plain_chardet, "charset-normalizer": plain_normalizer}


def verdict(found: str | None, is_announced: bool, right: str) -> str:
    if found is None:
        return "refused"
    if found.translate(SAME) == right.translate(SAME):
        return "right, announced" if is_announced else "right"
    return "wrong, announced" if is_announced else "wrong"


def compare(encodings: Mapping[str, Sequence[str]], count: int, path: Path) -> None:
    tables = {name: {encoding: Counter[str]() for encoding in encodings} for name in DETECTORS}
    took_s: Counter[str] = Counter()
    for encoding, languages in encodings.items():
        for data in contents(encoding, languages, count):
            path.write_bytes(data)
            right = data.decode(encoding).removeprefix("\ufeff")
            for name, detect in DETECTORS.items():
                start = time.perf_counter()
                answer = verdict(*detect(path), right)
                took_s[name] += time.perf_counter() - start
                tables[name][encoding][answer] += 1
    for name, table in tables.items():
        total = sum(table.values(), Counter[str]())
        files = total.total()
        right = total["right"] + total["right, announced"]
        print(f"\n{name}: {right} of {files} right ({right / files:.1%}), {took_s[name]:.1f} s")
        print(f"  all: {dict(total)}")
        for encoding, counts in table.items():
            print(f"  {encoding:10} {dict(counts)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=30, help="files in each of the nine")
    count = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        compare(NINE, count, Path(folder) / "file.txt")
        compare(OTHERS, min(count, 24), Path(folder) / "file.txt")


if __name__ == "__main__":
    main()
