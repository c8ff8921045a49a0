"""What happens to a registered matter: sent, forwarded, put off. The clocks are the registration's own."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import clocks, regime_clocks
from otklik.cases.complained import refuse_complained
from otklik.cases.gate import Passage, looking, passing, said
from otklik.cases.law_authority import decides_as_head
from otklik.cases.models import Case, Registration
from otklik.cases.registered import LAWS, end, registration, settle, still_open
from otklik.failures import BadInput, NotYours, Refused
from otklik.typed_text import line


def note_sent(
    gate: Passage, registration_id: int, *, number: str, at: datetime, signer: str, way: str
) -> Registration:
    """«Отправлено, исх. № … от …», inside the gate of `answers.sending`: number, signer, way; clocks stop at `at`.

    The case is answered when nothing else it stands under is open.
    """
    number, signer = line(number, 100, "number"), line(signer, 200, "signer")
    if not number:
        raise BadInput(_("Напишите исходящий номер."), "number")
    if not signer:
        raise BadInput(_("Напишите, кто подписал."), "signer")
    if way not in Registration.Way.values:
        raise BadInput(_("Выберите, как отправили."), "way")
    entry = registration(gate.case, registration_id)
    check_moment(gate, entry, at)
    entry.out_number, entry.out_at, entry.signer, entry.way = number, at, signer, way
    end(gate, entry, Registration.EndedBy.SENT, at)
    settle(gate, entry, at)
    return entry


def not_ours(
    actor: Actor, case_id: int, *, registration_id: int, reason: str, now: datetime | None = None
) -> Registration:
    """«Не наша компетенция»: from now on the limit of forwarding holds (59-ФЗ, article 8; 8-ФЗ, article 18)."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, чья это компетенция."), "reason")
    with passing(actor, case_id, "not_ours", now=now) as gate:
        entry = registration(gate.case, registration_id)
        _check_law(entry)
        if entry.not_ours_at:
            raise Refused(_("Это уже отмечено: перешлите по компетенции."))
        entry.not_ours_at = gate.now
        entry.save()
        regime_clocks.follow(gate.case, entry)
        gate.words = words
        gate.fields |= {"registration": entry.pk, "regime": entry.regime}
        return entry


def forwarded(
    actor: Actor,
    case_id: int,
    *,
    registration_id: int,
    to: str,
    number: str,
    at: datetime,
    signer: str,
    notified: bool,
    not_complained_of: bool,
    organisation_id: int | None = None,
    now: datetime | None = None,
) -> Registration:
    """Sent on to whose matter it is, the citizen told. Never to whoever the complaint is about (59-ФЗ, 8, part 6):
    the gate compares with those noted (`complained`) and all under them, by the directory and by name.

    Ends the registration, and closes the case as «не наша компетенция» when that is all it stood under.
    """
    to, number, signer = line(to, 300, "to"), line(number, 100, "number"), line(signer, 200, "signer")
    for value, field, words in (
        (to, "to", _("Напишите, куда переслали.")), (number, "number", _("Напишите исходящий номер.")),
        (signer, "signer", _("Напишите, кто подписал.")),
        (notified, "notified", _("О пересылке нужно уведомить того, кто написал.")),
        (not_complained_of, "not_complained_of", _("Жалобу нельзя пересылать тем, на кого жалуются.")),
    ):
        if not value:
            raise BadInput(words, field)
    move = "forwarded_also" if _goes_on(actor, case_id, registration_id) else "forwarded"
    with passing(actor, case_id, move, now=now, verb="forwarded") as gate:
        case = gate.case
        entry = registration(case, registration_id)
        _check_law(entry)
        check_moment(gate, entry, at)
        refuse_complained(case, organisation_id, to, "to")
        alone = entry.regime == case.regime and not still_open(case, entry.regime)
        if alone != (move == "forwarded"):
            raise Refused(_("Карточку только что изменили. Обновите страницу."))
        entry.forwarded_to, entry.out_number, entry.out_at, entry.signer = to, number, at, signer
        end(gate, entry, Registration.EndedBy.FORWARDED, at)
        if alone:
            case.outcome, case.closed_at = Case.Outcome.NOT_OURS, gate.now
            gate.fields["outcome"] = case.outcome
        elif entry.regime == case.regime:
            case.answered_at = case.answered_at or at
        return entry


def _goes_on(actor: Actor, case_id: int, registration_id: int) -> bool:
    """Whether the case stands under something else too. The gate checks again under the lock."""
    with looking(actor):
        found = Registration.objects.filter(case_id=case_id, pk=registration_id).select_related("case").first()
        if found is None:
            raise NotYours(_("Такой регистрации нет: возможно, её уже закрыли. Обновите страницу."))
        return found.regime != found.case.regime or still_open(found.case, found.regime)


def ask_extension(
    actor: Actor, case_id: int, *, registration_id: int, now: datetime | None = None
) -> Registration:
    """«Понадобится отсрочка»: from now on the limit for telling the resident is watched (8-ФЗ, 18, part 6)."""
    with passing(actor, case_id, "ask_extension", now=now) as gate:
        entry = registration(gate.case, registration_id)
        _check_law(entry)
        if entry.registered_at is None:
            raise Refused(_("Сначала внесите дату регистрации."))
        if not regime_clocks.start_extend(gate.case, entry):
            raise Refused(_("В этом режиме отдельного срока уведомления нет: уведомьте до срока ответа и продлите."))
        gate.fields |= {"registration": entry.pk, "regime": entry.regime}
        return entry


def extend(
    actor: Actor,
    case_id: int,
    *,
    registration_id: int,
    days: int,
    reason: str,
    noticed_at: datetime,
    decided_by: str = "",
    now: datetime | None = None,
) -> Registration:
    """Put the answer off: the notice went out at `noticed_at`, for this reason. Once only.

    59-ФЗ, article 12, part 2: at most 30 days more, by decision of the head or an authorised official; whoever is
    neither names who decided (`decided_by`), and it stands in the journal's remark. 8-ФЗ, article 18, part 6: at most
    15, told within 7 days of registration. `PolicyError` (a `BadInput`) says in Russian what the law does not allow.
    """
    reason, decided_by = line(reason, 500, "reason"), line(decided_by, 200, "decided_by")
    if not reason:
        raise BadInput(_("Напишите причину: её сообщают тому, кто написал."), "reason")
    with passing(actor, case_id, "extend", now=now) as gate:
        entry = registration(gate.case, registration_id)
        _check_law(entry)
        if entry.extended_days:
            raise Refused(_("Срок уже продлевали: второй раз закон этого не даёт."))
        if entry.source_due_at:
            raise Refused(_("Срок ведёт система, где зарегистрировано: внесите новый срок оттуда."))
        if noticed_at > gate.now:
            raise BadInput(_("Дата уведомления ещё не наступила."), "noticed_at")
        if entry.regime == "law59" and not decided_by and not decides_as_head(gate.actor, gate.case, gate.now):
            raise BadInput(
                _("Продлевает руководитель или уполномоченный: напишите, кто решил (часть 2 статьи 12 59-ФЗ)."),
                "decided_by",
            )
        entry.extended_days, entry.extension_reason, entry.notice_at = days, reason, noticed_at
        regime_clocks.follow(gate.case, entry)
        entry.save()
        gate.words = f"{reason} · {decided_by}" if decided_by else reason
        gate.fields |= {"registration": entry.pk, "regime": entry.regime, "days": days}
        return entry


def _check_law(entry: Registration) -> None:
    if entry.regime not in LAWS:
        raise Refused(_("Это есть только в режимах 59-ФЗ и 8-ФЗ."))


def check_moment(gate: Passage, entry: Registration, at: datetime) -> None:
    """A letter leaves after its matter came in, and not in the future; a day without a time is its own day."""
    if at > gate.now:
        raise BadInput(_("Эта дата ещё не наступила."), "at")
    since = entry.registered_at or entry.received_at
    if at.astimezone(clocks.zone()).date() < since.astimezone(clocks.zone()).date():
        raise BadInput(_("Отправить раньше регистрации нельзя: проверьте даты."), "at")


