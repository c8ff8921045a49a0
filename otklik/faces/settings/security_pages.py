"""What the region decides about safety: who needs a second factor, how often strangers may try."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import acting
from otklik.faces.outside_login import provider
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, required, whole_region
from otklik.faces.settings.staff_pages import the_person
from otklik.faces.typed_forms import TypedForm
from otklik.organisations import limits, region_settings, second_factor
from otklik.organisations.models import RoleAssignment

LABELS = {
    "login_address": gettext_lazy("Попытки входа с одного адреса"),
    "login_account": gettext_lazy("Попытки входа под одним именем отовсюду"),
    "login_pair": gettext_lazy("Попытки входа под одним именем с одного адреса"),
    "codes": gettext_lazy("Попытки кода второго фактора"),
    "report": gettext_lazy("Сообщения с одного адреса"),
    "report_crowd": gettext_lazy("Сообщения отовсюду, после которых форма задаёт вопрос"),
    "report_again": gettext_lazy("Сообщения с одного адреса, после которых форма задаёт вопрос"),
    "report_key": gettext_lazy("Сообщения с одной открытой формы в это время"),
    "continue": gettext_lazy("Неверные коды продолжения от одного автора"),
    "support": gettext_lazy("«У меня так же» с одного адреса"),
    "find": gettext_lazy("Поиск своего сообщения с одного адреса"),
    "open311": gettext_lazy("Сообщения по Open311 с одним ключом или адресом"),
    "uploads": gettext_lazy("Фотографии с одного адреса"),
    "link_misses": gettext_lazy("Неверные секретные ссылки с одного адреса"),
    "imports": gettext_lazy("Загрузки таблиц одним сотрудником"),
    "lookups": gettext_lazy("Поиски человека для стирания одним сотрудником"),
}


class SecurityForm(TypedForm):
    """Roles, and two numbers for each limit."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Второй фактор обязателен для ролей"), required=False, choices=RoleAssignment.Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    guard = forms.BooleanField(
        label=gettext_lazy("Форма портала всегда проверяет, что пишет человек"), required=False, initial=False,
        help_text=gettext_lazy("Без отметки — только когда сообщений приходит необычно много."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in limits.SHIPPED:
            now = limits.limit_of(name)
            self.fields[f"{name}_tries"] = forms.IntegerField(
                label=LABELS[name], min_value=1, max_value=100_000, initial=now.tries
            )
            self.fields[f"{name}_minutes"] = forms.IntegerField(
                label=_("за сколько минут"), min_value=1, max_value=1440, initial=now.minutes
            )

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The pairs of a limit, for the template."""
        return [(self[f"{name}_tries"], self[f"{name}_minutes"]) for name in limits.SHIPPED]

    def decided(self) -> dict[str, list[int]]:
        """Limits that differ from the shipped ones."""
        given = self.cleaned_data
        chosen = {name: [given[f"{name}_tries"], given[f"{name}_minutes"]] for name in limits.SHIPPED}
        return {
            name: pair for name, pair in chosen.items()
            if limits.Limit(*pair) != limits.SHIPPED[name]
        }


def _present() -> dict[str, Any]:
    return {
        "roles": sorted(second_factor.required_roles()), "guard": region_settings.get("form_guard") == "always"
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def security(request: HttpRequest) -> HttpResponse:
    """The region's decisions; its administrator's only."""
    actor = actor_of(request)
    whole_region(actor)
    with acting(actor, read_only=True):
        form = SecurityForm(request.POST or None, initial=_present())
    if request.method == "POST" and form.is_valid():
        roles = sorted(form.cleaned_data["roles"])
        if roles != sorted(second_factor.required_roles()):
            region_settings.put(actor, "second_factor_roles", roles)
        mode = "always" if form.cleaned_data["guard"] else "auto"
        if mode != region_settings.get("form_guard"):
            region_settings.put(actor, "form_guard", mode)
        if form.decided() != (region_settings.get("limits") or {}):
            region_settings.put(actor, "limits", form.decided())
        messages.success(request, _("Сохранено. Второй фактор попросим при следующем входе."))
        return redirect("settings:security")
    context = {"tab": "security", "form": form, "outside": provider()}
    with acting(actor, read_only=True):
        return render(request, "settings/security.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def reset_second_factor(request: HttpRequest, user_id: int) -> HttpResponse:
    """A lost phone: the person sets up a new factor at the next log-in."""
    actor = actor_of(request)
    required(actor, ADMINISTRATORS)
    the_person(actor, user_id)
    second_factor.reset(actor, user_id)
    messages.success(request, _("Второй фактор сброшен. При следующем входе его включат заново."))
    return redirect("settings:person", user_id)
