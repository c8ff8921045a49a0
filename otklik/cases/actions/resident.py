"""What the resident says after the answer: «исправлено», or «не исправлено» with words and photos."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Link, acting
from otklik.cases import clocks
from otklik.cases.actions.reopen import begin_turn
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, CaseMessage
from otklik.channels.accounts import own_account
from otklik.channels.models import Attachment, Message
from otklik.failures import BadInput, Refused
from otklik.files.photos import CleanPhoto
from otklik.files.storage import store


def confirm(link: Link, *, now: datetime | None = None) -> Case:
    """«Исправлено, спасибо»: the only thing that counts as confirmed."""
    with passing(link, link.case_id, "confirm", now=now) as gate:
        case = gate.case
        if case.fix == Case.Fix.CONFIRMED:
            gate.unchanged = True
            return case
        case.fix, case.outcome = Case.Fix.CONFIRMED, Case.Outcome.SOLVED
        case.closed_at = case.closed_at or gate.now
        gate.fields["outcome"] = case.outcome
        return case


def refute(
    link: Link, *, text: str, photos: Sequence[CleanPhoto] = (), once: str, now: datetime | None = None
) -> Case:
    """«Не исправлено»: a new turn with a new clock, importance at most as the policy says.

    Possible for as many days after closing as the policy gives (`reopen_days`). The same key is taken once.
    """
    if not text.strip():
        raise BadInput(_("Напишите, что не исправлено."), "text")
    if len(text) > 20_000:
        raise BadInput(_("Слишком длинно: не больше 20 000 знаков."), "text")
    now = now or timezone.now()
    if _taken(link, once):
        return _case(link)
    with passing(link, link.case_id, "refute", now=now) as gate:
        case = gate.case
        policy = clocks.Rules().policy(case, case.received_at)
        since = case.closed_at or case.answered_at or gate.now
        if policy.reopen_days is not None and gate.now > since + timedelta(days=policy.reopen_days):
            raise Refused(
                _("Прошло больше %(days)s дней. Отправьте новое сообщение и укажите номер этого.")
                % {"days": policy.reopen_days}
            )
        begin_turn(gate, policy.reopen_importance_max)
        case.fix = Case.Fix.REFUTED
        _add_message(gate, text.strip(), photos, once)
        return case


def _taken(link: Link, once: str) -> bool:
    with acting(link):
        return Message.objects.filter(external_id=_external_id(link.case_id, once)).exists()


def _case(link: Link) -> Case:
    with acting(link):
        return Case.objects.get(pk=link.case_id)


def _external_id(case_id: int, once: str) -> str:
    return f"{case_id}:{once}"[:200]


def _add_message(gate: Passage, text: str, photos: Sequence[CleanPhoto], once: str) -> None:
    case = gate.case
    message = Message.objects.create(
        account=own_account("portal"), external_id=_external_id(case.pk, once), direction=Message.Direction.IN,
        scope_id=case.scope_id, resident_id=case.resident_id, text=text, salt=secrets.token_bytes(16),
        written_at=gate.now, received_at=gate.now,
    )
    CaseMessage.objects.create(case=case, message=message, scope_id=case.scope_id, turn=case.turn)
    for photo in photos:
        Attachment.objects.create(message=message, scope_id=case.scope_id, file=store(photo, case.scope_id))
    gate.fields["message"] = message.pk
