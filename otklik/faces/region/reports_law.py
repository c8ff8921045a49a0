"""The very appeals behind a number of a report: what stands in registers by law, without names of residents."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from otklik.acting import Staff
from otklik.cases import numbers
from otklik.cases.appeal_figures import DEFINITIONS, UNKNOWN
from otklik.cases.appeal_figures import Asked as Appeals
from otklik.cases.appeal_listing import GROUPS, LISTED, Narrowed, listed
from otklik.cases.clock_rules import zone
from otklik.cases.kind_and_tone import KINDS
from otklik.cases.models import Case, Registration
from otklik.cases.problem_models import Problem
from otklik.classifier.models import Theme
from otklik.faces.region.list_file import list_kind, moment, table_file
from otklik.faces.region.reports import staff_of
from otklik.failures import BadInput, NotYours
from otklik.organisations.models import Organisation
from otklik.reports import russian
from otklik.reports.access import place_of
from otklik.reports.asking import Asked
from otklik.reports.document import Cell, Number, Table
from otklik.reports.papers import place_name
from otklik.reports.periods import Period, last
from otklik.territory.models import Territory

SIZE, MOST_IN_FILE, MOST_THEMES = 50, 5000, 300
LAWS = {"law59": ("law59",), "law8": ("law8",), "both": ("law59", "law8")}
LAW_NAMES: dict[str, str | Promise] = {
    "law59": gettext_lazy("обращения по 59-ФЗ"), "law8": gettext_lazy("запросы по 8-ФЗ"),
    "both": gettext_lazy("обращения по 59-ФЗ и запросы по 8-ФЗ"),
}
MORE_FIGURES: dict[str, str | Promise] = {
    "written": gettext_lazy("Письменные"), "above": gettext_lazy("Через вышестоящие органы"),
    "control": gettext_lazy("На контроле"),
}
CHOICES: dict[str, Any] = {
    "ended": Registration.EndedBy, "outcome": Case.Outcome, "way": Registration.Way,
}
NAMED: dict[str, tuple[Any, str]] = {
    "place": (Territory, "short_name"), "executor": (Organisation, "short_name"), "problem": (Problem, "title"),
}


@login_required
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """The list of a figure; an address that says nothing known is refused, since it would list something else."""
    actor, now = staff_of(request), timezone.now()
    law, asked, narrowed = _asked(request.GET, actor, now)
    scopes = None if asked.scopes is None else sorted(asked.scopes)
    ids: list[int] = []
    for regime in LAWS[law]:
        try:
            period = Appeals(regime, asked.period.since, asked.period.until, scopes, asked.restricted_too).checked()
        except BadInput as wrong:
            raise NotYours(str(wrong)) from wrong
        ids += listed(period, narrowed, now)
    title = str(DEFINITIONS[narrowed.figure][0] if narrowed.figure in DEFINITIONS else MORE_FIGURES[narrowed.figure])
    chips = _chips(narrowed)
    if kind := list_kind(request):
        rows = _rows(ids[:MOST_IN_FILE])
        note = _("Показаны первые %(n)s: сузьте отбор, чтобы скачать остальные.") % {"n": MOST_IN_FILE}
        table = Table("appeals", title, _columns(), tuple(map(_cells, rows)), note if len(ids) > MOST_IN_FILE else "")
        return table_file(
            table, kind, f"otklik-appeals-{narrowed.figure}", now, place=" · ".join([place_name(asked), *chips]),
            period=russian.period(asked.period.since, asked.period.until),
        )
    page = Paginator(ids, SIZE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "title": title[:1].upper() + title[1:], "law": LAW_NAMES[law], "place": place_name(asked),
        "period": russian.period(asked.period.since, asked.period.until), "chips": chips, "page": page,
        "rows": _rows(page.object_list), "query": query.urlencode(),
        "explanation": DEFINITIONS[narrowed.figure][1] if narrowed.figure in DEFINITIONS else "",
        "sealed": not asked.restricted_too, "file_query": f"?{query.urlencode()}&",
    }
    return render(request, "region/reports/appeals.html", context)


def _asked(query: QueryDict, actor: Staff, now: datetime) -> tuple[str, Asked, Narrowed]:
    """What an address asks for; without a law and days last month's appeals. Raises `NotYours`."""
    law, figure, by = query.get("law", "law59"), query.get("figure", "total"), query.get("by", "")
    themes, usual = query.get("themes", ""), last("month", now.astimezone(zone()).date())
    try:
        period = Period(
            date.fromisoformat(query.get("since", usual.since.isoformat())),
            date.fromisoformat(query.get("until", usual.until.isoformat())),
        )
        chosen = tuple(int(one) for one in themes.split(",")[:MOST_THEMES]) if themes else ()
    except ValueError as wrong:
        raise NotYours(_("Такого списка нет.")) from wrong
    if law not in LAWS or figure not in LISTED or by not in ("", *GROUPS) or any(not 0 <= n < 2**31 for n in chosen):
        raise NotYours(_("Такого списка нет."))
    code = query.get("place", "")
    named = Territory.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    if code and named is None:
        raise NotYours(_("Такого места нет, или оно не ваше."))
    place = place_of(actor, named)
    asked = Asked(place, period, now)
    sealed = actor.reads_restricted(None if asked.is_region else place.pk)
    key, through = query.get("key", "")[:200], query.get("through", "")[:200]
    if "\x00" in key + through:
        raise NotYours(_("Такого списка нет."))
    return law, Asked(place, period, now, restricted_too=sealed), Narrowed(figure, by, key, chosen, through)


def _chips(narrowed: Narrowed) -> list[str]:
    """In words what narrows the list, in Russian as papers say it."""
    out = []
    if narrowed.themes:
        names = Theme.objects.filter(pk__in=narrowed.themes).order_by("name").values_list("name", flat=True)
        out += [*dict.fromkeys(names), *([UNKNOWN] if 0 in narrowed.themes else [])]
    if narrowed.by:
        out.append(_key_name(narrowed.by, narrowed.key))
    if narrowed.through:
        out.append(narrowed.through)
    return out


def _key_name(by: str, key: str) -> str:
    if not key:
        return UNKNOWN
    if by in NAMED:
        model, column = NAMED[by]
        known = key.isascii() and key.isdecimal() and len(key) < 10
        found = model.objects.filter(pk=int(key)).values_list(column, flat=True).first() if known else None
        return str(found or UNKNOWN)
    if by == "kind":
        return str(KINDS.get(key, UNKNOWN))
    return "в работе" if key == "open" else str(dict(CHOICES[by].choices).get(key, UNKNOWN))


def _rows(ids: Any) -> list[Registration]:
    """These registrations in the order of the ids."""
    wanted = list(ids)
    rows = Registration.objects.select_related("case__theme", "case__territory", "body").in_bulk(wanted)
    return [rows[pk] for pk in wanted if pk in rows]


def _columns() -> tuple[str, ...]:
    return (
        _("Номер"), _("Поступило"), _("Зарегистрировано"), _("Тема"), _("Место"), _("Орган"), _("Чем кончилось"),
    )


def _cells(row: Registration) -> tuple[Cell, ...]:
    shown = numbers.shown(row.case.number)
    return (
        Number(row.number or shown, reverse("desk:case", args=[shown])), moment(row.received_at),
        moment(row.registered_at), row.case.theme.name if row.case.theme else "", row.case.territory.short_name,
        row.body.short_name if row.body else row.system,
        str(row.get_ended_by_display()) if row.ended_by else "в работе",
    )
