"""Addresses in Chinese, Japanese, Korean, Thai and Arabic, by the words of their parts."""
# ruff: noqa: E501 - wide characters count twice

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message

__all__ = ["PartsAddress"]

_ZH = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|自治区)[ ,]?)?(?:[\u4e00-\u9fff]{2,7}(?:市|州|盟)[ ,]?)?"
    r"(?:[\u4e00-\u9fff]{1,6}(?:区|區|县|縣|旗|市|镇|鎮|乡|鄉)[ ,]?){0,2}"
    r"(?:[\u4e00-\u9fffA-Za-z0-9]{1,12}(?:街道|镇|鎮|村|里|社区)[ ,]?){0,2}"
    r"[\u4e00-\u9fffA-Za-z]{1,12}?(?:大道|大街|胡同|[路街巷道弄段园苑村城里])[\u4e00-\u9fff]{0,6}?"
    r"[ ]?(?:[\u4e00-\u9fffA-Za-z]{0,6}?[A-Za-z0-9一二三四五六七八九十-]{1,6}"
    r"(?:号楼|號樓|号院|弄|号|號|栋|棟|幢|座|单元|單元|层|樓|楼|室|巷|期|区|段|之\d)[ ,]?){1,7}"
    r"(?:[A-Z]?\d{2,5}(?:室|房)?)?(?:[一-鿿]{2,8}(?:小区|大厦|广场|公寓|花园))?"
    r"(?:[ ,，]{0,2}(?:邮编|郵編|邮政编码)[:： ]?\d{5,6})?"
)
_JA = re.compile(
    r"(?:〒? ?\d{3}-\d{4}[ ,、]{0,2})?(?:(?:東京都|北海道|(?:大阪|京都)府|[\u4e00-\u9fff]{2,3}県))"
    r"[ ]?[\u4e00-\u9fff\u3041-\u30ff々ヶケA-Za-z0-9 -]{2,40}?\d{1,4}(?:丁目|番地|番|号|の|-|\d){0,12}"
    r"(?:[ ]?[\u4e00-\u9fff\u3041-\u30ffーA-Za-z0-9・-]{0,20}(?:号室|階|F|号|室|棟|\d{3,4}))?"
    r"|〒 ?\d{3}-\d{4}[ 、]?[\u4e00-\u9fff]{2,8}[市区町村][\u4e00-\u9fff\u3041-\u30ff々0-9-]{2,30}"
    r"|[\u4e00-\u9fff]{1,6}[市区町村郡][\u4e00-\u9fff\u3041-\u30ff々ヶケ]{1,12}\d{1,3}"
    r"(?:丁目\d{1,3}(?:番地?|-)?(?:\d{1,3}号?)?|-\d{1,3}(?:-\d{1,4})?)"
    r"(?:[ ]?[\u4e00-\u9fff\u3041-\u30ffーA-Za-z0-9・]{0,20}(?:号室|階|F|\d{3,4}))?"
)
_KO_PLACE = (
    "서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|충청북|충청남|전라북"
    "|전라남|경상북|경상남"
)
_KO = re.compile(
    rf"(?:(?:{_KO_PLACE})(?:특별시|광역시|특별자치시|특별자치도|시|도)?[ ,]{{1,2}})?"
    r"(?:[가-힣]{1,6}(?:시|군|구)[ ,]{1,2}){0,3}(?:[가-힣0-9]{1,8}(?:동|읍|면|리)[ ,]{1,2}){0,2}"
    r"[가-힣0-9]{1,10}(?:로|길|동|리|읍|면)[ ]?(?:\d{1,4}(?:번?길|가길))?[ ]?(?:산 ?)?\d{1,4}(?:-\d{1,4})?"
    r"(?:번지|번길)?(?: ?\d{1,4}(?:-\d{1,4})?(?![\d-]))?(?:[ ,]{1,2}\([가-힣0-9 ,]{1,20}\))?"
    r"(?:[ ,]{1,2}(?:[가-힣A-Za-z0-9]{1,14}(?:아파트|빌라|오피스텔|타워|빌딩|맨션|캐슬|자이|래미안|힐스테이트)"
    r"|지하|[A-Za-z가-힣]?\d{0,4}[A-Za-z가-힣]?(?:동|호실|호|층)(?:(?![가-힣])|(?=입니다|이고|이에요|예요|으로|로|에|이요|인데))|\d{1,4}-\d{1,4})){0,5}"
)
_KO_TELLS = re.compile(rf"(?:{_KO_PLACE})|[가-힣](?:시|군|구) |(?:로|길) ?\d")
_TH = re.compile(
    r"(?:(?:บ้านเลขที่|เลขที่) ?)?\d{1,5}(?:/\d{1,5})?(?:[ ,]{1,2}(?:(?:หมู่บ้าน|หมู่ที่|หมู่|ม\.|ซอย|ซ\.|ถนน"
    r"|ถ\.|แขวง|ตำบล|ต\.|เขต|อำเภอ|อ\.|จังหวัด|จ\.|คอนโด|อาคาร|ตึก|ชั้น|ห้อง|แยก|ตรอก) ?[\u0e00-\u0e7fA-Za-z0-9"
    r"./-]{1,30}(?: \d{1,4}(?:/\d{1,4})?(?![\d-]))?|กรุงเทพ(?:ฯ|มหานคร)?|กทม\.?|\d{5}(?!\d)"
    r"|[\u0e00-\u0e7f]{3,14}(?= \d{5}(?!\d)))){2,10}"
)
_AR_PART = (
    r"(?:(?:ال)?(?:شارع|طريق|حي|حارة|ميدان|مبنى|عمارة|عماره|شقة|شقه|فيلا|بناية|برج|دور|طابق|رمز|منزل|بيت|قطعة"
    r"|بلوك|مجمع|محافظة|منطقة|مدينة|مكتب|ص\.ب)|(?<![\w-])\d{5}(?![\d-]))"
)
_AR_WORD = r"(?!(?:إلى|الى|في|على|من|ما|لين|عن|هو|هي|كان|لم|قد|و|أو|وشكرا|وشكراً|شكرا|الحين|جوالي|رقمي)(?![\u0620-\u064a]))[\u0620-\u064a\u0670-\u06d3]{1,20}"
_AR = re.compile(
    rf"(?<![\u0620-\u064a])(?:{_AR_WORD}(?: {_AR_WORD})?[،,] ?)?{_AR_PART}(?:[ ]+(?:{_AR_WORD}|\d{{1,5}})){{0,5}}"
    rf"(?:[ ]?[،,-][ ]?(?:{_AR_PART}(?:[ ]+(?:{_AR_WORD}|\d{{1,5}})){{0,4}}"
    rf"|{_AR_WORD}(?: {_AR_WORD})?(?: \d{{5}})?)){{1,8}}"
    rf"|شارع(?: {_AR_WORD}){{1,4}}[ ،]{{1,2}}(?:رقم )?\d{{1,5}}"
)
_AR_TAIL = re.compile(r"(?<=\d)[ ]+[\u0620-\u064a ]+$")
_ZH_TELLS = re.compile(r"[省市区區县縣镇鎮乡路街道巷弄]")
_ZH_LEAD = re.compile(
    r"^.{0,12}?(?:写的是|地址是|地址为|地址|寄到|送到|发到|寄往|送至|改成|改为|改到|住在|位于|家在|换成|退到|退回到"
    r"|退回|寄回|邮寄|发往|发货到|送货到|到了|给我|就在|是|到|在|寄|送)"
)


@dataclass(frozen=True, slots=True)
class PartsAddress:
    """An address in Chinese, Japanese, Korean, Thai or Arabic, by the words of its parts."""

    needs: ClassVar = ("digit", "street_signs")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find addresses."""
        for script, addresses in _BY_SCRIPT:
            if script.search(message.text):
                yield from addresses(message.text)


def _chinese(text: str) -> Iterator[Entity]:
    for match in _ZH.finditer(text):
        lead = _ZH_LEAD.match(match[0])
        start = match.start() + (lead.end() if lead else 0)
        value = text[start : match.end()].rstrip(" ,，")
        parts = len(_ZH_TELLS.findall(value)) + len(re.findall("[号號栋棟幢座室楼樓]", value))
        if parts >= 2 and len(value) >= 6:
            yield Entity("ADDRESS", start, start + len(value))


def _japanese(text: str) -> Iterator[Entity]:
    for match in _JA.finditer(text):
        yield Entity("ADDRESS", match.start(), match.start() + len(match[0].rstrip(" 、,-の")))


def _korean(text: str) -> Iterator[Entity]:
    for match in _KO.finditer(text):
        if len(_KO_TELLS.findall(match[0])) >= 2 and len(match[0]) >= 7:
            yield Entity("ADDRESS", match.start(), match.start() + len(match[0].rstrip(" ,")))


def _thai(text: str) -> Iterator[Entity]:
    for match in _TH.finditer(text):
        yield Entity("ADDRESS", *match.span())


def _arabic(text: str) -> Iterator[Entity]:
    for match in _AR.finditer(text):
        value = _AR_TAIL.sub("", match[0])
        if re.search(r"\d", value) and len(re.findall(_AR_PART, value)) >= 2:
            yield Entity("ADDRESS", match.start(), match.start() + len(value))


_BY_SCRIPT = (
    (
        re.compile(
            "[路街巷道弄段园苑村城里][^号號栋棟幢座单單层樓楼室巷期区段之弄]*[号號栋棟幢座单單层樓楼室巷期区段之弄]"
        ),
        _chinese,
    ),
    (re.compile("[県都道府〒市区町村郡]"), _japanese),
    (re.compile("[가-힣]"), _korean),
    (re.compile("[\u0e00-\u0e7f]"), _thai),
    (re.compile("[\u0600-\u06ff]"), _arabic),
)
"""Addresses are read for where a message has the script, or a sign that each of them has."""
