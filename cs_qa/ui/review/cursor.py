"""Where a reviewer is: the item, the judgement that is open, and what a key press does there.

The session keeps a cursor only; every decision goes to the store at once. What a button does is
tied to the item and the last review that it was drawn with: pressed on an older view it changes
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from cs_qa.errors import CsQaError, StaleError
from cs_qa.store import reviews
from cs_qa.store.decisions import Decision
from cs_qa.store.queue import QueueCounts, count_queue
from cs_qa.store.viewing import ItemView
from cs_qa.types import CriterionName
from cs_qa.ui import session
from cs_qa.ui.i18n import _
from cs_qa.ui.sentences import in_our_words
from cs_qa.ui.wording import markdown

_KEY = "review_cursor"
_MESSAGE = "review_message"
_UNDONE = "review_undone"


@dataclass(slots=True)
class Cursor:
    """The item, the criterion that was chosen (None: the next to decide), and the open form.

    `last` is the criterion that was decided last; `counts` are the queue's when it was opened.
    `conversation` is its HTML with what it was made of.
    """

    item: int
    counts: QueueCounts
    criterion: str | None = None
    last: str | None = None
    is_form_open: bool = False
    conversation: tuple[object, str] | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What a button was drawn with: a slot of an item and the last review of it."""

    item: int
    slot: int
    last_review: int | None

    @property
    def key(self) -> str:
        """Name it within the key of a widget."""
        return f"{self.item}-{self.slot}-{self.last_review}"


def of(view: ItemView) -> Seen | None:
    """Give what buttons are drawn with; None where nothing can be decided."""
    if view.slot is None or view.is_finished:
        return None
    return Seen(view.item_id, view.slot, view.last_review)


def enter(item: int, counts: QueueCounts) -> None:
    """Begin with an item."""
    st.session_state[_KEY] = Cursor(item, counts)


def leave() -> None:
    """Leave the item for the next of the queue."""
    st.session_state.pop(_KEY, None)
    st.query_params.pop("item", None)


def current() -> Cursor | None:
    """Give the cursor; None before the first item."""
    found: Cursor | None = st.session_state.get(_KEY)
    return found


def item() -> int | None:
    """Give the item that is open."""
    found = current()
    return None if found is None else found.item


def present(view: ItemView) -> str | None:
    """Name the judgement that is open: the chosen one, else the next to decide.

    None when everything is decided and nothing was chosen.
    """
    found = current()
    names = [each["criterion"] for each in view.card["judgements"]]
    if found is None:
        return next(iter(view.undecided), None)
    if found.criterion in names:
        return found.criterion
    start = names.index(found.last) if found.last in names else -1
    after = [name for name in names[start + 1 :] if name in view.undecided]
    return next(iter([*after, *view.undecided]), None)


def choose(seen_item: int, criterion: str) -> None:
    """Open a judgement."""
    found = current()
    if found is not None and found.item == seen_item:
        found.criterion, found.is_form_open = criterion, False


def open_form(seen_item: int, criterion: str) -> None:
    """Open the form of a judgement."""
    choose(seen_item, criterion)
    found = current()
    if found is not None and found.item == seen_item:
        found.is_form_open = True


def close_form() -> None:
    """Close the form; what was filled in stays in the draft."""
    found = current()
    if found is not None:
        found.is_form_open = False


def decide(seen: Seen, decision: Decision) -> None:
    """Store a decision and go to the next judgement."""
    submit(seen, decision)


def submit(seen: Seen, decision: Decision) -> bool:
    """Do what `decide` does, and tell whether it was stored."""
    with _reporting(seen) as is_open:
        if not is_open:
            return False
        reviews.decide(
            session.store(),
            seen.item,
            seen.slot,
            session.login(),
            decision,
            expects=seen.last_review,
        )
        _go_on(decision.criterion)
        return True
    return False


def confirm_rest(seen: Seen) -> None:
    """Confirm every judgement that is left."""
    with _reporting(seen) as is_open:
        if is_open:
            reviews.confirm_rest(
                session.store(),
                seen.item,
                seen.slot,
                session.login(),
                expects=seen.last_review,
            )
            _go_on(None)


def give_score(seen: Seen, criterion: CriterionName, key: str) -> None:
    """Judge by the score in the field of this key."""
    score = st.session_state.get(key)
    if score is None:
        st.session_state[_MESSAGE] = _("Type a score of 0 to 100 first.")
    else:
        decide(seen, Decision(criterion=criterion, action="judge", score=score))


def undo(seen: Seen, criterion: str, told: str) -> None:
    """Take a decision back and open its judgement again; `told` says in words what it was."""
    with _reporting(seen) as is_open:
        if is_open:
            reviews.undo(
                session.store(),
                seen.item,
                seen.slot,
                session.login(),
                criterion,
                expects=seen.last_review,
            )
            choose(seen.item, criterion)
            st.session_state[_UNDONE] = told


def finish(seen: Seen, *, stays: bool) -> None:
    """Finish the item and leave it, or stay to see what the machine says of it."""
    with _reporting(seen) as is_open:
        if is_open:
            reviews.finish(session.store(), seen.item, seen.slot, session.login())
            found = current()
            if not stays:
                leave()
            elif found is not None:
                found.counts = count_queue(session.store())


def leave_item(seen_item: int) -> None:
    """Leave an item for the next, once, however often the key was pressed."""
    if item() == seen_item:
        leave()


def draw_message() -> None:
    """Show once what the last key press could not do."""
    message = st.session_state.pop(_MESSAGE, None)
    if message is not None:
        st.warning(markdown(message), icon=":material/error:")


def undone() -> str | None:
    """Say once, as Markdown, what the last key press took back."""
    told: str | None = st.session_state.pop(_UNDONE, None)
    return told


def _go_on(criterion: str | None) -> None:
    found = current()
    if found is not None:
        found.last, found.criterion, found.is_form_open = criterion, None, False


@contextmanager
def _reporting(seen: Seen) -> Iterator[bool]:
    """Say whether the item is still the one on the page, and keep errors for the page to show."""
    try:
        yield item() == seen.item
    except StaleError:
        st.session_state[_MESSAGE] = _(
            "This had been decided or changed before. Look at what is shown now, then decide."
        )
    except CsQaError as error:
        st.session_state[_MESSAGE] = in_our_words(str(error))
