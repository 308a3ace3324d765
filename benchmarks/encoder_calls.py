"""One text a call or batches? Speed of the int8 encoder, and what company does to a value.

Exports the base encoder twice from the weights that `make install` fetched, quantised alike: for
one text without padding, as it ships, and for padded batches.

Run: python benchmarks/encoder_calls.py
"""

import random
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.build import export
from cs_qa.nn.registry import Registry
from cs_qa.train.seed import read_examples

TEXTS = 200
BATCH = 32
THREADS = 2


class PaddedBatch(torch.nn.Module):
    """Mean-pooled vectors of a padded batch."""

    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids, attention_mask):
        """Map token ids and their mask (n, t) to vectors (n, width)."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        kept = attention_mask[..., None].float()
        return (states * kept).sum(1) / kept.sum(1)


def main() -> None:
    cache = Registry.shipped().root / "cache"
    cache.mkdir(exist_ok=True)
    model = load_base(fetch(WEIGHTS, cache))
    tokenizer = Tokenizer.from_file(str(fetch(TOKENIZER, cache)))
    said = [e.text for e in read_examples() if e.task == "conversations" and e.banned is not None]
    texts = random.Random(0).sample(said, TEXTS)
    ids = sorted((tokenizer.encode(f"query: {text}").ids[:512] for text in texts), key=len)
    print(f"{TEXTS} agent turns, {np.mean([len(row) for row in ids]):.0f} tokens on average")
    with tempfile.TemporaryDirectory() as folder:
        export(model, Path(folder) / "one.onnx")
        export_batched(model, Path(folder) / "batch.onnx")
        alone = session(Path(folder) / "one.onnx", threads=1)
        batched = session(Path(folder) / "batch.onnx", threads=THREADS)
        run_alone(alone, ids[:8])
        vectors = timed(f"one text a call, {THREADS} threads", lambda: run_alone(alone, ids))
        together = timed(f"batches of {BATCH}", lambda: run_batched(batched, ids, BATCH))
        sevens = run_batched(batched, ids, 7)
    again = run_alone(alone, ids[::-1])[::-1]
    print(f"one text a call, in another order: {np.abs(vectors - again).max():.4f}")
    print(f"batches of 7 against batches of {BATCH}: {np.abs(together - sevens).max():.4f}")


def export_batched(model, path):
    full = path.with_suffix(".full")
    ids = torch.ones(2, 9, dtype=torch.long)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            PaddedBatch(model).eval(),
            (ids, ids),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={name: {0: "n", 1: "t"} for name in ("input_ids", "attention_mask")},
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(
        full,
        path,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
    )


def session(path, threads):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options)


def run_alone(encoder, ids):
    def one(row):
        return encoder.run(["turn"], {"input_ids": np.array([row], np.int64)})[0][0]

    with ThreadPoolExecutor(THREADS) as pool:
        return np.array(list(pool.map(one, ids)))


def run_batched(encoder, ids, size):
    vectors = []
    for start in range(0, len(ids), size):
        rows = ids[start : start + size]
        padded = np.ones((len(rows), max(map(len, rows))), np.int64)
        mask = np.zeros_like(padded)
        for place, row in enumerate(rows):
            padded[place, : len(row)] = row
            mask[place, : len(row)] = 1
        vectors.append(encoder.run(None, {"input_ids": padded, "attention_mask": mask})[0])
    return np.concatenate(vectors)


def timed(name, run):
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - started)
    print(f"{name}: {TEXTS / sorted(seconds)[1]:.0f} texts/s (median of 3)")
    return result


if __name__ == "__main__":
    main()
