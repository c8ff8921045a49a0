"""Templates of answers that centres lend to each other."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import Staff, acting
from otklik.answers import templates
from otklik.faces.region.exchange_forms import Choices, place_choices
from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.refused import accepted
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.practice import allowed, foreign_lending, lending, sending
from otklik.typed_text import whole


class LendForm(TypedForm):
    """One of one's own templates, and when it helps."""

    template = forms.TypedChoiceField(label=gettext_lazy("Шаблон вашего центра"), coerce=int)
    note = forms.CharField(
        label=gettext_lazy("Когда он помогает"), max_length=300, required=False,
        help_text=gettext_lazy("Одна строка для тех, кто его возьмёт."),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = choices  # type: ignore[attr-defined]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def lent(request: HttpRequest) -> HttpResponse:
    """What the network gives, and a form to give one's own."""
    actor = reader(request)
    form = _form(request, actor)
    if accepted(form, lambda given: lending.lend(actor, given["template"], note=given["note"])):
        messages.success(request, _("Шаблон виден всей сети."))
        return redirect("region:lent_templates")
    return _page(request, actor, form, status=422 if form.is_bound else 200)


@login_required
@require_POST
def copy(request: HttpRequest, lent_id: int) -> HttpResponse:
    """«Взять себе»."""
    return _taken(
        request, lambda actor, place_id: lending.take_copy(actor, lent_id, place_id=place_id), wrong_id=lent_id,
    )


@login_required
@require_POST
def copy_foreign(request: HttpRequest, foreign_id: int) -> HttpResponse:
    """«Взять себе» of another region's."""
    return _taken(
        request, lambda actor, place_id: foreign_lending.take_copy(actor, foreign_id, place_id=place_id),
        wrong_foreign=foreign_id,
    )


def _taken(request: HttpRequest, take: Callable[[Staff, int | None], object], **beside: int) -> HttpResponse:
    """A copy for the centre that was chosen; `beside`: at which template the page says what was refused."""
    actor = reader(request)
    try:
        take(actor, whole(request.POST.get("place", "")))
    except NotYours:
        raise
    except Failure as failure:
        return refused(request, actor, failure, **beside)
    messages.success(request, _("Шаблон взят: он среди шаблонов вашего центра, его можно править."))
    return redirect("region:lent_templates")


@login_required
@require_POST
def put_away(request: HttpRequest, foreign_id: int) -> HttpResponse:
    """Another region's template is not offered here any more."""
    foreign_lending.put_away(reader(request), foreign_id)
    messages.success(request, _("Шаблон больше не виден сети. Взятые копии остались у центров."))
    return redirect("region:lent_templates")


def refused(
    request: HttpRequest, actor: Staff, failure: Failure, *, wrong_id: int = 0, wrong_foreign: int = 0
) -> HttpResponse:
    """The page with what was refused beside its template."""
    status = 422 if isinstance(failure, BadInput) else 409
    wrong = {"wrong": str(failure), "wrong_id": wrong_id, "wrong_foreign": wrong_foreign}
    return _page(request, actor, _form(None, actor), wrong, status=status)


@login_required
@require_POST
def withdraw(request: HttpRequest, lent_id: int) -> HttpResponse:
    """Nobody takes it any more."""
    lending.withdraw(reader(request), lent_id)
    messages.success(request, _("Шаблон больше не виден сети. Взятые копии остались у центров."))
    return redirect("region:lent_templates")


def _form(request: HttpRequest | None, actor: Staff) -> LendForm:
    with acting(actor, read_only=True):
        own = lending.lendable(actor)
    choices: Choices = [(one.pk, f"{one.name} · {one.place.short_name if one.place else ''}") for one in own]
    return LendForm(request.POST if request and request.method == "POST" else None, choices=choices)


def _page(
    request: HttpRequest, actor: Staff, form: LendForm, wrong: Mapping[str, Any] | None = None, *, status: int = 200,
) -> HttpResponse:
    with acting(actor, read_only=True):
        rows = lending.lent_templates()
        mine = [one for one in allowed.centres() if templates.may_keep(actor, one.pk)]
        theirs = foreign_lending.foreign_templates()
        codes = {*(one.row.template.theme for one in rows), *(one.row.theme for one in theirs)}
        goes, partners = sending.ways_of(lent_ids=[one.row.pk for one in rows])
        context = {
            **(wrong or {}),
            "foreign": theirs, "partners": partners, "keeps_region": allowed.keeps_region(actor),
            "form": form, "has_own": bool(form.fields["template"].choices),  # type: ignore[attr-defined]
            "themes": templates.names_of_themes(codes - {""}), "mine": place_choices(mine, "—")[1:],
            "rows": [
                {"lent": one, "ours": any(place.pk == one.row.template.place_id for place in mine),
                 "place": one.row.template.place, "keeps": allowed.may_keep(actor, one.row.template.place_id),
                 "sendings": [row for row in goes if row.lent_id == one.row.pk]}
                for one in rows
            ],
        }
        return render(request, "region/exchange/templates.html", context, status=status)
