"""Start the page in a Streamlit server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from cs_qa.errors import CsQaError

DATABASE_VARIABLE = "CS_QA_DB"
_SCRIPT = Path(__file__).parent / "routes.py"


def launch(db: str, port: int | None = None) -> int:
    """Serve the page over a database on this machine only, until it is stopped.

    Returns the server's exit code; being stopped with Ctrl-C is 0. Raises CsQaError when
    Streamlit is not installed.
    """
    if find_spec("streamlit") is None:
        raise CsQaError(
            "The page needs Streamlit, which is not installed. "
            "Install it with the page's extra: pip install 'cs-qa[ui]'."
        )
    environment = os.environ | {DATABASE_VARIABLE: db}
    try:
        return subprocess.run(command(port), env=environment, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 0


def command(port: int | None) -> list[str]:
    """The command line that serves the page; its settings lie beside it in `.streamlit`."""
    chosen = [] if port is None else [f"--server.port={port}"]
    return [
        sys.executable,
        "-m",
        "cs_qa.ui.serve",
        "run",
        str(_SCRIPT),
        "--server.address=localhost",
        *chosen,
    ]
