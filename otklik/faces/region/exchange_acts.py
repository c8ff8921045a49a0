"""Acts on the card of a meeting: each calls one gate and shows the card again, with what was wrong beside its field."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import acting
from otklik.faces.region.exchange_forms import (
    AfterForm,
    MoveForm,
    SheetForm,
    WordsForm,
)
from otklik.faces.region.exchange_pages import card_page, pressed, reader, take_form
from otklik.faces.region.refused import accepted, say_refused
from otklik.failures import BadInput, Failure, NotYours, Refused
from otklik.files.photos import MAX_BYTES, PhotoRejected, accept_photo
from otklik.practice import exchange_reading, exchange_taking, exchanges, leaving
from otklik.practice.models import Taken
from otklik.typed_text import whole


def _back(exchange_id: int, anchor: str = "") -> HttpResponseRedirect:
    answer = redirect("region:exchange_card", exchange_id)
    if anchor:
        answer["Location"] += f"#{anchor}"
    return answer


@login_required
@require_POST
def move(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Another time, topic or place."""
    actor = reader(request)
    form = MoveForm(request.POST, prefix="move")
    version = whole(request.POST.get("version", "")) or 0
    if accepted(form, lambda _given: exchanges.move(actor, exchange_id, form.meeting(), version=version)):
        messages.success(request, _("Записано."))
        return _back(exchange_id)
    return card_page(request, actor, exchange_id, failed={"move_form": form}, status=422)


@login_required
@require_POST
def words(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Programme, people, questions."""
    actor, form = reader(request), WordsForm(request.POST)

    def write(given: dict[str, Any]) -> None:
        typed = {name: value for name, value in given.items() if name != "version"}
        exchanges.write(actor, exchange_id, typed, version=given["version"])

    if accepted(form, write):
        messages.success(request, _("Записано."))
        return _back(exchange_id)
    return card_page(request, actor, exchange_id, failed={"words_form": form}, status=422)


@login_required
@require_POST
def draw_questions(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The guest's weakest themes once more."""
    actor = reader(request)
    try:
        exchanges.draw_questions(actor, exchange_id, version=whole(request.POST.get("version", "")) or 0)
    except NotYours:
        raise
    except Failure as failure:
        return card_page(request, actor, exchange_id, alert=str(failure), status=_status(failure))
    return _back(exchange_id, "before")


@login_required
@require_POST
def after(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Minutes, press note, photo."""
    actor, form = reader(request), AfterForm(request.POST, request.FILES)

    def write(given: dict[str, Any]) -> None:
        typed, sent = {name: given[name] for name in ("minutes", "press")}, given["photo"]
        if sent is not None and sent.size > MAX_BYTES:
            raise BadInput(_("Фотография больше 15 МБ. Выберите другую или уменьшите."), "photo")
        try:
            photo = accept_photo(sent.read(), sent.name or "") if sent is not None else None
        except PhotoRejected as rejected:
            raise BadInput(rejected.message, "photo") from rejected
        exchanges.write(actor, exchange_id, typed, version=given["version"], photo=photo)

    if accepted(form, write):
        messages.success(request, _("Записано."))
        return _back(exchange_id)
    return card_page(request, actor, exchange_id, failed={"after_form": form}, status=422)


@login_required
@require_POST
def finish(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """«Встреча прошла», or «Отменить»."""
    actor = reader(request)
    try:
        exchanges.finish(actor, exchange_id, held=pressed(request, "held", "cancelled") == "held")
    except Refused as refused:
        return card_page(request, actor, exchange_id, alert=str(refused), status=409)
    return _back(exchange_id)


@login_required
@require_POST
def take(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """«Берём»."""
    actor = reader(request)
    with acting(actor, read_only=True):
        form = take_form(actor, exchange_reading.the_meeting(exchange_id), request.POST)
    if accepted(form, lambda given: exchange_taking.take(
        actor, exchange_id, what=given["what"], due=given["due"], responsible_id=given["responsible"],
        name=given["name"], place_id=given["place"],
    )):  # fmt: skip
        return _back(exchange_id, "taken")
    return card_page(request, actor, exchange_id, failed={"take_form": form}, status=422)


@login_required
@require_POST
def strike(request: HttpRequest, taken_id: int) -> HttpResponse:
    """Strike a taken thing off."""
    actor = reader(request)
    exchange_id = _meeting_of(request, taken_id)
    try:
        exchange_taking.give_up(actor, taken_id)
    except Refused as refused:
        return card_page(request, actor, exchange_id, alert=str(refused), status=409)
    return _back(exchange_id, "taken")


@login_required
@require_POST
def answer(request: HttpRequest, taken_id: int) -> HttpResponse:
    """«Применили», or «нет» and why."""
    actor = reader(request)
    exchange_id = _meeting_of(request, taken_id)
    why = request.POST.get("why", "")
    try:
        exchange_taking.answer(actor, taken_id, applied=pressed(request, "applied", "not") == "applied", why=why)
    except BadInput as wrong:
        return card_page(request, actor, exchange_id, said=(taken_id, str(wrong), why), status=422)
    except Refused as refused:
        return card_page(request, actor, exchange_id, alert=str(refused), status=409)
    messages.success(request, _("Спасибо, записано."))
    return _back(exchange_id, "taken")


@login_required
@require_POST
def sheet(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The guest's sheet, typed in."""
    actor, form = reader(request), SheetForm(request.POST, auto_id="sheet_%s")
    if accepted(form, lambda given: exchanges.type_sheet(
        actor, exchange_id, people=given["people"], questions=given["questions"], words=given["words"],
        taken=form.taken(),
    )):  # fmt: skip
        messages.success(request, _("Лист гостя внесён."))
        return _back(exchange_id)
    say_refused(request, form)
    return card_page(request, actor, exchange_id, failed={"sheet_form": form}, status=422)


@login_required
@require_POST
def ask_leaving(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """Ask the head of the ЦУР."""
    leaving.ask(reader(request), exchange_id)
    messages.success(request, _("Руководитель ЦУР увидит просьбу."))
    return _back(exchange_id, "leaving")


@login_required
@require_POST
def decide_leaving(request: HttpRequest, exchange_id: int) -> HttpResponse:
    """The word of the head of the ЦУР."""
    actor = reader(request)
    try:
        leaving.decide(
            actor, exchange_id, allow=pressed(request, "allow", "refuse") == "allow", seen=request.POST.get("seen", ""),
            words=request.POST.get("words", ""), now=timezone.now(),
        )
    except BadInput as wrong:
        beside: dict[str, Any] = {"leaving_wrong": str(wrong), "leaving_typed": request.POST.get("words", "")}
        return card_page(request, actor, exchange_id, failed=beside, status=422)
    return _back(exchange_id, "leaving")


def _meeting_of(request: HttpRequest, taken_id: int) -> int:
    with acting(reader(request), read_only=True):
        found = Taken.objects.filter(pk=taken_id).values_list("exchange_id", flat=True).first()
    if found is None:
        raise NotYours(_("Такой записи нет."))
    return found


def _status(failure: Failure) -> int:
    return 422 if isinstance(failure, BadInput) else 409
