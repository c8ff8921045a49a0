"""«Не разобрано»: what came and could not be read, or was set aside; taken again, or put away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import acting
from otklik.cases import numbers
from otklik.cases.models import CaseMessage
from otklik.channels.models import Arrival
from otklik.faces.settings.access import IMPORTERS, actor_of, required
from otklik.failures import Failure, NotYours
from otklik.intake import quarantine as gates

PAGE = 50
SHOWN = 20_000  # signs of what came, as it came
LABELS = {
    "quarantined": gettext_lazy("Не удалось прочесть"), "ignored": gettext_lazy("Отсеяно"),
    "aside": gettext_lazy("Отложено"),
}


@login_required
@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """The list of one tab."""
    actor = actor_of(request)
    required(actor, IMPORTERS)
    tab = request.GET.get("show", "")
    tab = tab if tab in LABELS else "quarantined"
    page = Paginator(gates.rows(actor, tab), PAGE).get_page(request.GET.get("page"))
    labels = [(code, label, gates.rows(actor, code).count()) for code, label in LABELS.items()]
    context = {"tab": "quarantine", "show": tab, "labels": labels, "page": page}
    return render(request, "settings/quarantine.html", context)


@login_required
@require_safe
def arrival(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """One of them, as it came."""
    actor = actor_of(request)
    required(actor, IMPORTERS)
    return _shown(request, gates.of(actor, arrival_id))


def _shown(request: HttpRequest, row: Arrival, alert: str = "") -> HttpResponse:
    came = bytes(row.body)[: SHOWN * 2].decode("utf-8", "replace").replace("\x00", "�")[:SHOWN]
    joined = CaseMessage.objects.select_related("case").filter(message_id=row.message_id or 0).first()
    context = {
        "tab": "quarantine", "row": row, "came": came, "number": numbers.shown(joined.case.number) if joined else "",
        "open": row.state in gates.TABS.values() and bool(row.body), "alert": alert,
    }
    return render(request, "settings/arrival.html", context, status=422 if alert else 200)


@login_required
@require_POST
def decide(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """«Разобрать ещё раз» or «Это не обращение»."""
    actor = actor_of(request)
    required(actor, IMPORTERS)
    try:
        row = gates.decide(actor, arrival_id, request.POST.get("what", ""))
    except NotYours:
        raise
    except Failure as failure:
        with acting(actor, read_only=True):
            return _shown(request, gates.of(actor, arrival_id), str(failure))
    if row.state in (Arrival.State.TAKEN, Arrival.State.ASKED):
        messages.success(request, _("Разобрано: %(state)s.") % {"state": row.get_state_display()})
    elif row.state == Arrival.State.ASIDE:
        messages.success(request, _("Отложено: это не обращение."))
        return redirect("settings:quarantine")
    else:
        messages.error(request, _("Снова не вышло: %(why)s") % {"why": row.reason})
    return redirect("settings:arrival", arrival_id=arrival_id)
