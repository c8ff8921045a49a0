"""Who agrees to an answer: the chain of a place, by regime and importance. Saving adopts a version of its policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.cases.models import Case
from otklik.faces.settings.access import ADMINISTRATORS, actor_of, place_choices, places, required
from otklik.faces.settings.policy_pages import chosen_place, data_of, present_policy
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, NotYours
from otklik.insight.definitions import today
from otklik.organisations import region_settings
from otklik.policy.adopting import adopt_policy
from otklik.policy.approval import ROLES, StepsFor, chain_words, role_words
from otklik.policy.regulation import Policy

STEPS = (1, 2, 3)
THRESHOLDS = (2, 3, 4)


class ApprovalForm(TypedForm):
    """The usual chain, and others from an importance on."""

    valid_from = forms.DateField(
        label=gettext_lazy("Действует с"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("С этого дня — для новых карточек. Открытые согласуют по прежней цепочке."),
        error_messages={
            "required": gettext_lazy("Укажите день."),
            "invalid": gettext_lazy("Напишите дату, например 12.06.2026."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Основание: акт, его номер и дата"), max_length=300,
        error_messages={"required": gettext_lazy("Напишите, каким актом это введено.")},
    )

    def __init__(self, *args: Any, base: Policy, day: date, **kwargs: Any) -> None:
        self.day, self.regime = day, base.regime
        super().__init__(*args, **(kwargs | {"label_suffix": "", "initial": _initial(base, day)}))
        roles = [("", "—"), *((role, role_words(role)) for role in ROLES)]
        for row in (0, *THRESHOLDS):
            if row:
                self.fields[f"own_{row}"] = forms.BooleanField(
                    label=_("С важности %(n)s — своя цепочка") % {"n": row}, required=False
                )
            for n in STEPS:
                self.fields[f"steps_{row}_{n}"] = forms.ChoiceField(
                    label=_("Шаг %(n)s") % {"n": n}, choices=roles, required=False
                )

    def clean_valid_from(self) -> date:
        """A rule holds from today at the earliest."""
        day: date = self.cleaned_data["valid_from"]
        if day < self.day:
            raise forms.ValidationError(_("Задним числом правило не вводят: не раньше сегодняшнего дня."))
        return day

    def chain(self) -> Mapping[str, Any]:
        """What of the policy's content it is. Only after `is_valid`."""
        others = [
            {"importance_from": row, "steps": self._steps(row)} for row in THRESHOLDS
            if self.cleaned_data[f"own_{row}"] or self._steps(row)
        ]
        return {"approval": self._steps(0), "approval_for": others}

    def _steps(self, row: int) -> list[str]:
        chosen = [self.cleaned_data[f"steps_{row}_{n}"] for n in STEPS]
        return [role for role in chosen if role]

    def rows(self) -> list[dict[str, Any]]:
        """The chains, for the page."""
        return [
            {"own": self[f"own_{row}"] if row else None, "steps": [self[f"steps_{row}_{n}"] for n in STEPS]}
            for row in (0, *THRESHOLDS)
        ]


def _initial(base: Policy, day: date) -> dict[str, Any]:
    known: dict[str, Any] = {"valid_from": day, "source": ""}
    for one in (StepsFor(0, base.approval), *base.approval_for):
        known[f"own_{one.importance_from}"] = True
        for n, role in enumerate(one.steps[: len(STEPS)], 1):
            known[f"steps_{one.importance_from}_{n}"] = role
    return known


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest) -> HttpResponse:
    """The chain of one regime for one place, with what holds for the others beside it."""
    actor = actor_of(request)
    scopes = required(actor, ADMINISTRATORS)
    asked = request.POST if request.method == "POST" else request.GET
    place = chosen_place(places(scopes), asked.get("territory", ""))
    regime = asked.get("regime", "social")
    if regime not in Case.Regime.values:
        raise NotYours(_("Такого режима нет."))
    now = timezone.now()
    base = present_policy(regime, place, now)
    form = ApprovalForm(request.POST if request.method == "POST" else None, base=base, day=today(now))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        content = _content(base) | {
            **form.chain(), "valid_from": given["valid_from"].isoformat(), "source": given["source"]
        }
        if not content["approval_for"]:
            content.pop("approval_for")
        try:
            adopted = adopt_policy(actor, content, place.pk, place.scope_id or place.pk, now)
            messages.success(request, _("Принято: версия %(n)s.") % {"n": adopted.version})
            return redirect(f"{reverse('settings:approval')}?territory={place.pk}&regime={regime}")
        except BadInput as wrong:
            form.add_error(None, str(wrong))
    now_words = [
        (value, label, chain_words(policy.approval, policy.approval_for))
        for value, label in Case.Regime.choices for policy in [present_policy(value, place, now)]
    ]
    context = {
        "tab": "policies", "form": form, "regime": regime, "place": place, "places": place_choices(scopes),
        "regimes": Case.Regime.choices, "now": now_words, "alone": region_settings.get("one_person", place.pk),
    }
    return render(request, "settings/approval.html", context, status=422 if form.is_bound else 200)


def _content(base: Policy) -> dict[str, Any]:
    content = dict(data_of(base))
    content.pop("version", None)
    return content
