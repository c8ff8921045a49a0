"""Found when needed: on made figures of a handful of centres, who is behind, who does better, and what they do else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.acting import acting, widened
from otklik.answers.template_models import AnswerTemplate
from otklik.cases.models import Notice
from otklik.failures import BadInput, NotYours
from otklik.insight.models import CaseFact
from otklik.practice import needs
from otklik.practice.jobs import look_for_needs
from otklik.practice.league import like
from otklik.practice.models import Need
from tests.making import SYSTEM, make_staff, make_user, place
from tests.practice.figure_steps import facts, write

pytestmark = pytest.mark.django_db
HOME = "elanskiy-rayon"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def best() -> int:
    """The centre at home answers a third of «water» in time, its like nine of ten, one of them all and much sooner."""
    home = place(HOME)
    with acting(SYSTEM, read_only=True):
        best, *others = like(home, NOW.date())[:4]
    behind(home.pk, best, others, NOW)
    return best


def behind(home: int, best: int, others: list[int], now: datetime, *, hits: int = 15) -> None:
    seen = now - 20 * DAY
    write(
        facts(home, "water", seen, 45, hits, minutes=3000), facts(home, "waste", seen, 30, 30),
        facts(best, "water", seen, 50, 50, minutes=300),
        *(facts(one, "water", seen, 40, 36, minutes=2900) for one in others),
    )


def test_who_is_behind_is_told_who_does_better_and_what_they_do_else(best: int) -> None:
    home, coordinator = place(HOME), make_user(("coordinator", HOME))
    with acting(SYSTEM), widened():
        for n, (where, theme) in enumerate([(best, "water"), (best, "water"), (home.pk, "waste")]):
            AnswerTemplate.objects.create(place_id=where, theme=theme, name=f"Ответ {n}", changed_at=NOW)
    assert look_for_needs(NOW) == 1
    need = Need.objects.get()
    assert (need.place, need.group, need.state, need.judged) == (home, "water", "open", 45)
    assert need.own == pytest.approx(1 / 3) and need.like == pytest.approx(0.9)
    assert need.better == [best]
    told = {one["what"]: one for one in need.differs}
    assert set(told) == {"answer", "templates"}
    assert told["answer"]["own"] == pytest.approx(3000, rel=0.05)
    assert told["answer"]["theirs"] == pytest.approx(300, rel=0.05)
    assert (told["templates"]["own"], told["templates"]["theirs"]) == (0, 2)
    assert {one["place"] for one in need.differs} == {best}
    words = Notice.objects.get(user_id=coordinator.pk, kind="exchange").words
    assert "33%" in words and "90%" in words
    assert look_for_needs(NOW + 7 * DAY) == 0  # seen again: the same row, and nobody is told twice
    need.refresh_from_db()
    assert need.seen_at == NOW + 7 * DAY and need.found_at == NOW
    assert (Need.objects.count(), Notice.objects.filter(user_id=coordinator.pk).count()) == (1, 1)


def test_a_need_is_over_when_the_gap_has_gone_and_may_come_again(best: int) -> None:
    home = place(HOME).pk
    assert look_for_needs(NOW) == 1
    with acting(SYSTEM), widened():
        others = sorted({*CaseFact.objects.values_list("scope_id", flat=True)} - {home, best})
    behind(home, best, others, NOW, hits=42)
    assert look_for_needs(NOW + DAY) == 0
    assert Need.objects.get().state == "over"
    behind(home, best, others, NOW)
    assert look_for_needs(NOW + 2 * DAY) == 1
    assert sorted(Need.objects.values_list("state", flat=True)) == ["open", "over"]


def test_what_is_put_aside_is_silent_for_a_quarter_of_a_year(best: int) -> None:
    home, who = place(HOME).pk, make_staff(("coordinator", HOME))
    assert look_for_needs(NOW) == 1
    need = Need.objects.get()
    with pytest.raises(BadInput, match="почему откладываете"):
        needs.put_aside(who, need.pk, reason=" ", now=NOW)
    with pytest.raises(NotYours):
        needs.put_aside(make_staff(("head", "gorod-kamyshin")), need.pk, reason="Чужое", now=NOW)
    needs.put_aside(who, need.pk, reason="Ремонт идёт до мая", now=NOW)
    with acting(SYSTEM), widened():
        others = sorted({*CaseFact.objects.values_list("scope_id", flat=True)} - {home, best})
    for later in (7 * DAY, 89 * DAY):
        behind(home, best, others, NOW + later)
        assert look_for_needs(NOW + later) == 0
    assert Need.objects.get().state == "aside"
    behind(home, best, others, NOW + 91 * DAY)
    assert look_for_needs(NOW + 91 * DAY) == 1
    assert sorted(Need.objects.values_list("state", flat=True)) == ["open", "over"]


def test_the_whole_network_is_looked_at_with_a_few_questions_a_centre(best: int) -> None:
    look_for_needs(NOW)
    with CaptureQueriesContext(connection) as captured:
        look_for_needs(NOW + DAY)
    assert sum("insight_cell" in one["sql"] for one in captured) < 5  # not one for each of some forty centres
