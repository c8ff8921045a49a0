"""Поручения: given from a morning page or at a meeting, reminded of, done, moved, taken off. Gates and the job."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.cases import noticing
from otklik.cases.clock_rules import zone
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation, RoleAssignment, User
from otklik.reports import russian
from otklik.reports.access import may_give, seen
from otklik.reports.models import Meeting, Order
from otklik.territory.models import Territory
from otklik.typed_text import line

ACTOR = System("orders")
FARTHEST = timedelta(days=366)
PAGE = "/region/reports/orders/"
MOST_WORDS, MOST_OUTCOME, MOST_WHO = 500, 500, 200


def give(
    actor: Actor, scope_id: int, *, words: str, due: date | None, user_id: int | None = None,
    organisation_id: int | None = None, who: str = "", about: str = "", risk: str = "", meeting_id: int | None = None,
    now: datetime | None = None,
) -> Order:
    """Give somebody something to do by a day. Whoever is of the staff is told at once.

    Raises `BadInput` (words, who, due), `Refused`, `NotYours`. The same risk is given once while it is open.
    """
    now = now or timezone.now()
    words = line(words, MOST_WORDS, "words")
    if not words:
        raise BadInput(_("Напишите, что сделать."), "words")
    day = _day(due, now)
    with acting(actor), widened():
        place = _locked(actor, scope_id)
        if risk and (held := Order.objects.filter(scope=place, risk=risk, state=Order.State.OPEN).first()):
            raise Refused(
                _("Это уже поручили: %(who)s, до %(due)s.") % {"who": held.who, "due": russian.day(held.due)}
            )
        if meeting_id is not None and not Meeting.objects.filter(pk=meeting_id, scope=place).exists():
            raise NotYours(_("Такого совещания нет."))
        user, body = _person(user_id, place), _body(organisation_id)
        name = user.short_name if user else body.short_name if body else line(who, MOST_WHO, "who")
        if not name:
            raise BadInput(_("Выберите, кому поручить, или впишите имя."), "who")
        row = Order.objects.create(
            scope=place, meeting_id=meeting_id, words=words, user=user, organisation=body, who=name, due=day,
            first_due=day, about=_own(about), risk=risk[:60], given_by_id=_id(actor), given_at=now,
        )
        _note(row, "order_given", actor, now, due=day.isoformat(), user=row.user_id, organisation=row.organisation_id)
        if user is not None and user.pk != _id(actor):
            _tell([user.pk], row, "Вам поручили: %(what)s До %(due)s.", now)
    return row


def done(actor: Actor, order_id: int, *, outcome: str = "", now: datetime | None = None) -> Order:
    """«Выполнено», by whoever has it or by whoever may give orders there."""
    return _end(actor, order_id, Order.State.DONE, line(outcome, MOST_OUTCOME, "outcome"), now)


def take_off(actor: Actor, order_id: int, *, outcome: str, now: datetime | None = None) -> Order:
    """«Снять», with why; only by whoever may give orders there."""
    said = line(outcome, MOST_OUTCOME, "outcome")
    if not said:
        raise BadInput(_("Напишите, почему снимаете."), "outcome")
    return _end(actor, order_id, Order.State.OFF, said, now)


def move(actor: Actor, order_id: int, *, due: date | None, now: datetime | None = None) -> Order:
    """Another day; only by whoever may give orders there. The first day stays beside it."""
    now = now or timezone.now()
    day = _day(due, now)
    with acting(actor), widened():
        row = _open(actor, order_id, of_giver=True)
        before, row.due, row.reminded_on = row.due, day, None
        row.save(update_fields=["due", "reminded_on"])
        _note(row, "order_moved", actor, now, due=[before.isoformat(), day.isoformat()])
        if row.user_id and row.user_id != _id(actor):
            _tell([row.user_id], row, "Другой срок поручения: %(what)s До %(due)s.", now)
    return row


def _end(actor: Actor, order_id: int, state: str, outcome: str, now: datetime | None) -> Order:
    now = now or timezone.now()
    with acting(actor), widened():
        row = _open(actor, order_id, of_giver=state == Order.State.OFF)
        row.state, row.outcome, row.ended_at, row.ended_by_id = state, outcome, now, _id(actor)
        row.save(update_fields=["state", "outcome", "ended_at", "ended_by"])
        _note(row, f"order_{state}", actor, now)
        if row.given_by_id and row.given_by_id != _id(actor) and state == Order.State.DONE:
            _tell([row.given_by_id], row, "Поручение выполнено: %(what)s", now)
    return row


def orders_of(actor: Actor, *, mine: bool = False) -> QuerySet[Order]:
    """The open orders that this person may see: of their places, or their own. The first due first. Inside `acting`."""
    rows = Order.objects.filter(state=Order.State.OPEN).select_related("scope", "given_by", "meeting")
    if mine:
        rows = rows.filter(user_id=_id(actor) or 0)
    else:
        scopes = seen(actor)
        if scopes is not None:
            rows = rows.filter(scope_id__in=scopes)
    return rows.order_by("due", "pk")


def ended_orders(actor: Actor, since: date) -> QuerySet[Order]:
    """Those that ended since a day."""
    scopes = seen(actor)
    rows = Order.objects.exclude(state=Order.State.OPEN).filter(ended_at__date__gte=since)
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    return rows.select_related("scope", "given_by").order_by("-ended_at")


def people_of(place: Territory) -> list[User]:
    """Who of the staff of a place may be given something: everybody with a role there now. Inside `acting`."""
    today = timezone.localdate()
    held = RoleAssignment.objects.filter(
        Q(territory=place) | Q(territory__scope=place) | Q(territory__municipality=place), user__is_active=True,
        since__lte=today,
    ).filter(Q(until=None) | Q(until__gte=today))
    return list(User.objects.filter(pk__in=held.values("user_id")).order_by("full_name", "pk"))


def remind_due(now: datetime) -> int:
    """The job: whoever has an order is told on its day and on each day after it; its giver when it is late."""
    today, told = now.astimezone(zone()).date(), 0
    with acting(ACTOR), widened():
        rows = Order.objects.select_for_update(of=("self",)).filter(state=Order.State.OPEN, due__lte=today)
        for row in rows.filter(Q(reminded_on=None) | Q(reminded_on__lt=today)).order_by("pk"):
            late = row.due < today
            words = "Поручение просрочено: %(what)s Срок был %(due)s." if late else "Срок поручения — сегодня: %(what)s"
            people = [row.user_id, row.given_by_id if late or not row.user_id else None]
            told += _tell([one for one in people if one], row, words, now)
            row.reminded_on = today
            row.save(update_fields=["reminded_on"])
    return told


def _tell(people: list[int], row: Order, words: str, now: datetime) -> int:
    what = row.words if row.words.endswith((".", "!", "?")) else row.words + "."
    told = words % {"what": what[:200], "due": russian.day(row.due)}
    return noticing.notify(people, "order", case=None, now=now, words=told, link=PAGE)


def _day(due: date | None, now: datetime) -> date:
    today = now.astimezone(zone()).date()
    if due is None:
        raise BadInput(_("Укажите срок."), "due")
    if due < today:
        raise BadInput(_("Срок уже прошёл."), "due")
    if due - today > FARTHEST:
        raise BadInput(_("Срок — не дальше года."), "due")
    return due


def _own(about: str) -> str:
    """A page of ours, or nothing."""
    return about[:200] if about.startswith("/") and not about.startswith("//") and "\\" not in about else ""


def _locked(actor: Actor, scope_id: int) -> Territory:
    place = Territory.objects.select_for_update(of=("self",)).filter(pk=scope_id).first()
    if place is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    if not may_give(actor, place.pk):
        raise Refused(_("Поручения даёт руководитель или координатор этого места."))
    return place


def _person(user_id: int | None, place: Territory) -> User | None:
    if user_id is None:
        return None
    found = next((one for one in people_of(place) if one.pk == user_id), None)
    if found is None:
        raise BadInput(_("Выберите человека из списка."), "who")
    return found


def _body(organisation_id: int | None) -> Organisation | None:
    if organisation_id is None:
        return None
    return Organisation.objects.filter(pk=organisation_id, active=True).first()


def _open(actor: Actor, order_id: int, *, of_giver: bool) -> Order:
    row = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    mine = row is not None and row.user_id is not None and row.user_id == _id(actor)
    if row is None or not (mine or may_give(actor, row.scope_id)):
        raise NotYours(_("Такого поручения нет."))
    if of_giver and not may_give(actor, row.scope_id):
        raise Refused(_("Это решает тот, кто даёт поручения: руководитель или координатор."))
    if row.state != Order.State.OPEN:
        raise Refused(_("Поручение уже закрыто. Обновите страницу."))
    return row


def _id(actor: Actor) -> int | None:
    return actor.user_id if isinstance(actor, Staff) else None


def _note(row: Order, verb: str, actor: Actor, now: datetime, **fields: object) -> None:
    append(NewEntry(f"order:{row.scope_id}", verb, actor.reference, now, {"order": row.pk, **fields}))
