"""Whatever people do in whatever order, the case stays whole: random walks over the gates."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.acting import acting
from otklik.answers.approval import approve, return_to_author, send_to_review
from otklik.answers.drafting import save_draft
from otklik.answers.jobs import close_silent
from otklik.answers.models import Answer
from otklik.answers.publishing import publish, published_by_hand
from otklik.answers.sending import sent
from otklik.cases.actions import law_outcomes
from otklik.cases.actions.ask_upper import ask_upper, keep, recall
from otklik.cases.actions.assign import add_co_executor, assign
from otklik.cases.actions.close import close, close_by_silence
from otklik.cases.actions.complained import add_complained
from otklik.cases.actions.correspondence import ask_extension, extend, forwarded, not_ours
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.part import set_due, withdraw
from otklik.cases.actions.pause import pause, resume
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.register import register_mirror, unregister
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.reply import note_word, reply
from otklik.cases.actions.resident import confirm, rate, refute
from otklik.cases.actions.reveal import reveal_contacts
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.take import take
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.actions.triage import triage
from otklik.cases.alarms import confirm as confirm_alarm
from otklik.cases.alarms import move_unanswered_on
from otklik.cases.clocks import zone
from otklik.cases.jobs import understand_case
from otklik.cases.models import Alarm, Assignment, Case, LawDecision, Registration
from otklik.cases.outcome_filling import Given
from otklik.cases.resident_links import open_link
from otklik.cases.task_links import link_for, open_task, revoke
from otklik.cases.warnings import warn_due
from otklik.classifier.models import Theme
from otklik.failures import Failure
from tests.cases.invariants import check
from tests.cases.steps import RECEIVED, received
from tests.making import SYSTEM, make_staff, organisation, place

ORGANISATIONS = ("adm-gorod-kamyshin", "adm-gorod-volzhskiy", "adm-gorod-volgograd", "adm-gorod-mikhaylovka")
PLACES = ("gorod-kamyshin", "gorod-volzhskiy")


class Walk:
    """One case, four people who may do everything between them, and a clock that only goes on."""

    def __init__(self) -> None:
        both = [(role, code) for role in ("coordinator", "operator", "head", "approver") for code in PLACES]
        self.who = make_staff(*both)
        self.other = make_staff(*both)
        self.curator = make_staff(("curator", "volgograd"))
        self.sent = received(phone="+7 900 555-66-77")
        self.case_id = self.sent.case_id
        self.now: datetime = RECEIVED
        self.keys = 0

    def later(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def _last(self, model: type, **fields: Any) -> int:
        with acting(SYSTEM, read_only=True):
            found = model.objects.filter(case_id=self.case_id, **fields).order_by("-id").first()  # type: ignore[attr-defined]
        return found.pk if found else 0

    def organisation(self, n: int) -> int:
        return organisation(ORGANISATIONS[n % len(ORGANISATIONS)]).pk

    def acts(self, n: int) -> dict[str, Callable[[], object]]:
        """Every gate, its arguments chosen by a number."""
        case, who, now = self.case_id, self.who, self.now
        task, answer = self._last(Assignment), self._last(Answer)
        alarm, turn = self._last(Alarm, confirmed_at=None), self.sent.token
        kind = ("done", "needs_time", "not_ours")[n % 3]
        said: dict[str, Any] = {"kind": kind, "text": "слово", "whose": "их", "until": now.astimezone(zone()).date()}
        promised = now.astimezone(zone()).date() + timedelta(days=n % 9)
        interim = {"kind": "interim", "promised_for": promised} if n % 2 else {"kind": "final"}
        outcomes = ("spam", "thanks", "not_ours")
        themes = Theme.objects.filter(retired=False).order_by("id")
        return {
            "take": lambda: take((who, self.other)[n % 2], case, now=now),
            "triage": lambda: triage(who, case, importance=n % 5, theme_id=themes[n % 7].pk, now=now),
            "assign": lambda: assign(who, case, organisation_id=self.organisation(n), task="дело", now=now),
            "helper": lambda: add_co_executor(
                who, case, organisation_id=self.organisation(n + 1), task="помочь", now=now
            ),
            "redirect": lambda: redirect(
                (who, self.curator)[n % 2], case, assignment_id=task, organisation_id=self.organisation(n),
                reason="не их", now=now,
            ),
            "reply": lambda: reply(
                open_task(link_for(who, task, now=now), now), once=self.key(), now=now, no_photo="dark", **said
            ),
            "word": lambda: note_word(who, case, assignment_id=task, said_by="мастер", said_at=now, now=now, **said),
            "revoke": lambda: revoke(who, task, now=now),
            "pause": lambda: pause(who, case, reason="ждём", now=now),
            "resume": lambda: resume(who, case, now=now),
            "draft": lambda: save_draft(who, case, text=f"Ответ {n}", base_version=None, now=now, **interim),
            "review": lambda: send_to_review(who, answer, now=now),
            "approve": lambda: approve(self.other, answer, now=now),
            "return": lambda: return_to_author(self.other, answer, reason="не то", now=now),
            "publish": lambda: publish(who, answer, in_spite="ждать нечего", now=now),
            "by hand": lambda: published_by_hand(
                who, answer, at=now - timedelta(minutes=n), in_spite="ждать нечего", now=now
            ),
            "aside": lambda: set_aside(who, case, outcome=outcomes[n % 3], reason="не сюда", now=now),
            "close": lambda: close(who, case, outcome="solved", reason="проверили", now=now),
            "silence": lambda: close_by_silence(SYSTEM, case, now=now),
            "silent job": lambda: close_silent(now),
            "confirm": lambda: confirm(open_link(turn), now=now),
            "rate": lambda: rate(open_link(turn), n % 5 + 1, now=now),
            "refute": lambda: refute(open_link(turn), text="не исправлено", once=self.key(), now=now),
            "reopen": lambda: reopen(who, case, reason="рано", now=now),
            "reveal": lambda: reveal_contacts(who, case, reason="звонок", now=now),
            "alarm": lambda: confirm_alarm(who, alarm, taken_by="Дежурова", now=now),
            "next on duty": lambda: move_unanswered_on(now),
            "warn": lambda: warn_due(now),
            "understand": lambda: understand_case(case, now),
            **self.of_registers(n),
            **self.of_decisions(n),
            "part due": lambda: set_due(
                who, case, assignment_id=task, due_at=now + timedelta(hours=n + 1), reason="позже", now=now
            ),
            "take off": lambda: withdraw(who, case, assignment_id=task, reason="не нужно", now=now),
            "ask": lambda: ask_upper(
                who, case, reason="спор", now=now, organisation_id=self.organisation(n) if n % 2 else None
            ),
            "keep": lambda: keep(self.curator, case, words="так верно", now=now),
            "recall": lambda: recall(who, case, now=now),
            "to the upper": lambda: hand_over(
                who, case, territory_id=place("volgograd").pk, reason="спор", now=now
            ),
            "from above": lambda: hand_over(
                self.curator, case, territory_id=place(PLACES[n % 2]).pk, reason="ваше", now=now
            ),
            "hand over": lambda: hand_over(
                who, case, territory_id=place(PLACES[n % 2]).pk, reason="туда", now=now
            ),
        }

    def of_registers(self, n: int) -> dict[str, Callable[[], object]]:
        """The gates of registrations, regimes and their clocks."""
        case, who, now = self.case_id, self.who, self.now
        entry = self._last(Registration, ended_at=None)
        regime = ("law59", "law8", "pos")[n % 3]
        dates: dict[str, Any] = {"registered_at": now - timedelta(hours=n % 5), "number": f"{n}"}
        if n % 4 == 0:
            dates["due_at"] = now + timedelta(days=n + 1)
        return {
            "register": lambda: register_mirror(who, case, regime=regime, now=now, **dates),
            "import says": lambda: register_mirror(SYSTEM, case, regime=regime, status=f"{n}", now=now),
            "source answered": lambda: register_mirror(SYSTEM, case, regime=regime, answered_at=now, now=now),
            "unregister": lambda: unregister(who, case, registration_id=entry, reason="ошибка", now=now),
            "sent": lambda: sent(
                who, case, registration_id=entry, number=f"{n}", at=now, signer="Глава", way="post", now=now,
                in_spite="ждать нечего" if n % 2 else "",
            ),
            "not ours": lambda: not_ours(who, case, registration_id=entry, reason="не наше", now=now),
            "forwarded": lambda: forwarded(
                who, case, registration_id=entry, to="Комитет", number=f"{n}", at=now, signer="Глава", notified=True,
                not_complained_of=True, now=now,
            ),
            "ask extension": lambda: ask_extension(who, case, registration_id=entry, now=now),
            "extend": lambda: extend(
                who, case, registration_id=entry, days=n % 40, reason="запросы", noticed_at=now, decided_by="глава",
                now=now,
            ),
            "transfer": lambda: transfer_regime(
                who, case, regime=("social", "law59", "law8", "pos")[n % 4], reason="так надо", now=now
            ),
        }


    def of_decisions(self, n: int) -> dict[str, Callable[[], object]]:
        """The gates of decisions by law."""
        case, who, now = self.case_id, self.who, self.now
        entry, decision = self._last(Registration, ended_at=None), self._last(LawDecision)
        given = Given(reason="так", addressee="Проба Н. И.", body="Прокуратура")
        return {
            "law prepare": lambda: law_outcomes.prepare(
                who, case, registration_id=entry, code=DECISIONS[n % len(DECISIONS)], given=given, now=now
            ),
            "law decide": lambda: law_outcomes.decide(who, case, decision_id=decision, now=now),
            "law done": lambda: law_outcomes.done(
                who, case, decision_id=decision, number=f"{n}", at=now, signer="Глава", way="post", now=now
            ),
            "law withdraw": lambda: law_outcomes.withdraw(who, case, decision_id=decision, reason="рано", now=now),
            "complained": lambda: add_complained(who, case, organisation_id=self.organisation(n), now=now),
        }


DECISIONS = ("court", "unclear", "forward", "migration", "l8_unclear", "l8_clarify", "anonymous")
# Ways that lead somewhere are likelier than one in thirty at each step would make them.
ANSWERING = ("draft", "review", "approve", "publish")
STEPS = st.lists(
    st.tuples(
        st.one_of(
            st.sampled_from([
                "take", "triage", "assign", "helper", "redirect", "reply", "word", "revoke", "pause", "resume",
                "by hand", "aside", "close", "silence", "silent job", "confirm", "refute", "reopen", "reveal", "alarm",
                "next on duty", "warn", "understand", "hand over", "register", "import says", "source answered",
                "unregister", "sent", "not ours", "forwarded", "ask extension", "extend", "transfer", "part due",
                "take off", "ask", "keep", "recall", "to the upper", "from above", "law prepare", "law decide",
                "law done", "law withdraw", "complained", *ANSWERING,
            ]).map(lambda name: (name,)),
            st.just(ANSWERING), st.just(("assign", "reply")), st.just(("pause", "resume")),
            st.just((*ANSWERING, "refute")), st.just(("register", "transfer")),
            st.just(("transfer", "register", "sent")), st.just(("register", "extend")),
            st.just(("transfer", "register", "law prepare", "law decide", "law done")),
            st.just(("assign", "helper", "part due")), st.just(("not ours", "forwarded")),
        ),
        st.integers(0, 60), st.sampled_from([0, 1, 7, 55, 600, 4000]),
    ),
    min_size=1, max_size=9,
)


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_a_case_stays_whole_whatever_is_done_to_it(steps):
    walk = Walk()
    for names, number, minutes in steps:
        walk.later(minutes)
        for name in names:
            with contextlib.suppress(Failure):
                walk.acts(number)[name]()
    check(walk.case_id)


@pytest.mark.django_db
def test_every_act_of_the_walk_can_succeed():
    """A walk whose steps are always refused would prove nothing."""
    walk, came = Walk(), set()
    for name in (
        "understand", "take", "triage", "pause", "resume", "assign", "helper", "reveal", "reply", "word", "redirect",
        "revoke", "warn", "draft", "review", "return", "review", "approve", "publish", "refute", "assign", "draft",
        "review", "approve", "by hand", "close", "reopen", "hand over", "aside", "reopen", "draft", "review",
        "approve", "publish", "silence", "reopen", "draft", "review", "approve", "publish", "confirm",
    ):
        walk.later(1)
        number = {"refute": 0, "draft": 0, "hand over": 1, "redirect": 2, "triage": 3, "aside": 2, "by hand": 0,
                  "helper": 0, "word": 0, "reply": 0, "assign": 0}.get(name, 0)
        walk.acts(number)[name]()
        came.add(name)
        check(walk.case_id)
    with acting(SYSTEM):
        assert Case.objects.get(pk=walk.case_id).fix == "confirmed"
    assert came >= {"confirm", "hand over", "pause"}


@pytest.mark.django_db
def test_every_act_of_a_register_can_succeed():
    walk = Walk()
    for name, number in (
        ("register", 1), ("import says", 1), ("unregister", 1), ("register", 0), ("transfer", 1), ("not ours", 0),
        ("assign", 0), ("helper", 0), ("part due", 1), ("take off", 1), ("ask", 2), ("keep", 1), ("ask", 0),
        ("recall", 1), ("to the upper", 1), ("from above", 0), ("forwarded", 1), ("reopen", 0), ("transfer", 2),
        ("register", 1), ("ask extension", 1), ("extend", 3), ("sent", 1), ("reopen", 0), ("transfer", 3),
        ("import says", 2), ("source answered", 2), ("reopen", 0), ("transfer", 1), ("register", 0), ("law prepare", 0),
        ("law withdraw", 0), ("complained", 0), ("law prepare", 2), ("law decide", 0), ("law done", 0), ("reopen", 0),
        ("transfer", 2), ("register", 1), ("law prepare", 5), ("law decide", 0), ("law done", 0),
        ("transfer", 3), ("register", 2),
    ):
        walk.later(1)
        walk.acts(number)[name]()
        check(walk.case_id)
    with acting(SYSTEM):
        assert Case.objects.get(pk=walk.case_id).regime == "pos"
