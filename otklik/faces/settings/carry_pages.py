"""«Что куда перенести»: a sheet of answers to carry back into a source by hand, and marking that it was done."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.settings.access import IMPORTERS, Scopes, actor_of, required
from otklik.faces.settings.import_pages import CONTENT_TYPES
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, NotYours
from otklik.intake import carrying
from otklik.intake.carrying_sheet import batch_file
from otklik.intake.models import CarryBatch, SheetProfile

PAGE = 25
USUAL_DAYS = 7


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CarryForm(TypedForm):
    """Which source, and which days."""

    profile = forms.TypedChoiceField(label=gettext_lazy("Куда переносить"), coerce=int)
    since = forms.DateField(label=gettext_lazy("С какого дня"), widget=_day())
    until = forms.DateField(label=gettext_lazy("По какой день"), widget=_day())

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs.setdefault("initial", {"since": today - timedelta(days=USUAL_DAYS), "until": today})
        super().__init__(*args, **kwargs)
        found = SheetProfile.objects.select_related("into").order_by("name")
        if scopes is not None:
            found = found.filter(into__scope_id__in=scopes)
        self.fields["profile"].choices = [  # type: ignore[attr-defined]
            (row.pk, f"{row.name} · {row.into.short_name}") for row in found
        ]


def _batches(scopes: Scopes) -> Any:
    found = CarryBatch.objects.select_related("profile", "scope", "made_by", "carried_by").order_by("-id")
    return found if scopes is None else found.filter(scope_id__in=scopes)


def _the_batch(scopes: Scopes, batch_id: int) -> CarryBatch:
    batch: CarryBatch | None = _batches(scopes).filter(pk=batch_id).first()
    if batch is None:
        raise NotYours(_("Такого списка нет, или он не вашего центра."))
    return batch


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def carry(request: HttpRequest) -> HttpResponse:
    """Make a list for a source and some days; the earlier lists, to be downloaded and marked."""
    actor = actor_of(request)
    scopes = required(actor, IMPORTERS)
    with acting(actor, read_only=True):
        form = CarryForm(request.POST or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            batch = carrying.make_batch(actor, given["profile"], given["since"], given["until"])
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Список готов: скачайте его и перенесите."))
            return redirect("settings:carry_batch", batch.pk)
    with acting(actor, read_only=True):
        context = {
            "tab": "imports", "form": form, "page": Paginator(_batches(scopes), PAGE).get_page(request.GET.get("page")),
        }
        return render(request, "settings/carry.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def carry_batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One list: how many lines of what, the file, «перенесено»."""
    batch = _the_batch(required(actor_of(request), IMPORTERS), batch_id)
    return render(request, "settings/carry_batch.html", {"tab": "imports", "batch": batch})


@login_required
@require_safe
def carry_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The list as XLSX: outside numbers, what changed, into which field. Never contacts."""
    batch = _the_batch(required(actor_of(request), IMPORTERS), batch_id)
    answer = HttpResponse(batch_file(batch), content_type=CONTENT_TYPES["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="carry-{batch.pk}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_POST
def carry_mark(request: HttpRequest, batch_id: int) -> HttpResponse:
    """«Перенесено», or take it back."""
    actor = actor_of(request)
    with acting(actor, read_only=True):
        _the_batch(required(actor, IMPORTERS), batch_id)
    carried = request.POST.get("carried") == "yes"
    carrying.mark_carried(actor, batch_id, carried)
    messages.success(
        request,
        _("Отмечено: перенесено. В следующий список это не войдёт.") if carried
        else _("Отметка снята: всё это войдёт в следующий список."),
    )
    return redirect("settings:carry_batch", batch_id)
