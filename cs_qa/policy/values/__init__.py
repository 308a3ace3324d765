"""The values that a message states, in seventeen languages, and when two of them are the same."""

from cs_qa.policy.values.model import Value, ValueKind, in_unit, same
from cs_qa.policy.values.values import read_values

__all__ = ["Value", "ValueKind", "in_unit", "read_values", "same"]
