"""What a shop's reviews have gathered for training: labels, who is reliable, where machines err."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cs_qa.errors import ModelError
from cs_qa.nn.model_files import read_manifest
from cs_qa.nn.registry import Registry, Version
from cs_qa.store import Store
from cs_qa.store.cards import Json
from cs_qa.store.transactions import reading
from cs_qa.text.language import base_language
from cs_qa.train.counts import Counts, counted
from cs_qa.train.dataset import reviewed_turns
from cs_qa.train.decided import DecidedJudgement, decided_judgements, judged_cards
from cs_qa.train.gate import GateConfig, GateReport, gate


@dataclass(frozen=True, slots=True)
class Corrected:
    """Of so many judgements of a criterion in a language people changed so many."""

    criterion: str
    lang: str
    judged: int
    changed: int

    @property
    def share(self) -> float:
        """The share (0-1) that was changed."""
        return self.changed / self.judged


@dataclass(frozen=True, slots=True)
class Overview:
    """The heads in use, when they were made (UTC; None for those that ship), and the reviews.

    `new` counts the labels that came into force since, `labels` all of them, both of reviewers
    whom the gate accepts.
    """

    version: str
    made_at: datetime | None
    labels: Counts
    new: Counts
    gate: GateReport
    corrected: tuple[Corrected, ...]


def overview(store: Store, registry: Registry, config: GateConfig | None = None) -> Overview:
    """Gather what is known before a retraining.

    Raises InputError where the rubric of a card is not stored, ModelError where it cannot be told
    which models are in use.
    """
    in_use = registry.find("heads", registry.version("heads"))
    report = gate(store, config)
    rows = reviewed_turns(store, accepts=report.accepts)
    made_at = _made_at(in_use)
    new = [row for row in rows if made_at is None or row.at >= made_at]
    return Overview(
        in_use.ref, made_at, counted(rows), counted(new), report, tuple(corrections(store))
    )


def corrections(store: Store) -> list[Corrected]:
    """Count the judgements that people made, by criterion and language, the most changed first.

    Changed is what was overridden, and what somebody judged otherwise who did not see the
    machine's view. Raises InputError where the rubric of a card is not stored.
    """
    judged: Counter[tuple[str, str]] = Counter()
    changed: Counter[tuple[str, str]] = Counter()
    with reading(store) as connection:
        last = {
            (each.transcript_id, each.decision.criterion): each
            for each in decided_judgements(connection)
        }
        for card, _, each in judged_cards(connection, list(last.values())):
            key = (each.decision.criterion, base_language(card["language"]))
            judged[key] += 1
            changed[key] += _is_changed(card, each)
    found = [Corrected(*key, judged=n, changed=changed[key]) for key, n in judged.items()]
    return sorted(found, key=lambda each: (-each.changed, each.criterion, each.lang))


def _is_changed(card: Json, each: DecidedJudgement) -> bool:
    if each.decision.action != "judge":
        return each.decision.action == "override"
    own = {judged["criterion"]: judged for judged in card["judgements"]}
    was: Mapping[str, object] = own[each.decision.criterion]
    return bool(was["verdict"] != each.judgement["verdict"])


def _made_at(version: Version) -> datetime | None:
    """Tell when a version was made: what ships was made without this shop."""
    if not version.own:
        return None
    try:
        return datetime.fromisoformat(read_manifest(version.folder).about["created_at"])
    except (KeyError, ModelError, ValueError):
        return None
