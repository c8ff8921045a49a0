"""Who decides in the head's place, by which local act: «уполномоченное на то лицо» of 59-ФЗ, article 11, part 5."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.cases.law_authority import save_authority, take_authority_back
from otklik.cases.models import LawAuthority
from otklik.faces.settings.access import ADMINISTRATORS, Scopes, actor_of, place_choices, required
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure
from otklik.organisations.models import RoleAssignment, User
from otklik.organisations.staffing import CONTENT_ROLES

_DAY = {"invalid": gettext_lazy("Напишите дату, например 12.06.2026."), "required": gettext_lazy("Укажите дату акта.")}


def _date(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget, error_messages=_DAY)


class AuthorityForm(TypedForm):
    """One person in one municipality; saving again changes the act."""

    user = forms.TypedChoiceField(
        label=gettext_lazy("Кто"), coerce=int,
        error_messages={
            "required": gettext_lazy("Выберите сотрудника."),
            "invalid_choice": gettext_lazy("Выберите сотрудника из списка."),
        },
    )
    territory = forms.TypedChoiceField(
        label=gettext_lazy("Где"), coerce=int,
        error_messages={
            "required": gettext_lazy("Выберите муниципалитет из списка."),
            "invalid_choice": gettext_lazy("Выберите муниципалитет из списка."),
        },
    )
    act_number = forms.CharField(
        label=gettext_lazy("Номер акта"), max_length=60,
        help_text=gettext_lazy("Распоряжение или приказ, которым уполномочен."),
        error_messages={"required": gettext_lazy("Напишите номер акта.")},
    )
    act_date = _date(gettext_lazy("Дата акта"))
    until = _date(gettext_lazy("Последний день"), required=False, help_text=gettext_lazy("Пусто — пока не отменят."))

    def __init__(self, *args: Any, scopes: Scopes, **kwargs: Any) -> None:
        super().__init__(*args, **(kwargs | {"label_suffix": ""}))
        people = [("", "—"), *((user.pk, user.full_name) for user in _people(scopes))]
        self.fields["user"].choices = people  # type: ignore[attr-defined]
        self.fields["territory"].choices = [("", "—"), *place_choices(scopes)]  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def authority(request: HttpRequest) -> HttpResponse:
    """Those there are, and a form for one."""
    actor = actor_of(request)
    scopes = required(actor, ADMINISTRATORS)
    form = AuthorityForm(request.POST or None, scopes=scopes)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            saved = save_authority(
                actor, user_id=given["user"], territory_id=given["territory"], act_number=given["act_number"],
                act_date=given["act_date"], until=given["until"],
            )
            messages.success(request, _("Сохранено: %(who)s.") % {"who": saved.user.short_name})
            return redirect("settings:authority")
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    context = {"tab": "authority", "form": form, "rows": _rows(scopes), "today": timezone.localdate()}
    return render(request, "settings/authority.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def end(request: HttpRequest, authority_id: int) -> HttpResponse:
    """The act holds no more."""
    try:
        take_authority_back(actor_of(request), authority_id)
        messages.success(request, _("Убрано: решать вместо руководителя больше не сможет."))
    except Failure as failure:
        messages.error(request, str(failure))
    return redirect("settings:authority")


def _rows(scopes: Scopes) -> list[LawAuthority]:
    found = LawAuthority.objects.select_related("user", "territory").order_by("territory__name_key", "user__full_name")
    return list(found if scopes is None else found.filter(territory_id__in=scopes))


def _people(scopes: Scopes) -> list[User]:
    held = RoleAssignment.objects.filter(role__in=CONTENT_ROLES)
    if scopes is not None:
        held = held.filter(territory_id__in=scopes)
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("full_name"))
