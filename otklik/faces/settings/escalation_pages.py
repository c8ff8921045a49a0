"""«Кому сообщать»: the escalation chains of the region and of each centre, versioned; when a queue counts as silent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.cases import escalating
from otklik.cases.escalation_rules import MOST_HOURS, PERCENTS, ROLES, Chain, Step, pick, steps_from
from otklik.cases.models import Case, EscalationChain
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, places, required
from otklik.faces.typed_forms import visible
from otklik.failures import BadInput, Failure, NotYours
from otklik.organisations import region_settings
from otklik.policy.regulation import CRITICAL
from otklik.territory.models import Kind, Territory

LATER_ROWS = 3
HISTORY = 10
REGIMES = (("", gettext_lazy("любой режим")), *Case.Regime.choices)
IMPORTANCES = (
    (0, gettext_lazy("любая важность")), (3, gettext_lazy("важность от 3")),
    (CRITICAL, gettext_lazy("важность 4: жизнь и здоровье")),
)
MOST_SILENT = 80


@login_required
@require_safe
def escalation(request: HttpRequest) -> HttpResponse:
    """The places of this person; one only: straight there."""
    mine = places(required(actor_of(request), ADMINISTRATORS))
    if len(mine) == 1:
        return redirect("settings:escalation_of", territory_id=mine[0].pk)
    own = {one.territory_id for one in escalating.chains()}
    rows = [(one, (None if one.kind == Kind.REGION else one.pk) in own) for one in mine]
    return render(request, "settings/escalation.html", {"tab": "escalation", "rows": rows})


@login_required
@require_safe
def escalation_of(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Which chains hold in one place, where each comes from, and what was changed when."""
    return _place_page(request, _place(request, territory_id))


def _place_page(request: HttpRequest, place: Territory, failure: str = "", typed: str = "") -> HttpResponse:
    key = _key(place)
    every = escalating.chains()
    cells = {("", 0), ("", CRITICAL)} | {
        (one.regime, one.importance_from) for one in every if one.territory_id in (None, *_around(place))
    }
    rows = [_row(every, place, regime, importance) for regime, importance in sorted(cells)]
    history = EscalationChain.objects.filter(territory=key).select_related("made_by").order_by("-pk")[:HISTORY]
    context = {
        "tab": "escalation", "place": place, "rows": rows,
        "history": [
            {"row": one, "for": _named(one.regime, one.importance_from),
             "steps": _words(steps_from(one.steps), one.importance_from) if one.steps is not None else None}
            for one in history
        ],
        "silent_hours": typed or region_settings.get("silent_hours", key), "failure": failure,
    }
    return render(request, "settings/escalation_of.html", context, status=422 if failure else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def chain(request: HttpRequest, territory_id: int) -> HttpResponse:
    """Change a chain: of `regime` and `importance` in the address, or a new one."""
    actor, place = actor_of(request), _place(request, territory_id)
    asked = visible(request.POST if request.method == "POST" else request.GET)
    regime, importance = asked.get("regime", ""), _number(asked.get("importance", "0"))
    present = _row(escalating.chains(), place, regime, importance)["chain"]
    rows, failure = _form_rows(present.steps), ""
    if request.method == "POST":
        try:
            steps = None if asked.get("act") == "inherit" else _sent_steps(asked)
            rows = _form_rows(steps) if steps is not None else rows
            changed = escalating.set_chain(
                actor, territory_id=_key(place), regime=regime, importance_from=importance, steps=steps,
                now=timezone.now(),
            )
        except Failure as refused:
            failure, rows = str(refused), _sent_rows(asked)
        else:
            messages.success(request, _("Сохранено.") if changed else _("Ничего не изменилось."))
            return redirect("settings:escalation_of", territory_id=place.pk)
    context = {
        "tab": "escalation", "place": place, "rows": rows, "failure": failure, "regime": regime,
        "importance": importance, "regimes": REGIMES, "importances": IMPORTANCES, "most_hours": MOST_HOURS,
        "is_new": "regime" not in request.GET and request.method != "POST",
        "roles": [(role, escalating.ROLE_NAMES[role]) for role in ROLES],
        "is_own": present.version > 0 and present.territory_id == _key(place),
    }
    return render(request, "settings/escalation_chain.html", context, status=422 if failure else 200)


@login_required
@require_POST
def silent_hours(request: HttpRequest, territory_id: int) -> HttpResponse:
    """After how many working hours without anybody's act a queue is silent."""
    actor, place = actor_of(request), _place(request, territory_id)
    told = visible(request.POST).get("silent_hours", "").strip()
    if not told.isdecimal() or not 1 <= int(told[:4]) <= MOST_SILENT:
        failure = _("Напишите число часов от 1 до %(n)s.") % {"n": MOST_SILENT}
        with acting(actor, read_only=True):
            return _place_page(request, place, failure, told[:20])
    region_settings.put(actor, "silent_hours", int(told), _key(place))
    messages.success(request, _("Сохранено."))
    return redirect("settings:escalation_of", territory_id=place.pk)


def _place(request: HttpRequest, territory_id: int) -> Territory:
    actor = actor_of(request)
    with acting(actor, read_only=True):
        found = next((one for one in places(required(actor, ADMINISTRATORS)) if one.pk == territory_id), None)
    if found is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    return found


def _key(place: Territory) -> int | None:
    """Under what a place's chains are kept: the region's under none."""
    return None if place.kind == Kind.REGION else place.pk


def _around(place: Territory) -> list[int]:
    return [] if place.kind == Kind.REGION else [one for one in (place.pk, place.municipality_id) if one]


def _number(told: str) -> int:
    return int(told) if told in {str(value) for value, _label in IMPORTANCES} else -1


def _row(every: list[Chain], place: Territory, regime: str, importance: int) -> dict[str, Any]:
    """The chain that holds in a place for exactly that regime and importance, and where it comes from."""
    held = pick(every, _around(place), regime, max(importance, 0))
    if not held.version:
        source = _("как задано в программе")
    elif held.territory_id == _key(place):
        source = _("своя, версия %(n)s") % {"n": held.version}
    else:
        source = _("как у города") if held.territory_id else _("как в регионе")
    address = QueryDict(mutable=True)
    address.update({"regime": regime, "importance": str(importance)})
    return {
        "chain": held, "for": _named(regime, importance), "steps": _words(held.steps, importance), "source": source,
        "address": f"{reverse('settings:escalation_chain', args=[place.pk])}?{address.urlencode()}",
    }


def _named(regime: str, importance: int) -> str:
    """«любой режим, любая важность»."""
    return f"{dict(REGIMES).get(regime, regime)}, {dict(IMPORTANCES).get(importance, importance)}"


def _words(steps: tuple[Step, ...], importance: int) -> list[tuple[str, str]]:
    """Each step as (when, to whom)."""
    later = _("ещё %(n)s раб. ч") if importance < CRITICAL else _("ещё %(n)s ч, днём и ночью")
    order = sorted(steps, key=lambda step: (step.after or 0, step.percent or 0))
    return [
        (
            f"{step.percent} %" if step.percent is not None else later % {"n": step.after},
            ", ".join(str(escalating.ROLE_NAMES[role]) for role in step.roles),
        )
        for step in order
    ]


def _form_rows(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Rows of the form: one for each percent, and some for hours after the limit."""
    by_percent = {step.percent: step.roles for step in steps if step.percent is not None}
    later = sorted((step for step in steps if step.after is not None), key=lambda step: step.after or 0)
    rows: list[dict[str, Any]] = [
        {"name": f"at{percent}", "percent": percent, "hours": "", "to": by_percent.get(percent, ())}
        for percent in PERCENTS
    ]
    for at in range(max(LATER_ROWS, len(later))):
        step = later[at] if at < len(later) else None
        hours, roles = (step.after, step.roles) if step else ("", ())
        rows.append({"name": f"after{at}", "percent": None, "hours": hours, "to": roles})
    return rows


def _sent_rows(sent: QueryDict) -> list[dict[str, Any]]:
    """The rows as they were sent, so that nothing typed is lost."""
    rows: list[dict[str, Any]] = [
        {"name": f"at{percent}", "percent": percent, "hours": "", "to": sent.getlist(f"at{percent}")}
        for percent in PERCENTS
    ]
    return rows + [
        {"name": f"after{at}", "percent": None, "hours": sent.get(f"after{at}_hours", "")[:10],
         "to": sent.getlist(f"after{at}")}
        for at in range(LATER_ROWS)
    ]


def _sent_steps(sent: QueryDict) -> tuple[Step, ...]:
    """The steps that were sent; a row without anybody is no step. Raises `BadInput`."""
    told: list[dict[str, Any]] = [
        {"at": row["percent"], "to": row["to"]} for row in _sent_rows(sent) if row["percent"] and row["to"]
    ]
    for row in _sent_rows(sent):
        if row["percent"] is None and (row["to"] or row["hours"]):
            if not row["hours"].isdecimal():
                raise BadInput(_("Часов после срока — от 1 до %(n)s.") % {"n": MOST_HOURS}, "steps")
            told.append({"after": int(row["hours"]), "to": row["to"]})
    if not told:
        raise BadInput(_("Отметьте хотя бы одного, кому сообщать."), "steps")
    return steps_from(told)
