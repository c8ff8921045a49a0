"""Queues that nobody watches: found by a job, told to the ЦУР, ended by the first act. Counts and moments only."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.acting import Staff, System, acting, widened
from otklik.cases import noticing
from otklik.cases.clock_rules import Rules, zone
from otklik.cases.lifecycle import TRIAGERS
from otklik.cases.models import Case, HelpAct, SilentQueue, StaffActed
from otklik.cases.silence_rules import silence_of
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.journal.models import Follower, Position
from otklik.organisations import region_settings
from otklik.organisations.models import RoleAssignment, User
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line

ACTOR = System("silence")
FOLLOWER = "silence"
AT_FIRST = 200_000  # entries that a first look reads back
BATCH = 50_000
HELPERS = frozenset({"curator", "coordinator", "operator", "head"})  # of the whole region: who may help
PAGE = "/region/queues/"


@dataclass(frozen=True)
class _Waiting:
    count: int
    oldest_at: datetime


def look(now: datetime) -> int:
    """The job: queues that fell silent since the last look, and those where somebody has acted. Returns the new ones.
    """
    with acting(ACTOR), widened():
        _follow_acts(now)
        waiting = _waiting()
        known = {row.place_id: row for row in SilentQueue.objects.select_for_update().filter(ended_at=None)}
        places = {place.pk: place for place in Territory.objects.filter(pk__in={*waiting, *known})}
        people = triagers_of(places.values(), now.astimezone(zone()).date())
        stands = noticing.standing_in({one for ids in people.values() for one in ids}, now.astimezone(zone()).date())
        limits = region_settings.of_places(("silent_hours",), list(places))
        acted = _acted({*stands.values(), *(one for ids in people.values() for one in ids)})
        rules, fresh = Rules(), 0
        for place_id, place in places.items():
            queue, one = known.get(place_id), waiting.get(place_id)
            found = silence_of(
                one.oldest_at.astimezone(zone()), people.get(place_id, []), stands, acted, now.astimezone(zone()),
                timedelta(hours=int(limits["silent_hours", place_id])), rules.calendar, rules.hours(place_id),
            ) if one else None
            if found is None or one is None:
                _awake(queue, now)
                continue
            fresh += queue is None
            if queue is None:
                queue = SilentQueue(place_id=place_id, noticed_at=now)
            queue.reason, queue.since = found.reason, found.since
            queue.waiting, queue.oldest_at = one.count, one.oldest_at
            is_new = queue.pk is None
            queue.save()
            if is_new:
                _tell(queue, place, now)
        return fresh


def _follow_acts(now: datetime) -> None:
    """Bring `StaffActed` up to the journal: who last did anything with a case, and when."""
    last = Position.objects.aggregate(last=Max("number"))["last"] or 0
    row, _new = Follower.objects.get_or_create(name=FOLLOWER, defaults={"position": max(0, last - AT_FIRST)})
    while row.position < last:
        upto = min(last, row.position + BATCH)
        entries = Position.objects.filter(
            number__gt=row.position, number__lte=upto, entry__stream__startswith="case:",
            entry__actor__startswith="staff:",
        )
        acts = entries.values_list("entry__actor").annotate(at=Max("entry__at"))
        newest = {int(actor.partition(":")[2]): at for actor, at in acts}
        here = set(User.objects.filter(pk__in=newest).values_list("pk", flat=True))
        StaffActed.objects.bulk_create(
            [StaffActed(user_id=user_id, at=at) for user_id, at in sorted(newest.items()) if user_id in here],
            update_conflicts=True, unique_fields=["user"], update_fields=["at"],
        )
        row.position = upto
        row.save(update_fields=["position", "moved_at"])


def _waiting() -> dict[int, _Waiting]:
    """Scope → what waits there for somebody to take it: not triaged, or triaged and nobody's."""
    nobodys = Q(state=Case.State.TRIAGED, owner=None) & ~Q(answer_by=Case.AnswerBy.OUTSIDE)
    rows = Case.objects.filter(Q(state=Case.State.NEW) | nobodys, notifies=True)
    counted = rows.order_by().values_list("scope_id").annotate(n=Count("pk"), oldest=Min("turn_began_at"))
    return {scope: _Waiting(n, oldest) for scope, n, oldest in counted}


def triagers_of(places: Collection[Territory], day: date) -> dict[int, list[int]]:
    """Place → who may triage there by a role of the centre itself (of its city, for an inner district)."""
    return _triagers(places, _holders(TRIAGERS, day))


def known_in(places: Collection[Territory], day: date) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """The same and, by place, the heads of its centre. One query."""
    held = _holders({*TRIAGERS, "head"}, day)
    heads = {
        place.pk: sorted({one.user_id for one in held if one.role == "head" and one.territory_id in _above(place)})
        for place in places
    }
    return _triagers(places, [one for one in held if one.role in TRIAGERS]), heads


def _holders(roles: Collection[str], day: date) -> list[RoleAssignment]:
    rows = RoleAssignment.objects.filter(role__in=roles, user__is_active=True, since__lte=day)
    return list(rows.filter(Q(until=None) | Q(until__gte=day)).select_related("territory"))


def _triagers(places: Collection[Territory], rows: Iterable[RoleAssignment]) -> dict[int, list[int]]:
    held: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        held[row.territory.scope_id or row.territory_id].add(row.user_id)
        held[row.territory_id].add(row.user_id)
    return {
        place.pk: sorted(held[place.pk] | (held[place.municipality_id] if place.municipality_id else set()))
        for place in places
    }


def _acted(user_ids: Collection[int | None]) -> dict[int, datetime]:
    rows = StaffActed.objects.filter(user_id__in={one for one in user_ids if one})
    return {user_id: at.astimezone(zone()) for user_id, at in rows.values_list("user_id", "at")}


def _tell(queue: SilentQueue, place: Territory, now: datetime) -> None:
    """The ЦУР's people of this place, and its head."""
    _entry(queue, "queue_silent", ACTOR.reference, now, reason=queue.reason, waiting=queue.waiting)
    told = _curators(place, now.astimezone(zone()).date()) + heads_of(place, now.astimezone(zone()).date())
    words = _("%(place)s: ждут %(n)s. %(why)s.") % {
        "place": place.short_name, "n": queue.waiting, "why": _sentence(queue.get_reason_display()),
    }
    noticing.notify(told, "silent", case=None, now=now, words=words, link=PAGE)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _awake(queue: SilentQueue | None, now: datetime) -> None:
    if queue is None:
        return
    queue.ended_at = now
    queue.save(update_fields=["ended_at"])
    _entry(queue, "queue_awake", ACTOR.reference, now)


def _curators(place: Territory, day: date) -> list[int]:
    """Who of the ЦУР looks after this place: its curators; else those of the region; else its operators."""
    for role in ("curator", "coordinator", "operator"):
        rows = _held(role, day)
        of_place = rows.filter(territory_id__in=_above(place)) if role == "curator" else rows.none()
        ids = list((of_place if of_place.exists() else rows.filter(territory__kind=Kind.REGION)).values_list(
            "user_id", flat=True
        ))
        if ids:
            return ids
    return []


def heads_of(place: Territory, day: date) -> list[int]:
    """Heads of the centre of this place."""
    return list(_held("head", day).filter(territory_id__in=_above(place)).values_list("user_id", flat=True))


def _above(place: Territory) -> list[int]:
    return [one for one in (place.pk, place.municipality_id) if one]


def _held(role: str, day: date) -> QuerySet[RoleAssignment]:
    held = RoleAssignment.objects.filter(role=role, user__is_active=True, since__lte=day)
    return held.filter(Q(until=None) | Q(until__gte=day)).order_by("user_id")


def silent_queues(actor: Staff) -> list[SilentQueue]:
    """Those this person sees: the whole region's, or of their own places. Inside `acting`."""
    rows = SilentQueue.objects.filter(ended_at=None).select_related("place").prefetch_related(
        Prefetch("acts", HelpAct.objects.select_related("by"))
    )
    if actor.sees is not None:
        rows = rows.filter(place_id__in=actor.sees)
    return list(rows.order_by("since"))


def helps(actor: Staff) -> bool:
    """Whether this person is of the ЦУР and may remind and call."""
    return any(grant.role in HELPERS and grant.scopes is None for grant in actor.grants)


def remind(actor: Staff, queue_id: int, *, now: datetime) -> int:
    """Remind everybody who may triage there, and who stands in for them. Returns how many were told.

    Raises `Refused` for who is not of the ЦУР, `NotYours` for a queue that is silent no longer.
    """
    with _helped(actor, queue_id) as queue, widened():
        day = now.astimezone(zone()).date()
        people = triagers_of([queue.place], day)[queue.place_id]
        with translation.override("ru"):  # whatever language the page of the ЦУР speaks
            words = _("%(place)s: сообщения ждут (%(n)s), разберите их, пожалуйста.") % {
                "place": queue.place.short_name, "n": queue.waiting,
            }
        told = noticing.notify(people, "reminder", case=None, now=now, words=words, link="/desk/?tab=triage")
        HelpAct.objects.create(queue=queue, kind=HelpAct.Kind.REMIND, by_id=actor.user_id, at=now)
        _entry(queue, "queue_reminded", actor.reference, now, told=told)
        return told


def note_call(actor: Staff, queue_id: int, *, words: str, now: datetime) -> HelpAct:
    """«Позвонил руководителю»: what was agreed. Raises `BadInput` for nothing said."""
    said = line(words, 300, "words")
    if not said:
        raise BadInput(_("Напишите, с кем говорили и что решили."), "words")
    with _helped(actor, queue_id) as queue, widened():
        act = HelpAct.objects.create(queue=queue, kind=HelpAct.Kind.CALL, words=said, by_id=actor.user_id, at=now)
        _entry(queue, "queue_called", actor.reference, now, act=act.pk)
        return act


@contextmanager
def _helped(actor: Staff, queue_id: int) -> Iterator[SilentQueue]:
    """The silent queue, locked, for a person of the ЦУР."""
    if not helps(actor):
        raise Refused(_("Напоминает и звонит ЦУР."))
    with acting(actor):
        with widened():
            rows = SilentQueue.objects.select_for_update(of=("self",)).select_related("place")
            queue = rows.filter(pk=queue_id, ended_at=None).first()
        if queue is None:
            raise NotYours(_("Эта очередь уже не молчит."))
        yield queue


def _entry(queue: SilentQueue, verb: str, who: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"queue:{queue.place_id}", verb, who, now, {"queue": queue.pk, **fields}))
