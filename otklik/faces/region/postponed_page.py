"""The debt of postponed decisions by municipality, the oldest first."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from otklik.acting import Staff
from otklik.cases.postponed import debt_by_place, debt_of
from otklik.faces.region.access import seen_scopes
from otklik.faces.region.list_file import list_kind, moment, table_file
from otklik.faces.region.page_file import number
from otklik.reports.document import Table


@login_required
@require_safe
def postponed(request: HttpRequest) -> HttpResponse:
    """`/region/postponed/`: how much each place has put off, and since when."""
    actor = request.actor  # type: ignore[attr-defined]
    seen_scopes(actor)  # refuses who sees no figures
    staff = cast(Staff, actor)
    rows = debt_by_place(staff)
    if kind := list_kind(request):
        columns = (_("Муниципалитет"), _("Отложено"), _("Самое давнее"), _("Ближайшая дата"))
        table = Table("postponed", _("Отложенные решения"), columns, tuple(
            (name, number(n, "count"), moment(oldest), f"{nearest:%d.%m.%Y}")
            for _place, name, n, oldest, nearest in rows
        ))
        return table_file(table, kind, "otklik-postponed", timezone.now())
    context = {"rows": rows, "debt": debt_of(staff), "file_query": "?"}
    return render(request, "region/postponed.html", context)
