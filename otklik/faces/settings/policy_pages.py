"""Changing a regulation: what holds now in fields, a look at what changes, and only then the new version."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.cases.clock_rules import Rules, zone
from otklik.cases.models import Case
from otklik.cases.policy_use import open_cases_on
from otklik.cases.rejudging import as_csv, what_if
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, place_choices, places, required
from otklik.faces.settings.policy_forms import PolicyForm
from otklik.failures import BadInput, NotYours
from otklik.insight.definitions import today
from otklik.policy.adopting import adopt_policy
from otklik.policy.editing import content_of, differences, digest_of, examples
from otklik.policy.loading import calendar_for, policy_for
from otklik.policy.models import PolicyVersion
from otklik.policy.reading import policy_from_mapping
from otklik.policy.regulation import Policy
from otklik.territory.models import Territory


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The form of one regulation for one place. `action` is «preview» or «adopt»: only what was seen is adopted."""
    actor = actor_of(request)
    scopes = required(actor, ADMINISTRATORS)
    asked = request.POST if request.method == "POST" else request.GET
    place = chosen_place(places(scopes), asked.get("territory", ""))
    regime = asked.get("regime", "social")
    if regime not in Case.Regime.values:
        raise NotYours(_("Такого режима нет."))
    if request.POST.get("action", "preview") not in ("preview", "adopt", "export"):
        raise Http404
    now = timezone.now()
    base = present_policy(regime, place, now)
    form = PolicyForm(request.POST if request.method == "POST" else None, base=base, today=today(now))
    context: dict[str, Any] = {
        "tab": "policies", "form": form, "base": base, "regime": regime, "place": place,
        "places": place_choices(scopes), "regimes": Case.Regime.choices,
    }
    if request.method == "POST" and form.is_valid():
        content = content_of(data_of(base), form.change())
        try:
            draft = policy_from_mapping({**content, "version": 0}, territory_id=place.pk)
            if request.POST.get("action") == "adopt" and request.POST.get("seen") == digest_of(content):
                over = base.reference if request.POST.get("open_cases") == "judge" else ""
                adopted = adopt_policy(actor, content, place.pk, place.scope_id or place.pk, now, over)
                messages.success(request, _("Принято: версия %(n)s.") % {"n": adopted.version})
                return redirect("settings:policies")
            if request.POST.get("action") == "export":
                return _export(base, draft, place)
        except BadInput as wrong:  # what the fields let through and the rules do not
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            context |= _preview(base, draft, place) | {"seen": digest_of(content)}
            context["changed_since"] = request.POST.get("action") == "adopt"
    bad = form.is_bound and not form.is_valid()
    return render(request, "settings/policy_change.html", context, status=422 if bad else 200)


def chosen_place(offered: list[Territory], given: str) -> Territory:
    """The place whose rules are changed: the first that this person administers, unless they chose another."""
    if not given:
        return offered[0]
    found = next((place for place in offered if str(place.pk) == given), None)
    if found is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    return found


def present_policy(regime: str, place: Territory, now: datetime) -> Policy:
    """What holds for a place today: its own version first, then of those above it, then the shipped one."""
    above = [place.pk, place.scope_id, place.municipality_id, place.parent_id]
    return policy_for(regime, today(now), [pk for pk in above if pk])


def data_of(base: Policy) -> dict[str, Any]:
    """The content of a stored version, as its file has it."""
    rows = PolicyVersion.objects.filter(regime=base.regime, version=base.version)
    own = rows.filter(territory=None) if base.territory_id is None else rows.filter(territory_id=base.territory_id)
    data: dict[str, Any] = own.get().data
    return data


def _preview(base: Policy, draft: Policy, place: Territory) -> dict[str, Any]:
    rules = Rules()
    hours = rules.hours(place.scope_id or place.pk)
    for_open = what_if(base, draft, place)
    shown = examples(base, draft, calendar_for(), hours, zone(), draft.valid_from)
    return {
        "preview": True, "differences": differences(base, draft), "examples": shown,
        "kept": open_cases_on(base, place), "for_open": for_open,
    }


def _export(base: Policy, draft: Policy, place: Territory) -> HttpResponse:
    """The whole list of open clocks that the draft would date otherwise, to carry away."""
    answer = HttpResponse(as_csv(what_if(base, draft, place)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="open-cases.csv"'
    return answer


