"""WhatsApp's "Export chat": one text file is one conversation.

Phones write `16/11/2026, 09:03 - Ana: text` (Android) or `[16/11/2026, 09:03:12] Ana: text`
(iPhone), with the date, the clock and their own words as the phone's language has them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cs_qa.errors import InputError
from cs_qa.readers.ids import SeenIds, unique_transcript
from cs_qa.readers.logs._whatsapp_words import DELETED, EDITED, ENCRYPTED, FILE_NAMES, OMITTED
from cs_qa.readers.logs.chat_log import (
    BLANKED,
    head_lines,
    listed,
    log_lines,
    name_key,
    plain_name,
    stem,
    undecoded_problem,
)
from cs_qa.readers.logs.whatsapp_times import STAMP, Stamp, date_order, moment_of, stamp_of
from cs_qa.readers.source import Source
from cs_qa.types import Role, Transcript

__all__ = ["WhatsApp"]

MAX_CHARS = 64 * 2**20
_LAYOUTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf" {{0,4}}\[ ?{STAMP} ?\] {{0,3}}",
        rf" {{0,4}}{STAMP} {{0,2}}[-–—] {{1,3}}",
        rf" {{0,4}}{STAMP}: {{1,3}}",
    )
)
_HEAD_CHARS = 120
_NAME = re.compile(r"(?P<name>[^:]{1,100}?):(?: |$)", re.MULTILINE)
_QUOTES = re.compile('["“”„«»「」]')
_MAX_NAME = 100
_MARK = "\u200e"
_EDIT_MARK = re.compile(r"\s*\u200e?<(?P<words>[^<>:\n]{4,80})>\s*$")
_IS_OMITTED = re.compile(r"[^<>:：\n]{1,60}")
_COPY = re.compile(r" ?\(\d{1,3}\)$")


@dataclass(frozen=True, slots=True)
class _Message:
    line: int
    stamp: Stamp
    text: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class WhatsApp:
    """Reads a chat exported from WhatsApp; one over 67 million characters is refused."""

    max_chars: int = MAX_CHARS

    def recognises(self, head: bytes, _suffix: str, /) -> bool:
        """Text whose first line has the date, the clock and the mark of an export."""
        lines = [line for line in head_lines(head) if line.strip()]
        layout = _layout(lines[:1])
        if layout is None:
            return False
        heads = [found for line in lines if (found := _head(line, layout))]
        return any(_NAME.match(line) for _, line in heads) or len(heads) > 1

    def __call__(self, source: Source) -> Iterator[Transcript]:
        """Yield the one transcript of a file."""
        with source.open_text() as file:
            messages = self._messages(source, log_lines(file, source))
        if not messages:
            raise InputError(
                f"{source.name} has no line such as 16/11/2026, 09:03 - Ana: text; export the chat "
                'from WhatsApp with "Export chat"'
            )
        for message in messages:
            if (problem := undecoded_problem(f"{message.sender}{message.text}")) is not None:
                source.refuse(f"{problem}; the conversation is left out", message.line)
                return
        row = _conversation(_with_senders(messages, source.options.agents), source)
        transcript = unique_transcript(row, 1, SeenIds(), timezone=source.options.timezone)
        if transcript is not None:
            yield transcript

    def _messages(self, source: Source, lines: Iterable[tuple[int, str]]) -> list[_Message]:
        """The messages with sender and text in one, each with the lines that follow its first."""
        layout: re.Pattern[str] | None = None
        messages: list[_Message] = []
        texts: list[str] = []
        size = 0
        for number, line in lines:
            size += len(line)
            if size > self.max_chars:
                raise InputError(f"{source.name} is over {self.max_chars:,} characters; split it")
            layout = layout or _layout([line])
            if layout is not None and (head := _head(line, layout)):
                if messages:
                    messages[-1] = replace(messages[-1], text="\n".join(texts).rstrip())
                messages.append(_Message(number, head[0], ""))
                texts = [head[1]]
            else:
                texts.append(line)
        if messages:
            messages[-1] = replace(messages[-1], text="\n".join(texts).rstrip())
        return messages


def _layout(lines: Iterable[str]) -> re.Pattern[str] | None:
    return next((each for line in lines for each in _LAYOUTS if _head(line, each)), None)


def _head(line: str, layout: re.Pattern[str]) -> tuple[Stamp, str] | None:
    """The stamp that a line begins with, and the rest of the line."""
    found = layout.match(line[:_HEAD_CHARS].translate(BLANKED))
    stamp = stamp_of(found) if found is not None else None
    if found is None or stamp is None:
        return None
    # Servers log "2026-11-16 09:03:12 - INFO: …"; no phone writes seconds before a dash that way.
    is_server = layout is not _LAYOUTS[0] and stamp.year_first and found["seconds"] is not None
    return None if is_server else (stamp, line[found.end() :])


def _with_senders(messages: Sequence[_Message], agents: Sequence[str]) -> list[_Message]:
    """The messages with sender and text apart; a name may hold a colon."""
    known = tuple(sorted(agents, key=len, reverse=True))
    parted = [_parted(message, known) for message in messages]
    counts = Counter(message.sender for message in parted)
    longer = {name: tail for name in counts if name and (tail := _name_tail(name, parted))}
    return [
        _unsent(message, whole)
        if message.sender and counts[message.sender] == 1 and _is_notice_text(message.sender)
        else _moved(message, longer.get(message.sender or ""))
        for message, whole in zip(parted, messages, strict=True)
    ]


def _parted(message: _Message, known: Sequence[str]) -> _Message:
    rest = message.text
    plain = plain_name(rest.split("\n", 1)[0])
    for name in known:
        if plain.startswith(f"{name}: ") and (place := rest.find(f"{name}: ")) >= 0:
            return replace(message, sender=name, text=rest[place + len(name) + 2 :])
    found = _NAME.match(rest[: _MAX_NAME + 2].translate(BLANKED))
    name = plain_name(rest[: found.end("name")]) if found else ""
    if found is None or not name:
        return replace(message, text=rest.lstrip(_MARK))
    return replace(message, sender=name, text=rest[found.end() :])


def _is_notice_text(name: str) -> bool:
    """Whether a notice stands before the colon, which it quotes: `Ana changed "A: b" to "C"`."""
    return len(_QUOTES.findall(name)) % 2 == 1 or (len(name) > 40 and ". " in name)


def _unsent(message: _Message, whole: _Message) -> _Message:
    return replace(message, sender=None, text=whole.text.lstrip(_MARK))


def _name_tail(name: str, messages: Sequence[_Message]) -> str | None:
    """What belongs to a name beyond its first colon: three or more texts begin with it, all do."""
    texts = [message.text for message in messages if message.sender == name]
    tail, colon, _ = texts[0].partition(": ")
    if len(texts) < 3 or not colon or len(tail) > 40 or "\n" in tail:
        return None
    return tail if all(text.startswith(f"{tail}: ") for text in texts) else None


def _moved(message: _Message, tail: str | None) -> _Message:
    if tail is None:
        return message
    name = f"{message.sender}: {plain_name(tail)}"
    return replace(message, sender=name, text=message.text[len(tail) + 2 :])


def _conversation(messages: Sequence[_Message], source: Source) -> dict[str, object]:
    party = _other_party(source)
    notices = {m.line for i, m in enumerate(messages) if _is_system(m, is_first=i == 0)}
    senders = dict.fromkeys(m.sender for m in messages if m.sender and m.line not in notices)
    roles = _roles(list(senders), party, source)
    customers = [name for name, role in roles.items() if role == "customer"]
    order = date_order([message.stamp for message in messages], named=source.options.date_order)
    _note_times(messages, order is None, source)
    turns = []
    for message in messages:
        role = "system" if message.line in notices else roles[message.sender or ""]
        turn = _turn(message, role) | _time(message.stamp, order)
        if role == "customer" and len(customers) > 1:
            turn["sender"] = message.sender
        turns.append(turn)
    customer = customers[0] if len(customers) == 1 else None
    name = party or stem(source)
    return {"id": name, "channel": "whatsapp", "customer_id": customer, "turns": turns}


def _is_system(message: _Message, *, is_first: bool) -> bool:
    """Whether WhatsApp itself speaks: notices, calls and messages that were taken back.

    An iPhone puts a name before them, too, and a left-to-right mark before the text.
    """
    if message.sender is None:
        return True
    text = message.text.strip(f"{_MARK} ")
    if text.casefold().rstrip(".。") in DELETED or (is_first and ENCRYPTED.search(text)):
        return True
    return message.text.startswith(_MARK) and not (
        re.search("[<:：\n]", text) or OMITTED.search(text)
    )


def _turn(message: _Message, role: Role) -> dict[str, object]:
    text = message.text.lstrip(_MARK).strip()
    mark = _EDIT_MARK.search(text)
    if message.text.startswith(_MARK) and _IS_OMITTED.fullmatch(text) and OMITTED.search(text):
        text = f"<{text}>"  # as Android writes it: placeholders are told from speech by brackets
    turn: dict[str, object] = {"role": role, "text": text}
    if mark is not None and mark.start() > 0 and EDITED.search(mark["words"]):
        turn |= {"text": text[: mark.start()], "edited": True}
    if role == "agent":
        turn["agent_id"] = message.sender
    return turn


def _time(stamp: Stamp, order: str | None) -> dict[str, object]:
    if order is None:
        return {"original_at": stamp.written, "at_problem": "day or month first? say --dates"}
    moment = moment_of(stamp, order)  # type: ignore[arg-type]
    if moment is None:
        return {"original_at": stamp.written, "at_problem": f"no such date in the order {order}"}
    return {"at": moment.isoformat()}


def _note_times(messages: Sequence[_Message], is_open: bool, source: Source) -> None:
    if is_open:
        written = messages[0].stamp.written
        source.note(
            f"{written} can be day/month or month/day, and nothing in the file decides it; no "
            "times are used: say --dates dmy or mdy"
        )
    elif source.options.timezone is None:
        source.note(
            "WhatsApp writes times without a time zone; no times are used: name the phone's zone "
            "with --timezone, such as Europe/Paris"
        )


def _other_party(source: Source) -> str | None:
    """Who the chat is with, as the file's name says, or its folder's (`_chat.txt`)."""
    own = stem(source)
    if own in ("_chat", "chat") and source.title is None:
        own = source.path.absolute().parent.name
    for pattern in FILE_NAMES:
        if (found := pattern.fullmatch(own)) is not None:
            return found["name"].strip()
    return None if own == stem(source) else own


def _roles(senders: Sequence[str], party: str | None, source: Source) -> Mapping[str, Role]:
    """Who is the customer and who answers, with a note where that is assumed."""
    agents = set(map(name_key, source.options.agents))
    if agents:
        named = {name: name_key(name) in agents for name in senders}
        if not any(named.values()):
            source.note(f"none of the agents named by --agent wrote here, but {listed(senders)}")
        return {name: "agent" if is_agent else "customer" for name, is_agent in named.items()}
    keys = {name_key(party), name_key(_COPY.sub("", party))} if party else set()
    customer = next((name for name in senders if name_key(name) in keys), None)
    reason = "whom the file's name names"
    if customer is None:
        customer, reason = next(iter(senders), None), "who wrote first"
    others = [name for name in senders if name != customer]
    if customer is not None:
        source.note(
            f"taken as the customer: {listed([customer])}, {reason}; as agents: "
            f"{listed(others) or 'nobody'}; if that is wrong, name the agents with --agent"
        )
    return {name: "customer" if name == customer else "agent" for name in senders}
