"""Where sentences end, in any script: for evidence that reads whole, not for grammar."""

from __future__ import annotations

import re

__all__ = ["sentence_ends"]

# A mark that also opens quotations closes one where no word follows; the French one closes behind
# a space.
_CLOSERS = r"(?:[\"'”’」』)）\]】》〉｣〞〟]|(?:[“‘«‹›»]|[ \u00a0\u202f][›»])(?!\w))*"
_THAI_END = r"(?<=ครับ)\s|(?<=ค่ะ)\s|(?<=คะ)\s|(?<=จ้า)\s|(?<=จ้ะ)\s"
# Where a sentence may end: one set of characters, so that the search for it is fast.
_MARK = re.compile(r"[。｡！？!?؟।…‼⁇⁈⁉~～〜.\n]")
_THAI_MARK = re.compile(rf"{_MARK.pattern}|{_THAI_END}")
_THAI = re.compile("[\u0e00-\u0e7f]")
_END = re.compile(
    r"(?:[。｡！？!?؟।…‼⁇⁈⁉]+"
    r"|(?<!\d)[~～〜]+|[~～〜]+(?!\d)"
    r"|\.{2,}"
    rf"|(?P<period>\.)(?={_CLOSERS}(?:\s|$)|[\u3040-\u30ff\u4e00-\u9fff])"
    rf"|{_THAI_END}"
    rf"){_CLOSERS}|\n+"
)
_LAST_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)*$")
# A period after one of these (or after one letter, or a number of one or two digits) goes on.
_ABBREVIATIONS = re.compile(
    r"e\.g|i\.e|etc|mr|mrs|ms|dr|prof|st|vs|approx|ca|dept|est|incl|excl|inkl|exkl|bzw|"
    r"usw|evtl|ggf|zzgl|tel|abs|str|z\.b|d\.h|u\.a|nr|sr|sra|srta|ud|uds|vd|vds|núm|av|"
    r"p\.ej|p\.ex|mme|mlle|env|c\.à\.d|sig|dott|ecc|pag|np|tj|itd|ul|godz|tzn|т\.е|т\.д|"
    r"т\.п|т\.к|руб|ул|стр|см|vb|örn|dll|dsb|yth|tgl|jl|bijv|enz|dhr|mevr|m\.b\.t|evt|"
    r"t\.w\.v|tp"
)


def _goes_on(text: str, period: int) -> bool:
    word = _LAST_WORD.search(text, max(0, period - 12), period)
    if word is None:
        return False
    last = word[0].lower()
    if last.isdecimal():
        return len(last) <= 2 and period + 1 < len(text)
    return _ABBREVIATIONS.fullmatch(last) is not None or (
        len(last) == 1 and last.isalpha() and ord(last) < 0x3040
    )


def sentence_ends(text: str) -> list[int]:
    """Code-point offsets just behind each sentence, closing quotes included; the last is the end.

    A decimal point, "e.g." or an initial ends nothing; a line break always does.

    >>> sentence_ends("It is 2.5 kg, e.g. a cat. Why?")
    [25, 30]
    """
    ends: list[int] = []
    done = 0
    for mark in (_THAI_MARK if _THAI.search(text) else _MARK).finditer(text):
        end = _END.match(text, mark.start()) if mark.start() >= done else None
        if end is not None:
            done = end.end()
            if end["period"] is None or not _goes_on(text, end.start("period")):
                ends.append(done)
    if not ends or ends[-1] < len(text):
        ends.append(len(text))
    return ends
