"""Policy accuracy: how many claims about a shop's policy are found, and rightly judged.

Data: `authored/policy`, 350 hand-written messages in 17 languages about two fictional shops. A
claim is right when its clause and its verdict are. Wrong answers were read on `brightbay` alone;
rows of `harbor_lane` were never read, but its figures were seen when thresholds were chosen. The
statement heads were trained on neither (`cs_qa/data/seed/*/policy.jsonl` has other shops and
wordings). The intervals resample messages.

`--airline` judges 200 dialogues of tau-bench (`examples/convert_taubench.py` converts them) by
`policies/tau_airline.toml` and counts what is found; `--findings FILE` writes a seeded sample of 50
to read. `policies/verdicts.jsonl` says what a reader thought of each. Earlier findings there showed
that courtesy was called `unsupported` and numbers were linked by coincidence; remedies for these
were made in general, so the dialogues are not unseen. `--week` judges the example week by its own
labels, turn by turn and verdict by verdict, whatever the clause; `--speed` times it.

Run: python benchmarks/policy.py [--json FILE] [--week] [--airline FILE] [--findings FILE] [--speed]
"""

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

import numpy as np

from cs_qa.batch import Inspector
from cs_qa.evaluation.bootstrap import figure_interval, point, replicates
from cs_qa.evaluation.evaluate_policy import judged_messages
from cs_qa.evaluation.labelled import PolicyRow
from cs_qa.policy.pack import EXAMPLE_FILE, PolicyPack
from cs_qa.readers.row import transcript_from_json

HERE = Path(__file__).parent
AUTHORED = HERE.parent.parent / "shared" / "data" / "authored" / "policy"
WEEK = HERE.parent / "examples" / "week.jsonl"
SHOPS = ("brightbay", "harbor_lane")
VERDICTS = ("accurate", "inaccurate", "unsupported")
SAMPLE, SEED = 50, 20261122


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    parser.add_argument("--airline", type=Path, help="converted airline dialogues")
    parser.add_argument("--findings", type=Path, help="write a sample of their findings here")
    parser.add_argument("--week", action="store_true", help="judge the example week instead")
    parser.add_argument("--speed", action="store_true", help="time the example week instead")
    options = parser.parse_args()
    if options.speed:
        print_speed()
    elif options.week:
        print_week()
    elif options.airline:
        print_airline(options.airline, options.findings)
    elif not AUTHORED.exists():
        print(f"{AUTHORED} is missing: nothing to measure.")
    else:
        result = measure()
        print_table(result)
        if options.json:
            options.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def print_week():
    """Turns of whole conversations that are said to state something right, or wrong."""
    inspector = Inspector(policies=(PolicyPack.load(EXAMPLE_FILE),))
    cards = inspector.inspect(transcript_from_json(row) for row in lines(WEEK))
    labels = {row["id"]: row["policy"] for row in lines(WEEK.with_name("week_labels.jsonl"))}
    counts = Counter()
    for card in cards:
        found = card.judgement("policy_accuracy").findings
        said = {(each.span.turn, each.label) for each in found}
        labelled = {(each["turn"], each["verdict"]) for each in labels[card.transcript_id]}
        for verdict in VERDICTS[:2]:
            mine, true = (
                {each for each in those if each[1] == verdict} for those in (said, labelled)
            )
            counts[verdict, "right"] += len(mine & true)
            counts[verdict, "wrong"] += len(mine - true)
            counts[verdict, "missed"] += len(true - mine)
        counts["unsupported", "said"] += sum(each[1] == "unsupported" for each in said)
    for (verdict, what), count in counts.items():
        print(f"{verdict:14}{what:8}{count:>4}")


def lines(path):
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measure():
    """Figures with intervals by name: of all, of shops, verdicts and languages."""
    packs = [PolicyPack.load(AUTHORED / f"{shop}.toml") for shop in SHOPS]
    rows = [PolicyRow.model_validate(row) for row in lines(AUTHORED / "policy.jsonl")]
    messages = [message for message, _ in judged_messages(rows, packs)]
    shops = [row.pack for row in rows]
    result = {"all": figures(messages)}
    for shop in SHOPS:
        own = [message for message, name in zip(messages, shops, strict=True) if name == shop]
        result[shop] = figures(own)
        for verdict in VERDICTS:
            result[f"{shop} {verdict}"] = figures(of_verdict(own, verdict))
    for verdict in VERDICTS:
        result[verdict] = figures(of_verdict(messages, verdict))
    for lang in sorted({message.lang for message in messages}):
        result[lang] = figures([message for message in messages if message.lang == lang])
    silent = [m for m in messages if not m.labelled and not m.is_unsupported]
    flagged = sum(bool(m.said) or m.is_said_unsupported for m in silent)
    result["no claim"] = {"messages": len(silent), "flagged": flagged}
    return result


def of_verdict(messages, verdict):
    if verdict == "unsupported":
        return [message.of_unsupported() for message in messages]
    return [message.of_verdict(verdict) for message in messages]


def figures(messages):
    """Precision, recall and F1 as [value, low, high]; None for what cannot be told."""
    found = np.array([len(m.labelled & m.said) for m in messages], float)
    said = np.array([len(m.said) for m in messages], float)
    labelled = np.array([len(m.labelled) for m in messages], float)

    def statistic(weights):
        right, told, true = weights @ found, weights @ said, weights @ labelled
        with np.errstate(invalid="ignore", divide="ignore"):
            return {"precision": right / told, "recall": right / true,
                    "f1": 2 * right / (told + true)}  # fmt: skip

    rows = np.arange(len(messages))
    drawn = replicates(statistic, rows)
    return {
        "claims": int(labelled.sum()),
        **{
            name: None if np.isnan(value)
            else [round(value, 4), *(figure_interval(drawn[name], rows) or (None, None))]
            for name, value in point(statistic, len(messages)).items()
        },
    }  # fmt: skip


def print_table(result):
    columns = ("precision", "recall", "f1")
    print(f"{'':26}{'claims':>7}" + "".join(f"{name:>20}" for name in columns))
    for name, own in result.items():
        if name != "no claim":
            shown = "".join(f"{in_words(own[each]):>20}" for each in columns)
            print(f"{name:26}{own['claims']:>7}{shown}")
    silent = result["no claim"]
    print(f"\n{silent['messages']} messages without a claim, {silent['flagged']} flagged")


def in_words(told):
    if told is None:
        return "-"
    value, low, high = told
    return f"{value:.3f}" + ("" if low is None else f" [{low:.3f}, {high:.3f}]")


def print_airline(path, out):
    transcripts = [transcript_from_json(row) for row in lines(path)]
    pack = PolicyPack.load(HERE / "policies" / "tau_airline.toml")
    found = [
        (transcript.id, finding)
        for transcript, card in zip(
            transcripts, Inspector(policies=(pack,)).inspect(transcripts), strict=True
        )
        for finding in card.judgement("policy_accuracy").findings
    ]
    turns = sum(turn.role == "agent" for each in transcripts for turn in each.turns)
    print(f"{len(found)} findings in {turns} agent turns of {len(transcripts)} dialogues")
    for (label, clause), count in sorted(
        Counter((each.label, str(each.detail.policy_id)) for _, each in found).items()
    ):
        print(f"{label:14}{clause:26}{count:>5}")
    if out is not None:
        drawn = random.Random(SEED).sample(found, min(SAMPLE, len(found)))
        rows = [
            {"transcript": name, "turn": each.span.turn, "label": each.label,
             "policy_id": each.detail.policy_id, "span": each.text, "why": each.explanation}
            for name, each in drawn
        ]  # fmt: skip
        out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def print_speed():
    transcripts = [transcript_from_json(row) for row in lines(WEEK)]
    turns = sum(turn.role == "agent" for each in transcripts for turn in each.turns)
    for name, packs in (
        ("warm-up", ()),
        ("no pack", ()),
        ("pack", (PolicyPack.load(EXAMPLE_FILE),)),
    ):
        forget()
        start = time.process_time()
        for _ in Inspector(policies=packs).inspect(transcripts):
            pass
        print(f"{name:10}{turns / (time.process_time() - start):8.1f} agent turns a second")


def forget():
    """Empty what the encoder remembers, so that each pass encodes anew."""
    from cs_qa.nn.registry import load_models

    load_models.cache_clear()
    load_models()


if __name__ == "__main__":
    main()
