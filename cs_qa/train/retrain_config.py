"""What may be set for retraining."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cs_qa._toml import read_toml
from cs_qa.errors import InputError
from cs_qa.train.gate import GateConfig
from cs_qa.train.heads_fit import HeadSettings
from cs_qa.train.promote import FALSE_ALARM_MARGIN, MARGIN

Share = Annotated[float, Field(gt=0, lt=1)]


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """How to train in full; the rates are peaks of a linear warm-up and decay."""

    epochs: int = 2
    batch_size: int = 24
    adapter_rate: float = 5e-4
    head_rate: float = 3e-4
    weight_decay: float = 0.01


class RetrainConfig(BaseModel):
    """How to retrain.

    `replay_share` is the part of the seed data that is trained on again, `review_share` the part
    of the training weight that reviews have together, unless one would weigh more than
    `most_weight` seed examples. `validation_share` and `held_out_share` are of the reviewed
    transcripts: the first decides when training stops and moves the calibration, the second
    compares. `margin` and `false_alarm_margin` are how much worse the challenger may be (see
    `cs_qa.train.promote`), `gate` says whose labels are used, `shadow` is how many stored
    conversations are judged by both. `heads` is how the heads alone are trained, `adapters` how all
    is trained in full. With fewer than `least_labels` labels to train on there is nothing to train.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    replay_share: Share = 0.2
    review_share: Share = 0.5
    most_weight: float = Field(default=10.0, gt=0)
    validation_share: Share = 0.2
    held_out_share: Share = 0.2
    least_labels: int = Field(default=50, ge=1)
    margin: float = Field(default=MARGIN, gt=0, lt=1)
    false_alarm_margin: float = Field(default=FALSE_ALARM_MARGIN, gt=0, lt=1)
    shadow: int = Field(default=500, ge=0)
    heads: HeadSettings = HeadSettings()
    adapters: AdapterSettings = AdapterSettings()
    gate: GateConfig = GateConfig()

    @classmethod
    def load(cls, path: Path) -> RetrainConfig:
        """Read a TOML file; InputError says what is wrong in it."""
        try:
            return cls.model_validate(read_toml(path, InputError))
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            raise InputError(
                f"{path}: {'; '.join(problems)}. Possible: {', '.join(cls.model_fields)}."
            ) from error
