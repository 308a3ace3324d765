"""Which letters a language writes: enough to see that a text was decoded wrongly."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["plausibility", "reads_as_utf8"]

_SAMPLE_CHARS = 4_000
_LATIN = {
    "cs": "áčďéěíňóřšťúůýž",
    "da": "æøåéü",
    "de": "äöüß",
    "en": "éèêëïçñ",
    "es": "áéíñóúü¿¡ºª",
    "et": "äöüõšž",
    "fi": "äöåšž",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "é",
    "is": "áæéíðóöúýþ",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "nl": "áéëèïíóöúü",
    "no": "æøåéòó",
    "pl": "ąćęłńóśźż",
    "pt": "áâãàçéêíóôõúüºª",
    "ro": "ăâîşţșț",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čćđšž",
    "sv": "åäöé",
    "tr": "çğıİöşüâîû",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    "\u0300\u0301\u0303\u0309\u0323",
}
_SCRIPTS = {
    "ar": "\u0600-\u06ff",
    "be": "\u0401\u0406\u040e\u0410-\u044f\u0451\u0456\u045e",
    "bg": "\u0410-\u044f",
    "el": "\u0386-\u03ce",
    "fa": "\u0600-\u06ff",
    "he": "\u05b0-\u05f4",
    "ja": "\u3040-\u30ff\u4e00-\u9fff",
    "ko": "\uac00-\ud7a3",
    "mk": "\u0403\u0405\u0408-\u040a\u040c\u040f-\u0448\u0453\u0455\u0458-\u045a\u045c\u045f",
    "ru": "\u0401\u0410-\u044f\u0451",
    "sr": "\u0402\u0408-\u040b\u040f\u0410-\u0448\u0452\u0458-\u045b\u045f",
    "th": "\u0e01-\u0e5b",
    "uk": "\u0404\u0406\u0407\u0410-\u044f\u0454\u0456\u0457\u0490\u0491",
    "zh": "\u4e00-\u9fff",
}
_MARKS = "“”„‘’‚«»‹›–—…•·€£°©®™×§²½~～！？。，、；：（）【】《》「」『』〜ー・％￥\u00a0\u3000"
_EXPECTED = {
    language: re.compile(f"[{re.escape(letters + letters.upper() + _MARKS)}]")
    for language, letters in _LATIN.items()
} | {
    language: re.compile(f"[{letters}{re.escape(_MARKS)}]")
    for language, letters in _SCRIPTS.items()
}
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Controls and private characters; the line drawings of DOS, which text in Chinese has, too.
_GARBAGE = re.compile("[\x80-\x9f\ue000-\uf8ff\ufffd]")
_NARROW_GARBAGE = re.compile("[\x80-\x9f\u2500-\u259f\ue000-\uf8ff\ufffd]")
_STRAY_SHARE = 0.01
# A text in a language that we do not know may be right all the same.
_FLOOR = 0.25
# One such letter may as well be a Spanish mark and the letter after it.
_MIN_WIDE = 2
# What counts less than the letters of the language that we see ourselves: those of another that may
# be meant, and those of several, since an export may hold conversations in many.
_OTHER = 0.95
_MIXED = 0.9
_MIXTURES = {
    "western": re.compile(
        f"[äöüßéèêëïçñáíóúàâæîôœùûÿìòãõåø{re.escape(_MARKS)}¿¡ºª]", re.IGNORECASE
    ),
    "wide": re.compile(f"[{''.join(_SCRIPTS.values())}\u00c0-\u017f\uff21-\uff9f]"),
}
_WORD = re.compile(r"[^\W\d_]+")
_PLAIN_LETTER = re.compile("[A-Za-z\u1ea0-\u1ef9]")
_LATIN_LETTERS = re.compile(
    "[A-Za-z\u00c0-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1ea0-\u1ef9]+"
)
_COMMON_SIGNS = re.compile("[\x00-\x7f\xa0-\xbf×÷\u02b0-\u036f\u0590-\u06ff\u0800-\U0010ffff]*")


def plausibility(text: str, *, language: str = "", mixture: str = "") -> float:
    """Tell how well the characters beyond ASCII fit the language that a text seems to be in.

    `language` is another that it may be in, `mixture` what it may be in several of: "western"
    languages or, in the sets of East Asia, scripts ("wide"); the best fit counts. From 0.25 to
    1.25; 0 where there are more than stray controls, private characters or, unless "wide", line
    drawings.
    """
    from cs_qa.text.language import detect_language

    is_wide = mixture == "wide"
    beyond = _BEYOND_ASCII.findall(text)
    strays = len((_GARBAGE if is_wide else _NARROW_GARBAGE).findall(text))
    # Emoji and signs tell nothing of the sets of East Asia, which may have them all.
    counted = [char for char in beyond[:_SAMPLE_CHARS] if not is_wide or char.isalpha()]
    if strays > _STRAY_SHARE * len(beyond):
        return 0.0
    if is_wide and len(counted) < _MIN_WIDE:
        return _FLOOR
    alphabets = (
        (1.0, _EXPECTED.get(detect_language(text[:_SAMPLE_CHARS]))),
        (_OTHER, _EXPECTED.get(language)),
        (_MIXED, _MIXTURES.get(mixture)),
    )
    return _FLOOR + max(weight * _share(letters, counted) for weight, letters in alphabets)


def _share(letters: re.Pattern[str] | None, chars: Sequence[str]) -> float:
    if letters is None:
        return 0.0
    return sum(letters.match(char) is not None for char in chars) / max(1, len(chars))


def reads_as_utf8(text: str) -> bool:
    """Whether the characters of a text that decoded as UTF-8 are those of one.

    A pair of bytes that is a Chinese character in GBK may be a rare letter in UTF-8: two of them
    are seldom of one script. A lone letter is believed, UTF-8 being so much the commoner.

    >>> [reads_as_utf8(text) for text in ("café", "Где?", "图片", "图片".encode("gbk").decode())]
    [True, True, True, False]
    """
    signs = _WORD.sub("", text)
    return _COMMON_SIGNS.fullmatch(signs) is not None and all(map(_is_word, _WORD.findall(text)))


def _is_word(word: str) -> bool:
    if max(word) <= "\xbf" or max(word) >= "\u2e80":
        return True
    if _PLAIN_LETTER.search(word):
        return _LATIN_LETTERS.fullmatch(word) is not None
    is_of_one_script = ord(min(word)) >> 8 == ord(max(word)) >> 8 > 1
    return len(word) == 1 or max(word) >= "\u0800" or is_of_one_script
