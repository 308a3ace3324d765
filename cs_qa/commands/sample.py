"""The `sample` command: draw what people are to review of a week, and store the draw."""

from __future__ import annotations

import json
import secrets
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import ValidationError

from cs_qa.commands.exit_codes import OK
from cs_qa.commands.output import complain
from cs_qa.errors import InputError
from cs_qa.sampling import Sample, SampleConfig, SampleItem, draw
from cs_qa.store import Store, open_store
from cs_qa.store.access import OPERATOR, require
from cs_qa.store.candidates import candidates, undated
from cs_qa.store.samples import NewItem, add_sample, drawn_transcripts, list_samples
from cs_qa.store.transactions import reading
from cs_qa.store.weeks import week_limits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class WeekDraw:
    """A stored draw: `number` is 2 for the week's second.

    `undated` counts transcripts without a time, which are in no week; `earlier` those of the week
    that an earlier draw had taken.
    """

    week: str
    number: int
    sample: Sample
    undated: int
    earlier: int


def sample_week(
    db: str,
    week: str,
    *,
    size: int | None = None,
    seed: int | None = None,
    once: bool = False,
) -> int:
    """Draw and store a week's sample, print it, one JSON object an item; give the exit code.

    With `once` a week that has a sample keeps it, and nothing is drawn. Raises CsQaError where
    nothing can be drawn; then nothing is stored.
    """
    from rich.console import Console

    week_limits(week)
    with open_store(db, create=False) as store:
        if once and list_samples(store, week=week):
            complain(f"{week} has a sample already; nothing was drawn.")
            return OK
        drawn = draw_week(store, week, size, seed)
    _show(drawn, Console(stderr=True))
    for item in drawn.sample.items:
        # An id may hold what no terminal or pipe can take.
        line = json.dumps(item.to_json(), ensure_ascii=False).encode("utf-8", "backslashreplace")
        print(line.decode(), file=sys.stdout)  # noqa: T201
    return OK


def draw_week(
    store: Store,
    week: str,
    size: int | None = None,
    seed: int | None = None,
    user: str | None = None,
    config: SampleConfig | None = None,
) -> WeekDraw:
    """Draw from the current scorecards of an ISO week (`2026-W47`, UTC) and store the sample.

    What was ever drawn is left out. `size` stands before that of `config`; without a seed chance
    gives one; without a user the operator of the database draws. Raises InputError where the week
    or size cannot be, or there is nothing to draw; AccessError where the user may not;
    StaleError where another draw took the same at the same time.
    """
    since, until = week_limits(week)
    settings = _settings(config or SampleConfig(), size)
    by = OPERATOR if user is None else user
    require(store, by, "draw_sample")
    exclude = drawn_transcripts(store)
    with reading(store) as connection:
        population = candidates(connection, since, until)
        without_time = undated(connection)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    sample = draw(population, settings, seed=seed, exclude=exclude)
    if not sample.items:
        raise InputError(_nothing(week, len(population), without_time))
    stored = add_sample(
        store,
        [_new_item(item) for item in sample.items],
        week=week,
        seed=seed,
        config=settings.model_dump(mode="json"),
        population=sample.population,
        by=by,
    )
    return WeekDraw(week, stored.number, sample, without_time, len(population) - sample.population)


def _settings(config: SampleConfig, size: int | None) -> SampleConfig:
    if size is None:
        return config
    try:
        return SampleConfig(**{**config.model_dump(), "size": size})
    except ValidationError as error:
        raise InputError(f"A sample of {size} cannot be: {error.errors()[0]['msg']}.") from None


def _nothing(week: str, population: int, undated: int) -> str:
    if population:
        return f"All {population} transcripts of {week} were drawn before; nothing is left to draw."
    without = f" In no week, without a time: {undated}." if undated else ""
    return (
        f"No transcript of this database began in {week} (UTC).{without} "
        "Name another week, or inspect its transcripts with --db first."
    )


def _new_item(item: SampleItem) -> NewItem:
    return NewItem(**{name: each for name, each in item.to_json().items() if name != "position"})


def _show(drawn: WeekDraw, console: Console) -> None:
    for line in _told(drawn):
        complain(line)
    console.print(_parts(drawn.sample), "", _strata(drawn.sample), sep="\n")


def _told(drawn: WeekDraw) -> Iterator[str]:
    sample = drawn.sample
    yield (
        f"Sample {drawn.number} of {drawn.week}: {len(sample.items)} of {sample.population} "
        f"transcripts, seed {sample.seed}."
    )
    if drawn.earlier:
        yield f"Drawn before: {drawn.earlier}; the sample speaks for the others only."
    if drawn.undated:
        yield f"In no week, without a time: {drawn.undated}."
    if sample.short_agents:
        yield (
            f"No place was left for the minimum of these agents ({len(sample.short_agents)}): "
            f"{', '.join(sample.short_agents)}. A larger --size has it."
        )


def _parts(sample: Sample) -> Table:
    table = _table("Part", "Items", "Blind", "Twice")
    for reason in ("random", "minimum", "risk", "uncertainty"):
        own = [item for item in sample.items if item.reason == reason]
        blind, twice = sum(item.is_blind for item in own), sum(item.slots == 2 for item in own)
        table.add_row(reason, str(len(own)), str(blind), str(twice))
    return table


def _strata(sample: Sample) -> Table:
    from rich.text import Text

    table = _table("Stratum of the random part", "Drawn", "Of", "Chance")
    for stratum in sample.strata:
        values = "; ".join(_listed(values) for values in stratum.values.values())
        counts = str(stratum.drawn), str(len(stratum.members))
        table.add_row(Text(values), *counts, f"{stratum.probability:.3f}")
    return table


def _table(first: str, *others: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _listed(values: tuple[str | None, ...]) -> str:
    """Name up to three values, count more; control characters would command the terminal."""
    if len(values) > 3:
        return f"{len(values)} values"
    names = ["unknown" if value is None else value for value in values]
    return "".join(c for c in ", ".join(names) if unicodedata.category(c) != "Cc")
