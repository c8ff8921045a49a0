"""The new words of a letter: without what it quotes, without its signature. The whole stays beside (`full_text`).

When in doubt it stays: a quotation too many costs a look, a cut sentence costs a matter that nobody sees.
"""

import re
from typing import Final

_LOOKED_AT: Final = 200_000
_MONTH = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?"
_DATE: Final = re.compile(
    rf"\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b"
    rf"|\b\d{{1,2}} {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}",
    re.IGNORECASE,
)
_WEEKDAY: Final = re.compile(
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|on\b|mon|tue|wed|thu|fri|sat|sun)"
    r"\b", re.IGNORECASE,
)
_TIME: Final = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_ADDRESS: Final = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_SAYS: Final = re.compile(r"(?:пишет|пиш[уе]т|написала?|написал\(а\)|писала?|wrote|writes)\s*:$", re.IGNORECASE)
_ORIGINAL: Final = re.compile(
    r"^[\s>*]*(?:-{2,}|_{2,}|={2,})\s*(?:исходное|первоначальное|оригинальное|original|reply)"
    r"\s*(?:сообщение|письмо|message)?\s*(?:-{2,}|_{2,}|={2,})\s*$", re.IGNORECASE,
)
_FORWARDED: Final = re.compile(
    r"пересыл\w+|пересланн\w+|перенаправл\w+|forwarded message|begin forwarded|конец пересылаемого", re.IGNORECASE
)
_FIELD: Final = re.compile(
    r"^\*?(От|From|Отправитель|От кого|Кому|To|Копия|Cc|Дата|Date|Отправлено|Sent|Тема|Subject)\s*:\*?(?:\s|$)",
    re.IGNORECASE,
)
_FROM: Final = frozenset({"от", "from", "отправитель", "от кого"})
_LINE: Final = re.compile(r"^[\s_=*-]{5,}$")
_DELIMITER: Final = re.compile(r"^--\s*$")
_LONGEST: Final = 11  # lines of a signature whose «--» lost its space
_DEVICE: Final = re.compile(
    r"^(?:отправлено (?:с|со|из|через)\b.{2,70}|sent (?:from|via)\b.{2,60}|get outlook for .{2,20}"
    r"|скачать outlook .{2,30}|с уважением из мобильн.{2,40})$", re.IGNORECASE,
)
_REGARDS: Final = re.compile(
    r"^(?:с\s+уважением|с\s+ув\.|с\s+наилучшими пожеланиями|best regards|kind regards|regards)\b", re.IGNORECASE
)


def new_words(full: str, *, is_reply: bool = False) -> str:
    """The letter without quotations and signature. `is_reply`: its headers say that it answers something.

    A letter of which nothing would stay is given whole.
    """
    if len(full) > _LOOKED_AT:
        return full
    lines = full.split("\n")
    lines = _without_quotes(lines, is_reply=is_reply)
    lines = _without_signature(lines)
    kept, whole = "\n".join(lines).strip("\n"), full.strip("\n")
    if not kept.strip():
        return whole
    return kept if kept == whole else re.sub(r"\n{3,}", "\n\n", kept)  # a quotation leaves no hole


def _without_quotes(lines: list[str], *, is_reply: bool) -> list[str]:
    at = 0
    kept: list[str] = []
    while at < len(lines):
        head = _quote_begins(lines, at)
        if head == 0:
            kept.append(lines[at])
            at += 1
            continue
        after = _next_words(lines, at + head)
        if after < len(lines) and lines[after].lstrip().startswith(">"):
            at = after
            while at < len(lines) and (lines[at].lstrip().startswith(">") or _wrapped(lines, at)):
                at += 1
            is_reply = True
            continue
        while kept and _LINE.match(kept[-1]):
            kept.pop()
        return _without_marked(kept, is_reply=is_reply)
    return _without_marked(kept, is_reply=is_reply)


def _wrapped(lines: list[str], at: int) -> bool:
    """A quoted line that a mailer broke: its tail stands alone between quoted ones."""
    return bool(lines[at].strip() == "" and at + 1 < len(lines) and lines[at + 1].lstrip().startswith(">"))


def _without_marked(lines: list[str], *, is_reply: bool) -> list[str]:
    """Lines that begin with `>`: quotations in a reply, or two of them together; one alone is somebody's «> 5 лет»."""
    marked = [line.startswith(">") for line in lines]
    kept = []
    for at, line in enumerate(lines):
        neighbours = (at > 0 and marked[at - 1]) or (at + 1 < len(lines) and marked[at + 1])
        if marked[at] and (is_reply or neighbours):
            continue
        kept.append(line)
    return kept


def _quote_begins(lines: list[str], at: int) -> int:
    """How many lines there introduce a quotation; 0 when none begins."""
    line = lines[at].strip()
    if not line or _forwards(lines, at):
        return 0
    if _ORIGINAL.match(line):
        return 1
    if (fields := _fields(lines, at)) >= 3:
        return fields
    begins = _DATE.search(line) or _ADDRESS.search(line) or _WEEKDAY.match(line)
    for count in (1, 2, 3) if begins else (1,):
        together = " ".join(one.strip() for one in lines[at:at + count])
        if len(together) > 400 or not lines[min(at + count, len(lines)) - 1].strip():
            return 0
        if _introduces(together, lines, at + count):
            return count
    return 0


def _introduces(line: str, lines: list[str], after: int) -> bool:
    """«пн, 5 янв. 2026 г. в 10:00 Имя <адрес>:», «05.01.2026 10:00, Имя пишет:»."""
    if not line.endswith(":"):
        return False
    dated = bool(_DATE.search(line))
    if _ADDRESS.search(line):
        return dated or bool(_SAYS.search(line))
    follows = _next_words(lines, after)
    quoted = follows < len(lines) and lines[follows].lstrip().startswith(">")
    return bool(_SAYS.search(line)) and quoted or (dated and bool(_TIME.search(line)) and quoted)


def _fields(lines: list[str], at: int) -> int:
    """The length of a block «От: … Отправлено: … Кому: … Тема: …» that begins there."""
    first = _FIELD.match(lines[at].strip())
    if first is None or first[1].lower() not in _FROM:
        return 0
    count, told = 1, 1
    while at + count < len(lines) and count < 12:
        line = lines[at + count].strip()
        if _FIELD.match(line):
            told += 1
        elif not line or told >= 4:
            break
        count += 1
    return count if told >= 3 else 0


def _forwards(lines: list[str], at: int) -> bool:
    """What is forwarded is what the person wants to tell: it stays."""
    return any(_FORWARDED.search(line) for line in lines[max(0, at - 2):at + 1] if len(line) < 120)


def _next_words(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _without_signature(lines: list[str]) -> list[str]:
    # «-- » with its space is the one sign of a signature that is agreed upon (RFC 3676, 4.3).
    end = next((at for at, line in enumerate(lines) if at and line == "-- "), len(lines))
    while (shorter := _signed_at(lines, end)) < end:
        end = shorter
    return lines[:end]


def _signed_at(lines: list[str], end: int) -> int:
    """Where the last signature within `lines[:end]` begins, or `end`. Blank lines at the end count as one."""
    if end and not lines[end - 1].strip():
        return end - 1
    for at in range(max(1, end - _LONGEST), end):
        if _DELIMITER.match(lines[at]):
            return at
    if end and _DEVICE.match(lines[end - 1].strip()):
        return end - 1
    for at in range(max(1, end - 5), end):
        tail = [line.strip() for line in lines[at:end]]
        short = all(len(line) <= 60 for line in tail)
        # An address or a number below «С уважением» belongs to the matter: then it stays.
        if _REGARDS.match(tail[0]) and short and not any(sign.isdigit() for line in tail for sign in line):
            return at
    return end
