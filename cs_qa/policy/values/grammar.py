"""How the words of a value stand together, as one expression over their roles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from cs_qa.policy.values.forms import forms
from cs_qa.policy.values.lexer import Token
from cs_qa.policy.values.wording import wording

__all__ = ["Grammar", "grammar"]

_RULE = """
(?P<before>(?:{LGMEFBD}){0,6})
(?:
  {A}?(?P<half>{H})(?:{A}|{h}|{F})?(?P<half_unit>{U})
| (?P<sign>{Cp})(?>(?P<n3>{N})(?P<t3>{T})?
  (?:(?P<sep3>{Rh})(?P<sign4>{Cp})?(?P<n4>{N})(?P<t4>{T})?(?!{h}?{DFMm}?{UPK}))?)(?!{h}?{U})(?P<code>{C})?
{UNIT_FIRST}
| (?P<n>{NA})(?P<t>{T})?(?P<j>{JH})?
  (?:(?P<mid>{CPU})?(?P<sep>{Rhc})?{C}?(?P<n2>{N})(?P<t2>{T})?(?P<j2>{JH})?)?
  (?:{h}?{DFMm}?(?P<unit>{U})(?P<unit_half>{J}(?!{U}))?|{h}?(?P<money>{C})|(?P<percent>{P})(?P<percent_half>{J})?
     |(?:{x}(?:{h}{x})?)?(?P<count>{K}))
| (?P<n5>{N})(?:{Rh}(?P<n6>{N}))?(?P<t5>{T})
| (?P<whole>{V})(?P<whole_half>{J})?
| (?P<bare>{S})(?P<bare_half>{J})?
)
(?P<after>(?:{lgmFbD}){0,4})
"""
_UNIT_FIRST = r"""
| {A}?(?P<unit_first>{U})(?P<or>{OR}(?P<n7>{N})(?!{h}?{DFMm}?{UCPK})
"""


class Grammar:
    """Matches values in a sequence of tokens of one language, ambiguous ones in each role."""

    def __init__(self, language: str) -> None:
        combined = {"".join(has) for has in forms(language).values()}
        combined |= {"N" + roles for roles in combined}
        several = sorted(roles for roles in combined if len(roles) > 1)
        self._code = {roles: chr(0xE100 + i) for i, roles in enumerate(several)}
        told = wording(language).unit_first
        unit_first = _UNIT_FIRST.replace("{OR}", "{R})" if told == "or" else ")") if told else ""
        rule = _RULE.replace("{UNIT_FIRST}", unit_first)
        self.has_unit_first = bool(told)
        rule = re.sub(r"\{([A-Za-z]+)\}", lambda found: self._class(found[1]), rule)
        self._rule = re.compile(rule, re.VERBOSE)

    def search(self, code: str, at: int) -> re.Match[str] | None:
        """The next value at or behind a token's index."""
        return self._rule.search(code, at)

    def encode(self, tokens: Sequence[Token]) -> str:
        """One character a token."""
        return "".join(self._code.get(token.roles, token.roles) for token in tokens)

    def _class(self, letters: str) -> str:
        codes = [code for roles, code in self._code.items() if not set(letters).isdisjoint(roles)]
        return f"[{letters}{''.join(codes)}]"


@cache
def grammar(language: str) -> Grammar:
    """The grammar of a language."""
    return Grammar(language)
