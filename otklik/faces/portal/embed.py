"""The short form for a municipality's own site, in a frame: `/embed/<code>/`.

A frame on another site gets no cookies in most browsers, so there is neither session nor token: the form's one-time
key stands for both, as in the report. Only the sites that the municipality listed may show the frame.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from otklik.acting import Visitor, acting
from otklik.acting.middleware import acts_itself
from otklik.faces.content_policy import HEADER, POLICY
from otklik.faces.portal import guard, guessing
from otklik.faces.portal.places import region
from otklik.faces.portal.report_form import MOST_LETTERS, Words, find_place, too_big
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake import accepting
from otklik.organisations import region_settings
from otklik.residents.contacts import normal_phone
from otklik.territory.models import Kind, Territory


class ShortForm(forms.Form):
    """Text, place, and a phone for whoever wants a call."""

    text = Words(
        MOST_LETTERS,
        error_messages={"required": gettext_lazy("Напишите, что случилось: хотя бы одним предложением.")},
    )
    settlement = Words(200, required=False)
    street = Words(150, required=False)
    house = Words(30, required=False)
    phone = Words(40, required=False)

    def clean_phone(self) -> str:
        """A phone, if one was given."""
        phone: str = self.cleaned_data["phone"]
        if phone:
            try:
                normal_phone(phone)
            except BadInput as wrong:
                raise forms.ValidationError(str(wrong)) from wrong
        return phone


@csrf_exempt
@xframe_options_exempt  # the policy below names the sites instead
@acts_itself
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """The form; sent, it answers with the number and a link that opens in a new tab."""
    with acting(Visitor(), read_only=True):
        place = Territory.objects.filter(code=code[:100], kind=Kind.MUNICIPALITY, active=True).first()
        if place is None:
            raise NotYours(_("Такого муниципалитета в регионе нет."))
        hosts: list[str] = region_settings.get("embed_hosts", place.pk)
        base = str(region_settings.get("public_address")).rstrip("/")
    response = _answer(request, place, base) if hosts else render(request, "portal/embed_off.html", {"place": place})
    response[HEADER] = framed_by(hosts)
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def framed_by(hosts: list[str]) -> str:
    """The policy of the page, with the sites that may show it in a frame; none may where none is listed."""
    sites = " ".join(f"https://{host}" for host in hosts) or "'none'"
    return POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {sites}")


def _answer(request: HttpRequest, place: Territory, base: str) -> HttpResponse:
    if request.method != "POST":
        return _form(request, place, ShortForm(), accepting.issue_key())
    if too_big(request):
        alert = _("Прислано слишком много сразу. Сократите текст и отправьте ещё раз.")
        return _form(request, place, ShortForm(), accepting.issue_key(), alert=alert, status=413)
    key = request.POST.get("key", "")
    key = key if accepting.key_holds(key) else accepting.issue_key()
    form = ShortForm(request.POST)
    alert, status = guard.refusal(request, key, request.POST.get("text", "")), 422
    if not alert and form.is_valid():
        try:
            return _accepted(request, place, form.cleaned_data, key, base)
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as wrong:
            alert = str(wrong)
        except (OperationalError, InterfaceError):
            alert, status = _("Сообщение не отправилось: программа ненадолго потеряла связь со своей базой."), 503
    return _form(request, place, form, key, alert=alert, status=status)


def _accepted(request: HttpRequest, place: Territory, given: dict[str, Any], key: str, base: str) -> HttpResponse:
    with acting(Visitor(), read_only=True):
        where = find_place(place.pk, given["settlement"], "")
    taken = accepting.accept(
        accepting.Incoming(
            channel="portal", key=key, text=given["text"], territory_id=where.territory_id, street=given["street"],
            house=given["house"], place_note=where.note, phone=given["phone"],
            answer_by="phone" if given["phone"] else "page",
        ),
        actor=Visitor(), now=timezone.now(),
    )  # fmt: skip
    path = reverse("portal:accepted", args=[taken.token])
    address = base + path if base else request.build_absolute_uri(path)
    context = {
        "place": place, "number": taken.number, "address": address, "danger": guessing.guess(given["text"]).danger,
        "again": reverse("portal:embed", args=[place.code]),
    }
    return render(request, "portal/embed_done.html", context)


def _form(
    request: HttpRequest, place: Territory, form: ShortForm, key: str, *, alert: str = "", status: int = 200
) -> HttpResponse:
    found = region().choice(place.pk)
    context = {
        "place": place, "form": form, "key": key, "alert": alert, "operator": found.operator if found else "",
        "guard": guard.asked(request, key),
    }
    return render(request, "portal/embed.html", context, status=status)
