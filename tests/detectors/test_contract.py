"""What every detector holds to."""

from __future__ import annotations

import copy
import pickle
import re
from itertools import chain
from typing import Any

import pytest
from pydantic import ValidationError

from cs_qa.detectors import BUILT_IN, Detector, detectors, make_detector
from cs_qa.errors import UnknownDetectorError
from cs_qa.policy.pack import EXAMPLE_FILE, PolicyPack
from cs_qa.types import CRITERIA, AnnotatedTranscript

SCRIPT = "Thank you for contacting us, your parcel is on its way to you."


OPTIONS: dict[str, dict[str, Any]] = {
    "policy_accuracy": {"packs": (PolicyPack.load(EXAMPLE_FILE),)},
}


@pytest.fixture(params=BUILT_IN)
def detector(request: pytest.FixtureRequest) -> Detector:
    return make_detector(request.param, **OPTIONS.get(request.param, {}))


@pytest.fixture
def batch(converse: Any) -> list[AnnotatedTranscript]:
    """Conversations in which each detector finds something, and some in which none does."""
    return [
        converse(("customer", "Where is it?"), ("agent", "Let me look into it for you.")),
        converse(
            ("customer", "Where is it? 😡", {"sentiment": "negative"}),
            ("agent", "Not my 🙄 problem.", {"banned": {"deflecting": 0.9, "hostile": 0.6}}),
            ("agent", SCRIPT),
            ("system", SCRIPT),
            ("agent", f"{SCRIPT} 7"),
        ),
        converse(
            ("customer", "Wo bleibt mein Paket denn nur?", {"language": "de"}),
            ("agent", "We do not know where your parcel is.", {"language": "en"}),
        ),
        converse(),
        converse(("system", "Joined.")),
        converse(
            ("customer", "Where is it?"),
            ("agent", "Hi {name}, donâ€™t worry. Ihr Paket wird morgen zugestellt."),
            ("agent", "It arrives on 12/25/2026."),
            ("agent", "You can send it back within 30 days of delivery."),
            market="GB",
        ),
    ]


def test_an_empty_batch_gives_nothing(detector: Detector) -> None:
    assert detector([]) == []


def test_it_finds_something_and_not_everywhere(
    detector: Detector, batch: list[AnnotatedTranscript]
) -> None:
    found = detector(batch)
    assert len(found) == len(batch)
    assert any(found)
    assert found[0] == found[3] == found[4] == []


def test_it_pickles_with_its_options(detector: Detector, batch: list[AnnotatedTranscript]) -> None:
    copied = pickle.loads(pickle.dumps(detector))
    assert copied == detector
    assert copied(batch) == detector(batch)


def test_a_span_lies_in_its_turn_and_covers_the_text(
    detector: Detector, batch: list[AnnotatedTranscript]
) -> None:
    for annotated, findings in zip(batch, detector(batch), strict=True):
        for finding in findings:
            turn = annotated.transcript.turns[finding.span.turn]
            assert 0 <= finding.span.start < finding.span.end <= len(turn.text)
            assert finding.text == turn.text[finding.span.start : finding.span.end]
            assert turn.role == "agent"


def test_a_finding_says_what_it_is(detector: Detector, batch: list[AnnotatedTranscript]) -> None:
    for finding in chain.from_iterable(detector(batch)):
        assert finding.criterion in CRITERIA
        assert finding.detector == detector.ref
        assert 0 <= finding.confidence <= 1
        assert finding.explanation.endswith(".")


def test_findings_do_not_depend_on_the_batch(
    detector: Detector, batch: list[AnnotatedTranscript]
) -> None:
    assert [detector([one])[0] for one in batch] == detector(batch)
    assert detector(batch[::-1])[::-1] == detector(batch)


def test_the_input_stays_as_it_was(detector: Detector, batch: list[AnnotatedTranscript]) -> None:
    before = copy.deepcopy(batch)
    detector(batch)
    assert batch == before


def test_the_reference_is_name_and_version(detector: Detector) -> None:
    name = next(name for name, kind in BUILT_IN.items() if type(detector) is kind)
    assert re.fullmatch(rf"{name}@\d+", detector.ref)


@pytest.mark.parametrize("name", BUILT_IN)
def test_misspelt_options_are_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="min_confidense"):
        make_detector(name, min_confidense=0.5)


def test_options_cannot_be_changed_later(detector: Detector) -> None:
    with pytest.raises(AttributeError):
        detector.ref = "other@1"  # type: ignore[misc]


def test_make_detector_takes_options() -> None:
    assert make_detector("banned_phrases", min_confidence=0.8) != make_detector("banned_phrases")


def test_an_unknown_detector_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownDetectorError, match=r"'phrase'\. Known: banned_phrases, lang"):
        make_detector("phrase")


class _Entry:
    def __init__(self, name: str) -> None:
        self.name = name

    def load(self) -> type[Detector]:
        return BUILT_IN["repeated_script"]


def test_other_packages_add_detectors_but_replace_none(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [_Entry("theirs"), _Entry("banned_phrases")]
    monkeypatch.setattr("importlib.metadata.entry_points", lambda *, group: entries)
    assert detectors() == {**BUILT_IN, "theirs": BUILT_IN["repeated_script"]}
