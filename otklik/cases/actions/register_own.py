"""Зарегистрировать у себя: a number of the body's own register, where its act switched that on."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import regime_clocks
from otklik.cases.gate import passing
from otklik.cases.models import Registration
from otklik.cases.registered import open_registration
from otklik.cases.registers import shown_number, take_number
from otklik.failures import Refused


def register_own(
    actor: Actor, case_id: int, *, register_id: int, now: datetime | None = None
) -> Registration:
    """Give the case the next number of a register, from this moment on. Without a gap, whatever goes wrong after.

    Raises `Refused` when the case stands in that regime's register already, or the register is switched off.
    """
    with passing(actor, case_id, "register_own", now=now) as gate:
        case = gate.case
        register, year, serial = take_number(case, register_id, gate.now)
        entry = open_registration(case, register.regime)
        if entry is not None and entry.number:
            raise Refused(_("Карточка уже зарегистрирована: вх. № %(number)s.") % {"number": entry.number})
        if entry is None:  # a case moved here by a person waits for its number with an entry that has none
            entry = Registration(
                case=case, scope_id=case.scope_id, regime=register.regime, received_at=gate.now, created_at=gate.now,
                entered_by_id=gate.user_id,
            )
        entry.own, entry.body, entry.system = True, register.body, register.body.short_name
        entry.year, entry.serial, entry.number = year, serial, shown_number(year, serial)
        entry.registered_at = gate.now
        entry.save()
        regime_clocks.follow(case, entry)
        gate.fields |= {
            "registration": entry.pk, "regime": entry.regime, "body": register.body_id, "year": year, "serial": serial,
        }
        return entry
