"""`cs-qa policy check`: what is wrong in a pack, and what it holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE
from cs_qa.errors import PolicyError
from cs_qa.policy.pack import PolicyPack


def check_packs(files: Sequence[Path]) -> int:
    """Check each file and print what was found; give the exit code."""
    code = OK
    for file in files:
        try:
            pack = PolicyPack.load(file)
        except PolicyError as error:
            typer.echo(str(error))
            code = SOME_UNUSABLE
            continue
        for warning in pack.warnings:
            typer.echo(f"{file}: warning: {warning}")
        clauses = pack.table.policy
        facts = sum(len(clause.facts) for clause in clauses)
        typer.echo(
            f"{file}: {pack.ref} holds: {len(clauses)} clauses on {len(pack.topics)} topics, "
            f"{facts} facts, from {pack.table.effective_from}."
        )
    return code
