from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pytest

from cs_qa.estimate import clopper_pearson
from cs_qa.train.raters import RESAMPLES, RatedTurn, agreement_of, error_rates


def rated(
    conversation: int, settled: Hashable | None = None, turn: int = 0, **labels: Hashable
) -> RatedTurn:
    return RatedTurn(f"c{conversation}", "empathy", turn, labels, settled)


@pytest.mark.parametrize(
    ("turn", "agreed"),
    [
        (rated(0, ann=1, bob=1), 1.0),
        (rated(0, ann=1, bob=0), 0.0),
        (rated(0, ann=0, bob=0, cid=1), 0.5),
        (rated(0, ann=frozenset(), bob=frozenset({"hostile"})), 0.0),
        (rated(0, 1, ann=1, bob=0), 1.0),  # a lead decided for ann
        (rated(0, 0, ann=1, bob=1), 0.0),
        (rated(0, frozenset(), ann=frozenset(), bob=1), 1.0),
        (rated(0, 1, ann=1), None),
        (rated(0, bob=1, cid=1), None),
    ],
)
def test_agreement_is_with_the_lead_else_with_the_others(
    turn: RatedTurn, agreed: float | None
) -> None:
    assert turn.agreement("ann") == agreed


@pytest.mark.parametrize("agreed", [20, 17, 5, 0])
def test_one_turn_a_conversation_gives_nearly_exact_limits(agreed: int) -> None:
    turns = [rated(n, ann=1, bob=int(n < agreed)) for n in range(20)]
    share = agreement_of(turns, "ann", level=0.95)
    assert share is not None
    exact = clopper_pearson(agreed, 20)
    assert (share.labels, share.conversations) == (20, 20)
    assert share.estimate == exact.estimate
    assert exact.low - 0.02 < share.low <= exact.low + 1e-9
    assert exact.high - 1e-9 <= share.high < exact.high + 0.02


def test_turns_of_one_conversation_tell_less_than_as_many_of_others() -> None:
    apart = [rated(n, ann=1, bob=n % 5 > 0) for n in range(60)]
    alike = [rated(n, turn=t, ann=1, bob=n % 5 > 0) for n in range(20) for t in range(3)]
    first, second = (agreement_of(turns, "ann", level=0.95) for turns in (apart, alike))
    assert first is not None
    assert second is not None
    assert (first.labels, second.labels, second.conversations) == (60, 60, 20)
    assert first.estimate == second.estimate == 0.8
    assert second.low < first.low - 0.05
    assert second.high > first.high


def test_full_agreement_in_few_conversations_is_no_proof() -> None:
    turns = [rated(n, turn=t, ann=1, bob=1) for n in range(4) for t in range(25)]
    share = agreement_of(turns, "ann", level=0.95)
    assert share is not None
    assert (share.estimate, share.high) == (1.0, 1.0)
    assert share.low == pytest.approx(clopper_pearson(4, 4).low)


def test_who_never_met_anybody_has_no_agreement() -> None:
    assert agreement_of([rated(0, ann=1), rated(1, bob=1, cid=0)], "ann", level=0.95) is None


def simulated(wrong: dict[str, float], conversations: int, settled: float = 0.0) -> list[RatedTurn]:
    """Two random people label each conversation's four turns; leads settle a share of disputes."""
    rng = np.random.default_rng(1)
    turns = []
    for number in range(conversations):
        pair = rng.choice(list(wrong), 2, replace=False)
        for turn in range(4):
            labels = {str(name): int(rng.random() < wrong[name]) for name in pair}
            is_settled = len(set(labels.values())) > 1 and rng.random() < settled
            turns.append(rated(number, 0 if is_settled else None, turn, **labels))
    return turns


@pytest.mark.parametrize("settled", [0.0, 0.5, 1.0])
def test_error_rates_are_found_again(settled: float) -> None:
    wrong = {"ann": 0.02, "bob": 0.05, "cid": 0.15, "dot": 0.3}
    rates, resampled = error_rates(simulated(wrong, 1500, settled), list(wrong))
    assert rates == pytest.approx(list(wrong.values()), abs=0.025)
    assert resampled.shape == (RESAMPLES, 4)
    low, high = np.quantile(resampled, [0.005, 0.995], axis=0)
    assert np.all((low < list(wrong.values())) & (list(wrong.values()) < high))


def test_two_alone_share_the_blame() -> None:
    turns = simulated({"ann": 0.0, "bob": 0.2}, 200)
    (ann, bob), _ = error_rates(turns, ["ann", "bob"])
    assert ann == pytest.approx(bob)
    assert ann + bob - 2 * ann * bob == pytest.approx(0.2, abs=0.03)


def test_a_lead_tells_two_apart() -> None:
    turns = simulated({"ann": 0.0, "bob": 0.2}, 200, settled=1.0)
    (ann, bob), _ = error_rates(turns, ["ann", "bob"])
    assert ann < 0.02
    assert bob == pytest.approx(0.2, abs=0.03)


def test_the_majority_of_many_is_right() -> None:
    turns = [rated(n, ann=0, bob=0, cid=0, dot=int(n % 4 == 0)) for n in range(40)]
    rates, _ = error_rates(turns, ["ann", "bob", "cid", "dot"])
    assert rates == pytest.approx([0, 0, 0, 0.25], abs=0.01)


def test_resampling_is_seeded() -> None:
    turns = simulated({"ann": 0.1, "bob": 0.1, "cid": 0.1}, 30)
    first, again, other = (error_rates(turns, ["ann", "bob", "cid"], seed=s)[1] for s in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_labels_of_others_are_passed_over() -> None:
    turns = [rated(n, ann=0, bob=0, cid=1) for n in range(20)]
    rates, _ = error_rates(turns, ["ann", "bob"])
    assert rates == pytest.approx([0, 0], abs=0.01)
