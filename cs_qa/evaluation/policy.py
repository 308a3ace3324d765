"""How well statements about policy are judged: claims of a message, against the labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

VERDICTS = ("accurate", "inaccurate")

Claim = tuple[str, str]
"""(policy id, verdict); a message has each once, however often it says it."""


@dataclass(frozen=True, slots=True)
class Message:
    """The claims that a message makes by its labels, and those that were found in it."""

    lang: str
    labelled: frozenset[Claim]
    said: frozenset[Claim]
    is_unsupported: bool = False
    is_said_unsupported: bool = False

    def of_verdict(self, verdict: str) -> Message:
        """Keep the claims of one verdict."""
        return Message(
            self.lang,
            frozenset(claim for claim in self.labelled if claim[1] == verdict),
            frozenset(claim for claim in self.said if claim[1] == verdict),
        )

    def of_unsupported(self) -> Message:
        """Keep whether something is said that no clause covers, as if that were a claim."""
        claim = frozenset({("", "unsupported")})
        return Message(
            self.lang,
            claim if self.is_unsupported else frozenset(),
            claim if self.is_said_unsupported else frozenset(),
        )


def figures(messages: Iterable[Message]) -> dict[str, Any]:
    """Give precision, recall and F1 of claims, each None where it has no denominator.

    >>> one = Message("en", frozenset({("ret", "accurate")}), frozenset({("ret", "inaccurate")}))
    >>> figures([one])
    {'precision': 0.0, 'recall': 0.0, 'f1': 0.0, 'n': 1}
    """
    found = said = labelled = 0
    for message in messages:
        found += len(message.labelled & message.said)
        said += len(message.said)
        labelled += len(message.labelled)
    return {
        "precision": found / said if said else None,
        "recall": found / labelled if labelled else None,
        "f1": 2 * found / (said + labelled) if said + labelled else None,
        "n": labelled,
    }


def measure_policy(messages: Sequence[Message]) -> dict[str, Any]:
    """Give the figures of all messages, by verdict and by language.

    A claim is right when both its clause and its verdict are. `macro_f1` is the mean over the two
    verdicts, `f1` that of all claims together; `accuracy` is the share of messages whose claims
    are all right. `without_claim` are the messages that state nothing, and how many of them were
    said to state something.
    """
    silent = [m for m in messages if not m.labelled and not m.is_unsupported]
    labels = {verdict: figures(m.of_verdict(verdict) for m in messages) for verdict in VERDICTS}
    labels["unsupported"] = figures(m.of_unsupported() for m in messages)
    by_language: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        by_language[message.lang].append(message)
    return {
        "task": "policy",
        **_over(messages),
        "labels": labels,
        "languages": {lang: _over(own) for lang, own in sorted(by_language.items())},
        "without_claim": {
            "n": len(silent),
            "flagged": sum(bool(m.said) or m.is_said_unsupported for m in silent),
        },
    }


def policy_lines(result: dict[str, Any]) -> list[str]:
    """Give the table of a result, as lines."""
    silent = result["without_claim"]
    return [
        f"policy: {result['n']} messages",
        "",
        f"{'claims':14}{'precision':>10}{'recall':>8}{'f1':>8}{'n':>6}",
        *(_line(name, own) for name, own in result["labels"].items()),
        _line("all of them", result),
        "",
        f"{'language':14}{'f1':>8}{'accuracy':>10}{'n':>6}",
        *(
            f"{lang:14}{_shown(own['f1']):>8}{_shown(own['accuracy']):>10}{own['n']:>6}"
            for lang, own in result["languages"].items()
        ),
        "",
        f"Messages without a claim: {silent['n']}, of which flagged {silent['flagged']}.",
    ]


def _over(messages: Sequence[Message]) -> dict[str, Any]:
    claims = figures(messages)
    of_verdicts = [figures(m.of_verdict(verdict) for m in messages)["f1"] for verdict in VERDICTS]
    known = [f1 for f1 in of_verdicts if f1 is not None]
    return {
        "n": len(messages),
        "macro_f1": sum(known) / len(known) if known else None,
        "accuracy": sum(m.labelled == m.said for m in messages) / len(messages),
        "f1": claims["f1"],
        "precision": claims["precision"],
        "recall": claims["recall"],
        "claims": claims["n"],
    }


def _line(name: str, own: dict[str, Any]) -> str:
    count = own.get("claims", own["n"])
    shown = (_shown(own["precision"]), _shown(own["recall"]), _shown(own["f1"]))
    return f"{name:14}{shown[0]:>10}{shown[1]:>8}{shown[2]:>8}{count:>6}"


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
