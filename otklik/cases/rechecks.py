"""The curator's sample: cases answered as done that nobody confirmed, drawn at random to be looked at again.

From the same seed and days the same cases are drawn (`drawn_from` is a function of them and of the reports), so a
drawing can be checked by whoever doubts it.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.cases.clocks import zone
from otklik.cases.models import Case, DoneReport, Recheck, RecheckSample
from otklik.failures import BadInput, Refused
from otklik.journal.appending import NewEntry, append
from otklik.typed_text import line

MOST_EACH = 20
MOST_DAYS = 366
MOST_CASES = 1000
FIRST_YEAR, LAST_YEAR = 2000, 2200


@dataclass(frozen=True)
class Candidate:
    """A report that may be drawn: its id and whose work it is."""

    report_id: int
    organisation_id: int


def curated(actor: Actor) -> list[int] | None:
    """The places whose samples this person draws; None is the whole region, an empty list nobody's."""
    grants = [g for g in actor.grants if g.role == "curator"] if isinstance(actor, Staff) else []
    if any(grant.scopes is None for grant in grants):
        return None
    return sorted(frozenset().union(*(grant.scopes or frozenset() for grant in grants)))


def drawn_from(candidates: Iterable[Candidate], seed: str, each: int) -> list[Candidate]:
    """At most `each` of every organisation, chosen by the digest of the seed and the report's id. Pure."""
    by_body: dict[int, list[Candidate]] = {}
    for one in candidates:
        by_body.setdefault(one.organisation_id, []).append(one)
    chosen = []
    for body in sorted(by_body):
        lots = sorted(by_body[body], key=lambda one: (hashlib.sha256(f"{seed}:{one.report_id}".encode()).digest()))
        chosen += lots[:each]
    return chosen


def draw(
    actor: Actor, *, since: date, until: date, each: int, seed: str = "", now: datetime | None = None
) -> RecheckSample:
    """Draw a sample of the reports of these days (both included, local) in the places that this curator sees.

    Left out are those that came back already, that the resident confirmed, or that were looked at before.
    """
    now = now or timezone.now()
    places = curated(actor)
    if places == []:
        raise Refused(_("Отбирает карточки для перепроверки куратор."))
    if since > until or (until - since).days > MOST_DAYS or not FIRST_YEAR <= since.year <= LAST_YEAR:
        raise BadInput(_("Проверьте дни: не больше года и начало не позже конца."), "since")
    if not 1 <= each <= MOST_EACH:
        raise BadInput(_("Карточек каждого исполнителя — от 1 до %(n)s.") % {"n": MOST_EACH}, "each")
    seed = line(seed, 40, "seed") or secrets.token_hex(4)
    with acting(actor):
        found = list(_candidates(since, until, places).values_list("pk", "organisation_id")[: MOST_CASES * 20])
        chosen = drawn_from((Candidate(*row) for row in found), seed, each)[:MOST_CASES]
        if not chosen:
            raise BadInput(_("За эти дни проверять нечего: всё сделанное подтвердили или уже перепроверили."), "since")
        with widened():
            sample = RecheckSample.objects.create(
                seed=seed, since=since, until=until, each=each, made_at=now,
                made_by_id=actor.user_id if isinstance(actor, Staff) else None,
            )
            reports = DoneReport.objects.in_bulk([one.report_id for one in chosen])
            Recheck.objects.bulk_create(
                [
                    Recheck(sample=sample, report=report, case_id=report.case_id, scope_id=report.scope_id)
                    for report in (reports[one.report_id] for one in chosen)
                ]
            )
            fields = {
                "seed": seed, "since": str(since), "until": str(until), "each": each, "count": len(chosen),
                "of": len(found),
            }
            append(NewEntry(f"recheck:{sample.pk}", "rechecks_drawn", actor.reference, now, fields))
    return sample


def _candidates(since: date, until: date, places: Sequence[int] | None) -> QuerySet[DoneReport]:
    first = datetime.combine(since, time.min, zone())
    last = datetime.combine(until + timedelta(days=1), time.min, zone())
    found = DoneReport.objects.filter(
        reported_at__gte=first, reported_at__lt=last, came_of="", rechecks=None,
        case__state__in=[Case.State.ANSWERED, Case.State.CLOSED],
    ).order_by("pk")
    return found if places is None else found.filter(scope_id__in=places)


def waiting(scopes: Sequence[int] | None) -> QuerySet[Recheck]:
    """What is still to be looked at, as the actor sees it: by place and executor. Inside `acting`."""
    rows = Recheck.objects.filter(checked_at=None)
    return _shown(rows, scopes).order_by("scope__name_key", "report__organisation_id", "pk")


def looked_at(scopes: Sequence[int] | None) -> QuerySet[Recheck]:
    """What was found, the newest first. Inside `acting`."""
    return _shown(Recheck.objects.filter(checked_at__isnull=False), scopes).order_by("-checked_at", "-pk")


def _shown(rows: QuerySet[Recheck], scopes: Sequence[int] | None) -> QuerySet[Recheck]:
    if scopes is not None:
        rows = rows.filter(scope_id__in=scopes)
    return rows.select_related(
        "case__theme", "case__territory", "scope", "report__organisation", "checked_by", "sample"
    )
