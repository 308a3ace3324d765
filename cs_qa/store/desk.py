"""A slot of an item as its reviewer works on it, within one transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from cs_qa.errors import InputError
from cs_qa.rubric import Rubric
from cs_qa.store import audit
from cs_qa.store.cards import Json
from cs_qa.store.decisions import Decision, DecisionError
from cs_qa.store.desk_schema import reviews
from cs_qa.store.rescoring import Rescored, judgement_after, with_judgements
from cs_qa.store.review_rows import (
    StoredReview,
    judgements_of,
    kept,
    reviews_by,
    standing,
    to_review,
)
from cs_qa.store.rubrics import find_rubric
from cs_qa.store.samples import StoredItem, find_item
from cs_qa.store.schema import scorecards


def hides_machine(item: StoredItem, slot: int, *, is_finished: bool) -> bool:
    """Whether a slot's reviewer must not see what the machine, or slot 1, says of the item."""
    return (item.is_blind or slot == 2) and not is_finished


@dataclass(frozen=True, slots=True)
class Desk:
    """A slot within one transaction: its card, its rubric, and the rows of who holds it."""

    connection: Connection
    item: StoredItem
    slot: int
    user_id: str
    at: datetime
    card: Json
    rubric: Rubric
    rows: list[StoredReview]

    @property
    def hides_machine(self) -> bool:
        """Whether the reviewer, who has not finished, must not see the machine's view."""
        return hides_machine(self.item, self.slot, is_finished=False)

    def undecided(self) -> list[str]:
        """Name the criteria that need a decision and have none."""
        return undecided(self.card, self.rows, is_hidden=self.hides_machine)

    def figures(self) -> Rescored:
        """Give the card's figures with the decisions that stand."""
        return with_judgements(self.card, judgements_of(standing(self.rows)), self.rubric)

    def decide(self, decision: Decision) -> StoredReview:
        """Append a decision."""
        self._refuse_unseen(decision)
        judgement = judgement_after(self.card, decision, self.rubric)
        return self._append(
            decision.criterion,
            action=decision.action,
            judgement=judgement,
            decision=kept(decision, judgement),
            reason_code=decision.reason_code,
            comment=decision.comment,
        )

    def undo(self, criterion: str, comment: str) -> StoredReview:
        """Append a row that takes the standing decision on a criterion back."""
        decided = standing(self.rows).get(criterion)
        if decided is None:
            raise InputError(f"Nothing is decided on {criterion}, so nothing can be undone.")
        left = standing([row for row in self.rows if row.id != decided.id]).get(criterion)
        own = {each["criterion"]: each for each in self.card["judgements"]}
        return self._append(
            criterion,
            action="undo",
            judgement=own[criterion] if left is None or left.judgement is None else left.judgement,
            decision=None,
            reason_code=None,
            comment=comment,
            undoes=decided.id,
        )

    def shown(self, row: StoredReview) -> StoredReview:
        """Leave out of a row what its reviewer must not see yet."""
        if not self.hides_machine:
            return row
        is_own = row.action == "judge"
        score = row.score_after if is_own else None
        return replace(
            row, score_before=None, score_after=score, total_before=None, total_after=None
        )

    def record(self, verb: str, detail: Json) -> None:
        """Append the audit row of what was done to the slot."""
        audit.record(
            self.connection,
            user_id=self.user_id,
            verb=verb,
            subject=f"item/{self.item.id}/{self.slot}",
            at=self.at,
            detail=detail,
        )

    def _refuse_unseen(self, decision: Decision) -> None:
        if self.hides_machine and decision.action != "judge":
            raise DecisionError(
                f"{decision.criterion}: the machine's judgement is hidden here, so it cannot be "
                f"{decision.action}ed. Judge it: give findings, a level, a verdict or a score."
            )
        if not self.hides_machine and decision.action not in ("confirm", "override"):
            raise DecisionError(
                f"{decision.criterion}: the machine's judgement is shown here. Confirm or "
                f"override it; {decision.action} is not possible."
            )

    def _append(
        self, criterion: str, *, action: str, judgement: Json, undoes: int | None = None, **row: Any
    ) -> StoredReview:
        before = self.figures()
        after = with_judgements(
            self.card, judgements_of(standing(self.rows)) | {criterion: judgement}, self.rubric
        )
        scores = {
            "score_before": before.judgement(criterion)["score"],
            "score_after": judgement["score"],
            "total_before": before.total,
            "total_after": after.total,
        }
        inserted = self.connection.execute(
            insert(reviews).returning(*reviews.c),
            {
                "item_id": self.item.id,
                "slot": self.slot,
                "transcript_id": self.item.transcript_id,
                "scorecard_id": self.item.scorecard_id,
                "criterion": criterion,
                "action": action,
                "user_id": self.user_id,
                "at": self.at,
                "rubric": self.rubric.ref,
                "undoes": undoes,
                "shown_machine": not self.hides_machine,
                **scores,
                **row,
            },
        )
        stored = to_review(inserted.one())
        self.rows.append(stored)
        about = {"review": stored.id, "criterion": criterion, **scores}
        self.record(action, about | ({} if undoes is None else {"undoes": undoes}))
        return stored


def undecided(card: Json, rows: Sequence[StoredReview], *, is_hidden: bool) -> list[str]:
    """Name the criteria of a card that its reviewer still has to decide.

    Where the machine's view is hidden those that do not apply are among them: that they do not is
    part of that view.
    """
    decided = standing(rows)
    return [
        each["criterion"]
        for each in card["judgements"]
        if each["criterion"] not in decided and (is_hidden or each["verdict"] != "not_applicable")
    ]


def card_of(connection: Connection, scorecard_id: int) -> Json:
    """Read a scorecard in its JSON form by its id."""
    text = select(scorecards.c.card).where(scorecards.c.id == scorecard_id)
    return dict(json.loads(connection.execute(text).scalar_one()))


def desk_of(connection: Connection, item_id: int, slot: int, user_id: str, at: datetime) -> Desk:
    """Read the slot of a person, whether it is held or not; InputError for an unknown item."""
    item = find_item(connection, item_id)
    card = card_of(connection, item.scorecard_id)
    rubric = find_rubric(connection, card["provenance"]["rubric"])
    rows = reviews_by(connection, item_id, slot, user_id)
    return Desk(connection, item, slot, user_id, at, card, rubric, rows)
