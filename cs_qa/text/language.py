"""Which language a message is in: script first, then common words and letter statistics.

Short messages ("ok", "sim") lean on the language of their conversation; a message that is truly
in another language is still found, since clear evidence outweighs that prior. A message that is
more likely in a language outside `LANGUAGES` has none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from cs_qa.text._common_words import DIACRITICS, INTERNATIONAL, WORDS
from cs_qa.text._engines import Engine, load
from cs_qa.text._letters import FOREIGN, LATIN

__all__ = ["LANGUAGES", "UNDETERMINED", "conversation_languages", "detect_language"]

LANGUAGES = (
    "ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr",
    "vi", "zh",
)  # fmt: skip
UNDETERMINED = "und"

_MAX_LENGTH = 2_000
_NOT_TEXT = re.compile(
    r"https?://[^\s\u2e80-\uffff]{1,2000}|www\.[^\s\u2e80-\uffff]{1,2000}"
    r"|[\w.+*-]{1,64}@[\w*-]{1,63}(?:\.[\w-]{1,63}){0,8}"
    r"|\[[^\[\]\s]{1,24}\]|<[A-Za-z_/]{1,24}(?:_\d{1,6})?>|#[A-Z_]{2,24}#|\{\{?[^{}]{1,40}\}\}?"
)
_NOT_TEXT_SIGN = re.compile(r"[@\[<#{:]|www\.")
_CODE = re.compile(r"[A-Za-z0-9*_/#.-]+")
_DIGIT = re.compile("[0-9]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_BEYOND_LATIN = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\U0010ffff]")
_KANA = re.compile(
    "[\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\uff66-\uff9d]"
)
_HAN = re.compile("[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
# What one character of a script weighs against one Latin letter: a Han character is a word.
_SCRIPTS = {
    "ko": (re.compile("[\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e\uffa1-\uffdc]"), 2.5),
    "th": (re.compile("[\u0e01-\u0e4e]"), 1.0),
    "ar": (re.compile("[\u0620-\u064a\u0671-\u06d3\u06fa-\u06ff\ufb50-\ufdfb\ufe70-\ufefc]"), 1.2),
    "ru": (re.compile("[\u0400-\u04ff]"), 1.0),
}
_HAN_WEIGHT = 3.0
_OTHER_LETTER = re.compile(r"[^\W\d_]")
# Scripts that many languages write: the script's name, and its words.
_SHARED_SCRIPTS = {
    "ru": ("cyrillic", re.compile("[\u0400-\u04ff]+")),
    "ar": ("arabic", re.compile("[\u0620-\u064a\u0671-\u06d3\u06fa-\u06ff]+")),
}
# Characters that only one of the two languages writes.
_CHINESE = re.compile(
    "[吗嗎你您们您這这么吧呢啊哦嗯嘛啦喔给让讓说說谢哪啥怎很沒她咱请货发为时间问过还进对应单换图个东车贵"
    "详钱买卖订见码]"
)
_JAPANESE = re.compile("[々〒払込対応円発売図気駅価総続単検験様権済経戻弁]")
# Weights of the evidence, in natural logarithms of odds.
_WORD_WEIGHT = 2.0
_OWN_WORD_WEIGHT = 5.0
_DIACRITIC_WEIGHT = 0.8
_PRIOR_WEIGHT = 3.5
_MIN_MARGIN = 0.05
# Added to a probability before its logarithm: how far an engine can outvote the words. On one
# short word langdetect is as sure as on a page.
_FLOORS: Mapping[Engine, float] = {"fast": 0.01, "langdetect": 0.1}
# Letters from which an engine counts in full: "no" is a word of many languages, and how common it
# is in their newspapers says little of a chat.
_TRUSTED_LETTERS = 6
# By how much a foreign language must lead, in a text of that many letters or more: ours are by far
# the likelier ones, and a word or two prove little.
_FOREIGN_LEAD = 2.0
_ENOUGH_LETTERS = 60
_FOREIGN_FLOOR = 0.0003
# A conversation in another script borrows Latin words: names, brands, "ok".
_OTHER_SCRIPT = -1.0
_MORE_THAN_NAMES = 20


class _Guess(NamedTuple):
    language: str
    margin: float
    letters: int


def detect_language(text: str, *, prior: str | None = None, engine: Engine = "fast") -> str:
    """Tell the language of a message: one of `LANGUAGES`, or "und".

    `prior` is the language to expect, as a tag ("pt-BR" counts as "pt"); it decides what the
    message itself leaves open and is outweighed by evidence. Addresses, codes, numbers,
    emoji and placeholders are no text: with nothing else the answer is "und", prior or not.
    The same arguments always give the same answer, from any thread.

    >>> detect_language("Wo bleibt mein Paket?")
    'de'
    >>> detect_language("ok", prior="nl"), detect_language("12345")
    ('nl', 'und')
    """
    return _guess(text[:_MAX_LENGTH], _base_tag(prior), engine).language


def conversation_languages(
    texts: Sequence[str],
    *,
    declared: str | None = None,
    speakers: Sequence[str] | None = None,
    engine: Engine = "fast",
) -> list[str]:
    """Tell the language of each turn, with the rest of the conversation as context.

    `declared` is what the source says of the whole conversation, `speakers` names who wrote each
    turn (roles do): people keep to their language, so a turn leans on its writer's other turns
    first. One language (or "und") for each text.
    """
    who = list(speakers) if speakers is not None else [""] * len(texts)
    if len(who) != len(texts):
        raise ValueError(f"{len(who)} speakers for {len(texts)} texts: one for each is needed.")
    everyone: Counter[str] = Counter()
    votes: dict[str, Counter[str]] = {speaker: Counter() for speaker in who}
    for text, speaker in zip(texts, who, strict=True):
        guess = _guess(text[:_MAX_LENGTH], None, engine)
        weight = int(min(guess.letters, 100) * min(guess.margin, 4.0))
        if guess.language != UNDETERMINED or guess.margin > _MIN_MARGIN:  # a foreign language
            votes[speaker][guess.language] += 4 * weight
            everyone[guess.language] += weight
    if (base := _base_tag(declared)) is not None:
        everyone[base] += 100
    priors = {speaker: _leading(counts + everyone) for speaker, counts in votes.items()}
    return [
        _guess(text[:_MAX_LENGTH], priors[speaker], engine).language
        for text, speaker in zip(texts, who, strict=True)
    ]


def _leading(votes: Mapping[str, int]) -> str | None:
    return max(sorted(votes), key=votes.__getitem__, default=None)


def base_language(tag: str | None) -> str:
    """Give the language of a tag without region or script; "und" where there is no tag.

    >>> base_language("zh_TW")
    'zh'
    """
    return re.split("[-_]", tag.strip().lower())[0] if tag else UNDETERMINED


def _base_tag(tag: str | None) -> str | None:
    base = base_language(tag)
    return base if base in LANGUAGES else None


@lru_cache(maxsize=65_536)
def _guess(text: str, prior: str | None, engine: Engine) -> _Guess:
    visible = _NOT_TEXT.sub(" ", text) if _NOT_TEXT_SIGN.search(text) else text
    if _DIGIT.search(visible):
        visible = _CODE.sub(lambda run: " " if _DIGIT.search(run[0]) else run[0], visible)
    if not visible.isascii():
        visible = normalize("NFC", visible)
    words = _LATIN_WORD.findall(visible)
    latin = sum(map(len, words))
    if not _BEYOND_LATIN.search(visible):
        return _guess_latin(words, prior, engine) if latin else _Guess(UNDETERMINED, 0.0, 0)
    language, weight = _guess_script(visible, prior)
    if weight > latin * 0.5:
        if lead := _foreign_in_script(visible, language, prior, engine):
            return _Guess(UNDETERMINED, lead, int(weight))
        return _Guess(language, 4.0, int(weight))
    if latin > len(_OTHER_LETTER.findall(visible)) * 0.5:
        return _guess_latin(words, prior, engine)
    return _Guess(UNDETERMINED, 0.0, 0)


def _guess_script(text: str, prior: str | None) -> tuple[str, float]:
    """The language that a non-Latin script names, and its weight in Latin letters."""
    weights = {name: len(found.findall(text)) * each for name, (found, each) in _SCRIPTS.items()}
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    language = "ja" if _is_japanese(text, kana, han, prior) else "zh"
    weights[language] = han * _HAN_WEIGHT + kana * 2.0
    best = max(weights, key=weights.__getitem__)
    return best, weights[best]


def _is_japanese(text: str, kana: int, han: int, prior: str | None) -> bool:
    if _CHINESE.search(text):
        return kana > han
    return kana > 0 or prior == "ja" or (prior != "zh" and bool(_JAPANESE.search(text)))


def _foreign_in_script(text: str, language: str, prior: str | None, engine: Engine) -> float:
    """The lead of a foreign language in a text whose script says `language`; 0 for none."""
    if language not in _SHARED_SCRIPTS:
        return 0.0
    script, word = _SHARED_SCRIPTS[language]
    words = [found.lower() for found in word.findall(text)]
    letters = sum(map(len, words))
    support = {language: _prior_weight(letters)} if prior == language else {}
    return _foreign_lead(load(engine)(words, script), language, support, letters)


def _foreign_lead(
    shares: Mapping[str, float], language: str, support: Mapping[str, float], letters: int
) -> float:
    """By how much a language outside ours beats one of ours; 0 where it does not."""
    own, foreign = shares.get(language, 0.0), shares.get(FOREIGN, 0.0)
    lead = math.log((foreign + _FOREIGN_FLOOR) / (own + _FOREIGN_FLOOR))
    lead += support.get(FOREIGN, 0.0) - support.get(language, 0.0)
    needed = _FOREIGN_LEAD * math.sqrt(max(1.0, _ENOUGH_LETTERS / max(1, letters)))
    return max(0.0, lead - needed)


def _prior_weight(letters: int) -> float:
    return _PRIOR_WEIGHT / math.sqrt(max(1.0, letters / 6))


def _guess_latin(words: Sequence[str], prior: str | None, engine: Engine) -> _Guess:
    letters = sum(map(len, words))
    folded = [word.lower() for word in words]
    telling = [word for word in folded if word not in INTERNATIONAL]
    if not any(len(word) > 1 for word in telling):
        return _Guess(prior or UNDETERMINED, 0.0, letters)
    shares, floor = load(engine)(telling, "latin"), _FLOORS[engine]
    support = _evidence(telling)
    if prior is not None:
        support[prior] = support.get(prior, _OTHER_SCRIPT) + _prior_weight(letters)
    scores = {language: support[language] for language in support if language != FOREIGN}
    trust = min(1.0, letters / _TRUSTED_LETTERS)
    for language in LATIN:
        scores[language] += trust * math.log(shares.get(language, 0.0) + floor)
    best, margin = _lead(scores)
    if best in LATIN or letters >= _MORE_THAN_NAMES:
        own = max(LATIN, key=scores.__getitem__)
        if lead := _foreign_lead(shares, own, support, letters):
            return _Guess(UNDETERMINED, lead, letters)
    return _Guess(best if margin > _MIN_MARGIN else prior or UNDETERMINED, margin, letters)


def _lead(scores: Mapping[str, float]) -> tuple[str, float]:
    best, second = sorted(scores, key=scores.__getitem__, reverse=True)[:2]
    return best, scores[best] - scores[second]


def _evidence(words: Sequence[str]) -> dict[str, float]:
    """What common words and diacritics say for each language, damped in long texts."""
    totals = dict.fromkeys(LATIN, 0.0)
    for word in words:
        if shares := WORDS.get(word):
            for language, share in shares.items():
                totals[language] += _OWN_WORD_WEIGHT if share == 1 else share * _WORD_WEIGHT
        if not word.isascii():
            for letter in set(word):
                for language in DIACRITICS.get(letter, ()):
                    totals[language] += _DIACRITIC_WEIGHT
    scale = math.sqrt(len(words))
    return {language: total / scale for language, total in totals.items()}
