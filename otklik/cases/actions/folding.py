"""The program joins by itself: near-identical messages about one place within hours, and what a centre allowed besides.

One centre's messages are looked at one after another (a lock of the centre), so two workers that take copies at the
same moment make one problem. Cases are locked before problems, in the order of their ids, as everywhere.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from otklik.acting import Actor, System, acting, widened
from otklik.cases.actions.joining import how_it_stands, note_joining
from otklik.cases.actions.public import DECIDERS
from otklik.cases.alike import Row, named, not_alike, weigh
from otklik.cases.gate import passing
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, CasePrint, NotAlike
from otklik.cases.problem_models import LIVE_STATES, Problem
from otklik.cases.problems import locked, placed
from otklik.failures import BadInput
from otklik.journal.appending import NewEntry, append
from otklik.organisations import region_settings
from otklik.triage.likeness import Likeness

ACTOR = System("triage")
BURST_HOURS = timedelta(hours=6)
BURST_FROM = 3  # so many near-identical messages make a problem; one repeat is only proposed
NEVER, BURSTS, LIKELY = "never", "bursts", "likely"
_LOCK = 5_104  # the first key of the lock of a centre
OUT = (Case.Outcome.SPAM, Case.Outcome.THANKS)


def allow(actor: Actor, territory_id: int, *, by_itself: str, start: float) -> None:
    """What the program may join by itself in a municipality. Raises `Refused` for who does not decide there."""
    if by_itself not in (NEVER, BURSTS, LIKELY) or not 0.5 <= start <= 1:
        raise BadInput(_("Выберите из списка."), "by_itself")
    with acting(actor), widened():
        value = {"by_itself": by_itself, "from": round(start, 2)}
        region_settings.decide(actor, "joining", value, territory_id, DECIDERS)


def fold_waiting(now: datetime, limit: int = 500) -> int:
    """Look at every new case once. Returns how many were joined."""
    with acting(ACTOR, read_only=True):
        waiting = list(CasePrint.objects.filter(weighed=False).order_by("case_id").values_list("pk", flat=True)[:limit])
    return sum(fold(case_id, now) for case_id in waiting)


def fold(case_id: int, now: datetime) -> bool:
    """Join one new case by itself, if its centre allows and it is so like others. True if it was joined."""
    with acting(ACTOR), widened():
        scope = CasePrint.objects.filter(pk=case_id, weighed=False).values_list("scope_id", flat=True).first()
        if scope is None:
            return False
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, scope])
        if not CasePrint.objects.filter(pk=case_id, weighed=False).exists():  # the other worker has just looked at it
            return False
        joined = _looked_at(case_id, now)
        # Last, and without a lock before: whoever writes a fingerprint holds its case already.
        CasePrint.objects.filter(pk=case_id).update(weighed=True)
        return joined


def _looked_at(case_id: int, now: datetime) -> bool:
    case = Case.objects.select_related("territory", "theme", "scope").get(pk=case_id)
    rule = region_settings.get("joining", case.scope_id)
    mode = rule.get("by_itself", BURSTS)
    if mode == NEVER or case.problem_id or case.state not in IN_WORK or not case.notifies or case.restricted:
        return False
    return _fold(case, mode, float(rule.get("from", 0.95)), now)


def _fold(case: Case, mode: str, likely_from: float, now: datetime) -> bool:
    found = weigh(case)
    refused = not_alike(case)
    live = _live([row.problem_id for row, _judged in found])
    copies: list[tuple[Row, Likeness]] = []
    for row, judged in sorted(found, key=lambda one: (-one[1].score, one[0].id)):
        if row.id in refused.cases or row.problem_id in refused.problems:
            continue
        apart = abs(row.received_at - case.received_at)
        copied = judged.same and judged.copy and judged.here and apart <= BURST_HOURS
        if row.problem_id in live and (copied or (mode == LIKELY and judged.here and judged.score >= likely_from)):
            _lock([case.pk])
            _join(case.pk, row.problem_id, judged, now)
            return True
        if copied and row.problem_id is None:
            copies.append((row, judged))
    if len(copies) + 1 < BURST_FROM:
        return False
    return _make(case, copies, now)


def _live(ids: Sequence[int | None]) -> set[int | None]:
    """Which of these problems something is still to be done about."""
    wanted = {one for one in ids if one}
    return set(Problem.objects.filter(pk__in=wanted, state__in=LIVE_STATES).values_list("pk", flat=True))


def _make(case: Case, copies: Sequence[tuple[Row, Likeness]], now: datetime) -> bool:
    """One problem of a burst: the oldest message is its main case. Nobody's word is overruled: what a person took out
    of a problem before stays out.
    """
    ids = [row.id for row, _judged in copies]
    apart = set(NotAlike.objects.filter(case_id__in=ids).values_list("case_id", flat=True))
    judged = {row.id: one for row, one in copies if row.id not in apart}
    _lock([case.pk, *judged])
    inside = Case.objects.select_related("theme", "territory").filter(
        pk__in=[case.pk, *judged], problem=None, state__in=IN_WORK, notifies=True, scope_id=case.scope_id
    )
    cases = list(inside.exclude(outcome__in=OUT).order_by("received_at", "pk"))
    if len(cases) < BURST_FROM or case.pk not in {one.pk for one in cases}:
        return False
    first = cases[0]
    problem = Problem.objects.create(
        scope_id=first.scope_id, territory_id=first.territory_id, street=first.street, house=first.house,
        latitude=first.latitude, longitude=first.longitude, theme_id=first.theme_id, title=named(cases),
        opened_at=first.received_at, made_at=now, made_by=None, main_case=first,
    )
    append(NewEntry(f"problem:{problem.pk}", "made", ACTOR.reference, now, {"case": first.pk, "burst": len(cases)}))
    likest = max(judged.values(), key=lambda one: one.score)
    for one in cases:
        _join(one.pk, problem.pk, judged.get(one.pk, likest), now)
    return True


def _join(case_id: int, problem_id: int | None, judged: Likeness, now: datetime) -> None:
    """Through the gate, so that the journal of the case says who: the program; and why: codes and the score."""
    assert problem_id is not None
    with passing(ACTOR, case_id, "fold", now=now) as gate:
        case = gate.case
        if case.problem_id is not None:  # a person was first
            gate.unchanged = True
            return
        problem = locked(problem_id)  # before a row that points at it
        note_joining(case, problem_id, how_it_stands(case), judged, now=now, author_id=None)
        case.problem = problem
        gate.fields |= {"problem": problem_id, "score": round(judged.score, 2), "why": list(judged.reasons)}
        placed(case, problem, "joined", ACTOR, now)


def _lock(ids: Sequence[int]) -> None:
    list(Case.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
