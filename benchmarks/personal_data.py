"""Personal data in messages written for it: character F1, clean messages touched, speed.

    python -m benchmarks.personal_data --split dev
    python -m benchmarks.personal_data --split test --speed 10000

The messages are in `benchmarks/personal_data`: those with personal data, and look-alikes, which
have none. Spans are exact, so a span one character too long costs that character. `--speed N`
times N messages, in one run on one core, beside plain Presidio: its own recognisers for the kinds
that it has, over a blank spaCy pipeline, its list of domain endings read from its package.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from cs_qa.evaluation.personal_data import Spans, measure_personal_data, personal_data_lines
from cs_qa.text.redact import find_entities

FOLDER = Path(__file__).parent / "personal_data"
PRESIDIO_ENTITIES = [
    "EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "PERSON",
    "LOCATION",
]  # fmt: skip


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--speed", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = [*_rows(f"{options.split}.jsonl"), *_rows(f"look_alikes_{options.split}.jsonl")]
    measured = [(row["lang"], _gold(row), _found(row["text"])) for row in rows]
    result: dict[str, Any] = measure_personal_data(measured).as_json()
    for line in personal_data_lines(result):
        print(line)
    if options.speed:
        result["messages_per_second"] = {}
        texts = [row["text"] for row in rows]
        with_data = [text for text in texts if find_entities(text)]
        clean = [text for text in texts if not find_entities(text)]
        timed = [("all", texts), ("with personal data", with_data), ("without", clean)]
        for name, chosen in timed:
            sample = list(islice(cycle(chosen), options.speed))
            result["messages_per_second"][name] = dict(_speeds(sample))
            print(name, result["messages_per_second"][name])
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def _gold(row: dict[str, Any]) -> Spans:
    return [(each["type"], each["start"], each["end"]) for each in row["entities"]]


def _found(text: str) -> Spans:
    return [(each.type, each.start, each.end) for each in find_entities(text)]


def _speeds(texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    yield "cs_qa", _per_second(find_entities, texts)
    presidio = _presidio()
    if presidio is None:
        print("Presidio is not installed: only cs_qa was timed.")
    else:
        yield "presidio", _per_second(presidio, texts)


def _per_second(find: Callable[[str], object], texts: Sequence[str]) -> float:
    """Messages a second of processor time, after each of them was read once."""
    for text in dict.fromkeys(texts):
        find(text)
    started = time.process_time()
    for text in texts:
        find(text)
    return round(len(texts) / (time.process_time() - started), 1)


def _presidio() -> Callable[[str], object] | None:
    try:
        import spacy
        import tldextract
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpArtifacts, SpacyNlpEngine
        from presidio_analyzer.predefined_recognizers import EmailRecognizer
    except ImportError:
        return None

    class BlankEngine(SpacyNlpEngine):
        """A tokeniser alone."""

        def __init__(self) -> None:
            super().__init__()
            self.nlp = {"en": spacy.blank("en")}

        def is_loaded(self) -> bool:
            return True

        def get_supported_languages(self) -> list[str]:
            return ["en"]

        def process_text(self, text: str, language: str) -> NlpArtifacts:
            return self._doc_to_nlp_artifact(self.nlp[language](text), language)

    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    EmailRecognizer.validate_result = (  # type: ignore[method-assign]
        lambda self, pattern_text: bool(offline(pattern_text).fqdn)  # noqa: ARG005
    )
    engine = AnalyzerEngine(nlp_engine=BlankEngine(), supported_languages=["en"])
    supported = set(engine.get_supported_entities("en"))
    entities = [each for each in PRESIDIO_ENTITIES if each in supported]
    return lambda text: engine.analyze(text, language="en", entities=entities)


if __name__ == "__main__":
    main()
