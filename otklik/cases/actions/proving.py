"""Подтверждение отправки: what proves that the answer left as it is said to have, or why nothing does."""

from datetime import datetime

from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases.gate import Passage, passing
from otklik.cases.models import CaseMessage, Registration, SendingProof
from otklik.channels.models import Delivery
from otklik.failures import BadInput, NotYours, Refused
from otklik.typed_text import line, whole

K = SendingProof.Kind
SENT = (Registration.EndedBy.SENT, Registration.EndedBy.FORWARDED, Registration.EndedBy.DECIDED)
FITTING = {"post": K.POSTAL, "cabinet": K.CABINET, "email": K.EMAIL, "hand": K.HAND, "other": K.OTHER}


def prove(
    actor: Actor, case_id: int, *, registration_id: int, kind: str, reference: str = "", reason: str = "",
    now: datetime | None = None,
) -> SendingProof:
    """Keep the proof of a sending beside its registration: a number of the post, of a receipt, of a letter.

    An e-mail that our own ledger sent is named by its number there, and is checked to be of this case and delivered.
    With `none` the reason stands in its place. Saying it again corrects it; a line of a postal list stays there.
    """
    reference, reason = line(reference, 200, "reference"), line(reason, 300, "reason")
    if kind not in K.values:
        raise BadInput(_("Выберите, чем подтверждается отправка."), "kind")
    if kind == K.NONE and not reason:
        raise BadInput(_("Напишите, почему подтверждения нет."), "reason")
    if kind != K.NONE and not reference:
        raise BadInput(_("Напишите номер документа: почтовый, квитанции или письма."), "reference")
    with passing(actor, case_id, "prove", now=now) as gate:
        entry = sent_registration(gate, registration_id)
        row = SendingProof.objects.select_for_update().filter(registration=entry).first()
        if row is not None and row.postal_list_id and kind not in (K.POSTAL, K.NONE):
            raise Refused(_("Письмо стоит в почтовом реестре: внесите почтовый номер."))
        row = row or SendingProof(case=gate.case, registration=entry)
        row.scope_id, row.kind = gate.case.scope_id, kind
        row.reference, row.reason = ("", reason) if kind == K.NONE else (reference, "")
        row.delivery = _delivery(gate, reference) if kind == K.EMAIL else None
        row.entered_by_id, row.entered_at = gate.user_id, gate.now
        row.save()
        gate.fields |= {"registration": entry.pk, "proof": kind}
        return row


def sent_registration(gate: Passage, registration_id: int) -> Registration:
    """A registration of this case whose letter has left. Raises `NotYours`, `Refused`."""
    entry = Registration.objects.select_for_update().filter(case=gate.case, pk=registration_id).first()
    if entry is None:
        raise NotYours(_("Такой регистрации нет: обновите страницу."))
    if entry.ended_by not in SENT or entry.out_at is None:
        raise Refused(_("Сначала отметьте отправку: номер, дату и подпись."))
    return entry


def _delivery(gate: Passage, reference: str) -> Delivery | None:
    """The row of our ledger that this number names; a letter sent from another program has none here."""
    number = whole(reference)
    if number is None:
        return None
    ours = CaseMessage.objects.filter(case=gate.case).values("message_id")
    row = Delivery.objects.filter(pk=number, message_id__in=ours).first()
    if row is None:
        raise BadInput(_("Такой доставки у карточки нет: проверьте номер."), "reference")
    if row.state != Delivery.State.DONE:
        raise BadInput(_("Эта доставка ещё не удалась: она ничего не подтверждает."), "reference")
    return row
