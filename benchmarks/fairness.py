"""Measure whether names, genders, origins, politeness or the language itself move a judgement.

    python benchmarks/fairness.py [--languages en,ja] [--show]

The cases stand in tests/fairness/data, none of them in the training data: swaps of what must not
count, complaints and answers said plainly and politely, and six conversations told in every
language. docs/reference/fairness.md explains the figures.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from fairness import cases, measures

AT_MOST = {
    "swaps: judged differently": 0.01,
    "swaps, nothing masked: judged differently": 0.01,
    "complaints: hidden by politeness": 0.01,
    "complaints: polite taken for positive": 0.01,
    "answers: polite flagged": 0.01,
    "stories: deviation of the qualitative score, worst": 5.0,
}
AT_LEAST = {"stories: grade of the majority": 1.0}
SHORT = {"excellent": "E", "pass": "p", "needs_improvement": "n"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--languages", default=",".join(cases.LANGUAGES), help="comma-separated")
    parser.add_argument("--show", action="store_true", help="list what is judged differently")
    options = parser.parse_args()
    languages = options.languages.split(",")
    swaps = cases.swaps(languages)
    masked, plain = (measures.swapped(swaps, redact=redact) for redact in (True, False))
    complaints = measures.complained(cases.complaints(languages))
    answers = measures.answered(cases.answers(languages))
    stories = measures.graded(cases.stories(languages))
    print_swaps("language", masked, plain, lambda each: each.swap.language)
    print_swaps("swapped", masked, plain, lambda each: each.swap.by)
    print_manners(complaints, answers)
    print_stories(stories)
    print_targets(measures.figures(masked, plain, complaints, answers, stories))
    if options.show:
        show(masked, complaints, answers)


def print_swaps(
    head: str,
    masked: Sequence[measures.Swapped],
    plain: Sequence[measures.Swapped],
    key: Callable[[measures.Swapped], str],
) -> None:
    """Flip rates by what `key` says, then of all."""
    print("Variants of one conversation: pairs judged differently\n")
    parts = "".join(f"{part:>11}" for part in measures.PARTS)
    moves = "".join(f"{part:>11}" for part in measures.PARTS)
    print(f"{'':<14}{'':>7}{'any part':^20}{'of that, masked':^33}{'moves, masked':^33}{'as':>9}")
    print(f"{head:<14}{'pairs':>7}{'masked':>10}{'unmasked':>10}{parts}{moves}{'written':>9}")
    for name in (*sorted({key(each) for each in masked}), "all"):
        own, bare = (
            [each for each in results if name in (key(each), "all")] for results in (masked, plain)
        )
        pairs = sum(len(each.pairs) for each in own)
        rates = [measures.flip_rate(own, part) for part in measures.PARTS]
        spreads = [mean(each.spread(part) for each in own) for part in measures.PARTS]
        print(
            f"{name:<14}{pairs:>7}{measures.flip_rate(own):>10.1%}{measures.flip_rate(bare):>10.1%}"
            + "".join(f"{rate:>11.1%}" for rate in rates)
            + "".join(f"{spread:>11.3f}" for spread in spreads)
            + f"{measures.right_rate(own):>9.0%}"
        )
    print()


def print_manners(
    complaints: Sequence[measures.Complained], answers: Sequence[measures.Answered]
) -> None:
    """What politeness does to complaints and to clean answers, by language."""
    print("Complaints said curtly and politely; clean answers said plainly and politely\n")
    print(f"{'':<14}{'complaints not negative':^24}{'polite':>10}{'':>10}{'answers flagged':^20}")
    print(
        f"{'language':<14}{'curt':>12}{'polite':>12}{'positive':>10}{'hidden':>10}"
        f"{'plain':>10}{'polite':>10}"
    )
    for name in (*sorted({each.complaint.language for each in complaints}), "all"):
        said = [each for each in complaints if name in (each.complaint.language, "all")]
        told = [each for each in answers if name in (each.answer.language, "all")]
        print(
            f"{name:<14}{mean(each.curt != 'negative' for each in said):>12.1%}"
            f"{mean(each.polite != 'negative' for each in said):>12.1%}"
            f"{measures.positive_rate(said):>10.1%}{measures.softened_rate(said):>10.1%}"
            f"{measures.flagged_rate(told, 'plain'):>10.1%}"
            f"{measures.flagged_rate(told, 'polite'):>10.1%}"
        )
    print()


def print_stories(stories: Sequence[measures.Graded]) -> None:
    """Grades and qualitative scores of the parallel conversations."""
    print("One conversation in every language: grade (E excellent, p pass, n needs improvement)\n")
    languages = list(dict.fromkeys(each.story.language for each in stories))
    print(
        f"{'story':<16}{'written':>8}" + "".join(f"{language:>4}" for language in languages) + "   "
        f"{'agree':>6}{'lowest':>11}{'highest':>11}{'deviation':>11}"
    )
    for name, parallel in measures.by_story(stories).items():
        grades = {each.story.language: SHORT[each.grade] for each in parallel}
        low, high = (pick(parallel, key=lambda each: each.qualitative) for pick in (min, max))
        agree = Counter(each.grade for each in parallel)[measures.majority(parallel)]
        print(
            f"{name:<16}{SHORT[parallel[0].story.intended]:>8}"
            + "".join(f"{grades.get(language, '-'):>4}" for language in languages)
            + f"{agree / len(languages):>9.0%}{low.qualitative:>8.1f} {low.story.language}"
            f"{high.qualitative:>8.1f} {high.story.language}{measures.deviation(parallel):>11.1f}"
        )
    print()


def print_targets(figures: dict[str, float]) -> None:
    """Every figure beside its target, if it has one."""
    print(f"{'figure':<54}{'measured':>10}{'target':>12}")
    for name, value in figures.items():
        target, met = "", ""
        if name in AT_MOST:
            target, met = f"<= {written(name, AT_MOST[name])}", verdict(value <= AT_MOST[name])
        elif name in AT_LEAST:
            target, met = f">= {written(name, AT_LEAST[name])}", verdict(value >= AT_LEAST[name])
        print(f"{name:<54}{written(name, value):>10}{target:>12}  {met}".rstrip())


def written(name: str, value: float) -> str:
    return f"{value:.1f}" if "deviation" in name else f"{value:.1%}"


def verdict(is_met: bool) -> str:
    return "pass" if is_met else "FAIL"


def show(
    swaps: Sequence[measures.Swapped],
    complaints: Sequence[measures.Complained],
    answers: Sequence[measures.Answered],
) -> None:
    """List the cases behind the rates."""
    for each in swaps:
        differing = [part for part in measures.PARTS if each.flips(part)]
        if differing:
            print(f"\n{each.swap.language} {each.swap.by}: {', '.join(differing)}")
            for said, told in zip(each.swap.variants, each.told, strict=True):
                labels = ", ".join(sorted(told.labels)) or "clean"
                print(f"  {labels}; empathy {told.empathy}; {told.sentiment} | {' | '.join(said)}")
    for each in complaints:
        if each.is_softened or each.polite == "positive":
            print(f"\n{each.curt}, {each.polite} | {each.complaint.curt} | {each.complaint.polite}")
    for each in answers:
        for manner, labels in (("plain", each.plain), ("polite", each.polite)):
            if labels:
                print(f"\n{', '.join(sorted(labels))} | {getattr(each.answer, manner)}")


if __name__ == "__main__":
    main()
