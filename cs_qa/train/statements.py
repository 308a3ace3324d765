"""Fits the heads that read what an agent states about shop policy.

They are linear heads on vectors that no training of the encoder changes, so this takes a minute
and needs no run of the encoder's own training.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs_qa.evidence import sentence_spans
from cs_qa.nn.encoder import WIDTH, Encoder
from cs_qa.nn.registry import Registry, write_manifest
from cs_qa.nn.statements import Features
from cs_qa.policy.cues import cues_in
from cs_qa.policy.statements import cues_beside, sentence_features
from cs_qa.policy.values import read_values
from cs_qa.text.redact import redact_conversation
from cs_qa.train.seed import SEED

STRENGTH = 1.0
"""Inverse regularisation of the heads (scikit-learn's C); from 0.5 to 3 it measured alike."""

HEADS = {"topic": "topic", "polarity": "polarity", "payer": "payer", "start": "from",
         "condition": "condition"}  # fmt: skip
"""Heads on what a statement says, and the keys of the seed's claims that they learn from."""

Row = Mapping[str, Any]
Told = list[Row]


def read_rows(root: Path = SEED) -> list[dict[str, Any]]:
    """Read the statements of the seed data, language by language, masked as in use."""
    return [
        _masked(json.loads(line))
        for file in sorted(root.glob("*/policy.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def fit_statements(rows: Sequence[Row], encoder: Encoder) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the weights of the heads by name, and the labels of each.

    A row is `{"lang", "customer", "agent", "claims": [{"span", "topic", ...}]}`.
    """
    examples = list(_examples(rows, encoder))
    inputs = np.stack([row for row, _, _ in examples])
    states = ["yes" if claims else "no" for _, claims, _ in examples]
    heads = {"claim": _fit(inputs, states)}
    first = {
        i: claims[0] for i, (_, claims, is_whole) in enumerate(examples) if claims and not is_whole
    }
    for name, key in HEADS.items():
        own = [i for i, claim in first.items() if key in claim]
        heads[name] = _fit(inputs[own], [first[i][key] or "" for i in own])
    weights = {
        f"{name}.{part}": array
        for name, (weight, bias, _) in heads.items()
        # safetensors writes the memory of an array as it lies.
        for part, array in (("weight", np.ascontiguousarray(weight, np.float16)), ("bias", bias))
    }
    return weights, {name: labels for name, (_, _, labels) in heads.items()}


def write_statements(folder: Path, rows: Sequence[Row], encoder: Encoder) -> None:
    """Fit the heads and write them to a version folder, with their hashes."""
    from safetensors.numpy import save_file

    weights, labels = fit_statements(rows, encoder)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(weights, folder / "statements.safetensors")
    (folder / "labels.json").write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    write_manifest(
        folder,
        ("statements.safetensors", "labels.json"),
        name="manifest.json",
        about={"rows": str(len(rows)), "strength": str(STRENGTH)},
    )


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    spans = [claim["span"] for claim in row["claims"]]
    customer, agent, *spans = redact_conversation([row["customer"], row["agent"], *spans])
    claims = [{**claim, "span": span} for claim, span in zip(row["claims"], spans, strict=True)]
    return {**row, "customer": customer, "agent": agent, "claims": claims}


def _examples(rows: Sequence[Row], encoder: Encoder) -> Iterator[tuple[Features, Told, bool]]:
    """Each sentence, and each turn of several sentences as a whole, with the claims in it."""
    vectors = encoder.encode(text for row in rows for text in _texts(row) if text.strip())
    for row in rows:
        agent, asked = row["agent"], vectors.get(row["customer"])
        stated = read_values(agent, row["lang"])
        asked_cues = cues_in(row["customer"], row["lang"])
        spans = sentence_spans(agent)
        whole = [(0, len(agent))] if len(spans) > 1 else []
        for start, end in [*spans, *whole]:
            text = agent if (start, end) in whole else agent[start:end]
            values = [each for each in stated if start <= each.start and each.end <= end]
            given = sentence_features(
                vectors[text].before,
                np.zeros(WIDTH, np.float32) if asked is None else asked.before,
                vectors[agent].before,
                values=values,
                cues=cues_beside(text, values, row["lang"], start),
                asked_cues=asked_cues,
            )
            yield given, _claims_in(row, start, end), (start, end) in whole


def _texts(row: Row) -> Iterable[str]:
    agent = row["agent"]
    return (row["customer"], agent, *(agent[start:end] for start, end in sentence_spans(agent)))


def _claims_in(row: Row, start: int, end: int) -> Told:
    """Claims of which at least half stands in [start, end)."""
    found = []
    for claim in row["claims"]:
        first = row["agent"].find(claim["span"])
        last = first + len(claim["span"])
        if 2 * (min(end, last) - max(start, first)) >= last - first:
            found.append(claim)
    return found


def _fit(
    inputs: NDArray[np.float32], truth: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32], list[str]]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=STRENGTH, max_iter=3000).fit(inputs, truth)
    weight, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        weight, bias = (
            np.concatenate([-weight / 2, weight / 2]),
            np.concatenate([-bias / 2, bias / 2]),
        )
    return weight.astype(np.float32), bias.astype(np.float32), model.classes_.tolist()


def main() -> None:
    """Fit the heads anew and write them to the version in use."""
    registry = Registry.shipped()
    encoder = Encoder(registry.folder("encoder"))
    write_statements(registry.folder("statements"), read_rows(), encoder)


if __name__ == "__main__":
    main()
