"""The lines of 千牛, 旺旺 and 咚咚 logs: heads of messages, and what stands between them.

No vendor documents these files. Three layouts of heads are known:
`买家 (2026-11-16 09:03:12):`, with or without brackets, and the text below or behind it;
`[2026-11-16 09:03:12] 买家: text`; and `2026-11-16 09:03:12 买家`, with the text below or behind.
Below a line that holds the date, a clock with seconds is enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from cs_qa.readers.logs.chat_log import BLANKED, hour_of_day, plain_name
from cs_qa.readers.logs.qianniu_blocks import NOTHING_BETWEEN, Block, parted_block

__all__ = ["LAYOUTS", "Message", "find_layout", "messages"]

_HALF = "上午|下午|凌晨|早上|清晨|中午|傍晚|晚上"
_DAY = r"(?P<year>20\d\d) ?{marks} ?(?P<month>\d{{1,2}}) ?[-/.月] ?(?P<day>\d{{1,2}})日?"
_CLOCK = rf"(?:(?P<half>{_HALF}) ?)?(?P<hour>\d{{1,2}})[:：](?P<minute>\d\d)"
_SECONDS = r"[:：](?P<second>\d\d)(?:\.\d{1,3})?"
_NAME = r"[\[【]?(?P<name>[^\s:：,;|<>，。！？；-][^\t,;|，。！？；、\[\]【】()（）]{0,58}?)[\]】]?"


def _stamp(marks: str) -> str:
    return rf"{_DAY.format(marks=marks)}(?: {{1,3}}|T){_CLOCK}(?:{_SECONDS})?"


def _layouts(stamp: str, bracketed: str) -> tuple[re.Pattern[str], ...]:
    # A phone writes [2026/11/16 09:03:12] for WhatsApp: that layout wants another mark than "/".
    return (
        re.compile(
            rf"{_NAME} {{0,8}}(?:[(（] ?{stamp} ?[)）](?: ?[:：] {{0,3}}(?P<rest>.*))?"
            rf"|{stamp.replace('?P<', '?P<bare_')} ?[:：]?)"
        ),
        re.compile(rf"[\[【] ?{bracketed} ?[\]】] {{0,3}}(?P<rest>.*)"),
        re.compile(rf"{stamp} {{1,8}}(?P<rest>[^\s-].*)"),
    )


_AFTER, _BRACKETED, _BEFORE = range(3)
_FULL = _layouts(_stamp("[-/.年]"), _stamp("[-.年]"))
_SHORT = _layouts(_CLOCK + _SECONDS, _CLOCK + _SECONDS)
LAYOUTS = (*_FULL, *_SHORT)
_BARE_STAMP = re.compile(_stamp("[-/.年]"))
_BARE_NAME = re.compile(_NAME)
_RECALL = re.compile(r"(?P<name>\S.{0,40}?) ?撤回了一条消息。?")
_COLON = re.compile("[:：]")
_HEAD_CHARS = 200
_MAX_NAME = 60
_MAX_SUB_NAME = 24
_MAX_LINES = 2_000
# What stands before a date in an order card, a track of a parcel or the log of a server.
_NO_NAME = re.compile(
    r".*(?:时间|日期|时刻|截止|有效期|[时于至到从在自前后为是：:]|20\d\d[-/.年].*)"
    r"|(?:info|warn|warning|error|debug|trace|fatal|root|main|date|time|from|to|at|on)",
    re.IGNORECASE,
)
_SHOP = re.compile("店|旗舰|自营|官方|天猫|京东|shop|store|mall", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Message:
    """A message with what stood between it and the one before; `at` is local time.

    A message that was taken back has no text and no time.
    """

    line: int
    sender: str
    text: str
    at: datetime | None
    before: Block = NOTHING_BETWEEN
    is_recall: bool = False


@dataclass(frozen=True, slots=True)
class _Head:
    sender: str
    text: str
    found: re.Match[str] | None


def find_layout(lines: Iterable[str]) -> tuple[re.Pattern[str], int] | None:
    """The layout that most heads among the first lines have, and how many; None without heads."""
    sample = list(islice(lines, _MAX_LINES))
    counts: Counter[re.Pattern[str]] = Counter()
    for _, line in _with_names(enumerate(sample)):
        counts.update(layout for layout in LAYOUTS if _head(line, layout) is not None)
    best = max(LAYOUTS, key=lambda layout: counts[layout])
    return (best, counts[best]) if counts[best] else None


def messages(lines: Iterable[tuple[int, str]], layout: re.Pattern[str]) -> Iterator[Message]:
    """The messages of a log in a layout that `find_layout` found."""
    opened: tuple[int, _Head, Block] | None = None
    day: tuple[int, int, int] | None = None
    below: list[str] = []
    for number, line in _with_names(lines):
        head = _recall(line) if opened else None
        head = head or _head(line, layout)
        if head is None:
            below.append(line)
            continue
        text, block = parted_block(
            below,
            is_preamble=opened is None,
            has_day_lines=layout in _SHORT,
            above=opened[1].text if opened is not None else "",
        )
        if opened is not None:
            yield _message(*opened, text, day)
        day = block.day or day
        opened, below = (number, head, block), []
    if opened is not None:
        text, _ = parted_block(below, has_day_lines=layout in _SHORT, above=opened[1].text)
        yield _message(*opened, text, day)


def _with_names(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines, where a name above a line with nothing but date and clock is joined to that."""
    waiting: tuple[int, str] | None = None
    for number, line in lines:
        if waiting is not None and _is_bare_stamp(line) and _is_name(waiting[1]):
            yield waiting[0], f"{waiting[1].strip()} {line.strip()}"
            waiting = None
            continue
        if waiting is not None:
            yield waiting
        waiting = (number, line)
    if waiting is not None:
        yield waiting


def _is_bare_stamp(line: str) -> bool:
    return "20" in line[:8] and _BARE_STAMP.fullmatch(line.translate(BLANKED).strip()) is not None


def _is_name(text: str) -> bool:
    found = _BARE_NAME.fullmatch(text[:_HEAD_CHARS].translate(BLANKED).strip())
    return found is not None and _NO_NAME.fullmatch(found["name"]) is None


def _head(line: str, layout: re.Pattern[str]) -> _Head | None:
    if _COLON.search(line) is None:
        return None
    blanked = line.translate(BLANKED)
    found = layout.fullmatch(blanked.strip())
    if found is None:
        return None
    # What was blanked keeps its place, so that the text is cut from the line as it is.
    indent = len(blanked) - len(blanked.lstrip())
    behind = "" if found["rest"] is None else line[indent + found.start("rest") :]
    if layout in (_FULL[_AFTER], _SHORT[_AFTER]):
        speaker = (found["name"], behind)
    else:
        speaker = _speaker(behind, alone=layout in (_FULL[_BEFORE], _SHORT[_BEFORE]))
    name = plain_name(speaker[0]).strip("[]【】")
    return _Head(name, speaker[1].strip(), found) if _is_name(name) else None


def _speaker(rest: str, *, alone: bool) -> tuple[str, str]:
    """Name and text; the name of a sub-account (`shop:agent`) holds a colon of its own."""
    first = _COLON.search(rest, 0, _MAX_NAME)
    if first is None:
        return (rest, "") if alone else ("", "")
    is_shop = _SHOP.search(rest, 0, first.start()) is not None
    second = _COLON.search(rest, first.end(), first.end() + _MAX_SUB_NAME)
    if second is not None and " " not in rest[first.start() : second.start()]:
        is_apart = first[0] == second[0] == ":" and rest[second.end() : second.end() + 1] in (
            "",
            " ",
        )
        if is_apart or is_shop:
            return rest[: second.start()], rest[second.end() :]
    elif alone and is_shop and rest[first.end() : first.end() + 1] != " ":
        return rest, ""
    return rest[: first.start()], rest[first.end() :]


def _recall(line: str) -> _Head | None:
    found = _RECALL.fullmatch(line.strip()) if "撤回" in line else None
    return None if found is None else _Head(plain_name(found["name"]), line.strip(), None)


def _message(
    line: int, head: _Head, before: Block, text: str, day: tuple[int, int, int] | None
) -> Message:
    at = None if head.found is None else _moment(head.found, day)
    return Message(line, head.sender, text, at, before, is_recall=head.found is None)


def _moment(found: re.Match[str], day: tuple[int, int, int] | None) -> datetime | None:
    parts = {
        name.removeprefix("bare_"): value for name, value in found.groupdict().items() if value
    }
    if "year" in parts:
        day = (int(parts["year"]), int(parts["month"]), int(parts["day"]))
    if day is None:
        return None
    hour = hour_of_day(int(parts["hour"]), parts.get("half"))
    try:
        return datetime(*day, hour, int(parts["minute"]), int(parts.get("second", 0)))
    except ValueError:
        return None
