"""Asking for a report, and choosing which of them write themselves."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.acting import acting
from otklik.classifier.loading import current
from otklik.classifier.models import ThemeGroup
from otklik.faces.desk.fields import Day
from otklik.faces.region.reports import staff_of
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.organisations import region_settings
from otklik.reports import kinds
from otklik.reports.access import may_form, places_of, seen
from otklik.reports.kinds import Kind
from otklik.reports.making import ask
from otklik.reports.on_demand import SETS
from otklik.reports.own_forms import formed_places
from otklik.reports.periods import last
from otklik.reports.regular import SETTING, choose_regular
from otklik.territory.models import Kind as PlaceKind
from otklik.territory.models import Territory

OWN = "own"


class AskForm(TypedForm):
    """Of which place and days."""

    place = forms.TypedChoiceField(
        label=gettext_lazy("О каком месте"), coerce=int,
        error_messages={
            "required": gettext_lazy("Выберите место."), "invalid_choice": gettext_lazy("Выберите место из списка."),
        },
    )
    each = forms.BooleanField(
        label=gettext_lazy("Отдельно для каждого муниципалитета"), required=False,
        help_text=gettext_lazy("Когда выбрана вся сеть: по отчёту на муниципалитет, одним набором."),
    )
    since = Day(label=gettext_lazy("С какого дня"))
    until = Day(label=gettext_lazy("По какой день"))

    def __init__(self, kind: Kind, places: list[Territory], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        names = [
            (one.pk, _("Вся сеть") if one.kind == PlaceKind.REGION else one.short_name) for one in places
            if kind.where != kinds.REGION or one.kind == PlaceKind.REGION
        ]
        self.fields["place"].choices = names  # type: ignore[attr-defined]
        self.fields["place"].widget.attrs["lang"] = "ru"
        if not kind.each or not any(one.kind == PlaceKind.REGION for one in places):
            del self.fields["each"]
        if kind.code == "note":
            sets = [(code, one.name) for code, one in SETS.items()]
            self.fields["set"] = forms.ChoiceField(
                label=_("О чём"), choices=[*sets, (OWN, _("свои группы тем"))], initial="snow",
                widget=forms.Select(attrs={"lang": "ru"}),
                error_messages={
                    "required": _("Выберите, о чём справка."), "invalid_choice": _("Выберите из списка."),
                },
            )
            self.fields["groups"] = forms.MultipleChoiceField(
                label=_("Свои группы тем"), required=False, choices=_groups(), widget=forms.CheckboxSelectMultiple,
                help_text=_("Когда в «О чём» выбрано «свои группы тем»."),
                error_messages={"invalid_choice": _("Выберите группы из списка.")},
            )
        if kind.code == "prosecutor":
            self.fields["names"] = forms.BooleanField(
                label=_("С именами заявителей"), required=False,
                help_text=_("Только для тех, кто видит карточки ограниченного доступа. Каждое скачивание — в журнале."),
            )

    def options(self) -> Mapping[str, Any]:
        """What the kind asks besides."""
        given = self.cleaned_data
        out: dict[str, Any] = {"names": given.get("names", False)}
        if given.get("set") == OWN:
            return out | {"set": "", "groups": given.get("groups", [])}
        return out | {"set": given.get("set", ""), "groups": []}


def _groups() -> list[tuple[str, str]]:
    version = current()
    return list(ThemeGroup.objects.filter(version=version).order_by("order").values_list("code", "name"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, report_kind: str) -> HttpResponse:
    """Ask for one; it is made in the background."""
    actor = staff_of(request)
    found = kinds.KINDS.get(report_kind)
    if found is None:
        raise NotYours(_("Такого отчёта нет."))
    with acting(actor, read_only=True):
        places = places_of(actor)
        days = last(found.rhythm or "month", timezone.localdate())
        form = AskForm(
            found, places, request.POST if request.method == "POST" else None,
            initial={"since": days.since, "until": days.until, "place": places[0].pk if places else None},
        )
        valid = request.method == "POST" and form.is_valid()
    if valid:
        given = form.cleaned_data
        try:
            row = ask(
                actor, report_kind, place_id=given["place"], since=given["since"], until=given["until"],
                options=form.options(), each=given.get("each", False),
            )
            return redirect("region:report_making", making_id=row.pk)
        except NotYours:
            raise
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as failure:
            form.add_error(None, str(failure))
    context = {"kind": found, "form": form}
    with acting(actor, read_only=True):
        return render(request, "region/reports/new.html", context, status=422 if form.is_bound else 200)


class RegularForm(TypedForm):
    """Which reports of a place write themselves."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Пишутся сами"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"lang": "ru"}),
        error_messages={"invalid_choice": gettext_lazy("Выберите отчёты из списка.")},
    )

    def __init__(self, place: Territory, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        here = place.kind == PlaceKind.REGION
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]
            (one.code, f"{one.name} — {kinds.RHYTHMS[one.rhythm].lower()}") for one in kinds.KINDS.values()
            if one.rhythm and (here or one.where != kinds.REGION)
        ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def regular(request: HttpRequest) -> HttpResponse:
    """Which reports of a place write themselves when their time is over."""
    actor = staff_of(request)
    with acting(actor, read_only=True):
        places = formed_places(actor)
        if not places:
            seen(actor)
        asked = request.POST.get("place") or request.GET.get("place", "")
        place = next((one for one in places if str(one.pk) == asked), places[0] if places else None)
        if place is None or not may_form(actor, place):
            return render(request, "region/reports/regular.html", {"places": [], "form": None})
        chosen = region_settings.get(SETTING, place.pk)
        form = RegularForm(place, request.POST if request.method == "POST" else None, initial={"kinds": chosen})
        valid = request.method == "POST" and form.is_valid()
    if valid:
        choose_regular(actor, place.pk, form.cleaned_data["kinds"])
        messages.success(request, _("Сохранено."))
        return redirect(f"{request.path}?place={place.pk}")
    context = {"places": places, "place": place, "form": form}
    with acting(actor, read_only=True):
        return render(request, "region/reports/regular.html", context, status=422 if form.is_bound else 200)
