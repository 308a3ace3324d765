"""Measure how banned wording is recognised when it is written so as to hide it.

    python benchmarks/evasion.py [--data ../shared/data] [--phrases 20] [--seed 1] [--show]

For each trick and each family of scripts that it applies to, strong phrases of the built-in
lexicons are drawn, spelt out by rule, disguised, and looked for with `find_hits`; a phrase counts
as caught when its label is kept. The tricks are written apart from the tables that undo them: from
Unicode's names and confusables, pypinyin and OpenCC (pip install confusable-homoglyphs==3.3.1
pypinyin==0.55.0 opencc-python-reimplemented==0.1.7).

With --data: hits on the clean agent turns of authored/*/conversations.jsonl, on the clean items of
banned.jsonl and on the JDDC agent turns that only the second tier has. None are wanted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from cs_qa.phrases.lexicon import Hit, find_hits, load_built_in
from cs_qa.text.disguise import readings
from cs_qa.text.normalise import normalise

WANTED = 14 / 15
FAMILIES = {
    "Latin": ("en", "es", "pt", "fr", "de", "it", "nl", "pl", "tr", "vi", "id"),
    "Cyrillic": ("ru",),
    "Arabic": ("ar",),
    "Han": ("zh",),
    "kana": ("ja",),
    "Hangul": ("ko",),
    "Thai": ("th",),
}
EVERY = tuple(FAMILIES)
SPACED = ("Latin", "Cyrillic", "Arabic", "Hangul")
EMOJI = "😀🙂😂🤣😉🔥💀✨❤⭐"
Disguise = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Phrase:
    """A phrase of a lexicon as an agent would write it, and what it is flagged for."""

    text: str
    label: str
    language: str


@dataclass(frozen=True)
class Trick:
    """A way to hide a phrase, and the families of scripts that it applies to."""

    name: str
    families: tuple[str, ...]
    disguise: Disguise


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--phrases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="list what is missed")
    options = parser.parse_args()
    random_ = random.Random(options.seed)
    print(f"{options.phrases} phrases each; caught by the first tier / by both\n")
    short = 0
    for trick in TRICKS:
        cells = []
        for family in trick.families:
            phrases = draw(family, options.phrases, random_)
            first, both = measure(trick, phrases, random_, show=options.show)
            short += both < WANTED
            mark = " " if both >= WANTED else "!"
            cells.append(f"{family} {first:.2f} / {both:.2f}{mark}")
        print(f"{trick.name:28} {'  '.join(cells)}")
    first, both = share_of_abbreviations(show=options.show)
    short += both < WANTED
    print(f"{'chat abbreviations':28} all languages {first:.2f} / {both:.2f}")
    print(f"\n{short} under {WANTED:.3f}")
    if options.data:
        report_clean(options.data, show=options.show)


def measure(
    trick: Trick, phrases: list[Phrase], random_: random.Random, *, show: bool
) -> tuple[float, float]:
    caught = [0, 0]
    for phrase in phrases:
        text = trick.disguise(phrase.text, random_)
        hits = [hit for hit in hits_in(text, phrase.language) if hit.guard is None]
        plain = any(hit.label == phrase.label and not hit.suspected for hit in hits)
        found = plain or any(hit.label == phrase.label for hit in hits)
        caught[0] += plain
        caught[1] += found
        if show and not found:
            print(f"    {trick.name}: {phrase.language} {phrase.text!r} as {text!r}")
    return caught[0] / len(phrases), caught[1] / len(phrases)


def hits_in(text: str, language: str) -> list[Hit]:
    return find_hits(text, language=language, conversation_language=language)


def draw(family: str, count: int, random_: random.Random, *, attempts: int = 400) -> list[Phrase]:
    """Draw phrases of a family, no two from one entry, that are found as they are."""
    pool = [entry for language in FAMILIES[family] for entry in entries(language)]
    random_.shuffle(pool)
    drawn: list[Phrase] = []
    for language, label, source in pool[: attempts * 4]:
        text = spelt_out(source, random_)
        letters = sum(map(str.isalpha, text or ""))
        if text and letters >= (3 if family in ("Han", "kana") else 5):
            hits = hits_in(text, language)
            if any(hit.label == label and hit.stands for hit in hits):
                drawn.append(Phrase(text, label, language))
        if len(drawn) == count:
            break
    return drawn


@cache
def entries(language: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (language, group.label, phrase)
        for group in load_built_in()[language].groups
        if group.strength == "strong"
        for phrase in group.phrases
    )


def spelt_out(source: str, random_: random.Random) -> str | None:
    """A phrase without its operators; None where it has a gap."""
    text = re.sub(r"\(([^()]*)\)", lambda m: random_.choice(m[1].split("|")), source)
    text = text.strip("* ")
    return None if "*" in text else re.sub(" +", " ", text)


# --- tricks ---------------------------------------------------------------------------------------


def mixed_case(text: str, random_: random.Random) -> str:
    return "".join(random_.choice((c.upper(), c.lower())) for c in text)


def zero_width(text: str, random_: random.Random) -> str:
    signs = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
    return "".join(c + random_.choice(signs) * (random_.random() < 0.5) for c in text)


def full_width(text: str, _: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def half_width_kana(text: str, _: random.Random) -> str:
    return "".join(half_width_forms().get(katakana(c), c) for c in text)


def between_letters(separator: str) -> Disguise:
    def disguise(text: str, random_: random.Random) -> str:
        return join(text, lambda: separator or random_.choice(EMOJI))

    return disguise


def join(text: str, separator: Callable[[], str]) -> str:
    """Put a separator between the letters of each word; words stay apart by three spaces."""
    return "   ".join(
        "".join(
            letter + (separator() if place < len(letters) - 1 else "")
            for place, letter in enumerate(letters)
        )
        for letters in map(graphemes, text.split(" "))
    )


def everywhere(separator: str) -> Disguise:
    """The separator between all characters, spaces too, as a one-line script does it."""
    return lambda text, _: separator.join(graphemes(text))


def graphemes(word: str) -> list[str]:
    found: list[str] = []
    for character in word:
        if found and unicodedata.category(character) in ("Mn", "Mc"):
            found[-1] += character
        else:
            found.append(character)
    return found


def combining_marks(text: str, random_: random.Random) -> str:
    return "".join(
        c + "".join(chr(random_.randrange(0x300, 0x370)) for _ in range(random_.randrange(3)))
        if c.isalpha()
        else c
        for c in text
    )


def strike_through(text: str, _: random.Random) -> str:
    return "".join(c + "\u0336" for c in text)


def homoglyphs(text: str, random_: random.Random) -> str:
    """Half the letters by a look-alike of another script, as Unicode lists them."""
    return "".join(
        random_.choice(look_alikes()[c]) if c in look_alikes() and random_.random() < 0.5 else c
        for c in text
    )


def other_scripts(scripts: tuple[str, ...]) -> Disguise:
    """Every letter that has a look-alike in one of those scripts."""

    def disguise(text: str, random_: random.Random) -> str:
        def swap(character: str) -> str:
            found = [c for c in look_alikes().get(character, "") if script_of(c) in scripts]
            return random_.choice(found) if found and random_.random() < 0.7 else character

        return "".join(map(swap, text))

    return disguise


def compatibility_ideographs(text: str, random_: random.Random) -> str:
    forms = compatibility_forms()
    return "".join(random_.choice(forms[c]) if c in forms else c for c in text)


def persian_letters(text: str, _: random.Random) -> str:
    return text.translate(str.maketrans("يكهى", "یکہی"))


def other_kana(text: str, random_: random.Random) -> str:
    return "".join(random_.choice((katakana(c), hiragana(c))) for c in text)


def all_katakana(text: str, _: random.Random) -> str:
    return "".join(map(katakana, text))


def katakana(character: str) -> str:
    return chr(ord(character) + 0x60) if "ぁ" <= character <= "ゖ" else character


def hiragana(character: str) -> str:
    return chr(ord(character) - 0x60) if "ァ" <= character <= "ヶ" else character


def conjoining_jamo(text: str, _: random.Random) -> str:
    return unicodedata.normalize("NFD", text)


def compatibility_jamo(text: str, _: random.Random) -> str:
    """Each syllable as the letters of a keyboard."""

    def letter(jamo: str) -> str:
        name = unicodedata.name(jamo, "")
        found = re.fullmatch(r"HANGUL (?:CHOSEONG|JUNGSEONG|JONGSEONG) (.+)", name)
        return unicodedata.lookup(f"HANGUL LETTER {found[1]}") if found else jamo

    return "".join(map(letter, unicodedata.normalize("NFD", text)))


LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7+", "b": "8", "g": "9"}
LEET |= {"l": "1", "а": "4@", "е": "3", "о": "0", "з": "3", "ч": "4", "б": "6", "в": "8", "с": "$"}


def leet(text: str, random_: random.Random) -> str:
    """Half of the letters that have a sign; a "!" at the end of a word would be a "!"."""
    words = re.split("( )", text)
    return "".join(
        "".join(
            random_.choice(LEET[c].strip("!") if place == len(word) - 1 else LEET[c])
            if c in LEET and random_.random() < 0.5
            else c
            for place, c in enumerate(word)
        )
        for word in words
    )


def stretched(text: str, random_: random.Random) -> str:
    """One or two letters, three to six times."""
    letters = graphemes(text)
    places = [place for place, letter in enumerate(letters) if letter.isalpha()]
    for place in random_.sample(places, min(len(places), random_.randint(1, 2))):
        letters[place] = letters[place] * random_.randint(3, 6)
    return "".join(letters)


def last_stretched(text: str, random_: random.Random) -> str:
    letters = graphemes(text)
    last = max(place for place, letter in enumerate(letters) if letter[0].isalpha())
    letters[last] += letters[last][-1] * random_.randint(3, 6)
    return "".join(letters)


def simplified_or_traditional(text: str, random_: random.Random) -> str:
    to_simplified, to_traditional = converters()
    return "".join(random_.choice((to_simplified, to_traditional))(c) for c in text)


def pinyin(style: str) -> Disguise:
    def disguise(text: str, _: random.Random) -> str:
        from pypinyin import Style, lazy_pinyin

        toned = {"tones": Style.TONE, "numbers": Style.TONE3}.get(style, Style.NORMAL)
        syllables = lazy_pinyin(text, style=toned)
        joined = ("" if style == "glued" else " ").join(syllables)
        return re.sub(r" (?=[,.?!，。？！])", "", joined)

    return disguise


def homophones(text: str, random_: random.Random) -> str:
    """One character in three by another one with the same sound."""
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if len(same_sound(letter)) > 1]
    for place in random_.sample(places, min(len(places), max(1, len(letters) // 3))):
        letters[place] = random_.choice(same_sound(letters[place]))
    return "".join(letters)


def styled(*names: str) -> Disguise:
    """Letters by Unicode name, such as "MATHEMATICAL SCRIPT {case} {letter}"."""

    def disguise(text: str, random_: random.Random) -> str:
        name = random_.choice(names)
        return "".join(styled_letter(name, c) or c for c in text)

    return disguise


def styled_letter(pattern: str, character: str) -> str | None:
    if not ("a" <= character.lower() <= "z"):
        return None
    case = "CAPITAL" if character.isupper() else "SMALL"
    for each in (case, "SMALL", "CAPITAL"):
        try:
            return unicodedata.lookup(pattern.format(case=each, letter=character.upper()))
        except KeyError:
            continue
    return None


def regional_indicators(text: str, random_: random.Random) -> str:
    separator = random_.choice((" ", "\u200b"))
    return join(re.sub("[A-Za-z]", _regional, text), lambda: separator)


def _regional(letter: re.Match[str]) -> str:
    return chr(0x1F1E6 + ord(letter[0].lower()) - ord("a"))


UPSIDE_DOWN = dict(zip("abcdefghijklmnpqrtuvwy", "ɐqɔpǝɟƃɥᴉɾʞlɯudbɹʇnʌʍʎ", strict=True))


def upside_down(text: str, _: random.Random) -> str:
    return "".join(UPSIDE_DOWN.get(c.lower(), c) for c in text)


def line_breaks(text: str, random_: random.Random) -> str:
    """A line break inside each word of five letters or more, or inside the phrase."""

    def broken(word: str) -> str:
        letters = graphemes(word)
        if len(letters) < 4:
            return word
        place = random_.randint(1, len(letters) - 1)
        return "".join(letters[:place]) + "\n" + "".join(letters[place:])

    return " ".join(map(broken, text.split(" ")))


def entities(form: str) -> Disguise:
    return lambda text, _: "".join(form.format(ord(c)) if c != " " else c for c in text)


# --- what the tricks draw from --------------------------------------------------------------------


@cache
def look_alikes() -> dict[str, str]:
    """For each letter, the look-alikes of other scripts and styles that Unicode lists."""
    source = resources.files("confusable_homoglyphs") / "confusables.json"
    found: dict[str, set[str]] = defaultdict(set)
    for character, others in json.loads(source.read_text(encoding="utf-8")).items():
        for other in (each["c"] for each in others):
            if len(character) == len(other) == 1 and is_usable(character) and is_usable(other):
                found[character].add(other)
    for character, others in list(found.items()):
        for other in list(others):  # two letters with one prototype look alike too
            found[character] |= found.get(other, set()) - {character}
    return {character: "".join(sorted(others)) for character, others in found.items()}


def is_usable(character: str) -> bool:
    """Letters of left-to-right scripts: others would not be seen where they are written."""
    return character.isalpha() and unicodedata.bidirectional(character) == "L"


def script_of(character: str) -> str:
    return unicodedata.name(character, "?").split(" ")[0]


@cache
def compatibility_forms() -> dict[str, list[str]]:
    forms: dict[str, list[str]] = defaultdict(list)
    for number in (*range(0x2E80, 0x2FD6), *range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E)):
        folded = unicodedata.normalize("NFKC", chr(number))
        if folded != chr(number):
            forms[folded].append(chr(number))
    return dict(forms)


@cache
def half_width_forms() -> dict[str, str]:
    marks = {"\u3099": "ﾞ", "\u309a": "ﾟ"}
    forms = {unicodedata.normalize("NFKC", chr(n)): chr(n) for n in range(0xFF66, 0xFF9E)}
    for letter in map(chr, range(0x30A1, 0x30FB)):
        base, *mark = unicodedata.normalize("NFD", letter)
        if mark and base in forms:
            forms[letter] = forms[base] + marks[mark[0]]
    return forms


@cache
def converters() -> tuple[Callable[[str], str], Callable[[str], str]]:
    from opencc import OpenCC

    return OpenCC("t2s").convert, OpenCC("s2t").convert


@cache
def sounds() -> dict[str, list[str]]:
    from pypinyin import lazy_pinyin

    by_sound: dict[str, list[str]] = defaultdict(list)
    for number in range(0x4E00, 0x9FA6):
        character = chr(number)
        try:
            level_one = character.encode("gb2312")[0] < 0xD8
        except UnicodeEncodeError:
            continue
        if level_one:
            by_sound[lazy_pinyin(character)[0]].append(character)
    return by_sound


def same_sound(character: str) -> list[str]:
    from pypinyin import lazy_pinyin

    return [c for c in sounds().get(lazy_pinyin(character)[0], []) if c != character]


ABBREVIATIONS = (
    ("en", "idk", "i don't know"), ("en", "idc", "i don't care"), ("en", "nmp", "not my problem"),
    ("en", "nmj", "not my job"), ("en", "stfu", "shut the fuck up"), ("en", "fu", "fuck you"),
    ("en", "gtfo", "get the fuck out"), ("fr", "jsp", "je ne sais pas"), ("fr", "tg", "ta gueule"),
    ("fr", "osef", "on s'en fout"), ("fr", "jmf", "je m'en fous"), ("de", "ka", "keine ahnung"),
    ("de", "kp", "kein plan"), ("de", "hdf", "halt die fresse"), ("es", "nse", "no sé"),
    ("es", "npi", "ni puta idea"), ("es", "hdp", "hijo de puta"), ("pt", "sla", "sei lá"),
    ("pt", "nsei", "não sei"), ("pt", "vsf", "vai se foder"), ("it", "nnso", "non so"),
    ("it", "vff", "vaffanculo"), ("nl", "nmp", "niet mijn probleem"), ("nl", "gvd", "godverdomme"),
    ("pl", "nwm", "nie wiem"), ("pl", "spd", "spierdalaj"), ("ru", "хз", "не знаю"),
    ("ru", "пнх", "пошел нахуй"), ("tr", "banane", "bana ne"), ("tr", "bilmiyom", "bilmiyorum"),
    ("tr", "slk", "salak"), ("id", "gtw", "gak tau"), ("id", "bct", "bacot"),
    ("id", "gblk", "goblok"), ("vi", "kb", "không biết"), ("vi", "kbt", "không biết"),
    ("ar", "مادري", "ما أدري"), ("ar", "مدري", "ما أدري"), ("ko", "ㅁㄹㅇ", "몰라요"),
    ("ko", "ㄷㅊ", "닥쳐"), ("ko", "ㅂㅅ", "병신"), ("ko", "ㄲㅈ", "꺼져"), ("ja", "氏ね", "死ね"),
    ("ja", "ggrks", "ググれカス"), ("th", "ไม่รุ", "ไม่รู้"), ("th", "ม่ายรู้", "ไม่รู้"),
    ("zh", "bzd", "不知道"), ("zh", "bqc", "不清楚"), ("zh", "nxzy？", "你想怎样？"),
    ("zh", "gwps", "关我屁事"), ("zh", "gnps", "关你屁事"), ("zh", "wzmzd", "我怎么知道"),
    ("zh", "sb", "傻逼"), ("zh", "tmd", "他妈的"), ("zh", "sjb", "神经病"), ("zh", "cnm", "操你妈"),
)  # fmt: skip


def share_of_abbreviations(*, show: bool) -> tuple[float, float]:
    """Of those whose spelt-out phrase the lexicons know."""
    known = first = both = 0
    for language, text, phrase in ABBREVIATIONS:
        labels = {hit.label for hit in hits_in(phrase, language) if hit.stands}
        if not labels:
            if show:
                print(f"    chat abbreviation: no lexicon has {language} {phrase!r}")
            continue
        found = [h for h in hits_in(text, language) if h.guard is None and h.label in labels]
        known += 1
        first += any(not hit.suspected for hit in found)
        both += bool(found)
        if show and not found:
            print(f"    chat abbreviation: {language} {text}")
    return first / known, both / known


MATHEMATICAL = tuple(
    f"MATHEMATICAL {style} {{case}} {{letter}}"
    for style in (
        "BOLD",
        "BOLD ITALIC",
        "BOLD SCRIPT",
        "BOLD FRAKTUR",
        "DOUBLE-STRUCK",
        "MONOSPACE",
    )
)
TRICKS = (
    Trick("mixed case", ("Latin", "Cyrillic"), mixed_case),
    Trick("zero-width characters", EVERY, zero_width),
    Trick("full-width forms", ("Latin",), full_width),
    Trick("half-width kana", ("kana",), half_width_kana),
    Trick("spaces between letters", EVERY, between_letters(" ")),
    Trick("dots between letters", EVERY, between_letters(".")),
    Trick("hyphens between letters", EVERY, between_letters("-")),
    Trick("asterisks between letters", EVERY, between_letters("*")),
    Trick("underscores between letters", EVERY, between_letters("_")),
    Trick("slashes between letters", EVERY, between_letters("/")),
    Trick("emoji between letters", EVERY, between_letters("")),
    Trick("dots between all characters", EVERY, everywhere(".")),
    Trick("spaces between all", EVERY, everywhere(" ")),
    Trick("combining marks", EVERY, combining_marks),
    Trick("struck through", EVERY, strike_through),
    Trick("homoglyphs (Unicode)", ("Latin", "Cyrillic"), homoglyphs),
    Trick("Cyrillic letters in it", ("Latin",), other_scripts(("CYRILLIC",))),
    Trick("Greek letters in it", ("Latin",), other_scripts(("GREEK",))),
    Trick("Latin letters in it", ("Cyrillic",), other_scripts(("LATIN",))),
    Trick("Persian letters", ("Arabic",), persian_letters),
    Trick("hiragana and katakana", ("kana",), other_kana),
    Trick("all katakana", ("kana",), all_katakana),
    Trick("conjoining jamo", ("Hangul",), conjoining_jamo),
    Trick("compatibility jamo", ("Hangul",), compatibility_jamo),
    Trick("compatibility ideographs", ("Han", "kana"), compatibility_ideographs),
    Trick("leetspeak", ("Latin", "Cyrillic"), leet),
    Trick("stretched letters", EVERY, stretched),
    Trick("last letter stretched", EVERY, last_stretched),
    Trick("Simplified and Traditional", ("Han", "kana"), simplified_or_traditional),
    Trick("pinyin", ("Han",), pinyin("spaced")),
    Trick("pinyin, glued", ("Han",), pinyin("glued")),
    Trick("pinyin with tones", ("Han",), pinyin("tones")),
    Trick("pinyin with tone numbers", ("Han",), pinyin("numbers")),
    Trick("homophones", ("Han",), homophones),
    Trick("mathematical letters", ("Latin",), styled(*MATHEMATICAL)),
    Trick("circled letters", ("Latin",), styled("CIRCLED LATIN {case} LETTER {letter}")),
    Trick("negative circled", ("Latin",), styled("NEGATIVE CIRCLED LATIN {case} LETTER {letter}")),
    Trick("squared", ("Latin",), styled("SQUARED LATIN {case} LETTER {letter}")),
    Trick("negative squared", ("Latin",), styled("NEGATIVE SQUARED LATIN {case} LETTER {letter}")),
    Trick("small capitals", ("Latin",), styled("LATIN LETTER SMALL {case} {letter}")),
    Trick("superscript", ("Latin",), styled("MODIFIER LETTER SMALL {letter}")),
    Trick("parenthesised", ("Latin",), styled("PARENTHESIZED LATIN {case} LETTER {letter}")),
    Trick("regional indicators", ("Latin",), regional_indicators),
    Trick("upside-down letters", ("Latin",), upside_down),
    Trick("line breaks inside words", EVERY, line_breaks),
    Trick("HTML entities, decimal", EVERY, entities("&#{};")),
    Trick("HTML entities, hexadecimal", EVERY, entities("&#x{:x};")),
)

# --- clean text -----------------------------------------------------------------------------------


def report_clean(data: Path, *, show: bool) -> None:
    for name, texts in clean_texts(data).items():
        if not texts:
            print(f"{name}: no data under {data}")
            continue
        for text, _ in texts[:200]:
            readings(text, normalise(text))  # tables and automata are built on first use
        started = time.perf_counter()
        read = sum(bool(readings(text, normalise(text))) for text, _ in texts)
        rate = len(texts) / (time.perf_counter() - started)
        found = [
            (text, hit)
            for text, language in texts
            for hit in hits_in(text, language)
            if hit.suspected and hit.guard is None
        ]
        print(
            f"{name}: {len(texts)} texts, {len(found)} suspected hits; {read} read anew, "
            f"{rate:,.0f} texts a second normalised and looked at"
        )
        for text, hit in found if show else ():
            print(f"    {hit.label} {hit.phrase!r} {text[hit.start : hit.end]!r} in {text!r}")


def clean_texts(data: Path) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {
        "clean agent turns": [], "customer turns": [], "clean hard cases": [], "JDDC": []
    }  # fmt: skip
    for language in sorted(load_built_in()):
        folder = data / "authored" / language
        for row in rows(folder / "conversations.jsonl"):
            for turn in row["turns"]:
                if turn["role"] == "agent" and not turn["banned"]:
                    found["clean agent turns"].append((turn["text"], language))
                elif turn["role"] == "customer":
                    found["customer turns"].append((turn["text"], language))
        for row in rows(folder / "banned.jsonl"):
            if not row["labels"]:
                found["clean hard cases"].append((row["text"], language))
    path = data / "cs_jddc_raw" / "jddc_sample.jsonl.gz"
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            turns = (turn for line in lines for turn in json.loads(line)["turns"])
            found["JDDC"] += [(t["text"], "zh") for t in turns if t["role"] == "agent"]
    return found


def rows(path: Path) -> Iterator[dict]:
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


if __name__ == "__main__":
    main()
