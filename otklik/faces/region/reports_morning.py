"""The head's morning page: as a page, with «поручить» beside each risk; its files; at which hour it is sent."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Staff, acting
from otklik.cases.clock_rules import zone
from otklik.faces.desk.fields import MISSING, Day
from otklik.faces.region.refused import say_refused
from otklik.faces.region.reports import as_file, staff_of
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.reports import morning as page_of_day
from otklik.reports import orders
from otklik.reports.access import may_give, one_of, places_of
from otklik.reports.document import Document, from_json
from otklik.reports.drawing.pictures import photo_of, photo_there
from otklik.reports.models import Order, Report, ReportFile
from otklik.reports.morning_keeping import choice_of, choose, is_head, make_page
from otklik.territory.models import Territory
from otklik.typed_text import whole

MOST_DAYS = 14


class GiveForm(TypedForm):
    """Who does what by when."""

    words = forms.CharField(
        label=gettext_lazy("Что сделать"), max_length=orders.MOST_WORDS, widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Напишите, что сделать.")},
    )
    user = forms.TypedChoiceField(
        label=gettext_lazy("Кому из сотрудников"), coerce=int, required=False, empty_value=None,
        error_messages={"invalid_choice": gettext_lazy("Выберите человека из списка.")},
    )
    who = forms.CharField(
        label=gettext_lazy("Или кому ещё"), max_length=orders.MOST_WHO, required=False,
        help_text=gettext_lazy("Кто не работает в программе: напомним об этом вам."),
    )
    due = Day(label=gettext_lazy("До какого дня"))
    risk = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    about = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)

    def __init__(self, place: Territory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        people = [(one.pk, f"{one.short_name}, {one.position}" if one.position else one.short_name)
                  for one in orders.people_of(place)]
        self.fields["user"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
        self.fields["user"].widget.attrs["lang"] = "ru"


class ChoiceForm(TypedForm):
    """At which hour."""

    on = forms.BooleanField(label=gettext_lazy("Присылать утреннюю страницу"), required=False)
    at = forms.TimeField(
        label=gettext_lazy("Во сколько"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages=MISSING | {"invalid": gettext_lazy("Напишите время, например 08:00.")},
    )
    days_off = forms.BooleanField(label=gettext_lazy("И в выходные"), required=False)


def _place(request: HttpRequest, actor: Staff) -> Territory:
    return one_of(places_of(actor), _asked_place(request))


def _asked_place(request: HttpRequest) -> int | None:
    given = request.POST.get("place") or request.GET.get("place", "")
    return whole(given)


def _day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("day", "")[:10])
    except ValueError:
        return None


@login_required
@require_safe
def morning(request: HttpRequest) -> HttpResponse:
    """The page of today, or of a day that is kept. A job keeps them; the last one is shown until today's is there."""
    return _page(request)


def _page(
    request: HttpRequest, *, bound: GiveForm | None = None, choosing: ChoiceForm | None = None, status: int = 200
) -> HttpResponse:
    actor, now = staff_of(request), timezone.now()
    places, today = places_of(actor), now.astimezone(zone()).date()
    place = one_of(places, _asked_place(request))
    rows, day = _kept(place), _day(request) or today
    row = (rows if day == today else rows.filter(until=day)).first()
    if row is None and day != today:
        raise NotYours(_("За этот день страницы нет."))
    chosen = choice_of(actor.user_id)
    context: dict[str, Any] = {
        "row": row, "place": place, "places": places, "day": row.until if row else None, "today": today,
        "days": list(rows.values_list("until", flat=True)[:MOST_DAYS]), "is_head": is_head(actor),
        "choosing": choosing or ChoiceForm(
            initial={"on": chosen.on, "at": chosen.at, "days_off": chosen.days_off}, label_suffix=""
        ),
    }
    if row is not None:
        document, gives = from_json(row.content), may_give(actor, place.pk) and row.until == today
        context |= {
            "document": document, "text": document.extra.get("text", ""), "promises": document.table("promises"),
            "risks": _risks(document, place, bound if gives else None, gives), "figures": document.figures().values(),
            "photo": photo_there(str(document.extra.get("photo") or "")),
            "story": next((block for block in reversed(document.blocks) if hasattr(block, "runs")), None),
        }
    return render(request, "region/reports/morning.html", context, status=status)


def _kept(place: Territory) -> QuerySet[Report]:
    """The pages of a place, the newest first."""
    return Report.objects.filter(kind=page_of_day.KIND, scope=place).order_by("-until")


def _risks(document: Document, place: Territory, bound: GiveForm | None, gives: bool) -> list[dict[str, Any]]:
    """The risks with what was given about each already, and the form for giving."""
    rows = [dict(one) for one in document.extra.get("risks", [])]
    open_orders = Order.objects.filter(scope=place, state=Order.State.OPEN, risk__in=[one["key"] for one in rows])
    given = {one.risk: one for one in open_orders}
    for number, one in enumerate(rows):
        one["by"] = date.fromisoformat(one["by"])
        one["given"] = given.get(one["key"])
        if gives and one["given"] is None:
            own = bound is not None and bound.data.get("risk") == one["key"]
            one["form"] = bound if own else GiveForm(
                place, auto_id=f"give{number}_%s",
                initial={"words": one["words"], "user": one["user"], "who": "" if one["user"] else one["who"],
                         "due": max(one["by"], timezone.localdate()), "risk": one["key"], "about": one["address"]},
            )
    return rows


@login_required
@require_POST
def renew(request: HttpRequest) -> HttpResponse:
    """Make the page of today anew."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        place = _place(request, actor)
    make_page(place.pk, fresh=True)
    messages.success(request, _("Страница посчитана заново."))
    return redirect(f"/region/reports/morning/?place={place.pk}")


@login_required
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """«Поручить» beside a risk."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        place = _place(request, actor)
        form = GiveForm(place, request.POST)
        valid = form.is_valid()
    if valid:
        given = form.cleaned_data
        try:
            row = orders.give(
                actor, place.pk, words=given["words"], due=given["due"], user_id=given["user"], who=given["who"],
                about=given["about"], risk=given["risk"],
            )
            messages.success(request, _("Поручили: %(who)s, до %(due)s.") % {
                "who": row.who, "due": f"{row.due:%d.%m.%Y}",
            })
            return redirect(f"/region/reports/morning/?place={place.pk}")
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    say_refused(request, form)
    with acting(actor, read_only=True):
        return _page(request, bound=form, status=422)


@login_required
@require_POST
def choice(request: HttpRequest) -> HttpResponse:
    """At which hour this person wishes it."""
    actor, form = staff_of(request), ChoiceForm(request.POST, label_suffix="")
    with acting(actor, read_only=True):
        place = _place(request, actor)
    if not form.is_valid():
        with acting(actor, read_only=True):
            return _page(request, choosing=form, status=422)
    choose(actor, **form.cleaned_data)
    messages.success(request, _("Сохранено."))
    return redirect(f"/region/reports/morning/?place={place.pk}")


@login_required
@require_safe
def file(request: HttpRequest, report_form: str) -> HttpResponse:
    """The page as PDF or DOCX, as it was kept; without a day the newest."""
    place, day = _place(request, staff_of(request)), _day(request)
    rows = _kept(place).filter(until=day) if day else _kept(place)[:1]
    kept = ReportFile.objects.select_related("report").filter(report__in=rows, form=report_form, template=None).first()
    if kept is None:
        raise NotYours(_("За этот день такого файла нет."))
    name = f"utro-{place.code}-{kept.report.until:%Y-%m-%d}.{report_form}"
    return as_file(bytes(kept.content), report_form, name)


@login_required
@require_safe
def photo(request: HttpRequest) -> HttpResponse:
    """The photo of the good story of a kept page."""
    actor = staff_of(request)
    place, day = _place(request, actor), _day(request) or timezone.localdate()
    row = _kept(place).filter(until=day).first()
    extra = row.content["extra"] if row else {}
    found = photo_of(str(extra.get("photo") or ""))
    if found is None:
        return HttpResponse(status=204)  # nothing to show: no story, or its photo was erased since
    return HttpResponse(found.content, content_type="image/jpeg")
