"""Внести номер и даты: what another system (ПОС, СЭД) says of a case stands beside it, and wins over ours."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import regime_clocks
from otklik.cases.clock_rules import zone
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.lifecycle import IN_WORK
from otklik.cases.models import Case, Registration
from otklik.cases.registered import LAWS, end, open_registration, registration, settle
from otklik.cases.registering import Mirror, registration_of
from otklik.failures import BadInput, Refused
from otklik.typed_text import line


def register_mirror(
    actor: Actor,
    case_id: int,
    *,
    regime: str,
    number: str = "",
    system: str = "",
    registered_at: datetime | None = None,
    received_at: datetime | None = None,
    due_at: datetime | None = None,
    status: str = "",
    out_number: str = "",
    answered_at: datetime | None = None,
    signer: str = "",
    now: datetime | None = None,
) -> Registration:
    """Keep what another system says of the case: by a person who types it, or by an import (`System`).

    The open registration of that regime is brought up to date; when there is none, one begins with its clocks. What
    is empty stays as it was known. `answered_at` ends it: the other system has answered. Saying the same again is
    nothing. Raises `BadInput` naming the field, `NotYours`, `Refused`.
    """
    given = Mirror(
        regime, number, system, registered_at, received_at, due_at, status, out_number, answered_at, signer
    ).checked()
    with passing(actor, case_id, _move(actor, case_id, given), now=now, verb="register") as gate:
        if gate.user_id:
            _check_typed(gate, given)
        entry = open_registration(gate.case, regime)
        if entry is not None and entry.own:
            raise Refused(_("Зарегистрировано у вас: номер и даты ведёт сама программа."))
        if entry is None:
            entry = _begin(gate, given)
        else:
            _bring_up_to_date(gate, entry, given)
        if gate.move.name == "source_answered":
            if gate.case.state not in IN_WORK or entry.ended_at is None:
                raise Refused(_("Карточку только что изменили. Обновите страницу."))
            settle(gate, entry, entry.ended_at)
        return entry


def source_answered(
    actor: Actor, case_id: int, *, registration_id: int, at: datetime | None, status: str = "",
    now: datetime | None = None,
) -> Registration:
    """A person saw that the other system has answered. Its clocks stop at `at`; the state of the case follows."""
    status = line(status, 120, "status")
    with passing(actor, case_id, "source_answered", now=now, verb="register") as gate:
        entry = registration(gate.case, registration_id)
        if entry.regime in LAWS:
            raise Refused(_("Здесь отвечают с исходящим номером: отметьте «Отправлено»."))
        if at is None or at > gate.now:
            raise BadInput(_("Эта дата ещё не наступила."), "at")
        if _day(at) < _day(entry.received_at):
            raise BadInput(_("Ответить раньше, чем поступило, нельзя: проверьте дату."), "at")
        entry.source_status, entry.out_at = status or entry.source_status, at
        end(gate, entry, Registration.EndedBy.SOURCE, at)
        settle(gate, entry, at)
        return entry


def unregister(
    actor: Actor, case_id: int, *, registration_id: int, reason: str, now: datetime | None = None
) -> Registration:
    """Take back what was entered by mistake; its clocks stop, and the entry stays to be seen. Never an own number."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, в чём ошибка."), "reason")
    with passing(actor, case_id, "unregister", now=now) as gate:
        entry = registration(gate.case, registration_id)
        if entry.own:
            raise Refused(_("Свой номер из журнала регистрации не убирают: переведите карточку в другой режим."))
        if entry.regime == gate.case.regime:
            raise Refused(_("Это режим самой карточки: переведите её в другой режим."))
        end(gate, entry, Registration.EndedBy.MISTAKE)
        gate.words = words
        return entry


def _move(actor: Actor, case_id: int, given: Mirror) -> str:
    """An answer given there may be the answer of the case; everything else leaves the case where it is."""
    with looking(actor):
        state = Case.objects.filter(pk=case_id).values_list("state", flat=True).first()
    return "source_answered" if given.answered_at and state in IN_WORK else "register"


def _begin(gate: Passage, given: Mirror) -> Registration:
    entry = registration_of(gate.case, given, gate.now, gate.user_id)
    over = gate.case.state not in IN_WORK
    if over and entry.ended_at is None:
        if gate.user_id:
            raise Refused(_("Карточка уже отвечена или закрыта: сначала откройте её снова."))
        entry.ended_at = gate.case.answered_at or gate.case.closed_at or gate.now
        entry.ended_by = Registration.EndedBy.SOURCE
    entry.save()
    gate.fields |= {"registration": entry.pk, "regime": entry.regime}
    if entry.ended_at is None:
        regime_clocks.follow(gate.case, entry)
    elif not over:
        end(gate, entry, entry.ended_by, entry.ended_at)
    return entry


def _bring_up_to_date(gate: Passage, entry: Registration, given: Mirror) -> None:
    changed = []
    pairs = (
        ("number", given.number), ("system", given.system), ("registered_at", given.registered_at),
        ("received_at", given.received_at), ("source_due_at", given.due_at), ("source_status", given.status),
        ("out_number", given.out_number), ("signer", given.signer),
    )
    for name, value in pairs:
        if value not in (None, "") and getattr(entry, name) != value:
            setattr(entry, name, value)
            changed.append(name)
    if entry.registered_at and entry.registered_at < entry.received_at:
        entry.received_at = entry.registered_at
    gate.fields |= {"registration": entry.pk, "regime": entry.regime, "changed": changed}
    if given.answered_at:
        entry.out_at = given.answered_at
        by = Registration.EndedBy.SOURCE if entry.regime == "pos" else Registration.EndedBy.SENT
        end(gate, entry, by, given.answered_at)
        return
    if not changed:
        gate.unchanged = True
        return
    entry.save()
    if gate.case.state in IN_WORK:
        regime_clocks.follow(gate.case, entry)


def _check_typed(gate: Passage, given: Mirror) -> None:
    """What a person types: a number, and dates in their order."""
    if not given.number:
        raise BadInput(_("Напишите входящий номер."), "number")
    if given.registered_at and given.registered_at > gate.now:
        raise BadInput(_("Дата регистрации ещё не наступила."), "registered_at")
    if given.received_at and given.received_at > gate.now:
        raise BadInput(_("Дата поступления ещё не наступила."), "received_at")
    if given.registered_at is None and given.regime != "pos":
        raise BadInput(_("Укажите дату регистрации: от неё считается срок ответа."), "registered_at")
    if given.registered_at and _day(given.registered_at) < _day(given.received_at or gate.case.written_at):
        raise BadInput(_("Зарегистрировать раньше, чем написали, нельзя: проверьте даты."), "registered_at")
    if given.due_at and given.registered_at and given.due_at <= given.registered_at:
        raise BadInput(_("Срок раньше регистрации: проверьте даты."), "due_at")


def _day(moment: datetime) -> date:
    day: date = moment.astimezone(zone()).date()
    return day
