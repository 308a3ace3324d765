from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from cs_qa.evaluation.judged import Judged
from cs_qa.train.promote import Compared, Line, Verdict, compare, labels_needed
from cs_qa.types import BANNED_LABELS, SENTIMENTS

MANY = labels_needed(0.03)


def sentiments(
    langs: Sequence[str], right: Sequence[bool], *, turns: int = 2
) -> tuple[np.ndarray, Judged]:
    """Customer turns, `turns` a conversation, of which those in `right` were judged right."""
    truth = np.eye(3, dtype=bool)[np.arange(len(langs)) % 3]
    guess = np.where(np.array(right)[:, None], truth, np.roll(truth, 1, axis=1))
    return truth, Judged(
        "sentiment",
        SENTIMENTS,
        np.array(langs),
        truth,
        guess,
        np.arange(len(langs)) // turns,
        [{"id": str(n)} for n in range(len(langs))],
    )


def pair(langs: dict[str, tuple[int, float, float]], *, criterion: str = "sentiment") -> Compared:
    """By language: so many labels, and the share that champion and challenger judge right."""
    names = [lang for lang, (n, _, _) in langs.items() for _ in range(n)]
    sides = []
    for side in (0, 1):
        right = [
            # Spread evenly, so that the better one is right wherever the other is.
            (k * 37) % 100 < 100 * shares[side]
            for n, *shares in langs.values()
            for k in range(n)
        ]
        sides.append({criterion: sentiments(names, right)[1]})
    return Compared(*sides)


SAME = pair({"en": (600, 0.9, 0.9), "th": (600, 0.9, 0.9)})
BETTER = {"en": (600, 0.7, 0.85)}


def refused(verdict: Verdict) -> list[str]:
    return [line.name for line in verdict.lines if line.problem]


def test_a_challenger_that_is_better_and_nowhere_worse_is_promoted() -> None:
    verdict = compare(pair(BETTER), SAME)
    assert verdict.is_better
    assert verdict.why == ()
    overall = verdict.lines[0]
    assert overall.name == "shop: overall"
    assert overall.interval is not None
    assert 0 < overall.interval[0] < 0.15 < overall.interval[1]


@pytest.mark.parametrize(
    ("shop", "seed", "named"),
    [
        (pair({"en": (600, 0.8, 0.8)}), SAME, ["shop: overall"]),
        (pair({"en": (600, 0.8, 0.7)}), SAME, ["shop: overall", "shop: en"]),
        (pair({"en": (12, 0.5, 0.9)}), SAME, ["shop: overall"]),  # six conversations tell nothing
        # Better overall, worse in one language.
        (pair({"en": (900, 0.6, 0.9), "th": (MANY, 0.9, 0.8)}), SAME, ["shop: th"]),
        # Too few labels of the language in the shop: the seed's decide.
        (
            pair({"en": (900, 0.6, 0.9), "th": (60, 0.9, 0.9)}),
            pair({"en": (900, 0.9, 0.9), "th": (600, 0.9, 0.8)}),
            ["seed: overall", "seed: th"],
        ),
        # Enough of them: the seed's do not.
        (
            pair({"en": (900, 0.6, 0.9), "th": (MANY, 0.9, 0.9)}),
            pair({"en": (6000, 0.9, 0.9), "th": (300, 0.9, 0.8)}),
            [],
        ),
        # Few labels that tell all the same that it is worse.
        (pair({"en": (900, 0.6, 0.9), "th": (100, 0.9, 0.6)}), SAME, ["shop: th"]),
        # A language that nobody reviewed is forgotten.
        (
            pair(BETTER),
            pair({"en": (6000, 0.9, 0.9), "th": (300, 0.9, 0.8)}),
            ["seed: th"],
        ),
    ],
)
def test_what_speaks_against_a_challenger_is_named(
    shop: Compared, seed: Compared, named: list[str]
) -> None:
    verdict = compare(shop, seed)
    assert refused(verdict) == named
    assert verdict.is_better == (not named)
    assert all(why.startswith(name) for why, name in zip(verdict.why, named, strict=True))


def test_the_margin_decides_how_much_worse_is_too_much() -> None:
    shop = pair({"en": (2000, 0.6, 0.9), "th": (2000, 0.9, 0.87)})
    assert refused(compare(shop, SAME)) == ["shop: th"]
    assert refused(compare(shop, SAME, margin=0.06)) == []


def test_no_seed_is_no_proof() -> None:
    assert refused(compare(pair(BETTER), Compared({}, {}))) == ["seed: overall"]


@pytest.mark.parametrize(("margin", "labels"), [(0.03, 427), (0.05, 154), (0.1, 39)])
def test_the_labels_needed_follow_from_the_margin(margin: float, labels: int) -> None:
    assert labels_needed(margin) == labels


def agents(flagged: int, of: int, *, ordinary: bool = True, criterion: str = "th") -> Compared:
    """Clean agent turns that the champion never flags and the challenger so often."""
    truth = np.zeros((of, len(BANNED_LABELS)), bool)
    sides = []
    for count in (0, flagged):
        guess = truth.copy()
        guess[:count, 0] = True
        shown = [{"id": str(n)} for n in range(of)]
        rows = np.arange(of)
        judged = Judged(
            "banned_phrases", BANNED_LABELS, np.array(["en"] * of), truth, guess, rows, shown,
            is_multi_label=True,
        )  # fmt: skip
        sides.append({"banned_phrases": judged})
    ids = frozenset(str(n) for n in range(of)) if ordinary else frozenset[str]()
    return Compared(*sides, ids)


def with_agents(compared: Compared, other: Compared) -> Compared:
    return Compared(
        {**compared.champion, **other.champion},
        {**compared.challenger, **other.challenger},
        other.ordinary,
    )


@pytest.mark.parametrize(
    ("shop", "seed", "named"),
    [
        (agents(0, 400), agents(0, 2000), []),
        (agents(0, 400), agents(30, 2000), ["seed: false alarms"]),
        (agents(0, 400), agents(2, 60), ["seed: false alarms"]),  # too few turns to rule it out
        (agents(0, 400), agents(30, 2000, ordinary=False), []),  # hard cases are not ordinary
        (agents(12, 400), agents(0, 2000), ["shop: false alarms"]),
        (agents(1, 400), agents(0, 2000), []),  # one may be chance
    ],
)
def test_more_false_alarms_on_ordinary_service_are_refused(
    shop: Compared, seed: Compared, named: list[str]
) -> None:
    verdict = compare(with_agents(pair(BETTER), shop), with_agents(SAME, seed))
    assert refused(verdict) == named


def test_the_table_shows_each_figure_and_what_is_refused() -> None:
    lines = list(compare(pair({"en": (900, 0.6, 0.9), "th": (600, 0.9, 0.8)}), SAME).table())
    assert lines[0].split()[:4] == ["labels", "in", "use", "new"]
    [thai] = [line for line in lines if line.startswith("shop: th")]
    assert thai.endswith("refused")
    assert "600" in thai
    assert "-0.1" in thai


def test_a_line_without_figures_can_be_shown() -> None:
    line = Line("shop: th", 0, None, None, None)
    assert line.difference is None
    assert line.to_json()["difference"] is None
    assert "–" in list(Verdict((line,)).table())[1]


def test_resamples_are_paired_and_whole_conversations() -> None:
    """The same answers differ by nothing in every resample, however few they are."""
    line = compare(pair({"en": (30, 0.5, 0.5)}), SAME).lines[0]
    assert line.interval == (0.0, 0.0)
    few, many = (
        Compared({"sentiment": a[1]}, {"sentiment": b[1]})
        for a, b in (
            (
                sentiments(["en"] * 240, [k % 8 != 0 for k in range(240)], turns=n),
                sentiments(["en"] * 240, [k // 24 != 3 for k in range(240)], turns=n),
            )
            for n in (1, 24)
        )
    )
    widths = [
        line.interval[1] - line.interval[0]
        for each in (few, many)
        if (line := compare(each, SAME).lines[0]).interval
    ]
    assert widths[1] > 1.5 * widths[0]
