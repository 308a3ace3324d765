"""Topics that the statement heads know, and how shops name them."""

from __future__ import annotations

import re
from collections.abc import Mapping

OTHER = "other"

TOPICS = (
    "returns", "exclusions", "return_fee", "restocking_fee", "refund_time", "refund_method",
    "exchange", "damaged_wrong_item", "missing_parcel", "delivery_time", "dispatch_time",
    "late_delivery_credit", "cancellation", "address_change", "price_match", "warranty",
    "duties_vat", "gift_card", "shipping_fee", "service_hours", OTHER,
)  # fmt: skip

_NAMES: Mapping[str, str] = {
    "return_window": "returns", "return_policy": "returns", "return_period": "returns",
    "return": "returns", "returns_window": "returns", "withdrawal": "returns",
    "non_returnable": "exclusions", "nonreturnable": "exclusions", "hygiene": "exclusions",
    "final_sale": "exclusions", "return_exclusions": "exclusions", "excluded_items": "exclusions",
    "return_cost": "return_fee", "return_costs": "return_fee", "return_shipping": "return_fee",
    "return_label": "return_fee", "return_postage": "return_fee",
    "restocking": "restocking_fee", "refund": "refund_time", "refunds": "refund_time",
    "refund_period": "refund_time", "refund_speed": "refund_time",
    "refund_payment": "refund_method", "exchanges": "exchange", "replacement": "exchange",
    "damaged_item": "damaged_wrong_item", "damaged": "damaged_wrong_item",
    "damage": "damaged_wrong_item", "faulty": "damaged_wrong_item",
    "wrong_item": "damaged_wrong_item", "defective": "damaged_wrong_item",
    "faulty_items": "damaged_wrong_item", "damaged_items": "damaged_wrong_item",
    "lost_parcel": "missing_parcel", "lost_package": "missing_parcel",
    "missing_package": "missing_parcel", "lost_item": "missing_parcel",
    "missing": "missing_parcel", "delivery": "delivery_time", "shipping_time": "delivery_time",
    "transit_time": "delivery_time", "delivery_times": "delivery_time",
    "dispatch": "dispatch_time", "handling_time": "dispatch_time",
    "processing_time": "dispatch_time", "late_delivery": "late_delivery_credit",
    "delay_compensation": "late_delivery_credit", "late_compensation": "late_delivery_credit",
    "cancel": "cancellation", "cancellations": "cancellation", "order_cancellation": "cancellation",
    "address": "address_change", "price_adjustment": "price_match",
    "price_matching": "price_match", "price_protection": "price_match",
    "price_guarantee": "price_match", "guarantee": "warranty", "warranties": "warranty",
    "duties": "duties_vat", "duties_tax": "duties_vat", "customs": "duties_vat",
    "taxes": "duties_vat", "tax": "duties_vat", "vat": "duties_vat", "import_duties": "duties_vat",
    "duties_taxes": "duties_vat", "gift_cards": "gift_card", "voucher": "gift_card",
    "vouchers": "gift_card", "shipping": "shipping_fee", "shipping_cost": "shipping_fee",
    "shipping_costs": "shipping_fee", "delivery_fee": "shipping_fee", "postage": "shipping_fee",
    "opening_hours": "service_hours", "support_hours": "service_hours",
}  # fmt: skip


def canonical(topic: str) -> str | None:
    """Give the topic, of those that the heads know, that a shop means; None for one of its own.

    >>> canonical("Return Window"), canonical("baggage")
    ('returns', None)
    """
    name = re.sub(r"[\W_]+", "_", topic.strip().casefold()).strip("_")
    return name if name in TOPICS else _NAMES.get(name)
