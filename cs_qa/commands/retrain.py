"""The `retrain` command: better heads from reviews, and whether they may be taken into use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE
from cs_qa.commands.output import check_target, complain, whole_file
from cs_qa.errors import CsQaError

if TYPE_CHECKING:
    from cs_qa.train.counts import Counts
    from cs_qa.train.gate import GateReport
    from cs_qa.train.retrain import Retrained
    from cs_qa.train.shadow import Shadow

SHOWN_CHANGES = 10


def retrain_command(
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="CS_QA_DB", help="Database (or set CS_QA_DB).")
    ],
    promote: Annotated[
        bool, typer.Option("--promote", help="Take the new version into use if it is better.")
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Train the encoder's adapters too; much slower.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings of retraining, TOML.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", min=0, max=2**31 - 1, help="Seed of the training; else 0."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the result here too.")
    ] = None,
) -> None:
    """Train the models further on reviews.

    The new version is compared with the one in use and kept beside it. Exit codes: 0 it is better;
    1 it is refused, and why; 2 there is nothing to train on.
    """
    raise typer.Exit(
        retrain_from(
            db, promote=promote, full=full, config_file=config, seed=seed, json_file=json_file
        )
    )


def retrain_from(
    db: str,
    *,
    promote: bool = False,
    full: bool = False,
    config_file: Path | None = None,
    seed: int | None = None,
    json_file: Path | None = None,
) -> int:
    """Retrain on a database, print the comparison and give the exit code.

    Raises CsQaError where nothing can be trained; then no version is added.
    """
    try:
        from cs_qa.train import taking_over
        from cs_qa.train.retrain import retrain
        from cs_qa.train.retrain_config import RetrainConfig
    except ModuleNotFoundError as error:
        raise CsQaError(
            f"Retraining needs {error.name}, which is not installed. "
            "Install it with the training extra: pip install 'cs-qa[train]'."
        ) from error
    from cs_qa.nn.registry import Registry
    from cs_qa.store import open_store
    from cs_qa.store.access import OPERATOR

    if json_file:
        check_target("--json", json_file)
    config = RetrainConfig.load(config_file) if config_file else RetrainConfig()
    if seed is not None:
        config = config.model_copy(update={"seed": seed})
    registry = Registry.in_use()
    with open_store(db, create=False) as store:
        made = retrain(store, registry, config, full=full, log=complain)
        if json_file:
            with whole_file("--json", json_file) as file:
                json.dump(made.to_json(), file, indent=1, ensure_ascii=False)
                file.write("\n")
        for line in _told(made):
            typer.echo(line)
        if not made.verdict.is_better:
            return SOME_UNUSABLE
        if promote:
            taking_over.promote(store, registry, made.version.version, by=OPERATOR)
            typer.echo(f"{made.version.ref} is in use. Back to before: cs-qa models rollback heads")
        else:
            typer.echo(f"Take it into use: cs-qa models promote heads {made.version.version}")
        return OK


def _told(made: Retrained) -> Iterator[str]:
    yield from _gate_lines(made.gate)
    yield from _count_lines(made.counts)
    yield from ("", f"{made.version.ref} beside {made.parent}, macro-F1:", *made.verdict.table())
    yield from _shadow_lines(made.shadow)
    yield ""
    if made.verdict.is_better:
        yield f"{made.version.ref} is better than {made.parent} ({made.seconds:.0f} s)."
        return
    yield f"{made.version.ref} is refused ({made.seconds:.0f} s):"
    yield from (f"- {why}" for why in made.verdict.why)


def _gate_lines(report: GateReport) -> Iterator[str]:
    yield "Whose labels are used:"
    for row in report.table:
        used = report.accepts(row.criterion, row.reviewer)
        yield f"  {row.criterion} {row.reviewer}: {'used' if used else 'left out'}: {row.why}"
    if not report.table:
        yield "  nobody's is known; leads' decisions are."


def _count_lines(counts: Counts) -> Iterator[str]:
    yield "Labels:"
    for criterion, by_lang in counts.items():
        told = ", ".join(f"{lang} {n}" for lang, n in by_lang.items())
        yield f"  {criterion}: {sum(by_lang.values())} ({told})"


def _shadow_lines(shadow: Shadow) -> Iterator[str]:
    yield ""
    yield (
        f"Of {shadow.conversations} stored conversations {len(shadow.changes)} would get another "
        "grade."
    )
    for change in shadow.changes[:SHOWN_CHANGES]:
        before, after = (f"{each.grade} ({each.total})" for each in (change.before, change.after))
        yield f"  {change.transcript_id}: {before} to {after}"
    if len(shadow.changes) > SHOWN_CHANGES:
        yield f"  and {len(shadow.changes) - SHOWN_CHANGES} more: see --json"
