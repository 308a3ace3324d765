"""`nlp.add_pipe("cs_qa")` in pipelines of several languages."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from cs_qa.nn.registry import Models
from cs_qa.phrases.lexicon import Hit
from cs_qa.types import TurnAnnotation

TEXT = "Sorry. That is hostile! Bye."


@pytest.fixture
def fakes(fake_models: Models, no_phrases: None, monkeypatch: pytest.MonkeyPatch) -> Models:
    monkeypatch.setattr("cs_qa.nn.registry.load_models", lambda: fake_models)
    return fake_models


@pytest.fixture
def nlp(fakes: Models) -> Language:
    made = spacy.blank("en")
    made.add_pipe("cs_qa")
    return made


@pytest.mark.parametrize(
    ("language", "text", "covered"),
    [
        ("en", TEXT, "That is hostile!"),
        ("xx", TEXT, "That is hostile!"),
        ("zh", "抱歉。hostile了！再见。", "hostile了！"),
        ("de", "Tschüss. hostile (sehr)", "hostile (sehr)"),
        ("en", "   hostile   ", "hostile"),
        ("en", "👩‍👩‍👧 hostile 👍🏽", "👩‍👩‍👧 hostile 👍🏽"),
    ],
)
def test_evidence_is_found_as_spans(fakes: Models, language: str, text: str, covered: str) -> None:
    nlp = spacy.blank(language)
    nlp.add_pipe("cs_qa")
    doc = nlp(text)
    assert [(span.text.strip(), span.label_) for span in doc.spans["cs_qa"]] == [
        (covered, "hostile")
    ]


def test_a_phrase_is_named_by_its_span(nlp: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Hit("hostile", 15, 22, "entry", "strong", "en", None)
    monkeypatch.setattr("cs_qa.annotate.find_hits", lambda *_, **__: [found])
    doc = nlp(TEXT)
    (span,) = doc.spans["cs_qa"]
    assert span.id_ == "hostile"


def test_a_document_knows_what_the_models_say(nlp: Language) -> None:
    annotation = nlp(TEXT)._.cs_qa
    assert isinstance(annotation, TurnAnnotation)
    assert annotation.banned is not None
    assert annotation.banned["hostile"] > 0.9
    assert annotation.politeness == 0.8
    assert annotation.empathy is None


@pytest.mark.parametrize("text", ["", " \n", "All is well."])
def test_a_document_without_evidence_has_no_span(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert list(doc.spans["cs_qa"]) == []
    assert doc._.cs_qa is not None


def test_a_document_that_was_not_judged_has_no_annotation(nlp: Language) -> None:
    assert nlp.make_doc(TEXT)._.cs_qa is None


@pytest.mark.parametrize(("least", "count"), [(0.5, 1), (0.99, 0)])
def test_the_least_confidence_is_an_option(fakes: Models, least: float, count: int) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("cs_qa", config={"min_confidence": least})
    assert len(nlp(TEXT).spans["cs_qa"]) == count


def test_a_message_is_judged_with_the_turns_before_it(nlp: Language, fakes: Models) -> None:
    doc = nlp.make_doc("No idea.")
    doc._.cs_qa_before = [("customer", "Where is it?"), ("bot", "Hi")]
    (judged,) = nlp.pipe([doc])
    heads: Any = fakes.heads
    assert heads.scored[-1] == ("No idea.", [("customer", "Where is it?"), ("bot", "Hi")])
    assert judged._.cs_qa.empathy is not None


def test_annotations_outlive_serialising_the_document(nlp: Language) -> None:
    doc = nlp(TEXT)
    back = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert back._.cs_qa == doc._.cs_qa
    assert [span.text for span in back.spans["cs_qa"]] == ["That is hostile!"]
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()
    (again,) = DocBin().from_bytes(stored).get_docs(nlp.vocab)
    assert again._.cs_qa == doc._.cs_qa


def test_a_pipeline_is_saved_and_loaded_by_its_entry_point(nlp: Language, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert loaded.pipe_names == ["cs_qa"]
    assert loaded(TEXT)._.cs_qa == nlp(TEXT)._.cs_qa


def test_a_pipeline_goes_through_bytes_and_pickle(nlp: Language) -> None:
    assert nlp.from_bytes(nlp.to_bytes())(TEXT).spans["cs_qa"]
    assert pickle.loads(pickle.dumps(nlp))(TEXT)._.cs_qa == nlp(TEXT)._.cs_qa
