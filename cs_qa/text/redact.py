"""Masking of personal data, before anything else sees a text.

A value gets the same placeholder ("[EMAIL_1]") wherever it stands in a conversation, numbered
in order of first occurrence. Masking a masked text changes nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cs_qa.text.language import base_language
from cs_qa.text.recognizers import (
    RECOGNIZERS,
    Entity,
    EntityType,
    asked_for,
    is_quantity,
    view,
)

__all__ = ["Entity", "Names", "find_entities", "mask", "redact_conversation"]

Names = dict[tuple[str, str], str]
"""(type, value as compared) -> placeholder."""

_PLACEHOLDER = re.compile(
    r"\[(?P<type>[A-Z][A-Z_]{1,20})(?:_(?P<number>\d{1,6}))?\]|\[[\u3400-\u9fff]{1,8}x?\]"
    r"|<[A-Za-z_]{1,20}(?:_\d{1,6})?>|#[A-Z_]{2,24}#|\{\{?[^{}\n]{1,40}\}\}?"
)
_BLANK = "\ufffc"
_WORTH_READING = re.compile(r"[0-9@]")
_SEPARATORS = re.compile(r"[\s().#/_-]+")
_LONE_NUMBER = re.compile(
    r"\W{0,4}(?P<value>[A-Za-z]{0,4}[ -]?\d(?:[ -]?[A-Z]?\d){4,24})[^\w]{0,4}", re.ASCII
)
_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{1,32}(?:[ -][A-Za-z0-9]{1,32}){0,3}(?![A-Za-z0-9])")
_MIN_KNOWN_LENGTH = 5
_COUNTRIES = {
    **{code: code.upper() for code in ("de", "es", "fr", "id", "it", "nl", "pl", "pt", "ru")},
    "ja": "JP",
    "ko": "KR",
    "th": "TH",
    "tr": "TR",
    "vi": "VN",
    "zh": "CN",
}
_REGION_ALIASES = {"UK": "GB", "EL": "GR"}


def find_entities(text: str, *, region: str | None = None) -> list[Entity]:
    """Find personal data in a text: sorted, without overlaps, in code points of `text`.

    `region` is the country (ISO 3166, two letters) whose national phone formats to expect; a
    market that is no country ("EU") counts as unknown. Placeholders are left alone.

    >>> find_entities("Mail me: ann@example.com")
    [Entity(type='EMAIL', start=9, end=24)]
    """
    seen = view(text)
    if not _WORTH_READING.search(seen):
        return []
    seen = _PLACEHOLDER.sub(lambda match: _BLANK * len(match[0]), seen)
    country = _country(region)
    found = [entity for recognize in RECOGNIZERS for entity in recognize(seen, region=country)]
    return _without_overlaps(found)


def mask(text: str, entities: Iterable[Entity], names: Names) -> str:
    """Replace each entity by its placeholder.

    `names` remembers the placeholders and gets the new ones; values are equal when they differ
    only in case, width, spaces and hyphens. The entities are those of `find_entities`.

    >>> mask("Mail me: ann@example.com", [Entity("EMAIL", 9, 24)], {})
    'Mail me: [EMAIL_1]'
    """
    pieces: list[str] = []
    done = 0
    for entity in entities:
        key = (entity.type, _compared(text[entity.start : entity.end], entity.type))
        if key not in names:
            names[key] = f"[{entity.type}_{_next_number(entity.type, names)}]"
        pieces += (text[done : entity.start], names[key])
        done = entity.end
    return "".join((*pieces, text[done:]))


def redact_conversation(
    texts: Sequence[str], *, market: str | None = None, language: str | None = None
) -> list[str]:
    """Mask the turns of one conversation, each value with one placeholder throughout.

    Phone formats are those of `market`; without one, of the country where most people speak
    `language`. A value that is recognised in one turn is masked in all; a turn that is nothing but
    a number is what the turn before asked for.

    >>> redact_conversation(["My order no. is HL-605081.", "hl 605081, thanks"])
    ['My order no. is [ORDER_NO_1].', '[ORDER_NO_1], thanks']
    """
    region = market or _COUNTRIES.get(base_language(language))
    names = _names_in(texts)
    masked = list(texts)
    # What is masked parts its neighbours, which may be read anew: on until nothing is found.
    while (again := _mask_turns(masked, region, names)) != masked:
        masked = again
    return masked


def _mask_turns(texts: Sequence[str], market: str | None, names: Names) -> list[str]:
    found = [find_entities(text, region=market) for text in texts]
    blanked = [_blank(text, entities) for text, entities in zip(texts, found, strict=True)]
    for turn, text in enumerate(texts):
        if not found[turn] and (answered := _answer(text, blanked[max(0, turn - 2) : turn])):
            found[turn] = [answered]
    known = _known_values(texts, found)
    return [
        mask(text, _without_overlaps([*entities, *_occurrences(text, known)]), names)
        for text, entities in zip(texts, found, strict=True)
    ]


def _country(market: str | None) -> str | None:
    if not market:
        return None
    from phonenumbers import SUPPORTED_REGIONS

    code = market.strip().upper()
    code = _REGION_ALIASES.get(code, code)
    return code if code in SUPPORTED_REGIONS else None


def _without_overlaps(found: Iterable[Entity]) -> list[Entity]:
    """Keep the longest of what overlaps; of equals the first."""
    kept: list[Entity] = []
    for entity in sorted(found, key=lambda each: each.start - each.end):
        place = bisect_left(kept, entity.start, key=lambda each: each.start)
        fits_before = place == 0 or kept[place - 1].end <= entity.start
        fits_after = place == len(kept) or entity.end <= kept[place].start
        if fits_before and fits_after:
            kept.insert(place, entity)
    return kept


def _compared(value: str, kind: EntityType) -> str:
    folded = view(value).casefold()
    return folded if kind == "EMAIL" else _SEPARATORS.sub("", folded)


def _next_number(kind: EntityType, names: Names) -> int:
    """One more than the newest of the kind has."""
    newest = next((name for (type_, _), name in reversed(names.items()) if type_ == kind), "")
    known = _PLACEHOLDER.fullmatch(newest)
    return 1 + int(known["number"] or 0) if known else 1


def _names_in(texts: Iterable[str]) -> Names:
    """The placeholders that stand there already, so that no new value takes one's number."""
    found = [match for text in texts for match in _PLACEHOLDER.finditer(text) if match["number"]]
    return {
        (match["type"], match[0]): match[0]
        for match in sorted(found, key=lambda m: int(m["number"]))
    }


def _answer(text: str, before: Sequence[str]) -> Entity | None:
    seen = view(text)
    alone = _LONE_NUMBER.fullmatch(seen)
    if alone is None or is_quantity(seen, *alone.span("value")):
        return None
    kind = next((kind for turn in reversed(before) if (kind := asked_for(turn))), None)
    return None if kind is None else Entity(kind, *alone.span("value"))


def _blank(text: str, entities: Sequence[Entity]) -> str:
    """The text without its personal data, the same whether that is masked already or not."""
    masked = mask(text, entities, {}) if entities else text
    return _PLACEHOLDER.sub(_BLANK, masked)


def _known_values(
    texts: Sequence[str], found: Sequence[Sequence[Entity]]
) -> Mapping[str, EntityType]:
    known: dict[str, EntityType] = {}
    for text, entities in zip(texts, found, strict=True):
        for entity in entities:
            value = _compared(text[entity.start : entity.end], entity.type)
            if entity.type != "EMAIL" and len(value) >= _MIN_KNOWN_LENGTH:
                known.setdefault(value, entity.type)
    return known


def _occurrences(text: str, known: Mapping[str, EntityType]) -> Iterator[Entity]:
    """Where known values stand again, maybe spaced otherwise and without a word before them."""
    seen = view(text)
    if known and _WORTH_READING.search(seen):
        for match in _RUN.finditer(seen):
            kind = known.get(_SEPARATORS.sub("", match[0].casefold()))
            if kind is not None and not is_quantity(seen, *match.span()):
                yield Entity(kind, *match.span())
