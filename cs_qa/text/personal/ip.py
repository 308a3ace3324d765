"""Internet addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message

__all__ = ["Ip"]

_FOUR = re.compile(r"(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?![\w-])(?!\.\d)", re.ASCII)
_SIX = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{1,4}:){1,7}(?::|[0-9A-Fa-f]{1,4}|(?::[0-9A-Fa-f]{1,4}){1,6})"
    r"(?![\w:])|(?<![\w:.])::[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6}(?![\w:])",
    re.ASCII,
)
_VERSION = re.compile(
    r"(?<![a-z])(?:v|ver\.?|version\w*|versi\w*|versão|versión|versione|versie|wersj\w*|верси\w*|sürüm\w*"
    r"|الإصدار|إصدار|バージョン|ver|버전|เวอร์ชัน|เวอร์ชั่น|phiên bản|bản|版本|固件|升级到|更新到"
    r"|firmware\w*|update\w*|прошивк\w*|mise à jour|actualizaci\w*|atualiza\w*|aggiornament\w*"
    r"|aktualiz\w*|güncelle\w*|업데이트|펌웨어|ファームウェア|アップデート|อัปเดต|cập nhật|build"
    r"|release|driver|app|ios|android|software)\W{0,3}(?:\w{1,12}\W{1,2}){0,2}$"
)
_NAMED = re.compile(r"\bip\b|ip[- ]?адрес|アイピー|아이피|ไอพี|ipv4|ip地址|ip-?adres|айпи")


@dataclass(frozen=True, slots=True)
class Ip:
    """An address of version 4 or 6 that is no version of a program."""

    needs: ClassVar = ("dotted|groups",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find internet addresses."""
        for match in _FOUR.finditer(message.text):
            if _is_four(match[0]) and _is_address(message, match.start(), match[0]):
                yield Entity("IP", *match.span())
        for match in _SIX.finditer(message.text):
            if _is_six(match[0]):
                yield Entity("IP", *match.span())


def _is_address(message: Message, start: int, value: str) -> bool:
    before = message.lower[max(0, start - 40) : start]
    if _NAMED.search(before):
        return True
    # The first number of a version is small; those of the addresses that people have seldom are.
    return int(value.split(".")[0]) >= 11 and not _VERSION.search(before)


def _is_four(value: str) -> bool:
    try:
        return bool(IPv4Address(value))
    except AddressValueError:
        return False


def _is_six(value: str) -> bool:
    try:
        return bool(IPv6Address(value)) and len(value) > 5
    except AddressValueError:
        return False
