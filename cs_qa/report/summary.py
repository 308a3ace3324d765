"""A short summary of a run for people: by agent, by language, and the worst conversations."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

Card = Mapping[str, Any]

WORST = 5
QUOTE_CHARACTERS = 90


@dataclass
class Tally:
    """Sums over the cards of one agent or language."""

    transcripts: int = 0
    agent_turns: int = 0
    flagged_turns: int = 0
    critical: int = 0
    scores: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, card: Card) -> None:
        """Count one card."""
        self.transcripts += 1
        self.agent_turns += sum(turn["role"] == "agent" for turn in card["turns"])
        self.flagged_turns += len({finding["turn"] for finding in banned_findings(card)})
        self.critical += bool(card["critical_failures"])
        for half in ("qualitative", "quantitative", "total"):
            if card[half] is not None:
                self.scores[half].append(card[half])

    def mean(self, half: str) -> float | None:
        """Mean of a score (0-100) over the cards that have it."""
        values = self.scores[half]
        return sum(values) / len(values) if values else None


@dataclass
class Summary:
    """What a run found, gathered card by card; its size does not grow with the input."""

    all: Tally = field(default_factory=Tally)
    agents: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    languages: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    unscored: int = 0
    _worst: list[tuple[float, int, Card]] = field(default_factory=list)

    def add(self, card: Card) -> None:
        """Count one card, and keep it while it is among the worst."""
        self.all.add(card)
        self.agents[card["agent_id"] or "unknown"].add(card)
        self.languages[card["language"] or "und"].add(card)
        self.unscored += is_unscored(card)
        if banned_findings(card) or card["critical_failures"]:
            heapq.heappush(self._worst, (_badness(card), -self.all.transcripts, card))
            if len(self._worst) > WORST:
                heapq.heappop(self._worst)

    @property
    def worst(self) -> list[Card]:
        """Up to `WORST` cards with banned phrases, the worst first."""
        ranked = sorted(self._worst, key=lambda kept: kept[:2], reverse=True)
        return [card for _, _, card in ranked]


def is_unscored(card: Card) -> bool:
    """Whether some criterion of the card could not be judged."""
    return any(judgement["verdict"] == "unscored" for judgement in card["judgements"])


def banned_findings(card: Card) -> list[Mapping[str, Any]]:
    """Give the findings of the banned-phrases criterion."""
    return next(j["findings"] for j in card["judgements"] if j["criterion"] == "banned_phrases")


def show(summary: Summary, console: Console) -> None:
    """Print the summary: tables by agent and language, then the worst, with quotes."""
    console.print(_table("Agent", summary.agents))
    console.print(_table("Language", summary.languages))
    for card in summary.worst:
        for line in _quoted(card):
            console.print(line, soft_wrap=True)
    if summary.unscored:
        console.print(f"{summary.unscored} transcripts hold judgements that are unscored.")


def _badness(card: Card) -> float:
    return 100.0 - (card["qualitative"] or 0.0)


def _table(name: str, tallies: Mapping[str, Tally]) -> Table:
    from rich.table import Table

    table = Table(title=f"By {name.lower()}", title_justify="left")
    table.add_column(name, no_wrap=True)
    for column in ("Chats", "Qualit.", "Quantit.", "Total", "Agent turns", "Flagged", "Critical"):
        table.add_column(column, justify="right")
    for key, tally in sorted(tallies.items(), key=lambda item: _order(item[1], item[0])):
        table.add_row(
            key,
            str(tally.transcripts),
            *(_shown(tally.mean(half)) for half in ("qualitative", "quantitative", "total")),
            str(tally.agent_turns),
            str(tally.flagged_turns),
            str(tally.critical),
        )
    return table


def _order(tally: Tally, key: str) -> tuple[float, str]:
    mean = tally.mean("qualitative")
    return (101.0 if mean is None else mean, key)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _quoted(card: Card) -> Iterator[Text]:
    from rich.text import Text

    agent = card["agent_id"] or "unknown agent"
    scores = f"qualitative {_shown(card['qualitative'])}, total {_shown(card['total'])}"
    critical = f"  CRITICAL {', '.join(card['critical_failures'])}" if card["critical_failures"] else ""
    yield Text(f"{card['transcript_id']}  {agent}  {card['language']}  {scores}{critical}", "bold")
    for finding in banned_findings(card):
        quote = " ".join(finding["text"].split())
        if len(quote) > QUOTE_CHARACTERS:
            quote = f"{quote[:QUOTE_CHARACTERS]}…"
        yield Text(
            f"  turn {finding['turn']}  {finding['label']}  {finding['confidence']:.2f}  “{quote}”"
        )
