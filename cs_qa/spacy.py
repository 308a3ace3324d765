"""The spaCy component: `nlp.add_pipe("cs_qa")` judges each document as one agent message.

`doc._.cs_qa` is the message's `TurnAnnotation`, `doc.spans["cs_qa"]` holds the evidence as spans
labelled with the banned label, their `id_` being the lexicon phrase where there is one. To judge
a message in context, give the turns before it as (role, text) pairs:

    doc = nlp.make_doc("No idea.")
    doc._.cs_qa_before = [("customer", "Where is my parcel?")]
    doc = nlp(doc)

Documents keep their annotation through `Doc.to_bytes`, so `nlp.pipe(texts, n_process=2)` works.
"""

from __future__ import annotations

from typing import cast

from pydantic import TypeAdapter
from spacy.language import Language
from spacy.tokens import Doc, Span

from cs_qa.annotate import annotate
from cs_qa.types import Evidence, Transcript, Turn, TurnAnnotation

SPANS = "cs_qa"
_ANNOTATION = TypeAdapter(TurnAnnotation)


def _annotation(doc: Doc) -> TurnAnnotation | None:
    # spaCy serialises plain values only, so the annotation is kept as a dictionary.
    kept = doc.user_data.get(SPANS)
    return None if kept is None else _ANNOTATION.validate_python(kept)


Doc.set_extension("cs_qa", getter=_annotation, force=True)
Doc.set_extension("cs_qa_before", default=(), force=True)


@Language.factory("cs_qa", default_config={"min_confidence": 0.5})
def make_component(nlp: Language, name: str, min_confidence: float) -> AgentMessage:  # noqa: ARG001
    """Make the component for a pipeline."""
    return AgentMessage(min_confidence)


class AgentMessage:
    """Annotates documents as agent messages; evidence below `min_confidence` is left out."""

    def __init__(self, min_confidence: float) -> None:
        self.min_confidence = min_confidence

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document, in place as spaCy does."""
        from cs_qa.nn.registry import load_models

        before = [Turn(role, text) for role, text in doc._.cs_qa_before]
        transcript = Transcript("doc", (*before, Turn("agent", doc.text)))
        (annotated,) = annotate([transcript], load_models())
        annotation = annotated.turns[-1]
        doc.user_data[SPANS] = _ANNOTATION.dump_python(annotation)
        banned = annotation.banned or {}
        doc.spans[SPANS] = [
            _span(doc, evidence)
            for evidence in annotation.evidence
            if banned[evidence.label] >= self.min_confidence
        ]
        return doc


def _span(doc: Doc, evidence: Evidence) -> Span:
    span = doc.char_span(
        evidence.start,
        evidence.end,
        label=evidence.label,
        span_id=evidence.phrase or "",
        alignment_mode="expand",
    )
    return cast(Span, span)  # None only outside the text
