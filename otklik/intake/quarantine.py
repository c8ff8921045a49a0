"""What could not be read, and what a filter set aside: looked at, taken again, or put away by a person."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.channels.models import Arrival
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake.receiving import take
from otklik.journal.appending import NewEntry, append

ROLES = frozenset({"operator", "coordinator", "curator"})
TABS = {"quarantined": Arrival.State.QUARANTINED, "ignored": Arrival.State.IGNORED, "aside": Arrival.State.ASIDE}


def rows(actor: Actor, tab: str) -> QuerySet[Arrival]:
    """Arrivals of one tab that this person sees, the newest first. Inside `acting`: the database shows their scope."""
    found = Arrival.objects.filter(state=TABS.get(tab, Arrival.State.QUARANTINED)).select_related("account", "scope")
    return found.exclude(body=b"").defer("body").order_by("-id")


def of(actor: Actor, arrival_id: int) -> Arrival:
    """One of them. Inside `acting`. Raises `NotYours`."""
    row = Arrival.objects.select_related("account", "scope").filter(pk=arrival_id).first()
    if row is None or not (isinstance(actor, Staff) and ROLES & actor.roles_at(row.scope_id)):
        raise NotYours(_("Такой записи нет, или она не в вашем муниципалитете."))
    return row


def decide(actor: Actor, arrival_id: int, what: str, *, now: datetime | None = None) -> Arrival:
    """«Разобрать ещё раз» or «Это не обращение». What was put away can be taken again. Returns it as it stands then."""
    now = now or timezone.now()
    if what not in ("again", "aside"):
        raise BadInput(_("Выберите, что сделать с записью."), "what")
    with acting(actor):
        of(actor, arrival_id)
        with widened():
            row = Arrival.objects.select_for_update().get(pk=arrival_id)
            if row.state not in TABS.values():
                raise Refused(_("Эту запись уже разобрали."))
            if not row.body:
                raise Refused(_("Того, что пришло, больше нет: срок хранения прошёл, или это стёрто."))
            row.state = Arrival.State.ASIDE if what == "aside" else Arrival.State.QUARANTINED
            row.save(update_fields=["state"])
            append(
                NewEntry(f"arrival:{row.pk}", f"arrival_{what}", actor.reference, now, {"scope": row.scope_id})
            )
    if what == "again":
        take(arrival_id, again=True, chosen=True)
    with acting(actor, read_only=True):
        return Arrival.objects.select_related("account").get(pk=arrival_id)
