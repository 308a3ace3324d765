"""Scripts reused across conversations: each agent's share of scripted text, and what is reused.

A table to learn from, not a penalty: a good script answers many customers. Texts are compared
without their values, exact ones first; of the others MinHash signatures in bands find candidates,
and the edit similarity decides. One pass over the turns, and no more than `capacity` scripts in
hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cs_qa.scripts.content import runs, weight, without_values
from cs_qa.types import Transcript

PERMUTATIONS, BANDS = 72, 12
"""Of texts that share 80 % of their runs of letters 97 % meet in a band, at 10 % one in 80,000."""

CANDIDATES = 30
"""Scripts that a text is compared with at most, so that the time a turn does not grow."""

SEED = 7
KEPT = 0.75
"""Share of `capacity` that is left after old scripts were forgotten."""

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ReusedScript:
    """A script as it was first sent, its uses and the agents who used it."""

    text: str
    uses: int
    agents: int


@dataclass(frozen=True, slots=True)
class AgentScripts:
    """One agent's turns, how many of them were scripted, and the most used scripts with uses."""

    agent_id: str
    turns: int
    scripted: int
    most_used: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float | None:
        """Scripted turns over all turns of the agent (0-1); None where there is none."""
        return self.scripted / self.turns if self.turns else None


@dataclass(slots=True)
class _Script:
    """A script in hand: its text, uses by agent, and the number of the turn that used it last."""

    number: int
    shown: str
    last: int
    uses: int = 0
    by_agent: dict[str, int] = field(default_factory=dict)


class ScriptTable:
    """Gathers scripts turn by turn.

    Two texts are one script when their edit similarity without values is at least `similarity`.
    A text with fewer letters than `min_letters` is a turn, but never a script. When more than
    `capacity` scripts are in hand, the least used, longest unseen ones are forgotten with their
    uses: what is used again before `capacity` / 4 other new texts came by is never lost. A script
    takes three to four kilobytes, most of it in the index.
    """

    def __init__(
        self, *, similarity: float = 0.85, min_letters: int = 20, capacity: int = 100_000
    ) -> None:
        self._similarity = similarity
        self._min_letters = min_letters
        self._capacity = capacity
        self._scripts: dict[str, _Script] = {}
        self._keys: dict[int, str] = {}
        self._agents: Counter[str] = Counter()
        self._index = _index()
        self._seen = 0

    def __len__(self) -> int:
        """Count the scripts in hand."""
        return len(self._scripts)

    def add(self, agent_id: str | None, text: str) -> None:
        """Count one agent turn."""
        agent = agent_id or UNKNOWN
        self._agents[agent] += 1
        self._seen += 1
        key = without_values(text)
        if weight(key) < self._min_letters:
            return
        script = self._scripts.get(key) or self._like_or_new(key, text)
        script.last = self._seen
        script.uses += 1
        script.by_agent[agent] = script.by_agent.get(agent, 0) + 1
        if len(self._scripts) > self._capacity:
            self._forget()

    def add_transcript(self, transcript: Transcript) -> None:
        """Count the agent turns of a transcript, each for who wrote it."""
        for turn in transcript.turns:
            if turn.role == "agent":
                self.add(turn.agent_id or transcript.agent_id, turn.text)

    def add_card(self, card: Mapping[str, Any]) -> None:
        """Count the agent turns of a scorecard, each for who wrote it."""
        for turn in card["turns"]:
            if turn["role"] == "agent":
                self.add(turn.get("agent_id") or card["agent_id"], turn["text"])

    def scripts(self, *, least_uses: int = 2, top: int | None = None) -> list[ReusedScript]:
        """Give the scripts used at least `least_uses` times, the most used first."""
        reused = [each for each in self._scripts.values() if each.uses >= least_uses]
        reused.sort(key=lambda each: (-each.uses, each.shown))
        return [ReusedScript(each.shown, each.uses, len(each.by_agent)) for each in reused[:top]]

    def agents(self, *, least_uses: int = 2, top: int = 5) -> list[AgentScripts]:
        """Give every agent by name with the `top` scripts that each used most.

        A turn is scripted when its script was used at least `least_uses` times, by whomever.
        """
        own: dict[str, list[tuple[str, int]]] = {agent: [] for agent in self._agents}
        for script in self._scripts.values():
            if script.uses >= least_uses:
                for agent, uses in script.by_agent.items():
                    own[agent].append((script.shown, uses))
        return [
            AgentScripts(
                agent,
                self._agents[agent],
                sum(uses for _, uses in used),
                tuple(sorted(used, key=lambda each: (-each[1], each[0]))[:top]),
            )
            for agent, used in sorted(own.items())
        ]

    def _like_or_new(self, key: str, text: str) -> _Script:
        """Find the script in hand that is most like a text, or take the text as a new one."""
        from rapidfuzz.fuzz import ratio
        from rapidfuzz.process import extractOne

        signature = _signature(key)
        near = [self._keys[number] for number in self._index.query(signature)[:CANDIDATES]]
        found = extractOne(key, near, scorer=ratio, score_cutoff=100 * self._similarity)
        if found:
            return self._scripts[found[0]]
        script = self._scripts[key] = _Script(self._seen, text, self._seen)
        self._keys[script.number] = key
        self._index.insert(script.number, signature)
        return script

    def _forget(self) -> None:
        ranked = sorted(self._scripts.items(), key=lambda item: (-item[1].uses, -item[1].last))
        for key, script in ranked[int(KEPT * self._capacity) :]:
            del self._scripts[key], self._keys[script.number]
            self._index.remove(script.number)


def reused_scripts(transcripts: Iterable[Transcript], **options: Any) -> ScriptTable:
    """Gather the scripts of transcripts; `options` are those of `ScriptTable`."""
    table = ScriptTable(**options)
    for transcript in transcripts:
        table.add_transcript(transcript)
    return table


def _index() -> Any:
    from rensa import RMinHashLSH

    return RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=BANDS)


def _signature(key: str) -> Any:
    from rensa import RMinHash

    signature = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    signature.update(runs(key))
    return signature
