"""Planning meetings: minutes with поручения; each is tracked until it is done."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.acting import acting
from otklik.faces.desk.fields import Day
from otklik.faces.region.reports import as_file, staff_of
from otklik.faces.region.reports_morning import GiveForm
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.reports import meetings as work
from otklik.reports import orders
from otklik.reports.access import may_give, places_of
from otklik.reports.drawing import as_docx, as_pdf
from otklik.reports.drawing.links import base_address
from otklik.territory.models import Kind, Territory

FORMS = {"pdf": as_pdf, "docx": as_docx}
MOST = 60


class MeetingForm(TypedForm):
    """When, who led it, who was there, what was talked about."""

    place = forms.TypedChoiceField(
        label=gettext_lazy("Чьё совещание"), coerce=int, widget=forms.Select(attrs={"lang": "ru"}),
        error_messages={
            "required": gettext_lazy("Выберите место."), "invalid_choice": gettext_lazy("Выберите место из списка."),
        },
    )
    day = Day(label=gettext_lazy("День"))
    chair = forms.CharField(
        label=gettext_lazy("Кто вёл"), max_length=200,
        error_messages={"required": gettext_lazy("Напишите, кто вёл совещание.")},
    )
    present = forms.CharField(
        label=gettext_lazy("Кто был"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("По одному в строке: фамилия, должность."),
    )
    heard = forms.CharField(
        label=gettext_lazy("О чём говорили"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, places: list[Territory], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        names = [(one.pk, _("Вся сеть") if one.kind == Kind.REGION else one.short_name) for one in places]
        self.fields["place"].choices = names  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: HttpRequest) -> HttpResponse:
    """The minutes there are, and new ones."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        places = [one for one in places_of(actor) if may_give(actor, one.pk)]
        form = MeetingForm(
            places, request.POST if request.method == "POST" else None,
            initial={"day": timezone.localdate(), "place": places[0].pk if places else None, "chair": actor.name},
        )
        valid = request.method == "POST" and form.is_valid()
    if valid:
        given = form.cleaned_data
        try:
            row = work.hold(
                actor, given["place"], day=given["day"], chair=given["chair"], present=given["present"],
                heard=given["heard"],
            )
            return redirect("region:meeting", meeting_id=row.pk)
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    with acting(actor, read_only=True):
        rows = work.meetings_of(actor)[:MOST]
        context = {"form": form if places else None, "rows": list(rows)}
        return render(request, "region/reports/meetings.html", context, status=422 if form.is_bound else 200)


@login_required
@require_safe
def meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting with what was given to do."""
    return _page(request, meeting_id)


def _page(request: HttpRequest, meeting_id: int, form: GiveForm | None = None, status: int = 200) -> HttpResponse:
    actor = staff_of(request)
    row = work.meeting_for(actor, meeting_id)
    gives = may_give(actor, row.scope_id)
    context = {
        "row": row, "orders": list(row.orders.order_by("pk")), "today": timezone.localdate(), "gives": gives,
        "form": (form or GiveForm(row.scope, initial={"due": timezone.localdate()})) if gives else None,
    }
    return render(request, "region/reports/meeting.html", context, status=status)


@login_required
@require_POST
def give(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One more поручение of the minutes."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        row = work.meeting_for(actor, meeting_id)
        form = GiveForm(row.scope, request.POST)
        valid = form.is_valid()
    if valid:
        given = form.cleaned_data
        try:
            orders.give(
                actor, row.scope_id, words=given["words"], due=given["due"], user_id=given["user"], who=given["who"],
                meeting_id=row.pk, about=f"/region/reports/meetings/{row.pk}/",
            )
            messages.success(request, _("Поручение записано."))
            return redirect("region:meeting", meeting_id=row.pk)
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    with acting(actor, read_only=True):
        return _page(request, meeting_id, form, 422)


@login_required
@require_safe
def minutes(request: HttpRequest, meeting_id: int, report_form: str) -> HttpResponse:
    """The minutes as a paper, as it is now."""
    if report_form not in FORMS:
        raise NotYours(_("Такого файла у отчёта нет."))
    row = work.meeting_for(staff_of(request), meeting_id)
    with translation.override("ru"):
        document = work.as_document(row, timezone.now())
    return as_file(FORMS[report_form](document, base_address()), report_form, f"{document.file_name}.{report_form}")
