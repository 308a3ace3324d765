"""Numbers in Chinese characters, and the neighbouring digits that make a range of them."""

from __future__ import annotations

__all__ = ["HAN_NUMERAL", "read_han"]

_DIGITS = {
    c: n for n, cs in enumerate(("零〇", "一壹", "二两贰俩", "三叁", "四肆", "五伍")) for c in cs
}
_DIGITS |= {c: n for n, cs in enumerate(("六陆", "七柒", "八捌", "九玖"), 6) for c in cs}
_POWERS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TWENTY = {"廿": 20, "卅": 30}

_LONGEST = 12

HAN_NUMERAL = "[" + "".join((*_DIGITS, *_POWERS, *_TWENTY, "万")) + "]+"
"""Regular expression of what `read_han` reads, on normalised text."""


def read_han(numeral: str) -> tuple[int, int] | None:
    """Lowest and highest number that a numeral says; None where it says none.

    >>> read_han("九十"), read_han("三五"), read_han("一百零五"), read_han("二三十")
    ((90, 90), (3, 5), (105, 105), (20, 30))
    """
    if len(numeral) > _LONGEST:
        return None
    low = high = 0
    section_low = section_high = 0
    digits: list[int] = []
    for character in numeral:
        if character in _DIGITS:
            digits.append(_DIGITS[character])
        elif character == "万":
            low, high = _closed(section_low, section_high, digits)
            low, high = low * 10_000, high * 10_000
            section_low = section_high = 0
            digits = []
        else:
            power = _TWENTY.get(character) or _POWERS[character]
            first, last = _digit_range(digits) if digits else (1, 1)
            section_low += first * power
            section_high += last * power
            digits = []
    if len(digits) > 2 and not (low or section_low):
        return _positional(digits)
    tail_low, tail_high = _closed(section_low, section_high, digits)
    low, high = low + tail_low, high + tail_high
    return (low, high) if low <= high else None


def _positional(digits: list[int]) -> tuple[int, int]:
    number = int("".join(map(str, digits)))
    return number, number


def _closed(low: int, high: int, digits: list[int]) -> tuple[int, int]:
    first, last = _digit_range(digits) if digits else (0, 0)
    return low + first, high + last


def _digit_range(digits: list[int]) -> tuple[int, int]:
    written = [digit for digit in digits if digit] or [0]
    return written[0], written[-1]
