"""A challenger as a version of the heads: its files, what it was made from and how it did."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cs_qa.nn.manifest import write_manifest
from cs_qa.train.candidate import CalibratedHeads
from cs_qa.train.heads_onnx import heads_to_onnx
from cs_qa.train.promote import Verdict

FILES = ("heads.onnx", "calibration.json", "metrics.json", "card.md")


def write_heads(
    folder: Path,
    model: CalibratedHeads,
    verdict: Verdict,
    *,
    metrics: Mapping[str, Any],
    about: Mapping[str, str],
    labels: Mapping[str, Mapping[str, int]],
) -> None:
    """Write a version's files to a folder, the manifest last.

    `metrics` goes to metrics.json beside the verdict, `about` to the manifest; `labels` counts
    the labels of reviewers by criterion and language.
    """
    folder.mkdir(parents=True, exist_ok=True)
    heads_to_onnx(model.heads, folder / "heads.onnx")
    _write_json(folder / "calibration.json", model.settings)
    told = {
        "verdict": "better" if verdict.is_better else "refused",
        "why": "; ".join(verdict.why),
        "comparison": [line.to_json() for line in verdict.lines],
        "labels": labels,
        **metrics,
    }
    _write_json(folder / "metrics.json", told)
    card = "\n".join(_card(verdict, about, labels)) + "\n"
    (folder / "card.md").write_text(card, encoding="utf-8")
    write_manifest(folder, FILES, name="manifest.json", about=about)


def _card(
    verdict: Verdict, about: Mapping[str, str], labels: Mapping[str, Mapping[str, int]]
) -> Sequence[str]:
    counts = [
        f"| {criterion} | {lang} | {n} |"
        for criterion, by_lang in sorted(labels.items())
        for lang, n in sorted(by_lang.items())
    ]
    result = "Better than its parent." if verdict.is_better else "Refused:"
    return [
        "# heads, retrained",
        "",
        f"Trained further from {about['parent']} on {about['created_at']}, on labels of this",
        "shop's reviewers mixed with a part of the seed data. The encoder is the same. Intended",
        "use and limits are the parent's.",
        "",
        "## Labels",
        "",
        "| criterion | language | labels |",
        "|---|---|---|",
        *counts,
        "",
        "## Comparison with its parent",
        "",
        result,
        *(f"- {why}" for why in verdict.why),
        "",
        "```",
        *verdict.table(),
        "```",
    ]


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
