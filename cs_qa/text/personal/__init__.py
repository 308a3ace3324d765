"""Recognisers of personal data, one a file, and the scan that says which of them to ask."""

from __future__ import annotations

from functools import cache
from itertools import chain

from cs_qa.text.personal import patterns
from cs_qa.text.personal.address import AnnouncedAddress, Street
from cs_qa.text.personal.address_by_parts import PartsAddress
from cs_qa.text.personal.address_shapes import (
    BareStreet,
    CompoundStreet,
    PostBox,
    VietnameseStreet,
)
from cs_qa.text.personal.card import Card
from cs_qa.text.personal.email import Email, SpokenEmail
from cs_qa.text.personal.entity import (
    BLANK,
    ENTITY_TYPES,
    PLACEHOLDER,
    Entity,
    EntityType,
    Message,
    Recognizer,
    view,
)
from cs_qa.text.personal.full_name import LooseName
from cs_qa.text.personal.iban import Iban
from cs_qa.text.personal.id_number import IdNumber
from cs_qa.text.personal.ip import Ip
from cs_qa.text.personal.name import (
    AnnouncedName,
    GreetedName,
    KnownName,
    SignedName,
    TitledName,
)
from cs_qa.text.personal.numbers import Announced, Shaped, asked_for, is_quantity
from cs_qa.text.personal.order import S10, CarrierNumber, HashNumber
from cs_qa.text.personal.overlaps import without_overlaps
from cs_qa.text.personal.phone import Phone
from cs_qa.text.personal.scan import Scan
from cs_qa.text.personal.wechat import MessengerId

__all__ = [
    "BLANK",
    "ENTITY_TYPES",
    "PLACEHOLDER",
    "RECOGNIZERS",
    "Entity",
    "EntityType",
    "Message",
    "Recognizer",
    "asked_for",
    "is_quantity",
    "recognized",
    "view",
]

RECOGNIZERS: tuple[Recognizer, ...] = (
    Email(),
    SpokenEmail(),
    Iban(),
    Ip(),
    MessengerId(),
    IdNumber(),
    Announced("TRACKING_NO", "tracking", min_digits=6, candidate=patterns.CODE, shape="six digits"),
    Announced("ORDER_NO", "order", min_digits=4, candidate=patterns.CODE, shape="four digits"),
    Shaped("PHONE", patterns.PHONE_SHAPE),
    S10(),
    Shaped("TRACKING_NO", patterns.PARCEL_SHAPE),
    CarrierNumber(),
    Shaped("ORDER_NO", patterns.DIGIT_CODE),
    Card(),
    Announced(
        "TRACKING_NO",
        "tracking",
        min_digits=8,
        candidate=patterns.SPACED_CODE,
        shape="spaced digits",
    ),
    Announced(
        "ORDER_NO", "order", min_digits=7, candidate=patterns.SPACED_CODE, shape="spaced digits"
    ),
    Announced("PHONE", "phone", min_digits=7, candidate=patterns.NUMBER, shape="seven digits"),
    Phone(),
    HashNumber(),
    Shaped("ORDER_NO", patterns.SHOP_CODE),
    Street(),
    CompoundStreet(),
    BareStreet(),
    VietnameseStreet(),
    PostBox(),
    PartsAddress(),
    AnnouncedAddress(),
    AnnouncedName(),
    KnownName(),
    TitledName(),
    GreetedName(),
    SignedName(),
    LooseName(),
)
"""In order of priority: of two entities at one place, the longer stands, else the earlier kind."""


_PHONE = RECOGNIZERS.index(Phone())


def recognized(message: Message) -> list[Entity]:
    """Ask the recognisers that a message is worth asking; give what stands, in order."""
    asked = _scan().worth_asking(message)
    found = {place: list(RECOGNIZERS[place](message)) for place in asked if place != _PHONE}
    if _PHONE in asked:  # the costliest, so last, to leave out what stands already
        message.taken = without_overlaps(chain.from_iterable(found.values()))
        found[_PHONE] = list(RECOGNIZERS[_PHONE](message))
    return without_overlaps(chain.from_iterable(found[place] for place in asked))


@cache
def _scan() -> Scan:
    return Scan.of([recognizer.needs for recognizer in RECOGNIZERS])
