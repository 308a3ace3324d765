"""Fitting the statement heads on a few rows, with vectors that stand for their first words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cs_qa.nn.encoder import WIDTH, TextVectors
from cs_qa.nn.registry import damage
from cs_qa.nn.statements import StatementHeads
from cs_qa.policy.statements import sentence_features
from cs_qa.train import statements as module
from cs_qa.train.statements import fit_statements, main, read_rows, write_statements


class Encoder:
    """A text's vector is of its words, each at a place of its own."""

    def encode(self, texts: Iterable[str]) -> dict[str, TextVectors]:
        found = {}
        for text in texts:
            vector = np.zeros(WIDTH, np.float32)
            for word in text.casefold().strip(".").split():
                vector[sum(map(ord, word)) % WIDTH] += 1
            found[text] = TextVectors(vector, vector)
        return found


def claim(span: str, topic: str, **told: str | None) -> dict[str, Any]:
    nothing = dict.fromkeys(("polarity", "payer", "from", "condition"))
    return {"span": span, "topic": topic, **nothing, **told}


def row(agent: str, *claims: dict[str, Any], customer: str = "Well?") -> dict[str, Any]:
    return {"lang": "en", "customer": customer, "agent": agent, "claims": list(claims)}


ROWS = [
    row("Plums grow. Send it back in 30 days.",
        claim("Send it back in 30 days", "returns", **{"from": "delivery"})),
    row("You may send it back.", claim("You may send it back", "returns", polarity="yes")),
    row("You pay.", claim("You pay", "return_fee", payer="buyer")),
    row("We pay for the label.", claim("We pay", "return_fee", payer="seller", condition="first")),
    row("Plums grow."),
    row("Let me check.", customer=""),
    row("Plums grow. Let me check."),
]  # fmt: skip


def test_heads_learn_what_stands_in_a_sentence(tmp_path: Path) -> None:
    encoder: Any = Encoder()
    write_statements(tmp_path, ROWS, encoder)
    assert damage(tmp_path / "manifest.json") == []
    assert {"rows": "7", "strength": "1.0"}.items() <= _about(tmp_path).items()
    heads = StatementHeads(tmp_path)

    def read(text: str, turn: str) -> Any:
        vectors = {each: own.before for each, own in encoder.encode([text, turn, "Well?"]).items()}
        return heads.read(
            sentence_features(
                vectors[text], vectors["Well?"], vectors[turn],
                values=(), cues=frozenset(), asked_cues=frozenset(),
            )
        )  # fmt: skip

    stated = read("Send it back in 30 days.", "Plums grow. Send it back in 30 days.")
    assert stated.claim > 0.5 > read("Plums grow.", "Plums grow.").claim
    assert stated.topic["returns"] > stated.topic["return_fee"]
    assert stated.start["delivery"] > 0.3 > read("You pay.", "You pay.").start["delivery"]
    assert read("You pay.", "You pay.").payer["buyer"] > 0.4


def _about(folder: Path) -> dict[str, str]:
    about: dict[str, str] = json.loads((folder / "manifest.json").read_text())["about"]
    return about


def test_two_labels_get_a_row_of_weights_each() -> None:
    weights, labels = fit_statements(ROWS, Encoder())  # type: ignore[arg-type]
    assert labels["claim"] == ["no", "yes"]
    assert labels["payer"] == ["", "buyer", "seller"]
    for name, own in labels.items():
        assert weights[f"{name}.weight"].shape[0] == len(weights[f"{name}.bias"]) == len(own)
    assert np.array_equal(weights["claim.weight"][0], -weights["claim.weight"][1])


def test_rows_are_masked_with_their_spans(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    told = row("Write to ann@example.com.", claim("Write to ann@example.com", "other"))
    (folder / "policy.jsonl").write_text(json.dumps(told) + "\n", encoding="utf-8")
    (read,) = read_rows(tmp_path)
    assert read["agent"] == "Write to <EMAIL_1>."
    assert read["claims"][0]["span"] == "Write to <EMAIL_1>"
    assert read["claims"][0]["topic"] == "other"


def test_seed_rows_hold_what_the_heads_learn_from() -> None:
    rows = read_rows()
    assert len({each["lang"] for each in rows}) == 17
    lost = [
        each["id"]
        for each in rows
        for one in each["claims"]
        if one["span"] not in each["agent"] or not {*module.HEADS.values()} <= one.keys()
    ]
    assert lost == []


def test_main_writes_to_the_version_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {"encoder": tmp_path / "encoder", "statements": tmp_path / "statements" / "1"}

    class Shipped:
        def folder(self, name: str) -> Path:
            return folders[name]

    monkeypatch.setattr(module.Registry, "shipped", Shipped)
    monkeypatch.setattr(module, "Encoder", lambda folder: Encoder())
    monkeypatch.setattr(module, "read_rows", lambda: ROWS)
    main()
    assert {each.name for each in folders["statements"].iterdir()} == {
        "statements.safetensors", "labels.json", "manifest.json",
    }  # fmt: skip
