"""What is done to a text before a model sees it: masking, language, normalising."""

from cs_qa.text.language import LANGUAGES, UNDETERMINED, conversation_languages, detect_language
from cs_qa.text.normalise import Normalised, normalise
from cs_qa.text.redact import Entity, find_entities, mask, redact_conversation

__all__ = [
    "LANGUAGES",
    "UNDETERMINED",
    "Entity",
    "Normalised",
    "conversation_languages",
    "detect_language",
    "find_entities",
    "mask",
    "normalise",
    "redact_conversation",
]
