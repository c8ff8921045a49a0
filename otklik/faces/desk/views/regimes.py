"""Registrations and regimes on the case page: each view reads its form and calls one gate."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff, acting
from otklik.answers import sending
from otklik.answers.promising import Taken, written
from otklik.answers.reading import answer_of, text_of
from otklik.cases.actions import correspondence, register_own, transfer
from otklik.cases.actions import register as registering
from otklik.cases.models import Case
from otklik.faces.desk import regime_forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.coach_form import taken_of
from otklik.faces.desk.regime_forms import moment_of


@require_POST
@desk_view
def register(request: HttpRequest, number: str) -> HttpResponse:
    """Внести номер и даты из ПОС или СЭД."""
    form = regime_forms.RegisterForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        entry = registering.register_mirror(
            actor, case.pk, regime=given["regime"], system=given["system"], number=given["number"],
            registered_at=moment_of(given["registered_at"]), received_at=moment_of(given["received_at"]),
            due_at=moment_of(given["due_at"], end=True), status=given["status"],
        )
        return _("Внесено: %(system)s, вх. № %(number)s.") % {"system": entry.system, "number": entry.number}

    return act(request, number, "register", gate, form)


@require_POST
@desk_view
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Зарегистрировать в своём журнале."""
    form = regime_forms.OwnForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        entry = register_own.register_own(actor, case.pk, register_id=form.cleaned_data["register"])
        return _("Зарегистрировано: вх. № %(number)s.") % {"number": entry.number}

    return act(request, number, "register_own", gate, form)


@require_POST
@desk_view
def unregister(request: HttpRequest, number: str) -> HttpResponse:
    """Внесено по ошибке."""
    form = regime_forms.UnregisterForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        registering.unregister(actor, case.pk, registration_id=given["registration"], reason=given["reason"])
        return _("Убрано. В журнале карточки это осталось.")

    return act(request, number, "unregister", gate, form)


@require_POST
@desk_view
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """Отправлено, исх. № … от …"""
    form = regime_forms.SentForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        at = moment_of(given["at"])
        assert at is not None  # the field is required
        sending.sent(
            actor, case.pk, registration_id=given["registration"], number=given["number"], at=at,
            signer=given["signer"], way=given["way"], in_spite=given["in_spite"], promises=_taken(request, actor, case),
        )
        return _("Отмечено: отправлено, исх. № %(number)s.") % {"number": given["number"]}

    return act(request, number, "sent", gate, form)


def _taken(request: HttpRequest, actor: Staff, case: Case) -> list[Taken]:
    """The promises of the letter that was approved here, as the page has them ticked."""
    with acting(actor, read_only=True):
        answer = answer_of(case)
        if answer is None:
            return []
        return taken_of(text_of(answer).text, request.POST, written(case, answer, timezone.now()), None)


@require_POST
@desk_view
def source_answered(request: HttpRequest, number: str) -> HttpResponse:
    """Ответ дан в ПОС."""
    form = regime_forms.SourceAnsweredForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        registering.source_answered(
            actor, case.pk, registration_id=given["registration"], at=moment_of(given["at"]), status=given["status"]
        )
        return _("Отмечено: ответ дан в системе-источнике.")

    return act(request, number, "source_answered", gate, form)


@require_POST
@desk_view
def not_ours(request: HttpRequest, number: str) -> HttpResponse:
    """Не наша компетенция: пошёл срок пересылки."""
    form = regime_forms.NotOursForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        correspondence.not_ours(actor, case.pk, registration_id=given["registration"], reason=given["reason"])
        return _("Отмечено. Срок пересылки показан вверху карточки.")

    return act(request, number, "not_ours", gate, form)


@require_POST
@desk_view
def forwarded(request: HttpRequest, number: str) -> HttpResponse:
    """Переслано по компетенции."""
    form = regime_forms.ForwardedForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        at = moment_of(given["at"])
        assert at is not None  # the field is required
        correspondence.forwarded(
            actor, case.pk, registration_id=given["registration"], to=given["to"], number=given["number"], at=at,
            signer=given["signer"], notified=given["notified"], not_complained_of=given["not_complained_of"],
        )
        return _("Отмечено: переслано, исх. № %(number)s.") % {"number": given["number"]}

    return act(request, number, "forwarded", gate, form)


@require_POST
@desk_view
def ask_extension(request: HttpRequest, number: str) -> HttpResponse:
    """Понадобится отсрочка: пошёл срок уведомления."""
    form = regime_forms.AskExtensionForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        correspondence.ask_extension(actor, case.pk, registration_id=form.cleaned_data["registration"])
        return _("Срок уведомления показан вверху карточки.")

    return act(request, number, "ask_extension", gate, form)


@require_POST
@desk_view
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Продлить срок ответа: уведомление отправлено."""
    form = regime_forms.ExtendForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        noticed = moment_of(given["noticed_at"])
        assert noticed is not None  # the field is required
        correspondence.extend(
            actor, case.pk, registration_id=given["registration"], days=given["days"], reason=given["reason"],
            noticed_at=noticed, decided_by=given["decided_by"],
        )
        return _("Срок продлён.")

    return act(request, number, "extend", gate, form)


@require_POST
@desk_view
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Перевести в другой режим."""
    form = regime_forms.TransferForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        transfer.transfer_regime(
            actor, case.pk, regime=given["regime"], reason=given["reason"],
            received_at=moment_of(given["received_at"]),
        )
        return _("Карточка переведена, сроки пошли по новым правилам.")

    return act(request, number, "transfer", gate, form)
