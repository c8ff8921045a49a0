"""Codes of the типовой классификатор: which a theme has, from where; a clerk of the region gives those that lack."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import acting
from otklik.faces.region.refused import say_refused
from otklik.faces.region.reports import staff_of
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.reports.access import seen
from otklik.reports.federal_topics import MOST_NAME, Row, may_map, rows_now, set_topic, take_back, topics

LACK = "lack"
MOST_SEARCHED = 80


class CodeForm(TypedForm):
    """A code for one theme."""

    topic = forms.CharField(
        label=gettext_lazy("Код"), max_length=29, required=False,
        help_text=gettext_lazy("Четыре части по четыре цифры, например 0005.0005.0056.1154. Пусто — кода нет."),
        widget=forms.TextInput(attrs={"list": "known-codes", "autocomplete": "off", "inputmode": "decimal"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Как вопрос назван в вашем перечне"), max_length=MOST_NAME, required=False,
        help_text=gettext_lazy("Если программа его не знает."), widget=forms.TextInput(attrs={"lang": "ru"}),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def federal(request: HttpRequest) -> HttpResponse:
    """Themes by group, folded; `?show=lack` those whose code lacks or stops short, `?q=…` what is searched for.

    `?theme=…` opens the form of one.
    """
    actor = staff_of(request)
    wanted, lack = " ".join(request.GET.get("q", "").split())[:MOST_SEARCHED], request.GET.get("show", "") == LACK
    here = reverse("region:report_federal") + (f"?{again}" if (again := _asked(wanted, lack)) else "")
    code = (request.POST.get("theme") or request.GET.get("theme", ""))[:80]
    form: CodeForm | None = None
    if request.method == "POST":
        form = CodeForm(request.POST, label_suffix="")
        if form.is_valid():
            try:
                set_topic(actor, code, topic=form.cleaned_data["topic"], name=form.cleaned_data["name"])
                messages.success(request, _("Код записан: он будет в следующем отчёте."))
                return redirect(here)
            except (NotYours, Refused):
                raise
            except BadInput as wrong:
                form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
    with acting(actor, read_only=True):
        maps = may_map(actor)
        if not maps:
            seen(actor)
        rows = rows_now()
        chosen = next((one for one in rows if one.theme.code == code), None) if maps else None
        if form is None and chosen is not None:
            form = CodeForm(label_suffix="", initial={
                "topic": chosen.topic.code if chosen.topic else "",
                "name": chosen.by_hand.name if chosen.by_hand else "",
            })
        elif form is not None and chosen is None:
            say_refused(request, form)
        context: dict[str, Any] = {
            "groups": _groups(rows, wanted, lack), "q": wanted, "lack": lack, "here": here, "again": again,
            "chosen": chosen, "form": form if chosen else None, "maps": maps,
            "known": sorted((one for one in topics().names.values() if one.level > 3), key=lambda one: one.code),
            "counts": _counts(rows),
        }
        return render(request, "region/reports/federal.html", context, status=422 if form and form.is_bound else 200)


@dataclass(frozen=True)
class Group:
    """Themes of one group; `lacks`: how many of all its themes have no code of a question."""

    name: str
    rows: list[Row]
    lacks: int


def _groups(rows: list[Row], wanted: str, lack: bool) -> list[Group]:
    """What is shown, in the order of the classifier."""
    by_group: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        by_group.setdefault((row.theme.group.order, row.theme.group.name), []).append(row)
    found = [
        Group(name, [one for one in own if not (lack and one.whole) and _is_found(one, wanted)],
              sum(not one.whole for one in own))
        for (_order, name), own in sorted(by_group.items())
    ]
    return [one for one in found if one.rows]


def _is_found(row: Row, wanted: str) -> bool:
    """Whether every word stands in the theme, its group, its code or the name of that."""
    said = " ".join((row.theme.name, row.theme.group.name, *((row.topic.code, row.topic.name) if row.topic else ())))
    return all(word in said.casefold() for word in wanted.casefold().split())


def _asked(wanted: str, lack: bool) -> str:
    return urlencode(({"show": LACK} if lack else {}) | ({"q": wanted} if wanted else {}))


def _counts(rows: list[Row]) -> dict[str, int]:
    return {
        "all": len(rows), "whole": sum(one.whole for one in rows), "none": sum(one.topic is None for one in rows),
        "short": sum(one.topic is not None and not one.whole for one in rows),
    }


@login_required
@require_POST
def back(request: HttpRequest) -> HttpResponse:
    """What is shipped holds again."""
    try:
        take_back(staff_of(request), request.POST.get("theme", "")[:80])
    except (NotYours, Refused):
        raise
    except Failure as failure:
        messages.error(request, str(failure))
    else:
        messages.success(request, _("Код убран: у темы снова тот, с которым пришла программа."))
    return redirect("region:report_federal")
