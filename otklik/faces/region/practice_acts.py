"""What is done to a practice with one press or one line; refused, the page comes again with what was typed."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.faces.region.exchange_pages import reader
from otklik.faces.region.practice_forms import InUseForm, ReasonForm, WordsForm
from otklik.faces.region.practice_pages import page
from otklik.faces.region.refused import accepted, say_refused
from otklik.failures import Failure, NotYours
from otklik.practice import needs, practice_taking, practices
from otklik.practice.models import Need


@login_required
@require_POST
def offer(request: HttpRequest, practice_id: int) -> HttpResponse:
    """To the curator."""
    return _pressed(request, practice_id, lambda: practices.offer(reader(request), practice_id),
                    _("Отправлено куратору."))  # fmt: skip


@login_required
@require_POST
def confirm(request: HttpRequest, practice_id: int) -> HttpResponse:
    """The curator confirms what they read."""
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdecimal() and len(told) < 8 else None
    return _pressed(
        request, practice_id, lambda: practices.confirm(reader(request), practice_id, version=version),
        _("Подтверждена: её видит вся сеть."),
    )


@login_required
@require_POST
def retire(request: HttpRequest, practice_id: int) -> HttpResponse:
    """Not offered any more."""
    return _pressed(request, practice_id, lambda: practices.retire(reader(request), practice_id),
                    _("Больше не предлагаем. Кто взял, у того она останется."))  # fmt: skip


@login_required
@require_POST
def give_back(request: HttpRequest, practice_id: int) -> HttpResponse:
    """The curator gives it back with a reason."""
    actor, form = reader(request), ReasonForm(request.POST)
    if accepted(form, lambda given: practices.give_back(actor, practice_id, reason=given["reason"])):
        messages.success(request, _("Возвращена автору."))
        return redirect("region:practice", practice_id)
    say_refused(request, form)
    return page(request, actor, practice_id, status=422, reason=form)


@login_required
@require_POST
def task_done(request: HttpRequest, practice_id: int, todo_id: int) -> HttpResponse:
    """A task is done, with a word on how."""
    actor, form = reader(request), WordsForm(request.POST)
    if accepted(form, lambda given: practice_taking.done(actor, todo_id, words=given["words"])):
        messages.success(request, _("Отмечено."))
        return redirect("region:practice", practice_id)
    say_refused(request, form)
    return page(request, actor, practice_id, status=422, words=form, task_id=todo_id)


@login_required
@require_POST
def in_use(request: HttpRequest, practice_id: int, taking_id: int) -> HttpResponse:
    """«Ещё пользуетесь?» is answered."""
    actor, form = reader(request), InUseForm(request.POST)
    if accepted(form, lambda given: practice_taking.say_in_use(actor, taking_id, **given)):
        messages.success(request, _("Спасибо: это увидят те, кто выбирает."))
        return redirect("region:practice", practice_id)
    say_refused(request, form)
    return page(request, actor, practice_id, status=422, in_use=form, taking_id=taking_id)


@login_required
@require_POST
def need_aside(request: HttpRequest, need_id: int) -> HttpResponse:
    """«Отложить» on the page of a centre."""
    actor = reader(request)
    row = Need.objects.select_related("place").filter(pk=need_id).first()
    if row is None:
        raise NotYours(_("Такой подсказки нет."))
    form = ReasonForm(request.POST)
    try:
        if not form.is_valid():
            messages.error(request, _("Напишите, почему откладываете."))
        else:
            needs.put_aside(actor, need_id, reason=form.cleaned_data["reason"])
            messages.success(request, _("Отложено на три месяца."))
    except NotYours:
        raise
    except Failure as failure:
        messages.error(request, str(failure))
    return redirect("region:place", row.place.code)


def _pressed(
    request: HttpRequest, practice_id: int, gate: Callable[[], object], done: str
) -> HttpResponse:
    try:
        gate()
    except NotYours:
        raise
    except Failure as failure:
        return page(request, reader(request), practice_id, status=422, failure=str(failure))
    messages.success(request, done)
    return redirect("region:practice", practice_id)
