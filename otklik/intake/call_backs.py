"""Calls that nobody took: one row a caller, shown to those who note calls, called back, settled."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.channels.kit.incoming import Incoming
from otklik.channels.models import Account, MissedCall
from otklik.failures import NotYours
from otklik.journal.appending import NewEntry, append
from otklik.residents.contacts import seal, unseal_words
from otklik.residents.models import Contact
from otklik.territory.tree import region

ROLES = frozenset({"operator", "coordinator", "head", "curator"})


def note_missed(account: Account, one: Incoming, now: datetime) -> MissedCall:
    """Note a missed call; the same caller again only raises the count. Inside `acting`, widened."""
    cipher, key_id, lookup = seal(Contact.Kind.PHONE, one.author.phone)
    at = one.written_at or now
    row, new = MissedCall.objects.get_or_create(
        account=account, lookup=lookup, settled_at=None,
        defaults={
            "scope_id": account.territory_id or region().pk, "cipher": cipher, "key_id": key_id, "first_at": at,
            "last_at": at,
        },
    )
    if not new:
        MissedCall.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=max(at, row.last_at))
    return row


def waiting(actor: Actor) -> QuerySet[MissedCall]:
    """Who waits to be called back, the longest first; the database shows the actor's scope. Inside `acting`."""
    return MissedCall.objects.filter(settled_at=None).select_related("account", "scope").order_by("first_at", "pk")


def show_number(actor: Actor, call_id: int, now: datetime | None = None) -> str:
    """The number to dial; that it was shown is an entry."""
    now = now or timezone.now()
    with acting(actor):
        _own(actor, call_id)
        with widened():
            row = MissedCall.objects.select_for_update().get(pk=call_id)
            append(NewEntry(f"missed-call:{row.pk}", "number_shown", actor.reference, now, {"scope": row.scope_id}))
            return unseal_words(bytes(row.cipher), row.key_id)


def settle(actor: Actor, call_id: int, now: datetime | None = None) -> None:
    """Called back, or no need to. Pressed twice it is settled once."""
    now = now or timezone.now()
    with acting(actor):
        _own(actor, call_id)
        with widened():
            row = MissedCall.objects.select_for_update().get(pk=call_id)
            if row.settled_at is not None:
                return
            row.settled_at, row.settled_by_id = now, actor.user_id if isinstance(actor, Staff) else None
            row.save(update_fields=["settled_at", "settled_by"])
            append(NewEntry(f"missed-call:{row.pk}", "call_settled", actor.reference, now, {"scope": row.scope_id}))


def _own(actor: Actor, call_id: int) -> None:
    row = MissedCall.objects.filter(pk=call_id).first()
    if row is None or not (isinstance(actor, Staff) and ROLES & actor.roles_at(row.scope_id)):
        raise NotYours(_("Такого звонка нет, или он не в вашем муниципалитете."))
