"""Works announced in advance: announced, moved, cancelled. Each is a problem that is planned, and carries its cases."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import Actor, widened
from otklik.cases.actions.problems import tell
from otklik.cases.clock_rules import zone
from otklik.cases.gate import looking
from otklik.cases.planned import OTHER, kinds, read_places, shown
from otklik.cases.planned_models import PlannedWork
from otklik.cases.problem_models import Problem, ProblemState
from otklik.cases.problems import WRITERS, Work, finish, locked, may_write
from otklik.classifier.loading import current
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import Organisation
from otklik.territory.models import Territory
from otklik.typed_text import line, typed, within

LONGEST = timedelta(days=92)  # what lasts longer is no outage of a schedule
MAX_READY = 4000


@dataclass(frozen=True)
class Announced:
    """What is known of works before they begin. Moments are aware; `places` is written a street a line."""

    territory_id: int
    kind: str
    begins_at: datetime
    ends_at: datetime
    places: str = ""
    organisation_id: int | None = None
    reason: str = ""
    ready_text: str = ""
    title: str = ""


def announce(actor: Actor, said: Announced, *, now: datetime | None = None) -> tuple[PlannedWork, bool]:
    """Announce works, or bring what was announced before in step (the same kind, place and day). Returns it, is it new.

    Raises `BadInput` naming the field, `NotYours` for another centre's place, `Refused` without the role.
    """
    now = now or timezone.now()
    places = read_places(within(typed(said.places), 20_000, "places"))
    reason, title = line(said.reason, 300, "reason"), line(said.title, 200, "title")
    ready = within(typed(said.ready_text), MAX_READY, "ready_text")
    _check(said, now)
    with looking(actor), widened():
        place = Territory.objects.select_related("scope").filter(pk=said.territory_id, active=True).first()
        if place is None or place.scope_id is None:
            raise BadInput(_("Выберите, где пройдут работы."), "territory")
        may_write(actor, place.scope_id, WRITERS)
        who = None
        if said.organisation_id is not None:
            who = Organisation.objects.filter(pk=said.organisation_id, active=True).first()
            if who is None:
                raise BadInput(_("Выберите организацию из списка."), "organisation")
        once = _key(said, places)
        with connection.cursor() as cursor:  # two who announce the same wait for each other here
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [once])
        known = PlannedWork.objects.select_for_update().filter(scope_id=place.scope_id, once=once).first()
        if known is not None and known.cancelled_at is None:
            return _brought_in_step(actor, known, said, who, reason, ready, now), False
        problem = _problem(actor, place, place.scope_id, said, title, places, now)
        fields = {
            "problem": problem, "kind": said.kind, "begins_at": said.begins_at, "ends_at": said.ends_at,
            "places": places, "organisation": who, "reason": reason, "ready_text": ready, "made_at": now,
            "made_by_id": problem.made_by_id, "cancelled_at": None,
        }
        if known is not None:  # announced again after it was cancelled
            for name, value in fields.items():
                setattr(known, name, value)
            known.save()
            work = known
        else:
            work = PlannedWork.objects.create(scope_id=place.scope_id, once=once, **fields)
        append(NewEntry(f"problem:{problem.pk}", "works_announced", actor.reference, now, {"works": work.pk}))
        return work, True


def move(
    actor: Actor, work_id: int, *, ends_at: datetime, reason: str, begins_at: datetime | None = None,
    now: datetime | None = None,
) -> PlannedWork:
    """Other hours, told to everybody whom the works concern. The reason is part of what they read."""
    now = now or timezone.now()
    reason = line(reason, 300, "reason")
    if not reason:
        raise BadInput(_("Напишите, почему меняется время: это увидят жители."), "reason")
    with looking(actor):  # one transaction: what may not be told is not changed either
        with widened():
            work, problem = _held(actor, work_id)
            begins = begins_at or work.begins_at
            if ends_at <= begins or ends_at - begins > LONGEST:
                raise BadInput(_("Окончание должно быть позже начала."), "ends_at")
            if (begins, ends_at) == (work.begins_at, work.ends_at):
                return work
            work.begins_at, work.ends_at = begins, ends_at
            work.save(update_fields=["begins_at", "ends_at"])
            problem.planned_for = _day(begins)
            finish(Work(problem, actor, now, {"works": work.pk}), "works_moved")
            with override("ru"):
                text = _("Время работ изменилось: с %(begins)s до %(ends)s. %(reason)s") % {
                    "begins": shown(begins), "ends": shown(ends_at), "reason": reason}
        tell(actor, problem.pk, text=text, names_are_fine=True, now=now)
    return work


def cancel(actor: Actor, work_id: int, *, reason: str, now: datetime | None = None) -> PlannedWork:
    """The works will not be, or were announced by mistake: no message meets them any more. Told to those concerned."""
    now = now or timezone.now()
    reason = line(reason, 300, "reason")
    if not reason:
        raise BadInput(_("Напишите, почему работы отменены."), "reason")
    with looking(actor):
        with widened():
            work, problem = _held(actor, work_id)
            work.cancelled_at = now
            work.save(update_fields=["cancelled_at"])
            alone = not problem.cases.exists()
            problem.state, problem.planned_for = (
                (ProblemState.CLOSED, None) if alone else (ProblemState.OPEN, None)
            )
            finish(Work(problem, actor, now, {"works": work.pk}), "works_cancelled")
        if not alone:
            with override("ru"):
                told = _("Запланированные работы отменены. %(reason)s") % {"reason": reason}
            tell(actor, problem.pk, text=told, names_are_fine=True, now=now)
    return work


def _held(actor: Actor, work_id: int) -> tuple[PlannedWork, Problem]:
    found = PlannedWork.objects.filter(pk=work_id).first()
    if found is None:
        raise NotYours(_("Таких работ нет, или они не в вашем муниципалитете."))
    problem = locked(found.problem_id)
    may_write(actor, problem.scope_id, WRITERS)
    work = PlannedWork.objects.select_for_update().get(pk=work_id)
    if work.cancelled_at is not None:
        raise Refused(_("Эти работы уже отменены."))
    return work, problem


def _check(said: Announced, now: datetime) -> None:
    if said.kind not in kinds():
        raise BadInput(_("Выберите, что за работы."), "kind")
    if said.ends_at <= said.begins_at:
        raise BadInput(_("Окончание должно быть позже начала."), "ends_at")
    if said.ends_at - said.begins_at > LONGEST:
        raise BadInput(_("Работы длиннее трёх месяцев заведите как обычную проблему."), "ends_at")
    if said.ends_at < now:
        raise BadInput(_("Эти работы уже прошли."), "ends_at")


def _problem(
    actor: Actor, place: Territory, scope_id: int, said: Announced, title: str, places: Sequence[Sequence[str]],
    now: datetime,
) -> Problem:
    kind = kinds()[said.kind]
    theme = Theme.objects.filter(version=current(), code__in=kind.themes, retired=False).order_by("id").first()
    street, houses = (places[0][0], places[0][1]) if len(places) == 1 else ("", "")
    with override("ru"):
        what = _("Плановые работы") if kind.code == OTHER else _("%(what)s: плановые работы") % {"what": kind.name}
        title = title or f"{what}, {street or place.short_name}"
    problem = Problem.objects.create(
        scope_id=scope_id, territory=place, street=street, house=houses[:30], theme=theme, title=title[:200],
        state=ProblemState.PLANNED, planned_for=_day(said.begins_at), opened_at=now, made_at=now,
        made_by_id=getattr(actor, "user_id", None),
    )
    append(NewEntry(f"problem:{problem.pk}", "made", actor.reference, now, {}))
    return problem


def _brought_in_step(
    actor: Actor, work: PlannedWork, said: Announced, who: Organisation | None, reason: str, ready: str, now: datetime
) -> PlannedWork:
    """A schedule that is loaded again: other hours and words are taken over, the problem and its cases stay."""
    fresh = {
        "begins_at": said.begins_at, "ends_at": said.ends_at, "organisation_id": who.pk if who else None,
        "reason": reason or work.reason, "ready_text": ready or work.ready_text,
    }
    changed = [name for name, value in fresh.items() if getattr(work, name) != value]
    if not changed:
        return work
    for name in changed:
        setattr(work, name, fresh[name])
    work.save()
    problem = locked(work.problem_id)
    problem.planned_for = _day(work.begins_at)
    finish(Work(problem, actor, now, {"works": work.pk, "changed": changed}), "works_moved")
    return work


def _key(said: Announced, places: Sequence[Sequence[str]]) -> str:
    """By what a row that is loaded again is known: kind, place, streets with houses, the day of the beginning."""
    told = [said.kind, said.territory_id, _day(said.begins_at).isoformat(), sorted(map(list, places))]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _day(at: datetime) -> date:
    day: date = at.astimezone(zone()).date()
    return day
