"""An answer on its way: what the channel needs to send it, and what staff do when it did not come."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import numbers
from otklik.cases.gate import passing
from otklik.cases.models import Case, CaseMessage
from otklik.channels.kit.delivering import ask_to_deliver
from otklik.channels.models import Account, Attempt, Delivery, Message
from otklik.channels.registered import CHANNELS, channel
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import NewEntry, append

S = Delivery.State
STUCK = (S.FAILED, S.UNKNOWN, S.BY_HAND)


def enqueue(case: Case, message: Message, now: datetime) -> Delivery:
    """Put an answer into the ledger, to go out through the channel by which the resident wrote last. Inside a gate.

    Raises `BadInput` when the channel cannot carry so long a text.
    """
    account, raw = way_of(case)
    longest = channel(account.channel).can.longest
    if len(message.text) > longest:
        raise BadInput(
            _("%(channel)s принимает не больше %(max)s знаков, а в ответе %(n)s. Сократите его.")
            % {"channel": account.get_channel_display(), "max": longest, "n": len(message.text)}, "text",
        )
    target = {
        **raw.get("reply", {}), "number": numbers.shown(case.number), "subject": raw.get("subject", ""), "case": case.pk
    }
    state = S.WAITING if account.active and not account.dry_run else S.BY_HAND
    row = Delivery.objects.create(
        message=message, scope_id=case.scope_id, state=state, target=target, next_at=now,
        failure="" if state == S.WAITING else _("Отправка из программы выключена: опубликуйте вручную."),
    )
    if state == S.WAITING:
        ask_to_deliver(account.pk)
    return row


def way_of(case: Case) -> tuple[Account, dict[str, Any]]:
    """The account by which the resident wrote last, of those that can send, and what its message keeps for that."""
    asked = CaseMessage.objects.filter(case=case, message__direction=Message.Direction.IN)
    for row in asked.select_related("message__account").order_by("-pk")[:20]:
        raw = row.message.raw or {}
        if raw.get("reply") and row.message.account.channel in CHANNELS:
            return row.message.account, raw
    return case.account, {}


def send_again(actor: Actor, case_id: int, delivery_id: int, *, now: datetime | None = None) -> Delivery:
    """«Послать ещё раз»: a person has looked, and it did not come."""
    now = now or timezone.now()
    with passing(actor, case_id, "resend", now=now) as gate:
        row = _stuck(gate.case, delivery_id)
        cut = Attempt.objects.filter(delivery=row, outcome=Attempt.Outcome.CUT_OFF)
        cut.update(outcome=Attempt.Outcome.LATER, words=_("Человек проверил: не пришло."))
        row.state, row.next_at, row.failure, row.held_until = S.WAITING, now, "", None
        row.save(update_fields=["state", "next_at", "failure", "held_until"])
        gate.fields["delivery"] = row.pk
        _note(row, gate.actor, now)
        ask_to_deliver(row.message.account_id)
        return row


def came_after_all(
    actor: Actor, case_id: int, delivery_id: int, *, link: str = "", now: datetime | None = None
) -> Delivery:
    """«Ответ на месте»: a person has looked and it came, or they have put it there by hand."""
    now = now or timezone.now()
    with passing(actor, case_id, "resend", now=now) as gate:
        row = _stuck(gate.case, delivery_id)
        row.state, row.done_at, row.failure, row.link = S.DONE, now, "", link[:500]
        row.save(update_fields=["state", "done_at", "failure", "link"])
        gate.fields["delivery"] = row.pk
        _note(row, gate.actor, now)
        return row


def _stuck(case: Case, delivery_id: int) -> Delivery:
    rows = Delivery.objects.select_for_update(of=("self",)).select_related("message")
    row = rows.filter(pk=delivery_id, message__in_case__case=case).first()
    if row is None:
        raise NotYours(_("Такой отправки в этой карточке нет."))
    if row.state not in STUCK:
        raise Refused(_("Этот ответ уже «%(state)s».") % {"state": row.get_state_display()})
    return row


def _note(row: Delivery, actor: Actor, now: datetime) -> None:
    append(
        NewEntry(
            f"delivery:{row.pk}", f"delivery_{row.state}", actor.reference, now,
            {"message": row.message_id, "scope": row.scope_id, "attempts": row.attempts},
        )
    )
