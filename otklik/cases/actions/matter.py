"""Короткий срок: a person says that a registration is of a matter for which the law gives less time."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import regime_clocks
from otklik.cases.gate import passing
from otklik.cases.models import Registration
from otklik.cases.registered import LAWS, registration
from otklik.cases.shorter_terms import term_of
from otklik.failures import BadInput, Refused


def set_matter(
    actor: Actor, case_id: int, *, registration_id: int, code: str, now: datetime | None = None
) -> Registration:
    """Count the limits of a registration by the term of this matter; an empty code counts by the common ones again.

    A date that the registering system has named stays. Raises `BadInput`, `NotYours`, `Refused`.
    """
    with passing(actor, case_id, "matter", now=now) as gate:
        entry = registration(gate.case, registration_id)
        if entry.regime not in LAWS:
            raise Refused(_("Это есть только в режимах 59-ФЗ и 8-ФЗ."))
        if code and term_of(code, entry.regime) is None:
            raise BadInput(_("Выберите срок из списка."), "matter")
        if entry.matter == code:
            gate.unchanged = True
            return entry
        gate.fields |= {"registration": entry.pk, "regime": entry.regime, "matter": [entry.matter, code]}
        entry.matter = code
        entry.save()
        regime_clocks.follow(gate.case, entry)
        return entry
