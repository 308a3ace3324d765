"""The `doctor` command: is everything there, whole, and does one conversation come through?"""

from __future__ import annotations

import os
import platform
import re
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cs_qa import __version__
from cs_qa._home import home
from cs_qa.commands.exit_codes import OK, UNUSABLE
from cs_qa.errors import CsQaError
from cs_qa.types import Transcript, Turn

NEEDED = ("numpy", "onnxruntime", "tokenizers", "pyarrow", "pydantic", "sqlalchemy")
OPTIONAL = {
    "pandas": "pandas frames",
    "polars": "polars frames",
    "scikit-learn": "training",
    "spacy": "the spaCy component",
    "streamlit": "the app",
    "torch": "training and building the encoder",
    "transformers": "training and building the encoder",
}
SETTINGS = ("CS_QA_DB", "CS_QA_HOME", "CS_QA_THREADS")
_PASSWORD = re.compile(r"(?<=:)[^/@]+(?=@)")
CHAT = Transcript(
    "doctor",
    (
        Turn("customer", "My parcel has been lost for two weeks. Where is it?"),
        Turn("agent", "How should I know? Not my problem."),
    ),
)


def examine() -> int:
    """Print what was found, a line each; give the exit code."""
    failed = False
    for title, check in _CHECKS.items():
        print(title)  # noqa: T201
        try:
            for line in check():
                print(f"  {line}")  # noqa: T201
        except CsQaError as error:
            failed = True
            print(f"  PROBLEM {error}")  # noqa: T201
        except Exception as error:  # a doctor must outlive what it finds
            failed = True
            print(f"  PROBLEM {type(error).__name__}: {error}")  # noqa: T201
    print("Something is wrong; see PROBLEM above." if failed else "All is well.")  # noqa: T201
    return UNUSABLE if failed else OK


def _environment() -> Iterator[str]:
    yield f"cs_qa {__version__}, Python {platform.python_version()}, {platform.platform()}"
    yield f"{os.cpu_count()} cores; {sys.executable}"
    yield ", ".join(f"{name} {version(name)}" for name in NEEDED)
    for name, use in OPTIONAL.items():
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"{name} is not installed (for {use})"


def _models() -> Iterator[str]:
    from cs_qa.errors import ModelError
    from cs_qa.nn.registry import MODELS, Registry

    registry = Registry.shipped()
    for name in MODELS:
        folder = registry.folder(name)
        if problems := registry.check(name):
            raise ModelError(f"{'; '.join(problems)}. Run `make install`, or reinstall cs_qa.")
        yield f"{name}@{folder.name}: {_size(folder)}, every hash right ({folder})"


def _own_models() -> Iterator[str]:
    from cs_qa.nn.model_files import problems_of
    from cs_qa.nn.registry import Registry
    from cs_qa.nn.user_models import USER_MODELS

    registry = Registry.in_use()
    in_use = {name: registry.folder(name) for name in USER_MODELS}
    own = [each for name in USER_MODELS for each in registry.versions(name) if each.own]
    for each in own:
        state = "in use" if each.folder == in_use[each.name] else "not in use"
        problems = problems_of(each.name, each.folder)
        said = "; ".join(problems) if problems else f"{_size(each.folder)}, every hash right"
        yield f"{each.ref} ({state}): {said}"
    if not own:
        yield f"none in {home() / 'models'}; the shipped ones are in use"
    registry.require_own()


def _size(folder: Path) -> str:
    return f"{sum(file.stat().st_size for file in folder.iterdir()) / 1e6:.1f} MB"


def _settings() -> Iterator[str]:
    from cs_qa.phrases.lexicon import load_built_in
    from cs_qa.rubric import Rubric

    yield f"rubric {Rubric.default().ref}"
    lexicons = load_built_in()
    phrases = sum(len(group.phrases) for lex in lexicons.values() for group in lex.groups)
    yield f"{len(lexicons)} lexicons with {phrases} phrases: {', '.join(sorted(lexicons))}"
    for name in SETTINGS:
        yield f"{name} = {_PASSWORD.sub('***', os.environ.get(name, '(not set)'))}"


def _inspection() -> Iterator[str]:
    from cs_qa.batch import Inspector

    started = time.perf_counter()
    (card,) = Inspector.default().inspect([CHAT])
    first = time.perf_counter() - started
    labels = ", ".join(f"{f.label} {f.confidence:.2f}" for f in card.findings) or "nothing"
    yield f"one conversation of two turns in {first:.1f} s, models loaded; found: {labels}"


_CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "Environment": _environment,
    "Models": _models,
    "Own models": _own_models,
    "Settings": _settings,
    "Inspection": _inspection,
}
