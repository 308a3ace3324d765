"""The weekly sample over simulated weeks: is its estimate unbiased, do its intervals cover?

Each week has a population of its own: agents of unlike skill and load, languages, channels, and a
total that the machine sees and the people's total that is to be estimated from the random part.
Inclusion is counted over repeated draws of one week. Every figure is held against its limit; the
exit code is 1 where one fails.

Run: python benchmarks/sampling.py [WEEKS]
"""

import argparse
import math
import random
import sys
import time
from collections import Counter
from statistics import fmean, stdev

from cs_qa import estimate
from cs_qa.sampling import Candidate, SampleConfig, draw, random_units

WEEKS = 2_000
LANGUAGES = ("zh", "en", "de", "fr", "ja")
CHANNELS = ("live_chat", "email")
CONFIG = SampleConfig()
MISSING = 0.15


def week(rng: random.Random) -> tuple[list[Candidate], dict[str, float], dict[str, float]]:
    """Give a population, people's totals (0-100) and whether something rare happened (0, 1)."""
    agents = [(f"a{number}", rng.gauss(0, 8), rng.expovariate(1) + 0.2) for number in range(14)]
    drawn = rng.choices(agents, [load for *_, load in agents], k=rng.randint(150, 500))
    population, totals, rare = [], {}, {}
    for number, (agent, skill, _) in enumerate(drawn):
        language, channel = rng.choices(LANGUAGES, (8, 5, 3, 2, 1))[0], rng.choice(CHANNELS)
        effect = skill + 2 * LANGUAGES.index(language) - 4 * (channel == "email")
        name = f"t{number}"
        totals[name] = 100 - min(100.0, abs(rng.gauss(18 - effect, 12)))
        rare[name] = float(rng.random() < 0.03)
        seen = min(100.0, max(0.0, totals[name] + rng.gauss(0, 10)))
        population.append(
            Candidate(
                transcript_id=name,
                scorecard_id=number,
                agent=agent,
                language=language,
                channel=channel,
                total=seen,
                is_critical=seen < 40,
                uncertainty=rng.random(),
            )
        )
    return population, totals, rare


class Tally:
    """Errors and hits of an estimate over the weeks."""

    def __init__(self) -> None:
        self.errors: list[float] = []
        self.widths: list[float] = []
        self.hits = 0

    def add(self, interval: estimate.Interval, truth: float) -> None:
        """Count one week's interval against the population's own figure."""
        self.errors.append(interval.estimate - truth)
        self.widths.append(interval.high - interval.low)
        self.hits += interval.low <= truth <= interval.high

    @property
    def bias_in_errors(self) -> float:
        """Mean error in its own standard errors."""
        return fmean(self.errors) / (stdev(self.errors) / math.sqrt(len(self.errors)))

    @property
    def coverage(self) -> float:
        """Share of the intervals that hold the truth."""
        return self.hits / len(self.errors)


def simulate(weeks: int) -> dict[str, Tally]:
    """Draw and estimate every week: all reviewed, some missing, a rare share, and naively."""
    rng = random.Random(20261116)
    names = ("mean", f"mean, {MISSING:.0%} not reviewed", "rare share (3 %)", "mean, all parts")
    tallies = {name: Tally() for name in names}
    whole, missing, share, naive = tallies.values()
    for seed in range(weeks):
        population, totals, rare = week(rng)
        items = draw(population, CONFIG, seed=seed).items
        truth = fmean(totals.values())
        whole.add(estimate.mean(random_units(items, totals)), truth)
        seen = {name: value for name, value in totals.items() if rng.random() >= MISSING}
        missing.add(estimate.mean(random_units(items, seen)), truth)
        share.add(estimate.share(random_units(items, rare)), fmean(rare.values()))
        values = [totals[item.transcript_id] for item in items]
        units = [estimate.Unit("all", len(population), value) for value in values]
        naive.add(estimate.mean(units), truth)
    return tallies


def inclusion(draws: int) -> tuple[float, float, int]:
    """Compare the chances of one week with how often each conversation was drawn.

    Gives the largest deviation in standard errors, chi-square over its mean, and the population.
    """
    population, *_ = week(random.Random(1))
    times: Counter[str] = Counter()
    chances = {}
    for seed in range(draws):
        sample = draw(population, CONFIG, seed=seed)
        times.update(item.transcript_id for item in sample.items if item.reason == "random")
        if not chances:
            for stratum in sample.strata:
                chances |= dict.fromkeys(
                    (each.transcript_id for each in stratum.members), stratum.probability
                )
    deviations = [
        (times[name] / draws - p) / math.sqrt(p * (1 - p) / draws) for name, p in chances.items()
    ]
    mean_square = fmean(deviation**2 for deviation in deviations)
    return max(map(abs, deviations)), mean_square, len(chances)


def verdict(holds: bool) -> str:
    return "holds" if holds else "FAILS"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weeks", nargs="?", type=int, default=WEEKS)
    weeks = parser.parse_args().weeks
    started = time.perf_counter()
    tallies = simulate(weeks)
    failed = False
    print(f"{weeks} weeks of 150-500 conversations, {CONFIG.size} drawn, half of them at random")
    print(f"{'estimate':<28}{'bias':>9}{'in s.e.':>9}{'width':>8}{'coverage':>10}")
    for name, tally in tallies.items():
        is_exact, is_naive = name.startswith("rare"), name.endswith("all parts")
        covers = tally.coverage >= 0.95 if is_exact else 0.93 <= tally.coverage <= 0.97
        holds = covers and abs(tally.bias_in_errors) <= 2
        told = "(no part of the method)" if is_naive else verdict(holds)
        failed |= not (holds or is_naive)
        print(
            f"{name:<28}{fmean(tally.errors):>9.3f}{tally.bias_in_errors:>9.2f}"
            f"{fmean(tally.widths):>8.2f}{tally.coverage:>10.3f}  {told}"
        )
    largest, mean_square, size = inclusion(weeks)
    # By chance alone one of 500 conversations lies beyond 4.5 in fewer than 1 of 250 runs.
    holds = largest <= 4.5
    failed |= not holds
    print(
        f"inclusion of {size} conversations over {weeks} draws: largest deviation {largest:.2f} "
        f"s.e., mean square {mean_square:.2f} (1 expected)  {verdict(holds)}"
    )
    print(f"{time.perf_counter() - started:.0f} s")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
