"""Personal data in words that everybody will read: the triage's own finder, without officials and offices. Pure."""

from __future__ import annotations

import re
from typing import Final

from otklik.answers.coach.finding import Asked, Finding, found
from otklik.answers.coach.reading import lowered
from otklik.answers.coach.tables import any_of
from otklik.triage.personal import personal_spans

_THEIRS: Final = re.compile(
    r"(?<![а-я])(?:ваш\w{0,3}|вы|вас|вам|вами|жил[еь]ц\w*|жительниц\w*|жител[ья]\w*|сосед\w*|владел\w*|"
    r"собственник\w*|хозя[ий]\w*|"
    r"гражданин\w*|гражданк\w*|заявител\w*|абонент\w*|должник\w*|пациент\w*|ребен\w*|сын\w*|доч\w*|муж\w*|"
    r"жен[аыеу]|мам[аыеу]|отц\w*|"
    r"ученик\w*|получател\w*|нанимател\w*|почту)(?![а-я])"
)
_OFFICIAL: Final = re.compile(
    r"(?:мастер|инженер|инспектор|начальн|директор|завед|завхоз|слесар|электрик|администратор|педагог|тренер|"
    r"фельдшер|врач|педиатр|"
    r"терапевт|специалист|глав[аыеу]|замест|дежурн|участков|секретар|диспетчер|консультант|соцработник|куратор|"
    r"председател|депутат|"
    r"волонтер|методист|подрядчик|отвеча|занима|контрол|приём|принима|обраща|звон|каб|справ|вед[её]т|дворник|"
    r"ответствен|лейтенант|майор|капитан|"
    r"доктор|хирург|невролог|психолог|юрист|нотариус|судь|архитектор|агроном|эколог|ветеринар|модератор|бригадир|"
    r"прораб|водител)\w*"
)
_PATRONYMIC: Final = re.compile(r"[А-ЯЁ][а-яё]+\s+[А-ЯЁ][а-яё]+(?:вич|вна|ична|инична|"
    r"ыч)(?![а-яё])(?:\s+[А-ЯЁ][а-яё]+)?")
_OFFICE_PHONE: Final = re.compile(r"\d{2}-\d{2}-\d{2}")
_ENDS: Final = re.compile(r"(?<=[а-я»)][а-я»)][а-я»)0-9])[.!?…]+\s+|(?<=\d)[.!?]\s+|[!?]\s+|\n")
_SURNAMED: Final = re.compile(r"(?:гражданин|гражданк|господин|госпож|гр-н|гр\.)\w*\s+[А-ЯЁ][а-яё]+", re.IGNORECASE)


def personal(text: str, asked: Asked) -> list[Finding]:
    """Spans about a resident or another private person; nothing in a private message or a letter."""
    if asked.channel != "public":
        return []
    low, spans = lowered(text), []
    for hit in any_of("private_words.csv").finditer(low):
        spans.append((hit.start(), hit.end()))
    for one in personal_spans(text, everybodys=True):
        written = low[one.start : one.end]
        before = _sentence_before(low, one.start)
        if one.kind in ("health", "birthdate"):
            if _THEIRS.search(before[-70:] + low[one.start : one.end + 25].split(".")[0]):
                spans.append((one.start, one.end))
        elif one.kind == "name":
            continue
        elif one.kind in ("phone", "email"):
            near = before[-50:] if one.kind == "email" else before[-32:]
            if _THEIRS.search(near) and not _OFFICIAL.search(near) and not re.search(r"(?:наш|можете|могут) ", near):
                spans.append((one.start, one.end))
        elif one.kind == "address":
            if re.search(r"кв(?:\.|артир)|-\s?\d", written) and not re.search(r"каб|офис", before[-15:]):
                spans.append((one.start, one.end))
        elif not _OFFICE_PHONE.fullmatch(written) and not re.search(r"(?:приказ|распоряж|постановл|предписан|"
            r"контракт|договор|кусп|протокол|ордер|закон)\w*[^.]{0,12}$", before):
            spans.append((one.start, one.end))
    spans += _names(text, low)
    return [found("personal_data", text, start, end) for start, end in _apart(spans)]


def _sentence_before(low: str, at: int) -> str:
    """What stands before a place in its own sentence, at most so far as a word reaches."""
    before = low[max(0, at - 120) : at]
    ends = list(_ENDS.finditer(before))
    return before[ends[-1].end() :] if ends else before


def _names(text: str, low: str) -> list[tuple[int, int]]:
    """A name with a patronymic that calls the reader, or of somebody who is no official."""
    spans = []
    for hit in _PATRONYMIC.finditer(text):
        before = _sentence_before(low, hit.start())
        after = low[hit.end() : hit.end() + 2]
        called = not before.strip(" «\"") or re.search(r"(?:уважаем(?:ый|ая)|здравствуйте,|день[,!]|вечер[,!]|"
            r"утро[,!]|вы,|вам,|вас,)\s*$", before)
        official = _OFFICIAL.search(low[hit.end() : hit.end() + 45].split(".")[0][:12])
        theirs = _THEIRS.search(before[-45:]) and not _OFFICIAL.search(before[-45:])
        if (called and after[:1] in (",", "!", " ") and not official) or theirs:
            if called and not after.startswith((",", "!")) and not before.strip():
                continue  # «Пётр Андреевич приедет»: said of somebody
            spans.append((hit.start(), hit.end()))
    spans += [hit.span() for hit in _SURNAMED.finditer(text)]
    return spans


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return kept
