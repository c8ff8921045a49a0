"""Figures follow the journal, and say the same as if they were made anew."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.acting import Staff, System, acting
from otklik.answers.drafting import save_draft
from otklik.answers.publishing import publish
from otklik.cases.actions.close import close
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.spam import set_aside
from otklik.cases.actions.triage import triage
from otklik.cases.models import Case
from otklik.classifier.models import Theme, ThemeGroup
from otklik.failures import Failure
from otklik.insight.figures import freshness
from otklik.insight.following import FOLLOWER, catch_up, refresh
from otklik.insight.models import CaseFact, Cell
from otklik.insight.rebuilding import differences, rebuild
from otklik.journal.models import Follower
from otklik.organisations import region_settings
from otklik.territory.models import Kind, Territory
from tests.insight.following_steps import follow_all, number_entries, tables
from tests.making import make_staff, place, send

pytestmark = pytest.mark.django_db
PLACES = ("gorod-kamyshin", "gorod-volgograd", "gorod-volzhskiy")


def busy_person() -> Staff:
    """Somebody who may do everything everywhere, in centres of one person."""
    for code in PLACES:
        region_settings.put(System("test"), "one_person", True, place(code).pk)
    return make_staff(*[(role, code) for role in ("operator", "coordinator", "head") for code in PLACES])


def answer(actor: Staff, case_id: int, kind: str) -> None:
    promised = timezone.localdate() + timedelta(days=5) if kind == "interim" else None
    text = "Исправим, следите за новостями." if promised else "Исправили вчера вечером, фонарь на Мира, 8 горит."
    draft = save_draft(actor, case_id, text=text, kind=kind, promised_for=promised)
    publish(actor, draft.pk)


STEPS: dict[str, Callable[[Staff, int], object]] = {
    "worse": lambda who, case: triage(who, case, importance=4),
    "no incident": lambda who, case: triage(who, case, importance=0),
    "spam": lambda who, case: set_aside(who, case, outcome="spam"),
    "not ours": lambda who, case: set_aside(who, case, outcome="not_ours", reason="Федеральная дорога"),
    "interim": lambda who, case: answer(who, case, "interim"),
    "final": lambda who, case: answer(who, case, "final"),
    "close": lambda who, case: close(who, case, outcome="solved"),
    "reopen": lambda who, case: reopen(who, case, reason="Не исправлено"),
}
steps = st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 3)), max_size=14)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, ages=st.lists(st.integers(0, 400), min_size=1, max_size=4), limit=st.sampled_from([1, 3, 2000]))
def test_whatever_happens_followed_figures_are_those_made_anew(
    db: None, steps: list[tuple[str, int]], ages: list[int], limit: int
) -> None:
    who = busy_person()
    cases = [
        send(code=PLACES[n % len(PLACES)], now=timezone.now() - timedelta(hours=age)).case_id
        for n, age in enumerate(ages)
    ]
    for n, (name, which) in enumerate(steps):
        with suppress(Failure):  # the table of moves may forbid this step now
            STEPS[name](who, cases[which % len(cases)])
        if n % 3 == 0:
            number_entries()
            catch_up(timezone.now(), limit)
    follow_all(limit)
    followed = tables()
    assert not differences()
    assert rebuild(timezone.now()) == len(followed["insight_casefact"])
    assert tables() == followed


def test_a_step_done_twice_changes_nothing() -> None:
    send()
    follow_all()
    before = tables()
    with acting(System("test")):
        Follower.objects.filter(name=FOLLOWER).update(position=0)
    follow_all()
    assert tables() == before


def test_a_case_that_moves_to_another_place_takes_its_figures_along() -> None:
    city = place("gorod-volgograd")
    district = Territory.objects.filter(kind=Kind.DISTRICT, municipality=city)[0]
    sent = send(code=city.code)
    follow_all()
    with acting(System("test")):
        Case.objects.filter(pk=sent.case_id).update(scope=district)
        refresh([sent.case_id])
    with acting(System("test"), read_only=True):
        days = Cell.objects.filter(span="d", dimension="")
        assert list(days.values_list("scope_id", "received")) == [(district.pk, 1)]


def test_a_mended_figure_is_found_by_comparing_and_put_right_by_rebuilding() -> None:
    send()
    follow_all()
    with acting(System("test")):
        Cell.objects.filter(dimension="theme").update(received=7)
    assert len(differences().days) == 2  # its day and its month
    rebuild(timezone.now())
    assert not differences()


def test_a_theme_that_goes_to_another_group_takes_its_cells_along() -> None:
    who = busy_person()
    theme = Theme.objects.filter(retired=False).order_by("pk")[0]
    triage(who, send().case_id, theme_id=theme.pk, street="Мира", house="5")
    follow_all()
    other = ThemeGroup.objects.filter(version_id=theme.version_id).exclude(pk=theme.group_id)[0]
    Theme.objects.filter(pk=theme.pk).update(group=other)
    catch_up(timezone.now())
    with acting(System("test"), read_only=True):
        groups = Cell.objects.filter(dimension="group").order_by("span")
        assert list(groups.values_list("span", "number", "received")) == [("D", other.pk, 1), ("m", other.pk, 1)]
    assert not differences()
    followed = tables()
    rebuild(timezone.now())
    assert tables() == followed


def test_the_page_knows_how_many_entries_are_not_counted_yet() -> None:
    send()
    now = timezone.now()
    with acting(System("test"), read_only=True):
        assert freshness(now).behind >= 1
        assert freshness(now).as_of is None
    follow_all()
    with acting(System("test"), read_only=True):
        assert (freshness(now).behind, freshness(now).as_of) == (0, now)


def test_facts_of_another_municipality_are_closed_by_the_database_itself() -> None:
    send(code="gorod-kamyshin")
    follow_all()
    with acting(make_staff(("head", "gorod-volzhskiy")), read_only=True):
        assert not CaseFact.objects.exists()
    with acting(make_staff(("head", "gorod-kamyshin")), read_only=True):
        assert CaseFact.objects.count() == 1


def test_comparing_while_people_work_judges_only_what_was_followed() -> None:
    """Doctor looks while the worker reads an import: what is on its way is no fault."""
    sent, still = send(), send()
    follow_all()
    triage(busy_person(), sent.case_id, title="Фонарь")
    set_aside(busy_person(), sent.case_id, outcome="spam")
    send()
    assert not differences()
    number_entries()
    assert not differences()
    with acting(System("test")):
        CaseFact.objects.filter(pk=still.case_id).update(state="closed")
    assert differences().cases == [still.case_id]
    follow_all()
    assert differences().cases == [still.case_id]
