"""Erasing a person: find, look at all that is held, confirm twice; afterwards the certificate."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from otklik.acting import acting
from otklik.faces.settings.access import WATCHERS, actor_of, required
from otklik.faces.settings.staff_pages import show_failure
from otklik.faces.typed_forms import TypedForm
from otklik.failures import BadInput, Failure, NotYours
from otklik.intake.erasing import erase as erasing
from otklik.intake.erasing.finding import MAX_REASON, ask
from otklik.intake.erasing.holding import Held, held
from otklik.intake.erasing.models import Erasure
from otklik.intake.erasing.reading import erasures

COUNTS = {
    "cases": gettext_lazy("карточек"), "messages": gettext_lazy("записей переписки"),
    "contacts": gettext_lazy("контактов"), "names": gettext_lazy("имён"), "consents": gettext_lazy("согласий отозвано"),
    "photos": gettext_lazy("фотографий"), "links": gettext_lazy("ссылок закрыто"),
    "words": gettext_lazy("строк с пояснениями, поручениями и ответами"),
    "passed": gettext_lazy("контактов у исполнителей"), "supports": gettext_lazy("отметок «у меня так же»"),
    "arrivals": gettext_lazy("писем и записей, не ставших карточками"),
    "missed_calls": gettext_lazy("пропущенных звонков"),
    "rejected_rows": gettext_lazy("непринятых строк таблиц"), "import_files": gettext_lazy("загруженных файлов"),
}


class FindForm(TypedForm):
    """Whom, and on which ground."""

    sought = forms.CharField(
        label=gettext_lazy("Телефон, почта или номер карточки"), max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Основание"), max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Например: заявление от 25.11.2026, вх. № 17. Поиск останется в журнале."),
    )


class EraseForm(TypedForm):
    """How much goes, and the second confirmation."""

    whole = forms.BooleanField(
        label=gettext_lazy("Убрать тексты жителя целиком, а не только имя, контакты и квартиру"), required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Убрать ещё и эти слова"), required=False, max_length=erasing.MAX_WORDS,
        help_text=gettext_lazy("Через запятую: прежняя фамилия, прозвище, примета, по которой человека узнают."),
    )
    confirmed = forms.CharField(
        label=gettext_lazy("Напишите слово «стереть»"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """What was erased and what waits; a form to find a person."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = ask(actor, sought=form.cleaned_data["sought"], reason=form.cleaned_data["reason"])
        except Failure as failure:
            show_failure(form, failure)
        else:
            return redirect("settings:erasing", found.pk)
    with acting(actor, read_only=True):
        context = {"tab": "erasure", "form": form, "rows": erasures(actor)}
        return render(request, "settings/erasure.html", context, status=422 if form.is_bound else 200)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erasing_page(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """One person: all that is held, or the certificate of what was done. POST erases."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            done = erasing.erase(
                actor, erasure_id, confirmed=given["confirmed"], whole=given["whole"], words=given["words"]
            )
        except NotYours:
            raise
        except (BadInput, Failure) as failure:
            show_failure(form, failure)
        else:
            if done.state == Erasure.State.WAITING:
                messages.warning(request, _("Стереть сейчас нельзя: причина ниже. Запись ждёт."))
            else:
                messages.success(request, _("Стёрто. Ниже — акт, его можно распечатать."))
            return redirect("settings:erasing", erasure_id)
    with acting(actor, read_only=True):
        shown = held(actor, erasure_id)
        context = {"tab": "erasure", "held": shown, "row": shown.erasure, "form": form, **_certificate(shown)}
        return render(request, "settings/erasing.html", context, status=422 if form.is_bound else 200)


def _certificate(shown: Held) -> dict[str, object]:
    """Counts in words, and the numbers of the cases that were redacted. Inside `acting`."""
    row = shown.erasure
    counts = [(str(label), row.counts[name]) for name, label in COUNTS.items() if row.counts.get(name)]
    return {"counts": counts, "numbers": [case.number for case in shown.cases]}


@login_required
@require_POST
def drop_erasure(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Close the request: the wrong person, or the claim was taken back."""
    actor = actor_of(request)
    required(actor, WATCHERS)
    erasing.drop(actor, erasure_id)
    messages.success(request, _("Закрыто, ничего не стёрто."))
    return redirect("settings:erasure")

