"""Where cs_qa keeps what a user makes: retrained models, running imports."""

from __future__ import annotations

import os
from pathlib import Path

HOME_VARIABLE = "CS_QA_HOME"


def home() -> Path:
    """Give the folder that $CS_QA_HOME names, else the platform's folder for user data.

    It is not made here: who writes makes what it needs.
    """
    from platformdirs import user_data_path

    chosen = os.environ.get(HOME_VARIABLE, "").strip()
    return Path(chosen).expanduser() if chosen else user_data_path("cs_qa", appauthor=False)
