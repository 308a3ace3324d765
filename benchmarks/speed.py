"""Turns a second: cs_qa beside its own encoder in torch, and beside three usual pipelines.

Judges agent and customer turns of JDDC (real sessions) in three ways, in one run:

- cs_qa: int8 encoder, all heads, context and phrases, with reuse of identical texts and without;
- (a) the same encoder and heads in torch, 32-bit floats, batches of 64 sorted by length;
- (b) three `transformers` text-classification pipelines of the size of XLM-R base, as one would put
  together for sentiment, offence and empathy (random weights: timing does not depend on them).

(a) and (b) are timed on fewer turns, drawn at random, since they are slow. Figures are medians of
rounds; ratios are what holds on other machines.

Run: python benchmarks/speed.py --data ../shared/data [--turns 10000] [--rounds 3]
"""

import argparse
import random
import tempfile
import time
from pathlib import Path
from statistics import median

import torch
import transformers
from inspect_real import converted
from tokenizers import Tokenizer

from cs_qa.annotate import annotate
from cs_qa.nn import encoder
from cs_qa.nn.base import TOKENIZER, WEIGHTS, fetch, load_base
from cs_qa.nn.build import merge_adapters
from cs_qa.nn.network import CONTEXT, WIDTH, Heads
from cs_qa.nn.registry import Registry
from cs_qa.readers import read

BATCH = 64
TORCH_TURNS = 600
PIPELINE_TURNS = 60
PIPELINES = 3
THREADS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with cs_jddc_raw")
    parser.add_argument("--turns", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    with tempfile.TemporaryDirectory() as folder:
        sessions = first(read(converted(options.data, "jddc", Path(folder))), options.turns)
    turns = [turn.text for session in sessions for turn in judged(session)]
    print(f"{len(sessions)} sessions, {len(turns)} agent and customer turns, {THREADS} threads")
    rng = random.Random(0)
    some, few = rng.sample(turns, TORCH_TURNS), rng.sample(turns, PIPELINE_TURNS)
    ways = {
        "cs_qa, reuse on": (len(turns), lambda: together(sessions)),
        "cs_qa, reuse off": (len(turns), lambda: one_by_one(sessions)),
        "(a) torch fp32": (TORCH_TURNS, in_torch(some)),
        "(b) three pipelines": (PIPELINE_TURNS, in_pipelines(few)),
    }
    speed = {name: [] for name in ways}
    for _ in range(options.rounds):
        for name, (count, run) in ways.items():
            started = time.perf_counter()
            run()
            speed[name].append(count / (time.perf_counter() - started))
    for name, values in speed.items():
        print(
            f"{name:<20}{median(values):>8.0f} turns/s  ({', '.join(f'{v:.0f}' for v in values)})"
        )
    on, off, fp32, usual = (median(speed[name]) for name in ways)
    print(f"reuse off: {off / fp32:.1f} x (a), {off / usual:.0f} x (b)")
    print(f"reuse on: {on / usual:.0f} x (b)")


def judged(session):
    return [turn for turn in session.turns if turn.role in ("agent", "customer")]


def first(sessions, turns):
    """The sessions up to this number of judged turns."""
    kept, count = [], 0
    for session in sessions:
        if count >= turns:
            break
        kept.append(session)
        count += len(judged(session))
    return kept


def together(sessions):
    """As `inspect` does it: in batches, each distinct text encoded once."""
    models = Registry.shipped().load(threads=THREADS)
    for start in range(0, len(sessions), BATCH):
        annotate(sessions[start : start + BATCH], models)


def one_by_one(sessions):
    """Nothing remembered from one session to the next."""
    models = Registry.shipped().load(threads=THREADS)
    kept, encoder.CACHED_TEXTS = encoder.CACHED_TEXTS, 0
    for session in sessions:
        annotate([session], models)
    encoder.CACHED_TEXTS = kept


def in_torch(texts):
    """Our encoder before export, all heads; context vectors come with the pass."""
    registry = Registry.shipped()
    cache = registry.root / "cache"
    model = load_base(fetch(WEIGHTS, cache))
    merge_adapters(model, registry.folder("encoder") / "adapters.safetensors")
    tokenizer = Tokenizer.from_file(str(fetch(TOKENIZER, cache)))
    heads = Heads().eval()
    rows = sorted((tokenizer.encode(encoder.PREFIX + t).ids[:512] for t in texts), key=len)

    def run():
        with torch.inference_mode():
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                longest = max(map(len, some))
                ids = torch.tensor([row + [1] * (longest - len(row)) for row in some])
                mask = (ids != 1).long()
                states = model(input_ids=ids, attention_mask=mask).last_hidden_state
                kept = mask[..., None].float()
                turn = (states * kept).sum(1) / kept.sum(1)
                before = torch.zeros(len(some), CONTEXT, WIDTH)
                heads(turn, before, torch.zeros(len(some), CONTEXT, dtype=torch.long))

    return run


def in_pipelines(texts):
    """Three classifiers of XLM-R base's size behind `transformers.pipeline`, one after another."""
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(fetch(TOKENIZER, Registry.shipped().root / "cache")), pad_token="<pad>"
    )
    config = transformers.XLMRobertaConfig(
        vocab_size=250_037, max_position_embeddings=514, type_vocab_size=1, num_labels=3
    )
    models = [transformers.XLMRobertaForSequenceClassification(config) for _ in range(PIPELINES)]
    pipelines = [
        transformers.pipeline("text-classification", model=model, tokenizer=tokenizer)
        for model in models
    ]

    def run():
        for pipeline in pipelines:
            pipeline(texts, batch_size=8, truncation=True)

    return run


if __name__ == "__main__":
    main()
