"""Own registers of bodies: switched on with the number and date of the local act, by an administrator."""

from datetime import date
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

from otklik.cases.models import Register
from otklik.cases.registers import last_numbers, save_register
from otklik.faces.settings.access import ADMINISTRATORS, Scopes, actor_of, required
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput
from otklik.organisations.models import Organisation

BODIES = (
    Organisation.Kind.ADMINISTRATION, Organisation.Kind.SETTLEMENT_ADMINISTRATION, Organisation.Kind.REGIONAL_BODY,
    Organisation.Kind.REGIONAL_CENTRE, Organisation.Kind.MUNICIPAL_CENTRE, Organisation.Kind.DEPARTMENT,
)
REGIMES = [("law59", gettext_lazy("59-ФЗ")), ("law8", gettext_lazy("8-ФЗ"))]


class RegisterForm(TypedForm):
    """One register of one body."""

    body = forms.TypedChoiceField(
        label=gettext_lazy("Чей журнал"), coerce=int,
        error_messages={
            "required": gettext_lazy("Выберите организацию."),
            "invalid_choice": gettext_lazy("Выберите организацию из списка."),
        },
    )
    regime = forms.ChoiceField(label=gettext_lazy("По какому закону"), choices=REGIMES)
    act_number = forms.CharField(
        label=gettext_lazy("Номер акта"), max_length=60, help_text=gettext_lazy("Которым журнал введён."),
        error_messages={"required": gettext_lazy("Напишите номер акта.")},
    )
    act_date = forms.DateField(
        label=gettext_lazy("Дата акта"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": gettext_lazy("Укажите дату акта."),
            "invalid": gettext_lazy("Напишите дату, например 12.06.2026."),
        },
    )
    is_on = forms.BooleanField(
        label=gettext_lazy("Включён"), required=False, initial=True,
        help_text=gettext_lazy("Без отметки новых номеров не даёт; те, что уже даны, остаются."),
    )

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        bodies = Organisation.objects.filter(active=True, kind__in=BODIES).select_related("territory")
        if scopes is not None:
            bodies = bodies.filter(territory__scope_id__in=scopes)
        choices = [("", "—"), *((body.pk, body.short_name) for body in bodies.order_by("name_key"))]
        self.fields["body"].choices = choices  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def registers(request: HttpRequest) -> HttpResponse:
    """The registers there are, and a form for one: saving it again changes it."""
    actor = actor_of(request)
    scopes = required(actor, ADMINISTRATORS)
    chosen = _chosen(request.GET.get("edit", ""), scopes)
    form = RegisterForm(request.POST or None, scopes=scopes, initial=_initial(chosen))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            saved = save_register(
                actor, body_id=given["body"], regime=given["regime"], act_number=given["act_number"],
                act_date=given["act_date"], is_on=given["is_on"],
            )
            messages.success(request, _("Сохранено: %(body)s.") % {"body": saved.body.short_name})
            return redirect("settings:registers")
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    year = timezone.localdate().year
    found = _rows(scopes)
    last = last_numbers(found, year)
    rows = [(row, last.get(row.pk, 0)) for row in found]
    context = {"tab": "registers", "form": form, "rows": rows, "year": year, "chosen": chosen}
    return render(request, "settings/registers.html", context, status=422 if form.is_bound else 200)


def _rows(scopes: Scopes) -> list[Register]:
    found = Register.objects.select_related("body__territory").order_by("body__name_key", "regime")
    return list(found if scopes is None else found.filter(body__territory__scope_id__in=scopes))


def _chosen(given: str, scopes: Scopes) -> Register | None:
    return next((row for row in _rows(scopes) if str(row.pk) == given), None)


def _initial(row: Register | None) -> dict[str, Any]:
    if row is None:
        return {}
    day: date = row.act_date
    return {
        "body": row.body_id, "regime": row.regime, "act_number": row.act_number, "act_date": day, "is_on": row.is_on,
    }
