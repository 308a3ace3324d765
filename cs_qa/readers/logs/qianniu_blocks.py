"""What stands between the messages of a 千牛, 旺旺 or 咚咚 log: rules, titles, ids, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["NOTHING_BETWEEN", "Block", "parted_block"]

_RULE = "-=*_~#—–─━═－＝·+"
_MIN_RULE = 3
_DATE = re.compile(
    r"(?:日期[:：] ?)?(20\d\d)[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?"
    r"(?: ?[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?"
)
_ID = re.compile(
    r"(?:(?:会话|对话|咨询|聊天|接待|服务)(?: ?id|编号|单号|号|标识)"
    r"|(?:session|chat|conversation) ?id) ?[:：#] ?(?P<id>\S{1,80})",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"(?:我)?[与與和同跟] ?[「『“\"'【\[]?(?P<name>[^「」『』]{1,40}?)[」』”\"'】\]]? ?的?"
    r"(?:聊天|对话|会话|消息|咨询)(?:记录|内容)?"
)
_TITLE = re.compile(
    r"(?:(?:旺旺|千牛|咚咚|店铺|客服|导出)的?)*(?:聊天|对话|会话|消息)记录(?:导出|开始|结束|明细|查询)?"
    r"|第 ?\d{1,5} ?(?:个|条|通|次)?(?:会话|对话|聊天)|(?:会话|对话) ?\d{1,5}"
)
_BUYER = re.compile(
    r"(?:买家|顾客|客户|用户|联系人|聊天对象|会员|咨询人)(?:昵称|账号|名称|id)? ?[:：]"
    r" ?(?P<name>\S.{0,60})",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"(?:(?P<agent>接待客服|客服|卖家|商家|坐席)"
    r"|店铺|平台|导出时间|导出人|导出日期|时间范围|会话时间|开始时间|结束时间|消息条数|消息数|会话时长"
    r"|渠道|来源|技能组|评价|满意度)(?:昵称|账号|名称|id)? ?[:：] ?(?P<name>\S.{0,60})"
    r"|共 ?\d+ ?条.{0,10}",
    re.IGNORECASE,
)
_STATUS = frozenset({"已读", "未读", "发送中", "已发送", "已送达"})


@dataclass(frozen=True, slots=True)
class Block:
    """What lines between two messages say. `has_rule`: there is a line such as -----."""

    conversation: str | None = None
    buyer: str | None = None
    agent: str | None = None
    day: tuple[int, int, int] | None = None
    has_rule: bool = False
    has_title: bool = False

    @property
    def opens(self) -> bool:
        """Whether a conversation begins below, whatever else the file is like."""
        return self.has_title or self.conversation is not None


NOTHING_BETWEEN = Block()


def parted_block(
    lines: Sequence[str], *, is_preamble: bool = False, has_day_lines: bool = False, above: str = ""
) -> tuple[str, Block]:
    """The text that lines below a head hold, and the block that follows it.

    A block ends with the last line. It begins with a rule, a title, an id, or, below a blank line,
    with a buyer or a date (where the log `has_day_lines`, with any date), so that a text whose last
    line is like "客服：小美" keeps it. The lines above the first message are all block. `above` is
    the text in the line of the head; without any, the first line below is text.
    """
    start = 0 if is_preamble else _block_start(lines, has_day_lines, is_text=bool(above))
    kept = [above, *lines[:start]] if above else list(lines[:start])
    while kept and (not kept[-1].strip() or (len(kept) > 1 and kept[-1].strip() in _STATUS)):
        kept.pop()
    return "\n".join(kept).strip(), _block(lines[start:])


def _block_start(lines: Sequence[str], has_day_lines: bool, *, is_text: bool) -> int:
    first = len(lines)
    while first and _kind(lines[first - 1]) is not None:
        first -= 1
    for index in range(first, len(lines)):
        kind = _kind(lines[index])
        is_apart = index > 0 and not lines[index - 1].strip()
        if kind in ("rule", "id") or (kind == "date" and has_day_lines) or _bare(lines[index])[1]:
            return index
        if (is_text or index > 0) and (
            kind in ("title", "with") or (is_apart and kind in ("date", "buyer"))
        ):
            return index
    return len(lines)


def _bare(line: str) -> tuple[str, bool]:
    """A line without the rule around its words and the brackets, and whether there was one."""
    text = line.strip()
    inner = text.strip(_RULE + " ")
    ruled = len(text) - len(text.lstrip(_RULE)) >= _MIN_RULE
    return inner.strip("[]【】《》()（）"), ruled


def _kind(line: str) -> str | None:
    bare, ruled = _bare(line)
    if not bare:
        return "rule" if ruled else "blank" if not line.strip() else None
    if bare in _STATUS:
        return "status"
    for kind, pattern in _PATTERNS.items():
        if pattern.fullmatch(bare):
            return kind
    return "rule" if ruled else None


_PATTERNS = {"id": _ID, "date": _DATE, "title": _TITLE, "with": _WITH, "buyer": _BUYER, "key": _KEY}


def _block(lines: Sequence[str]) -> Block:
    conversation = buyer = agent = day = None
    has_rule = has_title = False
    for line in lines:
        bare, ruled = _bare(line)
        date = _DATE.fullmatch(bare)
        has_rule = has_rule or (ruled and date is None)
        if date is not None:
            day = (int(date[1]), int(date[2]), int(date[3]))
        elif named := _ID.fullmatch(bare):
            conversation = named["id"]
        elif _TITLE.fullmatch(bare):
            has_title = True
        elif named := _WITH.fullmatch(bare) or _BUYER.fullmatch(bare):
            buyer, has_title = named["name"].strip(), True
        elif named := _KEY.fullmatch(bare):
            agent = named["name"].strip() if named["agent"] else agent
    return Block(conversation, buyer, agent, day, has_rule, has_title)
