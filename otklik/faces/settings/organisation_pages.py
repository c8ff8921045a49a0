"""The directory of organisations: list, search, adding, changing."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.faces.settings.access import ADMINISTRATORS, Scopes, actor_of, place_choices, required
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import Failure, NotYours
from otklik.organisations import directories
from otklik.organisations.models import Organisation
from otklik.territory.naming import name_key

PAGE = 50


class OrganisationForm(TypedForm):
    """What is kept of an organisation."""

    name = forms.CharField(label=gettext_lazy("Полное название"), max_length=300)
    short_name = forms.CharField(
        label=gettext_lazy("Короткое название"), max_length=120, required=False,
        help_text=gettext_lazy("Как в списках; пусто — возьмём полное."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Вид"), choices=[("", "—"), *Organisation.Kind.choices])
    territory = forms.ChoiceField(label=gettext_lazy("Где работает"))
    phone = forms.CharField(label=gettext_lazy("Телефон"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("Почта"), required=False)
    active = forms.BooleanField(
        label=gettext_lazy("Работает"), required=False, initial=True,
        help_text=gettext_lazy("Без отметки её больше не предлагают, старые карточки остаются за ней."),
    )

    def __init__(self, *args: Any, scopes: Scopes, row: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *place_choices(scopes)]
        if row and row.territory_id not in dict(choices):  # a settlement's own: kept as it is
            choices.append((row.territory_id, row.territory.name))
        self.fields["territory"].choices = choices  # type: ignore[attr-defined]


@login_required
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """The list, searched by name, kind and place."""
    scopes = required(actor_of(request), ADMINISTRATORS)
    found = Organisation.objects.select_related("territory").order_by("name_key", "id")
    if scopes is not None:
        found = found.filter(territory__scope_id__in=scopes)
    words = request.GET.get("text", "").replace("\x00", "").strip()[:100]
    kind, place = request.GET.get("kind", ""), request.GET.get("place", "")
    for word in name_key(words).split():
        found = found.filter(name_key__contains=word)
    if kind in Organisation.Kind.values:
        found = found.filter(kind=kind)
    if place.isdecimal() and len(place) < 10:
        found = found.filter(territory__scope_id=int(place))
    context = {
        "tab": "organisations", "text": words, "kind": kind, "place": place, "kinds": Organisation.Kind.choices,
        "places": [(str(pk), name) for pk, name in place_choices(scopes)],
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "settings/organisations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, organisation_id: int | None = None) -> HttpResponse:
    """Add an organisation, or change one."""
    actor = actor_of(request)
    scopes = required(actor, ADMINISTRATORS)
    row = _the_organisation(scopes, organisation_id) if organisation_id is not None else None
    names = ("name", "short_name", "kind", "phone", "email", "active")
    initial = {name: getattr(row, name) for name in names} | {"territory": row.territory_id} if row else None
    form = OrganisationForm(request.POST or None, scopes=scopes, row=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = dict(form.cleaned_data)
        try:
            directories.save_organisation(actor, organisation_id, territory_id=int(chosen.pop("territory")), **chosen)
        except Failure as failure:
            show_failure(form, failure)
        else:
            messages.success(request, _("Организация «%(name)s» сохранена.") % {"name": chosen["name"]})
            return redirect("settings:organisations")
    context = {"tab": "organisations", "form": form, "row": row}
    return render(request, "settings/organisation.html", context, status=422 if form.is_bound else 200)


def _the_organisation(scopes: Scopes, organisation_id: int) -> Organisation:
    row = Organisation.objects.select_related("territory").filter(pk=organisation_id).first()
    if row is None or (scopes is not None and row.territory.scope_id not in scopes):
        raise NotYours(_("Такой организации нет, или она не в вашем муниципалитете."))
    return row
