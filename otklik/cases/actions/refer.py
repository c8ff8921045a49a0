"""«Передать в другую программу»: staff's words and the place of a case leave for another city's Open311.

Never the resident's words, name or phone (design, section 8, «what leaves to executors»): the text is looked through
for them, as words for the public are.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from otklik.acting import Actor, System
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, CaseMessage, OutsideNumber
from otklik.cases.public_words import spans_of
from otklik.cases.referral_models import Referral
from otklik.channels.models import Account, Message
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.appending import salted_digest
from otklik.typed_text import line, typed, within

MOST_TEXT = 4000  # GeoReport v2: «free form text limited to 4,000 characters»
FIRST_LOOK = timedelta(minutes=2)
S = Referral.State


def refer(
    actor: Actor, case_id: int, *, account_id: int, service_code: str, text: str, address: str = "",
    with_point: bool = True, names_are_fine: bool = False, now: datetime | None = None,
) -> Referral:
    """Put a case before another program; a job sends it. What failed there may be sent again with other words.

    Raises `BadInput` naming the field: an empty text, words that must not leave, no place; `Refused` when it is there
    already.
    """
    text, address = within(typed(text), MOST_TEXT, "text"), line(address, 300, "address")
    service_code = line(service_code, 200, "service")
    if not text:
        raise BadInput(_("Напишите, что нужно сделать: своими словами, без имени и телефона."), "text")
    with passing(actor, case_id, "refer", now=now) as gate:
        case = gate.case
        if case.restricted:
            raise Refused(_("Доступ к карточке ограничен: в другую программу она не передаётся."))
        account = Account.objects.filter(pk=account_id, channel="open311", active=True).first()
        if account is None or account.territory_id not in (None, case.scope_id, case.scope.municipality_id):
            raise BadInput(_("Выберите программу из списка."), "service")
        _check_words(case, {"text": text, "address": address}, names_are_fine)
        point = (case.latitude, case.longitude) if with_point else (None, None)
        if point[0] is None and not address:
            raise BadInput(_("Укажите место: точки у карточки нет."), "address")
        row = Referral.objects.filter(case=case, account=account).first()
        if row is not None and row.state != S.FAILED:
            raise Refused(_("Эта карточка там уже есть."))
        row = row or Referral(case=case, account=account)
        row.scope_id, row.service_code, row.text, row.address = case.scope_id, service_code, text, address
        row.latitude, row.longitude = point
        row.state, row.attempts, row.failure, row.next_at = S.WAITING, 0, "", gate.now
        row.made_by_id, row.made_at = gate.user_id, gate.now
        row.save()
        gate.words = text[:2000]
        gate.fields["account"] = account.pk
        return row


def _check_words(case: Case, texts: dict[str, str], names_are_fine: bool) -> None:
    told = CaseMessage.objects.filter(case=case, message__direction=Message.Direction.IN)
    theirs = list(told.values_list("message__text", flat=True)[:100])
    for field, text in texts.items():
        for span in spans_of(text, theirs):
            if field == "address" and span.what != _("квартира") and not span.firm:
                continue
            if span.firm or not names_are_fine:
                advice = "" if span.firm else _(" Если это не человек, а название, отметьте «Имён людей здесь нет».")
                raise BadInput(
                    _("Это не уходит в другую программу: «%(words)s» (%(what)s).")
                    % {"words": span.words, "what": span.what} + advice, field,
                )


def settle(actor: Actor, case_id: int, *, referral_id: int, number: str = "", now: datetime | None = None) -> Referral:
    """A sending was cut off: a person has looked there. With a number it is there; without, it goes once more."""
    number = line(number, 180, "number")
    with passing(actor, case_id, "refer_settled", now=now) as gate:
        row = Referral.objects.select_for_update().filter(pk=referral_id, case=gate.case).first()
        if row is None:
            raise NotYours(_("Такой передачи у карточки нет."))
        if row.state != S.UNKNOWN:
            raise Refused(_("Здесь уже всё ясно."))
        gate.fields["account"] = row.account_id
        if number:
            _numbered(gate, row, number)
        else:
            row.state, row.attempts, row.failure, row.next_at = S.WAITING, 0, "", gate.now
        row.save()
        return row


def arrived(actor: System, referral: Referral, *, number: str, token: str, now: datetime) -> None:
    """The other program took it: with a number at once, or with a token that tells the number later."""
    with passing(actor, referral.case_id, "referred", now=now) as gate:
        row = Referral.objects.select_for_update().get(pk=referral.pk)
        gate.fields["account"] = row.account_id
        row.state, row.failure, row.token, row.held_until = S.SENT, "", token[:200], None
        row.next_at = now + FIRST_LOOK
        if number:
            _numbered(gate, row, number)
        row.save()


def numbered(actor: System, referral: Referral, number: str, now: datetime) -> None:
    """The token told the number."""
    with passing(actor, referral.case_id, "referred", now=now, verb="number_added") as gate:
        row = Referral.objects.select_for_update().get(pk=referral.pk)
        _numbered(gate, row, number)
        row.save()


def told(actor: System, referral: Referral, *, status: str, notes: str, now: datetime) -> None:
    """The other program says something new: it stands beside the case's journal. The case itself does not move."""
    with passing(actor, referral.case_id, "referral_news", now=now) as gate:
        row = Referral.objects.select_for_update().get(pk=referral.pk)
        if (row.status, row.notes) == (status, notes):
            gate.unchanged = True
            return
        gate.fields |= {"account": row.account_id, "status": status}
        gate.words = notes[:2000]
        row.status, row.notes = status, notes
        row.save(update_fields=["status", "notes"])


def _numbered(gate: Passage, row: Referral, number: str) -> None:
    """Note the number, by which the case is found and which the page shows."""
    row.state, row.number, row.failure = S.SENT, number[:180], ""
    row.next_at = gate.now + FIRST_LOOK
    made = OutsideNumber.objects.filter(system=row.account.name[:80], number=row.number).first()
    if made is None:
        OutsideNumber.objects.create(
            case=gate.case, scope_id=gate.case.scope_id, system=row.account.name[:80], number=row.number
        )
    gate.fields["number"] = salted_digest(bytes(gate.case.salt), row.number)
