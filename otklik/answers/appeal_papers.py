"""The papers of appeals: the analysis, the register, the card and the journal of reception, the list of the post.

Made in Russian, with `translation.override("ru")` around whatever asks for words.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import translation

from otklik.answers.papers import Cell, Paper, Table
from otklik.cases import numbers
from otklik.cases.appeal_figures import DEFINITIONS, UNKNOWN, Figures, Row
from otklik.cases.clock_rules import zone
from otklik.cases.models import PostalList, Reception, Registration, SendingProof
from otklik.cases.outcome_table import BY_CODE
from otklik.organisations.models import Organisation

PEOPLE_NEAR = "Места, откуда писали больше одного раза"  # a street of three houses may be somebody
LAW_NAMES = {
    "law59": "обращения граждан (Федеральный закон от 02.05.2006 № 59-ФЗ)",
    "law8": "запросы информации (Федеральный закон от 09.02.2009 № 8-ФЗ)",
}
# (attribute of the figures, title, name of the first column)
TABLES = (
    ("kinds", "По характеру", "Характер (как прочла программа)"), ("themes", "По темам", "Тема"),
    ("places", "По территориям", "Территория"), ("results", "По результатам", "Чем кончилось"),
    ("outcomes", "Итог карточки", "Итог"), ("ways", "Способ отправки", "Способ"),
    ("causes", "Причины: проблемы за обращениями", "Проблема"), ("executors", "К чьей работе относятся", "Исполнитель"),
    ("streets", "Места, откуда писали больше одного раза", "Улица"),
    ("receptions", "Личный приём", "Чем кончился приём"),
)


def local(moment: datetime | None) -> datetime | None:
    """A moment of the region's clock, as a sheet takes it."""
    return moment.astimezone(zone()).replace(tzinfo=None) if moment else None


def day_of(moment: datetime | None) -> date | None:
    """The same as a day."""
    return moment.astimezone(zone()).date() if moment else None


def figures_tables(figures: Figures) -> list[Table]:
    """The analysis as tables: the figures with their definitions, then each grouping."""
    with translation.override("ru"):
        first = Table("Показатели", ("Показатель", "За период", "За такой же период раньше", "Как считается"), [
            (str(name), figures.counted.get(code, 0), figures.before.get(code, 0), str(how))
            for code, (name, how) in DEFINITIONS.items()
        ])  # fmt: skip
        more = [
            Table(title, (what, "Всего", "Раньше", "С опозданием"), [_row(row) for row in rows])
            for attribute, title, what in TABLES if (rows := getattr(figures, attribute)) and not _says_nothing(rows)
        ]
    return [first, *more]


def _says_nothing(rows: Sequence[Row]) -> bool:
    return {row.name for row in rows} == {UNKNOWN}


def _row(row: Row) -> Sequence[Cell]:
    return (f"{row.above}: {row.name}" if row.above else row.name, row.count, row.before, row.late)


def figures_paper(figures: Figures, place: str, made_at: datetime) -> Paper:
    """The analysis as a document without personal data, fit for the site (8-ФЗ, article 13, part 1, point 9)."""
    asked, share = figures.asked, figures.in_time_share
    facts = [("Где", place), ("Расчёт на", f"{made_at.astimezone(zone()):%d.%m.%Y %H:%M}")]
    if share is not None:
        facts.append(("Ответили в срок", f"{share * 100:.1f} %".replace(".", ",")))
    facts += [(f"Больше всего — {what}", words) for what, words in leaders(figures)]
    return Paper(
        f"Анализ: {LAW_NAMES[asked.regime]}", f"С {asked.since:%d.%m.%Y} по {asked.until:%d.%m.%Y}.", facts,
        [table for table in figures_tables(figures) if table.title != PEOPLE_NEAR],
        ("Подготовил: ____________________",),
    )


def leaders(figures: Figures) -> list[tuple[str, str]]:
    """What stands first in each grouping, in a sentence."""
    found = []
    for attribute, what in (("themes", "по теме"), ("places", "по месту"), ("causes", "по причине")):
        rows = [row for row in getattr(figures, attribute) if row.name != UNKNOWN]
        if rows:
            found.append((what, f"{rows[0].name} ({rows[0].count}, раньше {rows[0].before or 0})"))
    return found


def register_table(
    rows: Sequence[Registration], due: Mapping[int, datetime], decided: Mapping[int, str]
) -> Table:
    """The register as a table."""
    with translation.override("ru"):
        names = (
            "Вх. №", "Зарегистрировано", "Поступило", "Карточка", "От кого", "Подписали", "Тема", "Территория",
            "Срок ответа", "Продлено, дней", "Чем кончилось", "Исх. №", "Отправлено", "Подписал", "Способ",
            "Подтверждение отправки", "С опозданием", "Повторное к",
        )
        return Table("Журнал регистрации", names, [_registered(row, due, decided) for row in rows])


def _registered(
    row: Registration, due: Mapping[int, datetime], decided: Mapping[int, str]
) -> Sequence[Cell]:
    case, until = row.case, due.get(row.pk)
    people = getattr(case, "collective", None)
    code = decided.get(row.pk, "")
    ended = str(BY_CODE[code].name) if code in BY_CODE else str(row.get_ended_by_display())
    return (
        row.number, day_of(row.registered_at), day_of(row.received_at), numbers.shown(case.number),
        people.answer_to if people else case.resident.name if case.resident else "",
        people.people if people else 1, case.theme.name if case.theme else "", case.territory.short_name,
        day_of(until), row.extended_days, ended or "в работе", row.out_number, day_of(row.out_at), row.signer,
        str(row.get_way_display()) if row.way else "", proof_words(getattr(row, "proof", None), row),
        "да" if row.out_at and until and row.out_at > until and row.ended_by == "sent" else "", _followed(row),
    )


def _followed(row: Registration) -> str:
    """The card with whose answer the resident disagreed; of another place it is not named."""
    if row.case.follows_id is None:
        return ""
    return numbers.shown(row.case.follows.number) if row.case.follows else "карточка другого муниципалитета"


def proof_words(proof: SendingProof | None, row: Registration) -> str:
    """What proves the sending, in a few words."""
    if proof is None:
        return "не подтверждена" if row.out_at and row.way else ""
    if proof.kind == SendingProof.Kind.NONE:
        return f"нет: {proof.reason}"
    if proof.postal_list:
        return f"реестр № {proof.postal_list.number}, {proof.reference or 'почтового номера ещё нет'}"
    return f"{proof.get_kind_display()}: {proof.reference}"


def reception_paper(card: Reception) -> Paper:
    """The card of a talk, to be signed by the official."""
    with translation.override("ru"):
        case = card.case
        place = ", ".join(filter(None, (case.territory.short_name, case.street, case.house)))
        facts = [
            ("Орган", card.body.name), ("Дата приёма", f"{card.held_at.astimezone(zone()):%d.%m.%Y}"),
            ("Принимал", f"{card.post} {card.official}"),
            ("Кто пришёл", case.resident.name if case.resident else ""), ("Адрес", place),
            ("Документ, удостоверяющий личность", "предъявлен" if card.identified else "не предъявлен"),
            ("Содержание устного обращения", card.essence),
            ("Письменное обращение", "принято" if card.written else "не подавалось"),
            ("Результат", str(card.get_outcome_display())),
        ]
        if card.outcome == Reception.Outcome.ORAL:
            facts.append(("Согласие на устный ответ", "дано" if card.consent else "не дано"))
        if card.told:
            facts.append(("Что сказано", card.told))
        if card.earlier:
            facts.append(("Ответ по существу дан раньше", card.earlier))
        facts.append(("Карточка в «Отклике»", numbers.shown(case.number)))
        return Paper(
            f"Карточка личного приёма № {card.number}", "Федеральный закон от 02.05.2006 № 59-ФЗ, статья 13.", facts,
            foot=(f"{card.post} {card.official}  ____________________", "Гражданин  ____________________"),
        )


def receptions_table(cards: Sequence[Reception]) -> Table:
    """The journal of reception."""
    with translation.override("ru"):
        names = (
            "№", "Дата", "Орган", "Принимал", "Должность", "Кто пришёл", "Территория", "Содержание",
            "Письменное обращение", "Чем кончился приём", "Что сказано", "Карточка",
        )
        return Table("Личный приём", names, [
            (
                card.number, day_of(card.held_at), card.body.short_name, card.official, card.post,
                card.case.resident.name if card.case.resident else "", card.case.territory.short_name, card.essence,
                "да" if card.written else "", str(card.get_outcome_display()), card.told,
                numbers.shown(card.case.number),
            )
            for card in cards
        ])  # fmt: skip


POSTAL_NAMES = ("№", "Кому", "Адрес", "Исх. №", "Дата письма", "Вх. №", "Почтовый номер")


def postal_table(found: PostalList, lines: Sequence[SendingProof], addresses: Mapping[int, str]) -> Table:
    """The lines of a postal list."""
    return Table(f"Реестр {found.serial}-{found.year}", POSTAL_NAMES, [
        (
            row.place, row.addressee, addresses.get(row.pk, ""), row.registration.out_number,
            day_of(row.registration.out_at), row.registration.number, row.reference,
        )
        for row in lines
    ])  # fmt: skip


def postal_paper(
    found: PostalList, lines: Sequence[SendingProof], addresses: Mapping[int, str], body: Organisation | None
) -> Paper:
    """The list as it is handed to the post in two copies."""
    facts = [("Отправитель", body.name if body else found.scope.name), ("Писем", str(len(lines)))]
    table = postal_table(found, lines, addresses)
    return Paper(
        f"Реестр почтовых отправлений № {found.number}", f"{found.day:%d.%m.%Y}", facts,
        [Table("", table.headings, table.rows)],
        ("Сдал: ____________________", "Принял (почта): ____________________"), landscape=True,
    )
