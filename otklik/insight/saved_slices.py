"""Slices under a name: one's own, or shared with everybody who sees figures. Every change is in the journal."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.slice_models import SavedSlice
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import User
from otklik.typed_text import line

MOST = 50  # of one person
LONGEST = 60
READERS = frozenset({"head", "coordinator", "curator", "analyst"})
TENDERS = frozenset({"curator", "analyst"})  # of the whole region: may take away what was shared


def slices_of(actor: Staff) -> QuerySet[SavedSlice]:
    """One's own first, then those that others shared, by name. Inside `acting`."""
    return (
        SavedSlice.objects.filter(Q(owner_id=actor.user_id) | Q(shared=True))
        .select_related("owner")
        .order_by("name", "pk")
    )


def may_remove(actor: Staff, one: SavedSlice) -> bool:
    """Its owner may; what was shared also who tends the whole region."""
    tends = any(grant.role in TENDERS and grant.scopes is None for grant in actor.grants)
    return one.owner_id == actor.user_id or (one.shared and tends)


def save(actor: Staff, *, name: str, path: str, query: str, shared: bool, now: datetime) -> SavedSlice:
    """Keep a page with what is chosen; the same name of the same person is that slice anew.

    `path` and `query` are made by our own pages (codes and ids, no words). BadInput for an empty name or one slice too
    many, Refused for who sees no figures.
    """
    if not READERS & actor.roles_at(None):
        raise Refused(_("Срезы сохраняют те, кто видит цифры: руководители, координаторы, кураторы и аналитики."))
    name = line(name, LONGEST, "name")
    if not name:
        raise BadInput(_("Назовите срез: по этому названию его найдут."), "name")
    with acting(actor), widened():
        User.objects.select_for_update().get(pk=actor.user_id)  # one change of a person's slices at a time
        mine = SavedSlice.objects.filter(owner_id=actor.user_id)
        if mine.exclude(name=name).count() >= MOST:
            raise BadInput(_("Срезов уже %(n)s. Удалите ненужные.") % {"n": MOST}, "name")
        values = {"path": path, "query": query, "shared": shared}
        one, _new = mine.update_or_create(
            owner_id=actor.user_id, name=name, defaults=values, create_defaults={**values, "created_at": now}
        )
        _entry(actor, one, "slice_saved", now, path=path, query=query, shared=shared)
        return one


def remove(actor: Staff, slice_id: int, *, now: datetime) -> None:
    """Take it away. NotYours for one that this person does not see, Refused for somebody else's."""
    with acting(actor), widened():
        one = slices_of(actor).select_for_update(of=("self",)).filter(pk=slice_id).first()
        if one is None:
            raise NotYours(_("Такого среза нет: возможно, его уже убрали."))
        if not may_remove(actor, one):
            raise Refused(_("Это срез другого сотрудника: убрать его может он сам или куратор области."))
        _entry(actor, one, "slice_removed", now)
        one.delete()


def _entry(actor: Staff, one: SavedSlice, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"slice:{one.pk}", verb, actor.reference, now, fields))
