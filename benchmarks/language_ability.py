"""Language ability: placeholders, broken encoding, mixed languages, forms of other markets.

Reads `language_ability/cases.jsonl`: short conversations in 17 languages, what their last agent
turn holds, and look-alikes that hold nothing. Half 1 was read while the detectors were tuned; half
2 was written with it and read once, at the end; part 3 was written after that, as a fresh test.
Each has been read since, so a run today says that nothing was lost, not how new text fares. First
readings:

    half 2: recall 0.938, precision 0.938; part 3: recall 0.872, precision 0.919

A finding is right when its label is expected in that turn and its span touches the words.

Then counts findings in ordinary service: the seed conversations, the example week, and with
`--data` JDDC, ABCD and tau-bench. All of them are to be read: `--show` prints them.

Run: python benchmarks/language_ability.py [--data ../shared/data] [--show] [--skip-service]
"""

import argparse
import gzip
import json
from collections import Counter
from pathlib import Path

import cs_qa
from cs_qa.detectors.language_mismatch import LanguageMismatch
from cs_qa.detectors.locale_form import LocaleForm
from cs_qa.detectors.mixed_language import MixedLanguage
from cs_qa.detectors.mojibake import Mojibake
from cs_qa.detectors.placeholder import Placeholder
from cs_qa.text.transcript_language import conversation_language, turn_languages
from cs_qa.types import AnnotatedTranscript, Transcript, Turn, TurnAnnotation

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "language_ability" / "cases.jsonl"
DETECTORS = (LanguageMismatch(), Placeholder(), Mojibake(), MixedLanguage(), LocaleForm())
LABELS = ("language_mismatch", "placeholder", "mojibake", "mixed_language", "locale_form")
COUNTED = 0.5
SPEAKERS = {"user": "customer", "assistant": "agent", "action": "system"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the data sets")
    parser.add_argument("--show", action="store_true", help="print every finding and every miss")
    parser.add_argument("--skip-service", action="store_true")
    parser.add_argument("--half", type=int, choices=(1, 2, 3), help="one half of the cases alone")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    for half in (options.half,) if options.half else (1, 2, 3):
        report_cases(half, [row for row in rows if row["half"] == half], options.show)
    if not options.skip_service:
        for name, transcripts in service(options.data):
            report_service(name, transcripts, options.show)


def annotated(transcript):
    """Languages are all that these detectors read of the annotations."""
    languages = turn_languages(transcript)
    return AnnotatedTranscript(
        transcript,
        conversation_language(transcript, languages),
        tuple(TurnAnnotation(language) for language in languages),
    )


def found_in(transcript):
    read = annotated(transcript)
    return [finding for detector in DETECTORS for finding in detector([read])[0]]


def report_cases(half, rows, show):
    right, wrong, missed = Counter(), Counter(), Counter()
    clean = touched = counted = 0
    for row in rows:
        turns = tuple(Turn(role, text) for role, text in row["turns"])
        findings = found_in(
            Transcript(str(row["id"]), turns, market=row["market"], language=row.get("declared"))
        )
        expected = [(label, *place(turns, text)) for label, text in row["find"]]
        for label, start, end in expected:
            hit = any(
                f.label == label and f.span.start < end and start < f.span.end for f in findings
            )
            (right if hit else missed)[label] += 1
            if not hit and show:
                print(f"  missed {row['id']} {label}: {turns[-1].text[start:end]!r}")
        spurious = [f for f in findings if not any(touches(f, each) for each in expected)]
        for finding in spurious:
            wrong[finding.label] += 1
            if show:
                print(f"  wrong {row['id']} {finding.label} {finding.confidence}: {finding.text!r}")
        if not row["find"]:
            clean += 1
            touched += bool(spurious)
            counted += any(f.confidence >= COUNTED for f in spurious)
    print(f"half {half}: {len(rows)} cases, {clean} clean, {touched} touched ({counted} counted)")
    for label in LABELS:
        print(f"  {label:18} {rates(right[label], wrong[label], missed[label])}")
    print(f"  {'all':18} {rates(*map(Counter.total, (right, wrong, missed)))}")


def rates(right, wrong, missed):
    recall = right / (right + missed) if right + missed else float("nan")
    precision = right / (right + wrong) if right + wrong else float("nan")
    return f"n {right + missed:3}  recall {recall:.3f}  precision {precision:.3f}"


def place(turns, text):
    start = turns[-1].text.index(text)
    return start, start + len(text)


def touches(finding, expected):
    label, start, end = expected
    return finding.label == label and finding.span.start < end and start < finding.span.end


def report_service(name, transcripts, show):
    counts, counted, turns = Counter(), set(), 0
    for transcript in transcripts:
        turns += sum(turn.role == "agent" for turn in transcript.turns)
        for finding in found_in(transcript):
            counts[finding.label] += 1
            if finding.confidence >= COUNTED:
                counted.add((transcript.id, finding.span.turn))
            if show:
                print(
                    f"  {name} {transcript.id} {transcript.market} {finding.label} "
                    f"{finding.confidence:.2f} {finding.text[:90]!r} | "
                    f"{transcript.turns[finding.span.turn].text[:150]!r}"
                )
    share = len(counted) / turns if turns else 0
    print(f"{name}: {turns} agent turns, {len(counted)} counted ({share:.2%}); {dict(counts)}")


def service(data):
    yield "seed", list(seed())
    yield "week", list(cs_qa.read(ROOT / "examples" / "week.jsonl"))
    if data is not None:
        yield "jddc", list(jddc(data / "cs_jddc_raw" / "jddc_sample.jsonl.gz"))
        yield "abcd", list(abcd(data / "policy_abcd" / "abcd_sample.json"))
        yield "taubench", list(taubench(data / "policy_taubench"))


def seed():
    for path in sorted((ROOT / "cs_qa" / "data" / "seed").glob("*/conversations.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            turns = tuple(Turn(turn["role"], turn["text"]) for turn in row["turns"])
            yield Transcript(row["id"], turns, language=row["lang"], market=row.get("market"))


def jddc(path):
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            turns = tuple(Turn(turn["role"], turn["text"]) for turn in row["turns"])
            yield Transcript(row["id"], turns, market="CN")


def abcd(path):
    for row in json.loads(path.read_text(encoding="utf-8")):
        turns = tuple(Turn(SPEAKERS.get(who, who), text) for who, text in row["original"])
        yield Transcript(str(row["convo_id"]), turns, market="US")


def taubench(folder):
    with gzip.open(folder / "airline_gpt4o_trajectories.jsonl.gz", "rt", encoding="utf-8") as rows:
        for number, row in enumerate(map(json.loads, rows)):
            said = row.get("traj") or row.get("messages") or row.get("trajectory") or []
            turns = tuple(
                Turn(SPEAKERS[each["role"]], each["content"])
                for each in said
                if each.get("role") in SPEAKERS and each.get("content")
            )
            yield Transcript(f"airline-{number}", turns, market="US")


if __name__ == "__main__":
    main()
