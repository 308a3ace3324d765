"""The evidence of one judgement in its form: what was found, and what was missed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from cs_qa.store.decisions import LABELS, MAX_COMMENT, AddedFinding
from cs_qa.types import CriterionName
from cs_qa.ui.decision import span_select
from cs_qa.ui.decision.content import REMOVED, Card, Content, find_words
from cs_qa.ui.i18n import _
from cs_qa.ui.wording import in_words, markdown

_QUOTED = 60
"""Characters of a turn that are shown to tell it from others."""


def draw_findings(
    judgement: Card, criterion: CriterionName, kept: Content, key: str
) -> dict[str, str]:
    """Draw one choice a finding: right as it is, another label, or not there.

    Returns the choices that change something, by the index of the finding.
    """
    choices: dict[str, str] = {}
    for index, finding in enumerate(judgement["findings"]):
        own = finding["label"]
        options = [own, REMOVED, *(name for name in LABELS.get(criterion, ()) if name != own)]
        before = kept["findings"].get(str(index), own)
        chosen = st.selectbox(
            _("Turn {n}: {words}").format(
                n=finding["turn"] + 1, words=markdown(_clipped(finding["text"]))
            ),
            options,
            index=options.index(before) if before in options else 0,
            format_func=partial(_choice, own=own),
            key=f"finding-{index}-{key}",
        )
        if chosen != own:
            choices[str(index)] = chosen
    return choices


def _choice(option: str, *, own: str) -> str:
    if option == REMOVED:
        return _("Wrong: take it away")
    name = _(in_words(option))
    return _("{label} is right").format(label=name) if option == own else name


def draw_added(
    card: Card, criterion: CriterionName, kept: Content, key: str
) -> list[list[str | int]]:
    """Draw what was missed: words that are selected in the conversation, or typed.

    Returns [label, turn, start, end] of each; none for a criterion that has no findings.
    """
    if criterion not in LABELS:
        return []
    state = f"added-{key}"
    added: list[list[str | int]] = st.session_state.setdefault(state, list(kept["added"]))
    for position, (label, turn, start, end) in enumerate(added):
        words = card["turns"][turn]["text"][start:end]
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f":blue-badge[{markdown(_(in_words(str(label))))}] "
                f"{markdown(_clipped(words))} :gray[:small[{_turn_name(int(turn))}]]"
            )
            st.button(
                _("Take away"),
                key=f"drop-{position}-{key}",
                icon=":material/close:",
                type="tertiary",
                on_click=_drop,
                args=(state, position),
            )
    place = _draw_place(card, key)
    if place is not None:
        _draw_labels(card, criterion, place, state, key)
    return [list(each) for each in added]


def _draw_place(card: Card, key: str) -> AddedFinding | None:
    """Ask for the words: the ones typed here, else the ones selected in the conversation."""
    selected = span_select.draw(card, key=f"select-{key}")
    words = st.text_input(
        _("Missed evidence"),
        key=f"words-{key}",
        placeholder=_("Select the agent's words in the conversation, or type them"),
        max_chars=MAX_COMMENT,
    )
    found = find_words(card, words or "")
    if words and not found:
        st.caption(_("No turn of the agent has these words."))
    if len(found) > 1:
        return st.selectbox(
            _("Which turn"),
            found,
            format_func=lambda place: turn_words(card, place.turn),
            key=f"which-{key}",
        )
    return found[0] if found else selected


def _draw_labels(
    card: Card, criterion: CriterionName, place: AddedFinding, state: str, key: str
) -> None:
    words = card["turns"][place.turn]["text"][place.start : place.end]
    st.caption(
        _("Mark “{words}” of turn {n} as:").format(
            words=markdown(_clipped(words)), n=place.turn + 1
        )
    )
    with st.container(horizontal=True, gap="small"):
        for number, label in enumerate(LABELS[criterion], start=1):
            st.button(
                _(in_words(label)),
                key=f"add-{label}-{key}",
                shortcut=str(number),
                on_click=_add,
                args=(state, [label, place.turn, place.start, place.end], key),
            )


def _add(state: str, finding: list[str | int], key: str) -> None:
    added = st.session_state.get(state, [])
    if finding not in added:
        st.session_state[state] = [*added, finding]
    st.session_state[f"words-{key}"] = ""
    span_select.use(f"select-{key}")


def _drop(state: str, position: int) -> None:
    added = list(st.session_state.get(state, []))
    st.session_state[state] = added[:position] + added[position + 1 :]


def _turn_name(turn: int) -> str:
    return _("turn {n}").format(n=turn + 1)


def turn_words(card: Card, turn: int) -> str:
    """Name a turn by its number and its first words."""
    return f"{turn + 1}: {_clipped(card['turns'][turn]['text'])}"


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
