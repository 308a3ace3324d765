"""Whatever is inspected again, by whichever rubric: what people decided stays in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.rubric import Rubric
from cs_qa.store import Store, audit, open_store, results, reviews
from cs_qa.store.access import OPERATOR
from cs_qa.store.adjudications import adjudicate
from cs_qa.store.cards import Json
from cs_qa.store.queue import claim
from cs_qa.store.review_rows import StoredReview
from cs_qa.store.rubrics import add_rubric
from cs_qa.store.samples import NewItem, add_sample, sample_items_of
from cs_qa.types import CRITERIA
from tests.store.desk import NOON, add_people, minutes
from tests.store.judged import FOUND, RUBRIC, make, override

STRICT = Rubric.model_validate(
    RUBRIC.model_dump(mode="json", by_alias=True) | {"name": "strict", "pass_mark": 95}
)
IDS = count()

SCORES = st.dictionaries(st.sampled_from(CRITERIA), st.integers(1, 39).map(float), max_size=4)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("inspect"), st.booleans(), st.frozensets(st.integers(0, len(FOUND) - 1))),
        st.tuples(st.just("review"), SCORES, st.sampled_from(["finish", "undo", "leave"])),
        st.tuples(st.just("adjudicate"), st.sampled_from(CRITERIA), st.integers(1, 39)),
    ),
    max_size=7,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all examples; each has its own conversation."""
    with open_store(str(tmp_path_factory.mktemp("desk") / "week.db")) as store:
        add_people(store)
        add_rubric(store, STRICT, by=OPERATOR, now=NOON)
        yield store
        assert audit.verify(store).is_intact


@dataclass
class Model:
    """What should be in force, kept beside the store in the plainest way."""

    store: Store
    id_: str = field(default_factory=lambda: f"t{next(IDS)}")
    steps: Iterator[int] = field(default_factory=lambda: count(1))
    reviewed: dict[str, tuple[float | None, str, str]] = field(default_factory=dict)
    ruled: dict[str, tuple[float | None, str, str]] = field(default_factory=dict)
    rows: list[StoredReview] = field(default_factory=list)
    item_id: int | None = None
    adjudicated: dict[int, int] = field(default_factory=dict)

    def inspect(self, is_strict: bool, found: frozenset[int]) -> None:
        rubric = STRICT if is_strict else RUBRIC
        own = [FOUND[index] for index in sorted(found)]
        result = self.store.add_scorecards([make(*own, id_=self.id_, rubric=rubric)])
        assert not result.refused

    def review(self, scores: dict[Any, float], end: str) -> None:
        """Override by those scores, confirm the rest, and finish, undo one first, or leave it."""
        at = minutes(next(self.steps))
        item_id = self._draw()
        claim(self.store, item_id, "ann", now=at)
        given: dict[str, Any] = {"now": at}
        decisions = [override(name, score=score) for name, score in scores.items()]
        rows = reviews.decide(self.store, item_id, 1, "ann", *decisions, expects=None, **given)
        last = rows[-1].id if rows else None
        if end == "undo" and rows:
            undone = rows[0].criterion
            last = reviews.undo(self.store, item_id, 1, "ann", undone, expects=last, **given).id
            scores = {name: score for name, score in scores.items() if name != undone}
        reviews.confirm_rest(self.store, item_id, 1, "ann", expects=last, **given)
        if end == "leave":
            return
        reviews.finish(self.store, item_id, 1, "ann", now=at)
        self.item_id = item_id
        for judgement in self._card()["judgements"]:
            name = judgement["criterion"]
            if name in scores:
                self.reviewed[name] = (scores[name], "fail", "ann")
            elif judgement["verdict"] != "not_applicable":
                self.reviewed[name] = (judgement["score"], judgement["verdict"], "ann")

    def adjudicate(self, criterion: Any, score: int) -> None:
        if self.item_id is None:
            return
        row = adjudicate(
            self.store,
            self.item_id,
            "lea",
            override(criterion, score=float(score) + 0.5),
            reason="Heard both.",
            expects=self.adjudicated.get(self.item_id),
            now=minutes(next(self.steps)),
        )
        self.adjudicated[self.item_id] = row.id
        self.ruled[criterion] = (score + 0.5, "fail", "lea")

    def check(self) -> None:
        card, result = self._card(), results.current(self.store, self.id_)
        assert result is not None
        machine = {
            each["criterion"]: (each["score"], each["verdict"], None) for each in card["judgements"]
        }
        in_force = {
            each.criterion: (each.score, each.verdict, each.by) for each in result.judgements
        }
        assert in_force == {**machine, **self.reviewed, **self.ruled}
        rows = reviews.reviews_of(self.store, self.id_)
        assert rows[: len(self.rows)] == self.rows
        self.rows = rows

    def _card(self) -> Json:
        card = self.store.scorecard(self.id_)
        assert card is not None
        return card

    def _draw(self) -> int:
        result = results.current(self.store, self.id_)
        assert result is not None
        item = NewItem(
            transcript_id=self.id_,
            scorecard_id=result.scorecard_id,
            reason="calibration",
            explanation="Again.",
        )
        sample = add_sample(
            self.store, [item], week="2026-W47", seed=1, config={}, population=1, by=OPERATOR
        )
        return sample_items_of(self.store, sample.id)[0].id


@given(STEPS)
def test_no_override_is_ever_lost(shared: Store, steps: list[Any]) -> None:
    model = Model(shared)
    model.inspect(False, frozenset(range(len(FOUND))))
    model.check()
    for verb, *values in steps:
        getattr(model, verb)(*values)
        model.check()
