"""What is done to a text before a model sees it: masking, language, normalising."""

from cs_qa.text.language import LANGUAGES, UNDETERMINED, conversation_languages, detect_language
from cs_qa.text.normalise import Normalised, normalise
from cs_qa.text.redact import Entity, find_entities, mask, redact_conversation
from cs_qa.text.script import HanScript, conversation_han_script, han_script

__all__ = [
    "LANGUAGES",
    "UNDETERMINED",
    "Entity",
    "HanScript",
    "Normalised",
    "conversation_han_script",
    "conversation_languages",
    "detect_language",
    "find_entities",
    "han_script",
    "mask",
    "normalise",
    "redact_conversation",
]
