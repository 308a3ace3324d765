from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cs_qa.text import Entity, find_entities, mask, redact_conversation
from cs_qa.text.personal import ENTITY_TYPES, RECOGNIZERS, Message, asked_for, view


def found(text: str, region: str | None = None) -> list[tuple[str, str]]:
    return [(e.type, text[e.start : e.end]) for e in find_entities(text, region=region)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mail me: ann.b+shop@mail.example.com.", "ann.b+shop@mail.example.com"),
        ("请发送至finance@example.com。", "finance@example.com"),
        ("an: müller@beispiel.example", "müller@beispiel.example"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    ],
)
def test_email(text: str, value: str) -> None:
    assert found(text) == [("EMAIL", value)]


@pytest.mark.parametrize(
    ("text", "region", "value"),
    [
        ("call 0800 555 0142 please", None, "0800 555 0142"),
        ("020 7946 0123", None, "020 7946 0123"),
        ("顾海云 0574-0000-2218", None, "0574-0000-2218"),
        ("手机１３８００１３８０００", None, "１３８００１３８０００"),
        ("رقم الهاتف ٠٥٠١٢٣٤٥٦٧", None, "٠٥٠١٢٣٤٥٦٧"),
        ("+44 20 7946 0958", None, "+44 20 7946 0958"),
        ("+1 (555) 012-3456", None, "+1 (555) 012-3456"),
        ("Ruf mich an: Handy 0151 23456789", None, "0151 23456789"),
        ("mon téléphone : 06 39 98 00 41.", None, "06 39 98 00 41"),
        ("moi telefon 600 123 456", None, "600 123 456"),
        ("Telefon numaram 0500 000 33 18", None, "0500 000 33 18"),
        ("(11) 90000-2841", None, "(11) 90000-2841"),
        ("614-555-0142", None, "614-555-0142"),
        ("1-800-555-0199", None, "1-800-555-0199"),
        ("連絡先は090-0000-6612です", None, "090-0000-6612"),
        ("휴대폰 010-0000-8823", None, "010-0000-8823"),
        ("โทร 0812345678", None, "0812345678"),
        ("sđt 0912345678", None, "0912345678"),
        ("nomor hp 081234567890", None, "081234567890"),
        ("мой телефон 8 912 345 67 89", None, "8 912 345 67 89"),
        ("ring me, 612 345 678", "ES", "612 345 678"),
        ("30 12345678 ist es", "UK", None),
        ("es la 612345678 gracias", "ES", "612345678"),
        ("es la 612345678 gracias", None, None),
        ("es la 612345678 gracias", "EU", None),
    ],
)
def test_phone(text: str, region: str | None, value: str | None) -> None:
    assert found(text, region) == ([] if value is None else [("PHONE", value)])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("card 4111 1111 1111 1111 ok", "4111 1111 1111 1111"),
        ("5500-0000-0000-0004", "5500-0000-0000-0004"),
        ("378282246310005", "378282246310005"),
        ("卡号6200000000000005", "6200000000000005"),
        ("４１１１１１１１１１１１１１１１", "４１１１１１１１１１１１１１１１"),
        ("4111 1111 1111 1112", None),  # check digit
        ("9111 1111 1111 1111", None),  # no issuer
    ],
)
def test_card(text: str, value: str | None) -> None:
    assert [v for t, v in found(text) if t == "CARD"] == ([] if value is None else [value])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Order no. 4821", "4821"),
        ("my order number is HL605081X", "HL605081X"),
        ("invoices for orders 70118, please", "70118"),
        ("#NL-620554", "#NL-620554"),
        ("Order #1234", "#1234"),
        ("HL-605081", "HL-605081"),
        ("ＨＬ－６０５０８１", "ＨＬ－６０５０８１"),
        ("111-1234567-1234567", "111-1234567-1234567"),
        ("20241118-003391", "20241118-003391"),
        ("订单号5500192被退回", "5500192"),
        ("訂單編號 88412", "88412"),
        ("주문번호 HL-607315 입니다", "HL-607315"),
        ("注文番号は J-70914です", "J-70914"),
        ("Bestellnummer: 30-77125", "30-77125"),
        ("ma commande n° 48291", "48291"),
        ("numéro de commande 48291", "48291"),
        ("el pedido 7710293.", "7710293"),
        ("l'ordine n. 778120", "778120"),
        ("o pedido 8830-21177", "8830-21177"),
        ("bestelling 5500417", "5500417"),
        ("zamówienie nr 551299", "551299"),
        ("номер заказа 2217806", "2217806"),
        ("sipariş no 88410273", "88410273"),
        ("رقم الطلب ٧٧١٩٢٠", "٧٧١٩٢٠"),
        ("หมายเลขคำสั่งซื้อ 8841027", "8841027"),
        ("đơn hàng 4471209 giao", "4471209"),
        ("pesanan #TW-55190", "#TW-55190"),
    ],
)
def test_order_number(text: str, value: str) -> None:
    assert found(text) == [("ORDER_NO", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1Z999AA10123456784", "1Z999AA10123456784"),
        ("RR123456785CN", "RR123456785CN"),  # check digit
        ("RR123456785XX", "RR123456785XX"),  # check digit, no country
        ("RR123456789DE", "RR123456789DE"),  # country, made up
        ("RR123456789XX", None),
        ("UPS 1234567890123", "1234567890123"),
        ("DHL: 00340434161094042557", "00340434161094042557"),
        ("a number 1234567890123", None),
        ("tracking number is 9400 1000 0000 0000 0000 00", "9400 1000 0000 0000 0000 00"),
        ("运单号：SF1476000002280", "SF1476000002280"),
        ("快递单号 773300112", "773300112"),
        ("Sendungsnummer 77330011", "77330011"),
        ("numéro de suivi 7C0419928", "7C0419928"),
        ("número de seguimiento 99120038451", "99120038451"),
        ("código de rastreio 7C0419928", "7C0419928"),
        ("codice di tracciamento 77330011", "77330011"),
        ("трек-номер 2217806", "2217806"),
        ("takip no 77330011", "77330011"),
        ("送り状番号は 773300112", "773300112"),
        ("송장번호 773300112", "773300112"),
        ("เลขพัสดุ 773300112", "773300112"),
        ("mã vận đơn 773300112", "773300112"),
        ("nomor resi JX331091234521", "JX331091234521"),
        ("رقم التتبع 773300112", "773300112"),
        ("numer przesyłki 773300112", "773300112"),
        ("trackcode 773300112", "773300112"),
    ],
)
def test_tracking_number(text: str, value: str | None) -> None:
    assert found(text) == ([] if value is None else [("TRACKING_NO", value)])


@pytest.mark.parametrize(
    "text",
    [
        "€119.90", "119,90 €", "Rp 1250000", "1.250.000", "Rs 13500", "order total 12000 JPY",
        "the order cost 12000 yen", "订单金额 12000元", "purchase of 10000 pesos",
        "2024-05-01", "01.05.2024", "5/12/2024", "20240501", "order of 2024-05-01",
        "pedido de 2024", "2023-2024", "10:30-12:30", "pre-order 10-15 days",
        "ordered 10000 pieces", "order 500000 units", "500ml", "battery 5000 mAh", "128 GB",
        "iPhone 15 Pro Max", "Galaxy S24 Ultra", "WH-1000XM5", "RTX-4090", "RTX 4090", "A2650",
        "ISO-9001", "Windows 11", "size 38-40", "45x45 cm", "200x300", "EU 42.5", "zip 48104",
        "Ticket #88213", "your ticket is #88213", "工单 #88198", "SKU-1234567", "colour #112233",
        "user@", "@shop", "4,200 points", "#1 seller", "24/7", "70%", "1/2", "3.5 mm",
        "8820****13", "Order 8820****13", "no numbers here", "",
        "&#1101; &#39234;",
    ],
)  # fmt: skip
def test_what_is_not_personal_stays(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "<ORDER_NO_1> [订单x] [数字x] <url> <PHONE> #ORDER_ID# {{order_12345}}",
        "order number <ORDER_NO_1>, tel <PHONE_12>",
        "订单<ORDER_NO_1>号",
    ],
)
def test_placeholders_stay(text: str) -> None:
    assert found(text) == []
    assert redact_conversation([text]) == [text]


def test_the_longer_entity_wins() -> None:
    assert found("order 4111 1111 1111 1111") == [("CARD", "4111 1111 1111 1111")]
    assert found("order ann12345@example.com") == [("EMAIL", "ann12345@example.com")]


def test_mask_numbers_each_type_by_first_occurrence() -> None:
    names: dict[tuple[str, str], str] = {}
    text = "b@x.example a@x.example B@X.EXAMPLE HL-605081"
    assert mask(text, find_entities(text), names) == "<EMAIL_1> <EMAIL_2> <EMAIL_1> <ORDER_NO_1>"
    assert mask("hl605081 x", [Entity("ORDER_NO", 0, 8)], names) == "<ORDER_NO_1> x"


@pytest.mark.parametrize(
    ("texts", "masked"),
    [
        (
            ["My order no. is HL-605081.", "hl 605081, thanks", "HL605081?"],
            ["My order no. is <ORDER_NO_1>.", "<ORDER_NO_1>, thanks", "<ORDER_NO_1>?"],
        ),
        (["pedido 30917", "30917, tá ali"], ["pedido <ORDER_NO_1>", "<ORDER_NO_1>, tá ali"]),
        (["pedido 30917", "30917 € extra"], ["pedido <ORDER_NO_1>", "30917 € extra"]),
        (["Give me your order number", "88213"], ["Give me your order number", "<ORDER_NO_1>"]),
        (["订单号发一下", "好的", "8821355"], ["订单号发一下", "好的", "<ORDER_NO_1>"]),
        (["Your phone number?", "5550142"], ["Your phone number?", "<PHONE_1>"]),
        (["The tracking code?", "99120038"], ["The tracking code?", "<TRACKING_NO_1>"]),
        (["Your order number?", "2024-05-01"], ["Your order number?", "2024-05-01"]),
        (["What size?", "88213"], ["What size?", "88213"]),
        (["seen <EMAIL_1>", "ann@x.example"], ["seen <EMAIL_1>", "<EMAIL_2>"]),
        (["[EMAIL], <PHONE_3>", "ann@x.example"], ["[EMAIL], <PHONE_3>", "<EMAIL_1>"]),
        ([], []),
    ],
)  # fmt: skip
def test_conversation(texts: list[str], masked: list[str]) -> None:
    assert redact_conversation(texts) == masked
    assert redact_conversation(masked) == masked


def test_the_market_decides_on_national_numbers() -> None:
    assert redact_conversation(["es la 612345678"], market="ES") == ["es la <PHONE_1>"]
    assert redact_conversation(["es la 612345678"], market="EU") == ["es la 612345678"]


PIECES = st.sampled_from(
    ["order", "订单号", "tel", " ", " ", "-", "#", ":", ".", "no", "HL-605081", "0800 555 0142",
     "a@b.example", "4111111111111111", "12345", "7", "٧", "Ａ", "<PHONE_1>", "€", "x", "UPS",
     "RR123456785CN", "\ud800", "\x00", "+44 20 7946 0958", "[", "]", "é", "\n"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES).map("".join), st.text())


@given(TEXTS, st.sampled_from([None, "DE", "CN", "EU"]))
def test_entities_are_sorted_apart_and_inside(text: str, region: str | None) -> None:
    entities = find_entities(text, region=region)
    ends = [0, *(entity.end for entity in entities)]
    assert all(
        before <= e.start < e.end <= len(text) for before, e in zip(ends, entities, strict=False)
    )
    assert {entity.type for entity in entities} <= set(ENTITY_TYPES)


@given(st.lists(TEXTS, max_size=4), st.sampled_from([None, "DE"]))
def test_masking_twice_changes_nothing(texts: list[str], market: str | None) -> None:
    once = redact_conversation(texts, market=market)
    assert redact_conversation(once, market=market) == once


@given(st.text())
def test_the_view_keeps_every_place(text: str) -> None:
    assert len(view(text)) == len(text)


@pytest.mark.parametrize(
    "unit", ["1-", "a", "(1", "a.@", "order ", "订单1", "0 ", "+1 ", "[1", "{1"]
)
def test_a_megabyte_takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit)) + " ann@example.com"
    started = time.process_time()
    assert ("EMAIL", "ann@example.com") in found(text, "DE")
    assert time.process_time() - started < 20


def test_many_values_take_linear_time() -> None:
    text = " ".join(f"a{number}@x.example" for number in range(30_000))
    started = time.process_time()
    assert redact_conversation([text])[0].endswith("<EMAIL_29999> <EMAIL_30000>")
    assert time.process_time() - started < 20


def test_every_recognizer_is_a_value_that_finds_nothing_in_nothing() -> None:
    for recognize in RECOGNIZERS:
        assert list(recognize(Message.of(""))) == []
        assert re.fullmatch(r"\w+\(.*\)", repr(recognize), re.DOTALL)
    assert len(set(RECOGNIZERS)) == len(RECOGNIZERS)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Could I get the order number?", "ORDER_NO"),
        ("¿Me da su número de pedido?", "ORDER_NO"),
        ("номер заказа подскажите", "ORDER_NO"),
        ("Numer telefonu?", "PHONE"),
        ("运单号多少", "TRACKING_NO"),
        ("What colour would you like?", None),
        ("What is your postcode?", None),
    ],
)
def test_what_a_turn_asks_for(text: str, kind: str | None) -> None:
    assert asked_for(text) == kind


def test_national_phones_are_known_by_the_language_where_no_market_is_given() -> None:
    text = "030 901820 geht"
    assert redact_conversation([text], language="de-AT") == ["<PHONE_1> geht"]
    assert redact_conversation([text], language="de", market="US") == [text]
    assert redact_conversation(["die 030 901820 ist die richtige"]) == [
        "die <PHONE_1> ist die richtige"
    ]
