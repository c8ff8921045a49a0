"""For the prosecutor: the register of appeals of a period, and those beyond a term, with dates. Inside `acting`.

Numbers and dates; a resident's name only when it was asked for by somebody who reads cases of restricted access here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from otklik.cases import numbers
from otklik.cases.appeal_figures import Asked as Appeals
from otklik.cases.appeal_register import chosen
from otklik.cases.clock_rules import zone
from otklik.cases.models import Clock, Registration
from otklik.reports import russian
from otklik.reports.asking import Asked, appeal_number, plain_number
from otklik.reports.document import Cell, Document, Figure, Figures, Number, Table
from otklik.reports.papers import paper

MOST = 5000
LAWS = {"law59": "59-ФЗ", "law8": "8-ФЗ"}
KINDS = (Clock.Kind.REGISTER, Clock.Kind.FORWARD, Clock.Kind.ANSWER)
COLUMNS = ("Номер", "Закон", "Поступило", "Зарегистрировано", "Срок ответа", "Отправлено", "Чем кончилось")
BREACH = ("Номер", "Закон", "Что нарушено", "Срок был", "Сделано", "Дней сверх срока", "Орган")


def prosecutor(asked: Asked) -> Document:
    """The register and the breaches of a period."""
    with_names = bool(asked.options.get("names")) and asked.restricted_too
    scopes = None if asked.scopes is None else sorted(asked.scopes)
    rows: list[Registration] = []
    for law in LAWS:
        period = Appeals(law, asked.period.since, asked.period.until, scopes, asked.restricted_too)
        rows += chosen(period)[: MOST - len(rows)]
    due = _due(rows)
    breaches: list[tuple[Cell, ...]] = []
    for row in rows:
        breaches += _breaches(row, due, asked, with_names)
    name: tuple[str, ...] = ("Заявитель",) if with_names else ()
    blocks: list[Any] = [
        Figures((
            Figure("total", "Зарегистрировано", appeal_number(asked, "both", "total", len(rows))
                   if len(rows) < MOST else plain_number(len(rows))),
            Figure("breaches", "Нарушений срока", plain_number(len(breaches)),
                   "перечислены ниже", good=False if breaches else None),
        )),
        Table("breaches", "Обращения сверх срока", (*BREACH, *name), tuple(breaches),
              empty="Нарушений срока за период нет.", wide=(13, 7, 23, 12, 12, 11, 22, *((18,) if with_names else ()))),
        Table("register", "Журнал регистрации", (*COLUMNS, *name), tuple(
            _row(row, due.get((row.pk, Clock.Kind.ANSWER)), with_names) for row in rows
        ), note=f"Показаны первые {MOST}." if len(rows) == MOST else "",
              wide=(13, 7, 13, 15, 13, 20, 19, *((18,) if with_names else ()))),
    ]
    sources = [
        "Регистрации с датой в периоде (нет даты регистрации — по дате поступления), внесённые по ошибке не в счёт.",
        "Срок — с учётом продления; у записи из СЭД — тот, который назвала СЭД.",
    ]
    if not with_names:
        sources.append("Имён заявителей здесь нет: номера и даты.")
    return paper(asked, "prosecutor", "Справка для прокуратуры: обращения и сроки", blocks, landscape=True,
                 sources=sources, extra={"names": with_names or any(row.case.restricted for row in rows)})


def _due(rows: Sequence[Registration]) -> dict[tuple[int, str], datetime]:
    """By registration and kind of clock until when."""
    clocks = Clock.objects.filter(registration__in=[row.pk for row in rows], kind__in=KINDS).order_by("id")
    return {
        (registration, kind): at for registration, kind, at in clocks.values_list("registration_id", "kind", "due_at")
        if registration is not None
    }


def _row(row: Registration, due: datetime | None, with_names: bool) -> tuple[Cell, ...]:
    out: tuple[Cell, ...] = (
        _number(row), LAWS.get(row.regime, row.regime), _day(row.received_at), _day(row.registered_at), _day(due),
        _sent(row),
        str(row.get_ended_by_display()) if row.ended_by else "в работе",
    )
    return (*out, _name(row)) if with_names else out


def _sent(row: Registration) -> str:
    number = f"№ {row.out_number}" if row.out_number else ""
    return " ".join(filter(None, (number, _day(row.out_at) if row.out_at else ""))) or "—"


def _number(row: Registration) -> Number:
    shown = numbers.shown(row.case.number)
    return Number(row.number or shown, f"/desk/case/{shown}/")


def _name(row: Registration) -> str:
    return row.case.resident.name if row.case.resident and row.case.resident.name else "—"


def _breaches(
    row: Registration, due: dict[tuple[int, str], datetime], asked: Asked, with_names: bool
) -> list[tuple[Cell, ...]]:
    """Each term of one registration that was not kept."""
    forwarded = row.ended_by == Registration.EndedBy.FORWARDED
    sent = row.ended_by == Registration.EndedBy.SENT
    until: dict[str, datetime | None] = {kind: due.get((row.pk, kind)) for kind in KINDS}
    looked = (
        ("зарегистрировано позже срока", "не зарегистрировано", until.get(Clock.Kind.REGISTER), row.registered_at),
        ("переслано позже срока", "не переслано", until.get(Clock.Kind.FORWARD) if forwarded else None, row.out_at),
        ("ответ позже срока", "ответа нет", until.get(Clock.Kind.ANSWER) if sent or not row.ended_by else None,
         row.out_at if sent else None),
    )
    found: list[tuple[Cell, ...]] = []
    for what, missing, term, at in looked:
        if term is None or (at or asked.now) <= term:
            continue
        late = (_date(at or asked.now) - _date(term)).days
        one: tuple[Cell, ...] = (
            _number(row), LAWS.get(row.regime, row.regime), what if at else missing,
            _day(term), _day(at) if at else "нет", plain_number(late), row.body.short_name if row.body else row.system,
        )
        found.append((*one, _name(row)) if with_names else one)
    return found


def _date(at: datetime) -> date:
    return at.astimezone(zone()).date()


def _day(at: datetime | None) -> str:
    return russian.day(_date(at)) if at else "—"
