"""Arrow schemas of transcripts and scorecards. One row is one whole transcript.

Times are ISO 8601 strings with their original offset, so that nothing of the source is lost;
`extra` is JSON.
"""

from __future__ import annotations

import pyarrow as pa

from cs_qa.types import BANNED_LABELS

__all__ = ["ABOUT", "OUTCOME", "SCORECARD_SCHEMA", "TRANSCRIPT_SCHEMA"]

OUTCOME = pa.struct(
    [
        ("csat", pa.float64()),
        ("resolved", pa.bool_()),
        ("contact_reason", pa.string()),
        ("converted", pa.bool_()),
        ("order_value", pa.float64()),
        ("currency", pa.string()),
        ("complaint", pa.bool_()),
        ("attitude_rating", pa.string()),
        ("extra", pa.string()),
    ]
)
ABOUT = ["channel", "market", "customer_id", "agent_id", "team", "language", "urgency", "timezone"]

TRANSCRIPT_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        *((name, pa.string()) for name in ABOUT),
        (
            "turns",
            pa.list_(
                pa.struct(
                    [
                        ("role", pa.string()),
                        ("text", pa.large_string()),
                        ("at", pa.string()),
                        ("agent_id", pa.string()),
                        ("extra", pa.string()),
                    ]
                )
            ),
        ),
        ("outcome", OUTCOME),
        ("extra", pa.string()),
    ]
)

DETAIL = pa.struct(
    [
        ("earlier_turn", pa.int32()),
        ("similarity", pa.float64()),
        ("what", pa.string()),
        ("given_turn", pa.int32()),
        ("advice", pa.string()),
        *(
            (name, pa.string())
            for name in ("pack", "policy_id", "topic", "stated", "expected", "superseded_until")
        ),
    ]
)
_FINDING = pa.struct(
    [
        ("label", pa.string()),
        ("turn", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("text", pa.large_string()),
        ("confidence", pa.float64()),
        ("detector", pa.string()),
        ("explanation", pa.string()),
        ("policy_id", pa.string()),
        ("detail", DETAIL),
    ]
)
_JUDGEMENT = pa.struct(
    [
        ("criterion", pa.string()),
        ("score", pa.float64()),
        ("verdict", pa.string()),
        ("confidence", pa.float64()),
        ("reason", pa.string()),
        ("findings", pa.list_(_FINDING)),
    ]
)
_CARD_TURN = pa.struct(
    [
        ("turn", pa.int32()),
        ("role", pa.string()),
        ("text", pa.large_string()),
        ("at", pa.string()),
        ("agent_id", pa.string()),
        ("language", pa.string()),
        (
            "sentiment",
            pa.struct(
                [
                    ("label", pa.string()),
                    *((name, pa.float64()) for name in ("negative", "neutral", "positive")),
                ]
            ),
        ),
        (
            "empathy",
            pa.struct([("level", pa.int8()), ("probabilities", pa.list_(pa.float64()))]),
        ),
        ("politeness", pa.float64()),
        ("banned", pa.struct([(label, pa.float64()) for label in BANNED_LABELS])),
    ]
)
_SERVICE = pa.struct(
    [
        *(
            (name, pa.float64())
            for name in ("first_response_s", "avg_response_s", "longest_wait_s", "handling_time_s")
        ),
        *(
            (name, pa.int32())
            for name in (
                "replies",
                "replies_within_30s",
                "replies_within_3min",
                "customer_messages",
                "customer_messages_answered",
                "handovers",
            )
        ),
        ("reasons", pa.map_(pa.string(), pa.string())),
    ]
)
_PROVENANCE = pa.struct(
    [
        ("cs_qa", pa.string()),
        ("rubric", pa.string()),
        ("policy", pa.string()),
        ("models", pa.map_(pa.string(), pa.string())),
        ("detectors", pa.list_(pa.string())),
        ("redacted", pa.bool_()),
    ]
)

SCORECARD_SCHEMA = pa.schema(
    [
        ("transcript_id", pa.string()),
        *((name, pa.string()) for name in ABOUT),
        ("outcome", OUTCOME),
        *((name, pa.float64()) for name in ("qualitative", "quantitative", "total")),
        ("grade", pa.string()),
        ("critical_failures", pa.list_(pa.string())),
        ("judgements", pa.list_(_JUDGEMENT)),
        ("turns", pa.list_(_CARD_TURN)),
        ("service", _SERVICE),
        ("provenance", _PROVENANCE),
    ]
)
