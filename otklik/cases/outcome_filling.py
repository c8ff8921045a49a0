"""What a person fills in for a decision by law, checked against what is known of the case, and the letter it makes.

Called inside the gate (the case locked).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.cases import complained
from otklik.cases.clock_rules import zone
from otklik.cases.follows import of_the_same
from otklik.cases.models import Case, EarlierAnswer, LawDecision, Registration
from otklik.cases.outcome_rules import Earlier, LawRule, earlier_of, earlier_text, letter_text
from otklik.cases.outcome_table import SITE, STOPS
from otklik.failures import BadInput, Refused
from otklik.organisations.models import Organisation
from otklik.residents.models import Contact
from otklik.together import asked
from otklik.typed_text import line, typed, within

MAX_REASON, MAX_TYPED, MAX_EARLIER, MAX_NUMBER = 1000, 2000, 20, 100
_is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Given:
    """What was filled in. `earlier_ids`: registrations that ended with an answer; `earlier_text`: answers that are in
    no case here, one a line; `readable`: whether name and address can be read; `no_new`, `impersonal`: what a person
    vouches for (no new grounds; nothing personal in what was published).
    """

    reason: str = ""
    addressee: str = ""
    organisation_id: int | None = None
    body: str = ""
    also_organisation_id: int | None = None  # the second addressee, where the law names two
    also: str = ""
    url: str = ""
    published_on: date | None = None
    act: str = ""
    earlier_ids: tuple[int, ...] = ()
    earlier_text: str = ""
    stop_id: int | None = None
    no_new: bool = False
    impersonal: bool = False
    readable: bool | None = None


def fill(
    case: Case, entry: Registration, rule: LawRule, given: Given, now: datetime
) -> tuple[LawDecision, list[dict[str, Any]]]:
    """The decision with its letter, not saved, and the earlier answers it rests on. Raises `BadInput`, `Refused`."""
    made = LawDecision(case=case, scope_id=case.scope_id, registration=entry, code=rule.code)
    made.reason = _needed(rule, "reason", given.reason, MAX_REASON, _("Заполните: без этого решение не обосновать."))
    made.act = _needed(rule, "act", given.act, 300, _("Назовите закон или акт: вид, название, номер, дату."))
    _addressee(case, rule, given, made)
    _body(case, rule, given, made)
    _also(case, rule, given, made)
    _published(rule, given, made, now)
    if "complained" in rule.needs and not complained.complained_of(case):
        raise BadInput(_("Сначала укажите, на кого жалуются."), "")
    _vouched(rule, given)
    earlier = _earlier(case, entry, rule, given)
    if "stop" in rule.needs:
        made.stopped_by = stops_of(case).filter(pk=given.stop_id or 0).first()
        if made.stopped_by is None:
            raise BadInput(_("Выберите решение, которым прекращена переписка."), "stop")
        earlier += [(Earlier(one.number, one.sent_on), one.registration_id) for one in made.stopped_by.earlier.all()]
    if made.tells:
        made.text = letter_text(rule, _values(case, entry, made, [one for one, _id in earlier]))
    rows = [{"number": one.number, "sent_on": one.sent_on, "registration_id": pk} for one, pk in earlier]
    return made, rows


def stops_of(case: Case) -> QuerySet[LawDecision]:
    """Decisions by which correspondence with the resident of this case was stopped, in other cases; newest first."""
    return _stops_question(case)(case).prefetch_related("earlier")


def stops_question(case: Case) -> QuerySet[LawDecision]:
    """The same without the answers that each names."""
    rows = LawDecision.objects.filter(code=STOPS, state=LawDecision.State.DONE, scope_id=case.scope_id)
    rows = rows.filter(case__resident_id=case.resident_id) if case.resident_id is not None else rows.none()
    return rows.exclude(case=case).select_related("case").order_by("-id")


def stops_again_question(case: Case) -> QuerySet[LawDecision]:
    """The same for a case that follows others: theirs count too, though the resident gave no name this time."""
    rows = LawDecision.objects.filter(code=STOPS, state=LawDecision.State.DONE, scope_id=case.scope_id)
    rows = rows.filter(of_the_same(case)).exclude(case=case)
    return rows.select_related("case").order_by("-id")


def _stops_question(case: Case) -> Callable[[Case], QuerySet[LawDecision]]:
    return stops_question if case.follows_id is None else stops_again_question


def earlier_question(case: Case) -> QuerySet[EarlierAnswer]:
    """The answers that those decisions name."""
    return EarlierAnswer.objects.filter(decision__in=stops_question(case).order_by()).order_by("pk")


def earlier_again_question(case: Case) -> QuerySet[EarlierAnswer]:
    """The same of `stops_again_question`."""
    return EarlierAnswer.objects.filter(decision__in=stops_again_question(case).order_by()).order_by("pk")


def stopped_before(case: Case) -> list[LawDecision]:
    """Those decisions with what each names; a page of the case has asked them ahead."""
    found: list[LawDecision] = asked(case, "stops", _stops_question(case))
    named = asked(case, "stops_earlier", earlier_question if case.follows_id is None else earlier_again_question)
    for row in found:
        mine = EarlierAnswer.objects.filter(decision=row)
        mine._result_cache = [one for one in named if one.decision_id == row.pk]
        row._prefetched_objects_cache = {"earlier": mine}  # type: ignore[attr-defined]
    return found


def answers_before(case: Case, entry: Registration) -> QuerySet[Registration]:
    """Answers that this resident got from the same body before this appeal came, the newest first; in the cases that
    this one follows, whatever name they wrote under."""
    rows = Registration.objects.filter(
        scope_id=case.scope_id, regime=entry.regime, body_id=entry.body_id, ended_by=Registration.EndedBy.SENT,
        out_at__lte=entry.registered_at or entry.received_at,
    )
    rows = rows.filter(of_the_same(case))
    return rows.exclude(case=case).exclude(out_number="").select_related("case").order_by("-out_at")


def site_answers(case: Case) -> QuerySet[LawDecision]:
    """Answers that the centre has put on its official site for everybody, the newest first."""
    rows = LawDecision.objects.filter(scope_id=case.scope_id, code__in=SITE, state=LawDecision.State.DONE)
    return rows.order_by("-id")


def has_address(case: Case, *kinds: str) -> bool:
    """Whether a contact of one of these kinds is known of the resident."""
    return case.resident is not None and Contact.objects.filter(resident=case.resident, kind__in=kinds).exists()


def _needed(rule: LawRule, name: str, text: str, most: int, words: str) -> str:
    if name not in rule.needs:
        return ""
    clean = line(text, most, name)
    if not clean:
        raise BadInput(words, name)
    return clean


def _addressee(case: Case, rule: LawRule, given: Given, made: LawDecision) -> None:
    """To whom the letter goes, and whether one goes at all."""
    known = case.resident.name if case.resident else ""
    made.addressee = line(given.addressee, 300, "addressee") or known
    made.tells = bool(rule.template)
    if rule.anonymous == "only":
        kinds = ("email",) if rule.regime == "law59" else ("email", "phone")
        if has_address(case, *kinds) and (known or rule.regime == "law8"):
            raise Refused(_("Фамилия и адрес для ответа известны: такое обращение без ответа не оставляют."))
        made.addressee = ""
    elif "readable" in rule.needs:
        if given.readable is None:
            raise BadInput(_("Отметьте, читаются ли фамилия и адрес."), "readable")
        made.tells = given.readable
    elif rule.anonymous == "also" and not made.addressee:
        made.tells = False
    if made.tells and not made.addressee:
        raise BadInput(_("Напишите, кому письмо. Если фамилии нет, выберите решение «без ответа»."), "addressee")


def _sent_to(
    organisation_id: int | None, typed: str, from_list: str, by_hand: str
) -> tuple[Organisation | None, str]:
    """The organisation of a list, if one was chosen, and the name as typed or else its own. The fields for messages."""
    name = line(typed, 300, by_hand)
    if organisation_id is None:
        return None, name
    chosen = Organisation.objects.filter(pk=organisation_id, active=True).first()
    if chosen is None:
        raise BadInput(_("Выберите организацию из списка."), from_list)
    return chosen, name or chosen.name


def _body(case: Case, rule: LawRule, given: Given, made: LawDecision) -> None:
    if "body" not in rule.needs:
        return
    made.organisation, made.body_name = _sent_to(given.organisation_id, given.body, "organisation", "body")
    if not made.body_name:
        raise BadInput(_("Выберите или напишите, куда направить."), "body")
    complained.refuse_complained(case, given.organisation_id, made.body_name, "body")


def _also(case: Case, rule: LawRule, given: Given, made: LawDecision) -> None:
    """The second of two addressees. Only whoever the complaint is about may be left out."""
    if "also" not in rule.needs:
        return
    made.also_organisation, made.also_name = _sent_to(
        given.also_organisation_id, given.also, "also_organisation", "also"
    )
    if not made.also_name:
        if complained.complained_of(case):
            return
        raise BadInput(_("По закону обращение получают оба: назовите второго получателя."), "also")
    complained.refuse_complained(case, given.also_organisation_id, made.also_name, "also")
    if made.also_name == made.body_name:
        raise BadInput(_("Это тот же получатель: закон называет двух разных."), "also")


def _published(rule: LawRule, given: Given, made: LawDecision, now: datetime) -> None:
    if "url" not in rule.needs:
        return
    made.url = line(given.url, 500, "url")
    try:
        _is_url(made.url)
    except ValidationError:
        raise BadInput(_("Напишите полный адрес страницы: https://…"), "url") from None
    made.published_on = given.published_on
    if made.published_on is None:
        raise BadInput(_("Укажите, когда ответ размещён."), "published_on")
    if made.published_on > now.astimezone(zone()).date():
        raise BadInput(_("Эта дата ещё не наступила."), "published_on")


def _vouched(rule: LawRule, given: Given) -> None:
    for name, holds, words in (
        ("no_new", given.no_new, _("Так решают, только если новых доводов и обстоятельств нет.")),
        ("impersonal", given.impersonal, _("На сайте не должно быть сведений о тех, кто писал.")),
    ):
        if name in rule.needs and not holds:
            raise BadInput(words, name)


def _earlier(case: Case, entry: Registration, rule: LawRule, given: Given) -> list[tuple[Earlier, int | None]]:
    """The earlier answers chosen and typed: of the same body, before this appeal, as many as the law asks for."""
    if "earlier" not in rule.needs:
        return []
    rows = list(answers_before(case, entry).filter(pk__in=given.earlier_ids))
    if len(rows) != len(set(given.earlier_ids)):
        told = _("Прежний ответ должен быть этому же человеку, от вашего органа, до этого обращения.")
        raise BadInput(told, "earlier")
    found: list[tuple[Earlier, int | None]] = [
        (Earlier(row.out_number, row.out_at.astimezone(zone()).date()), row.pk) for row in rows if row.out_at
    ]
    try:
        written = earlier_of(within(typed(given.earlier_text), MAX_TYPED, "earlier_text"))
    except ValueError as wrong:
        told = _("Пишите так: № 12-о от 03.02.2026. Не понято: %(line)s") % {"line": wrong}
        raise BadInput(told, "earlier_text") from None
    came = (entry.registered_at or entry.received_at).astimezone(zone()).date()
    if any(one.sent_on > came for one in written):
        raise BadInput(_("Прежний ответ не может быть позже самого обращения."), "earlier_text")
    if any(len(one.number) > MAX_NUMBER for one in written) or len(written) > MAX_EARLIER:
        raise BadInput(_("Слишком много или слишком длинно."), "earlier_text")
    known = {one for one, _pk in found}
    found += [(one, None) for one in dict.fromkeys(written) if one not in known]
    if len(found) < rule.least_earlier:
        raise BadInput(
            _("Нужны прежние письменные ответы с номером и датой, не меньше %(n)s.") % {"n": rule.least_earlier},
            "earlier_text",
        )
    return sorted(found, key=lambda pair: pair[0].sent_on)



def _values(case: Case, entry: Registration, made: LawDecision, earlier: list[Earlier]) -> dict[str, str]:
    stop = made.stopped_by
    stopped = f"исх. № {stop.out_number} от {_day(stop.done_at)}" if stop is not None else ""
    return {
        "number": entry.number, "registered": _day(entry.registered_at), "reason": made.reason.rstrip(" ."),
        "body": "; ".join(name for _ident, name in made.addressees), "url": made.url,
        "act": made.act.rstrip(" ."), "earlier": earlier_text(earlier),
        "published": f"{made.published_on:%d.%m.%Y}" if made.published_on else "",
        "complained": complained.named(case), "stopped": stopped,
    }


def _day(moment: datetime | None) -> str:
    return f"{moment.astimezone(zone()):%d.%m.%Y}" if moment else ""
