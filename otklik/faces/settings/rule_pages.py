"""Directories that are only read here: the classifier, the policies, the working calendar."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import Staff
from otklik.cases.decree_watch import missing_year
from otklik.classifier import loading as classifier
from otklik.classifier.models import NotToConfuse, Theme, ThemeGroup
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, scopes_of_roles
from otklik.faces.settings.decree_form import DecreeForm
from otklik.failures import BadInput, NotYours, Refused
from otklik.insight.definitions import today
from otklik.policy.checked import how_known
from otklik.policy.decrees import enter_decree
from otklik.policy.loading import calendar_for
from otklik.policy.models import CalendarYear, PolicyVersion
from otklik.policy.pausing import reasons_words
from otklik.policy.reading import policy_from_mapping
from otklik.policy.regulation import ClockRule
from otklik.policy.wording import EVENTS, TITLES, limit_text
from otklik.territory.naming import name_key

STOPS = {
    "person_acted": gettext_lazy("первым действием сотрудника"),
    "answer_published": gettext_lazy("опубликованным ответом"),
    "interim_published": gettext_lazy("промежуточным ответом"),
    "registered": gettext_lazy("регистрацией"), "sent": gettext_lazy("отправкой"),
    "forwarded": gettext_lazy("пересылкой"), "notice_sent": gettext_lazy("уведомлением об отсрочке"),
    "source_answered": gettext_lazy("ответом в системе-источнике"),
}


def _any_staff(request: HttpRequest) -> None:
    """These directories are for every member of staff: they explain dates and themes."""
    actor = actor_of(request)
    if not isinstance(actor, Staff) or not actor.grants:
        raise Refused(_("Этот раздел для сотрудников."))


@login_required
@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """The classifier in force by group: help, residents' words, «не путать с»; searched by any of them."""
    _any_staff(request)
    version = classifier.current(today(timezone.now()))
    confused = Prefetch("not_to_confuse", NotToConfuse.objects.select_related("other"))
    taken = Prefetch("taken_for", NotToConfuse.objects.select_related("theme"))
    offered = Theme.objects.filter(retired=False).order_by("order").prefetch_related(confused, taken)
    words = request.GET.get("text", "").replace("\x00", "").strip()[:100]
    groups = []
    of_version = ThemeGroup.objects.filter(version=version)
    for group in of_version.prefetch_related(Prefetch("themes", offered, to_attr="offered")):
        found = [theme for theme in group.offered if _mentions(theme, group, words)]
        if found:
            groups.append((group, found))
    context = {
        "tab": "themes", "version": version, "groups": groups, "text": words,
        "count": sum(len(found) for _group, found in groups),
        "may_change": scopes_of_roles(actor_of(request), ADMINISTRATORS) is None,
    }
    return render(request, "settings/themes.html", context)


def _mentions(theme: Theme, group: ThemeGroup, words: str) -> bool:
    text = name_key(" ".join([theme.name, theme.help, group.name, *theme.synonyms]))
    return all(word in text for word in name_key(words).split())


@login_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Versions of regulations, and the years of the working calendar; provisional ones marked."""
    _any_staff(request)
    context = {
        "tab": "policies",
        "versions": PolicyVersion.objects.select_related("territory").order_by("regime", "-valid_from", "-version"),
        "years": CalendarYear.objects.order_by("area", "year"),
        "today": today(timezone.now()),
        "may_change": scopes_of_roles(actor_of(request), ADMINISTRATORS) != frozenset(),
        "missing_year": missing_year(today(timezone.now())),
    }
    return render(request, "settings/policies.html", context)


@login_required
@require_safe
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """One version: its clocks with limits, what starts and stops them, and where the rule stands."""
    _any_staff(request)
    row = PolicyVersion.objects.select_related("territory").filter(pk=policy_id).first()
    if row is None:
        raise NotYours(_("Такого регламента нет."))
    version = policy_from_mapping(row.data, str(row), row.territory_id)
    names = dict(Theme.objects.filter(code__in=[o.theme for c in version.clocks for o in c.overrides if o.theme])
                 .values_list("code", "name"))
    context = {
        "tab": "policies", "row": row, "policy": version,
        "clocks": [_clock_words(clock, names) for clock in version.clocks],
        "pauses": reasons_words(version.pause_reasons) if any(one.pausable for one in version.clocks) else "",
    }
    return render(request, "settings/policy.html", context)


def _clock_words(rule: ClockRule, themes: dict[str, str]) -> dict[str, object]:
    exceptions = []
    for override in rule.overrides:
        when = []
        if override.importance is not None:
            when.append(_("важность %(n)s") % {"n": override.importance})
        if override.theme:
            when.append(_("тема «%(name)s»") % {"name": themes.get(override.theme, override.theme)})
        exceptions.append((", ".join(when), limit_text(override.limit)))
    return {
        "title": TITLES.get(rule.kind, rule.kind), "limit": limit_text(rule.limit), "source": rule.source,
        "starts": EVENTS.get(rule.starts, rule.starts), "stops": [STOPS.get(s, s) for s in rule.stops],
        "exceptions": exceptions, "condition": rule.condition, "pausable": rule.pausable,
        "unchecked": how_known(rule.source),
        "extension": rule.extension, "extension_unchecked": how_known(rule.extension.source) if rule.extension else "",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_year(request: HttpRequest, area: str, year: int) -> HttpResponse:
    """One year: holidays, moved days with their source, shortened days. A provisional one takes its decree here."""
    _any_staff(request)
    row = CalendarYear.objects.filter(area=area, year=year).first()
    if row is None:
        raise NotYours(_("Такого года в календаре нет."))
    the = calendar_for(area).year(year)
    actor = actor_of(request)
    may_enter = row.provisional and scopes_of_roles(actor, ADMINISTRATORS) is None
    if request.method == "POST" and not may_enter:
        raise Refused(_("Это меняет администратор региона."))
    form = DecreeForm(request.POST if request.method == "POST" else None, year=year)
    if form.is_bound and form.is_valid():
        try:
            enter_decree(
                actor, year, source=form.cleaned_data["source"], moves=form.cleaned_data["moves"], at=timezone.now()
            )
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            messages.success(request, _("Постановление внесено. Открытые сроки пересчитаются в течение часа."))
            return redirect("settings:calendar_year", area, year)
    context = {
        "form": form if may_enter else None,
        "tab": "policies", "row": row, "year": the, "holidays": sorted(the.law.holidays.items()),
        "moved": sorted(the.moved_to.values(), key=lambda move: move.to), "short": sorted(the.short),
    }
    return render(request, "settings/calendar_year.html", context, status=422 if form.is_bound else 200)
