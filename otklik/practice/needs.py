"""Found when needed: a centre much worse than its like in a group of themes, who does better, and what they do else.

Once a week. A need is open while it is seen and over when it is not; put aside by a person it stays silent for a
quarter of a year. Gates open `acting` themselves; the job and the readers are called inside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import Actor, acting, widened
from otklik.answers.template_models import AnswerTemplate
from otklik.cases.noticing import notify
from otklik.classifier.models import ThemeGroup
from otklik.failures import BadInput, NotYours
from otklik.insight.measures import Spread
from otklik.insight.slices import Slice, Timed, measured, spread
from otklik.journal.appending import NewEntry, append
from otklik.practice import allowed
from otklik.practice.league import Weak, last_days, pairs, weakest
from otklik.practice.models import Need, Practice
from otklik.territory.models import Kind, Territory
from otklik.together import together
from otklik.typed_text import line

QUIET = timedelta(days=90)  # after «отложить»
SLOWER = 1.3  # so many times as long is another way of working
STAGES: tuple[Timed, ...] = ("react", "answer", "fix")


def look(now: datetime) -> int:
    """Look at every centre; returns how many needs are new."""
    new = 0
    names = {group.pk: group for group in ThemeGroup.objects.all()}
    by_pair = pairs(now)
    for place in allowed.centres():
        if place.kind != Kind.MUNICIPALITY:
            continue
        weak = {names[one.group_id].code: one for one in weakest(place, now, by_pair) if one.group_id in names}
        kept = {row.group: row for row in Need.objects.filter(place=place).exclude(state=Need.State.OVER)}
        for code, row in kept.items():
            if row.state == Need.State.OPEN and code not in weak:
                row.state, row.seen_at = Need.State.OVER, now
                row.save(update_fields=["state", "seen_at"])
        for code, one in weak.items():
            new += _keep(place, code, one, kept.get(code), names[one.group_id].name, now)
    return new


def put_aside(actor: Actor, need_id: int, *, reason: str, now: datetime | None = None) -> Need:
    """«Отложить» with a reason: silent for a quarter of a year. By who keeps the centre."""
    now, reason = now or timezone.now(), line(reason, 500, "reason")
    if not reason:
        raise BadInput(_("Напишите, почему откладываете."), "reason")
    with acting(actor), widened():
        row = Need.objects.select_for_update(of=("self",)).filter(pk=need_id, state=Need.State.OPEN).first()
        if row is None or not allowed.may_keep(actor, row.place_id):
            raise NotYours(_("Такой подсказки нет, или она не вашего центра."))
        row.state, row.reason, row.aside_by_id, row.seen_at = Need.State.ASIDE, reason, allowed.user_id(actor), now
        row.save(update_fields=["state", "reason", "aside_by", "seen_at"])
        append(NewEntry(f"need:{row.pk}", "need_aside", actor.reference, now, {"place": row.place_id}))
    return row


@dataclass(frozen=True)
class Found:
    """What is open of a centre, the furthest behind first; with the names and the practices that tell of it."""

    needs: list[Need]
    groups: dict[str, str]
    places: dict[int, str]
    practices: list[Practice]


def open_of(place_id: int) -> Found:
    """All of it in one statement."""
    rows = Need.objects.filter(place_id=place_id, state=Need.State.OPEN)
    centres = Territory.objects.filter(kind__in=allowed.CENTRES).only("pk", "short_name")
    found = together({
        "needs": rows, "groups": ThemeGroup.objects.filter(code__in=rows.values("group")).order_by("version_id"),
        "places": centres.filter(Exists(rows)),
        "practices": Practice.objects.filter(state=Practice.State.CONFIRMED, group__in=rows.values("group")),
    })
    return Found(
        sorted(found["needs"], key=lambda one: (one.own - one.like, one.pk)),
        {one.code: one.name for one in found["groups"]}, {one.pk: one.short_name for one in found["places"]},
        found["practices"],
    )


def _keep(place: Territory, code: str, weak: Weak, row: Need | None, name: str, now: datetime) -> int:
    if row is not None and row.state == Need.State.ASIDE:
        if now - row.seen_at < QUIET:
            return 0
        row.state = Need.State.OVER
        row.save(update_fields=["state"])
        row = None
    values = {
        "seen_at": now, "own": weak.own, "like": weak.like, "judged": weak.judged, "better": list(weak.better),
        "differs": differences(place, code, weak, now),
    }
    if row is not None:
        Need.objects.filter(pk=row.pk).update(**values)
        return 0
    made = Need.objects.create(place=place, group=code, found_at=now, **values)
    append(NewEntry(f"need:{made.pk}", "need_found", "system:practice", now, {"place": place.pk, "group": code}))
    with override("ru"):
        words = f"По теме «{name}» в срок {weak.own:.0%}, у похожих центров {weak.like:.0%}. Посмотрите, что делают они"
    notify(sorted(allowed.people_of(place, "coordinator", "head")), "exchange", case=None, now=now, words=words,
           link=f"/region/{place.code}/")  # fmt: skip
    return 1


def differences(place: Territory, code: str, weak: Weak, now: datetime) -> list[dict[str, object]]:
    """What those who do better do differently, as far as the program sees it: times by stage, hand-overs, templates.

    Each: `what` (a code), `own`, `theirs` (of the best), `place` (whose it is).
    """
    if not weak.better:
        return []
    best = weak.better[0]
    days = last_days(now)
    asked = Slice(days.since, days.until, group=weak.group_id)
    found: list[dict[str, object]] = []
    for stage in STAGES:
        times: Mapping[int, Spread] = spread(asked, stage, "place", now)
        own, theirs = times.get(place.pk), times.get(best)
        if own and theirs and own.median > SLOWER * theirs.median:
            found.append(_difference(stage, own.median, theirs.median, best))
    counted = measured(asked, "place", now)
    mine, other = counted.get(place.pk), counted.get(best)
    if mine and other and (mine.hops_mean or 0) > SLOWER * (other.hops_mean or 0) and mine.hops > 2:
        found.append(_difference("hops", round(mine.hops_mean or 0, 2), round(other.hops_mean or 0, 2), best))
    templates = {one: _templates(one, code) for one in (place.pk, best)}
    if templates[best] > templates[place.pk]:
        found.append(_difference("templates", templates[place.pk], templates[best], best))
    return found


def _difference(what: str, own: float, theirs: float, place: int) -> dict[str, object]:
    return {"what": what, "own": own, "theirs": theirs, "place": place}


def _templates(place_id: int, code: str) -> int:
    """How many templates of answers a centre has of its own for the group and its themes."""
    of_group = Q(theme=code) | Q(theme__startswith=f"{code}.")
    return AnswerTemplate.objects.filter(of_group, place_id=place_id, retired=False).count()
