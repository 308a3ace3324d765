"""The compiled shapes of numbers and codes, matched against a text's view.

Every repetition is bounded, so that no message takes more than linear time. Letters of other
scripts may touch a number (Chinese writes no space), so word edges are those of ASCII.
"""

from __future__ import annotations

import re

CODE = re.compile(
    r"(?<![A-Za-z0-9_])[A-Za-z]{0,6}[-_/]?\d[A-Za-z0-9]{0,24}"
    r"(?:(?:[-_/]|\.(?=[A-Z])|(?<=[A-Z]\d)\.)[A-Za-z0-9]{1,20}){0,12}(?![A-Za-z0-9_*])",
    re.ASCII,
)
SPACED_CODE = re.compile(
    r"(?<![A-Za-z0-9_.,+-])(?:[A-Z0-9]{1,4} )?\d{2,6}(?: \d{1,6}){1,6}(?![\w*])(?![.,]\d)", re.ASCII
)
NUMBER = re.compile(r"\+?(?<![\w])\(?\d(?:[ ()./-]{0,2}\d){5,16}(?![\w])", re.ASCII)
PHONE_LIKE = re.compile(
    r"(?<![\w./-])(?<!\d,)(?:\+ ?)?\(?\d(?:[ ()./-]{0,3}\d){6,18}(?!\d)", re.ASCII
)
DATE = re.compile(
    r"(?:19|20)\d\d([-/. ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/. ])(?:0?[1-9]|1[0-2])\2(?:19|20)?\d\d"
    r"|(?:0?[1-9]|1[0-2])([-/. ])(?:0?[1-9]|[12]\d|3[01])\3(?:19|20)?\d\d"
    r"|(?:19[5-9]|20[0-3])\d(?:-20[0-3]\d)?|\d{1,2}-\d{1,3}"
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,4}")
CURRENCY_BEFORE = re.compile(
    r"(?:[$€£¥₩₽₫฿₺₹]|(?<![a-z])(?:usd|eur|gbp|cny|rmb|rp|rs|r\$|zł|kr|chf|sar|aed|idr|vnd|krw|jpy|try))"
    r"\.?\s?$",
    re.I,
)
UNIT_AFTER = re.compile(
    r"[.,]\d|\s?(?:[$€£¥₩₽₫฿₺₹%°]|元|块|円|원|บาท|đ\b|vnd|usd|eur|gbp|cny|rmb|jpy|krw|tl\b|zł|zl\b"
    r"|руб|р\.|ريال|درهم|جنيه|dollar|euro|pound|yuan|yen|pesos|ml\b|l\b|k?g\b|[ckm]?m\b|[kmgt]b\b"
    r"|mah|w\b|v\b|hz|px|件|个|個|点|台|只|双|本|枚|人|개|명|장|ชิ้น|cái|pcs|pieces?|units?|stück|stuks"
    r"|pièces|piezas|unidades|pezzi|sztuk|штук|шт|adet|قطع|buah|people|followers|points?|баллов"
    r"|積分|积分|分\b)",
    re.I,
)
# Models, standards and tickets, which are no orders.
PREFIX = (
    r"(?!(?:SKU|ISO|DIN|RTX|GTX|UTC|GMT|RAL|USB|RMA|TCK|TKT|INC|CASE|COVID|ASIN|EAN|PLZ|ZIP|TEL"
    r"|NO|NR)-?\d)"
)
SHOP_CODE = re.compile(
    r"(?<![\w/.-])" + PREFIX + r"[A-Z]{1,5}"
    r"(?:-\d{5,12}(?:-\d{1,8})?|\d{7,14}[A-Z]?|-\d{2,4}-\d{4,8})(?![\w-])",
    re.ASCII,
)
DIGIT_CODE = re.compile(r"(?<![\w/.-])(?:\d{3}-\d{7}-\d{7}|20\d{6}-\d{4,8})(?![\w-])", re.ASCII)
HASH = re.compile(r"(?<![\w&])# ?(?:[A-Za-z]{1,5}-?)?\d{4,14}(?:-\d{1,8})?(?![\w#-])", re.ASCII)
PARCEL_SHAPE = re.compile(
    r"(?<![A-Za-z0-9])(?:1Z(?: ?[0-9A-Z]){16}|JJ?D[0-9A-Z]{11,20}|SF\d{12,15}|YT\d{13,15}"
    r"|LP\d{14}|TBA\d{12}|J[TX]\d{10,15}|9[2-5]\d{2}(?: ?\d{4}){4}(?: ?\d{2})?"
    r"|JNE\d{10,14})(?![A-Za-z0-9])"
)
S10 = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2} ?(?:\d{3} ?\d{3} ?\d{3}|\d{8}|\d{10})"
    r" ?(?P<country>[A-Z]{2})(?![A-Za-z0-9])"
)
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
LONG_DIGITS = re.compile(r"(?<![\w.,+-])\d(?: ?\d){9,21}(?![\w])", re.ASCII)
PHONE_SHAPE = re.compile(
    r"(?<![\w./+-])(?<!\d,)(?<!\d )(?:\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,4}"
    r"|0\d{1,4}[ -]\d{2,4}(?:[ -]\d{2,4}){1,3}|0\d{3}[ -]\d{7,8}|\(\d{2,3}\) ?9?\d{3,4}[ -]\d{4}"
    r"|(?:1[.-])?[2-9]\d{2}[.-]\d{3}[.-]\d{4}|1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?![\w-])"
    r"|(?<!\w)\+ ?\d(?:[ ().-]{0,3}\d){7,14}(?!\d)",
    re.ASCII,
)
CARRIER_CODE = re.compile(
    r"(?<![\w.,+-])(?:[A-Z]{1,4}-?)?\d(?: ?\d){7,27}(?:[A-Z]{1,3})?(?!\w)"
    r"|(?<![\w.,+-])[A-Z0-9]{8,30}(?:[.-][A-Z0-9]{1,20}){0,5}(?!\w)",
    re.ASCII,
)
