"""Load what the pages need, then serve them: the first visitor waits for no import.

`python -m cs_qa.ui.serve run SCRIPT …` takes the arguments of `streamlit`.
"""

from __future__ import annotations

import gc
import logging
from importlib import import_module

from streamlit.web import cli

from cs_qa.ui.routes import ROUTES


def main() -> None:
    """Import every page and hand over to Streamlit; what is loaded is garbage to no one."""
    logging.disable(logging.WARNING)  # caches say that no server runs yet
    for route in ROUTES:
        import_module(f"cs_qa.ui.{route.module}")
    logging.disable(logging.NOTSET)
    gc.collect()
    gc.freeze()
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
