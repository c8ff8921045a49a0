"""Whatever people do with a case, figures that followed step by step are those made anew; each act is seen in them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.acting import Link, Staff, System, acting
from otklik.cases.actions.assign import assign
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.postpone import postpone
from otklik.cases.actions.redirect import redirect
from otklik.cases.actions.reply import reply
from otklik.cases.actions.resident import confirm, rate, refute
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.actions.triage import triage
from otklik.cases.models import Assignment
from otklik.classifier.models import Theme
from otklik.failures import Failure
from otklik.insight.following import catch_up
from otklik.insight.measures import Flow
from otklik.insight.models import CaseFact
from otklik.insight.rebuilding import differences, rebuild
from otklik.insight.slices import Slice, flows, measured, spread, whole
from tests.cases.steps import executor
from tests.insight.following_steps import follow_all, number_entries, tables
from tests.insight.test_following import PLACES, STEPS, busy_person
from tests.making import organisation, place, send

pytestmark = pytest.mark.django_db
_keys = count()


def task_of(case_id: int) -> Assignment:
    with acting(System("test"), read_only=True):
        found = Assignment.objects.filter(case_id=case_id, part="responsible").exclude(state="withdrawn").last()
    if found is None:
        raise Failure("никому не поручено")
    return found


def themed(who: Staff, case: int, which: int) -> object:
    return triage(who, case, theme_id=Theme.objects.order_by("pk")[which].pk, street="Мира", house="5")


def done(who: Staff, case: int) -> object:
    link = executor(who, task_of(case), timezone.now())
    return reply(link, kind="done", no_photo="dark", once=f"walk-{next(_keys)}")


def resident(case: int) -> Link:
    return Link(case, "resident", 1)


MORE: dict[str, Callable[[Staff, int], object]] = {
    "theme": lambda who, case: themed(who, case, 0),
    "other theme": lambda who, case: themed(who, case, 1),
    "assign": lambda who, case: assign(who, case, organisation_id=organisation().pk, task="Заменить лампу"),
    "redirect": lambda who, case: redirect(
        who, case, assignment_id=task_of(case).pk, organisation_id=organisation("adm-gorod-volzhskiy").pk,
        reason="Сети другой организации",
    ),
    "done": done,
    "rate": lambda who, case: rate(resident(case), 4),
    "confirm": lambda who, case: confirm(resident(case)),
    "refute": lambda who, case: refute(resident(case), text="Не исправлено", once=f"walk-{next(_keys)}"),
    "postpone": lambda who, case: postpone(
        who, case, until=timezone.localdate() + timedelta(days=20), reason="Ждём лета"
    ),
    "pos": lambda who, case: transfer_regime(who, case, regime="pos", reason="Пришло из ПОС"),
    "hand over": lambda who, case: hand_over(who, case, territory_id=place(PLACES[2]).pk, reason="Их дорога"),
}
ACTS = STEPS | MORE
acts = st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 2)), min_size=4, max_size=16)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts, ages=st.lists(st.integers(0, 2000), min_size=2, max_size=3), limit=st.sampled_from([1, 2000]))
def test_a_random_walk_of_acts_followed_is_the_same_made_anew(
    db: None, acts: list[tuple[str, int]], ages: list[int], limit: int
) -> None:
    who = busy_person()
    cases = [send(code=PLACES[0], now=timezone.now() - timedelta(hours=age)).case_id for age in ages]
    for n, (name, which) in enumerate(acts):
        with suppress(Failure):
            ACTS[name](who, cases[which % len(cases)])
        if n % 2:
            number_entries()
            catch_up(timezone.now(), limit)
    follow_all(limit)
    followed = tables()
    assert not differences()
    rebuild(timezone.now())
    assert tables() == followed


def test_a_whole_life_is_seen_in_every_figure() -> None:
    who, now = busy_person(), timezone.now()
    first = send(code=PLACES[0], now=now - timedelta(hours=20)).case_id
    for act in ("theme", "assign", "redirect", "done", "final", "rate", "refute", "theme", "assign", "done", "final",
                "confirm"):  # fmt: skip
        ACTS[act](who, first)
    again = send(code=PLACES[0], now=timezone.now() + timedelta(seconds=1)).case_id
    for act in ("theme", "pos", "postpone"):
        ACTS[act](who, again)
    follow_all()
    asked = Slice(timezone.localdate() - timedelta(days=3), timezone.localdate() + timedelta(days=1))
    with acting(System("test"), read_only=True):
        seen = whole(asked, now)
        assert (seen.received, seen.answered, seen.fixed, seen.verified, seen.checked) == (2, 1, 1, 1, 1)
        assert (seen.reopened, seen.repeated, seen.postponed, seen.hops) == (1, 1, 1, 1)
        assert (seen.rated, seen.rating, seen.themed, seen.placed, seen.reacted) == (1, 4.0, 2, 2, 2)
        assert CaseFact.objects.get(pk=again).repeated
        ours, other = organisation().pk, organisation("adm-gorod-volzhskiy").pk
        assert Flow(ours, other, 1) in flows(asked, now)
        assert sum(one.n for one in flows(asked, now)) == 2  # given anew after it came back
        assert measured(asked, "executor", now)[ours].received == 1
        times = spread(asked, "answer", None, now)[None]
        assert times.n == 1
        assert 1100 <= times.median <= 1300  # twenty hours, to a step of the scale
