"""The spaCy component: `nlp.add_pipe("cs_qa")` judges each document as one agent message.

`doc._.cs_qa` is the message's `TurnAnnotation`, `doc.spans["cs_qa"]` holds the evidence as spans
labelled with the banned label, their `id_` being the lexicon phrase where there is one. Set
`doc._.cs_qa_before` to the turns before it, as (role, text) pairs, to judge it in context; use
`nlp.pipe(texts, as_tuples=True)` or a component before this one to do so.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from cs_qa.annotate import annotate
from cs_qa.types import Transcript, Turn

SPANS = "cs_qa"


@Language.factory("cs_qa", default_config={"min_confidence": 0.5})
def make_component(nlp: Language, name: str, min_confidence: float) -> AgentMessage:  # noqa: ARG001
    """Make the component for a pipeline."""
    return AgentMessage(min_confidence)


class AgentMessage:
    """Annotates documents as agent messages; evidence below `min_confidence` is left out."""

    def __init__(self, min_confidence: float) -> None:
        self.min_confidence = min_confidence
        for attribute, default in (("cs_qa", None), ("cs_qa_before", ())):
            if not Doc.has_extension(attribute):
                Doc.set_extension(attribute, default=default)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document, in place as spaCy does."""
        from cs_qa.nn.registry import load_models

        before = [Turn(role, text) for role, text in doc._.cs_qa_before]
        transcript = Transcript("doc", (*before, Turn("agent", doc.text)))
        (annotated,) = annotate([transcript], load_models())
        annotation = annotated.turns[-1]
        doc._.cs_qa = annotation
        doc.spans[SPANS] = [
            self._span(doc, evidence)
            for evidence in annotation.evidence
            if (annotation.banned or {})[evidence.label] >= self.min_confidence
        ]
        return doc

    def _span(self, doc: Doc, evidence: Any) -> Span:
        return doc.char_span(
            evidence.start,
            evidence.end,
            label=evidence.label,
            span_id=evidence.phrase or "",
            alignment_mode="expand",
        )
