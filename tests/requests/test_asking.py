from __future__ import annotations

import pytest

from cs_qa.requests import asked


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("en", "Could you send me your order number?", "order_number"),
        ("zh", "麻烦您提供一下订单号哦", "order_number"),
        ("es", "¿Me indica su número de pedido, por favor?", "order_number"),
        ("pt", "Pode me informar o número do pedido?", "order_number"),
        ("fr", "Pouvez-vous m'indiquer votre numéro de commande ?", "order_number"),
        ("de", "Könnten Sie mir bitte Ihre Bestellnummer nennen?", "order_number"),
        ("it", "Mi può indicare il numero d'ordine?", "order_number"),
        ("nl", "Kunt u uw bestelnummer doorgeven?", "order_number"),
        ("pl", "Proszę podać numer zamówienia.", "order_number"),
        ("ru", "Пришлите, пожалуйста, номер заказа.", "order_number"),
        ("tr", "Sipariş numaranızı yazar mısınız?", "order_number"),
        ("ar", "ممكن تزودني برقم الطلب؟", "order_number"),
        ("ja", "ご注文番号を教えていただけますか？", "order_number"),
        ("ko", "주문번호를 알려주시겠어요?", "order_number"),
        ("th", "รบกวนขอเลขออเดอร์ค่ะ", "order_number"),
        ("vi", "Bạn cho mình xin mã đơn hàng ạ?", "order_number"),
        ("id", "Boleh diinfokan nomor pesanannya, Kak?", "order_number"),
        ("en", "Order number?", "order_number"),
        ("en", "Which size do you need?", "size"),
        ("en", "To help you, please send:\n1. a photo\n2. your phone number", "photo"),
        ("en", "What seems to be the problem?", "reason"),
        ("en", "When did you buy it?", "purchase_date"),
        ("zh", "请问您想要什么颜色？", "colour"),
    ],
)
def test_a_request_is_found(language: str, text: str, kind: str) -> None:
    found = {request.kind: request for request in asked(text, language)}
    assert kind in found
    assert 0 <= found[kind].start < found[kind].end <= len(text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The order number is on the invoice."),
        ("en", "Thank you for your photo."),
        ("en", "I'll send you the tracking number tomorrow."),
        ("en", "We received your photos and will check them."),
        ("en", "You don't need to send a photo."),
        ("zh", "订单号在包装上"),
        ("zh", "有什么问题我可以帮您处理或解决呢?"),
        ("de", "Die Sendungsnummer schicke ich Ihnen morgen."),
        ("fr", "Le numéro de commande figure sur la facture."),
        ("en", ""),
    ],
)
def test_a_statement_or_an_offer_is_no_request(language: str, text: str) -> None:
    assert asked(text, language) == ()


def test_a_language_without_wordings_has_no_requests() -> None:
    assert asked("Could you send me your order number?", "sw") == ()
    assert asked("Could you send me your order number?", None) == ()


@pytest.mark.parametrize(
    ("text", "excuse"),
    [
        ("The photo is blurry, could you send me a photo?", "is_with_reason"),
        ("Could you confirm that your address is 12 Elm Street, is that right?", "is_confirmation"),
        ("Could you send me the other order number?", "is_other"),
        ("Please send me your order number again.", "is_again"),
        ("Could you send me your order number?", None),
    ],
)
def test_what_a_request_says_of_itself(text: str, excuse: str | None) -> None:
    (request, *_) = asked(text, "en")
    flags = ("is_with_reason", "is_confirmation", "is_other", "is_again")
    assert [flag for flag in flags if getattr(request, flag)] == ([excuse] if excuse else [])


def test_the_clause_is_told() -> None:
    text = "Sorry about that! Could you send me your order number? Thanks."
    (request,) = asked(text, "en")
    assert text[request.start : request.end] == "Could you send me your order number?"
