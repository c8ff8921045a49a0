"""The letter of a case: its words gathered, and that it was made is an entry."""

from datetime import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.answers.letter import Letter
from otklik.answers.models import Answer
from otklik.answers.reading import answer_of, published_of, text_of
from otklik.cases import numbers
from otklik.cases.clocks import zone
from otklik.cases.gate import passing
from otklik.cases.models import Case, Collective, Registration
from otklik.failures import Refused
from otklik.organisations.models import Organisation, User

LAWS = (Registration.Regime.LAW59, Registration.Regime.LAW8)


def make(actor: Actor, case_id: int, *, kind: str, now: datetime | None = None) -> Letter:
    """Gather the letter of a case for the answer being prepared, or the last one sent. `kind`: docx or pdf.

    Raises `Refused` when there is no answer yet.
    """
    with passing(actor, case_id, "letter", now=now or timezone.now()) as gate:
        letter = _of(gate.case, actor)
        gate.fields["as"] = kind
        return letter


def _of(case: Case, actor: Actor) -> Letter:
    answer = answer_of(case) or next(reversed(published_of(case)), None)
    if answer is None:
        raise Refused(_("Сначала напишите ответ: письмо делается из него."))
    rows = Registration.objects.filter(case=case, regime__in=LAWS).select_related("body").order_by("-id")
    entry = rows.first()
    body = (entry.body if entry and entry.body else None) or own_body(case)
    writer = User.objects.filter(pk=actor.user_id).first() if isinstance(actor, Staff) else None
    return Letter(
        body=body.name if body else "", body_contacts=contacts_line(body), out_number=entry.out_number if entry else "",
        out_at=day_words(entry.out_at) if entry else "", in_number=entry.number if entry else "",
        in_at=day_words(entry.registered_at) if entry else "",
        addressee=_addressee(case),
        subject=_("О рассмотрении обращения № %(number)s") % {"number": numbers.shown(case.number)},
        text=_text(answer), signer=entry.signer if entry else "", executor=writer.full_name if writer else "",
        executor_phone="", body_id=body.pk if body else None,
    )


def _addressee(case: Case) -> str:
    """Whose name stands on it: of those who signed together, the one who is to be answered."""
    signed = Collective.objects.filter(case=case).first()
    if signed is not None:
        return signed.answer_to
    return case.resident.name if case.resident else ""


def _text(answer: Answer) -> str:
    return text_of(answer).text


def own_body(case: Case) -> Organisation | None:
    """The body of the case's place: its administration, else its centre. Inside `acting`."""
    rows = Organisation.objects.filter(territory_id=case.scope_id, active=True)
    return rows.filter(kind=Organisation.Kind.ADMINISTRATION).first() or rows.filter(
        kind__in=[Organisation.Kind.MUNICIPAL_CENTRE, Organisation.Kind.REGIONAL_CENTRE]
    ).first()


def contacts_line(body: Organisation | None) -> str:
    """«телефон, почта» of a body."""
    return ", ".join(filter(None, (body.phone, body.email))) if body else ""


def day_words(moment: datetime | None) -> str:
    """«5 января 2026 г.» in the region's time, in Russian whatever the reader's language: the letter is."""
    if moment is None:
        return ""
    with translation.override("ru"):
        return str(date_format(moment.astimezone(zone()), "j E Y г."))
