"""Minutes of planning meetings: who was there, what was talked about, who does what by when."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.clock_rules import zone
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.reports import russian
from otklik.reports.access import may_give, seen
from otklik.reports.asking import Asked
from otklik.reports.document import Document, Heading, words
from otklik.reports.models import Meeting, Order
from otklik.reports.papers import WHOLE
from otklik.reports.periods import Period
from otklik.reports.weekly import orders_table
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line, typed, within

MOST_PRESENT, MOST_HEARD = 4000, 20_000


def hold(
    actor: Actor, scope_id: int, *, day: date | None, chair: str, present: str = "", heard: str = "",
    now: datetime | None = None,
) -> Meeting:
    """Begin minutes. Raises `BadInput` (day, chair, present, heard), `Refused`, `NotYours`."""
    now = now or timezone.now()
    chair = line(chair, 200, "chair")
    present = within(typed(present), MOST_PRESENT, "present")
    heard = within(typed(heard), MOST_HEARD, "heard")
    if day is None or day > now.astimezone(zone()).date():
        raise BadInput(_("Укажите день совещания, не позже сегодняшнего."), "day")
    if not chair:
        raise BadInput(_("Напишите, кто вёл совещание."), "chair")
    with acting(actor), widened():
        place = Territory.objects.select_for_update(of=("self",)).filter(pk=scope_id).first()
        if place is None:
            raise NotYours(_("Такого места нет, или оно не ваше."))
        if not may_give(actor, place.pk):
            raise Refused(_("Протокол ведёт руководитель или координатор этого места."))
        row = Meeting.objects.create(
            scope=place, day=day, chair=chair, present=present, heard=heard, made_at=now,
            made_by_id=actor.user_id if isinstance(actor, Staff) else None,
        )
        append(NewEntry(f"order:{place.pk}", "meeting_held", actor.reference, now, {"meeting": row.pk}))
    return row


def meetings_of(actor: Actor) -> QuerySet[Meeting]:
    """The minutes of this person's places with how many orders they hold and how many are open. Inside `acting`."""
    scopes = seen(actor)
    rows = Meeting.objects.select_related("scope").annotate(
        given=Count("orders"), left=Count("orders", filter=Q(orders__state=Order.State.OPEN))
    )
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    return rows.order_by("-day", "-pk")


def meeting_for(actor: Actor, meeting_id: int) -> Meeting:
    """One of them. Raises `NotYours`. Inside `acting`."""
    row = meetings_of(actor).filter(pk=meeting_id).first()
    if row is None:
        raise NotYours(_("Такого совещания нет."))
    return row


def as_document(row: Meeting, now: datetime) -> Document:
    """The minutes as a paper."""
    place = WHOLE if row.scope.kind == Kind.REGION else row.scope.short_name
    asked = Asked(row.scope, Period(row.day, row.day), now)
    blocks: list[Any] = [words("Вёл: ", row.chair)]
    if row.present:
        blocks.append(Heading("Были", 3))
        blocks += [words(one, look="item") for one in row.present.splitlines() if one.strip()]
    if row.heard:
        blocks.append(Heading("О чём говорили", 3))
        blocks += [words(one) for one in row.heard.splitlines() if one.strip()]
    blocks += [Heading("Поручили", 3), orders_table(asked, "", row.pk), words("Подпись: ____________________")]
    return Document(
        "minutes", "Протокол планёрки", place, russian.long_day(row.day), russian.moment(now.astimezone(zone())),
        tuple(blocks), file_name=f"protokol-{row.scope.code}-{row.day:%Y-%m-%d}",
    )
