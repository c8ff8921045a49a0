"""A resident came in person: the talk becomes a case under 59-ФЗ with its card, in one transaction.

An oral appeal is an appeal (59-ФЗ, article 4, point 1), so its case is of that regime from the first.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, acting, widened
from otklik.cases.actions.reception import Talk, note_reception
from otklik.cases.actions.register_own import register_own
from otklik.cases.models import Case, Reception
from otklik.failures import BadInput
from otklik.intake.accepting import Incoming, accept


@dataclass(frozen=True)
class Visit:
    """Who came, from where, and what was said. `register_id`: give it the next number of that own register at once."""

    key: str
    territory_id: int
    talk: Talk
    name: str
    phone: str = ""
    email: str = ""
    street: str = ""
    house: str = ""
    register_id: int | None = None


def receive(actor: Actor, visit: Visit, *, now: datetime | None = None) -> Reception:
    """Open the case and write the card. The same form sent twice gives the first one's card.

    Raises `BadInput` naming the field, `NotYours`, `Refused`; nothing is kept then.
    """
    now = now or timezone.now()
    talk = visit.talk.checked(now)
    if not visit.name.strip():
        raise BadInput(_("Напишите фамилию, имя и отчество того, кто пришёл."), "name")
    incoming = Incoming(
        channel="reception", regime=Case.Regime.LAW59, key=visit.key, text=talk.essence,
        territory_id=visit.territory_id, street=visit.street, house=visit.house, name=visit.name, phone=visit.phone,
        email=visit.email, written_at=talk.held_at,
        answer_by=Case.AnswerBy.PHONE if visit.phone.strip() else Case.AnswerBy.PAGE,
    )
    with acting(actor):
        accepted = accept(incoming, actor=actor, now=now)
        if accepted.existed:
            with widened():
                return Reception.objects.get(case_id=accepted.case_id)
        card = note_reception(actor, accepted.case_id, talk, now=now)
        if visit.register_id is not None and talk.outcome == Reception.Outcome.WRITTEN:
            register_own(actor, accepted.case_id, register_id=visit.register_id, now=now)
        return card
