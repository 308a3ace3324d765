"""A short summary of a run for people: by agent, by language, and the worst conversations."""

from __future__ import annotations

import heapq
import unicodedata
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
QUOTES = 4
QUOTE_CHARACTERS = 120
ROWS = 20
NAME_CELLS = 18


@dataclass
class Tally:
    """Sums over the cards of one agent or language."""

    transcripts: int = 0
    agent_turns: int = 0
    flagged_turns: int = 0
    critical: int = 0
    sums: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, card: Card) -> None:
        """Count one card."""
        self.transcripts += 1
        self.agent_turns += sum(turn["role"] == "agent" for turn in card["turns"])
        self.flagged_turns += len({finding["turn"] for finding in banned_findings(card)})
        self.critical += bool(card["critical_failures"])
        for half in ("qualitative", "quantitative", "total"):
            if card[half] is not None:
                self.sums[half] += card[half]
                self.counts[half] += 1

    def mean(self, half: str) -> float | None:
        """Mean of a score (0-100) over the cards that have it."""
        return self.sums[half] / self.counts[half] if self.counts[half] else None


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
    for name, tallies in (("Agent", summary.agents), ("Language", summary.languages)):
        console.print(_table(name, tallies, summary.all), "")
    if summary.worst:
        console.print("Look at these first:", style="bold")
    for card in summary.worst:
        console.print("", *_quoted(card), sep="\n")
    if summary.unscored:
        console.print(f"\n{summary.unscored} of {summary.all.transcripts} have unscored criteria.")


def _badness(card: Card) -> float:
    return 100.0 - (card["qualitative"] or 0.0)


def _table(name: str, tallies: Mapping[str, Tally], total: Tally) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    table.add_column(name, no_wrap=True, max_width=NAME_CELLS)
    for column in ("Chats", "Qualitative", "Quantitative", "Total", "Flagged", "Critical"):
        table.add_column(column, justify="right", no_wrap=True, min_width=len(column))
    ranked = sorted(tallies.items(), key=lambda item: _order(item[1], item[0]))
    for key, tally in ranked[:ROWS]:
        table.add_row(Text(_printable(key)), *_cells(tally))
    if len(ranked) > ROWS:
        table.add_row(f"… {len(ranked) - ROWS} more")
    table.add_section()
    table.add_row("all", *_cells(total), style="bold")
    return table


def _cells(tally: Tally) -> Iterator[str]:
    yield str(tally.transcripts)
    for half in ("qualitative", "quantitative", "total"):
        yield _shown(tally.mean(half))
    yield f"{tally.flagged_turns}/{tally.agent_turns}"
    yield str(tally.critical)


def _order(tally: Tally, key: str) -> tuple[float, str]:
    mean = tally.mean("qualitative")
    return (101.0 if mean is None else mean, key)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def _quoted(card: Card) -> Iterator[Text | Table]:
    from rich.table import Table
    from rich.text import Text

    about = (card["transcript_id"], card["agent_id"] or "unknown agent", card["language"] or "und")
    scores = f"qualitative {_shown(card['qualitative'])}, total {_shown(card['total'])}"
    yield Text("  ".join([*map(_printable, about), scores]), "bold")
    for failure in card["critical_failures"]:
        yield Text(f"  critical: {failure}", "bold red")
    quotes = Table.grid(padding=(0, 2, 0, 0), pad_edge=True)
    for overflow in ("ignore", "ignore", "fold"):
        quotes.add_column(overflow=overflow)
    findings = sorted(banned_findings(card), key=lambda f: (-f["confidence"], f["turn"]))
    for finding in sorted(findings[:QUOTES], key=lambda f: (f["turn"], f["start"])):
        quote = _printable(finding["text"])
        if len(quote) > QUOTE_CHARACTERS:
            quote = f"{quote[:QUOTE_CHARACTERS]}…"
        label = f"{finding['label']} {finding['confidence']:.2f}"
        quotes.add_row(f"  turn {finding['turn'] + 1}", label, Text(f"“{quote}”"))
    yield quotes
    if len(findings) > QUOTES:
        yield Text(f"  and {len(findings) - QUOTES} more")


def _printable(text: str) -> str:
    """One line without control characters, which would command the terminal."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) != "Cc")
