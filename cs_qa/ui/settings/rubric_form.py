"""The numbers of a rubric as fields, drawn from its own structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import streamlit as st

from cs_qa._rubric_tables import LanguageLabel, PolicyLabel, RepeatLabel
from cs_qa.rubric import Rubric
from cs_qa.types import CRITERIA, BannedLabel
from cs_qa.ui.i18n import _
from cs_qa.ui.wording import criterion_name, in_words

Content = dict[str, Any]
Path = tuple[str, ...]

_LABELS: Mapping[str, tuple[str, ...]] = {
    "banned_phrases": get_args(BannedLabel),
    "policy_accuracy": get_args(PolicyLabel),
    "repeated_scripts": get_args(RepeatLabel),
    "language": get_args(LanguageLabel),
}
_NAMES = {
    "min_confidence": "Least confidence",
    "weights": "Weights",
    "grades": "Least total of a grade",
    "quantitative": "Service",
    "qualitative": "Conversation",
    "replies_within_30s": "Replies within 30 s",
    "csat": "CSAT",
    "csat_worst": "Worst CSAT",
    "csat_best": "Best CSAT",
    "zero_at": "Score 0 at the target times",
}
_PER_ROW = 4
_UNIT_STEP = 0.05


def draw_form(base: Rubric) -> Content:
    """Draw the fields of a rubric; give its JSON form with what they say.

    Exceptions by language or market and the other names of channels stay as they are.
    """
    content: Content = base.model_dump(mode="json", by_alias=True)
    key = base.ref
    with st.expander(_("Total, grades and pass mark"), expanded=True):
        for column, name in zip(st.columns(3, gap="large"), ("weights", "grades", ""), strict=True):
            with column:
                if name:
                    content[name] = _draw_table(content[name], (name,), key)
                else:
                    st.markdown(f"**{_('Judgements')}**")
                    top = {each: content[each] for each in ("pass_mark", "min_confidence")}
                    content |= _draw_numbers(top, (), key)
    for name in CRITERIA:
        with st.expander(_(criterion_name(name))):
            content["criteria"][name] = _draw_table(
                content["criteria"][name], ("criteria", name), key
            )
    with st.expander(_("Service figures")):
        numbers: Content = content["quantitative"]
        targets: Content = numbers.pop("targets")
        content["quantitative"] = _draw_table(numbers, ("quantitative",), key)
        content["quantitative"]["targets"] = _draw_targets(targets, key)
    return content


def _draw_targets(targets: Content, key: str) -> Content:
    drawn: Content = {}
    columns = st.columns(2, gap="large")
    for place, (channel, target) in enumerate(targets.items()):
        with columns[place % 2]:
            drawn[channel] = _draw_table(target, ("quantitative", "targets", channel), key)
    return drawn


def _draw_table(table: Content, path: Path, key: str) -> Content:
    """Draw a table: its numbers side by side, then its labels, then the tables in it."""
    if path[:2] == ("quantitative", "targets"):
        st.markdown(_("**{channel}**: target in seconds").format(channel=_(in_words(path[-1]))))
    elif path[-1] not in (*CRITERIA, "quantitative"):
        st.markdown(f"**{_(_NAMES.get(path[-1], in_words(path[-1])))}**")
    drawn = table | _draw_numbers(table, path, key)
    if "critical_labels" in table:
        drawn["critical_labels"] = st.multiselect(
            _("Critical: one finding sets the conversation's half to 0"),
            _LABELS[path[-1]],
            default=table["critical_labels"],
            format_func=lambda name: _(in_words(name)),
            key=f"{key}-{'.'.join(path)}-critical",
        )
    for name, value in table.items():
        if isinstance(value, dict) and value:
            drawn[name] = _draw_table(value, (*path, name), key)
    return drawn


def _draw_numbers(table: Content, path: Path, key: str) -> Content:
    numbers = {name: value for name, value in table.items() if _is_number(name, value)}
    drawn: Content = {}
    is_narrow = len(path) < 2 or path[1] == "targets"
    per_row = 2 if is_narrow and "zero_at" not in numbers else _PER_ROW
    for first in range(0, len(numbers), per_row):
        row = list(numbers.items())[first : first + per_row]
        for column, (name, value) in zip(st.columns(per_row), row, strict=False):
            with column:
                drawn[name] = _draw_number(name, value, path, key)
    return drawn


def _is_number(name: str, value: object) -> bool:
    return isinstance(value, int | float) or (name == "pass_mark" and value is None)


def _draw_number(name: str, value: float | None, path: Path, key: str) -> float | None:
    is_share = "min_confidence" in (name, *path) or path == ("weights",)
    chosen: float | None = st.number_input(
        _(_NAMES.get(name, in_words(name))),
        min_value=0.0,
        value=None if value is None else float(value),
        step=_UNIT_STEP if is_share else 1.0,
        format="%g",
        placeholder=_("As above") if name == "pass_mark" else None,
        key=f"{key}-{'.'.join((*path, name))}",
    )
    return chosen
