"""The curator's page of re-checks, and how often reported fixes came back."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import Actor, acting
from otklik.cases import rechecks as samples
from otklik.cases.actions.recheck import record
from otklik.cases.models import Recheck
from otklik.faces.region.access import seen_scopes
from otklik.faces.region.list_file import list_kind, table_file
from otklik.faces.region.page_file import number
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Refused
from otklik.insight import returns as figures
from otklik.reports.document import Table

SHOWN = 200
DONE_SHOWN = 50
BY = {"organisation": gettext_lazy("Исполнители"), "theme": gettext_lazy("Темы")}


class DrawForm(TypedForm):
    """What to draw from."""

    since = forms.DateField(
        label=gettext_lazy("Сообщили «сделано» с"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("по"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    each = forms.IntegerField(
        label=gettext_lazy("Карточек каждого исполнителя, не больше"), min_value=1, max_value=samples.MOST_EACH
    )
    seed = forms.CharField(
        label=gettext_lazy("Слово жребия"), required=False, max_length=40,
        help_text=gettext_lazy("Пусто — придумает программа. С тем же словом и днями выпадут те же карточки."),
    )


def _actor(request: HttpRequest) -> Actor:
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rechecks(request: HttpRequest) -> HttpResponse:
    """What is to be looked at again, what was found; a curator draws a sample here."""
    actor = _actor(request)
    seen_scopes(actor)
    today = timezone.localdate()
    form = DrawForm(
        request.POST if request.method == "POST" else None,
        initial={"since": today.replace(day=1), "until": today, "each": 2},
    )
    if request.method == "POST" and form.is_valid():
        try:
            sample = samples.draw(actor, **form.cleaned_data)
        except BadInput as wrong:
            form.add_error(wrong.field or None, str(wrong))
        except Refused as refused:
            return _page(request, form, alert=str(refused), status=403)
        else:
            with acting(actor, read_only=True):
                count = sample.rechecks.count()
            messages.success(
                request, _("Отобрано карточек: %(n)s. Слово жребия: %(seed)s.") % {"n": count, "seed": sample.seed}
            )
            return redirect("region:rechecks")
    return _page(request, form, status=422 if form.is_bound else 200)


@login_required
@require_POST
def recheck(request: HttpRequest, recheck_id: int) -> HttpResponse:
    """Record what was found in one."""
    actor = _actor(request)
    seen_scopes(actor)
    given = {name: request.POST.get(name, "").replace("\x00", "") for name in ("way", "found", "words")}
    try:
        record(actor, recheck_id, way=given["way"], found=given["found"], words=given["words"])
    except BadInput as wrong:
        return _page(request, _fresh(), wrong=(recheck_id, str(wrong), given), status=422)
    except Refused as refused:
        return _page(request, _fresh(), alert=str(refused), status=409)
    messages.success(request, _("Записано."))
    return redirect("region:rechecks")


@login_required
@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """How often reported fixes came back, by executor or by theme."""
    scopes = seen_scopes(_actor(request))
    by = request.GET.get("by", "organisation")
    by = by if by in BY else "organisation"
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(one) for one in figures.PERIODS} else 90
    found = figures.returns(cast(figures.By, by), days, sorted(scopes) if scopes is not None else None)
    if kind := list_kind(request):
        now = timezone.now()
        period = _("за %(n)s дн.") % {"n": days}
        return table_file(_returns_table(found, by), kind, "otklik-returns", now, period=period)
    context = {
        "file_query": f"?by={by}&days={days}&",
        "found": found, "by": by, "days": days, "least": figures.LEAST, "periods": figures.PERIODS,
        "choices": list(BY.items()), "label": BY[by],
    }
    return render(request, "region/returns.html", context)


def _returns_table(found: figures.Returns, by: str) -> Table:
    """The table of the page, the whole first."""
    rows = [*([(_("Все вместе"), found.total)] if found.total else []),
            *((row.name or _("без темы"), row) for row in found.rows)]
    columns = (
        str(BY[by]), _("Возвраты, %"), _("Вернулось"), _("Сообщили «сделано»"), _("с фото «после», %"),
        _("подтвердили"), _("оценка"), _("оценили"),
    )
    return Table("returns", _("Возвраты"), columns, tuple(
        (name, number(row.share, "mean"), number(row.returned, "count"), number(row.reports, "count"),
         number(row.with_photo, "count"), number(row.confirmed, "count"), number(row.mean, "mean"),
         number(row.rated, "count"))
        for name, row in rows
    ))


def _fresh() -> DrawForm:
    today = timezone.localdate()
    return DrawForm(initial={"since": today.replace(day=1), "until": today, "each": 2})


def _page(
    request: HttpRequest, form: DrawForm, *, alert: str = "", wrong: tuple[int, str, dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = _actor(request)
    with acting(actor, read_only=True):
        seen = seen_scopes(actor)
        scopes = sorted(seen) if seen is not None else None
        waiting = list(samples.waiting(scopes)[: SHOWN + 1])
        context = {
            "form": form, "may_draw": samples.curated(actor) != [], "waiting": waiting[:SHOWN],
            "more": len(waiting) > SHOWN, "done": list(samples.looked_at(scopes)[:DONE_SHOWN]), "alert": alert,
            "ways": Recheck.Way.choices, "found": Recheck.Found.choices, "now": timezone.now(),
            "wrong_id": wrong[0] if wrong else 0, "wrong": wrong[1] if wrong else "",
            "given": wrong[2] if wrong else {},
        }
        return render(request, "region/rechecks.html", context, status=status)
