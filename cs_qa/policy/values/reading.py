"""From the tokens of a message to its values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cs_qa.policy.values.joining import Found
from cs_qa.policy.values.matches import Matches
from cs_qa.policy.values.model import Value, ValueKind

__all__ = ["Reading"]

_MOST_YEARS = 60


class Reading(Matches):
    """One message on its way from tokens to values."""

    def values(self) -> Iterator[Found]:
        """Values with their spans in the folded text."""
        at = 0
        while found := self._grammar.search(self._code, at):
            at = max(found.end(), at + 1)
            if found["n4"] and not self._rises(found):
                at = found.start("sep3")
                yield from self._signed(found, is_single=True)
            elif found["n2"] and not self._is_range(found):
                at = found.start("sep" if found["sep"] else "n2")
                if found["mid"]:
                    yield from self._value(found, found.start("n"), found.start("mid"), "mid")
            elif found["money"] and self._is_article(found.start("n")) and self._is_sign(at):
                at = found.start("money")
            else:
                for value in self._read(found):
                    yield value
                    self._said = at

    def _read(self, found: re.Match[str]) -> Iterator[Found]:
        if found["half"]:
            yield from self._half(found)
        elif found["sign"]:
            yield from self._signed(found)
        elif found["n"]:
            role = next(r for r in ("unit", "money", "percent", "count") if found[r])
            yield from self._value(found, found.start("n"), found.start(role), role)
        elif self._grammar.has_unit_first and found["unit_first"]:
            yield from self._unit_first(found)
        elif found["t5"]:
            yield from self._thousands(found)
        else:
            yield from self._whole(found)

    def _half(self, found: re.Match[str]) -> Iterator[Found]:
        unit = self._meaning(found, "half_unit", "U")
        first = found.start("half")
        if first and self._code[first - 1 : first] and self._is_article(first - 1):
            first -= 1
        yield from self._bounded(
            found, "duration", (0.5, 0.5), unit.units, first, found.start("half_unit")
        )

    def _signed(self, found: re.Match[str], *, is_single: bool = False) -> Iterator[Found]:
        sign = self._token(found, "sign")
        groups = ("t3", "n3") if is_single else ("code", "t4", "n4", "t3", "n3")
        last = next(group for group in groups if found[group])
        second = "" if is_single else "n4"
        number = self._span_of(found, "n3", "t3", "", second, "t4", "")
        if "C" in sign.roles:
            units = sign.meanings["C"].units
            if found["code"] and not is_single:
                units = _narrowed(units, self._meaning(found, "code", "C").units)
            kind: ValueKind = "money"
        else:
            units, kind = ("percent",), "percent"
        start, end = found.start("sign"), found.start(last)
        yield from self._bounded(found, kind, number, units, start, end)

    def _unit_first(self, found: re.Match[str]) -> Iterator[Found]:
        """Russian "days five" and Dutch "a day or fourteen": about so many."""
        number = self._token(found, "n7")
        if not number.is_word:
            return
        units = self._meaning(found, "unit_first", "U").units
        first = found.start("unit_first")
        ends = first - (first > found.start() and self._is_article(first - 1)), found.start("n7")
        yield from self._bounded(found, "duration", (number.low, number.high), units, *ends, True)

    def _thousands(self, found: re.Match[str]) -> Iterator[Found]:
        currency = self._told.thousands_currency
        if currency:
            number = self._span_of(found, "n5", "t5", "", "n6", "t5", "")
            ends = found.start("n5"), found.start("t5")
            yield from self._bounded(found, "money", number, (currency,), *ends)

    def _whole(self, found: re.Match[str]) -> Iterator[Found]:
        if found["whole"]:
            if self._is_per(found, found.start("whole")):
                return
            meaning = self._meaning(found, "whole", "V")
            more = 0.5 if found["whole_half"] else 0
            number = meaning.low + more, meaning.high + more
            last = found.end("whole_half") - 1 if more else found.start("whole")
            kind: ValueKind = "duration" if meaning.kind == "duration" else "count"
            yield from self._bounded(found, kind, number, meaning.units, found.start("whole"), last)
            return
        cues = self._roles(found, "before") & set("LGBM" if self._told.bare_after_bounds else "B")
        cues |= self._roles(found, "after") & set("bl")
        if cues or found["bare_half"]:
            more = 0.5 if found["bare_half"] else 0
            last = found.end("bare_half") - 1 if more else found.start("bare")
            units = self._meaning(found, "bare", "U").units
            start = found.start("bare")
            yield from self._bounded(found, "duration", (1 + more, 1 + more), units, start, last)

    def _value(self, found: re.Match[str], first: int, last: int, role: str) -> Iterator[Found]:
        """A number with its unit behind it, unless it only says "per" or counts nothing."""
        unit = self._tokens[last]
        only_one = role == "mid"
        second = "" if only_one else "n2"
        low, high = self._span_of(found, "n", "t", "j", second, "t2", "j2")
        article = "A" in self._tokens[first].roles
        if "U" in unit.roles and (role in ("unit", "mid")):
            meaning = unit.meanings["U"]
            more = meaning.low + (0.5 if found["unit_half"] and not only_one else 0)
            if article and self._is_per(found, first):
                return
            last = found.end("unit_half") - 1 if found["unit_half"] and not only_one else last
            if not self._is_clock(found, first, unit, low, high):
                number = low + more, high + more
                yield from self._bounded(found, "duration", number, meaning.units, first, last)
        elif "C" in unit.roles and role in ("money", "mid"):
            units = unit.meanings["C"].units
            yield from self._bounded(found, "money", (low, high), units, first, last)
        elif "P" in unit.roles and role in ("percent", "mid"):
            factor = unit.meanings["P"].low
            if found["percent_half"]:
                low, high, last = low + 0.5, high + 0.5, last + 1
            number = low * factor, high * factor
            yield from self._bounded(found, "percent", number, ("percent",), first, last)
        elif not article and low and self._close(first, last):
            units = unit.meanings["K"].units
            yield from self._bounded(found, "count", (low, high), units, first, last)

    def _bounded(
        self,
        found: re.Match[str],
        kind: ValueKind,
        number: tuple[float, float],
        units: tuple[str, ...],
        first: int,
        last: int,
        is_rough: bool = False,
    ) -> Iterator[Found]:
        roles = self._roles(found, "before") | self._roles(found, "after")
        (low, high), unit = number, units[0]
        if unit == "day" and "D" in roles:
            unit = "business_day"
        if unit == "minute":
            low, high, unit = low / 60, high / 60, "hour"
        if unit == "year" and (low != int(low) or high != int(high)):
            low, high, unit = low * 12, high * 12, "month"
        if unit == "year" and high > _MOST_YEARS:
            return
        bounds = _bounds(_whole_number(low), _whole_number(high), roles)
        candidates = units if len(units) > 1 else ()
        rough = is_rough or not roles.isdisjoint("Mm") or self._is_rough(first, last)
        value = Value(
            kind, *bounds, "" if candidates else unit, is_approximate=rough, candidates=candidates
        )
        yield Found(value, self._tokens[first].start, self._tokens[last].end)


def _whole_number(number: float) -> float:
    return int(number) if number == int(number) else number


def _bounds(low: float, high: float, roles: set[str]) -> tuple[float | None, float | None]:
    if low == high and not roles.isdisjoint("Ll"):
        return None, high
    if low == high and not roles.isdisjoint("GgE"):
        return low, None
    return low, high


def _narrowed(sign: tuple[str, ...], code: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(unit for unit in sign if unit in code) or code
