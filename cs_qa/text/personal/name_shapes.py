"""Where a name ends that begins at a place, or begins that ends there, script by script."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from functools import cache

from cs_qa.text._common_words import WORDS
from cs_qa.text.personal.wordings import alternatives, listed, listed_in

__all__ = ["Span", "arabic_name", "cased_before", "cased_name", "is_given", "korean_before",
           "korean_name"]  # fmt: skip

Span = tuple[int, int]

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_INITIAL = re.compile(r"[A-ZА-ЯЁ]\.?(?![\w])")
_PREFIX = re.compile(
    r"(?i)(?:(?:dr|prof|mr|mrs|ms|sr|sra|herr|frau|mme|m|sig|sig\.ra|dott|dott\.ssa|dhr|mevr|mw)\."
    r" ?|(?:mr|mrs|ms|herr|frau|mme|madame|monsieur|señor|señora|pan|pani|bapak|ibu|mevrouw|meneer"
    r"|anh|chị) )"
)
_PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "del",
        "della",
        "di",
        "du",
        "des",
        "la",
        "le",
        "van",
        "von",
        "der",
        "den",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "bin",
        "ibn",
        "al",
        "el",
        "y",
        "e",
    ]
)
_CASED = re.compile("[A-Za-z\u00c0-\u024f\u0400-\u04ff\u1ea0-\u1ef9]")
_POSSESSIVE = re.compile(
    r"(?<=\w\w\w)['’](?:s|in|ın|un|ün|nin|nın|nun|nün|e|a|ye|ya|i|ı|u|ü|de|da|den|dan|yi|yı)$"
)
_CONTRACTION = re.compile("['’](?:ve|m|ll|d|s|re|t)$")
_MAX_TOKENS = 5


@cache
def _given() -> frozenset[str]:
    return listed("given") - _NOT_GIVEN


_NOT_GIVEN = frozenset(
    [
        "will",
        "mark",
        "may",
        "grace",
        "rose",
        "joy",
        "pat",
        "can",
        "nur",
        "hari",
        "tri",
        "made",
        "putri",
        "mega",
        "mai",
        "an",
        "my",
        "sari",
        "dan",
        "eva",
        "faith",
    ]
)


def is_given(word: str) -> bool:
    """Whether a word in lower case is a frequent given name that is not a word besides."""
    return word in _given() or ("-" in word and word.split("-")[0] in _given())


def cased_name(text: str, start: int, *, sure: bool, lower_too: bool = True) -> Span | None:
    """A name in a script with capitals, up to five words.

    `sure`: any capitalised words will do; else the first must be a frequent given name.
    """
    prefix = _PREFIX.match(text, start)
    place = begin = prefix.end() if prefix else start
    if not _CASED.match(text, place):
        return None
    end, count, particle = place, 0, False
    while count < _MAX_TOKENS:
        token = _TOKEN.match(text, place)
        if token is None:
            break
        word = token[0]
        lower = word.lower()
        if (
            lower in _PARTICLES
            and (count or (sure and lower not in ("da", "y", "e")))
            and not word[0].isupper()
        ):
            particle = True
        elif count and _INITIAL.fullmatch(text, token.start(), min(len(text), token.end())):
            end = token.end() + text[token.end() :].startswith(".")
        elif not _is_name_word(word, count, sure=sure, lower_too=lower_too, particle=particle):
            break
        else:
            count += 1
            end = token.end()
            if cut := _POSSESSIVE.search(word):
                end = token.start() + cut.start()
                break
        place = token.end() + text[token.end() :].startswith(".") * (len(word) == 1)
        if text[place : place + 1] != " ":
            break
        place += 1
    if not count or end <= begin or _is_company(text, begin, end):
        return None
    return begin, end


def _is_company(text: str, start: int, end: int) -> bool:
    """Whether capitalised words are those of a firm or a team."""
    last = re.split(r"[ -]", text[start:end])[-1].lower()
    is_team = last in _TEAMS or last.endswith(("team", "service"))
    return is_team or _COMPANY_FORM.match(text, end) is not None


_TEAMS = frozenset({"shop", "store", "stores", "support", "equipo", "équipe", "kundendienst"})
_COMPANY_FORM = re.compile(
    r",? (?:Ltd|Limited|LLC|Inc|GmbH|KG|SARL|S\.L\.|S\.A\.|S\.p\.A\.|S\.r\.l\.|B\.V\.|Tbk|Shop|Store|Team)(?!\w)"
)


def _is_name_word(word: str, count: int, *, sure: bool, lower_too: bool, particle: bool) -> bool:
    lower = word.lower()
    bare = _POSSESSIVE.sub("", lower)
    stem = _CONTRACTION.sub("", lower)
    if {lower, bare, stem} & listed("not_names") or (not count and _is_abbreviation(word)):
        return False
    if word[0].isupper():
        if not count:
            return (sure and len(word) > 1) or is_given(bare)
        return particle or not _is_common(lower) or is_given(bare)
    if not lower_too or _is_common(lower) or len(bare) < 3:
        return False
    if bare in listed_in("vi", "given"):  # nearly all of them are words besides
        return False
    return is_given(bare) if not count else is_given(bare) or bare in listed("surnames")


def _is_abbreviation(word: str) -> bool:
    return len(word) > 1 and word.isupper() and not is_given(word.lower())


def _is_common(lower: str) -> bool:
    return lower in WORDS and lower not in listed("surnames")


_BEFORE = re.compile(
    r"(?<![\w.-])[A-ZÀ-ÝĀ-ŽĐА-ЯЁ\u1ea0-\u1ef9][^\W\d_]+(?: [A-ZÀ-ÝĀ-ŽĐА-ЯЁ\u1ea0-\u1ef9][^\W\d_]+){0,2}[ ]$"
)


def cased_before(text: str, end: int) -> Span | None:
    """Capitalised words right before a place, without those that are no names."""
    found = _BEFORE.search(text[max(0, end - 48) : end])
    if found is None:
        return None
    offset = max(0, end - 48)
    kept: Span | None = None
    for token in reversed(list(_TOKEN.finditer(found[0]))):
        if token[0].lower() in listed("not_names") | listed("titles") | listed("greetings"):
            break
        kept = (offset + found.start() + token.start(), end - 1)
    return kept


_ARABIC = re.compile("[\u0621-\u064a\u064b-\u0652\u0670-\u06d3]{2,}")


def arabic_name(text: str, start: int, *, sure: bool) -> Span | None:
    """An Arabic name, up to four words; the first a frequent one unless `sure`."""
    place, end, count = start, start, 0
    while count < 4:
        token = _ARABIC.match(text, place)
        if token is None or token[0] in listed("not_names"):
            break
        known = token[0] in listed("given") or token[0] in listed("surnames")
        if not count and not known and (not sure or token[0].startswith(("ال", "و"))):
            break
        if count and not known and token[0] not in _ARABIC_LINKS:
            after = _ARABIC.match(text, token.end() + 1)
            goes_on = after and (after[0] in listed("given") or after[0] in listed("surnames"))
            if not (sure and (goes_on or (token[0].startswith("ال") and len(token[0]) > 4))):
                break
        if token[0] not in _ARABIC_LINKS:
            end = token.end()
        count += 1
        place = token.end()
        if text[place : place + 1] != " ":
            break
        place += 1
    return (start, end) if end > start else None


_ARABIC_LINKS = frozenset({"بن", "بنت", "ابن", "أبو", "ابو", "أم", "ام", "آل", "عبد"})

_KOREAN = re.compile("[가-힣]{2,12}")
_KOREAN_END = re.compile(
    "(?:입니다|이에요|예요|이예요|인데요|인데|이고요|이고|이라고|라고|이구요|이며|님|씨|으로|로|이랑|한테|께서|께|이요|이랍니다"
    "|은|는|이|가|을|를|의|과|와|에게|고객|요|앞|명의|드림|올림|인가요|이었|였)"
)


@cache
def _korean_surname() -> re.Pattern[str]:
    return re.compile(alternatives(listed_in("ko", "surnames")))


def korean_name(text: str, start: int, *, sure: bool) -> Span | None:
    """A Korean name: a family name and one or two syllables, particles apart."""
    run = _KOREAN.match(text, start)
    family = _korean_surname().match(text, start)
    if run is None:
        return None
    if family is None:
        return None
    if text.startswith(("이에", "입니", "이라", "라고", "예요", "인데"), family.end()):
        return None
    for size in (2, 1, 3):
        end = family.end() + size
        if end > run.end():
            continue
        name = text[family.end() : end]
        whole = end == run.end() or _KOREAN_END.match(text, end)
        known = name in listed_in("ko", "given")
        if text[start:end] in listed("not_names"):
            return None
        if whole and (known or (sure and size == 2)):
            return start, end
    return None


def korean_before(text: str, end: int) -> Span | None:
    """A Korean name right before a place, a space between allowed."""
    place = end - 1 if text[end - 1 : end] == " " else end
    begin = place
    while begin > 0 and "가" <= text[begin - 1] <= "힣" and place - begin < 6:
        begin -= 1
    name = text[begin:place]
    if not 1 <= len(name) <= 4 or name in listed("not_names"):
        return None
    family = _korean_surname().match(name)
    if family is None:
        return None
    given = name[family.end() :]
    if not given:
        return (begin, place) if place < end else None
    is_common = any(name.startswith(word) or word in name for word in _long_not_names())
    if len(given) == 2 or given in listed_in("ko", "given"):
        return None if is_common and given not in listed_in("ko", "given") else (begin, place)
    return None


@cache
def _long_not_names() -> tuple[str, ...]:
    return tuple(word for word in listed_in("ko", "not_names") if len(word) >= 2)
