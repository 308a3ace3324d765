"""Which conversations people read: a weekly sample of known chances, and what most needs reading.

The random part alone speaks for the whole week (`random_units`, then `cs_qa.estimate`); the other
parts are chosen on purpose and are left out of every estimate.
"""

from cs_qa.sampling.candidate import Candidate, risk_score, uncertainty_of
from cs_qa.sampling.config import Dimension, SampleConfig
from cs_qa.sampling.draw import draw
from cs_qa.sampling.sample import Reason, Sample, SampleItem, random_units
from cs_qa.sampling.strata import Stratum

__all__ = [
    "Candidate",
    "Dimension",
    "Reason",
    "Sample",
    "SampleConfig",
    "SampleItem",
    "Stratum",
    "draw",
    "random_units",
    "risk_score",
    "uncertainty_of",
]
