"""The months of the rating: a draft when a month is over, days for disputes, then it is out.

What a draft shows after its disputes is what comes out. All that a rating is made of is kept beside it, so it can be
computed again to the same values (`same_again`).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.acting import Actor, System, acting, widened
from otklik.cases.noticing import notify
from otklik.cases.silent_queues import heads_of
from otklik.insight.definitions import today
from otklik.insight.rating_excluding import leave_out
from otklik.insight.rating_formula import Formula, formula_from, in_force, shipped
from otklik.insight.rating_gaming import flags
from otklik.insight.rating_models import (
    RatingDispute,
    RatingExclusion,
    RatingFlag,
    RatingFormula,
    RatingRow,
    RatingRun,
)
from otklik.insight.rating_numbers import gathered, inputs_from
from otklik.insight.rating_scores import Rated, Result, rated
from otklik.journal.appending import NewEntry, append
from otklik.organisations.models import RoleAssignment
from otklik.territory.models import Kind, Territory

ACTOR = System("rating")
PAGE = "/region/rating/"


def load_shipped(now: datetime) -> int:
    """Take over the versions of the formula that come with the program; returns how many are new."""
    new = 0
    for data in shipped():
        formula = formula_from(data)
        _row, created = RatingFormula.objects.get_or_create(
            version=formula.version, defaults={"valid_from": formula.valid_from, "data": data, "added_at": now}
        )
        new += created
    return new


def formula_rows() -> QuerySet[RatingFormula]:
    """All versions, the oldest first."""
    return RatingFormula.objects.order_by("version")


def formulas() -> list[Formula]:
    """The same as values. Inside `acting`."""
    return [formula_from(row.data) for row in formula_rows()]


def month_before(day: date) -> date:
    """The first day of the last month that is over on this day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def window(month: date, months: int) -> tuple[date, date]:
    """The first and the last day of so many months that end with this one."""
    until = (month.replace(day=28) + timedelta(days=7)).replace(day=1) - timedelta(days=1)
    since = month
    for _step in range(months - 1):
        since = month_before(since)
    return since, until


def work(now: datetime) -> list[RatingRun]:
    """What the day asks for: the draft of the month that is over, ratings whose disputes are settled. Returns both."""
    with acting(ACTOR), widened():
        day, month = today(now), month_before(today(now))
        done = [run for run in _waiting(day) if _publish(run, now)]
        formula = in_force(formulas(), month)
        if day.day >= formula.draft_day and not RatingRun.objects.filter(month=month).exists():
            run = _draft(month, now)
            done += [run] if run else []
        return done


def draft(month: date, now: datetime) -> RatingRun | None:
    """Compute a month that is over as a draft; None when there is one, or nothing was received."""
    with acting(ACTOR), widened():
        return None if RatingRun.objects.filter(month=month).exists() else _draft(month, now)


def _draft(month: date, now: datetime) -> RatingRun | None:
    formula = in_force(formulas(), month)
    since, until = window(month, formula.window_months)
    run = RatingRun.objects.create(
        month=month, since=since, until=until, formula=RatingFormula.objects.get(version=formula.version),
        drafted_at=now, computed_at=now, disputes_until=today(now) + timedelta(days=formula.dispute_days),
        inputs={}, common={}, digest="",
    )
    compute(run, now)
    if not any(received for _key, _people, received in run.inputs["places"]):
        run.delete()
        return None
    _entry(run, ACTOR, "rating_drafted", now)
    _tell(run, now)
    return run


def compute(run: RatingRun, now: datetime) -> None:
    """Count a draft anew and keep what comes of it. Inside `acting`, widened."""
    formula = formula_from(run.formula.data)
    leave_out(run, formula, now)
    inputs = gathered(run, formula, now)
    found = rated(formula, inputs.places, inputs.counts, together=inputs.together)
    run.inputs, run.computed_at = inputs.as_json(), now
    run.common = {code: asdict(one) for code, one in found.common.items()}
    run.digest = digest_of(run.inputs, found)
    run.save()
    _keep(run, found)
    RatingFlag.objects.filter(run=run).delete()
    RatingFlag.objects.bulk_create(flags(run, formula, found.common, now))


def recompute(run_id: int, actor: Actor, now: datetime) -> None:
    """A draft after a decision about a case. Inside a gate, widened."""
    run = RatingRun.objects.select_for_update().select_related("formula").get(pk=run_id)
    compute(run, now)
    _entry(run, actor, "rating_recomputed", now)


def digest_of(inputs: dict[str, Any], found: Rated) -> str:
    """What proves that a rating is made of these counts."""
    results = [asdict(found.results[key]) for key in sorted(found.results)]
    return hashlib.sha256(json.dumps([inputs, results], sort_keys=True).encode()).hexdigest()


def same_again(run: RatingRun) -> bool:
    """Whether the kept counts and the formula's version give the kept rating, to the last digit. Inside `acting`."""
    inputs = inputs_from(run.inputs)
    found = rated(formula_from(run.formula.data), inputs.places, inputs.counts, together=inputs.together)
    kept = {row.place_id: row for row in run.rows.all()}
    fresh = {row.place_id: row for row in _rows(run, found, {})}
    names = [f.attname for f in RatingRow._meta.concrete_fields if f.attname not in ("id", "excluded")]
    alike = kept.keys() == fresh.keys() and all(
        getattr(kept[key], name) == getattr(fresh[key], name) for key in kept for name in names
    )
    return alike and digest_of(run.inputs, found) == run.digest


def _keep(run: RatingRun, found: Rated) -> None:
    left_out: dict[int, dict[str, int]] = {}
    counted = RatingExclusion.objects.filter(run=run).values_list("scope__municipality_id", "scope_id", "why")
    for municipality, scope, why, n in counted.annotate(n=Count("pk")):
        place = left_out.setdefault(municipality or scope, {})
        place[why] = place.get(why, 0) + n
    RatingRow.objects.filter(run=run).delete()
    RatingRow.objects.bulk_create(_rows(run, found, left_out))


def _rows(run: RatingRun, found: Rated, left_out: dict[int, dict[str, int]]) -> list[RatingRow]:
    return [_row(run, one, left_out.get(one.key, {})) for one in found.results.values()]


def _row(run: RatingRun, one: Result, left_out: dict[str, int]) -> RatingRow:
    return RatingRow(
        run=run, place_id=one.key, league=one.league, state=one.state, received=one.received, points=one.points,
        error=one.error, low=one.low, high=one.high, first=one.first, last=one.last, measured=one.measured,
        parts=[asdict(part) for part in one.parts], moves=[asdict(move) for move in one.moves], excluded=left_out,
    )


def _waiting(day: date) -> Iterable[RatingRun]:
    """Drafts whose days for disputes are over, with no dispute that waits for the curator."""
    over = RatingRun.objects.select_for_update().filter(state=RatingRun.State.DRAFT, disputes_until__lt=day)
    open_ones = RatingDispute.objects.filter(state=RatingDispute.State.WAITING).values("run_id")
    return over.exclude(pk__in=open_ones).order_by("month")


def _publish(run: RatingRun, now: datetime) -> bool:
    run.state, run.published_at = RatingRun.State.PUBLISHED, now
    run.save(update_fields=["state", "published_at"])
    _entry(run, ACTOR, "rating_published", now)
    _tell(run, now)
    return True


def _entry(run: RatingRun, actor: Actor, verb: str, now: datetime) -> None:
    append(
        NewEntry(
            f"rating:{run.month:%Y-%m}", verb, actor.reference, now,
            {"run": run.pk, "formula": run.formula.version, "digest": run.digest},
        )
    )


def _tell(run: RatingRun, now: datetime) -> None:
    """Heads of the centres and the ЦУР's curators learn of a draft and of a rating."""
    day = today(now)
    people = {
        person for place in Territory.objects.filter(kind=Kind.MUNICIPALITY, active=True)
        for person in heads_of(place, day)
    }
    above = Q(role="curator") | Q(role__in=("head", "analyst"), territory__kind=Kind.REGION)
    held = RoleAssignment.objects.filter(above, since__lte=day).exclude(until__lt=day)
    people |= set(held.values_list("user_id", flat=True))
    with translation.override("ru"):
        name = month_name(run.month)
        words = (
            _("За %(month)s — черновик. Оспорить карточку можно до %(until)s.")
            % {"month": name, "until": f"{run.disputes_until:%d.%m}"}
            if run.state == RatingRun.State.DRAFT
            else _("За %(month)s — вышел.") % {"month": name}
        )
    notify(people, "rating", case=None, now=now, words=words, link=f"{PAGE}{run.month:%Y-%m}/")


def month_name(month: date) -> str:
    """«октябрь 2026» in the language of the page."""
    from django.utils.dates import MONTHS

    return f"{str(MONTHS[month.month]).lower()} {month.year}"
