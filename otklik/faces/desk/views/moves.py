"""Moves of a case: each view reads its form and calls one gate."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.acting import Staff
from otklik.cases.actions import assign as assigning
from otklik.cases.actions import close as closing
from otklik.cases.actions import hand_over as handing
from otklik.cases.actions import pause as pausing
from otklik.cases.actions import redirect as redirecting
from otklik.cases.actions import reopen as reopening
from otklik.cases.actions import reveal as revealing
from otklik.cases.actions import spam
from otklik.cases.actions import take as taking
from otklik.cases.actions import triage as triaging
from otklik.cases.models import Case
from otklik.faces.desk import forms
from otklik.faces.desk.access import desk_view
from otklik.faces.desk.acting_on import act
from otklik.faces.desk.case_page import Outcome
from otklik.policy.pausing import OTHER
from otklik.residents.models import Contact


@require_POST
@desk_view
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Взять себе."""

    def gate(actor: Staff, case: Case) -> str:
        taking.take(actor, case.pk)
        return _("Карточка теперь ваша.")

    return act(request, number, "", gate)


@require_POST
@desk_view
def triage(request: HttpRequest, number: str) -> HttpResponse:
    """Разобрать or исправить; one key on a suggestion sends only the theme or the place."""
    form = forms.TriageForm(request.POST)

    place_act = request.POST.get("place_act", "")  # «взять из текста», «вернуть как было»

    def gate(actor: Staff, case: Case) -> str | Outcome:
        given: dict[str, Any] = form.cleaned_data
        before = (case.territory_id, case.street, case.house)
        triaging.triage(
            actor,
            case.pk,
            theme_id=given["theme"],
            territory_id=given["territory"],
            street=given["street"] if "street" in request.POST else None,
            house=given["house"] if "house" in request.POST else None,
            title=given["title"] if "title" in request.POST else None,
            importance=given["importance"],
            confirms=place_act != "undo",
        )
        return Outcome(notice=_("Сохранено."), undo_place=before if place_act == "take" else None)

    return act(request, number, "triage", gate, form)


@require_POST
@desk_view
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Назначить ответственного."""
    form = forms.AssignForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        made = assigning.assign(
            actor,
            case.pk,
            organisation_id=given["organisation"],
            task=given["task"],
            address=given["address"],
            due_at=given["due_at"],
            co_executors=given["parts"],
        )
        return _("Назначено: %(organisation)s.") % {"organisation": made.organisation.short_name}

    return act(request, number, "assign", gate, form)


@require_POST
@desk_view
def co_executor(request: HttpRequest, number: str) -> HttpResponse:
    """Добавить соисполнителя с его частью."""
    form = forms.CoExecutorForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        made = assigning.add_co_executor(
            actor, case.pk, organisation_id=given["organisation"], task=given["task"], due_at=given["due_at"]
        )
        return _("Добавлен соисполнитель: %(organisation)s.") % {"organisation": made.organisation.short_name}

    return act(request, number, "add_co_executor", gate, form)


@require_POST
@desk_view
def redirect(request: HttpRequest, number: str) -> HttpResponse:
    """Перенаправить, с причиной."""
    form = forms.RedirectForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        made = redirecting.redirect(
            actor,
            case.pk,
            assignment_id=given["assignment"],
            organisation_id=given["organisation"],
            reason=given["reason"],
        )
        return _("Перенаправлено: %(organisation)s.") % {"organisation": made.organisation.short_name}

    return act(request, number, "redirect", gate, form)


@require_POST
@desk_view
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    """Передать в другой муниципалитет."""
    form = forms.HandOverForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        moved = handing.hand_over(actor, case.pk, territory_id=given["territory"], reason=given["reason"])
        return _("Передано: %(place)s.") % {"place": moved.territory.short_name}

    return act(request, number, "hand_over", gate, form)


@require_POST
@desk_view
def pause(request: HttpRequest, number: str) -> HttpResponse:
    """Приостановить срок, пока ждём: причина из списка регламента."""
    form = forms.PauseForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        given = form.cleaned_data
        pausing.pause(actor, case.pk, reason=given["reason"], code=given["code"] or OTHER)
        return _("Срок приостановлен.")

    return act(request, number, "pause", gate, form)


@require_POST
@desk_view
def resume(request: HttpRequest, number: str) -> HttpResponse:
    """Возобновить срок."""

    def gate(actor: Staff, case: Case) -> str:
        pausing.resume(actor, case.pk)
        return _("Срок снова идёт.")

    return act(request, number, "pause", gate)


@require_POST
@desk_view
def aside(request: HttpRequest, number: str) -> HttpResponse:
    """Отложить: спам, благодарность, не наше."""
    form = forms.AsideForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        spam.set_aside(
            actor, case.pk, outcome=form.cleaned_data["outcome"], reason=form.cleaned_data["reason"]
        )
        if form.cleaned_data["outcome"] == Case.Outcome.NOT_OURS:
            return _("Карточка закрыта. Через минуту житель прочтёт, куда обратиться.")
        return _("Отложено, карточка закрыта.")

    return act(request, number, "set_aside", gate, form)


@require_POST
@desk_view
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Закрыть с итогом."""
    form = forms.CloseForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        closing.close(
            actor, case.pk, outcome=form.cleaned_data["outcome"], reason=form.cleaned_data["reason"]
        )
        return _("Карточка закрыта.")

    return act(request, number, "close", gate, form)


@require_POST
@desk_view
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Открыть снова, с причиной."""
    form = forms.ReopenForm(request.POST)

    def gate(actor: Staff, case: Case) -> str:
        reopening.reopen(actor, case.pk, reason=form.cleaned_data["reason"])
        return _("Карточка открыта снова, сроки пошли заново.")

    return act(request, number, "reopen", gate, form)


@require_POST
@desk_view
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """Показать контакты, с причиной; они видны один раз, до следующего действия."""
    form = forms.RevealForm(request.POST)

    def gate(actor: Staff, case: Case) -> Outcome:
        found = revealing.reveal_contacts(actor, case.pk, reason=form.cleaned_data["reason"])
        return Outcome(contacts=[(str(Contact.Kind(kind).label), value) for kind, value in found])

    return act(request, number, "reveal", gate, form)
