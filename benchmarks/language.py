"""Language detection: our wrapper beside plain langdetect and plain py3langid.

    python benchmarks/language.py --data ../shared/data

Reads the turns of `authored/*/conversations.jsonl` and the texts of `lid_lingua`.
Accuracy counts texts with letters; messages per second are those of single calls, nothing cached.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cs_qa.text import LANGUAGES, conversation_languages, detect_language

Labelled = Sequence[tuple[str, str]]
Detector = Callable[[str], str]


def plain_langdetect() -> Detector:
    from langdetect import DetectorFactory, LangDetectException, detect

    DetectorFactory.seed = 0

    def answer(text: str) -> str:
        try:
            return str(detect(text)).split("-")[0]
        except LangDetectException:
            return "und"

    return answer


def plain_py3langid() -> Detector:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return lambda text: str(identifier.classify(text)[0])


DETECTORS: dict[str, Callable[[], Detector]] = {
    "cs_qa, fast": lambda: detect_language,
    "cs_qa, langdetect": lambda: lambda text: detect_language(text, engine="langdetect"),
    "langdetect": plain_langdetect,
    "py3langid, our languages": plain_py3langid,
}


def read_turns(data: Path) -> list[tuple[str, list[str], list[str]]]:
    conversations = []
    for path in sorted(data.glob("authored/*/conversations.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            turns = [turn for turn in row["turns"] if any(map(str.isalpha, turn["text"]))]
            texts = [turn["text"] for turn in turns]
            conversations.append((row["lang"], texts, [turn["role"] for turn in turns]))
    return conversations


def read_lingua(path: Path) -> Labelled:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["text"], row["lang"]) for row in rows if row["lang"] in LANGUAGES]


def measure(detect: Detector, rows: Labelled) -> tuple[float, float]:
    """Accuracy, and messages per second."""
    detect("warming up the detector")
    started = time.perf_counter()
    right = sum(detect(text) == language for text, language in rows)
    return right / len(rows), len(rows) / (time.perf_counter() - started)


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
        sets[name] = read_lingua(lingua / f"{name}.jsonl.gz")
    for name, rows in sets.items():
        drawn = random.Random(0).sample(list(rows), min(arguments.limit, len(rows)))
        print(f"\n{name} ({len(drawn)} texts)")
        for detector, load in DETECTORS.items():
            accuracy, speed = measure(load(), drawn)
            print(f"  {detector:26} accuracy {accuracy:6.1%}  {speed:9,.0f} messages/s")
    found = [
        language == lang
        for lang, texts, roles in conversations
        for language in conversation_languages(texts, speakers=roles)
    ]
    print(f"\nservice turns in their conversation ({len(found)} turns)")
    print(f"  {'cs_qa, fast':26} accuracy {sum(found) / len(found):6.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
