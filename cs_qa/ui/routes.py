"""Which pages there are and who sees them; `streamlit run` takes this file or `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st

from cs_qa.errors import CsQaError
from cs_qa.store.access import MAY, User, Verb
from cs_qa.ui import session, sign_in
from cs_qa.ui.i18n import LANGUAGE_KEY, LANGUAGES, _, language
from cs_qa.ui.wording import in_words

# A picture of our own: the browser would fetch an icon by name from another machine.
_ICON = Path(__file__).parent / "icon.svg"
_STYLE = Path(__file__).parent / "style.css"
_LIST_WIDTH_PX = 340


@dataclass(frozen=True, slots=True)
class Route:
    """A page: the module within `cs_qa.ui` that draws it, its title, and who may see it."""

    module: str
    title: Callable[[], str]
    verbs: tuple[Verb, ...]

    @property
    def url(self) -> str:
        """Give the page's address."""
        return self.module.removesuffix(".page")


ROUTES = (
    Route("queue.page", lambda: _("Queue"), ("review",)),
    Route("review.page", lambda: _("Review"), ("review",)),
    Route("compare.page", lambda: _("Second reviews"), ("adjudicate", "review")),
    Route("appeals.page", lambda: _("Appeals"), ("raise_appeal", "decide_appeal")),
    Route("dashboard.page", lambda: _("Dashboard"), ("read_all",)),
    Route("transcripts", lambda: _("Transcripts"), ("read_all", "read_own")),
    Route("learning", lambda: _("Learning"), ("manage_models",)),
    Route("imports.page", lambda: _("Import"), ("import_files",)),
    Route("settings.page", lambda: _("Settings"), ("manage_users", "manage_rubrics")),
)


def main() -> None:
    """Draw the page that the address names, for whoever this session is."""
    st.set_page_config(
        page_title="cs_qa",
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state=_LIST_WIDTH_PX,
    )
    st.html(_STYLE)
    if not session.database_url():
        session.draw_notice(
            _("No database is chosen"), _("Start this page with one:"), "cs-qa review --db URL"
        )
        return
    try:
        who = session.user()
        if who is None:
            # All pages are known, so that the address still names one after sign-in.
            st.navigation(_pages(ROUTES), position="hidden")
            sign_in.draw()
        else:
            _draw_for(who)
    except CsQaError as error:
        session.notice(error)


def _draw_for(who: User) -> None:
    seen = [route for route in ROUTES if any(who.role in MAY[verb] for verb in route.verbs)]
    page = st.navigation(_pages(seen), position="top")
    _draw_account(who)
    page.run()


def _pages(routes: Sequence[Route]) -> list[Any]:
    """Make the pages; a start page leads to the first, since a default page has no address."""
    pages = [
        st.Page(
            import_module(f"cs_qa.ui.{each.module}").draw, title=each.title(), url_path=each.url
        )
        for each in routes
    ]
    start = st.Page(
        lambda: st.switch_page(pages[0]), title="cs_qa", default=True, visibility="hidden"
    )
    return [start, *pages]


def _draw_of(route: Route) -> Callable[[], None]:
    draw: Callable[[], None] = import_module(f"cs_qa.ui.{route.module}").draw
    return draw


def _draw_account(who: User) -> None:
    with st.container(key="account"), st.popover(who.name, icon=":material/account_circle:"):
        st.caption(f"{who.id} · {in_words(who.role)}")
        st.radio(
            _("Language"),
            list(LANGUAGES),
            index=list(LANGUAGES).index(language()),
            format_func=LANGUAGES.__getitem__,
            key=LANGUAGE_KEY,
        )
        if not session.is_single_user():
            st.button(_("Sign out"), on_click=session.sign_out)


if __name__ == "__main__":
    main()
