"""A resident rang: the call is written down and becomes a case like any other."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.acting import Staff, acting
from otklik.cases import numbers
from otklik.cases.models import Case
from otklik.faces.desk.access import desk_view, staff_of
from otklik.faces.desk.choices import places_of_call
from otklik.faces.desk.forms import CallForm
from otklik.failures import BadInput
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.territory.models import Territory
from otklik.typed_text import whole


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def call(request: HttpRequest) -> HttpResponse:
    """The form, and the opening of the case."""
    actor = staff_of(request)
    if request.method != "POST":
        return _page(request, actor, CallForm(initial={"key": issue_key()}))
    form = CallForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        incoming = Incoming(
            channel="phone",
            key=given["key"],
            text=given["text"],
            territory_id=given["territory"],
            street=given["street"],
            house=given["house"],
            place_note=given["place_note"],
            latitude=given["latitude"],
            longitude=given["longitude"],
            name=given["name"],
            phone=given["phone"],
            answer_by=Case.AnswerBy.PHONE if given["phone"].strip() else Case.AnswerBy.PAGE,
        )
        try:
            _check_place(actor, given["territory"])
            accepted = accept(incoming, actor=actor)
        except BadInput as failure:
            if failure.field == "key":
                form = _with_new_key(request)
            shown = failure.field in form.fields and failure.field != "key"
            form.add_error(failure.field if shown else None, str(failure))
        else:
            number = numbers.shown(accepted.number)
            messages.success(request, _("Записано. Скажите человеку номер: %(number)s.") % {"number": number})
            return redirect("desk:case", number=number)
    with acting(actor, read_only=True):
        return _page(request, actor, form, 422)


@require_safe
@desk_view
def places(request: HttpRequest) -> HttpResponse:
    """Places by a few letters."""
    asked = request.GET.get("q", "")
    rows = places_of_call(staff_of(request), asked)
    return render(request, "desk/parts/places.html", {"places": rows, "asked": asked, "chosen": None})


def _check_place(actor: Staff, territory_id: int) -> None:
    """A call is written down where the person works; another place is another centre's."""
    with acting(actor, read_only=True):
        place = Territory.objects.filter(pk=territory_id).first()
    if actor.sees is not None and (place is None or (place.scope_id or place.pk) not in actor.sees):
        raise BadInput(_("Выберите место своего муниципалитета."), "territory")


def _with_new_key(request: HttpRequest) -> CallForm:
    sent = request.POST.copy()
    sent["key"] = issue_key()
    form = CallForm(sent)
    form.is_valid()
    return form


def _page(request: HttpRequest, actor: Staff, form: CallForm, status: int = 200) -> HttpResponse:
    chosen = whole(form["territory"].value())
    rows = places_of_call(actor, "")
    if chosen:
        picked = Territory.objects.filter(pk=chosen).first()
        rows = ([picked] if picked else []) + [row for row in rows if row.pk != chosen]
    elif len(rows) == 1 or (actor.sees is not None and len(actor.sees) == 1):
        chosen = rows[0].pk if rows else None
    context = {"form": form, "places": rows, "chosen": chosen}
    return render(request, "desk/call.html", context, status=status)


