"""A body's own registers: switched on by its local act, giving numbers without a gap."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.clock_rules import zone
from otklik.cases.models import Case, Register, RegisterYear
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation
from otklik.organisations.staffing import require_administrator
from otklik.together import asked
from otklik.typed_text import line

# Upsert and lock in one statement: whoever comes second waits for the first one's commit, and a rolled-back
# transaction gives its number back with the row.
_NEXT = """
INSERT INTO cases_registeryear AS y (register_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (register_id, year) DO UPDATE SET last = y.last + 1 RETURNING last
"""


def save_register(
    actor: Actor, *, body_id: int, regime: str, act_number: str, act_date: date | None, is_on: bool,
    now: datetime | None = None,
) -> Register:
    """Switch a body's own register on or off, with its local act. An administrator of the body's place only.

    Numbers given before stay and go on when it is switched on again. Raises `BadInput` naming the field.
    """
    now = now or timezone.now()
    act_number = line(act_number, 60, "act_number")
    if regime not in ("law59", "law8"):
        raise BadInput(_("Свой журнал бывает для 59-ФЗ и 8-ФЗ. В ПОС регистрирует сама ПОС."), "regime")
    if not act_number:
        raise BadInput(_("Напишите номер акта, которым введён журнал."), "act_number")
    if act_date is None or act_date > now.astimezone(zone()).date():
        raise BadInput(_("Укажите дату акта, не позже сегодняшней."), "act_date")
    with acting(actor), widened():
        # The row of the body is what a first register of it is locked by.
        bodies = Organisation.objects.select_for_update(of=("self",)).select_related("territory")
        body = bodies.filter(pk=body_id).first()
        if body is None:
            raise BadInput(_("Выберите организацию из списка."), "body")
        require_administrator(actor, body.territory.scope_id or body.territory_id)
        row, _new = Register.objects.update_or_create(
            body=body, regime=regime, defaults={"act_number": act_number, "act_date": act_date, "is_on": is_on}
        )
        fields = {
            "body": body.pk, "regime": regime, "act": act_number, "act_date": act_date.isoformat(), "on": is_on,
        }
        append(NewEntry(f"register:{body.pk}", "register_saved", actor.reference, now, fields))
    return row


def registers_for(case: Case) -> list[Register]:
    """The own registers that may take this case: of its place, its city, and of the region. Switched on only."""
    return [row for row in asked(case, "registers", lambda _case: registers_question()) if _covers(row, case)]


def registers_question() -> QuerySet[Register]:
    """All own registers that are switched on: a region has few."""
    return Register.objects.filter(is_on=True).select_related("body__territory")


def take_number(case: Case, register_id: int, now: datetime) -> tuple[Register, int, int]:
    """The next number of a register as (register, year, serial), taken in the caller's transaction.

    Raises `NotYours` for a register of elsewhere, `Refused` for one that is switched off.
    """
    row = Register.objects.select_related("body__territory").filter(pk=register_id).first()
    if row is None or not _covers(row, case):
        raise NotYours(_("Такого журнала регистрации здесь нет."))
    if not row.is_on:
        raise Refused(_("Этот журнал регистрации выключен: внесите номер из системы, где зарегистрировано."))
    year = now.astimezone(zone()).year
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [row.pk, year])
        return row, year, cursor.fetchone()[0]


def shown_number(year: int, serial: int) -> str:
    """How an own number is written: «17/2026»."""
    return f"{serial}/{year}"


def last_numbers(registers: Sequence[Register], year: int) -> dict[int, int]:
    """The last number that each register gave in a year, by its id; what gave none is not there."""
    rows = RegisterYear.objects.filter(register__in=registers, year=year)
    return dict(rows.values_list("register_id", "last"))


def _covers(row: Register, case: Case) -> bool:
    place = row.body.territory
    return place.pk in (case.territory_id, case.scope_id, case.scope.municipality_id) or (
        (place.scope_id or place.pk) in (case.scope_id, case.scope.municipality_id) or place.kind == "region"
    )
