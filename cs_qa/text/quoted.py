"""What a message only quotes: the mail that it answers, below it or between its lines."""

from __future__ import annotations

import re

__all__ = ["own_spans", "own_words", "quoted_spans"]

_MARKED = re.compile(r"^[ \t]*[>|＞].*$", re.MULTILINE)
_HEADING = re.compile(
    r"""^[ \t>]*(?:
        [-_]{2,}[ ]*(?:original[ ]message|forwarded[ ]message|ursprüngliche[ ]nachricht
            |weitergeleitete[ ]nachricht|mensaje[ ]original|mensagem[ ]original
            |message[ ]d['’]origine
            |message[ ]transféré|messaggio[ ]originale|oorspronkelijk[ ]bericht
            |oryginalna[ ]wiadomość|исходное[ ]сообщение|orijinal[ ](?:mesaj|ileti)
            |原始邮件|原始郵件|原邮件|元のメッセージ|원본[ ]메시지|الرسالة[ ]الأصلية
            |tin[ ]nhắn[ ]gốc|pesan[ ]asli)[^\n]*
      | (?=[^\n]*[\d@<]|[^\n]*\n[ \t]*>)  # a date, an address, or quoted lines below
        (?:[^\n]{0,160}\b(?:wrote|schrieb|écrit|escribió|escreveu|ha[ ]scritto|schreef
            |napisał\w*|написал\w*|пишет|yazdı|menulis|đã[ ]viết)\b[^\n:：]{0,60}
        | [^\n]{4,160}(?:写道|寫道|のメッセージ|さんは書きました|작성|كتب|เขียนว่า))[ \t]*[:：][ \t]*
    )$""",
    re.IGNORECASE | re.MULTILINE | re.VERBOSE,
)


def own_words(text: str) -> str:
    """Give a message without what it only quotes."""
    return "".join(text[start:end] for start, end in own_spans(text))


def own_spans(text: str) -> list[tuple[int, int]]:
    """Give the half-open spans that are the writer's own: all but quoted lines and old mail.

    From a heading such as "On Monday Ann wrote:" on its own line, everything below is old mail,
    unless the message begins with it: then the answer stands below, between quoted lines.

    >>> text = "Sorry for that.\\n> Why so late?\\nIt is on its way."
    >>> [text[start:end] for start, end in own_spans(text)]
    ['Sorry for that.\\n', '\\nIt is on its way.']
    """
    end = len(text)
    heading = _HEADING.search(text)
    quoted = [match.span() for match in _MARKED.finditer(text)]
    if heading and text[: heading.start()].strip():
        end = heading.start()
    elif heading:
        quoted.append(heading.span())
    spans, start = [], 0
    for first, last in sorted(quoted):
        if start < min(first, end):
            spans.append((start, min(first, end)))
        start = max(start, last)
    if start < end:
        spans.append((start, end))
    return spans if any(text[a:b].strip() for a, b in spans) else [(0, len(text))]


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Give the half-open spans that are only quoted: what `own_spans` leaves."""
    edges = [0, *(edge for span in own_spans(text) for edge in span), len(text)]
    return [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
