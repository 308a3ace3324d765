"""The language of a transcript and of each of its turns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cs_qa.text.as_read import as_read
from cs_qa.text.language import LANGUAGES, UNDETERMINED, base_language, conversation_languages
from cs_qa.types import Transcript

__all__ = ["conversation_language", "turn_languages"]


def turn_languages(transcript: Transcript) -> list[str]:
    """Tell the language of each turn; a declared one that is none of ours is taken at its word."""
    declared, turns = transcript.language, transcript.turns
    if declared and base_language(declared) not in LANGUAGES:
        return [declared if turn.text.strip() else UNDETERMINED for turn in turns]
    return conversation_languages(
        [as_read(turn.text) for turn in turns],
        declared=declared,
        speakers=[turn.role for turn in turns],
    )


def conversation_language(transcript: Transcript, languages: Sequence[str]) -> str | None:
    """Tell the conversation's language: the declared one, else what the customer mostly writes."""
    if transcript.language:
        return transcript.language
    for role in ("customer", "agent"):
        said: Counter[str] = Counter()
        for turn, language in zip(transcript.turns, languages, strict=True):
            if turn.role == role and language != UNDETERMINED:
                said[language] += len(turn.text)
        if said:
            return said.most_common(1)[0][0]
    return None
