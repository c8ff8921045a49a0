"""Letters to other bodies while a case is worked on: copies where some questions belong, requests for documents."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor
from otklik.cases import inquiry_clocks
from otklik.cases.clock_rules import zone
from otklik.cases.complained import refuse_complained
from otklik.cases.gate import Passage, passing, said
from otklik.cases.inquiry_asked import refuse_courts
from otklik.cases.models import Case, Clock, Inquiry, Registration
from otklik.cases.registered import LAWS, registration
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations.models import Organisation
from otklik.together import asked
from otklik.typed_text import line, typed, within

K, S = Inquiry.Kind, Inquiry.State
ENDS = (S.ANSWERED, S.SILENT, S.RECALLED)
MOST_LETTERS = 60  # of one case: more are a mistake or an attack


@dataclass(frozen=True)
class Letter:
    """A letter as somebody noted it. `at`: when it left, aware; `until`: the day its answer is awaited, if named."""

    kind: str
    to: str
    what: str
    number: str
    at: datetime
    signer: str
    organisation_id: int | None = None
    until: datetime | None = None
    not_complained_of: bool = False

    def checked(self) -> "Letter":
        """The same, cleaned. Raises `BadInput` naming the field."""
        to, number = line(self.to, 300, "to"), line(self.number, 100, "number")
        signer = line(self.signer, 200, "signer")
        what = within(typed(self.what), 2000, "what")
        if self.kind not in K.values:
            raise BadInput(_("Выберите, что отправили."), "kind")
        for value, field, words in (
            (what, "what", _("Напишите, какие вопросы им переданы или что запросили.")),
            (number, "number", _("Напишите исходящий номер.")), (signer, "signer", _("Напишите, кто подписал.")),
        ):
            if not value:
                raise BadInput(words, field)
        if self.until is not None and self.until <= self.at:
            raise BadInput(_("Срок ответа раньше отправки: проверьте даты."), "until")
        return Letter(
            self.kind, to, what, number, self.at, signer, self.organisation_id, self.until, self.not_complained_of
        )


def several_bodies(
    actor: Actor, case_id: int, *, registration_id: int, reason: str, now: datetime | None = None
) -> Registration:
    """Some of the questions belong to other bodies: copies leave in 7 days of registration (59-ФЗ, 8, part 4)."""
    words = said(reason)
    if not words:
        raise BadInput(_("Напишите, каким органам и по каким вопросам."), "reason")
    with passing(actor, case_id, "several_bodies", now=now) as gate:
        entry = registration(gate.case, registration_id)
        if entry.regime != Registration.Regime.LAW59:
            raise Refused(_("Копии нескольким органам рассылают по 59-ФЗ."))
        if entry.copies_at:
            raise Refused(_("Это уже отмечено: отправьте копии."))
        entry.copies_at = gate.now
        entry.save()
        inquiry_clocks.start_copies(gate.case, entry, gate.now)
        gate.words = words
        gate.fields |= {"registration": entry.pk, "regime": entry.regime}
        return entry


def send(
    actor: Actor, case_id: int, *, registration_id: int, letter: Letter, all_sent: bool = False,
    now: datetime | None = None,
) -> Inquiry:
    """Note a letter to another body: a copy, a request for documents, a request for what came of a forwarding.

    A request by 59-ФЗ is awaited for 15 days (article 10, part 2), others until the day that a person named.
    `all_sent`: this was the last copy. A copy never goes to whom the complaint is about (article 8, part 6).
    """
    given = letter.checked()
    with passing(actor, case_id, "inquire", now=now) as gate:
        entry = registration(gate.case, registration_id)
        if entry.regime not in LAWS:
            raise Refused(_("Это есть только в режимах 59-ФЗ и 8-ФЗ."))
        _check_moment(gate, entry, given.at)
        if Inquiry.objects.filter(case=gate.case).count() >= MOST_LETTERS:
            raise Refused(_("У карточки уже %(n)s писем в другие органы: больше не внести.") % {"n": MOST_LETTERS})
        body = _body(given)
        refuse_courts(given.kind, entry.regime, given.to or (body.name if body else ""))
        if given.kind == K.COPY:
            _check_copy(gate, entry, given, body)
        row = Inquiry(
            case=gate.case, scope_id=gate.case.scope_id, registration=entry, kind=given.kind, organisation=body,
            to=given.to or (body.name[:300] if body else ""), what=given.what, number=given.number, sent_at=given.at,
            signer=given.signer, state=S.SENT, made_by_id=gate.user_id, made_at=gate.now,
        )
        row.save()
        waits = inquiry_clocks.start_waiting(gate.case, row, given.until)
        if waits is not None:
            row.state, row.due_at = S.WAITING, waits.due_at
            row.save(update_fields=["state", "due_at"])
        if given.kind == K.COPY and all_sent:
            _copies_are_out(gate, given.at)
        gate.fields |= {"inquiry": row.pk, "kind": row.kind, "registration": entry.pk}
        if body is not None:
            gate.fields["organisation"] = body.pk
        return row


def over(
    actor: Actor, case_id: int, *, inquiry_id: int, state: str, at: datetime, number: str = "", words: str = "",
    now: datetime | None = None,
) -> Inquiry:
    """What came of a letter: an answer (with its number), none (why it is not awaited any more), or taken back."""
    number, words = line(number, 100, "number"), within(typed(words), 2000, "words")
    if state not in ENDS:
        raise BadInput(_("Выберите, чем кончилось."), "state")
    if state == S.ANSWERED and not number:
        raise BadInput(_("Напишите номер ответа, как в письме, или «б/н»."), "number")
    if state != S.ANSWERED and not words:
        raise BadInput(_("Напишите, почему ответа больше не ждём."), "words")
    with passing(actor, case_id, "inquiry_over", now=now) as gate:
        row = Inquiry.objects.select_for_update().filter(case=gate.case, pk=inquiry_id).first()
        if row is None:
            raise NotYours(_("Такого письма у карточки нет."))
        if row.state in ENDS:
            raise Refused(_("Здесь уже отмечено: %(state)s.") % {"state": row.get_state_display()})
        if at > gate.now:
            raise BadInput(_("Эта дата ещё не наступила."), "at")
        if at.astimezone(zone()).date() < row.sent_at.astimezone(zone()).date():
            raise BadInput(_("Это раньше, чем письмо отправили: проверьте дату."), "at")
        row.state, row.ended_at, row.answer_number, row.answer = state, at, number, words
        row.save()
        for clock in Clock.objects.filter(case=gate.case, inquiry=row, stopped_at=None):
            inquiry_clocks.stop(clock, max(at, clock.started_at), state)
            gate.fields["stopped"] = [clock.kind]
        gate.fields |= {"inquiry": row.pk, "state": state}
        return row


def copies_out(actor: Actor, case_id: int, *, registration_id: int, now: datetime | None = None) -> None:
    """«Все копии отправлены», said after the letters were noted."""
    with passing(actor, case_id, "inquire", now=now, verb="copies_out") as gate:
        entry = registration(gate.case, registration_id)
        copies = Inquiry.objects.filter(registration=entry, kind=K.COPY)
        last = copies.order_by("-sent_at").first()
        if last is None:
            raise Refused(_("Ни одной копии не внесено: сначала отметьте отправку."))
        _copies_are_out(gate, last.sent_at)
        gate.fields["registration"] = entry.pk


def letters_of(case: Case) -> list[Inquiry]:
    """The letters of a case, the first sent first. Inside `acting`."""
    return asked(case, "letters", letters_question)


def letters_question(case: Case) -> QuerySet[Inquiry]:
    """What `letters_of` asks, so that a page can ask it ahead."""
    return Inquiry.objects.filter(case=case).select_related("organisation").order_by("sent_at", "id")


def _body(given: Letter) -> Organisation | None:
    if given.organisation_id is None:
        if not given.to:
            raise BadInput(_("Напишите, какому органу отправили."), "to")
        return None
    body = Organisation.objects.filter(pk=given.organisation_id).first()
    if body is None:
        raise BadInput(_("Выберите организацию из списка."), "organisation")
    return body


def _check_copy(gate: Passage, entry: Registration, given: Letter, body: Organisation | None) -> None:
    if entry.regime != Registration.Regime.LAW59:
        raise Refused(_("Копии нескольким органам рассылают по 59-ФЗ."))
    if entry.copies_at is None:
        raise Refused(_("Сначала отметьте, что вопросы касаются нескольких органов."))
    if not given.not_complained_of:
        raise BadInput(_("Жалобу нельзя отправлять тем, на кого жалуются."), "not_complained_of")
    name = given.to or (body.name if body else "")
    refuse_complained(gate.case, body.pk if body else None, name, "organisation" if body else "to")


def _copies_are_out(gate: Passage, at: datetime) -> None:
    for clock in Clock.objects.filter(case=gate.case, kind=Clock.Kind.COPIES, stopped_at=None):
        inquiry_clocks.stop(clock, max(at, clock.started_at), inquiry_clocks.SENT_OUT)
        gate.fields["stopped"] = [clock.kind]


def _check_moment(gate: Passage, entry: Registration, at: datetime) -> None:
    if at > gate.now:
        raise BadInput(_("Эта дата ещё не наступила."), "at")
    since = entry.registered_at or entry.received_at
    if at.astimezone(zone()).date() < since.astimezone(zone()).date():
        raise BadInput(_("Отправить раньше регистрации нельзя: проверьте даты."), "at")
