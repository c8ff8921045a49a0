"""Карточка личного приёма (59-ФЗ, article 13): what an official heard, and what they said or promised to write."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff
from otklik.cases import numbers, regime_clocks
from otklik.cases.clock_rules import zone
from otklik.cases.gate import Passage, passing
from otklik.cases.models import Case, Reception, Registration
from otklik.cases.registering import SYSTEMS
from otklik.failures import BadInput, NotYours
from otklik.organisations.models import Organisation
from otklik.typed_text import line, typed, within

O = Reception.Outcome  # noqa: E741 - outcomes are named many times here
# What the matter ends with, where the talk ended it.
OUTCOMES = {O.ORAL: Case.Outcome.EXPLAINED, O.ELSEWHERE: Case.Outcome.NOT_OURS, O.REFUSED: Case.Outcome.DECLINED}
LATEST = timedelta(days=366)  # cards are written down on the day; older ones are a slip of the hand


@dataclass(frozen=True)
class Talk:
    """What the card says beside who came and where. `held_at` is aware; `told` is the answer, or where to turn."""

    body_id: int
    held_at: datetime
    official: str
    post: str
    essence: str
    outcome: str
    identified: bool = False
    written: bool = False
    consent: bool = False
    told: str = ""
    earlier: str = ""

    def checked(self, now: datetime) -> "Talk":
        """The same, cleaned. Raises `BadInput` naming the field and, where the law asks for something, the article."""
        talk = replace(
            self, official=line(self.official, 200, "official"), post=line(self.post, 200, "post"),
            essence=within(typed(self.essence), 20_000, "essence"), told=within(typed(self.told), 10_000, "told"),
            earlier=line(self.earlier, 200, "earlier"),
        )
        for value, field, words in (
            (talk.official, "official", _("Напишите, кто принимал.")),
            (talk.post, "post", _("Напишите должность того, кто принимал.")),
            (talk.essence, "essence", _("Запишите, с чем пришёл человек.")),
        ):
            if not value:
                raise BadInput(words, field)
        if talk.outcome not in O.values:
            raise BadInput(_("Выберите, чем кончился приём."), "outcome")
        if talk.held_at > now:
            raise BadInput(_("Этот день ещё не наступил."), "held_at")
        if now - talk.held_at > LATEST:
            raise BadInput(_("Приём был больше года назад: проверьте дату."), "held_at")
        _check_outcome(talk)
        return talk


def _check_outcome(talk: Talk) -> None:
    if talk.outcome == O.ORAL and not talk.consent:
        raise BadInput(
            _("Ответить устно можно только с согласия человека (59-ФЗ, статья 13, часть 3). Нет согласия — будет "
              "письменный ответ."), "consent",
        )
    if talk.outcome == O.ORAL and talk.written:
        raise BadInput(
            _("На письменное обращение, принятое на приёме, отвечают письменно (59-ФЗ, статья 13, часть 4)."), "outcome"
        )
    if talk.outcome == O.REFUSED and not talk.earlier:
        raise BadInput(
            _("Отказать можно, если ответ по существу уже давали (59-ФЗ, статья 13, часть 6): напишите его номер и "
              "день."), "earlier",
        )
    if talk.outcome != O.WRITTEN and not talk.told:
        wanted = {
            O.ORAL: _("Запишите, что ответили."), O.ELSEWHERE: _("Запишите, куда и как обратиться."),
            O.REFUSED: _("Запишите, что сказали человеку."),
        }
        raise BadInput(wanted[O(talk.outcome)], "told")


def note_reception(actor: Actor, case_id: int, talk: Talk, *, now: datetime | None = None) -> Reception:
    """Write the card of a case that was opened for it, with the body's next number.

    An oral answer, an explanation where to turn and a refusal end the matter; a written answer leaves it with the
    clocks of an appeal, counted from the day of the talk. Raises `BadInput`, `NotYours`, `Refused`.
    """
    ends = talk.outcome != O.WRITTEN
    with passing(actor, case_id, "reception_over" if ends else "reception", now=now, verb="reception") as gate:
        talk = talk.checked(gate.now)
        body = _body(gate, talk.body_id)
        year = talk.held_at.astimezone(zone()).year
        last = Reception.objects.filter(body=body, year=year).aggregate(last=Max("serial"))["last"] or 0
        row = Reception.objects.create(
            case=gate.case, scope_id=gate.case.scope_id, body=body, year=year, serial=last + 1, held_at=talk.held_at,
            official=talk.official, post=talk.post, identified=talk.identified, essence=talk.essence,
            written=talk.written, outcome=talk.outcome, consent=talk.consent and talk.outcome == O.ORAL,
            told=talk.told, earlier=talk.earlier if talk.outcome == O.REFUSED else "",
            earlier_case=_earlier(actor, gate, talk), entered_by_id=gate.user_id, created_at=gate.now,
        )
        if ends:
            gate.case.outcome = OUTCOMES[O(talk.outcome)]
            gate.case.answered_at = gate.now if talk.outcome == O.ORAL else None
            gate.case.closed_at = gate.now
            gate.fields["outcome"] = gate.case.outcome
        else:
            _await_number(gate, talk.held_at)
        gate.fields |= {"reception": row.pk, "body": body.pk}
        return row


def receptions(actor: Staff) -> QuerySet[Reception]:
    """The cards of the actor's centres, the newest first. Inside `acting`."""
    rows = Reception.objects.select_related("case__resident", "body", "scope", "entered_by").order_by("-held_at", "-id")
    return rows if actor.sees is None else rows.filter(scope_id__in=actor.sees)


def the_reception(actor: Staff, reception_id: int) -> Reception:
    """One card. Inside `acting`. Raises `NotYours`."""
    found = receptions(actor).filter(pk=reception_id).first()
    if found is None:
        raise NotYours(_("Такой карточки приёма здесь нет."))
    return found


def _body(gate: Passage, body_id: int) -> Organisation:
    """Whose reception it was, locked: the next number is taken under the lock."""
    body = Organisation.objects.select_for_update(of=("self",), no_key=True).select_related("territory").filter(
        pk=body_id, active=True
    ).first()
    case = gate.case
    if body is None or (body.territory.scope_id or body.territory_id) not in (
        case.scope_id, case.scope.municipality_id, case.scope.parent_id
    ):
        raise BadInput(_("Выберите организацию своего муниципалитета."), "body")
    return body


def _earlier(actor: Actor, gate: Passage, talk: Talk) -> Case | None:
    """The case in which the answer was given, where its number is written and it is of this centre."""
    number = numbers.parse(talk.earlier) if talk.outcome == O.REFUSED else None
    if number is None:
        return None
    return Case.objects.filter(number=number, scope_id=gate.case.scope_id).exclude(pk=gate.case.pk).first()


def _await_number(gate: Passage, held_at: datetime) -> None:
    """A written answer is promised: the matter stands under 59-ФЗ and waits for its number, from that day."""
    entry = Registration.objects.create(
        case=gate.case, scope_id=gate.case.scope_id, regime=Registration.Regime.LAW59, system=SYSTEMS["law59"],
        received_at=held_at, entered_by_id=gate.user_id, created_at=gate.now,
    )
    regime_clocks.follow(gate.case, entry)
    gate.fields["registration"] = entry.pk
