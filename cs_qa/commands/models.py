"""The group `models`: which versions there are, and taking one into use or out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cs_qa.errors import CsQaError, ModelError

if TYPE_CHECKING:
    from cs_qa.nn.user_models import Change

CARD_CHARACTERS = 100_000

models = typer.Typer(
    name="models", no_args_is_help=True, help="See the models and change which are in use."
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="encoder, heads, ngrams or statements.")]


@models.command("list")
def models_list() -> None:
    """List the versions of each model: whether it is in use, and its folder."""
    from cs_qa.nn.registry import MODELS, Registry

    registry = Registry.in_use()
    used = {name: registry.folder(name) for name in MODELS}
    for name in MODELS:
        for each in registry.versions(name):
            state = "in use" if each.folder == used[name] else "-"
            typer.echo(f"{each.ref}\t{state}\t{each.folder}")
    if gone := [folder for folder in used.values() if not folder.exists()]:
        (name, version) = gone[0].parts[-2:]
        raise ModelError(
            f"{name}@{version} is in use, but its folder is missing. "
            f"Go back with `cs-qa models rollback {name}`."
        )


@models.command("show")
def models_show(
    name: Name,
    version: Annotated[
        str | None, typer.Argument(metavar="VERSION", help="Else the one in use.")
    ] = None,
) -> None:
    """Print a model's card."""
    from cs_qa.nn.registry import Registry

    _require_known(name)
    registry = Registry.in_use()
    shown = registry.find(name, version or registry.version(name))
    card = shown.folder / "card.md"
    if not card.is_file():
        raise CsQaError(f"The model {shown.ref} has no card: {card} is missing.")
    with card.open(encoding="utf-8", errors="replace") as file:
        typer.echo(_printable(file.read(CARD_CHARACTERS)))


@models.command("promote")
def models_promote(
    name: Name,
    version: Annotated[str, typer.Argument(metavar="VERSION", help="As `models list` has it.")],
    force: Annotated[
        bool, typer.Option("--force", help="Even if the comparison did not find it better.")
    ] = False,
) -> None:
    """Take a version into use, for good or until `models rollback`."""
    from cs_qa.nn.registry import Registry

    _require_known(name)
    change = Registry.in_use().promote(name, version, force=force)
    if change is None:
        typer.echo(f"{name}@{version} is in use already.")
    else:
        _tell(change)


@models.command("rollback")
def models_rollback(name: Name) -> None:
    """Take into use again what was before the last change of a model's version."""
    from cs_qa.nn.registry import Registry

    _require_known(name)
    change = Registry.in_use().rollback(name)
    for ref in change.skipped:
        typer.echo(f"{ref} is damaged and was passed over.", err=True)
    _tell(change)


def _tell(change: Change) -> None:
    for name, after in change.after.items():
        if after != change.before[name]:
            typer.echo(f"{name}@{after} is in use now; {name}@{change.before[name]} was before.")
    typer.echo("Processes that run already go on with what they have.", err=True)


def _require_known(name: str) -> None:
    from cs_qa.nn.registry import MODELS

    if name not in MODELS:
        raise CsQaError(f"No model named {name!r}. There are: {', '.join(MODELS)}.")


def _printable(text: str) -> str:
    """Keep what a card may hold from steering the terminal."""
    return "".join(each if each.isprintable() or each in "\n\t" else "\ufffd" for each in text)
