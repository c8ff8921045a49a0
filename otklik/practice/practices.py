"""Practices: made from a solved problem, confirmed by the curator, taken by other centres with dated tasks.

Gates open `acting` themselves; readers stand in `practice_reading`. The whole network reads a confirmed practice, so
words that tell of a resident are not taken.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Actor, Staff, acting, widened
from otklik.answers.letter_form import check_document
from otklik.cases.noticing import notify
from otklik.cases.problem_models import Problem, ProblemState
from otklik.cases.problems import the_problem
from otklik.failures import BadInput, NotYours, Refused
from otklik.files.documents import accept_document
from otklik.files.storage import store
from otklik.journal.appending import NewEntry, append
from otklik.policy.wording import plural
from otklik.practice import allowed
from otklik.practice.models import Practice
from otklik.practice.practice_reading import groups
from otklik.practice.residents import refuse_residents
from otklik.territory.models import Kind, Territory
from otklik.typed_text import line, typed, within

LEAST_STEPS, MOST_STEPS = 3, 5
MOST_STEP = 300
MOST_PROBLEM = 1500
SOLVED = (ProblemState.FIXED, ProblemState.CLOSED)


@dataclass(frozen=True)
class Typed:
    """What is typed into the page of a practice."""

    title: str
    group: str
    problem: str
    steps: str  # one a line
    cost: str
    act: str = ""
    contact_id: int | None = None
    file: tuple[str, bytes] | None = None  # name and content of a DOCX or PDF


def make(
    actor: Actor, given: Typed, *, place_id: int | None = None, problem_id: int | None = None,
    now: datetime | None = None,
) -> Practice:
    """A draft: of a solved problem («сделать практикой»), or of what a centre does anyhow."""
    now = now or timezone.now()
    with acting(actor), widened():
        source = _solved(actor, problem_id) if problem_id is not None else None
        place = source.scope if source is not None else Territory.objects.filter(pk=place_id or 0).first()
        if place is not None and place.municipality_id:
            place = Territory.objects.get(pk=place.municipality_id)  # a district's practice is its city's
        if place is None:
            raise BadInput(_("Выберите, чья это практика."), "place")
        allowed.require_keeper(actor, place.pk)
        row = Practice(place=place, source=source, made_by_id=allowed.user_id(actor), made_at=now)
        _fill(row, given)
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as taken:
            raise Refused(_("Из этой проблемы практика уже сделана.")) from taken
        _note(row, actor, "practice_made", now, place=place.pk, problem=problem_id)
    return row


def change(
    actor: Actor, practice_id: int, given: Typed, *, version: int | None, now: datetime | None = None
) -> Practice:
    """Change a practice of one's own centre. What was confirmed waits for the curator again."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(practice_id)
        allowed.require_keeper(actor, row.place_id)
        _refuse_foreign(row)
        if version != row.version:
            raise Refused(_("Практику изменили, пока вы писали. Ваш текст ниже: сравните и сохраните ещё раз."))
        was_confirmed = row.state == Practice.State.CONFIRMED
        _fill(row, given)
        row.version += 1
        if row.state != Practice.State.DRAFT:
            row.state = Practice.State.WAITING
            row.confirmed_at, row.confirmed_by = None, None
        row.save()
        _note(row, actor, "practice_changed", now, version=row.version)
        if was_confirmed:
            _tell_curators(row, now)
    return row


def offer(actor: Actor, practice_id: int, *, now: datetime | None = None) -> Practice:
    """Send a draft to the curator."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(practice_id)
        allowed.require_keeper(actor, row.place_id)
        if row.state != Practice.State.DRAFT:
            raise Refused(_("Куратору отправляют черновик. Эта практика: %(state)s.")
                          % {"state": row.get_state_display()})
        row.state, row.returned = Practice.State.WAITING, ""
        row.save(update_fields=["state", "returned"])
        _note(row, actor, "practice_offered", now)
        _tell_curators(row, now)
    return row


def confirm(actor: Actor, practice_id: int, *, version: int | None, now: datetime | None = None) -> Practice:
    """The ЦУР's curator confirms the very text that they read: from now on the network sees it."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(practice_id)
        _require_curator(actor, row)
        if row.state != Practice.State.WAITING:
            raise Refused(_("Эта практика не ждёт подтверждения."))
        if version != row.version:
            raise Refused(_("Практику изменили, пока вы читали. Прочитайте её ещё раз."))
        row.state, row.confirmed_at, row.confirmed_by_id = Practice.State.CONFIRMED, now, allowed.user_id(actor)
        row.save(update_fields=["state", "confirmed_at", "confirmed_by"])
        _note(row, actor, "practice_confirmed", now, version=row.version)
        _tell_maker(row, now, f"Практика подтверждена: {row.title[:150]}")
    return row


def give_back(actor: Actor, practice_id: int, *, reason: str, now: datetime | None = None) -> Practice:
    """The curator gives it back with a reason: a draft again."""
    now, reason = now or timezone.now(), line(reason, 500, "reason")
    if not reason:
        raise BadInput(_("Напишите, что поправить."), "reason")
    with acting(actor), widened():
        row = _locked(practice_id)
        _require_curator(actor, row)
        if row.state != Practice.State.WAITING:
            raise Refused(_("Эта практика не ждёт подтверждения."))
        _refuse_foreign(row)
        row.state, row.returned = Practice.State.DRAFT, reason
        row.save(update_fields=["state", "returned"])
        _note(row, actor, "practice_returned", now)
        _tell_maker(row, now, f"Куратор просит поправить практику: {row.title[:100]}. {reason[:200]}")
    return row


def retire(actor: Actor, practice_id: int, *, now: datetime | None = None) -> Practice:
    """It is not offered any more; who took it keeps it. By its centre or the curator. Twice is nothing."""
    now = now or timezone.now()
    with acting(actor), widened():
        row = _locked(practice_id)
        if not may_curate(actor, row):
            allowed.require_keeper(actor, row.place_id)
        if row.state != Practice.State.RETIRED:
            row.state = Practice.State.RETIRED
            row.save(update_fields=["state"])
            _note(row, actor, "practice_retired", now)
    return row


def may_curate(actor: Actor, row: Practice) -> bool:
    """Whether this person confirms practices of that centre: its curator, or one of the whole region; never the author.
    """
    if not isinstance(actor, Staff) or actor.user_id == row.made_by_id:
        return False
    return any(g.role == "curator" and (g.scopes is None or row.place_id in g.scopes) for g in actor.grants)


def from_problem(problem: Problem, days: int | None) -> dict[str, str]:
    """What of a problem goes into the form: nothing that residents wrote. `days`: how long it took to solve."""
    theme = problem.theme
    told = "" if days is None else f"Решили за {days} {plural(days, 'день', 'дня', 'дней')}." if days else (
        "Решили в тот же день."
    )
    return {
        "title": theme.name if theme else problem.title, "group": theme.group.code if theme else "",
        "problem": "\n".join(one for one in (problem.public_text or problem.title, told) if one),
    }


def may_be_practice(problem: Problem) -> bool:
    """Whether «сделать практикой» stands on the page of a problem."""
    return problem.state in SOLVED


def _solved(actor: Actor, problem_id: int) -> Problem:
    problem = the_problem(actor, problem_id)
    if not may_be_practice(problem):
        raise Refused(_("Практику делают из решённой проблемы: сначала отметьте, что она устранена."))
    return problem


def _fill(row: Practice, given: Typed) -> None:
    row.title = _needed(line(given.title, 200, "title"), _("Назовите практику одной строкой."), "title")
    if given.group not in groups():
        raise BadInput(_("Выберите тему из списка."), "group")
    row.group = given.group
    row.problem = _needed(within(typed(given.problem), MOST_PROBLEM, "problem"), _("Напишите, что было."), "problem")
    row.steps = "\n".join(_steps(given.steps))
    row.cost = _needed(line(given.cost, 200, "cost"), _("Напишите, сколько стоит; если ничего — «ничего»."), "cost")
    row.act = line(given.act, 300, "act")
    for field in ("title", "problem", "steps", "cost", "act"):
        refuse_residents(getattr(row, field), field)
    row.contact = None
    if given.contact_id is not None:
        people = {one.pk: one for one in allowed.colleagues(row.place)}
        if given.contact_id not in people:
            raise BadInput(_("Выберите сотрудника этого центра."), "contact")
        row.contact = people[given.contact_id]
    if given.file is not None:
        name, content = given.file
        if not content.startswith(b"%PDF-"):
            check_document(content)
        row.file = store(accept_document(content, name), row.place_id, name)


def _steps(text: str) -> list[str]:
    steps = [one.strip(" \t-–—•·") for one in typed(text).splitlines()]
    steps = [one for one in steps if one]
    if not LEAST_STEPS <= len(steps) <= MOST_STEPS:
        raise BadInput(_("Опишите от трёх до пяти шагов, каждый с новой строки."), "steps")
    if any(len(one) > MOST_STEP for one in steps):
        raise BadInput(_("Шаг длиннее %(n)s знаков: сократите.") % {"n": MOST_STEP}, "steps")
    return steps


def _needed(text: str, words: str, field: str) -> str:
    if not text:
        raise BadInput(words, field)
    return text


def _refuse_foreign(row: Practice) -> None:
    if row.came_from_id is not None:
        raise Refused(_("Практику другого региона не правят: подтвердите её или не предлагайте."))


def _require_curator(actor: Actor, row: Practice) -> None:
    if not may_curate(actor, row):
        raise Refused(_("Практики подтверждает куратор ЦУР, и не свою."))


def _locked(practice_id: int) -> Practice:
    row = Practice.objects.select_for_update(of=("self",)).select_related("place").filter(pk=practice_id).first()
    if row is None:
        raise NotYours(_("Такой практики нет."))
    return row


def _note(row: Practice, actor: Actor, verb: str, now: datetime, **fields: object) -> None:
    append(NewEntry(f"practice:{row.pk}", verb, actor.reference, now, fields))


def page_of(row: Practice) -> str:
    """The address of a practice."""
    return f"/region/practices/{row.pk}/"


def _tell_curators(row: Practice, now: datetime) -> None:
    region = next((one for one in allowed.centres() if one.kind == Kind.REGION), row.place)
    told = {*allowed.people_of(region, "curator"), *allowed.people_of(row.place, "curator")} - {row.made_by_id}
    notify(sorted(told), "exchange", case=None, now=now, link=page_of(row),
           words=f"Практика ждёт подтверждения: {row.title[:150]} ({row.place.short_name})")


def _tell_maker(row: Practice, now: datetime, words: str) -> None:
    if row.made_by_id:
        notify([row.made_by_id], "exchange", case=None, now=now, words=words, link=page_of(row))

