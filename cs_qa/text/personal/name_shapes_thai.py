"""Thai names: where one ends, in writing without spaces between words."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from functools import cache

from cs_qa.text.personal.name_shapes import Span, cased_name
from cs_qa.text.personal.wordings import alternatives, listed, listed_in

__all__ = ["thai_name"]

_THAI = re.compile("[\u0e01-\u0e4e]{2,}")
_THAI_END = re.compile(
    "(?:ครับ|ค่ะ|คะ|นะ|จาก|ที่|และ|กับ|ของ|เบอร์|โทร|จะ|ได้|ไม่|มี|สั่ง|อยู่|เป็น|ต้องการ|แจ้ง|ยินดี)"
)


def thai_name(text: str, start: int, *, sure: bool) -> Span | None:
    """A Thai name and maybe a family name behind a space; a frequent one unless `sure`."""
    if not _THAI.match(text, start):
        return cased_name(text, start, sure=True) if sure else None
    known = _thai_given().match(text, start)
    run = _THAI.match(text, start)
    assert run is not None
    if known:
        stop = _THAI_END.search(text, start + 2, run.end())
        end = run.end() if run.end() - start <= len(known[0]) + 3 and not stop else known.end()
    elif sure and not any(text.startswith(word, start) for word in listed_in("th", "not_names")):
        stop = _THAI_END.search(text, start + 2, run.end())
        end = stop.start() if stop else run.end()
        if end - start > 16:
            return None
    else:
        return None
    family = _THAI.match(text, end + 1) if text[end : end + 1] == " " else None
    if family and 3 <= len(family[0]) <= 18 and not _THAI_END.match(family[0]):
        stop = _THAI_END.search(family[0], 3)
        value = family[0][: stop.start()] if stop else family[0]
        if (value in listed("surnames") or sure) and not value.startswith(_THAI_VERBS):
            end = end + 1 + len(value)
    return start, end


_THAI_VERBS = ("พัสดุ", "สินค้า", "ขอ", "ทาง", "แอดมิน", "รบกวน", "เลข", "ตอน", "ยัง", "สอบถาม", "ออเดอร์", "ส่ง",
               "สั่ง", "ซื้อ", "เรา", "ผม", "ดิฉัน", "ขอบ", "สวัสดี", "ที่อยู่", "หมาย", "วัน", "โอน")  # fmt: skip


@cache
def _thai_given() -> re.Pattern[str]:
    return re.compile(alternatives(listed_in("th", "given")))
