"""Another version of the formula, by the ЦУР's head or analyst: weights, bounds, minima, leagues, from which month."""

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
from otklik.faces.region.access import actor_of, seen_scopes
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Refused
from otklik.insight.definitions import today
from otklik.insight.rating_changing import add_version, first_free_month, may_change
from otklik.insight.rating_formula import DRAFT_DAYS, MOST_DAYS, MOST_MONTHS, PARTS
from otklik.insight.rating_reading import versions

WHOLE = (  # of the formula: name, label, most
    ("window_months", gettext_lazy("Считать за столько месяцев"), MOST_MONTHS),
    ("draft_day", gettext_lazy("Черновик появляется такого числа"), DRAFT_DAYS),
    ("dispute_days", gettext_lazy("Дней на споры"), MOST_DAYS),
    ("least_cases", gettext_lazy("Меньше стольких сообщений — текст вместо места"), 100_000),
)
OF_PART = ("weight", "zero", "full", "least")


class ChangeForm(TypedForm):
    """Fields are those of the newest version, with its values."""

    valid_from = forms.DateField(
        label=gettext_lazy("Действует с месяца (первое число)"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Чем введена"), max_length=300,
        help_text=gettext_lazy("Документ, номер и дата. Это увидят все."),
    )

    def __init__(self, data: Any, base: dict[str, Any]) -> None:
        super().__init__(data, label_suffix="")
        self.base = base
        for name, label, most in WHOLE:
            self.fields[name] = forms.IntegerField(label=label, min_value=1, max_value=most, initial=base[name])
        self.fields["least_measured"] = forms.IntegerField(
            label=_("Доля веса с данными, меньше — «недостаточно данных», %"), min_value=0, max_value=100,
            initial=round(100 * base["least_measured"]),
        )
        for league in base["leagues"]:
            if league["from"]:
                self.fields[f"league_{league['code']}"] = forms.IntegerField(
                    label=_("Лига «%(name)s»: жителей от") % {"name": league["name"]}, min_value=1,
                    max_value=30_000_000, initial=league["from"],
                )
        for part in base["parts"]:
            self._add_part(part)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"

    def _add_part(self, part: dict[str, Any]) -> None:
        code, label = part["code"], PARTS[part["code"]].label
        for name, words, most in (
            ("weight", _("%(part)s: вес"), 100), ("zero", _("%(part)s: 0 баллов при доле, %%"), 99),
            ("full", _("%(part)s: 100 баллов при доле, %%"), 100), ("least", _("%(part)s: нужно случаев"), 100_000),
        ):
            initial = part[name] if name in ("weight", "least") else round(100 * part[name])
            self.fields[f"{code}_{name}"] = forms.IntegerField(
                label=words % {"part": label}, min_value=1 if name == "least" else 0, max_value=most,
                initial=int(initial),
            )

    def rows(self) -> list[dict[str, Any]]:
        """The parts as rows of a table of fields."""
        return [
            {"label": PARTS[part["code"]].label, "fields": [self[f"{part['code']}_{name}"] for name in OF_PART]}
            for part in self.base["parts"]
        ]

    def plain(self) -> list[Any]:
        """The fields beside the table."""
        of_parts = {f"{part['code']}_{name}" for part in self.base["parts"] for name in OF_PART}
        return [self[name] for name in self.fields if name not in of_parts]

    def version(self) -> dict[str, Any]:
        """The version as a mapping: the old one with what was typed."""
        typed = self.cleaned_data
        return {
            **self.base, **{name: typed[name] for name, _label, _most in WHOLE},
            "valid_from": typed["valid_from"].isoformat(), "source": typed["source"],
            "least_measured": typed["least_measured"] / 100,
            "leagues": [
                {**one, "from": typed.get(f"league_{one['code']}", one["from"])} for one in self.base["leagues"]
            ],
            "parts": [
                {
                    "code": one["code"], "weight": typed[f"{one['code']}_weight"],
                    "least": typed[f"{one['code']}_least"],
                    "zero": typed[f"{one['code']}_zero"] / 100, "full": typed[f"{one['code']}_full"] / 100,
                }
                for one in self.base["parts"]
            ],
        }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The form with the newest version in it."""
    actor = actor_of(request)
    seen_scopes(actor)
    with acting(actor, read_only=True):
        newest = versions()[0]
        free = first_free_month() or today(timezone.now()).replace(day=1)
    if not may_change(actor):
        raise Refused(_("Формулу меняет руководитель или аналитик ЦУР."))
    form = ChangeForm(request.POST if request.method == "POST" else None, newest.data)
    form.fields["valid_from"].initial = free
    if request.method == "POST" and form.is_valid():
        try:
            formula = add_version(actor, form.version(), timezone.now())
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        else:
            messages.success(request, _("Версия %(n)s внесена.") % {"n": formula.version})
            return redirect("portal:rating_formula")
    with acting(actor, read_only=True):
        context = {"form": form, "newest": newest, "free": free}
        return render(request, "region/rating/change.html", context, status=422 if form.is_bound else 200)
