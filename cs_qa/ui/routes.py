"""Which pages there are; `streamlit run` takes this file or the repository's `app.py`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

# A picture of our own: the browser would fetch an icon by name from another machine.
_ICON = Path(__file__).parent / "icon.svg"
_LIST_WIDTH_PX = 340


def main() -> None:
    """Draw the page that the address names."""
    from cs_qa.ui import inspected

    st.set_page_config(
        page_title="cs_qa",
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state=_LIST_WIDTH_PX,
    )
    pages = [st.Page(inspected.draw, title="Transcripts", url_path="transcripts", default=True)]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
