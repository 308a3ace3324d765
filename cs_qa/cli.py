"""The command line. Progress and summaries go to stderr, results to stdout or `--out`.

Exit codes: 0 done; 1 some rows were unusable or some transcripts unscored (they are listed);
2 wrong arguments, or no transcript could be read at all.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cs_qa import __version__
from cs_qa.errors import CsQaError

app = typer.Typer(
    name="cs-qa",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Quality inspection of multilingual customer service: transcripts in, scorecards out.",
)
rubric_app = typer.Typer(no_args_is_help=True, help="Check rubric files.")
models_app = typer.Typer(no_args_is_help=True, help="See the models in use.")
app.add_typer(rubric_app, name="rubric")
app.add_typer(models_app, name="models")

OK, SOME_UNUSABLE, UNUSABLE = 0, 1, 2


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        typer.echo(f"cs-qa {__version__}")
        raise typer.Exit(OK)


@app.command()
def inspect(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help="Files of transcripts; - is stdin.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write scorecards here: .jsonl or .parquet. Else stdout.")
    ] = None,
    db: Annotated[
        str | None, typer.Option(metavar="URL", help="Also add them to this database.")
    ] = None,
    rubric: Annotated[Path | None, typer.Option(help="Rubric file; else the default.")] = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(metavar="NAME", help="jsonl, csv or parquet; else by content.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Map a column, e.g. text=message. Repeatable."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes to use.")] = 1,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Mask personal data first.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Inspect transcripts: one scorecard each, with evidence, in input order."""
    from cs_qa.commands.inspect import Inspection

    mapping = _mapping(column or [])
    job = Inspection(
        inputs=inputs,
        out=out,
        db=db,
        rubric=rubric,
        format=format,
        mapping=mapping,
        workers=workers,
        redact=redact,
        quiet=quiet,
    )
    raise typer.Exit(job.run())


@app.command()
def review(
    db: Annotated[str, typer.Option(metavar="URL", help="Database to show.")],
    port: Annotated[int | None, typer.Option(help="Port; else Streamlit's default.")] = None,
) -> None:
    """Open the app on a database of inspected transcripts."""
    from cs_qa.ui.launch import launch

    raise typer.Exit(launch(db, port))


@app.command()
def redact(
    input: Annotated[Path, typer.Argument(help='JSON lines of {"id", "text"}.')],  # noqa: A002
    out: Annotated[Path | None, typer.Option(help="Write here; else stdout.")] = None,
) -> None:
    """Mask personal data in texts, and say what was found where in the input."""
    from cs_qa.commands.redact import redact_file

    raise typer.Exit(redact_file(input, out))


@app.command()
def evaluate(
    data: Annotated[Path, typer.Argument(help="Labelled JSON lines.")],
    task: Annotated[
        str, typer.Option(help="banned, empathy, sentiment, politeness, language, conversations.")
    ],
    json: Annotated[Path | None, typer.Option(help="Write the table here as JSON.")] = None,
) -> None:
    """Measure the models on labelled data, by language and label."""
    from cs_qa.train.evaluate import evaluate_file

    raise typer.Exit(evaluate_file(data, task, json))


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="Training settings, TOML.")],
) -> None:
    """Train the adapters and heads from the seed data; goes on where it was interrupted."""
    from cs_qa.train.run import train_from

    train_from(config)


@app.command()
def doctor() -> None:
    """Check environment, models and settings, and inspect one small conversation."""
    from cs_qa.commands.doctor import examine

    raise typer.Exit(examine())


@rubric_app.command("check")
def rubric_check(file: Path) -> None:
    """Say what is wrong in a rubric file, and what is possible."""
    from cs_qa.rubric import Rubric

    problems = Rubric.problems(file)
    for problem in problems:
        typer.echo(problem)
    if not problems:
        typer.echo(f"{file}: {Rubric.load(file).ref} holds.")
    raise typer.Exit(SOME_UNUSABLE if problems else OK)


@models_app.command("list")
def models_list() -> None:
    """List the models in use."""
    from cs_qa.nn.registry import MODELS, Registry

    registry = Registry.shipped()
    for name in MODELS:
        typer.echo(f"{name}@{registry.version(name)}\t{registry.folder(name)}")


@models_app.command("show")
def models_show(name: str) -> None:
    """Print a model's card."""
    from cs_qa.nn.registry import MODELS, Registry

    if name not in MODELS:
        raise CsQaError(f"No model named {name!r}. There are: {', '.join(MODELS)}.")
    typer.echo((Registry.shipped().folder(name) / "card.md").read_text(encoding="utf-8"))


def _mapping(columns: list[str]) -> dict[str, str]:
    pairs = [column.partition("=") for column in columns]
    if wrong := [column for column, pair in zip(columns, pairs, strict=True) if not all(pair)]:
        raise typer.BadParameter(f"{wrong[0]!r} is not OURS=THEIRS, such as text=message.")
    return {ours: theirs for ours, _, theirs in pairs}


def main() -> None:
    """Run the command line; an error of ours is one line and exit code 2."""
    try:
        app()
    except CsQaError as error:
        print(f"cs-qa: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(UNUSABLE)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()
