"""What judges, detectors, samples and the store say in English, in the reader's words.

Those sentences are stored with a scorecard or raised as errors, with identifiers in them. Each is
known here by its form: the parts in braces are named for people, the rest is translated. What has
no form here stays as it is, but for identifiers of criteria and labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from cs_qa.store.decisions import LABELS
from cs_qa.ui.i18n import _, language, language_name, said
from cs_qa.ui.sentence_forms import FORMS, SHORTER
from cs_qa.ui.wording import CRITERION_NAMES, VERDICT_NAMES, criterion_name, critical_name, in_words

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_IDENTIFIERS = sorted(
    name
    for name in {*CRITERION_NAMES, *(each for some in LABELS.values() for each in some)}
    if "_" in name
)
_IDENTIFIER = re.compile(rf"\b({'|'.join(_IDENTIFIERS)})\b")
_KINDS = {
    "findings": said("findings"),
    "levels": said("levels"),
    "sentiments": said("sentiments"),
    "comment": said("comment"),
    "reason": said("reason"),
    "answer": said("answer"),
    "finding": said("finding"),
    "added finding": said("added finding"),
    "turn": said("turn"),
}
"""What a decision or a text of a person is made of, as the store names it."""


def in_our_words(text: str) -> str:
    """Say a stored sentence or an error in the language of the page, with names for people.

    >>> in_our_words("Found: repeat_request in turn 3.")
    'Found: Repeat request in turn 3.'
    """
    return _said(text, language())


@lru_cache(maxsize=4096)
def _said(text: str, _language: str) -> str:
    for pattern, form in _patterns():
        if found := pattern.fullmatch(text):
            named = {name: _named(name, part) for name, part in found.groupdict().items()}
            return _(SHORTER.get(form, form)).format(**named)
    return _IDENTIFIER.sub(lambda found: _name(found[1]), text)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_pattern(form), re.DOTALL), form) for form in (*FORMS, *SHORTER))


def _pattern(form: str) -> str:
    parts = _PLACEHOLDER.split(form)
    return "".join(
        f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    )


def _named(name: str, part: str) -> str:
    namer = _NAMERS.get(name.rstrip("0123456789"))
    return part if namer is None else namer(part)


def _name(identifier: str) -> str:
    return criterion_name(identifier) if identifier in CRITERION_NAMES else in_words(identifier)


def _each(namer: Callable[[str], str], separator: str = ", ") -> Callable[[str], str]:
    return lambda part: separator.join(namer(each) for each in part.split(separator))


def _in_turn(part: str) -> str:
    """Name "label in turn 3", or "empathy level in turn 3"."""
    name, _between, turn = part.rpartition(" in turn ")
    return _("{name} in turn {n}").format(name=in_words(name), n=turn) if name else part


def _pack(part: str) -> str:
    name, _at, version = part.partition("@")
    return " ".join(filter(None, (in_words(name), version)))


def _cause(part: str) -> str:
    """Name "complaint 3", a sign of risk with its points."""
    name, _blank, points = part.rpartition(" ")
    return f"{_(name)} {points}" if name else part


_NAMERS: Mapping[str, Callable[[str], str]] = {
    "criterion": criterion_name,
    "criteria": _each(criterion_name),
    "label": in_words,
    "labels": _each(in_words),
    "found": _each(_in_turn),
    "verdict": lambda part: _(VERDICT_NAMES.get(part, part)),
    "mood": lambda part: in_words(part).lower(),
    "role": lambda part: in_words(part).lower(),
    "language": language_name,
    "pack": _pack,
    "rule": lambda part: part.replace("-", " "),
    "critical": _each(critical_name),
    "meaning": lambda part: _(part),
    "causes": _each(_cause, " + "),
    "what": lambda part: _(_KINDS.get(part, part)),
}
"""How the parts of a form are named, by the name of the placeholder without its number."""
