"""The report: one form of three questions, shown step by step where the browser can, whole where it cannot.

Nothing typed is lost: every failure gives the form back with its text, and the photos that were accepted
stay under the form's key. A form sent twice is taken once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from otklik.acting import Visitor, acting
from otklik.acting.middleware import acts_itself
from otklik.cases.problem_models import PublicProblem
from otklik.faces.portal import draft_photos, guard, guessing, places
from otklik.faces.portal.again import Again, again_of
from otklik.faces.portal.case_page import private
from otklik.faces.portal.nearby import nearby_of
from otklik.faces.portal.report_form import MOST_LETTERS, ReportForm, find_place, too_big
from otklik.failures import BadInput, Failure
from otklik.files.photos import PhotoRejected
from otklik.intake import accepting
from otklik.typed_text import whole


# The visitor has no log-in that a foreign page could misuse, and a form that depends on a cookie is lost
# in the browsers built into messengers: the signed key of the form stands for the token.
@csrf_exempt
@acts_itself
def report(request: HttpRequest) -> HttpResponse:
    """`/report/`: shows the form; sent, opens the case and goes to its page."""
    if request.method != "POST":
        again = again_of(request, request.GET.get("again", ""))
        return _form(request, ReportForm(initial=again.place if again else None), accepting.issue_key(), again=again)
    if too_big(request):
        return _form(request, ReportForm(), accepting.issue_key(), alert=words_of_the_page()["too_big"], status=413)
    return _send(request)


def _send(request: HttpRequest) -> HttpResponse:
    key = _key_of(request)
    form = ReportForm(request.POST)
    again = again_of(request, request.POST.get("again", ""))
    refused = _sort_photos(request, key)
    alert, status = guard.refusal(request, key, request.POST.get("text", "")), 422
    if alert:
        return _form(request, form, key, refused=refused, alert=alert, status=status, again=again)
    # Without a script, what lies near is shown once before the report goes; danger to life goes at once.
    near = nearby_of(form) if not request.POST.get("near_seen") and not refused else []
    if near and form.is_valid() and not guessing.guess(form.cleaned_data["text"]).danger:
        alert = _("Рядом уже сообщили о похожем: посмотрите ниже.")
        return _form(request, form, key, alert=alert, nearby=near, again=again)
    if form.is_valid() and not refused:
        try:
            return _accept(form.cleaned_data, key, again)
        except BadInput as wrong:
            form.add_error(wrong.field if wrong.field in form.fields else None, str(wrong))
        except Failure as wrong:
            alert = str(wrong)
        except (OperationalError, InterfaceError):
            alert, status = _("Сообщение не отправилось: программа ненадолго потеряла связь со своей базой."), 503
    return _form(request, form, key, refused=refused, alert=alert, status=status, again=again)


def _key_of(request: HttpRequest) -> str:
    """The form's key; a forged or old one is replaced, and the form goes on with the new one."""
    key = request.POST.get("key", "")
    return key if accepting.key_holds(key) else accepting.issue_key()


def _accept(given: dict[str, Any], key: str, again: Again | None) -> HttpResponse:
    with acting(Visitor(), read_only=True):
        place = find_place(given["territory"], given["settlement"], given["place_note"])
    accepted = accepting.accept(
        accepting.Incoming(
            channel="portal",
            key=key,
            text=given["text"],
            territory_id=place.territory_id,
            street=given["street"],
            house=given["house"],
            place_note=place.note,
            latitude=given["latitude"],
            longitude=given["longitude"],
            name=given["name"],
            phone=given["phone"],
            answer_by=given["answer_by"],
            photos=draft_photos.take(key),
            theme_id=given["theme"],
            follows=again.link if again else None,
        ),
        actor=Visitor(),
        now=timezone.now(),
    )
    draft_photos.forget(key)
    return HttpResponseRedirect(reverse("portal:accepted", args=[accepted.token]), status=303)


def _sort_photos(request: HttpRequest, key: str) -> list[tuple[str, str]]:
    """Keep the good photos of this request under the key; give back (name, why not) of the others."""
    for digest in request.POST.getlist("drop"):
        draft_photos.remove(key, digest)
    refused = []
    for upload in request.FILES.getlist("photos"):
        try:
            draft_photos.add(key, upload)
        except PhotoRejected as wrong:
            refused.append((draft_photos.shown_name(upload), wrong.message))
    return refused


def _form(
    request: HttpRequest,
    form: ReportForm,
    key: str,
    *,
    refused: Sequence[tuple[str, str]] = (),
    alert: str = "",
    nearby: Sequence[PublicProblem] = (),
    status: int = 200,
    again: Again | None = None,
) -> HttpResponse:
    typed = form["text"].value() or "" if form.is_bound else ""
    chosen = _chosen(form)
    context = {
        "form": form,
        "key": key,
        "region": places.region(),
        "chosen": chosen,
        "elsewhere": _beyond_the_list(chosen),
        "photos": draft_photos.photos(key) if form.is_bound else [],
        "refused": refused,
        "most_photos": draft_photos.MOST_PHOTOS,
        "most_letters": MOST_LETTERS,
        "alert": alert,
        "operator": _operator(chosen),
        "nearby": nearby,
        "near_seen": bool(nearby) or bool(request.POST.get("near_seen")),
        "words": words_of_the_page(),
        "again": again,
        "guard": guard.asked(request, key),
        "guess": guessing.guess(typed, form["theme"].value() if form.is_bound else None, with_place=True),
    }
    response = render(request, "portal/report.html", context, status=422 if nearby else status)
    response["Cache-Control"] = "private, no-cache"  # the key in it is for one form only
    if again:
        private(response)  # a secret link stands in its address
    return response


def _chosen(form: ReportForm) -> int | None:
    return whole(form["territory"].value())


def _operator(chosen: int | None) -> str:
    found = places.region().choice(chosen)
    return found.operator if found else ""


def words_of_the_page() -> dict[str, str]:
    """What the script says, so that it is translated with the page."""
    return {
        "no_text": _("Напишите, что случилось: хотя бы одним предложением."),
        "no_place": _("Выберите район, город или село."),
        "letters": _("{length} знаков из {most}."),
        "photo_going": _("Отправляем фотографию: {name}…"),
        "photo_lost": _("Фотография не отправилась: {name}."),
        "again": _("Ещё раз"),
        "offline": _("Нет связи. Отправьте, когда она появится."),
        "no_network": _("Нет связи с сервером. Попробуйте ещё раз через минуту."),
        "no_position": _("Не удалось узнать, где вы. Напишите название."),
        "too_big": _("Прислано слишком много сразу. Вернитесь назад, сократите текст и отправьте ещё раз."),
        "server": _("Программа сейчас не отвечает. Попробуйте ещё раз через минуту."),
        "sending": _("Отправляем…"),
        "send": _("Отправить"),
    }


def _beyond_the_list(chosen: int | None) -> places.Choice | None:
    """The chosen settlement, which the list of municipalities does not hold."""
    if chosen is None or places.region().choice(chosen):
        return None
    try:
        with acting(Visitor(), read_only=True):
            return places.choice(chosen)
    except (OperationalError, InterfaceError, DataError):
        return None


@csrf_exempt
@require_POST
def photos(request: HttpRequest) -> HttpResponse:
    """`/report/photos/`: take or drop photos of a form that is still being filled in; answers with the list."""
    key = request.POST.get("key", "")
    if not accepting.key_holds(key):
        return HttpResponse(_("Страница устарела. Обновите её: текст сохранится."), status=410)
    refused = _sort_photos(request, key)
    context = {"photos": draft_photos.photos(key), "refused": refused, "most_photos": draft_photos.MOST_PHOTOS}
    return render(request, "portal/parts/photos.html", context, status=422 if refused else 200)


@csrf_exempt
@require_POST
def guess(request: HttpRequest) -> HttpResponse:
    """`/report/guess/`: what the text so far may be about, and whether it sounds like danger. Keeps nothing."""
    if not guessing.in_time():
        return HttpResponse(status=204)
    about = guessing.guess(request.POST.get("text", ""), request.POST.get("theme"), with_place=True)
    return render(request, "portal/parts/guess.html", {"guess": about})


@require_safe
def search_places(request: HttpRequest) -> HttpResponse:
    """`/report/places/?q=`: places that begin with what was typed."""
    typed = request.GET.get("q", "")[:100]
    return render(request, "portal/parts/places.html", {"found": places.search(typed), "typed": typed.strip()})


@csrf_exempt
@require_POST
def place_near(request: HttpRequest) -> HttpResponse:
    """`/report/near/`: the place where the visitor stands. By POST, to stay out of logs."""
    try:
        latitude, longitude = float(request.POST["latitude"]), float(request.POST["longitude"])
    except (KeyError, ValueError):
        return HttpResponse(status=400)
    with acting(Visitor(), read_only=True):
        here = places.near(latitude, longitude)
    context = {"found": here.choices, "outside": not here.choices, "by": here.by}
    return render(request, "portal/parts/places.html", context)
