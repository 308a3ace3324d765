"""Full names that nothing announces."""
# ruff: noqa: E501 - patterns and wide characters

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from cs_qa.text.personal.entity import Entity, Message
from cs_qa.text.personal.name_shapes import is_given
from cs_qa.text.personal.name_shapes_han import chinese_name
from cs_qa.text.personal.wordings import listed, listed_in

__all__ = ["LooseName"]


@dataclass(frozen=True, slots=True)
class LooseName:
    """A frequent given name with a frequent family name, announced by nothing."""

    needs: ClassVar = ("surnames", "given|unspaced")

    def __call__(self, message: Message) -> Iterator[Entity]:
        """Find full names."""
        for match in _PAIR.finditer(message.text):
            first, *rest = match[0].lower().split()
            if is_given(first) and any(word in listed("surnames") for word in rest):
                if not any(word in listed("not_names") for word in rest):
                    yield Entity("NAME", *match.span())
            elif (
                first in listed_in("vi", "surnames")
                and len(rest) >= 2
                and rest[-1] in listed_in("vi", "given")
            ):
                yield Entity("NAME", *match.span())
        for match in _HAN_SEGMENT.finditer(message.text):
            span = chinese_name(message.text, match.start(1), sure=False)
            if span == match.span(1) and span[1] - span[0] >= 2:
                yield Entity("NAME", *span)
        for match in _JAPANESE_FULL.finditer(message.text):
            if match[1] in listed("surnames") and match[2] not in listed("not_names"):
                yield Entity("NAME", *match.span())


_WORD = r"[A-ZÀ-ÝĀ-ŽĐА-ЯЁ\u1ea0-\u1ef9][^\W\d_]+(?:[-'’][^\W\d_]+)?"
_PAIR = re.compile(
    rf"(?<![\w.@-]){_WORD}(?: (?:(?:de|da|dos|van|von|der|del) ){{0,2}}{_WORD}){{1,3}}(?![\w@-])"
)
_HAN_SEGMENT = re.compile(
    "(?:^|(?<=[\\s,，:：;；、。(（]))([\u4e00-\u9fff]{2,4})(?=[ ]?[,，;；、] ?(?:[+\\d]|电话|手机|電話))"
)
_JAPANESE_FULL = re.compile(
    "(?<![\u4e00-\u9fff])([\u4e00-\u9fff々]{1,4})[ \u3000]([\u4e00-\u9fff々\u3041-\u3096\u30a1-\u30fc]{1,5})(?![\u4e00-\u9fff])"
)
