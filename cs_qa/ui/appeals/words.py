"""How the page names appeals and their states."""

from __future__ import annotations

from cs_qa.store.appeals import StoredAppeal
from cs_qa.ui.i18n import _
from cs_qa.ui.wording import criterion_name


def state_name(state: str) -> str:
    """Name the state of an appeal."""
    return {
        "open": _("Open"),
        "upheld": _("Upheld"),
        "partly": _("Partly upheld"),
        "rejected": _("Rejected"),
    }[state]


def criterion_or_card(criterion: str | None) -> str:
    """Name what an appeal is against."""
    return _("Whole scorecard") if criterion is None else _(criterion_name(criterion))


def about(appeal: StoredAppeal) -> str:
    """Name what an appeal is against."""
    return criterion_or_card(appeal.criterion)
