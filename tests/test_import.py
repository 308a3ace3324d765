"""What `import cs_qa` costs and shows."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cs_qa

HEAVY = (
    "langdetect", "onnxruntime", "pandas", "polars", "pyarrow", "pydantic", "sklearn", "spacy",
    "streamlit", "torch", "transformers",
)  # fmt: skip
PROGRAM = """
import sys, time
begin = time.perf_counter()
import cs_qa
print(time.perf_counter() - begin, *sys.modules)
"""


def test_importing_is_quick_and_loads_nothing_heavy() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
        ).stdout.split()
        for _ in range(5)
    ]
    assert not set(HEAVY) & set(runs[0])
    assert min(float(seconds) for seconds, *_ in runs) < 0.3


def test_the_public_names_are_few_sorted_and_there() -> None:
    assert len(cs_qa.__all__) <= 15
    assert list(cs_qa.__all__) == sorted(cs_qa.__all__) == dir(cs_qa)
    assert all(getattr(cs_qa, name) is not None for name in cs_qa.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'cs_qa' has no attribute 'Inspectr'"):
        cs_qa.Inspectr  # noqa: B018
