"""The papers of a meeting: letter, programme, questions, minutes, press note, the guest's sheet, and the pack of them.

What stands on paper is Russian without gettext (decision 085). All functions read, inside `acting`.
"""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from otklik.cases.clock_rules import zone
from otklik.failures import BadInput
from otklik.files.storage import path_of
from otklik.organisations.models import Organisation, User
from otklik.practice.allowed import people_of
from otklik.practice.calendar_file import calendar_file
from otklik.practice.exchange_reading import photo_of
from otklik.practice.leaving import Luggage
from otklik.practice.models import Exchange, Taken
from otklik.practice.papers import (
    Block,
    Heading,
    Paper,
    Picture,
    Points,
    Rows,
    Words,
    as_docx,
    as_pdf,
    lines_of,
)
from otklik.practice.passport_paper import drawn
from otklik.practice.passports import sections_of
from otklik.practice.sheet_reading import (
    CODE,
    DUE,
    PEOPLE,
    QUESTIONS,
    WHAT,
    WHO,
    WORDS,
    ReadSheet,
    read_sheet,
)
from otklik.territory.models import Territory

MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
          "декабря")  # fmt: skip
_WAY = {Exchange.Way.CALL: "по видеосвязи", Exchange.Way.VISIT: "с выездом"}
_BLANK = "____________"


@dataclass(frozen=True)
class Made:
    """What papers of a meeting are made of."""

    row: Exchange
    taken: Sequence[Taken]
    host_body: str  # how our centre is called in full
    signer: str  # its head
    picture: bytes | None = None


def material(row: Exchange) -> Made:
    """Read what the papers need."""
    ours = row.host or row.guest
    body, signer = _body(ours) if ours else ("", "")
    stored = photo_of(row)
    picture = None
    if stored is not None:
        path = path_of(stored.sha256)
        picture = path.read_bytes() if path.exists() else None
    return Made(row, list(Taken.objects.filter(exchange=row).select_related("place")), body, signer, picture)


def _body(place: Territory) -> tuple[str, str]:
    body = Organisation.objects.filter(
        territory=place, kind__in=["municipal_centre", "regional_centre"], active=True
    ).order_by("pk").first()
    head = User.objects.filter(pk__in=people_of(place, "head")).order_by("full_name").first()
    return body.name if body else place.name, head.full_name if head else ""


def _day(at: datetime) -> str:
    local = at.astimezone(zone())
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} года"


def _when(row: Exchange) -> str:
    begins, ends = row.begins_at.astimezone(zone()), row.ends_at.astimezone(zone())
    if begins.date() == ends.date():
        return f"{_day(begins)}, {begins:%H:%M}–{ends:%H:%M} ({_offset(begins)})"
    return f"с {_day(begins)}, {begins:%H:%M} по {_day(ends)}, {ends:%H:%M} ({_offset(begins)})"


def _offset(at: datetime) -> str:
    """«МСК», «МСК+3»: how far the region's clock is from Moscow's, as people of another region say it."""
    hours = round(((at.utcoffset() or timedelta()) - timedelta(hours=3)) / timedelta(hours=1))
    return f"МСК{hours:+d}" if hours else "МСК"


def _facts(row: Exchange) -> Rows:
    where = "Ссылка" if row.way == Exchange.Way.CALL else "Место"
    rows = [("Тема", row.topic), ("Когда", _when(row)), ("Как", _WAY[Exchange.Way(row.way)])]
    rows += [(where, row.where)] if row.where else []
    return Rows((*rows, ("Хозяин", row.host_name), ("Гость", row.guest_name)), widths=(22, 78))


def invitation(made: Made) -> Paper:
    """The letter: from the side that is ours to the other one."""
    row = made.row
    ours_host = row.host_id is not None
    other = row.guest_name if ours_host else row.host_name
    ask = (
        f"Приглашаем вас {_WAY[Exchange.Way(row.way)]} посмотреть, как работает наш центр." if ours_host
        else f"Просим показать нам {_WAY[Exchange.Way(row.way)]}, как работает ваш центр."
    )
    own_questions = "Свои вопросы можно вписать в " + ("лист гостя." if row.leaves else "карточку встречи.")
    blocks: list[Block] = [
        Words(f"Кому: {other}"), Words(f"от {_BLANK} № {_BLANK}", note=True), Words("Здравствуйте!"),
        Words(f"{ask} Тема: «{row.topic}»."), _facts(row),
    ]
    if row.programme:
        blocks += [Heading("Программа"), Points(lines_of(row.programme))]
    blocks += [
        Words(f"Подтвердите, пожалуйста, участие и пришлите имена участников. {own_questions}"),
        Words(f"{made.signer or _BLANK}\n{_BLANK}"),
    ]
    return Paper("Приглашение к обмену опытом", made.host_body, tuple(blocks))


def programme(made: Made) -> Paper:
    """Programme and participants."""
    row = made.row
    blocks: list[Block] = [_facts(row), Heading("Программа"), Points(lines_of(row.programme) or ("уточняется",))]
    for title, people in ((row.host_name, row.host_people), (row.guest_name, row.guest_people)):
        blocks += [Heading(f"Участники: {title}"), Points(lines_of(people) or ("уточняются",))]
    return Paper("Программа обмена опытом", row.topic, tuple(blocks))


def questions(made: Made) -> Paper:
    """The guest's questions with room for what is answered."""
    lines = lines_of(made.row.questions)
    rows = tuple((str(n), line, "") for n, line in enumerate(lines, 1))
    block = Rows(rows, ("№", "Вопрос", "Что ответили"), (6, 54, 40)) if rows else Words("Вопросов пока нет.")
    return Paper("Вопросы гостя", f"{made.row.guest_name} — {made.row.host_name}", (_facts(made.row), block))


def minutes(made: Made) -> Paper:
    """What was said, and what is taken home."""
    row = made.row
    blocks: list[Block] = [_facts(row)]
    for title, people in ((row.host_name, row.host_people), (row.guest_name, row.guest_people)):
        if people:
            blocks += [Heading(f"Участники: {title}"), Points(lines_of(people))]
    blocks += [Heading("О чём говорили"), Words(row.minutes or "запись ещё не сделана")]
    blocks += [Heading("Берём"), _taken(made.taken) if made.taken else Words("ничего не взяли")]
    return Paper("Протокол обмена опытом", _day(row.begins_at), tuple(blocks))


def _taken(taken: Sequence[Taken]) -> Rows:
    rows = tuple(
        (str(one.number), one.what, one.responsible_name, f"{one.due:%d.%m.%Y}") for one in taken
    )
    return Rows(rows, ("№", "Что берём", "Кто", "Срок"), (6, 50, 28, 16))


def press(made: Made) -> Paper:
    """The press note with its photo."""
    row = made.row
    words = row.press or (
        f"{_day(row.begins_at)} {row.host_name} и {row.guest_name} обменялись опытом {_WAY[Exchange.Way(row.way)]}. "
        f"Тема встречи — «{row.topic}»."
    )
    blocks: list[Block] = [Words(words)]
    if made.picture:
        blocks.append(Picture(made.picture, f"{row.host_name} — {row.guest_name}, {_day(row.begins_at)}"))
    if made.taken and not row.press:
        blocks += [Words("Участники берут с собой:"), Points(tuple(one.what for one in made.taken))]
    return Paper(f"Обмен опытом: {row.topic}", "", tuple(blocks))


def code_of(row: Exchange) -> str:
    """What a sheet is known by when it comes back: it tells nobody anything else."""
    return row.uid.hex[:8]


def read_back(made: Made, content: bytes) -> ReadSheet:
    """The filled sheet of this meeting. `BadInput` (field `file`) for no sheet, another meeting's, an empty one."""
    printed = sheet(made)
    known = [printed.title, printed.below]
    for block in printed.blocks:
        known += [block.text] if isinstance(block, Heading | Words) else []
        known += [cell for row in (*block.rows, block.head) for cell in row] if isinstance(block, Rows) else []
    found = read_sheet(content, known)
    if found.code and found.code != code_of(made.row):
        raise BadInput(_("Это лист другой встречи: код в нём не тот. Откройте её карточку."), "file")
    if found.is_empty:
        raise BadInput(_("В листе ничего не заполнено, или он отсканирован: внесите его руками."), "file")
    return found


def sheet(made: Made) -> Paper:
    """The sheet of a guest without Otklik: to be filled in on a screen or by hand, and sent back."""
    empty = tuple((str(n), "", "", "") for n in (1, 2, 3))
    room = "\n" * 5  # lines to write on by hand
    blocks: tuple[Block, ...] = (
        _facts(made.row),
        Words("Пишите в правых клетках: так лист прочитает программа. От руки — тоже можно.", note=True),
        Rows(((PEOPLE, room), (QUESTIONS, room)), widths=(30, 70)),
        Heading("После встречи: что берём (не больше трёх, у каждого имя и срок)"),
        Rows(empty, ("№", WHAT, WHO, DUE), (6, 50, 28, 16)),
        Words("Срок — день, например 01.02.2027.", note=True),
        Rows(((WORDS, room),), widths=(30, 70)),
        Words("Верните лист тем же письмом: его данные внесут в карточку встречи.", note=True),
        Words(f"{CODE}: {code_of(made.row)}", note=True),
    )
    return Paper("Лист гостя", f"Обмен опытом: {made.row.topic}", blocks)


PAPERS: dict[str, Callable[[Made], Paper]] = {
    "invitation": invitation, "programme": programme, "questions": questions, "minutes": minutes, "press": press,
    "sheet": sheet,
}
RUSSIAN = {  # names of files
    "invitation": "priglashenie", "programme": "programma", "questions": "voprosy", "minutes": "protokol",
    "press": "press-reliz", "sheet": "list-gostya", "passport": "pasport",
}
_INVITES = ("invitation", "programme", "questions", "sheet")
_AFTER = ("minutes", "press")


def pack(made: Made, found: Luggage, now: datetime) -> bytes:
    """One ZIP for a guest without Otklik: each paper as PDF and DOCX, the calendar file, our passport."""
    row = made.row
    names = [*_INVITES, *(_AFTER if row.state == Exchange.State.HELD else ())]
    papers = {RUSSIAN[name]: PAPERS[name](made) for name in names}
    if found.passport is not None:
        version = found.passport
        papers[RUSSIAN["passport"]] = drawn(
            row.host_name if row.host_id else row.guest_name, sections_of(version), f"Версия {version.number}"
        )
    out, sheet_name = io.BytesIO(), f"{names.index('sheet') + 1}-{RUSSIAN['sheet']}"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, (name, paper) in enumerate(papers.items(), 1):
            packed.writestr(f"{number}-{name}.pdf", as_pdf(paper))
            packed.writestr(f"{number}-{name}.docx", as_docx(paper))
        packed.writestr("vstrecha.ics", calendar_file(row, now))
        packed.writestr("prochtite.txt", _READ.format(topic=row.topic, when=_when(row), sheet=sheet_name))
    return out.getvalue()


_READ = (
    "Обмен опытом: {topic}\r\n{when}\r\n\r\n"
    "1. Откройте приглашение и программу (PDF — читать, DOCX — править).\r\n"
    "2. Добавьте встречу в календарь: vstrecha.ics.\r\n"
    "3. Заполните «{sheet}.docx» и пришлите его в ответ: участников и вопросы — до встречи,\r\n"
    "   что берёте — после неё.\r\n"
)
