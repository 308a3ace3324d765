"""How well the evidence for a banned label meets the words that annotators marked in the seed data.

A token is a word, or in the scripts of Chinese, Japanese and Thai a letter; punctuation and emoji
count nothing. For each label of a turn, precision, recall and F1 are those of the tokens of its
evidence against the tokens of its spans; a line gives their means, and F1 of all tokens pooled.
"Best sentence" is that of the lexicon's phrase, else the one that alone scores highest. Once every
label is taken as known, once only those that inspection finds.

The models in use may have been trained on these turns, and the phrase lists were written with sight
of some: of all lines, those without a phrase say most.

Run: python benchmarks/evidence.py [--turns 300] [--seed 0] [--threads 1]
"""

import argparse
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from statistics import mean

from cs_qa.annotate import banned_probabilities
from cs_qa.evidence import carrying_spans, sentence_spans
from cs_qa.nn.registry import load_models
from cs_qa.phrases.lexicon import find_hits
from cs_qa.text.legible import legible
from cs_qa.train.seed import read_examples
from cs_qa.types import BANNED_LABELS, Evidence

FOUND = 0.5
WAYS = ("whole turn", "best sentence", "sentences that carry")
_LETTER = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_LETTER}]|[^\W{_LETTER}]+")


@dataclass(frozen=True)
class Measured:
    """One label of one turn; for each way (both, given, marked): tokens given and marked."""

    lang: str
    label: str
    sentences: int
    has_phrase: bool
    is_found: bool
    ways: tuple[tuple[int, int, int], ...]


@dataclass
class Scorer:
    """Scores readings of one turn in its context, and counts those that are new."""

    models: object
    text: str
    before: list
    read: set = field(default_factory=set)

    def __call__(self, texts):
        """Give the banned logits of each reading."""
        return [self.scores(text).banned for text in texts]

    def scores(self, text):
        """Give all that the heads say of one reading."""
        readable = legible(text)
        self.read.add(readable)
        vectors = self.models.encoder.encode([readable])
        return self.models.heads.score(vectors[readable].turn, self.before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300, help="labelled turns to sample")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    labelled = [example for example in read_examples() if example.banned]
    sample = random.Random(options.seed).sample(labelled, min(options.turns, len(labelled)))
    measure(sample, load_models(options.threads))


def measure(examples, models):
    rows, calls = [], []
    for example in examples:
        scorer = scorer_of(example, models)
        rows += measured(example, scorer)
        calls.append(len(scorer.read) - 1)
    found = [row for row in rows if row.is_found]
    print(f"{len(rows)} labels of {len(examples)} turns, {len(found)} found")
    print(f"evidence takes {mean(calls):.2f} more texts a turn to encode")
    print_table("given the label", rows)
    print_table("label found", found)


def scorer_of(example, models):
    said = [(role, legible(text)) for role, text in example.context if text.strip()]
    vectors = models.encoder.encode(text for _, text in said)
    return Scorer(models, example.text, [(role, vectors[text].before) for role, text in said])


def measured(example, scorer):
    text, labels = example.text, sorted(example.banned)
    hits = find_hits(text, language=example.lang, conversation_language=example.lang)
    found = banned_probabilities(scorer.models.heads, scorer.scores(text), hits)
    now = carrying_spans(text, labels, hits=hits, score=scorer)
    uncounted = replace(scorer, read=set())
    for label, evidence in zip(labels, now, strict=True):
        marked = tokens(text, *(spot(text, words) for own, words in example.spans if own == label))
        best = one_sentence(text, label, evidence, uncounted, hits)
        whole = Evidence(label, 0, len(text))
        yield Measured(
            lang=example.lang,
            label=label,
            sentences=len(sentence_spans(text)),
            has_phrase=evidence.phrase is not None,
            is_found=found[label] >= FOUND,
            ways=tuple(compared(text, way, marked) for way in (whole, best, evidence)),
        )


def one_sentence(text, label, evidence, scorer, hits):
    """The evidence as it was before: one sentence, without a look at its neighbours."""
    spans = sentence_spans(text)
    if evidence.phrase is not None:
        own = [hit for hit in hits if hit.label == label and hit.guard is None]
        best = min(own, key=lambda hit: (hit.suspected, hit.strength == "weak", hit.start))
        held = [span for span in spans if span[0] < best.end and best.start < span[1]]
        return Evidence(label, held[0][0], held[-1][1])
    logits = scorer([text[start:end] for start, end in spans])
    column = BANNED_LABELS.index(label)
    return Evidence(label, *spans[max(range(len(spans)), key=lambda i: logits[i][column])])


def spot(text, words):
    start = text.index(words)
    return start, start + len(words)


def tokens(text, *spans):
    """Where the tokens begin that touch one of the spans."""
    return {
        token.start()
        for token in _TOKEN.finditer(text)
        if any(token.start() < end and start < token.end() for start, end in spans)
    }


def compared(text, evidence, marked):
    given = tokens(text, (evidence.start, evidence.end))
    return len(given & marked), len(given), len(marked)


def print_table(title, rows):
    head = "".join(f"{name:>7}" for name in ("prec", "recall", "F1", "pooled"))
    print(f"\n{title:<22}" + "".join(f" |{name:>28}" for name in WAYS))
    print(f"{'':<17}{'n':>5}" + f" |{head}" * len(WAYS))
    for name, own in groups(rows).items():
        ways = zip(*(row.ways for row in own), strict=True)
        print(f"{name:<17}{len(own):>5}" + "".join(f" |{line(way)}" for way in ways))


def groups(rows):
    """Rows by what is printed: all, then with or without a phrase, length, label, language."""
    named = defaultdict(list, all=[])
    for key in (
        lambda row: "with a phrase" if row.has_phrase else "without a phrase",
        lambda row: f"sentences: {row.sentences}" if row.sentences < 3 else "sentences: 3+",
        lambda row: row.label,
        lambda row: row.lang,
    ):
        for row in sorted(rows, key=key):
            named[key(row)].append(row)
    return {**named, "all": rows}


def line(counts):
    shares = [(both / given if given else 0.0, both / marked) for both, given, marked in counts]
    pooled = f1(*map(sum, zip(*counts, strict=True)))
    each = mean(f1(*one) for one in counts)
    precision, recall = map(mean, zip(*shares, strict=True))
    return "".join(f"{value:>7.3f}" for value in (precision, recall, each, pooled))


def f1(both, given, marked):
    return 2 * both / (given + marked)


if __name__ == "__main__":
    main()
