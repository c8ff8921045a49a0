"""Letters by law on the form of an answer: of decisions, to the bodies that receive a matter, to those asked, notices.

That one was made is an entry. What goes to a body names the number and day of the appeal, and nobody: whom it is from
and where they live stands in the appeal itself (59-ФЗ, article 6, part 2).
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.answers.letter import Letter
from otklik.answers.letters import contacts_line, day_words, own_body
from otklik.cases import numbers
from otklik.cases.clock_rules import zone
from otklik.cases.complained import refuse_complained
from otklik.cases.extension_dates import extended_until
from otklik.cases.gate import Passage, passing
from otklik.cases.inquiry_asked import refuse_courts
from otklik.cases.inquiry_clocks import term_of
from otklik.cases.models import Case, Inquiry, LawDecision, Registration
from otklik.cases.outcome_rules import NOTICES, TO_BODIES, filled
from otklik.cases.outcome_table import BY_CODE
from otklik.cases.registered import LAWS
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import User
from otklik.policy.regulation import Limit
from otklik.policy.wording import limit_text
from otklik.residents.hiding import without_contacts
from otklik.typed_text import line, typed, within

RESIDENT, BODY, ALSO = "", "body", "also"  # to whom a letter of a decision is
STEM = 5  # letters of a name by which it is found in whatever case


def make(
    actor: Actor, case_id: int, *, decision_id: int, kind: str, to: str = RESIDENT, now: datetime | None = None
) -> Letter:
    """A letter of a decision, prepared or sent: to the resident, or with the matter to the body, or to the second one.

    `kind`: docx or pdf. Raises `NotYours`, `Refused` without a text.
    """
    with passing(actor, case_id, "letter", now=now) as gate:
        rows = LawDecision.objects.select_related("registration__body")
        decision = rows.filter(case=gate.case, pk=decision_id).first()
        if decision is None:
            raise NotYours(_("Такого решения у карточки нет. Обновите страницу."))
        gate.fields |= {"as": kind, "law": decision.code}
        if to == RESIDENT:
            if not decision.text:
                raise Refused(_("К этому решению письма нет."))
            return _to_resident(gate, decision.registration, decision)
        return _covering(gate, decision, to)


def make_extension(
    actor: Actor, case_id: int, *, registration_id: int, days: int, reason: str, kind: str, now: datetime | None = None
) -> Letter:
    """The notice that the answer is put off (59-ФЗ, 12, part 2; 8-ФЗ, 18, part 6): of what was noted, else of what is
    going to be. Raises `BadInput` where the law does not allow it.
    """
    with passing(actor, case_id, "letter", now=now) as gate:
        entry = _entry(gate.case, registration_id)
        if entry.extended_days and entry.notice_at:
            days, reason, noticed_at = entry.extended_days, entry.extension_reason, entry.notice_at
        else:
            noticed_at, reason = gate.now, line(reason, 500, "reason")
            if not reason:
                raise BadInput(_("Напишите причину: её сообщают тому, кто написал."), "reason")
        until = extended_until(gate.case, entry, days, noticed_at)
        gate.fields |= {"as": kind, "registration": entry.pk, "regime": entry.regime}
        more = {"days": limit_text(Limit(days, "days")), "reason": reason.rstrip(" ."), "until": day_words(until)}
        return replace(
            _to_resident(gate, entry), subject="О продлении срока", text=_notice(entry, "extended", more)
        )


def make_forwarding(
    actor: Actor, case_id: int, *, registration_id: int, body: str, to_body: bool, kind: str,
    organisation_id: int | None = None, now: datetime | None = None,
) -> Letter:
    """The letters of a forwarding without a decision of its own: the notice, or the one with which the matter goes.

    Of what was noted, with its number and day on the second one, else to the `body` that is going to be noted. Never
    to whom the complaint is about (59-ФЗ, 8, part 6).
    """
    with passing(actor, case_id, "letter", now=now) as gate:
        entry = _entry(gate.case, registration_id)
        body = entry.forwarded_to or line(body, 300, "to")
        if not body:
            raise BadInput(_("Напишите, куда пересылаете."), "to")
        refuse_complained(gate.case, organisation_id, body, "to")
        gate.fields |= {"as": kind, "registration": entry.pk, "regime": entry.regime}
        if not to_body:
            return replace(_to_resident(gate, entry), text=_notice(entry, "forwarded", {"body": body}))
        code = "forward" if entry.regime == "law59" else "l8_forward"
        text = filled(TO_BODIES[code], _values(entry) | {"told": _told(True)})
        letter = _to_body(gate, entry, body, text, _sends_on(entry))
        if not entry.forwarded_to:
            return letter
        return replace(letter, out_number=entry.out_number, out_at=day_words(entry.out_at), signer=entry.signer)


def make_inquiry(
    actor: Actor, case_id: int, *, inquiry_id: int, kind: str, now: datetime | None = None
) -> Letter:
    """The letter to another body that was noted already: with its number, day and signer."""
    with passing(actor, case_id, "letter", now=now) as gate:
        rows = Inquiry.objects.select_related("registration__body")
        row = rows.filter(case=gate.case, pk=inquiry_id).first()
        if row is None:
            raise NotYours(_("Такого письма у карточки нет."))
        gate.fields |= {"as": kind, "inquiry": row.pk, "registration": row.registration_id}
        until = row.due_at if row.due_at else None
        letter = _asking(gate, row.registration, row.kind, row.to, row.what, until)
        return replace(letter, out_number=row.number, out_at=day_words(row.sent_at), signer=row.signer)


def draft_inquiry(
    actor: Actor, case_id: int, *, registration_id: int, of: str, to: str, what: str, kind: str,
    until: datetime | None = None, names: bool = False, organisation_id: int | None = None, now: datetime | None = None,
) -> Letter:
    """The same before it is noted. `of`: a kind of `Inquiry`; `names`: the body cannot find it without the person.

    Raises `BadInput`: a copy to whom the complaint is about, a request to a court (59-ФЗ, 10, part 1, point 2), words
    that name the resident though nobody said that they must.
    """
    with passing(actor, case_id, "letter", now=now) as gate:
        entry = _entry(gate.case, registration_id)
        to, what = line(to, 300, "to"), within(typed(what), 2000, "what")
        if of not in Inquiry.Kind.values:
            raise BadInput(_("Выберите, что отправили."), "kind")
        for value, field, words in (
            (to, "to", _("Напишите, какому органу отправили.")),
            (what, "what", _("Напишите, какие вопросы им переданы или что запросили.")),
        ):
            if not value:
                raise BadInput(words, field)
        if of == Inquiry.Kind.COPY:
            refuse_complained(gate.case, organisation_id, to, "to")
        refuse_courts(of, entry.regime, to)
        if not names and (found := named_in(gate.case, what)):
            raise BadInput(
                _("В письме названо то, что есть только в обращении: «%(what)s». Уберите или отметьте, что без этого "
                  "документ не найдут.") % {"what": found}, "what",
            )
        term = term_of(of, entry.regime)
        until = until or (gate.now + timedelta(days=term.days) if term else None)
        gate.fields |= {"as": kind, "registration": entry.pk, "regime": entry.regime}
        return _asking(gate, entry, of, to, what, until)


def named_in(case: Case, text: str) -> str:
    """What of the resident's name stands in a text, or any phone or mail; empty when nothing does."""
    hidden = without_contacts(text)
    if hidden != text:
        return next((word for word in text.split() if word not in hidden.split()), text)
    if case.resident is None:
        return ""
    low = text.lower().replace("ё", "е")
    for word in re.findall(r"[а-яё-]{4,}", case.resident.name.lower()):
        found = re.search(rf"\b{re.escape(word.replace('ё', 'е')[:STEM])}\w*", low)
        if found:
            return found[0]
    return ""


def _entry(case: Case, registration_id: int) -> Registration:
    rows = Registration.objects.filter(case=case, pk=registration_id, regime__in=LAWS).select_related("body")
    entry = rows.first()
    if entry is None:
        raise NotYours(_("Такой регистрации нет: возможно, её уже закрыли. Обновите страницу."))
    if entry.registered_at is None:
        raise Refused(_("Сначала внесите дату регистрации."))
    return entry


def _covering(gate: Passage, decision: LawDecision, to: str) -> Letter:
    rule = BY_CODE[decision.code]
    names = {BODY: decision.body_name, ALSO: decision.also_name}
    if not rule.covering or not names.get(to):
        raise Refused(_("К этому решению письма нет."))
    for organisation_id, name in decision.addressees:
        refuse_complained(gate.case, organisation_id, name, "")
    both = "; ".join(name for _id, name in decision.addressees)
    values = _values(decision.registration) | {"told": _told(decision.tells), "body": both}
    text = filled(rule.covering, values)
    letter = _to_body(gate, decision.registration, names[to], text, _sends_on(decision.registration))
    if decision.tells or not decision.out_number:  # the number that was noted is of the letter to the resident
        return letter
    return replace(letter, out_number=decision.out_number, out_at=day_words(decision.done_at), signer=decision.signer)


def _asking(
    gate: Passage, entry: Registration, of: str, to: str, what: str, until: datetime | None
) -> Letter:
    law8 = entry.regime != "law59" and of != Inquiry.Kind.COPY
    day = f"{until.astimezone(zone()):%d.%m.%Y}" if until else ""
    text = filled(TO_BODIES[f"l8_{of}" if law8 else of], _values(entry) | {"what": what.rstrip(" ."), "until": day})
    subject = {Inquiry.Kind.COPY: "О направлении копии обращения", Inquiry.Kind.RESULT: "О результатах рассмотрения"}
    return _to_body(gate, entry, to, text, subject.get(Inquiry.Kind(of), "О предоставлении документов и материалов"))


def _to_resident(gate: Passage, entry: Registration, decision: LawDecision | None = None) -> Letter:
    subject = "О рассмотрении обращения" if entry.regime == "law59" else "О рассмотрении запроса"
    letter = _blank(gate, entry)
    people = getattr(gate.case, "collective", None)
    name = people.answer_to if people else gate.case.resident.name if gate.case.resident else ""
    letter = replace(
        letter, in_number=entry.number, in_at=day_words(entry.registered_at), addressee=name,
        subject=f"{subject} № {entry.number or numbers.shown(gate.case.number)}",
    )
    if decision is None:
        return letter
    return replace(
        letter, out_number=decision.out_number, out_at=day_words(decision.done_at) if decision.out_number else "",
        addressee=decision.addressee, text=decision.text, signer=decision.signer,
    )


def _to_body(gate: Passage, entry: Registration, body: str, text: str, subject: str) -> Letter:
    return replace(_blank(gate, entry), addressee=body, subject=subject, text=text)


def _blank(gate: Passage, entry: Registration) -> Letter:
    """The form of the body that writes, with nothing on it yet."""
    body = entry.body or own_body(gate.case)
    user_id = gate.actor.user_id if isinstance(gate.actor, Staff) else None
    writer = User.objects.filter(pk=user_id).first() if user_id else None
    return Letter(
        body=body.name if body else "", body_contacts=contacts_line(body), out_number="", out_at="", in_number="",
        in_at="", addressee="", subject="", text="", signer="", executor=writer.full_name if writer else "",
        executor_phone="", body_id=body.pk if body else None,
    )


def _notice(entry: Registration, what: str, more: Mapping[str, str]) -> str:
    return filled(NOTICES[f"{entry.regime}_{what}"], _values(entry) | dict(more))


def _values(entry: Registration) -> dict[str, str]:
    at = entry.registered_at
    return {"number": entry.number, "registered": f"{at.astimezone(zone()):%d.%m.%Y}" if at else ""}


def _told(tells: bool) -> str:
    return "Тот, кто обратился, об этом уведомлён." if tells else "Уведомить о направлении некого."


def _sends_on(entry: Registration) -> str:
    return "О направлении обращения" if entry.regime == "law59" else "О направлении запроса информации"
