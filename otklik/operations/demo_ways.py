"""The ways of demo cases: which steps follow each other in each course."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from otklik.answers.approval import send_to_review
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.task_links import link_for
from otklik.operations.demo_courses import Course
from otklik.operations.demo_plan import Story
from otklik.operations.demo_steps import DONE, Life, Stage

WANTS_TIME = ("Ждём деталь со склада.", "Бригада занята на аварии.", "Нужен погожий день.", "Согласуем раскопку.")


def live(story: Story, received: datetime, stage: Stage) -> int:
    """Let a story happen; returns the id of its case."""
    life = Life(story, received, stage)
    _WAYS[story.course](life)
    return life.case_id


def _new(life: Life) -> None:
    life.take_alarm_over()


def _triaged(life: Life) -> None:
    life.triage()


def _assigned(life: Life) -> None:
    life.triage()
    life.assign(0.3)
    link_for(life.team.coordinator, life.assignment_id, now=life.moments.later(timedelta(minutes=2)))


def _replied(life: Life) -> None:
    life.triage()
    life.assign(0.2)
    life.reply(0.6, "done", text=life.rng.choice(DONE))


def _review(life: Life) -> None:
    _replied(life)
    answer = life.draft(0.75, life.message.answer)
    if not life.team.one_person:
        send_to_review(life.team.coordinator, answer, now=life.moments.share(0.85))


def _overdue(life: Life) -> None:
    life.rng.choices((_new, _triaged, _assigned, _replied), (15, 15, 50, 20))[0](life)


def _explained(life: Life) -> None:
    life.triage()
    life.answer(life.message.answer)
    life.end()


def _by_link(life: Life) -> None:
    _replied(life)
    life.answer(life.message.answer)
    life.end()


def _by_word(life: Life) -> None:
    life.triage()
    life.assign(0.2)
    life.word(0.7)
    life.answer(life.message.answer)
    life.end()


def _redirected(life: Life) -> None:
    life.triage()
    life.assign(0.15, wrongly=True)
    life.reply(0.3, "not_ours", whose="не знаю")
    given = redirect(
        life.team.coordinator, life.case_id, assignment_id=life.assignment_id, organisation_id=life.right,
        reason="Исполнитель ответил: не наше.", now=life.moments.share(0.45),
    )
    life.assignment_id = given.pk
    if life.story.index % 6 == 0:  # a second time: the ЦУР decides
        network = life.stage.network
        last = network.administrations[life.town]
        given = redirect(
            network.curator, life.case_id, assignment_id=given.pk, now=life.moments.share(0.55),
            organisation_id=network.executor(life.town, "landscaping") if last == life.right else last,
            reason="Спор о принадлежности: решение принял ЦУР.",
        )
        life.assignment_id = given.pk
    life.word(0.75)
    life.answer(life.message.answer)
    life.end()


def _promised(life: Life) -> None:
    _needs_time(life, life.working_day(life.rng.randint(1, 5)))


def _needs_time(life: Life, until: datetime) -> None:
    life.triage()
    life.assign(0.2)
    life.reply(0.5, "needs_time", text=life.rng.choice(WANTS_TIME), until=until.date())
    life.answer(life.message.interim or life.message.answer, kind="interim", promised=until)


def _interim(life: Life) -> None:
    answered = life.moments.received.astimezone(life.moments.zone).date()
    day = life.stage.calendar.add_working_days(answered, life.rng.randint(3, 6))
    until = datetime(day.year, day.month, day.day, 12, tzinfo=life.stage.end.tzinfo)
    _needs_time(life, until)
    life.moments.turn(until - timedelta(days=1), 300, 0.6)
    life.reply(0.4, "done", text=life.rng.choice(DONE))
    life.answer(life.message.answer)
    life.end()


def _answered(life: Life) -> None:
    life.triage()
    life.assign(0.2)
    life.word(0.7)
    life.answer(life.message.answer)


def _refuted_open(life: Life) -> None:
    _answered(life)
    life.refute(life.stage.end - timedelta(minutes=life.rng.randint(8, 150)))


def _refuted(life: Life) -> None:
    _answered(life)
    at = life.moments.later(timedelta(hours=life.rng.randint(3, 60)))
    life.refute(at)
    life.moments.turn(at, life.limit(min(life.level, 3)), min(life.story.pace, 0.9))
    life.assign(0.2)
    life.word(0.6)
    life.answer(life.message.answer)
    life.end()


def _aside(life: Life) -> None:
    outcome = life.story.course.value
    reason = ""
    if outcome == "not_ours":
        reason = "Этим занимается федеральное ведомство: напишите ему через Госуслуги или его приёмную."
    life.take_alarm_over()
    set_aside(
        life.team.operator, life.case_id, outcome=outcome, reason=reason,
        now=life.moments.later(timedelta(minutes=life.rng.randint(3, 50))),
    )


def _alarm_fresh(life: Life) -> None:
    triage(
        life.team.operator, life.case_id, theme_id=life.theme.id, title=life.message.title, importance=4,
        now=life.moments.later(timedelta(seconds=40)),
    )


def _alarm_taken(life: Life) -> None:
    life.triage(importance=4)
    life.take_alarm_over(keep=True)
    life.assign(0.3)
    life.word(0.7)
    life.answer(life.message.answer)
    life.end()


_WAYS: Mapping[Course, Callable[[Life], None]] = {
    Course.ALARM_FRESH: _alarm_fresh, Course.ALARM_TAKEN: _alarm_taken, Course.OVERDUE: _overdue, Course.NEW: _new,
    Course.TRIAGED: _triaged, Course.ASSIGNED: _assigned, Course.REPLIED: _replied, Course.REVIEW: _review,
    Course.PROMISED: _promised, Course.REFUTED_OPEN: _refuted_open, Course.ANSWERED: _answered, Course.SPAM: _aside,
    Course.THANKS: _aside, Course.NOT_OURS: _aside, Course.BURST: _by_word, Course.REFUTED: _refuted,
    Course.REDIRECTED: _redirected, Course.INTERIM: _interim, Course.EXPLAINED: _explained, Course.BY_WORD: _by_word,
    Course.BY_LINK: _by_link,
}  # fmt: skip
