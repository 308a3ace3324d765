"""The two language detectors, each as a function from a text to probabilities.

Both are restricted to the Latin-script languages, since script alone decides the others, and
loaded on first use under a lock: eight threads that call langdetect's own `detect` at once for
the first time raise in seven of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Literal

__all__ = ["LATIN", "Engine", "Probabilities", "load"]

Engine = Literal["fast", "langdetect"]
Probabilities = Callable[[str], Mapping[str, float]]

LATIN = ("de", "en", "es", "fr", "id", "it", "nl", "pl", "pt", "tr", "vi")

_loaded: dict[Engine, Probabilities] = {}
_lock = Lock()


def load(engine: Engine) -> Probabilities:
    """Load a detector once; it may then be called from any number of threads.

    The function it gives returns the probability of each language of `LATIN`, or nothing for a
    text without any known feature.
    """
    found = _loaded.get(engine)
    if found is None:
        with _lock:
            found = _loaded.get(engine)
            if found is None:
                found = _loaded[engine] = _LOADERS[engine]()
    return found


def _load_py3langid() -> Probabilities:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LATIN)
    return lambda text: dict(identifier.rank(text))


def _load_langdetect() -> Probabilities:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    profiles = Path(PROFILES_DIRECTORY)
    factory = DetectorFactory()
    factory.load_json_profile([(profiles / name).read_text("utf-8") for name in LATIN])
    factory.set_seed(0)  # its draws are random otherwise, and so are its answers

    def probabilities(text: str) -> Mapping[str, float]:
        detector = factory.create()
        # Words in capitals are skipped as if they were acronyms.
        detector.append(text.lower() if text.isupper() else text)
        try:
            return {found.lang: found.prob for found in detector.get_probabilities()}
        except LangDetectException:
            return {}

    return probabilities


_LOADERS: dict[Engine, Callable[[], Probabilities]] = {
    "fast": _load_py3langid,
    "langdetect": _load_langdetect,
}
