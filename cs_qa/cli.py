"""The command line. Progress and summaries go to stderr, results to stdout or `--out`.

Exit codes: 0 done; 1 some rows were unusable or some transcripts unscored (they are listed);
2 wrong arguments, or no transcript could be read at all. As everywhere, 130 after Ctrl-C and 141
when the reader of a pipe has gone.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cs_qa import __version__
from cs_qa.commands.exit_codes import OK, PIPE_CLOSED, UNUSABLE
from cs_qa.commands.groups import lexicon, policy, rubric
from cs_qa.commands.models import models
from cs_qa.commands.retrain import retrain_command
from cs_qa.commands.users import users_app
from cs_qa.errors import CsQaError


class _Commands(TyperGroup):
    """Turns what goes wrong on purpose, or in the system, into one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except BrokenPipeError:
            _discard_output()
            raise typer.Exit(PIPE_CLOSED) from None
        except CsQaError as error:
            message = str(error)
        except OSError as error:
            message = ": ".join(str(part) for part in (error.filename, error.strerror) if part)
        print(f"cs-qa: {message}", file=sys.stderr)  # noqa: T201
        raise typer.Exit(UNUSABLE)


def _discard_output() -> None:
    """Let nobody's pipe take what is still buffered, so that Python does not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


app = typer.Typer(
    name="cs-qa",
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Quality inspection of multilingual customer service: transcripts in, scorecards out.",
)
for group in (rubric, policy, lexicon, models, users_app):
    app.add_typer(group)


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
        list[str], typer.Argument(metavar="INPUT", help="Files of transcripts; - is stdin.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write here, .jsonl or .parquet; else to stdout."),
    ] = None,
    db: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Add the scorecards to this database, too."),
    ] = None,
    rubric: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Rubric; else the default one.")
    ] = None,
    policy: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="The shop's policy pack. Repeatable, by date."),
    ] = None,
    lexicon: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A shop's list beside the built-in ones. Repeatable."),
    ] = None,
    format: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The inputs' format, such as whatsapp or csv; else found out."
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Map a column, e.g. text=message. Repeatable."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Columns, roles, zone … of the inputs, in TOML."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The inputs' character set; else found out.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of times that name none, e.g. Europe/Paris."),
    ] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="ORDER", help="How 3/4/2026 is meant: dmy, mdy or ymd.")
    ] = None,
    agent: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Who answers for the shop, in chat logs. Repeatable."),
    ] = None,
    workers: Annotated[int, typer.Option(metavar="N", min=1, help="Processes to use.")] = 1,
    redact: Annotated[
        bool, typer.Option("--redact/--no-redact", help="Mask personal data first.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no summary.")] = False,
) -> None:
    """Inspect transcripts: one scorecard each, in input order.

    Exit codes: 0 done; 1 some rows were unusable or some transcripts unscored, they are listed on
    stderr; 2 wrong arguments, or no transcript could be read.
    """
    from cs_qa.commands.inspect import Inspection
    from cs_qa.commands.reading import read_options

    job = Inspection(
        inputs=inputs,
        out=out,
        db=db,
        rubric=rubric,
        policies=policy or (),
        lexicons=lexicon or (),
        format=format,
        options=read_options(
            mapping,
            columns=column or [],
            encoding=encoding,
            timezone=timezone,
            dates=dates,
            agents=agent or [],
        ),
        workers=workers,
        redact=redact,
        quiet=quiet,
    )
    raise typer.Exit(job.run())


@app.command()
def sample(
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="CS_QA_DB", help="Database (or set CS_QA_DB).")
    ],
    week: Annotated[
        str, typer.Option(metavar="WEEK", help="ISO week such as 2026-W47; days begin at 0:00 UTC.")
    ],
    size: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Conversations to draw; else 60.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="S", min=0, max=2**63 - 1, help="Draw the same again; else chance."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Draw nothing where the week has a sample.")
    ] = False,
) -> None:
    """Draw a week's conversations for people to review, and queue them.

    Half at random, so that means over all conversations can be estimated; the others where the
    risk is highest and where the models are least sure.
    """
    from cs_qa.commands.sample import sample_week

    raise typer.Exit(sample_week(db, week, size=size, seed=seed, once=once))


@app.command()
def review(
    db: Annotated[
        str, typer.Option(metavar="URL", envvar="CS_QA_DB", help="Database (or set CS_QA_DB).")
    ],
    port: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=65535, help="Port; else Streamlit's default."),
    ] = None,
) -> None:
    """Open the app on a database of inspected transcripts."""
    from cs_qa.store import open_store
    from cs_qa.ui.launch import launch

    open_store(db, create=False).close()
    raise typer.Exit(launch(db, port))


@app.command()
def redact(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help='JSON lines of {"id", "text"}; - is stdin.')
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here; else to stdout.")
    ] = None,
) -> None:
    """Mask personal data in texts and say what was found where."""
    from cs_qa.commands.redact import redact_file

    raise typer.Exit(redact_file(source, out))


@app.command()
def evaluate(
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Labelled JSON lines.")],
    task: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="banned, empathy, sentiment, politeness, language, conversations, repeated, pii "
            "or policy.",
        ),
    ],
    policy: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Policy pack, for the task policy. Repeatable."),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the figures here as JSON, too.")
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Judge by these models too, and compare with them."),
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what was judged wrongly here, as JSON lines."),
    ] = None,
) -> None:
    """Measure the models on labelled data, by language and label.

    Exit codes: 0 done; 1 some rows were unusable or could not be judged, they are listed on
    stderr; 2 wrong arguments, or no row could be used.
    """
    from cs_qa.commands.output import check_target
    from cs_qa.evaluation.evaluate import evaluate_file

    for option, target in (("--json", json), ("--errors", errors)):
        if target is not None:
            check_target(option, target, inputs=[data])
    if json and errors and json.resolve() == errors.resolve():
        raise CsQaError(f"--json and --errors both name {json}; name two files.")
    raise typer.Exit(
        evaluate_file(data, task, out=json, errors=errors, other=compare, packs=policy or ())
    )


@app.command()
def train(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="Training settings, TOML.")],
) -> None:
    """Train the adapters and heads from the seed data.

    A run that was interrupted goes on from what it left in its work folder.
    """
    try:
        from cs_qa.train.run import train_from
    except ModuleNotFoundError as error:
        raise CsQaError(
            f"Training needs {error.name}, which is not installed. "
            "Install it with the training extra: pip install 'cs-qa[train]'."
        ) from error

    train_from(config)


app.command("retrain")(retrain_command)


@app.command()
def doctor() -> None:
    """Check environment, models and settings on this machine."""
    from cs_qa.commands.doctor import examine

    raise typer.Exit(examine())


def main() -> None:
    """Run the command line; everything it writes is UTF-8, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    app()


if __name__ == "__main__":
    main()
