from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cs_qa.train import heads_fit
from cs_qa.train.head_rows import Inputs, Rows
from cs_qa.train.heads_fit import (
    HeadSettings,
    fit_heads,
    mean_loss,
    predict_rows,
    weighted_loss,
)
from cs_qa.train.seed import Example
from train.words import agent, conversation_turns, encoded, new_heads

EXAMPLES = conversation_turns()
VECTORS = encoded(EXAMPLES)
INPUTS = Inputs(VECTORS)
TRAIN = Rows.of([e for i, e in enumerate(EXAMPLES) if i % 4], VECTORS)
VALIDATION = Rows.of(EXAMPLES[::4], VECTORS)
SETTINGS = HeadSettings(epochs=4, batch_size=16, rate=2e-3)


def test_training_learns_what_the_labels_say() -> None:
    fitted = fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, SETTINGS)
    assert fitted.losses[fitted.best_epoch] < fitted.losses[0] / 2
    logits = predict_rows(fitted.heads, VALIDATION, INPUTS)
    known = ~torch.isnan(VALIDATION.banned[:, 0])
    said, truth = logits[known, :5] > 0, VALIDATION.banned[known].numpy() > 0
    assert (said == truth).all(1).mean() > 0.9


def test_the_heads_given_are_not_changed_and_politeness_stays() -> None:
    heads = new_heads()
    fitted = fit_heads(heads, TRAIN, VALIDATION, INPUTS, SETTINGS)
    assert mean_loss(heads, VALIDATION, INPUTS) == fitted.losses[0]
    before, after = (predict_rows(h, VALIDATION, INPUTS) for h in (heads, fitted.heads))
    assert np.array_equal(before[:, -1], after[:, -1])
    assert not np.array_equal(before[:, 0], after[:, 0])


def test_the_best_epoch_is_kept_and_training_stops_after_it() -> None:
    settings = replace(SETTINGS, epochs=20, rate=0.3, patience=2)
    fitted = fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, settings)
    assert fitted.best_epoch == int(np.argmin(fitted.losses))
    assert len(fitted.losses) - 1 == fitted.best_epoch + 2
    best = mean_loss(fitted.heads, VALIDATION, INPUTS)
    assert best == pytest.approx(fitted.losses[fitted.best_epoch])


@pytest.mark.parametrize("finished", [0, 1, 3])
def test_a_run_that_was_stopped_ends_with_the_same_weights(tmp_path: Path, finished: int) -> None:
    whole = fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, SETTINGS)
    checkpoint, stopped = tmp_path / "epoch.safetensors", []

    def stop(line: str) -> None:
        stopped.append(line)
        if len(stopped) > finished:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, SETTINGS, checkpoint=checkpoint, log=stop)
    assert checkpoint.exists() == (finished > 0)
    lines: list[str] = []
    resumed = fit_heads(
        new_heads(), TRAIN, VALIDATION, INPUTS, SETTINGS, checkpoint=checkpoint, log=lines.append
    )
    assert len(lines) == SETTINGS.epochs - finished
    assert resumed.losses == whole.losses
    for name, values in whole.heads.state_dict().items():
        assert torch.equal(resumed.heads.state_dict()[name], values), name


def test_a_damaged_checkpoint_is_not_gone_on_from(tmp_path: Path) -> None:
    checkpoint = tmp_path / "epoch.safetensors"
    checkpoint.write_bytes(b"half")
    fitted = fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, SETTINGS, checkpoint=checkpoint)
    assert len(fitted.losses) == SETTINGS.epochs + 1


def test_another_seed_gives_another_order() -> None:
    first, second = (
        fit_heads(new_heads(), TRAIN, VALIDATION, INPUTS, replace(SETTINGS, seed=seed)).losses
        for seed in (0, 1)
    )
    assert first != second


def test_a_missing_label_adds_nothing_and_weights_count() -> None:
    blank = Example("x/1", "x", "en", "conversations", "answer x")
    examples = [agent(1, "hostile", item="a"), blank]
    vectors = encoded(examples)
    rows = Rows.of(examples, vectors, [1.0, 3.0])
    logits = torch.randn(2, 12, generator=torch.Generator().manual_seed(0))
    alone = weighted_loss(logits[:1], rows.part(torch.tensor([0])))
    assert float(weighted_loss(logits, rows)) == pytest.approx(float(alone) / 4)


def test_earlier_turns_are_nearest_first_and_later_ones_do_not_count() -> None:
    said = [("customer", f"t{n}") for n in range(8)]
    example = replace(agent(0), context=tuple(said))  # type: ignore[arg-type]
    vectors = encoded([example])
    rows = Rows.of([example], vectors)
    assert rows.before[0].tolist() == [vectors.row(f"t{n}") for n in (7, 6, 5, 4, 3, 2)]
    assert Rows.of([replace(example, context=())], vectors).before[0].tolist() == [-1] * 6


def test_what_a_row_teaches_is_told_alike_with_less_work() -> None:
    heads = new_heads()
    for rows in (TRAIN, Rows.of(EXAMPLES[4:7], VECTORS), Rows.of(EXAMPLES[:4], VECTORS)):
        with torch.inference_mode():
            whole, taught = INPUTS.logits(heads, rows), INPUTS.taught(heads, rows)
        in_context = ~torch.isnan(rows.banned[:, 0])
        assert torch.allclose(taught[in_context], whole[in_context], atol=1e-5)
        assert torch.allclose(taught[:, 8:], whole[:, 8:], atol=1e-5)
        assert not taught[~in_context, :8].any()


def test_no_rows_have_no_loss_to_compare() -> None:
    assert (
        mean_loss(new_heads(), TRAIN.part(torch.tensor([], dtype=torch.long)), INPUTS) == math.inf
    )


def test_predictions_do_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = new_heads()
    whole = predict_rows(heads, TRAIN, INPUTS)
    monkeypatch.setattr(heads_fit, "AT_ONCE", 5)
    assert predict_rows(heads, TRAIN, INPUTS) == pytest.approx(whole, abs=1e-5)
