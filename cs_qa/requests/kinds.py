"""The kinds of thing that are asked for, and what their values look like in any language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["KINDS", "MASKS", "NUMBERED", "OPEN", "VALUES"]

NUMBERED = ("order_number", "tracking_number", "reference", "serial_number", "account")
"""Kinds whose value is a number that is told by the noun in front of it."""

OPEN = ("name", "colour", "quantity", "payment_method", "reason", "preference", "address", "model")
"""Kinds whose value can be any words: an answer to the question gives it, whatever it says."""

KINDS = (
    *NUMBERED,
    *OPEN,
    "photo",
    "video",
    "receipt",
    "email",
    "phone",
    "size",
    "measurements",
    "purchase_date",
    "appointment",
)

_MASK_NAMES = {
    "order_number": "ORDER|ORDER_NO|ORDERID|ORDER_ID|ORDER_NUMBER|订单|订单号|订单编号",
    "tracking_number": "TRACKING|TRACKING_NO|TRACKING_NUMBER|单号|快递单号|运单号",
    "email": "EMAIL|E_MAIL|MAIL|邮箱",
    "phone": "PHONE|TEL|MOBILE|电话|手机|手机号",
    "address": "ADDRESS|LOCATION|POSTCODE|ZIP|地址",
    "name": "NAME|PERSON|PER|姓名",
    "account": "IBAN|CARD|ACCOUNT|BANK|CREDIT_CARD|银行卡|卡号",
    "photo": "IMAGE|IMG|PHOTO|PICTURE|PIC|图片|照片|图",
    "video": "VIDEO|视频",
}


def _masked(names: str) -> str:
    return rf"[\[<#](?:{names})(?:[_ -]?\d{{1,8}})?x?[\]>#]"


MASKS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {kind: re.compile(_masked(names), re.IGNORECASE) for kind, names in _MASK_NAMES.items()}
)
"""What stands in a text for a masked value of a kind, or for a file that was sent."""

_DATE = (
    r"\b\d{1,2}[./-]\d{1,2}(?:[./-]\d{2,4})?\b|\b\d{4}[./-]\d{1,2}[./-]\d{1,2}\b"
    r"|\d{1,2} ?[月월] ?\d{1,2}|\d{1,2} ?[日号號일]"
)
_SIZE = r"(?<![\w'’.-])(?:[2-6]?X{1,3}[SL]|[SML])(?![\w'’.-])"
VALUES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "tracking_number": re.compile(
            r"\b(?:[A-Z]{2}\d{8,9}[A-Z]{0,2}|1Z\w{8,16}|(?:JD|SF|YT|ZTO?)\d{6,15})\b"
            r"|\b(?:dhl|ups|fedex|dpd|gls|evri|hermes|correos|colissimo|usps|royal mail|postnl"
            r"|inpost|ctt|bpost|poste|yamato|jne|j&t|kerry|ghn|ghtk|顺丰|圆通|中通|韵达)\W{1,3}"
            r"(?:[^\W\d]+\W+){0,3}[A-Z]{0,4}-?\d[\w-]{3,20}",
            re.IGNORECASE,
        ),
        "email": re.compile(r"[\w.*+-]{1,64}@[\w*-]{1,64}\.[\w*.]{2,40}"),
        "phone": re.compile(r"(?<![\w-])\+?\d[\dx* .()-]{5,18}[\dx]\b"),
        "size": re.compile(_SIZE),
        "measurements": re.compile(
            r"\d{2,3} ?(?:cm|kg|公分|厘米|公斤|斤|см|кг|سم|كيلو|ซม|โล|กก|센치|키로)"
            r"|\b1 ?[m.,米] ?\d{2}\b|\b\d{3} ?[/／] ?\d{2,3}\b",
            re.IGNORECASE,
        ),
        "model": re.compile(r"(?<![\w-])[A-Z][A-Za-z]{0,4}[ -]?\d{1,4}[A-Za-z]{0,3}(?![\w-])"),
        "account": re.compile(r"\b[A-Z]{2}\d{2}[ *\d]{4,36}"),
        "purchase_date": re.compile(_DATE),
        "appointment": re.compile(_DATE),
        "photo": re.compile(
            r"[\[<(（【](?:\d+ )?[^\]>)）】\[<]{0,24}(?:image|photo|foto|pic\b|img|jpe?g|png|heic"
            r"|图|照|圖|相|写真|画像|사진|รูป|ảnh|hình|фото|صور|gambar|zdjęci|fotoğraf|anhang|anexo|adjunt)"
            r"[^\]>)）】]{0,24}[\]>)）】]"
            r"|\b[\w-]{1,40}\.(?:jpe?g|png|heic|webp)\b",
            re.IGNORECASE,
        ),
        "video": re.compile(
            r"[\[<(（【][^\]>)）】\[<]{0,24}(?:video|vidéo|vídeo|视频|影片|動画|동영상|영상|คลิป|วิดีโอ|видео|فيديو|film|wideo)"
            r"[^\]>)）】]{0,24}[\]>)）】]|\b[\w-]{1,40}\.(?:mp4|mov|avi)\b",
            re.IGNORECASE,
        ),
    }
)
"""What a value of a kind looks like, in text whose digits are ASCII."""
