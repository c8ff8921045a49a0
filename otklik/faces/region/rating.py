"""The rating's pages: a month by leagues, «почему мы на этом месте», what was left out, what looks like playing.

Seen by heads and coordinators of centres and by the ЦУР. A draft shows a centre its own row only; the breakdown of a
place is its own people's and the ЦУР's in any month.
"""

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.acting import Actor, Staff
from otklik.cases.models import Case
from otklik.faces.region.access import actor_of, seen_scopes, the_place
from otklik.faces.region.page_file import as_file, kind_of
from otklik.faces.region.page_papers import charts_of
from otklik.faces.region.rating_document import month_document, parts_drawn, place_document
from otklik.faces.region.rating_rows import leagues_of, lines_of
from otklik.faces.region.rating_words import (
    change_words,
    few_words,
    gain_lines,
    move_lines,
    part_lines,
    place_words,
    points,
)
from otklik.failures import NotYours, Refused
from otklik.insight.models import RatingExclusion, RatingRow, RatingRun
from otklik.insight.rating_changing import may_change
from otklik.insight.rating_disputes import DISPUTERS, may_dispute
from otklik.insight.rating_reading import (
    change_within,
    changes_of,
    flags_of,
    formula_of,
    history_of,
    left_out,
    reasons_of,
    rows_of,
    run_of,
    runs,
    waiting_disputes,
)
from otklik.territory.models import Territory
from otklik.together import counted

MONTHS_OFFERED = 12
LISTED = 500


@login_required
@require_safe
def newest(request: HttpRequest) -> HttpResponse:
    """The newest month there is."""
    seen_scopes(actor_of(request))
    run = runs().first()
    if run is None:
        return render(request, "region/rating/none.html", {"may_change": may_change(actor_of(request))})
    return _month(request, run)


@login_required
@require_safe
def month(request: HttpRequest, month: str) -> HttpResponse:
    """One month by leagues, or the same as a file."""
    seen_scopes(actor_of(request))
    return _month(request, the_run(month))


def the_run(month: str) -> RatingRun:
    """The rating of an address. `NotYours` where there is none."""
    run = run_of(month)
    if run is None:
        raise NotYours(_("За этот месяц рейтинга нет."))
    return run


def watched(actor: Actor) -> frozenset[int] | None:
    """The scopes whose flags are for this person's eyes; None is the whole region, an empty set is nobody's.

    Curators see those of their places, analysts of the region all. A municipality's own analyst is no judge of it.
    """
    grants = actor.grants if isinstance(actor, Staff) else ()
    own = [g.scopes for g in grants if g.role == "curator" or (g.role == "analyst" and g.scopes is None)]
    return None if None in own else frozenset().union(*(scopes for scopes in own if scopes is not None))


def disputes_here(actor: Actor) -> bool:
    """Whether this person may dispute cases of a place of theirs."""
    return isinstance(actor, Staff) and bool(actor.roles_at(None) & DISPUTERS)


def _month(request: HttpRequest, run: RatingRun) -> HttpResponse:
    actor = actor_of(request)
    seen = seen_scopes(actor)
    formula, rows = formula_of(run), rows_of(run)
    shown = [row for row in rows if run.state == RatingRun.State.PUBLISHED or seen is None or row.place_id in seen]
    changes = changes_of(run, shown)
    lines = lines_of(shown, changes, formula, seen, run.month)
    leagues = leagues_of(lines, formula)
    document = month_document(run, formula, leagues)
    if kind := kind_of(request):
        return as_file(document, kind, request.GET.get("chart", ""))
    own = [line for line in lines if seen is not None and line.own]
    context = {
        **head_of(actor, run), "formula": formula, "leagues": leagues, "own": own[:3],
        "only_own": run.state == RatingRun.State.DRAFT and seen is not None,
        "months": _months(run), "whole_region": seen is None, "file_charts": charts_of(document),
        "russian_charts": True,  # named by the leagues
    }
    return render(request, "region/rating/month.html", context)


def _months(run: RatingRun) -> list[dict[str, Any]]:
    return [
        {"month": one.month, "address": reverse("region:rating_month", args=[f"{one.month:%Y-%m}"]),
         "here": one.pk == run.pk, "draft": one.state == RatingRun.State.DRAFT}
        for one in runs()[:MONTHS_OFFERED]
    ]


def head_of(actor: Actor, run: RatingRun) -> dict[str, Any]:
    """What every page of a month says above."""
    now, mine = timezone.now(), watched(actor)
    curator, draft = mine is None or bool(mine), run.state == RatingRun.State.DRAFT
    counts = counted(({"waiting": waiting_disputes(run)} if draft else {}) | (
        {"flags": flags_of(run, mine)} if curator else {}
    ))
    return {
        "run": run, "month": f"{run.month:%Y-%m}", "draft": draft,
        "may_dispute": may_dispute(run, now), "disputer": disputes_here(actor), "curator": curator,
        "waiting": counts.get("waiting", 0), "flag_count": counts.get("flags", 0),
        "file_query": "?", "out_on": run.disputes_until + timedelta(days=1), "may_change": may_change(actor),
    }


@login_required
@require_safe
def place(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """«Почему мы на этом месте», or the same as a file."""
    actor = actor_of(request)
    the, scopes = the_place(code, seen_scopes(actor))
    run = the_run(month)
    row = _row(run, the)
    formula = formula_of(run)
    parts, history = part_lines(row, formula), history_of(the.pk, run.month)
    change = change_within(history, run)
    document = place_document(run, formula, row, parts)
    if kind := kind_of(request):
        return as_file(document, kind, request.GET.get("chart", ""))
    lost = sorted((one for one in parts if one.used), key=lambda one: -one.lost)
    reasons = reasons_of(run, scopes)
    context = {
        **head_of(actor, run), "place": the, "row": row, "formula": formula, "parts": parts,
        "where": place_words(row), "points": points(row.points), "low": points(row.low), "high": points(row.high),
        "change": change, "change_words": change_words(change), "moves": move_lines(row), "lost": lost[:2],
        "gains": gain_lines(row, formula),
        "few": few_words(row, formula) if row.state == "few" else "",
        "chart": parts_drawn(parts) if row.state != "few" else None,
        "league": formula.league_of(the.population), "of": row.of_league,
        "reasons": [(RatingExclusion.Why(why).label, n) for why, n in reasons.items()],
        "left_out": sum(reasons.values()), "file_charts": charts_of(document),
        "history": [
            {"row": one, "where": place_words(one), "points": points(one.points), "formula": one.run.formula.version,
             "draft": one.run.state == RatingRun.State.DRAFT}
            for one in history
        ],
    }
    return render(request, "region/rating/place.html", context)


def _row(run: RatingRun, the: Territory) -> Any:
    """The row of a place, with `of_league`: how many of its league have a place, and `above`: how many of them have
    more points. Inner districts have no row.
    """
    placed = RatingRow.objects.filter(run=OuterRef("run"), league=OuterRef("league"), state="placed")
    all_placed, higher = (
        Coalesce(Subquery(rows.order_by().values("league").annotate(n=Count("pk")).values("n")), 0)
        for rows in (placed, placed.filter(points__gt=OuterRef("points")))
    )
    rows = RatingRow.objects.select_related("place").annotate(of_league=all_placed, above=higher)
    row = rows.filter(run=run, place_id=the.pk).first()
    if row is None:
        raise NotYours(_("У этого места нет строки в рейтинге: в нём только муниципалитеты."))
    return row


@login_required
@require_safe
def left_out_page(request: HttpRequest, month: str, code: str) -> HttpResponse:
    """The cases that are in no figure of a month, and why."""
    actor = actor_of(request)
    the, scopes = the_place(code, seen_scopes(actor))
    run = the_run(month)
    rows = list(left_out(run, scopes)[:LISTED])
    # A case of restricted access, or of another centre by now: its row stays, its name does not.
    named = Case.objects.only("number", "title", "text", "received_at")
    cases = named.in_bulk([row.case_id for row in rows])
    context = {
        **head_of(actor, run), "place": the, "more": len(rows) == LISTED, "listed": LISTED,
        "groups": _by_reason(rows, cases), "formula": formula_of(run),
    }
    return render(request, "region/rating/left_out.html", context)


def _by_reason(rows: list[RatingExclusion], cases: dict[int, Case]) -> list[dict[str, Any]]:
    groups: dict[str, list[Case]] = {}
    hidden: dict[str, int] = {}
    for row in rows:
        if row.case_id in cases:
            groups.setdefault(row.why, []).append(cases[row.case_id])
        else:
            hidden[row.why] = hidden.get(row.why, 0) + 1
    return [
        {"label": label, "cases": groups.get(why, []), "hidden": hidden.get(why, 0)}
        for why, label in RatingExclusion.Why.choices if why in groups or why in hidden
    ]


@login_required
@require_safe
def flags(request: HttpRequest, month: str) -> HttpResponse:
    """What looks like playing for the rating: for curators of the places and analysts of the region."""
    actor = actor_of(request)
    seen_scopes(actor)
    run, mine = the_run(month), watched(actor)
    if mine is not None and not mine:
        raise Refused(_("Проверки смотрят куратор и аналитик ЦУР."))
    found = list(flags_of(run, mine))
    cases = Case.objects.select_related("theme").in_bulk([pk for one in found for pk in one.case_ids])
    context = {
        **head_of(actor, run),
        "flags": [
            {"flag": one, "share": one.found / one.of if one.of else None,
             "cases": [cases[pk] for pk in one.case_ids if pk in cases]}
            for one in found
        ],
        "formula": formula_of(run),
    }
    return render(request, "region/rating/flags.html", context)

