"""Попросить ЦУР решить: the second hop is no dead end but a request, with its reason, and with an answer."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import upper
from otklik.cases.gate import passing
from otklik.cases.models import Assignment, UpperRequest
from otklik.failures import BadInput, Refused
from otklik.organisations.models import Organisation
from otklik.territory.models import Territory
from otklik.typed_text import line

MAX_WORDS = 500
Wish = UpperRequest.Wish


def ask_upper(
    actor: Actor,
    case_id: int,
    *,
    reason: str,
    organisation_id: int | None = None,
    territory_id: int | None = None,
    assignment_id: int | None = None,
    now: datetime | None = None,
) -> UpperRequest:
    """Ask the ЦУР to decide: to give the task to `organisation_id`, the case to `territory_id`, or just whose it is.

    One request a case. The case stays where it is and its clocks run on.
    """
    reason = line(reason, MAX_WORDS, "reason")
    if not reason:
        raise BadInput(_("Напишите, о чём просите и почему: ЦУР решает по этим словам."), "reason")
    if organisation_id and territory_id:
        raise BadInput(_("Выберите что-то одно: организацию или муниципалитет."), "organisation")
    if organisation_id and not Organisation.objects.filter(pk=organisation_id, active=True).exists():
        raise BadInput(_("Выберите организацию из списка."), "organisation")
    if territory_id and not Territory.objects.filter(pk=territory_id, active=True).exists():
        raise BadInput(_("Выберите место из списка."), "territory")
    with passing(actor, case_id, "ask_upper", now=now) as gate:
        case = gate.case
        if upper.waiting(case) is not None:
            raise Refused(_("ЦУР уже просили, решения пока нет."))
        if case.hops < upper.SECOND_HOP and (organisation_id or territory_id):
            raise Refused(_("Первый раз вы перенаправляете и передаёте сами, без ЦУР."))
        wish = Wish.REDIRECT if organisation_id else Wish.HAND_OVER if territory_id else Wish.DECIDE
        row = UpperRequest.objects.create(
            case=case, scope_id=case.scope_id, wish=wish, reason=reason, organisation_id=organisation_id,
            territory_id=territory_id, assignment=_task(case.pk, assignment_id) if organisation_id else None,
            asked_by_id=gate.user_id, asked_at=gate.now,
        )
        if wish == Wish.REDIRECT and row.assignment is None:
            raise BadInput(_("Поручения, которое можно перенаправить, сейчас нет."), "organisation")
        gate.words = reason
        gate.fields |= {"request": row.pk, "wish": wish, "organisation": organisation_id or 0}
        return row


def recall(actor: Actor, case_id: int, *, now: datetime | None = None) -> UpperRequest:
    """The centre takes its request back."""
    with passing(actor, case_id, "recall_upper", now=now) as gate:
        row = upper.decided(gate)
        if row is None:
            raise Refused(_("Просьбы к ЦУР уже нет: возможно, её решили. Обновите страницу."))
        return row


def keep(actor: Actor, case_id: int, *, words: str, now: datetime | None = None) -> UpperRequest:
    """The ЦУР decides that things stay as they are, and says why. What is asked for is done by its own moves."""
    words = line(words, MAX_WORDS, "words")
    if not words:
        raise BadInput(_("Напишите, почему остаётся как есть: центр прочтёт это."), "words")
    with passing(actor, case_id, "keep", now=now) as gate:
        row = upper.decided(gate, UpperRequest.State.KEPT, words)
        if row is None:
            raise Refused(_("Просьбы уже нет: возможно, её отозвали. Обновите страницу."))
        gate.words = words
        return row


def _task(case_id: int, assignment_id: int | None) -> Assignment | None:
    """The task in question: the one that was named, else the responsible one."""
    live = Assignment.objects.filter(case_id=case_id).exclude(state=Assignment.State.WITHDRAWN)
    if assignment_id:
        return live.filter(pk=assignment_id).first()
    return live.filter(part=Assignment.Part.RESPONSIBLE).first()
