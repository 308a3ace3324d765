"""The two language detectors, each as a function from words to probabilities.

Both are restricted to the languages of one script, since script alone decides the others, and
loaded on first use under a lock: eight threads that call langdetect's own `detect` at once for
the first time raise in seven of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Literal

from cs_qa.text._letters import COLUMNS, LATIN, LetterModel

__all__ = ["Engine", "Probabilities", "load"]

Engine = Literal["fast", "langdetect"]
Probabilities = Callable[[Sequence[str], str], Mapping[str, float]]

_loaded: dict[Engine, Probabilities] = {}
_lock = Lock()


def load(engine: Engine) -> Probabilities:
    """Load a detector once; it may then be called from any number of threads.

    The function it gives takes words in lower case and their script, a key of `COLUMNS`, and
    returns the probability of each language of that script; of "und", any other, only "fast"
    knows. Nothing for a text without any known feature.
    """
    found = _loaded.get(engine)
    if found is None:
        with _lock:
            found = _loaded.get(engine)
            if found is None:
                found = _loaded[engine] = _LOADERS[engine]()
    return found


def _load_langdetect() -> Probabilities:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    profiles = Path(PROFILES_DIRECTORY)
    factory = DetectorFactory()
    factory.load_json_profile([(profiles / name).read_text("utf-8") for name in LATIN])
    factory.set_seed(0)  # its draws are random otherwise, and so are its answers

    def probabilities(words: Sequence[str], script: str) -> Mapping[str, float]:
        if script != "latin":
            return {COLUMNS[script][0]: 1.0}
        detector = factory.create()
        detector.append(" ".join(words))
        try:
            return {found.lang: found.prob for found in detector.get_probabilities()}
        except LangDetectException:
            return {}

    return probabilities


_LOADERS: dict[Engine, Callable[[], Probabilities]] = {
    "fast": LetterModel,
    "langdetect": _load_langdetect,
}
