"""Groups of commands about one kind of file: rubrics, lexicons, policy packs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cs_qa.commands.exit_codes import OK, SOME_UNUSABLE

rubric = typer.Typer(name="rubric", no_args_is_help=True, help="Check rubric files.")
lexicon = typer.Typer(name="lexicon", no_args_is_help=True, help="Check lists of banned wording.")
policy = typer.Typer(name="policy", no_args_is_help=True, help="Check policy packs.")


@rubric.command("check")
def rubric_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Rubric, TOML.")],
) -> None:
    """Say what is wrong in a rubric file, and what is possible."""
    from cs_qa.rubric import Rubric

    problems = Rubric.problems(file)
    for problem in problems:
        typer.echo(problem)
    if not problems:
        typer.echo(f"{file}: {Rubric.load(file).ref} holds.")
    raise typer.Exit(SOME_UNUSABLE if problems else OK)


@rubric.command("show")
def rubric_show() -> None:
    """Print the default rubric file, to copy and change."""
    from cs_qa.rubric import DEFAULT_FILE

    typer.echo(DEFAULT_FILE.read_text(encoding="utf-8"), nl=False)


@policy.command("check")
def policy_check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Policy packs, TOML.")],
) -> None:
    """Say what is wrong in policy packs, what is possible, and what will not be compared."""
    from cs_qa.commands.policy import check_packs

    raise typer.Exit(check_packs(files))


@policy.command("show")
def policy_show() -> None:
    """Print the example pack, to copy and change."""
    from cs_qa.policy.pack import EXAMPLE_FILE

    typer.echo(EXAMPLE_FILE.read_text(encoding="utf-8"), nl=False)


@lexicon.command("check")
def lexicon_check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="Lists of banned wording, TOML.")
    ],
) -> None:
    """Say what is wrong in lexicon files, what is possible, and what they hold."""
    from cs_qa.commands.lexicon import check_lexicons

    raise typer.Exit(check_lexicons(files))


@lexicon.command("show")
def lexicon_show(
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="Such as en or zh.")],
) -> None:
    """Print a built-in lexicon file, to see the format and copy from."""
    from cs_qa.commands.lexicon import built_in_lexicon

    typer.echo(built_in_lexicon(language), nl=False)
