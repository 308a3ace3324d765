"""Names and numbers at messengers: WeChat, WhatsApp, Line, Telegram and the like."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.wordings import alternatives, compiled, digits_of, numbers, starts_anywhere

__all__ = ["MessengerId"]

_ACCOUNT = re.compile(
    r"(?<![A-Za-z0-9_@.])(?:@ ?[A-Za-z][A-Za-z0-9_.-]{2,31}"
    r"|[A-Za-z][A-Za-z0-9_.-]{3,31}|\d{5,12}(?![\d -]))(?<![.-])",
    re.ASCII,
)
_NUMBER = re.compile(r"(?:\+ ?|00)?\(?\d(?:[ ().-]{0,2}\d){6,15}(?!\d)", re.ASCII)
_GAP = r"[^\pL\pN\n]{0,4}"
_SMALL = (
    "我的|我|他的|她的|的|你|您|id|ид|айди|号|號|账号|帳號|名|是|为|為|號是|号是|number|no|nr|num|número|numero|numéro|nummer|numer|номер"
    "|numara|numaram|numarası|nomor|isim|ismim|user|username|usuario|usuário|handle|name|is|es|è|é|est|ist"
    "|это|adalah|là|คือ|ไอดี|아이디|아이디는|아이디가|の|は|のid|が|を|ku|saya|gue|aku|me|my|mio|mi|meu|mon|mein"
    "|mój|mijn|мой|benim|للتواصل|رقمي|رقم|هو|حسابي|على|عالواتس|nya|cho mình|mình|cho|em|unter|auf|at|on|under|al|no"
    "|com|contact|contacto|account|konto|compte|conta|cuenta|account:|이에요|로|으로|加|加我|联系|添加|搜|搜索|via"
    "|sur|en|bei|op|na|w|в|by|with|user name|ไอดีไลน์|นะคะ|นะครับ|มานะคะ|มานะครับ|มาที่|ที่|ค่ะ|ครับ|คะ|를|은|는|이|가|bana|bizi|ulaşın|yazın|mesaj|ekle|ekleyin"
    "|nik|nick|ник|под|ником|ici|ma|sono|sou|soy|a|o|il|el|le|la|the|it|its|it's|and|hesabım|kullanıcı|adı|adım|phone|tel"
)
_CHATTY = {
    "payment", "pay", "group", "message", "messages", "account", "official", "chat", "call", "number",
    "please", "okay", "instead", "because", "contact", "support", "business", "channel", "bot", "code",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MessengerId:
    """An account or a number soon behind the name of a messenger."""

    needs: ClassVar = ("stems:apps",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find accounts."""
        for match in compiled(_announcing()).finditer(message.lower):
            yield from _account_at(message, match.end(), said=match[0])


@cache
def _announcing() -> str:
    small = _SMALL.split("|")
    unspaced = {word for word in small if not word[0].isalpha() or word[0] >= "\u0e00"}
    spaced = alternatives(set(small) - unspaced)
    filler = rf"(?:(?:{spaced})[^\pL\pN_\n]{{1,5}}|(?:{alternatives(unspaced)}){_GAP})"
    apps = numbers("apps")
    unspaced_apps = {word for word in apps if starts_anywhere(word)}
    named = (
        rf"(?:(?:^|[^\pL\pN])(?:{alternatives(apps - unspaced_apps)})\pL{{0,6}}"
        rf"|(?:{alternatives(unspaced_apps)}))"
    )
    return rf"{named}{_GAP}{filler}{{0,6}}"


def _account_at(message: Message, start: int, *, said: str) -> Iterator[Entity]:
    sign = re.search(r"[+(@][(@ ]?$", message.text[max(0, start - 2) : start])
    begin = start - len(sign[0]) if sign else start
    for place in (begin, start):
        number = _NUMBER.match(message.text, place)
        if number is not None and 7 <= len(digits_of(number[0])) <= 15:
            yield Entity("WECHAT", *number.span())
            return
    if message.text[start - 1 : start] == "@":
        start -= 1
    account = _ACCOUNT.match(message.text, start)
    if account is None or message.text[account.end() : account.end() + 1] == "@":
        return
    value = account[0]
    telling = not value.isalpha()
    named = bool(re.search(r"id|号|號|아이디|ไอดี|[:=(]", said)) and value.lower() not in _CHATTY
    if telling or (named and value.islower()):
        yield Entity("WECHAT", *account.span())
