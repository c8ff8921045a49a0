"""Named filters of the queue: one's own, or shared with the centre; one of them may open the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Staff, acting, widened
from otklik.cases.models import FirstView, SavedView
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import User
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line

MOST = 30  # of one person: a bar with more of them helps nobody
LONGEST = 60
TENDERS = frozenset({"coordinator", "head"})  # of a centre: may tidy away what was shared with it


def views_of(actor: Staff) -> QuerySet[SavedView]:
    """What stands in this person's bar: their own first, then what their centre shares; `is_first` opens the desk."""
    opens = FirstView.objects.filter(user_id=actor.user_id, view=OuterRef("pk"))
    return (
        SavedView.objects.filter(Q(owner_id=actor.user_id) | _shared_with(actor))
        .annotate(is_first=Exists(opens))
        .select_related("owner", "shared_with")
        .order_by("shared_with", "name", "pk")
    )


def _shared_with(actor: Staff) -> Q:
    if actor.sees is None:
        return Q(shared_with__kind=Kind.REGION)
    cities = Territory.objects.filter(pk__in=actor.sees).values("municipality_id")
    return Q(shared_with_id__in=actor.sees) | Q(shared_with_id__in=cities)


def centre_of(actor: Staff) -> Territory | None:
    """The place of the person's centre: their one scope, the city of their districts, or the region. Else None."""
    if actor.sees is None:
        return Territory.objects.filter(kind=Kind.REGION).first()
    if len(actor.sees) == 1:
        return Territory.objects.filter(pk__in=actor.sees).first()
    cities = {place.municipality_id or place.pk for place in Territory.objects.filter(pk__in=actor.sees)}
    return Territory.objects.filter(pk__in=cities).first() if len(cities) == 1 else None


def save(
    actor: Staff, *, name: str, query: str, shared: bool = False, first: bool = False, now: datetime | None = None
) -> SavedView:
    """Keep a filter under a name; the same name of the same person is that view anew. `query` holds no searched words.

    Raises `BadInput` for a name that is empty, or one view too many; `Refused` when there is no one centre to share
    with.
    """
    name = _named(name)
    now = now or timezone.now()
    with acting(actor), widened():
        _locked(actor)
        centre = centre_of(actor) if shared else None
        if shared and centre is None:
            raise Refused(_("Вы работаете в нескольких центрах: общий вид сохраняют в одном из них."))
        mine = SavedView.objects.filter(owner_id=actor.user_id)
        if mine.exclude(name=name).count() >= MOST:
            raise BadInput(_("Видов уже %(n)s. Удалите ненужные.") % {"n": MOST}, "name")
        view, _new = mine.update_or_create(
            owner_id=actor.user_id, name=name, defaults={"query": query[:300], "shared_with": centre},
            create_defaults={"query": query[:300], "shared_with": centre, "created_at": now},
        )  # fmt: skip
        _entry(actor, view, "view_saved", now, query=view.query, shared_with=view.shared_with_id)
        if first:
            _open_with(actor, view, now)
        return view


def rename(actor: Staff, view_id: int, *, name: str, now: datetime | None = None) -> SavedView:
    """Give it another name. Its owner's to do."""
    name = _named(name)
    with _mine(actor, view_id) as view:
        if SavedView.objects.filter(owner_id=view.owner_id, name=name).exclude(pk=view.pk).exists():
            raise BadInput(_("Вид с таким названием уже есть."), "name")
        view.name = name
        view.save(update_fields=["name"])
        _entry(actor, view, "view_renamed", now or timezone.now())
        return view


def delete(actor: Staff, view_id: int, *, now: datetime | None = None) -> None:
    """Take it away, from all who had it in their bar. Its owner's to do, or the coordinator's of the centre."""
    with _mine(actor, view_id, tending=True) as view:
        _entry(actor, view, "view_deleted", now or timezone.now())
        view.delete()


def open_with(actor: Staff, view_id: int | None, *, now: datetime | None = None) -> None:
    """Let the desk open with this view; None: as it does by itself."""
    with acting(actor), widened():
        _locked(actor)
        view = views_of(actor).filter(pk=view_id).first() if view_id is not None else None
        if view_id is not None and view is None:
            raise NotYours(_("Такого вида нет."))
        _open_with(actor, view, now or timezone.now())


def _open_with(actor: Staff, view: SavedView | None, now: datetime) -> None:
    if view is None:
        FirstView.objects.filter(user_id=actor.user_id).delete()
    else:
        FirstView.objects.update_or_create(user_id=actor.user_id, defaults={"view": view})
    append(
        NewEntry(
            f"user:{actor.user_id}", "first_view_chosen", actor.reference, now, {"view": view.pk if view else None}
        )
    )


@contextmanager
def _mine(actor: Staff, view_id: int, *, tending: bool = False) -> Iterator[SavedView]:
    with acting(actor), widened():
        view = SavedView.objects.select_for_update(of=("self",)).filter(pk=view_id).first()
        seen = view is not None and views_of(actor).filter(pk=view_id).exists()
        if view is None or not seen:
            raise NotYours(_("Такого вида нет."))
        tends = tending and view.shared_with_id is not None and TENDERS & actor.roles_at(view.shared_with_id)
        if view.owner_id != actor.user_id and not tends:
            raise Refused(_("Это вид другого сотрудника: изменить его может он сам."))
        yield view


def _named(name: str) -> str:
    name = line(name, LONGEST, "name")
    if not name:
        raise BadInput(_("Назовите вид: коротко, как вкладку."), "name")
    return name


def _locked(actor: Staff) -> None:
    """One change of a person's views at a time: the row of the person stands for them."""
    User.objects.select_for_update().get(pk=actor.user_id)


def _entry(actor: Staff, view: SavedView, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"view:{view.pk}", verb, actor.reference, now, fields))
