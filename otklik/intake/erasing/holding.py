"""Everything that is held of a person, as the officer sees it before it goes: what, how much, and what will be left."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.acting import Actor, acting, widened
from otklik.answers.models import AnswerVersion
from otklik.cases import clocks, numbers
from otklik.cases.models import Case, CaseMessage, Clock, Evidence, OutsideNumber, Registration
from otklik.cases.problem_models import Supporter
from otklik.cases.redaction import models_of_a_case, worded_fields
from otklik.channels.models import Attachment, Message
from otklik.intake.erasing.arrivals import arrivals_of, missed_calls_of
from otklik.intake.erasing.finding import the_erasure
from otklik.intake.erasing.models import Erasure
from otklik.intake.erasing.sheets import rejected_rows, waiting_runs
from otklik.residents.contacts import show
from otklik.residents.models import Consent, Contact, Resident
from otklik.residents.traces import Traces, traces_of

# Records of appeals are kept for five years, whatever the person asks: 59-ФЗ with the list of archival terms
# (приказ Росархива от 20.12.2019 № 236, статья 154); 152-ФЗ, article 21, part 5 allows for what another law demands.
KEPT_YEARS = 5
LAWFUL = frozenset({Case.Regime.LAW59, Case.Regime.LAW8})
ELSEWHERE = frozenset({Case.Regime.POS})  # answered in the state's own system
IN_WORK = frozenset({Case.State.NEW, Case.State.TRIAGED, Case.State.ASSIGNED, Case.State.REPLIED})


@dataclass(frozen=True)
class Obstacle:
    """Why a case may not be erased now, and until when (None: until it is answered)."""

    number: str
    why: str
    until: date | None


@dataclass(frozen=True)
class HeldCase:
    """One case as it stands, and the redacted copies that will be left."""

    number: str
    received_at: datetime
    regime: str
    state: str
    place: str
    left: str  # the resident's text as it will be
    messages: int
    photos: int
    answers: int
    outside: int
    warning: str


@dataclass(frozen=True)
class Held:
    """All of it."""

    erasure: Erasure
    people: int
    contacts: list[str]  # «телефон: …45-67»
    consents: int
    cases: list[HeldCase]
    words: list[tuple[str, int]]  # other tables with words beside these cases, and how many rows
    supports: int  # «у меня так же» under problems
    rejected: int
    waiting_files: int
    arrivals: int  # that became no case
    missed_calls: int
    obstacles: list[Obstacle] = field(default_factory=list)


def held(actor: Actor, erasure_id: int, *, now: datetime | None = None) -> Held:
    """What is held of the person of this request. Raises `NotYours`, `Refused`."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = the_erasure(actor, erasure_id)
        cases = cases_of(row)
        marks = traces(row, cases)
        contacts = Contact.objects.filter(resident_id__in=row.residents).order_by("kind", "pk")
        return Held(
            row,
            Resident.objects.filter(pk__in=row.residents, erased_at=None).count(),
            [f"{c.get_kind_display()}: {_veiled(show(c))}" for c in contacts],
            Consent.objects.filter(resident_id__in=row.residents, withdrawn_at=None).count(),
            [_held_case(case, marks, now) for case in cases],
            _words_beside([case.pk for case in cases]),
            Supporter.objects.filter(resident_id__in=row.residents).count(),
            sum(1 for _row in rejected_rows(marks)),
            len(waiting_runs(marks)),
            len({*row.arrivals, *(one.pk for one in arrivals_of(marks))}),
            missed_calls_of(marks),
            obstacles(cases, now),
        )


def cases_of(row: Erasure, *, lock: bool = False) -> list[Case]:
    """The cases of the request, whole ones, in one order. Inside `acting` and `widened`."""
    found = Case.objects.filter(resident_id__in=row.residents) | Case.objects.filter(pk__in=row.cases)
    ids = sorted(set(found.values_list("pk", flat=True)))
    cases = Case.objects.filter(pk__in=ids).order_by("pk")
    return list((cases.select_for_update(of=("self",)) if lock else cases).select_related("territory"))


def traces(row: Erasure, cases: list[Case], words: tuple[str, ...] = ()) -> Traces:
    """By what this person is recognised: name, contacts, and the numbers they wrote into their own texts."""
    people = Resident.objects.filter(pk__in=row.residents)
    contacts = Contact.objects.filter(resident__in=people)
    own = Message.objects.filter(in_case__case__in=cases, direction=Message.Direction.IN)
    marks = traces_of(
        [p.name for p in people], [(c.kind, show(c)) for c in contacts], words
    )
    return marks.learnt_from([*(c.text for c in cases), *own.values_list("text", flat=True)])


def obstacles(cases: list[Case], now: datetime) -> list[Obstacle]:
    """What the law still needs of these cases."""
    running = {
        c.case_id: c for c in Clock.objects.filter(case__in=cases, stopped_at=None).order_by("-control_at")
        if c.policy_version.partition("-")[0] in LAWFUL
    }
    # A case of another regime may stand in a register of appeals besides; what was entered by mistake does not count.
    registered = set(
        Registration.objects.filter(case__in=cases, regime__in=LAWFUL)
        .exclude(ended_by=Registration.EndedBy.MISTAKE).values_list("case_id", flat=True)
    )
    found = []
    for case in cases:
        number = numbers.shown(case.number)
        clock = running.get(case.pk)
        lawful = case.regime in LAWFUL or case.pk in registered
        if (lawful and case.state in IN_WORK) or clock:
            until = clock.due_at.astimezone(clocks.zone()).date() if clock else None
            why = _("по обращению ещё идёт срок: сначала ответьте (59-ФЗ, статья 12; 152-ФЗ, статья 21, часть 5)")
            found.append(Obstacle(number, why, until))
        elif case.regime in ELSEWHERE and case.state in IN_WORK:
            found.append(Obstacle(number, _("сообщение ещё в работе в «Госуслуги. Решаем вместе»"), None))
        elif lawful:
            ended = (case.closed_at or case.answered_at or case.received_at).astimezone(clocks.zone()).date()
            until = _years_after(ended, KEPT_YEARS)
            if until > now.astimezone(clocks.zone()).date():
                why = _("дело по обращению хранится пять лет (59-ФЗ; приказ Росархива № 236, статья 154)")
                found.append(Obstacle(number, why, until))
    return found


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)


def _held_case(case: Case, marks: Traces, now: datetime) -> HeldCase:
    messages = list(CaseMessage.objects.filter(case=case).values_list("message_id", flat=True))
    photos = Attachment.objects.filter(message_id__in=messages, message__direction=Message.Direction.IN).count()
    before = Evidence.objects.filter(case=case, moment=Evidence.Moment.BEFORE).count()
    warning = _("Ещё в работе: ответить будет некуда.") if case.state in IN_WORK else ""
    return HeldCase(
        numbers.shown(case.number), case.received_at, str(case.get_regime_display()), str(case.get_state_display()),
        case.territory.short_name, marks.without(case.text, own=True), len(messages), photos + before,
        AnswerVersion.objects.filter(case=case).count(), OutsideNumber.objects.filter(case=case).count(), warning,
    )


def _words_beside(case_ids: list[int]) -> list[tuple[str, int]]:
    """How many rows with words hang on these cases, by table; empty ones are left out."""
    counted: dict[str, int] = {}
    for model in models_of_a_case():
        texts = [name for name in worded_fields(model) if name not in ("url", "once")]
        count = model._default_manager.filter(case_id__in=case_ids).count() if texts else 0
        if count:
            name = str(TABLES.get(model._meta.model_name or "", _("другие записи")))
            counted[name] = counted.get(name, 0) + count
    return list(counted.items())


def _veiled(value: str) -> str:
    """Enough to recognise, not enough to use."""
    if "@" in value:
        name, _at, domain = value.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{value[-4:-2]}-{value[-2:]}" if len(value) > 6 else "…"


TABLES = {
    "remark": gettext_lazy("пояснения сотрудников"),
    "assignment": gettext_lazy("поручения"),
    "taskreply": gettext_lazy("ответы исполнителей"),
    "answer": gettext_lazy("ответы"),
    "answerversion": gettext_lazy("тексты ответов"),
    "outsidenumber": gettext_lazy("номера в других системах"),
    "alarm": gettext_lazy("тревоги"),
    "registration": gettext_lazy("регистрации"),
    "upperrequest": gettext_lazy("просьбы к ЦУР"),
    "mirroredrow": gettext_lazy("строки других систем"),
    "conflict": gettext_lazy("расхождения с другими системами"),
    "carriedcase": gettext_lazy("отметки о переносе ответа"),
    "passedcontact": gettext_lazy("переданные контакты"),
}
