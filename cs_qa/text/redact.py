"""Masking of personal data, before anything else sees a text.

A value gets the same placeholder ("<EMAIL_1>") wherever it stands in a conversation, numbered
in order of first occurrence. Masking a masked text changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

from cs_qa.text.language import base_language
from cs_qa.text.personal import (
    BLANK,
    PLACEHOLDER,
    Entity,
    EntityType,
    Message,
    recognized,
)
from cs_qa.text.personal.answers import answer, compared, known_values, occurrences
from cs_qa.text.personal.overlaps import without_overlaps
from cs_qa.text.personal.phone import COUNTRIES

__all__ = ["Entity", "Names", "find_entities", "mask", "redact_conversation"]

Names = dict[tuple[str, str], str]
"""(type, value as compared) -> placeholder."""

_REGION_ALIASES = {"UK": "GB", "EL": "GR"}


def find_entities(
    text: str, *, region: str | None = None, language: str | None = None
) -> list[Entity]:
    """Find personal data in a text: sorted, without overlaps, in code points of `text`.

    `region` is the country (ISO 3166, two letters) whose national phone formats to expect; a
    market that is no country ("EU") counts as unknown. `language` is that of the text, told from
    it where it is needed and not given. Placeholders are left alone.

    >>> find_entities("Mail me: ann@example.com")
    [Entity(type='EMAIL', start=9, end=24)]
    """
    message = Message.of(text, region=_country(region), language=language)
    return recognized(message)


def mask(text: str, entities: Iterable[Entity], names: Names) -> str:
    """Replace each entity by its placeholder.

    `names` remembers the placeholders and gets the new ones; values are equal when they differ
    only in case, width, spaces and hyphens. The entities are those of `find_entities`.

    >>> mask("Mail me: ann@example.com", [Entity("EMAIL", 9, 24)], {})
    'Mail me: <EMAIL_1>'
    """
    pieces: list[str] = []
    done = 0
    for entity in entities:
        key = (entity.type, compared(text[entity.start : entity.end], entity.type))
        if key not in names:
            names[key] = f"<{entity.type}_{_next_number(entity.type, names)}>"
        pieces += (text[done : entity.start], names[key])
        done = entity.end
    return "".join((*pieces, text[done:]))


def redact_conversation(
    texts: Sequence[str], *, market: str | None = None, language: str | None = None
) -> list[str]:
    """Mask the turns of one conversation, each value with one placeholder throughout.

    Phone formats are those of `market`; without one, of the country where most people speak
    `language`. A value that is recognised in one turn is masked in all; a turn that is nothing but
    a number or a name is what the turn before asked for.

    >>> redact_conversation(["My order no. is HL-605081.", "hl 605081, thanks"])
    ['My order no. is <ORDER_NO_1>.', '<ORDER_NO_1>, thanks']
    """
    base = base_language(language) if language else None
    region = market or (COUNTRIES.get(base) if base else None)
    names = _names_in(texts)

    @cache
    def entities_of(text: str) -> list[Entity]:
        return find_entities(text, region=region, language=base)

    masked = list(texts)
    # What is masked parts its neighbours, which may be read anew: on until nothing is found.
    while (again := _mask_turns(masked, entities_of, names)) != masked:
        masked = again
    return masked


def _mask_turns(
    texts: Sequence[str], entities_of: Callable[[str], list[Entity]], names: Names
) -> list[str]:
    found = [entities_of(text) for text in texts]
    blanked = [_blank(text, entities) for text, entities in zip(texts, found, strict=True)]
    for turn, text in enumerate(texts):
        if not found[turn] and (answered := answer(text, blanked[max(0, turn - 2) : turn])):
            found[turn] = [answered]
    known = known_values(texts, found)
    return [
        mask(text, without_overlaps([*entities, *occurrences(text, known)]), names)
        for text, entities in zip(texts, found, strict=True)
    ]


@lru_cache(maxsize=1024)
def _country(market: str | None) -> str | None:
    if not market:
        return None
    from phonenumbers import SUPPORTED_REGIONS

    code = market.strip().upper()
    code = _REGION_ALIASES.get(code, code)
    return code if code in SUPPORTED_REGIONS else None


def _next_number(kind: EntityType, names: Names) -> int:
    """One more than the newest of the kind has."""
    newest = next((name for (type_, _), name in reversed(names.items()) if type_ == kind), "")
    known = PLACEHOLDER.fullmatch(newest)
    return 1 + int(known["number"] or 0) if known else 1


def _names_in(texts: Iterable[str]) -> Names:
    """The placeholders that stand there already, so that no new value takes one's number."""
    found = [match for text in texts for match in PLACEHOLDER.finditer(text) if match["number"]]
    return {
        (match["type"], match[0]): match[0]
        for match in sorted(found, key=lambda m: int(m["number"]))
    }


def _blank(text: str, entities: Sequence[Entity]) -> str:
    """The text without its personal data, the same whether that is masked already or not."""
    masked = mask(text, entities, {}) if entities else text
    return PLACEHOLDER.sub(BLANK, masked)
