"""Working hours of centres and organisations: who works when, from which day, and on which days otherwise."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.faces.settings.access import ADMINISTRATORS, Scopes, actor_of, places, required
from otklik.faces.settings.schedule_forms import DaysForm, WeekForm
from otklik.faces.settings.staff_pages import show_failure
from otklik.failures import BadInput, Failure, NotYours
from otklik.insight.definitions import today
from otklik.organisations.models import Organisation
from otklik.policy.calendar import Calendar
from otklik.policy.loading import calendar_for
from otklik.policy.models import WorkSchedule
from otklik.policy.schedule_keeping import (
    USUAL,
    Owner,
    adopt_schedule,
    schedules,
    with_days,
    with_week,
    without_day,
)
from otklik.policy.schedules import Schedule
from otklik.policy.wording import off_reason
from otklik.territory.models import Kind, Territory

AHEAD = 14  # days shown


@dataclass(frozen=True)
class Whose:
    """Whose hours are on the page, and what holds there when they have none of their own."""

    owner: Owner
    name: str
    schedule: Schedule
    is_own: bool

    @property
    def address(self) -> str:
        """The page of these hours."""
        query = ""
        if self.owner.organisation is not None:
            query = f"?organisation={self.owner.organisation}"
        elif self.owner.territory is not None:
            query = f"?place={self.owner.territory}"
        return reverse("settings:schedule") + query


@login_required
@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    """Every centre that one administers, and the organisations that have hours of their own."""
    scopes, day = required(actor_of(request), ADMINISTRATORS), today(timezone.now())
    own = WorkSchedule.objects.exclude(organisation=None).values_list("organisation_id", flat=True)
    firms = Organisation.objects.filter(pk__in=set(own)).select_related("territory").order_by("name_key")
    if scopes is not None:
        firms = firms.filter(territory__scope_id__in=scopes)
    rows = [_of_place(place) for place in places(scopes)]
    context = {
        "tab": "hours", "places": [(one, one.schedule.described(day)) for one in rows],
        "firms": [(one, one.schedule.described(day)) for one in map(_of_organisation, firms)],
    }
    return render(request, "settings/schedules.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest) -> HttpResponse:
    """One centre's or organisation's hours: the week, own days. `action` is «week», «days» or «drop»."""
    actor, now = actor_of(request), timezone.now()
    day = today(now)
    whose = _whose(request, required(actor, ADMINISTRATORS))
    action = request.POST.get("action", "") if request.method == "POST" else ""
    if request.method == "POST" and action not in ("week", "days", "drop"):
        raise Http404
    week = WeekForm(request.POST if action == "week" else None, week=whose.schedule.week(day), today=day)
    days = DaysForm(request.POST if action == "days" else None, label_suffix="")
    form = {"week": week, "days": days}.get(action)
    if action == "drop" or (form is not None and form.is_valid()):
        try:
            changed, source = _changed(action, request, week, days, whose.schedule, day)
            adopt_schedule(actor, whose.owner, changed, source=source, at=now)
        except Failure as failure:
            if form is None:
                raise
            show_failure(form, failure)
        else:
            messages.success(request, _("Сохранено. Новые сроки считаются по этим часам, открытые остаются как были."))
            return redirect(whose.address)
    context: dict[str, Any] = {
        "tab": "hours", "whose": whose, "week": week, "days": days, "now_words": whose.schedule.described(day),
        "later": [one for one in whose.schedule.weeks[1:] if one.since and one.since > day],
        "own": [one for one in whose.schedule.own if one.day >= day],
        "ahead": _ahead(calendar_for().of(whose.schedule), day),
    }
    bad = form is not None and not form.is_valid()
    return render(request, "settings/schedule.html", context, status=422 if bad else 200)


def _changed(
    action: str, request: HttpRequest, week: WeekForm, days: DaysForm, present: Schedule, day: date
) -> tuple[Schedule, str]:
    if action == "week":
        return with_week(present, week.cleaned_data["week"], day), week.cleaned_data["source"]
    if action == "days":
        return with_days(present, days.cleaned_data["days"], day), days.cleaned_data["note"]
    dropped = parse_date(request.POST.get("day", ""))
    if dropped is None:
        raise BadInput(_("Такого дня нет."), "day")
    return without_day(present, dropped, day), ""


def _whose(request: HttpRequest, scopes: Scopes) -> Whose:
    """A place or an organisation that this person administers; without either, the first of their places."""
    asked = request.GET.get("organisation", "")
    if asked:
        found = Organisation.objects.select_related("territory").filter(pk=_number(asked)).first()
        if found is None or (scopes is not None and found.territory.scope_id not in scopes):
            raise NotYours(_("Такой организации нет, или она не ваша."))
        return _of_organisation(found)
    offered, wanted = places(scopes), request.GET.get("place", "")
    place = next((one for one in offered if not wanted or str(one.pk) == wanted), None)
    if place is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    return _of_place(place)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _of_place(place: Territory) -> Whose:
    owner = Owner() if place.kind == Kind.REGION else Owner(place.pk)
    known = schedules()
    present = known.of_place(owner.territory, place.municipality_id)
    return Whose(owner, place.short_name, present, owner in known.by_owner)


def _of_organisation(row: Organisation) -> Whose:
    known, owner = schedules(), Owner(organisation=row.pk)
    place = known.of_place(row.territory.scope_id, row.territory.municipality_id)
    return Whose(owner, row.short_name, known.by_owner.get(owner, place or USUAL), owner in known.by_owner)


def _ahead(calendar: Calendar, day: date) -> list[tuple[date, str, str]]:
    """The days just ahead as they will be counted: hours, or why nobody works."""
    shown = []
    for number in range(AHEAD):
        that = day + timedelta(days=number)
        spans = ", ".join(f"{_clock(since)}–{_clock(until)}" for since, until in calendar.stretches(that))
        note = _("короче на час") if spans and calendar.is_short_day(that) else ""
        shown.append((that, spans, note or off_reason(that, calendar) or ""))
    return shown


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
