"""The weekly sample: answers of each municipal centre, drawn at random and so that the drawing can be repeated.

A drawing is a function of its seed and of the answers that took part; both are kept with it. Cases of restricted
access never take part: not every curator may see them.
"""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from otklik.acting import Actor, Staff, System, acting, widened
from otklik.answers.models import Answer
from otklik.cases.noticing import notify
from otklik.curating import checklists
from otklik.curating.models import Sample, SampledAnswer
from otklik.curating.people import CURATOR, curators_of, entry, user_id
from otklik.curating.places import bounds, municipality_of_scopes, week_of
from otklik.failures import BadInput, Refused
from otklik.organisations import region_settings
from otklik.territory.models import Territory

ACTOR = System("samples")
SETTING = "samples_each"  # answers of one centre a week
MOST = 30


def drawn(candidates: Sequence[int], seed: str, size: int) -> list[int]:
    """The answers that the seed chooses: those with the smallest digests of seed and id. Pure; order does not matter.
    """
    return sorted(candidates, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())[:size]


def repeats(sample: Sample) -> bool:
    """Whether the same drawing gives the same answers as are kept (those whose cases were erased left out)."""
    kept = {one.answer_id for one in sample.answers.all()}
    return kept <= set(drawn(sample.candidates, sample.seed, sample.size))


def candidates_of(week: date, places: set[int] | None = None) -> dict[int, list[tuple[int, int, int]]]:
    """Municipality → (answer, case, scope) of everything published there in a week. Inside `acting`, widened."""
    since, until = bounds(week, week + timedelta(days=6))
    rows: QuerySet[Answer] = Answer.objects.filter(
        state=Answer.State.PUBLISHED, published_at__gte=since, published_at__lt=until, case__restricted=False,
        case__notifies=True,
    )
    of = municipality_of_scopes()
    found: dict[int, list[tuple[int, int, int]]] = {}
    for pk, case_id, scope_id in rows.order_by("pk").values_list("pk", "case_id", "scope_id"):
        place = of.get(scope_id, scope_id)
        if places is None or place in places:
            found.setdefault(place, []).append((pk, case_id, scope_id))
    return found


def draw_week(now: datetime) -> int:
    """The job of Monday: the week that is over, of every centre that has no sample of it yet. Returns how many."""
    week = week_of(timezone.localdate(now)) - timedelta(days=7)
    with acting(ACTOR), widened():
        made = _draw(ACTOR, week, None, "", now)
        for place in Territory.objects.filter(pk__in=[one.place_id for one in made]):
            with override("ru"):
                words = _("%(place)s: ответы за неделю с %(day)s") % {"place": place.short_name, "day": f"{week:%d.%m}"}
            notify(curators_of(place, timezone.localdate(now)), "sample", case=None, now=now, words=words,
                   link="/region/samples/")  # fmt: skip
    return len(made)


def draw(actor: Actor, *, week: date, seed: str = "", now: datetime | None = None) -> list[Sample]:
    """The same by a curator's hand, of their own places, for a week that has begun. Places drawn already stay."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    week = week_of(week)
    if not week_of(today) - timedelta(days=366) <= week <= today:
        raise BadInput(_("Выберите неделю за последний год."), "week")
    grants = [g for g in actor.grants if g.role == CURATOR] if isinstance(actor, Staff) else []
    if not grants:
        raise Refused(_("Ответы отбирает куратор ЦУР."))
    everywhere = any(grant.scopes is None for grant in grants)
    scopes = frozenset().union(*(grant.scopes or frozenset() for grant in grants))
    with acting(actor), widened():
        of = municipality_of_scopes()
        places = None if everywhere else {of.get(one, one) for one in scopes}
        made = _draw(actor, week, places, seed, now)
        if not made:
            raise BadInput(_("За эту неделю отбирать нечего: ответов нет или выборка уже есть."), "week")
    return made


def _draw(actor: Actor, week: date, places: set[int] | None, seed: str, now: datetime) -> list[Sample]:
    found = candidates_of(week, places)
    done = set(Sample.objects.filter(week=week, place_id__in=found).values_list("place_id", flat=True))
    fresh = sorted(set(found) - done)
    if not fresh:
        return []
    sizes = region_settings.of_places([SETTING], fresh)
    checklist, made = checklists.in_force(now), []
    for place_id in fresh:
        size = int(sizes[SETTING, place_id])
        if size < 1:
            continue
        rows = {pk: (case_id, scope_id) for pk, case_id, scope_id in found[place_id]}
        sample, new = Sample.objects.get_or_create(
            place_id=place_id, week=week,
            defaults={
                "seed": seed or secrets.token_hex(6), "size": min(size, MOST), "candidates": sorted(rows),
                "checklist": checklist, "drawn_at": now, "drawn_by_id": user_id(actor),
            },
        )
        if not new:
            continue
        chosen = drawn(sample.candidates, sample.seed, sample.size)
        SampledAnswer.objects.bulk_create(
            SampledAnswer(sample=sample, answer_id=pk, case_id=rows[pk][0], scope_id=rows[pk][1]) for pk in chosen
        )
        entry(actor, f"sample:{sample.pk}", "sample_drawn", now, place=place_id, week=str(week), seed=sample.seed,
              size=sample.size, of=len(rows))  # fmt: skip
        made.append(sample)
    return made
