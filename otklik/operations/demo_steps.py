"""The steps of a demo case, each through the same gate as any other, made by the people of its centre."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from otklik.acting import System, Visitor, acting
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.actions.close import close, close_by_silence
from otklik.cases.actions.reply import note_word, reply
from otklik.cases.actions.resident import confirm, refute
from otklik.cases.actions.triage import triage
from otklik.cases.alarms import confirm as confirm_alarm
from otklik.cases.models import Alarm
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import link_for, open_task
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.operations.demo_courses import Course
from otklik.operations.demo_moments import Moments
from otklik.operations.demo_network import ACTOR, Network, Team
from otklik.operations.demo_photos import picture
from otklik.operations.demo_places import Places, Site
from otklik.operations.demo_plan import Spot, Story
from otklik.operations.demo_texts import DemoMessage, compose, invent_person
from otklik.policy.calendar import Calendar
from otklik.policy.regulation import Policy

SILENCE = System("silence")
# An answer of the demo may leave a question open, as answers do: then somebody has said why it goes.
VOUCHED = "Об этом пока ничего не известно: напишем, когда узнаем."
DONE = (
    "Работы закончили, место убрали.", "Сделали сегодня, можно проверять.", "Бригада выезжала, всё исправили.",
    "Готово, замечаний нет.",
)  # fmt: skip


@dataclass(frozen=True)
class ThemeRow:
    """A theme as the steps need it."""

    id: int
    importance: int
    executor_kind: str


@dataclass(frozen=True)
class Stage:
    """What all stories share. `end` is aware, in the region's zone."""

    seed: int
    end: datetime
    calendar: Calendar
    policy: Policy
    places: Places
    spots: Mapping[str, Spot]
    network: Network
    themes: Mapping[str, ThemeRow]


class Life:
    """A story on its way: who acts, what is said, what the time is."""

    def __init__(self, story: Story, received: datetime, stage: Stage) -> None:
        self.story, self.stage = story, stage
        self.rng = Random(f"{stage.seed} story {story.index}")
        self.theme = stage.themes[story.theme]
        self.site: Site = stage.places.site(self.rng, story.spot)
        self.message: DemoMessage = compose(self.rng, story.theme, self.site.place)
        self.team: Team = stage.network.teams[story.spot]
        self.town = stage.spots[story.spot].municipality
        self.assignment_id = 0
        self.sent = 0
        self.moments = Moments(
            received, stage.end, stage.calendar, limit=self.limit(2), pace=story.pace
        )
        self._accept(received)

    def limit(self, importance: int) -> int:
        """Working minutes that the policy gives the answer."""
        rule = self.stage.policy.rule("answer")
        assert rule is not None
        limit = rule.limit_for(importance, self.story.theme)
        return max(limit.amount * 60, 20)

    def _accept(self, received: datetime) -> None:
        story, site = self.story, self.site
        person = None
        if story.person is not None:
            person = invent_person(Random(f"{self.stage.seed} person {story.spot} {story.person}"))
        by_phone = story.by_phone and person is not None
        accepted = accept(
            Incoming(
                "phone" if by_phone else "portal", issue_key(), self.message.text, site.territory_id,
                street=site.place.street, house=site.place.house, latitude=site.latitude, longitude=site.longitude,
                name=person.full_name if person else "",
                phone=person.phone if person and (by_phone or story.index % 2) else "",
                answer_by="phone" if by_phone else "page",
                photos=(picture(story.index, mended=False),) if story.photo and not by_phone else (),
                theme_id=self.theme.id if story.index % 5 < 2 else None,
            ),
            actor=self.team.operator if by_phone else Visitor(), now=received,
        )  # fmt: skip
        self.case_id, self.token = accepted.case_id, accepted.token
        self.moments.step(received)

    # The steps. Each takes the moment at which it happens.

    def take_alarm_over(self, *, keep: bool = False) -> None:
        """Pass a danger on to the duty service; `keep` leaves the importance at the highest."""
        with acting(ACTOR, read_only=True):
            alarm = Alarm.objects.filter(case_id=self.case_id, confirmed_at=None).values_list("pk", flat=True).first()
        if alarm is None:
            return
        at = self.moments.later(timedelta(minutes=self.rng.randint(2, 7)))
        duty = invent_person(self.rng)
        confirm_alarm(self.team.coordinator, alarm, taken_by=f"дежурный {duty.surname}", now=at)
        if not keep:  # the danger is over: it goes on as an urgent case
            triage(self.team.coordinator, self.case_id, importance=3, now=self.moments.later(timedelta(minutes=3)))

    def triage(self, *, importance: int | None = None) -> None:
        self.take_alarm_over(keep=importance == 4)
        level = importance if importance is not None else min(max(self.theme.importance, 1), 3)
        minutes = self.rng.randint(3, 50)
        at = self.moments.share(min(0.3, minutes / self.limit(level)))
        triage(
            self.team.operator, self.case_id, theme_id=self.theme.id, title=self.message.title, importance=level, now=at
        )
        self.moments.limit(self.limit(level), self.story.pace)
        self.level = level

    def assign(self, part: float, *, wrongly: bool = False) -> None:
        right = self.stage.network.executor(self.town, self.theme.executor_kind)
        wrong = self.stage.network.executor(self.town, "landscaping")
        if wrong == right:
            wrong = self.stage.network.executor(self.town, "housing_company")
        self.right = right
        given = assign(
            self.team.coordinator, self.case_id, organisation_id=wrong if wrongly else right,
            task=self.message.task or self.message.title, now=self.moments.share(part),
        )
        self.assignment_id = given.pk

    def reply(self, part: float, kind: str, *, text: str = "", until: date | None = None, whose: str = "") -> None:
        """The executor opens the link and answers."""
        token = link_for(self.team.coordinator, self.assignment_id, now=self.moments.later(timedelta(minutes=2)))
        at = self.moments.share(part)
        self.sent += 1
        photos = (picture(self.story.index, mended=True),) if kind == "done" and self.story.photo_after else ()
        reply(
            open_task(token, at), kind=kind, text=text, until=until, whose=whose, photos=photos, no_photo="nothing",
            once=f"demo-{self.case_id}-{self.sent}", now=at,
        )

    def word(self, part: float) -> None:
        """The executor says it by phone."""
        at = self.moments.share(part)
        who = invent_person(self.rng)
        note_word(
            self.team.coordinator, self.case_id, assignment_id=self.assignment_id, kind="done",
            text=self.rng.choice(DONE), said_by=f"мастер {who.surname}", said_at=at - timedelta(minutes=2), now=at,
        )

    def draft(self, part: float, text: str, *, kind: str = "final", promised: datetime | None = None) -> int:
        answer = save_draft(
            self.team.coordinator, self.case_id, text=text, kind=kind,
            promised_for=promised.date() if promised else None, now=self.moments.share(part),
        )
        return answer.pk

    def answer(self, text: str, *, kind: str = "final", promised: datetime | None = None, part: float = 1.0) -> None:
        """Draft, approval where the centre has it, publication."""
        answer = self.draft(part * 0.85, text, kind=kind, promised=promised)
        if not self.team.one_person:
            send_to_review(self.team.coordinator, answer, now=self.moments.share(part * 0.88))
            approve(self.team.approver, answer, now=self.moments.share(part * 0.96), in_spite=VOUCHED)
        publish(self.team.coordinator, answer, now=self.moments.share(part), vouched=VOUCHED)

    def refute(self, at: datetime) -> None:
        refute(open_link(self.token), text=self.message.disagrees, once=f"demo-{self.case_id}", now=at)

    def end(self) -> None:
        """The ending that the plan gives."""
        if self.story.ending == "silence":
            days = self.stage.policy.silence_closes_working_days or 3
            close_by_silence(SILENCE, self.case_id, now=self.moments.silence(days))
        elif self.story.ending == "confirmed":
            at = self.moments.later(timedelta(hours=self.rng.randint(1, 30), minutes=self.rng.randrange(60)))
            confirm(open_link(self.token), now=at)
        elif self.story.ending == "closed":
            explained = self.story.course == Course.EXPLAINED
            at = self.moments.later(timedelta(hours=self.rng.randint(2, 50)))
            close(
                self.team.coordinator, self.case_id, outcome="explained" if explained else "solved",
                reason="" if explained else "Проверили на месте.", now=at,
            )

    def working_day(self, days: int) -> datetime:
        """The day that is so many working days after the end (or, with a negative number, before it)."""
        day = self.stage.end.date()
        if days > 0:
            day = self.stage.calendar.add_working_days(day, days)
        return datetime(day.year, day.month, day.day, tzinfo=self.stage.end.tzinfo)
