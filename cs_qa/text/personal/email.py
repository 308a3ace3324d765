"""E-mail addresses, written or spelled out in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.wordings import alternatives, listed, numbers

__all__ = ["Email", "SpokenEmail"]

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9\u00c0-\u024f._%+'-]{1,128} ?"
    r"@ ?(?:[A-Za-z0-9\u00c0-\u024f-]{1,63}[.\u3002]){1,8}[A-Za-z]{2,24}"
)
# Spaces about the sign, where a space parts the dot too ("ann @ example . com").
_SPACED = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} {0,2}@ {0,2}[A-Za-z0-9-]{1,63}"
    r"(?: {0,2}[.,\u3002] {0,2}[A-Za-z0-9-]{2,24}){0,3}? {0,2}[.,\u3002] {0,2}"
    r"(?:com|net|org|info|edu|io|co|cn|de|es|fr|it|nl|pl|pt|br|ru|tr|jp|kr|th|vn|id|uk|mx|sa|ae"
    r"|eu|ch|at|be)(?![A-Za-z0-9])",
    re.I,
)
_TOP = (
    "com|net|org|info|edu|gov|biz|io|me|app|shop|online|ac|co|go|or|ne|gob|"
    "cn|tw|hk|es|mx|ar|cl|pe|pt|br|fr|be|ch|de|at|it|nl|pl|ru|su|ua|tr|eg|sa|ae|jp|kr|th|vn|id|"
    "uk|us|ca|au|ie|nz|in|sg|my|eu|example|ком|ру|コム|컴|คอม"
)
_LINKS = {
    "underscore", "under score", "dash", "hyphen", "minus", "plus", "guion bajo", "guión bajo",
    "guion", "guión", "barra baja", "sublinhado", "underline", "traço", "hífen", "tiret",
    "tiret du bas", "unterstrich", "bindestrich", "trattino", "trattino basso",
    "koppelteken", "streepje", "laag streepje", "podkreślnik", "podkreślenie", "myślnik",
    "подчеркивание", "подчёркивание", "нижнее подчеркивание", "нижнее подчёркивание", "дефис",
    "тире", "минус", "alt çizgi", "alttan çizgi", "tire", "شرطة", "شرطة سفلية", "下划线", "下劃線",
    "横线", "ハイフン", "アンダーバー", "アンダースコア", "언더바", "하이픈", "ขีด", "ขีดล่าง",
    "ขีดกลาง", "gạch dưới", "gạch ngang", "garis bawah", "strip", "setrip",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Email:
    """An address with its sign."""

    needs: ClassVar = ("@",)

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find written addresses."""
        for pattern in (_EMAIL, _SPACED):
            for match in pattern.finditer(message.text):
                yield Entity("EMAIL", *match.span())


@dataclass(frozen=True, slots=True)
class SpokenEmail:
    """An address with words for its signs ("ann at example dot com")."""

    needs: ClassVar = ("email_at", "email_dot|stems:mail_hosts")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find addresses that are spelled out."""
        for match in _spoken().finditer(message.lower):
            spoken = match["dots"] or match["provider"]
            if spoken and match["local"].strip() not in _NO_LOCAL_PART:
                yield Entity("EMAIL", *match.span())


_NO_LOCAL_PART = {"look", "buy", "shop", "order", "me", "us", "see", "visit", "ordered", "bought"}


def _signs() -> set[str]:
    return {sign for sign in listed("email_at") if sign != "@"}


@cache
def _spoken() -> re.Pattern[str]:
    dot = rf"(?: ?\. ?| {{0,2}}(?:{alternatives(listed('email_dot'))}) {{0,2}})"
    link = rf"(?:[._-]|{dot}| {{0,2}}(?:{alternatives(_LINKS)}) {{0,2}})"
    sign = rf" {{0,2}}(?:{alternatives(_signs())}) {{0,2}}"
    name = r"[a-z0-9][a-z0-9_+.-]{0,40}?"
    return re.compile(
        rf"(?<![a-z0-9._@-])(?P<local>{name}(?:{link}[a-z0-9]{{1,40}}){{0,4}}?){sign}"
        rf"(?:(?P<provider>(?:{alternatives(numbers('mail_hosts'))})\.(?:{_TOP})(?:\.(?:{_TOP}))?)"
        rf"|[a-z0-9](?:[a-z0-9-]{{0,40}}(?:{link}[a-z0-9-]{{1,40}}){{0,2}}?)"
        rf"(?P<dots> {{0,2}}(?:{alternatives(listed('email_dot'))}) {{0,2}})"
        rf"(?:{_TOP})(?:{dot}(?:{_TOP}))?)(?![a-z0-9])"
    )
