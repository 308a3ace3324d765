"""千牛 (Qianniu), 旺旺 and 咚咚 logs: text as the chat windows of Chinese shops export or copy it.

A file holds one conversation or several. Times are China's unless the options name a zone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from cs_qa.errors import InputError
from cs_qa.readers.ids import SeenIds, unique_transcript
from cs_qa.readers.logs.chat_log import (
    head_lines,
    listed,
    log_lines,
    name_key,
    stem,
    undecoded_problem,
)
from cs_qa.readers.logs.qianniu_blocks import Block
from cs_qa.readers.logs.qianniu_lines import Message, find_layout, messages
from cs_qa.readers.source import Source, ignore_note
from cs_qa.readers.values import shown
from cs_qa.types import Role, Transcript

__all__ = ["Qianniu"]

MAX_CHARS = 64 * 2**20
CHINA = "Asia/Shanghai"
_HAN = re.compile("[\u4e00-\u9fff]")
_SYSTEM = re.compile(
    r"系统(?:提示|消息|通知|公告)?|平台(?:提示|消息|通知)?|官方通知|(?:服务|安全|交易|物流)提醒"
    r"|温馨提示|system",
    re.IGNORECASE,
)
_SYSTEM_TEXT = re.compile(r"\s*[\[【](?:系统(?:提示|消息|通知)|平台(?:提示|消息|通知))[\]】]")
_BOT = re.compile(
    r"机器人|小蜜|智能(?:客服|助[手理])|自动回复|AI ?(?:客服|助手)|JIMI|京小智"
    r"|(?<![a-z])(?:chat)?bot\b",
    re.IGNORECASE,
)
_BOT_TEXT = re.compile(
    r"\s*(?:[\[【(（](?:系统|智能)?(?:自动回复|机器人|智能客服|店小蜜)[\]】)）]|自动回复[:：])"
)
_AGENT = re.compile(
    r".+[:：].+|.*(?:客服|旗舰店|专卖店|专营店|官方店|企业店|自营店|店长|售前|售后|掌柜).*|卖家|商家|店主|本店|我",
    re.DOTALL,
)
_PREFIX = re.compile(r"^(?:cntaobao|cnalichn)", re.IGNORECASE)
_ARROW = re.compile(r" ?(?:-+>|—+>|→) ?")


@dataclass(frozen=True, slots=True)
class Qianniu:
    """Reads 千牛, 旺旺 and 咚咚 logs; a conversation over 67 million characters is refused."""

    max_chars: int = MAX_CHARS

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """Chinese text with two or more heads of messages in one layout, and no WhatsApp marks."""
        lines = head_lines(head)
        text = "\n".join(lines)
        if not _HAN.search(text) or "\u200e" in text:
            return False
        found = find_layout(lines)
        return found is not None and found[1] > 1

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the transcripts of a file."""
        survey = _surveyed(replace(source, on_note=ignore_note))
        if survey is None:
            raise InputError(
                f"{source.name} has no line such as 买家 (2026-11-16 09:03:12): above the text of "
                "a message; see docs/reference/chat-logs.md"
            )
        seen = SeenIds()
        is_told = False
        with source.open_text() as file:
            said = messages(log_lines(file, source), survey.layout)
            for conversation in _conversations(said, survey, self.max_chars, source):
                is_told = is_told or _tell(conversation, survey, source)
                if (transcript := _transcript(conversation, survey, seen, source)) is not None:
                    yield transcript


@dataclass(slots=True)
class _Survey:
    """What the whole file shows: its layout, how it is divided, and who is in how many parts."""

    layout: re.Pattern[str]
    agents: frozenset[str]
    heads: int = 0
    rules: int = 0
    has_openings: bool = False
    has_agents: bool = False
    parts: Counter[str] = field(default_factory=Counter)

    @property
    def rules_divide(self) -> bool:
        """Whether rules stand between conversations, not between any two messages."""
        return not self.has_openings and 0 < self.rules * 2 < self.heads

    def begins(self, block: Block) -> bool:
        """Whether a conversation begins below a block."""
        return block.opens or (block.has_rule and self.rules_divide)

    def part_count(self, name: str) -> int:
        """In how many conversations of the file someone wrote; 0 where that is not known."""
        return self.parts[name] if self.has_openings or self.rules_divide else 0

    def is_agent(self, name: str) -> bool:
        """Whether the name shows that someone answers for the shop."""
        return name_key(name) in self.agents or _AGENT.fullmatch(name) is not None


@dataclass(slots=True)
class _Conversation:
    name: str
    buyer: str | None
    agent: str | None = None
    messages: list[Message] = field(default_factory=list)
    chars: int = 0


def _surveyed(source: Source) -> _Survey | None:
    with source.open_text() as file:
        found = find_layout(line for _, line in log_lines(file, source))
    if found is None:
        return None
    survey = _Survey(found[0], frozenset(map(name_key, source.options.agents)))
    with source.open_text() as file:
        present: set[str] = set()
        for message in messages(log_lines(file, source), survey.layout):
            block, name = message.before, _sender(message)
            if survey.heads > 0:
                survey.rules += block.has_rule
                survey.has_openings = survey.has_openings or block.opens
            survey.heads += 1
            survey.has_agents = survey.has_agents or survey.is_agent(name)
            if block.opens or block.has_rule:
                present.clear()
            if name not in present:
                present.add(name)
                survey.parts[name] += 1
    return survey


def _sender(message: Message) -> str:
    return _PREFIX.sub("", _ARROW.split(message.sender, maxsplit=1)[0].strip())


def _conversations(
    said: Iterable[Message], survey: _Survey, max_chars: int, source: Source
) -> Iterator[_Conversation]:
    """The conversations of a file: divided by ids, titles, rules, else where the buyer changes."""
    count = 0
    current: _Conversation | None = None
    splits_by_buyer = survey.has_agents and not (survey.has_openings or survey.rules_divide)
    for message in said:
        block = message.before
        buyer = _buyer(message, survey)
        goes_on = current is not None and block.conversation == current.name
        changes = splits_by_buyer and buyer and current and current.buyer not in (None, buyer)
        if current is None or changes or (survey.begins(block) and not goes_on):
            if current is not None:
                yield current
            count += 1
            name = block.conversation or f"{stem(source)}-{count}"
            current = _Conversation(name, block.buyer, block.agent)
        if current.buyer is None and (splits_by_buyer or message.sender != _sender(message)):
            current.buyer = buyer
        current.messages.append(message)
        current.chars += len(message.text) + len(message.sender)
        if current.chars > max_chars:
            raise InputError(
                f"{source.name}: the conversation in line {current.messages[0].line} is over "
                f"{max_chars:,} characters; divide it"
            )
    if current is not None:
        yield current


def _buyer(message: Message, survey: _Survey) -> str | None:
    """The buyer whom a message names as writer or, in `shop --> buyer`, as reader."""
    names = (_PREFIX.sub("", name.strip()) for name in _ARROW.split(message.sender))
    return next(
        (n for n in names if n and _own_role(n, "") is None and not survey.is_agent(n)), None
    )


def _own_role(name: str, text: str) -> Role | None:
    """The role of machines, which names and marks in the text show."""
    if _SYSTEM.fullmatch(name) or _SYSTEM_TEXT.match(text):
        return "system"
    return "bot" if _BOT.search(name) else None


def _roles(conversation: _Conversation, survey: _Survey) -> dict[str, Role]:
    """The role of each writer.

    Where no name shows an agent, the customer is the buyer of the title, else who is in the fewest
    conversations of the file, else who wrote first.
    """
    writers = dict.fromkeys(
        name for message in conversation.messages if _own_role(name := _sender(message), "") is None
    )
    agents = {name for name in writers if name == conversation.agent or survey.is_agent(name)}
    if not agents and not survey.agents and writers:
        customer = conversation.buyer if conversation.buyer in writers else None
        customer = customer or min(writers, key=survey.part_count)
        agents = set(writers) - {customer}
    return {name: "agent" if name in agents else "customer" for name in writers}


def _tell(conversation: _Conversation, survey: _Survey, source: Source) -> bool:
    """Say once who is taken as the customer where no name tells."""
    roles = _roles(conversation, survey)
    is_told = conversation.buyer in roles or conversation.agent in roles
    if len(roles) < 2 or is_told or any(map(survey.is_agent, roles)):
        return False
    if survey.agents:
        source.note(f"none of the agents named by --agent wrote to {listed(roles)}")
        return True
    customers = [name for name, role in roles.items() if role == "customer"]
    source.note(
        "no name shows who answers for the shop; taken as the customer, in line "
        f"{conversation.messages[0].line} and below: {listed(customers)}; if that is wrong, name "
        "the agents with --agent"
    )
    return True


def _transcript(
    conversation: _Conversation, survey: _Survey, seen: SeenIds, source: Source
) -> Transcript | None:
    first = conversation.messages[0].line
    for message in conversation.messages:
        if (problem := undecoded_problem(message.sender + message.text)) is not None:
            name = shown(conversation.name)
            source.refuse(f"transcript {name}: {problem}; it is left out", message.line)
            return None
    roles = _roles(conversation, survey)
    customers = [name for name, role in roles.items() if role == "customer"]
    row = {
        "id": conversation.name,
        "channel": "live_chat",
        "customer_id": customers[0] if len(customers) == 1 else conversation.buyer,
        "turns": [_turn(message, roles) for message in conversation.messages],
    }
    try:
        return unique_transcript(row, first, seen, timezone=source.options.timezone or CHINA)
    except InputError as problem:
        source.refuse(str(problem), first)
        return None


def _turn(message: Message, roles: dict[str, Role]) -> dict[str, object]:
    name = _sender(message)
    role = "system" if message.is_recall else _own_role(name, message.text) or roles[name]
    if role == "agent" and _BOT_TEXT.match(message.text):
        role = "bot"
    turn: dict[str, object] = {"role": role, "text": message.text}
    if message.at is not None:
        turn["at"] = message.at.isoformat()
    if role == "agent":
        turn["agent_id"] = name
    return turn
