from __future__ import annotations

from typing import Any

import pytest

from cs_qa.detectors.placeholder import Placeholder


def found(converse: Any, *said: tuple[str, str]) -> list[str]:
    (findings,) = Placeholder()([converse(*said)])
    assert all(finding.detail.advice for finding in findings)
    return [finding.text for finding in findings]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi {name}, it is on its way.", ["{name}"]),
        ("Hi {{ customer.first_name }}!", ["{{ customer.first_name }}"]),
        ("{% if vip %}Hello{% endif %}", ["{% if vip %}", "{% endif %}"]),
        ("Your parcel ${tracking} left.", ["${tracking}"]),
        ("Dear {!Contact.Name}, hello", ["{!Contact.Name}"]),
        ("Code <%= order.code %>", ["<%= order.code %>"]),
        ("Hello <<NAME>>", ["<<NAME>>"]),
        ("Hi *|FNAME|*", ["*|FNAME|*"]),
        ("Order %ORDER_ID% is here, %%NAME%%", ["%ORDER_ID%", "%%NAME%%"]),
        ("A refund of %s or %(total)s", ["%s", "%(total)s"]),
        ("You have {0} new messages", ["{0}"]),
        ("You have {count, plural, one message}", ["{count, plural, one message}"]),
        ("Dear [Customer Name],", ["[Customer Name]"]),
        ("Bonjour [Prénom],", ["[Prénom]"]),
        ("Olá [Nome do cliente]", ["[Nome do cliente]"]),
        ("Ihre Bestellung [Bestellnummer] ist da", ["[Bestellnummer]"]),
        ("Thanks! [INSERT LINK HERE]", ["[INSERT LINK HERE]"]),
        ("In [NUMBER OF DAYS] days", ["[NUMBER OF DAYS]"]),
        ("Dear <customer name>,", ["<customer name>"]),
        ("On (insert date) at noon", ["(insert date)"]),
        ("Hi __first_name__!", ["__first_name__"]),
        ("尊敬的【姓名】，您好", ["【姓名】"]),
        ("【お客様名】様、発送しました", ["【お客様名】"]),
        ("亲爱的{订单号}已发出", ["{订单号}"]),
        ("คุณ {ชื่อลูกค้า} คะ", ["{ชื่อลูกค้า}"]),
        ("[客户姓名]您好", ["[客户姓名]"]),
        ("亲爱的XX先生", ["XX"]),
        ("Dear Mr. XXXX, hello", ["XXXX"]),
        ("单号是XXXXXX，请查收", ["XXXXXX"]),
        ("Dear ____, hello", ["____"]),
        ("Dear undefined, hello", ["undefined"]),
        ("Lorem ipsum dolor sit amet, hello", ["Lorem ipsum dolor sit amet"]),
        ("此处输入文字", ["此处输入文字"]),
        # None of ours, nor of exports.
        ("Call <PHONE_1>, [PHONE_1], [EMAIL] for [ORDERID_10086]", []),
        ("<number> likes, [数字x]天 #E-s[数字x] [姓名]您好", []),
        ("[photo] [FV_1180442.pdf] [玫瑰] [video_00:42]", []),
        # What looks like one.
        ("Type { or } :-} {^_^} {x} { and }", []),
        ('The JSON is {"name": 1}, f(x) = {x : x > 3}', []),
        ("\\frac{ab}{cd}", []),
        ("<b>free</b>, 20% so what", []),
        ("Sizes XXXL and XX, love xxx", []),
        ("Card XXXX-XXXX-1234", []),
        ("That's __really__ important", []),
        ("请提供一下【订单号】", []),
        ("【返送先】東京\n【期限】7日", []),
        ("Please state your name: ____", []),
        ("Bitte nennen Sie uns [Name]", []),
        ("Insert (insert it upright) the battery", []),
        ("Nothing is undefined here", []),
        ("The page shows “{name}” by mistake", []),
        ("See https://a.example/{name}/x and `{name}`", []),
    ],
)
def test_what_a_template_leaves_open(converse: Any, text: str, left: list[str]) -> None:
    assert found(converse, ("customer", "Hello"), ("agent", text)) == left


def test_a_form_that_the_customer_writes_too_is_the_exports_mask(converse: Any) -> None:
    masked = ("customer", "I am {{Person Name}}")
    assert found(converse, masked, ("agent", "Hi {{Person Name}}, hello {name}")) == ["{name}"]


def test_only_the_agents_own_turns_are_read(converse: Any) -> None:
    said = [("bot", "Hi {name}"), ("customer", "Hi [Your Name]"), ("agent", "Hello!\n> Hi {name}")]
    assert found(converse, *said) == []


def test_letters_that_grow_when_folded_hide_no_place(converse: Any) -> None:
    assert found(converse, ("agent", "İ{name} lorem ipsum")) == ["{name}"]
