"""Chinese and Japanese names: a family name of the list, and what may be a given name."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from functools import cache

from cs_qa.text.personal.wordings import alternatives, listed, listed_in

__all__ = ["chinese_before", "chinese_name", "japanese_before", "japanese_name"]

Span = tuple[int, int]

_HAN = re.compile("[\u4e00-\u9fff々]")


@cache
def _family(language: str) -> re.Pattern[str]:
    return re.compile(alternatives(listed_in(language, "surnames")))


@cache
def _given_signs() -> frozenset[str]:
    return frozenset("".join(listed_in("zh", "given"))) | frozenset(
        "远宏伦翰翔恒荣贵福祥庆仁义德智信忠良善文武永长久安康乐天成达发昌盛兴旺凡非楠彬柏榕枫桐桦栋梁材森"
        "冰冬雁鸿鹤凌翠珍珠瑛瑾瑜珊珂琪琼莹莎莲蓉蓝芬芝芸茜荷菊菲萱蕊薇娥娣婉婵媛嫣姗妍妮妙如好妹姝巧秋"
        "春夏夕彤影心怀怡恩悠惠意愉想慈懿才民卫保信全元光先克利力功劲励升卓南占友双可史吉同名向君启咏哲喜"
        "嘉培基堂境士壮声夫奇奎孝学守安定宗官宝实宸家容宽宾富寒尚少尔山岚岩岳川州巍师常广延建弘彦彪征念"
        "怀恺承振捷政敬斯新方日旺昊昌昕昭晗景智曼朋朗望木本权来杨果柔树根桂梦正武殿毓民永汉江沛沁治泉泓泽"
        "洲浦海淑清渊渝源溪滨漫澄澜然煜熙燃照爱爽牧珏珩理琦瑞璇瑛甜生田申男畅白百真知石礼祖禄禹秉科秦程"
        "立竹笑策简精素紫纪纯绍维绮美群翊老耀聪胜能自舒航艺苑若苒茂茹荟莫萌蒙蓓虎虹蝶行裕言誉诚诗语谦豪"
        "贝贤赫超越跃路轶辰达迎运进远迪逸道遥郁郎金钦钧铁铭锋锐锦长闯闻陶隆雄雅雨雪雯霄霖露青靖静韬韵顺"
        "颂飞馨驰骁骏高鸣鸽麒麟麦黛齐龄偉強軍傑濤鵬飛麗艷紅鳳華東陽寧鑫國慶蘭雲瑩穎曉聰豐榮貴勝輝"
    )


def chinese_name(text: str, start: int, *, sure: bool) -> Span | None:
    """A Chinese name of two to four characters; only of frequent ones unless `sure`."""
    family = _family("zh").match(text, start)
    if family is None:
        return None
    end = family.end()
    if any(text.startswith(word, start) for word in listed_in("zh", "not_names")):
        return None
    signs = _given_signs()
    first, second, third = (text[end + place : end + place + 1] for place in range(3))
    if not first or not _HAN.match(first):
        return None
    honorifics = listed_in("zh", "honorifics")
    if text.startswith(honorifics, end):
        return start, end
    if second and first in signs and text.startswith(honorifics, end + 1):
        return start, end + 1
    if second and second in signs and (sure or first in signs):
        ends = not third or not _HAN.match(third) or third in _FOLLOWING or first in signs
        if ends:
            return start, end + 2
    is_last = not second or not _HAN.match(second)
    if (first in signs and (is_last or sure or second in _FOLLOWING)) or (sure and is_last):
        return start, end + 1
    if sure and second and _HAN.match(second) and (not third or not _HAN.match(third)):
        return start, end + 2
    return None


_FOLLOWING = frozenset("的在是说和与跟要想已收签下买申,，了也就让给把您你我先女小")


def chinese_before(text: str, end: int) -> Span | None:
    """A family name, maybe with a given one, right before a place."""
    signs = _given_signs()
    for size in (4, 3, 2, 1):
        begin = end - size
        if begin < 0:
            continue
        family = _family("zh").match(text, begin, end)
        if family is None or text[begin:end] in listed_in("zh", "not_names"):
            continue
        if text[begin - 1 : begin] == text[begin]:  # thanks
            continue
        if all(sign in signs for sign in text[family.end() : end]):
            # A short name must begin a word: what stands before is no part of it.
            return begin, end
    return None


_JAPANESE = re.compile(
    "[\u4e00-\u9fff々]{1,5}[ \u3000]?[\u4e00-\u9fff々\u3041-\u3096\u30a1-\u30fc]{0,6}"
    "|[\u30a1-\u30fc]{2,10}(?:[ \u3000・=][\u30a1-\u30fc\u4e00-\u9fff々]{1,10}){0,2}"
)
_JAPANESE_END = re.compile(
    "(?:です|でし|と申|と言|とい|様|さん|さま|宛|名義|から|まで|ので|にて|になり|ですが|[はがをにでのへも])"
)


def japanese_name(text: str, start: int) -> Span | None:
    """A Japanese name, its two parts maybe apart, up to a particle or the copula."""
    family = _family("ja").match(text, start)
    found = _JAPANESE.match(text, start)
    if found is None or (family is None and not "\u30a1" <= text[start] <= "\u30fc"):
        two = re.compile(
            "[\u4e00-\u9fff々]{1,4}[ \u3000][\u4e00-\u9fff々]{1,4}(?![\u4e00-\u9fff々])"
        ).match(text, start)
        return two.span() if two else None
    stop = _JAPANESE_END.search(text, start + 1, found.end())
    end = stop.start() if stop else found.end()
    name = text[start:end].rstrip(" \u3000")
    is_name = len(name) >= 2 and name not in listed("not_names")
    return (start, start + len(name)) if is_name else None


_BEFORE = re.compile(
    "(?:[\u4e00-\u9fff々]{1,4}[ \u3000]?[\u4e00-\u9fff々\u3041-\u3096]{0,4}|[\u30a1-\u30fc]{2,8}"
    "(?:[ \u3000・][\u30a1-\u30fc]{2,8})?|[\u4e00-\u9fff々]{1,4}[ \u3000]?[\u30a1-\u30fc]{2,4})[ \u3000]?$"
)


def japanese_before(text: str, end: int, said: str) -> Span | None:
    """A Japanese name right before an honorific or the words of introducing oneself."""
    offset = max(0, end - 12)
    found = _BEFORE.search(text[offset:end])
    if found is None:
        return None
    name = found[0].rstrip(" \u3000")
    stop = offset + found.start() + len(name)
    introduces = "申" in said
    for each in _family("ja").finditer(name):
        begin = offset + found.start() + each.start()
        rest = text[begin + len(each[0]) : stop].strip(" \u3000")
        if (
            not rest
            or rest in listed_in("ja", "given")
            or introduces
            or (said in listed_in("ja", "honorifics") and len(rest) <= 4 and _HAN.match(rest))
        ):
            if said in ("です", "宛", "宛て", "あて", "名義") and not rest and each.start():
                continue
            return begin, stop
    if said in ("様", "さま", "氏", "殿") or introduces:
        bad = name in listed_in("ja", "not_names") or any(
            name.endswith(word) for word in listed_in("ja", "not_names")
        )
        if (
            not bad
            and (len(name) >= 2)
            and (
                "\u30a1" <= name[0] <= "\u30fc"
                or re.fullmatch("[\u4e00-\u9fff々]{2,5}(?:[ \u3000].*)?", name)
            )
        ):
            return offset + found.start(), stop
    return None
