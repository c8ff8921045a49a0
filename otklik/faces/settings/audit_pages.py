"""The officer's page: events by person, kind, time and case; open sessions; whether the journal is whole."""

import io
from datetime import datetime, timedelta
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from otklik.faces.settings.access import WATCHERS, actor_of, required
from otklik.faces.settings.journal_page import VERBS
from otklik.intake.sheets.layout import guarded
from otklik.operations import auditing, chain_check
from otklik.operations.auditing import Asked, Line
from otklik.organisations import sessions

PAGE = 50
FIRST_YEAR, LAST_YEAR = 1900, 9000
OWN_WORDS = {
    "revealed": gettext_lazy("показаны телефоны тех, у кого так же"),
    "reveal": gettext_lazy("показаны контакты"), "pass_contact": gettext_lazy("контакт передан исполнителю"),
    "take_contact_back": gettext_lazy("контакт забран у исполнителя"), "erased": gettext_lazy("стёрты данные жителя"),
    "cases_exported": gettext_lazy("выгружены карточки"),
    "appeals_exported": gettext_lazy("выгружены обращения с именами"), "audit_exported": gettext_lazy("выгружен аудит"),
    "carried": gettext_lazy("отмечено перенесённым"),
    "edition_uploaded": gettext_lazy("загружена редакция классификатора"),
    "columns_set": gettext_lazy("указаны столбцы таблицы"),
}


@login_required
@never_cache
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Events, newest first."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    asked = _asked(request)
    found = auditing.lines(actor, asked, PAGE + 1)
    scopes = auditing.scopes_of(actor)
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "tab": "audit", "lines": [_shown(line) for line in found[:PAGE]], "kinds": auditing.KINDS.items(),
        "asked": asked, "people": auditing.people(scopes), "query": query.urlencode(),
        "since": request.GET.get("since", ""), "until": request.GET.get("until", ""),
        "before": found[PAGE - 1].at.isoformat() if len(found) > PAGE else "",
        "chain": chain_check.state() if scopes is None else None,
    }
    return render(request, "settings/audit.html", context)


@login_required
@never_cache
@require_safe
def audit_sessions(request: HttpRequest) -> HttpResponse:
    """Who is logged in now."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    rows = sessions.open_sessions(auditing.people(auditing.scopes_of(actor)))
    context = {"tab": "audit", "rows": rows, "mine": request.session.session_key}
    return render(request, "settings/sessions.html", context)


@login_required
@require_POST
def end_sessions(request: HttpRequest, user_id: int) -> HttpResponse:
    """End one session of a person, or all."""
    chosen = request.POST.get("session", "")
    ended = sessions.end(
        actor_of(request), user_id, int(chosen) if chosen.isdecimal() and len(chosen) < 18 else None
    )
    messages.success(request, _("Закрыто сеансов: %(n)s.") % {"n": ended})
    return redirect("settings:audit_sessions")


@login_required
@require_POST
def check_chain(request: HttpRequest) -> HttpResponse:
    """Have the journal walked through by the worker."""
    actor = actor_of(request)
    if required(actor, WATCHERS) is None:
        chain_check.ask_for_check()
        messages.success(request, _("Проверяем. Обновите страницу через минуту."))
    return redirect("settings:audit")


@login_required
@never_cache
@require_POST
def export_audit(request: HttpRequest) -> HttpResponse:
    """The same events as a file; that somebody took it is an event, too."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    found = [_shown(line) for line in auditing.taken_out(actor, _asked(request))]
    response = HttpResponse(
        _file(found), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response["Content-Disposition"] = 'attachment; filename="audit.xlsx"'
    return response


def _asked(request: HttpRequest) -> Asked:
    given = request.POST if request.method == "POST" else request.GET
    user, kind = given.get("user", ""), given.get("kind", "")
    until = _day(given.get("until", ""))
    cursor = _moment(given.get("before", ""))
    ends = [moment for moment in (until + timedelta(days=1) if until else None, cursor) if moment]
    return Asked(
        kind=kind if kind in auditing.KINDS else "",
        user_id=int(user) if user.isdecimal() and len(user) < 18 else None,
        number=given.get("number", "").replace("\x00", "").strip()[:40],
        since=_day(given.get("since", "")), before=min(ends) if ends else None,
    )


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not FIRST_YEAR < day.year < LAST_YEAR:  # beyond them a day more is no date
        return None
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001


def _moment(text: str) -> datetime | None:
    try:
        at = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return at if at is not None and timezone.is_aware(at) else None


def _shown(line: Line) -> dict[str, Any]:
    what = line.about if line.kind == "door" else str(VERBS.get(line.verb, OWN_WORDS.get(line.verb, line.verb)))
    return {
        "at": line.at, "kind": str(auditing.KINDS[line.kind]), "who": line.who, "what": what,
        "about": "" if line.kind == "door" else line.about, "address": line.address,
        "basis": (line.entry.fields.get("basis", "") if line.entry else ""),
    }


def _file(found: list[dict[str, Any]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(_("Аудит"))
        page.write_row(0, 0, [_("Когда"), _("Вид"), _("Кто"), _("Что"), _("О чём"), _("Адрес")])
        page.set_column(0, 5, 24)
        for number, row in enumerate(found, 1):
            at = timezone.localtime(row["at"]).strftime("%d.%m.%Y %H:%M:%S")
            cells = [at, row["kind"], row["who"], row["what"], row["about"], row["address"]]
            for column, cell in enumerate(cells):
                page.write_string(number, column, guarded(str(cell)))
    return out.getvalue()
