"""Values in messages of all languages, with look-alikes that are none beside them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from cs_qa.policy.values import Value, read_values
from cs_qa.text import LANGUAGES

D, B, H, W, M, Y = "day", "business_day", "hour", "week", "month", "year"
ANY = "percent"

STATED = {
    "en": [
        ("You have 30 days.", [("30 days", 30, 30, D)]),
        ("Within a fortnight", [("a fortnight", None, 2, W)]),
        ("It takes 3-5 business days.", [("3-5 business days", 3, 5, B)]),
        ("two to three weeks", [("two to three weeks", 2, 3, W)]),
        ("between 3 and 5 working days", [("3 and 5 working days", 3, 5, B)]),
        ("half a year", [("half a year", 6, 6, M)]),
        ("a year and a half", [("a year and a half", 18, 18, M)]),
        ("1½ years", [("1½ years", 18, 18, M)]),
        ("1 year 6 months", [("1 year 6 months", 18, 18, M)]),
        ("a week to ten days", [("a week to ten days", 7, 10, D)]),
        ("a 24-month warranty", [("24-month", 24, 24, M)]),
        ("at least twenty-one days", [("twenty-one days", 21, None, D)]),
        ("US$8 or EUR 4.95", [("US$8", 8, 8, "USD"), ("EUR 4.95", 4.95, 4.95, "EUR")]),
        (
            "orders over £1,299.00 get 15 %",
            [("£1,299.00", 1299, None, "GBP"), ("15 %", 15, 15, ANY)],
        ),
        ("£3.95, free from 60", [("£3.95", 3.95, 3.95, "GBP"), ("60", 60, None, "GBP")]),
        ("a €5 voucher", [("€5", 5, 5, "EUR")]),
        ("one free exchange", [("one free exchange", 1, 1, "exchange")]),
        ("you may swap it twice", [("twice", 2, 2, "time")]),
        ("within 30 minutes", [("30 minutes", None, 0.5, H)]),
        ("a month (30 days)", [("a month", 1, 1, M), ("30 days", 30, 30, D)]),
        ("€9 a month", [("€9", 9, 9, "EUR")]),
        ("€5, 3 days", [("€5", 5, 5, "EUR"), ("3 days", 3, 3, D)]),
        ("€5 or 3 items", [("€5", 5, 5, "EUR"), ("3 items", 3, 3, "item")]),
        ("5 €, 30 days", [("5 €", 5, 5, "EUR"), ("30 days", 30, 30, D)]),
        ("30 (thirty) days", [("30 (thirty) days", 30, 30, D)]),
    ],
    "zh": [
        ("签收后六十天内可退", [("六十天", None, 60, D)]),
        ("一般三五天到", [("三五天", 3, 5, D)]),
        ("一个半月", [("一个半月", 1.5, 1.5, M)]),
        ("保修半年", [("半年", 6, 6, M)]),
        ("俩月不行，两个工作日可以", [("两个工作日", 2, 2, B)]),
        ("二十到三十天", [("二十到三十天", 20, 30, D)]),
        ("扣百分之十五", [("百分之十五", 15, 15, ANY)]),
        ("收一成半", [("一成半", 15, 15, ANY)]),
        ("运费12美元", [("12美元", 12, 12, "USD")]),
        ("运费 8 欧元，满 299 包邮", [("8 欧元", 8, 8, "EUR"), ("299", 299, None, "EUR")]),
        ("1万2千日元", [("1万2千日元", 12000, 12000, "JPY")]),
        ("９０天", [("９０天", 90, 90, D)]),
    ],
    "es": [
        ("noventa días", [("noventa días", 90, 90, D)]),
        ("de 3 a 5 días hábiles", [("3 a 5 días hábiles", 3, 5, B)]),
        ("entre dos y tres semanas", [("dos y tres semanas", 2, 3, W)]),
        ("medio año", [("medio año", 6, 6, M)]),
        ("un año y medio", [("un año y medio", 18, 18, M)]),
        ("como máximo 1.299,00 €", [("1.299,00 €", None, 1299, "EUR")]),
    ],
    "pt": [
        ("em até duas semanas", [("duas semanas", None, 2, W)]),
        ("cinco dias úteis", [("cinco dias úteis", 5, 5, B)]),
        ("R$ 20,50", [("R$ 20,50", 20.5, 20.5, "BRL")]),
        ("um ano e meio", [("um ano e meio", 18, 18, M)]),
    ],
    "fr": [
        ("quinze jours", [("quinze jours", 2, 2, W)]),
        ("une quinzaine de jours", [("une quinzaine de jours", 15, 15, D)]),
        ("entre 3 et 5 jours ouvrés", [("3 et 5 jours ouvrés", 3, 5, B)]),
        ("quatre-vingt-dix jours", [("quatre-vingt-dix jours", 90, 90, D)]),
        ("sous 48h", [("48h", None, 48, H)]),
        ("4,95 €", [("4,95 €", 4.95, 4.95, "EUR")]),
        ("deux cents euros", [("deux cents euros", 200, 200, "EUR")]),
    ],
    "de": [
        ("einundzwanzig Tage", [("einundzwanzig Tage", 21, 21, D)]),
        ("eine vierzehntägige Frist", [("vierzehntägige", 14, 14, D)]),
        ("eineinhalb Jahre", [("eineinhalb Jahre", 18, 18, M)]),
        ("von 3 bis 5 Werktagen", [("3 bis 5 Werktagen", 3, 5, B)]),
        ("12-monatige Garantie", [("12-monatige", 12, 12, M)]),
        ("zwei, drei Wochen", [("zwei, drei Wochen", 2, 3, W)]),
        ("einmal kostenlos", [("einmal", 1, 1, "time")]),
        ("ein 5-Euro-Gutschein", [("5-Euro", 5, 5, "EUR")]),
    ],
    "it": [
        ("entro quarantacinque giorni", [("quarantacinque giorni", None, 45, D)]),
        ("una quindicina di giorni", [("una quindicina di giorni", 15, 15, D)]),
        ("due giorni lavorativi", [("due giorni lavorativi", 2, 2, B)]),
        ("5,90 € fino a 49 euro", [("5,90 €", 5.9, 5.9, "EUR"), ("49 euro", None, 49, "EUR")]),
    ],
    "nl": [
        ("anderhalf jaar", [("anderhalf jaar", 18, 18, M)]),
        ("binnen dertig dagen", [("dertig dagen", None, 30, D)]),
        ("een dag of veertien", [("een dag of veertien", 14, 14, D)]),
        ("twee werkdagen", [("twee werkdagen", 2, 2, B)]),
    ],
    "pl": [
        ("w ciągu trzydziestu dni", [("trzydziestu dni", None, 30, D)]),
        ("dwuletnia gwarancja", [("dwuletnia", 2, 2, Y)]),
        ("2-letnia gwarancja", [("2-letnia", 2, 2, Y)]),
        ("pół roku", [("pół roku", 6, 6, M)]),
        ("rok gwarancji", [("rok", 1, 1, Y)]),
        ("3–5 dni roboczych, 20 zł", [("3–5 dni roboczych", 3, 5, B), ("20 zł", 20, 20, "PLN")]),
    ],
    "ru": [
        ("в течение тридцати дней", [("тридцати дней", None, 30, D)]),
        ("два с половиной месяца", [("два с половиной месяца", 2.5, 2.5, M)]),
        ("полгода", [("полгода", 6, 6, M)]),
        ("двухлетняя гарантия", [("двухлетняя", 2, 2, Y)]),
        ("дней пять", [("дней пять", 5, 5, D)]),
        ("через неделю", [("неделю", 1, 1, W)]),
        ("от 3 до 5 рабочих дней", [("3 до 5 рабочих дней", 3, 5, B)]),
        ("1 290 ₽", [("1 290 ₽", 1290, 1290, "RUB")]),
    ],
    "tr": [
        ("iki yıllık garanti", [("iki yıllık", 2, 2, Y)]),
        ("bir buçuk yıl", [("bir buçuk yıl", 18, 18, M)]),
        ("%15 kesinti", [("%15", 15, 15, ANY)]),
        ("14 gün içinde", [("14 gün", None, 14, D)]),
        ("beş iş günü", [("beş iş günü", 5, 5, B)]),
        ("100 dolar üzeri", [("100 dolar", 100, None, "USD")]),
    ],
    "ar": [
        ("خلال ١٤ يومًا", [("١٤ يومًا", None, 14, D)]),
        ("يومان", [("يومان", 2, 2, D)]),
        ("بعد أسبوعين", [("أسبوعين", 2, 2, W)]),
        ("سنة ونصف", [("سنة ونصف", 18, 18, M)]),
        ("من عشرة إلى عشرين يومًا", [("عشرة إلى عشرين يومًا", 10, 20, D)]),
        ("٥ أيام عمل", [("٥ أيام عمل", 5, 5, B)]),
        ("خلال أسبوع", [("أسبوع", None, 1, W)]),
    ],
    "ja": [
        ("30日以内", [("30日", None, 30, D)]),
        ("1年半", [("1年半", 18, 18, M)]),
        ("3〜5営業日", [("3〜5営業日", 3, 5, B)]),
        ("２、３日", [("２、３日", 2, 3, D)]),
        ("3ヶ月", [("3ヶ月", 3, 3, M)]),
        ("¥490、8,000円以上", [("¥490", 490, 490, "JPY"), ("8,000円", 8000, None, "JPY")]),
    ],
    "ko": [
        ("서른 날", [("서른 날", 30, 30, D)]),
        ("삼십일 이내", [("삼십일", None, 30, D)]),
        ("십일 안에", [("십일", None, 10, D)]),
        ("두 달", [("두 달", 2, 2, M)]),
        ("반년", [("반년", 6, 6, M)]),
        ("영업일 기준 5~10일", [("5~10일", 5, 10, B)]),
        ("4만5천원", [("4만5천원", 45000, 45000, "KRW")]),
    ],
    "th": [
        ("ภายใน ๑๔ วัน", [("๑๔ วัน", None, 14, D)]),
        ("สิบถึงยี่สิบสัปดาห์", [("สิบถึงยี่สิบสัปดาห์", 10, 20, W)]),
        ("ครึ่งปี", [("ครึ่งปี", 6, 6, M)]),
        ("สองปีครึ่ง", [("สองปีครึ่ง", 30, 30, M)]),
        ("หนึ่งวันทำการ", [("หนึ่งวันทำการ", 1, 1, B)]),
    ],
    "vi": [
        ("trong vòng hai tuần", [("hai tuần", None, 2, W)]),
        ("năm ngày, năm năm", [("năm ngày", 5, 5, D), ("năm năm", 5, 5, Y)]),
        ("một năm rưỡi", [("một năm rưỡi", 18, 18, M)]),
        ("hai mươi lăm ngày làm việc", [("hai mươi lăm ngày làm việc", 25, 25, B)]),
        ("phí 50k", [("50k", 50000, 50000, "VND")]),
    ],
    "id": [
        ("seminggu", [("seminggu", 1, 1, W)]),
        ("satu setengah tahun", [("satu setengah tahun", 18, 18, M)]),
        ("3x24 jam", [("3x24 jam", 72, 72, H)]),
        ("ongkir 50rb", [("50rb", 50000, 50000, "IDR")]),
        ("Rp50.000", [("Rp50.000", 50000, 50000, "IDR")]),
    ],
}

NO_VALUES = {
    "en": [
        "Delivered on 3 May, 12/05/2026 at 9:00.",
        "Order #4471 and <ORDER_NO_1>, call [PHONE_1].",
        "Size 42, 10 cm wide, 500 ml, 64 GB.",
        "On the 30th I wrote to you. Have a nice day, see you in 2026!",
        "Once it ships we cannot stop it.",
        "Mail me at a5@days.example or see https://x.example/30days",
    ],
    "zh": ["5月3日发的货", "第一次见", "请再试一次", "每天都有人", "零件没有", "星期三天气好"],
    "es": ["a las 18 h", "el 3 de mayo de 2026", "Buenos días"],
    "pt": ["às 18h", "até o meio-dia"],
    "fr": ["à 18h", "de 9 h à 18 h", "à 18h30", "bonne journée"],
    "de": ["am 3. Mai", "um 18 h", "am 14. Tag", "noch einmal bitte"],
    "it": ["alle ore 18", "buon giorno"],
    "nl": ["om 14 uur", "na 16.00 uur"],
    "pl": ["o godz. 18", "w tym roku"],
    "ru": ["в 18 часов", "в этом году", "3 мая 2026 года"],
    "tr": ["saat 9'da", "3 Mayıs"],
    "ar": ["٣ مايو ٢٠٢٦"],
    "ja": ["5月3日に", "9時から", "第3回", "2回目", "毎日"],
    "ko": ["5월 3일", "오후 3시", "좋은 하루 되세요"],
    "th": ["วันที่ 3 พฤษภาคม", "ปีละ", "วันเดียวกัน"],
    "vi": ["ngày 3 tháng 5", "thứ hai tuần sau", "chính hãng", "lúc 9 giờ"],
    "id": ["jam 9", "tanggal 3", "maaf sekali", "hari Minggu"],
}

_DAYS = {"en": " days", "es": " días", "pt": " dias", "fr": " jours", "de": " Tage", "ru": " дней"}
_DAYS |= {"it": " giorni", "nl": " dagen", "pl": " dni", "tr": " gün", "ar": " يوم", "ja": "日間"}
_DAYS |= {"ko": "일", "th": "วัน", "vi": " ngày", "id": " hari"}


def _told(text: str, value: Value) -> tuple[str, float | None, float | None, str]:
    unit = value.unit or value.candidates[0]
    return text[value.start : value.end], value.low, value.high, unit


def test_every_language_has_its_tables() -> None:
    assert set(STATED) == set(NO_VALUES) == set(LANGUAGES)
    assert set(_DAYS) == set(LANGUAGES) - {"zh"}  # num2words does not write Chinese


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [(language, *row) for language, rows in STATED.items() for row in rows],
)
def test_stated_values(language: str, text: str, expected: list[object]) -> None:
    assert [_told(text, value) for value in read_values(text, language)] == expected


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang, texts in NO_VALUES.items() for text in texts]
)
def test_no_values(language: str, text: str) -> None:
    assert read_values(text, language) == ()


@pytest.mark.parametrize(
    ("text", "language", "is_approximate"),
    [
        ("about 30 days", "en", True),
        ("30 days", "en", False),
        ("etwa zwei Wochen", "de", True),
        ("30日ほど", "ja", True),
        ("10天左右", "zh", True),
        ("дней десять", "ru", True),
    ],
)
def test_approximate(text: str, language: str, is_approximate: bool) -> None:
    (value,) = read_values(text, language)
    assert value.is_approximate is is_approximate


def test_a_bare_sign_has_candidates() -> None:
    (value,) = read_values("$8", "en")
    assert value.unit == ""
    assert {"USD", "CAD", "AUD"} <= set(value.candidates)
    (value,) = read_values("$8 CAD", "en")
    assert (value.unit, value.candidates) == ("CAD", ())


def test_unknown_language() -> None:
    with pytest.raises(ValueError, match="No values are read in 'xx'"):
        read_values("30 days", "xx")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(_DAYS)), st.integers(16, 999))
def test_number_words_are_read_back(language: str, number: int) -> None:
    text = num2words(number, lang=language) + _DAYS[language]
    assert [_told(text, value)[1:] for value in read_values(text, language)] == [
        (number, number, "day")
    ]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(max_size=60))
def test_any_text_gives_ordered_spans_inside_it(language: str, text: str) -> None:
    at = 0
    for value in read_values(text, language):
        assert at <= value.start < value.end <= len(text)
        at = value.start


@pytest.mark.parametrize(
    ("language", "piece"),
    [
        ("en", "9"),
        ("en", "999,"),
        ("en", "one "),
        ("en", "two or "),
        ("en", "$5 - "),
        ("zh", "九"),
        ("de", "ein"),
        ("vi", "năm "),
        ("ko", "일"),
        ("en", "a week and "),
        ("en", "at most "),
    ],
)
def test_long_runs_are_read_in_linear_time(language: str, piece: str) -> None:
    began = time.process_time()
    read_values(piece * 5_000 + " days", language)
    assert time.process_time() - began < 5
