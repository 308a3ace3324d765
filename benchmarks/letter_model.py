"""Make the letter model of language detection: cs_qa/data/language/letters.npz.

    pip download --no-deps -d /tmp/lingua "lingua-language-detector==1.4.2"
    .venv/bin/pip install brotli
    .venv/bin/python benchmarks/letter_model.py /tmp/lingua/lingua_language_detector-*.whl

lingua 1.4.2 (Apache-2.0) carries, for 75 languages, how often each run of one to five letters
stands in a million sentences of news of the Leipzig Corpora Collection (CC BY). These counts are
complete, so they also tell how words begin and end. Words drawn from them are what the model learns
from, some without their accents, as people type: a linear model over the same runs, with their
beginnings and ends, hashed into one table. No other text goes in. Takes some 15 minutes on two
cores and 4 GB of memory.
"""

from __future__ import annotations

import argparse
import bisect
import itertools
import json
import math
import random
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cs_qa.text._letters import COLUMNS, LATIN, ROW_BITS, rows_of_runs

FOREIGN_GROUPS = {
    "latin": ("sv da nb nn is af", "cs sk hr bs sl lt lv", "ro ca la eo sq eu ga cy",
              "fi et hu az", "tl mi sw so zu xh sn st tn ts yo lg"),
    "cyrillic": ("uk be", "bg mk sr", "kk mn"),
    "arabic": ("fa", "ur"),
}  # fmt: skip
"""Script -> the languages of each foreign column, in the order of `COLUMNS`.

Malay is left out: in a chat's few words nothing tells it from Indonesian.
"""

OWN = {"latin": LATIN, "cyrillic": ("ru",), "arabic": ("ar",)}
RUNS = ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams")
LONGEST_WORD = 40
WORDS, FOREIGN_WORDS = 400_000, 120_000
BATCH = 4_096
WITHOUT_ACCENTS = 12
"""One drawn word in so many loses its accents."""

STEP = 0.2
"""What one unit of the stored table is worth, in natural logarithms of odds."""


class Language(NamedTuple):
    """The words of a language as table rows: word i has rows[starts[i] : starts[i + 1]]."""

    name: str
    script: str
    column: int
    rows: np.ndarray
    starts: np.ndarray
    drawn: np.ndarray


class Chain(NamedTuple):
    """How words begin, and what follows four letters: the letters, their counts added up, all."""

    beginnings: list[str]
    added_up: list[int]
    following: dict[str, tuple[str, list[int], int]]


def read_counts(wheel: zipfile.ZipFile, language: str) -> dict[str, int]:
    """How often each run of one to five letters stands in the corpus."""
    import brotli

    counts: dict[str, int] = {}
    for length, name in enumerate(RUNS, 1):
        packed = wheel.read(f"lingua/language-models/{language}/{name}.json.br")
        # Share of the run among all that share its beginning -> the runs with that share.
        shares = json.loads(brotli.decompress(packed))["ngrams"]
        letters = math.lcm(*(int(share.split("/")[1]) for share in shares)) if length == 1 else 0
        for share, runs in shares.items():
            part, whole = map(int, share.split("/"))
            for run in runs.split():
                counts[run] = round(counts.get(run[:-1], letters) * part / whole)
    return counts


def make_chain(counts: dict[str, int], script: str) -> Chain:
    before, after, within = Counter[str](), Counter[str](), Counter[str]()
    following: dict[str, list[tuple[str, int]]] = {}
    for run, count in counts.items():
        if len(run) > 1:
            before[run[1:]] += count
            after[run[:-1]] += count
        if len(run) > 2:
            within[run[1:-1]] += count
        if len(run) == 5:
            following.setdefault(run[:4], []).append((run[4], count))
    alphabet = {
        letter
        for letter in counts
        if len(letter) == 1 and unicodedata.name(letter, "").startswith(script.upper())
    }
    begin = {}
    for run, count in counts.items():
        if len(run) <= 4 and alphabet.issuperset(run):
            begin[run] = count - before[run]  # how often a word begins with it
            if len(run) < 4:
                begin[run] += within[run] - after[run]  # and ends there
    begin = {run: count for run, count in begin.items() if count > 0}
    return Chain(
        list(begin),
        list(itertools.accumulate(begin.values())),
        {
            run: (
                "".join(letter for letter, _ in following.get(run, ())),
                list(itertools.accumulate(count for _, count in following.get(run, ()))),
                count,
            )
            for run, count in counts.items()
            if len(run) == 4
        },
    )


def draw_words(chain: Chain, count: int, rng: random.Random) -> list[str]:
    words = []
    for word in rng.choices(chain.beginnings, cum_weights=chain.added_up, k=count):
        while 4 <= len(word) < LONGEST_WORD:
            letters, added_up, whole = chain.following[word[-4:]]
            place = rng.random() * whole
            if not added_up or place >= added_up[-1]:
                break
            word += letters[bisect.bisect_right(added_up, place)]
        words.append(word)
    return words


def without_accents(word: str) -> str:
    apart = unicodedata.normalize("NFD", word.translate(str.maketrans("ıđłø", "idlo")))
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare if bare.isascii() else word


def read_language(wheel: zipfile.ZipFile, name: str, script: str, column: int) -> Language:
    chain = make_chain(read_counts(wheel, name), script)
    count = WORDS if name in OWN[script] else FOREIGN_WORDS
    words = draw_words(chain, count, random.Random(f"words {name}"))
    words[::WITHOUT_ACCENTS] = map(without_accents, words[::WITHOUT_ACCENTS])
    different, drawn = np.unique(np.array(words), return_inverse=True)
    rows, starts = rows_of_runs(different.tolist())
    print(f"{name}: {len(different):,} different words", file=sys.stderr)
    return Language(
        name, script, column, rows.astype(np.int32), np.array([*starts, len(rows)]), drawn
    )


def read_languages(wheel: zipfile.ZipFile) -> list[Language]:
    languages = []
    for script, own in OWN.items():
        groups = [*((name,) for name in own), *map(str.split, FOREIGN_GROUPS[script])]
        for column, group in enumerate(groups):
            languages += [read_language(wheel, name, script, column) for name in group]
    return languages


def draw_examples(
    language: Language, lengths: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Texts of so many words each: all their rows, and how many each has.

    Half the words of short texts are drawn from the different words, or nothing but function
    words would be learnt there.
    """
    total = int(lengths.sum())
    words = language.drawn[rng.integers(0, len(language.drawn), total)]
    short = np.repeat(lengths, lengths) <= 2
    any_word = rng.integers(0, len(language.starts) - 1, total)
    words = np.where(short & (rng.random(total) < 0.5), any_word, words)
    first = language.starts[words]
    sizes = language.starts[words + 1] - first
    shift = np.repeat(first - (np.cumsum(sizes) - sizes), sizes)
    text_of_word = np.repeat(np.arange(len(lengths)), lengths)
    row_counts = np.bincount(text_of_word, weights=sizes, minlength=len(lengths))
    return language.rows[shift + np.arange(sizes.sum())], row_counts.astype(np.int64)


def fit(languages: Sequence[Language], steps: int) -> np.ndarray:
    """The table, as float32."""
    import torch

    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    width = max(map(len, COLUMNS.values()))
    masks = {script: [-30.0 * (i >= len(names)) for i in range(width)]
             for script, names in COLUMNS.items()}  # fmt: skip
    weights = np.array([_share(language) for language in languages])
    table = torch.nn.EmbeddingBag(2**ROW_BITS, width, mode="sum")
    torch.nn.init.zeros_(table.weight)
    optimizer = torch.optim.Adam(table.parameters())
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 0.03 * (1 - step / steps) + 1e-4
        drawn = np.sort(rng.choice(len(languages), size=BATCH, p=weights / weights.sum()))
        lengths = np.where(rng.random(BATCH) < 0.5, 2, rng.integers(3, 10, BATCH))
        lengths = np.where(rng.random(BATCH) < 0.55, 1, lengths)
        parts = [draw_examples(languages[i], lengths[drawn == i], rng) for i in np.unique(drawn)]
        sizes = np.concatenate([size for _, size in parts])
        sums = table(
            torch.from_numpy(np.concatenate([rows for rows, _ in parts])),
            torch.from_numpy((np.cumsum(sizes) - sizes).astype(np.int32)),
        )
        mask = torch.tensor([masks[languages[i].script] for i in drawn])
        wanted = torch.tensor([languages[i].column for i in drawn])
        loss = torch.nn.functional.cross_entropy(sums + mask, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 100 == 0:
            print(f"step {step}: {loss.item():.3f}", file=sys.stderr)
    return table.weight.detach().numpy()


def _share(language: Language) -> float:
    """How many examples a language gives: in each script, ours are far likelier than others."""
    if language.name in OWN[language.script]:
        return 1.0
    return 0.12 if language.script == "latin" else 0.06


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheel", type=Path, help="wheel of lingua-language-detector 1.4.2")
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--out", type=Path, default=Path("cs_qa/data/language/letters.npz"))
    arguments = parser.parse_args()
    with zipfile.ZipFile(arguments.wheel) as wheel:
        languages = read_languages(wheel)
    weights = fit(languages, arguments.steps)
    stored = np.clip(np.rint(weights / STEP), -127, 127).astype(np.int8)
    np.savez_compressed(arguments.out, weights=stored, step=np.float64(STEP))
    print(f"{arguments.out}: {arguments.out.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
