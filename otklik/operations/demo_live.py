"""The demo region alive: new messages at a rate, now, and staff who work on them; until it is asked to stop.

Everything goes through the same gates as in a real region and at the real time, so that open pages, clocks, alarms and
figures may be watched while something happens. Only in a demo region: what is invented must not mix with what is real.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.acting import Visitor
from otklik.answers.approval import approve, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.assign import assign
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm
from otklik.cases.actions.triage import triage
from otklik.cases.clocks import zone
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import link_for, open_task
from otklik.failures import Failure
from otklik.intake.accepting import Accepted, Incoming, accept, issue_key
from otklik.operations import demo
from otklik.operations.demo_plan import month_of
from otklik.operations.demo_steps import DONE, VOUCHED, Stage, ThemeRow
from otklik.operations.demo_texts import THEMES, DemoMessage, compose, invent_person
from otklik.operations.demo_texts.matters import matters
from otklik.operations.demo_texts.seasons import how_often

MOST_A_MINUTE = 600.0
KEPT = 200  # messages that staff still work on; older ones wait for people
ACTS_EACH = 2  # steps of staff for each new message
PHONE_SHARE, NAMED_SHARE = 0.2, 0.7


@dataclass
class Lived:
    """What happened: how many messages came, how many steps staff made, how many were refused by a gate."""

    messages: int = 0
    steps: int = 0
    refused: int = 0


@dataclass
class Matter:
    """One live message on its way. `done` counts the steps behind it."""

    accepted: Accepted
    spot: str
    theme: ThemeRow
    message: DemoMessage
    done: int = 0
    assignment_id: int = 0
    answer_id: int = 0


class LiveDemo:
    """Sends messages and lets staff work. `seed` makes what is said repeatable; the times are real."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.rng = Random(f"otklik demo live {seed} {now:%Y%m%d%H%M}")
        self.stage: Stage = demo.stage_at(demo.DEFAULT_SEED, now.astimezone(zone()))
        self.lived = Lived()
        self._at_work: list[Matter] = []
        month = month_of(0)
        usual = [code for code in THEMES if code in self.stage.themes and matters()[code].task]
        self._themes = [code for code in usual if how_often(code, month) > 0] or usual
        self._often = [how_often(code, month) or 1 for code in self._themes]
        self._spots = list(self.stage.spots.values())

    def send(self, now: datetime) -> Accepted:
        """One new message: from somewhere, about something, by the portal or by phone."""
        rng = self.rng
        spot = rng.choices(self._spots, [one.people for one in self._spots])[0]
        code = rng.choices(self._themes, self._often)[0]
        site = self.stage.places.site(rng, spot.code)
        message = compose(rng, code, site.place)
        operator = self.stage.network.teams[spot.code].operator
        by_phone = rng.random() < PHONE_SHARE and bool(operator.grants)
        person = invent_person(rng) if by_phone or rng.random() < NAMED_SHARE else None
        accepted = accept(
            Incoming(
                "phone" if by_phone else "portal", issue_key(), message.text, site.territory_id,
                street=site.place.street, house=site.place.house, latitude=site.latitude, longitude=site.longitude,
                name=person.full_name if person else "", phone=person.phone if person else "",
                answer_by="phone" if by_phone else "page",
            ),
            actor=operator if by_phone else Visitor(), now=now,
        )  # fmt: skip
        self.lived.messages += 1
        self._at_work = [*self._at_work[-KEPT:], Matter(accepted, spot.code, self.stage.themes[code], message)]
        return accepted

    def work(self, now: datetime) -> None:
        """One step of somebody with one of the live messages. What a person did meanwhile by hand is left to them."""
        if not self._at_work:
            return
        matter = self.rng.choice(self._at_work)
        steps = (self._triage, self._assign, self._reply, self._draft, self._approve, self._publish, self._confirm)
        try:
            steps[matter.done](matter, now)
        except Failure:
            self.lived.refused += 1
            self._at_work.remove(matter)
            return
        self.lived.steps += 1
        matter.done += 1
        if matter.done == len(steps):
            self._at_work.remove(matter)

    def _triage(self, one: Matter, now: datetime) -> None:
        operator = self.stage.network.teams[one.spot].operator
        level = min(max(one.theme.importance, 1), 3)
        triage(
            operator, one.accepted.case_id, theme_id=one.theme.id, title=one.message.title, importance=level, now=now
        )

    def _assign(self, one: Matter, now: datetime) -> None:
        town = self.stage.spots[one.spot].municipality
        given = assign(
            self.stage.network.teams[one.spot].coordinator, one.accepted.case_id,
            organisation_id=self.stage.network.executor(town, one.theme.executor_kind),
            task=one.message.task or one.message.title, now=now,
        )  # fmt: skip
        one.assignment_id = given.pk

    def _reply(self, one: Matter, now: datetime) -> None:
        token = link_for(self.stage.network.teams[one.spot].coordinator, one.assignment_id, now=now)
        later = now + timedelta(milliseconds=10)
        reply(
            open_task(token, later), kind="done", text=self.rng.choice(DONE), no_photo="nothing",
            once=f"live-{one.accepted.case_id}-{one.done}", now=later,
        )  # fmt: skip

    def _draft(self, one: Matter, now: datetime) -> None:
        team = self.stage.network.teams[one.spot]
        answer = save_draft(team.coordinator, one.accepted.case_id, text=one.message.answer or DONE[0], now=now)
        one.answer_id = answer.pk
        if not team.one_person:
            send_to_review(team.coordinator, answer.pk, now=now)

    def _approve(self, one: Matter, now: datetime) -> None:
        team = self.stage.network.teams[one.spot]
        if not team.one_person:
            approve(team.approver, one.answer_id, now=now, in_spite=VOUCHED)

    def _publish(self, one: Matter, now: datetime) -> None:
        publish(self.stage.network.teams[one.spot].coordinator, one.answer_id, now=now, vouched=VOUCHED)

    def _confirm(self, one: Matter, now: datetime) -> None:
        confirm(open_link(one.accepted.token), now=now)


def run_live(
    rate: float, *, stop: threading.Event, seed: int = demo.DEFAULT_SEED, told: Callable[[Lived], None] | None = None,
    most: int | None = None, clock: Callable[[], datetime] = timezone.now,
) -> Lived:  # fmt: skip
    """Send `rate` messages a minute, evenly with a little chance, until `stop` is set (or `most` have been sent).

    Raises `Failure` where the region is no demo, or its demo is not finished.
    """
    state = demo.unfinished()
    if not demo.is_demo() or state is not None:
        raise Failure(
            _("Это не показательный регион: придуманное смешалось бы с настоящим. Сначала сделайте его: otklik demo.")
        )
    if not 0 < rate <= MOST_A_MINUTE:
        raise Failure(_("Темп — от одного сообщения в час (0.02) до %(n)s в минуту.") % {"n": int(MOST_A_MINUTE)})
    live = LiveDemo(seed, clock())
    pace = 60.0 / rate
    while not stop.is_set() and (most is None or live.lived.messages < most):
        live.send(clock())
        parts = [pace * live.rng.uniform(0.6, 1.4) / (ACTS_EACH + 1)] * (ACTS_EACH + 1)
        for part in parts[:-1]:
            if stop.wait(part):
                break
            live.work(clock())
        if told:
            told(live.lived)
        stop.wait(parts[-1])
    return live.lived
