"""«Что горит»: each case stands in the one group that says what to do with it today."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.acting import acting, widened
from otklik.answers.approval import send_to_review
from otklik.answers.drafting import save_draft
from otklik.cases import burning
from otklik.cases.actions.notes import note
from otklik.cases.actions.reply import reply
from otklik.cases.actions.take import take
from otklik.cases.models import Case
from otklik.cases.queue import Filters, page
from otklik.organisations.models import Absence
from otklik.organisations.staffing import staff_actor
from tests.cases.steps import RECEIVED, assigned, coordinator, executor, o_clock, received
from tests.making import SYSTEM, logged_in, make_case, make_staff, make_user

pytestmark = pytest.mark.django_db

HOME = "gorod-kamyshin"
MONDAY = "2026-03-02"


def groups(who, now) -> dict[str, list[int]]:
    with acting(who):
        return {group.name: [case.pk for case in group.rows] for group in burning.board(who, now)}


def put(case_id: int, **fields) -> None:
    """Dates as a case has them by its clocks."""
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(**fields)


def later(case_id: int) -> int:
    """The same case with a far date: it does not burn."""
    far = o_clock("18:00", "2026-04-30")
    put(case_id, urgent_at=far, control_at=far, due_at=far)
    return case_id


def test_each_case_stands_in_one_group_in_the_order_of_the_day() -> None:
    who, boss = coordinator(), make_staff(("approver", HOME))
    now = o_clock("12:00")
    late, today = received().case_id, received("Яма на дороге у школы").case_id
    put(late, urgent_at=o_clock("11:00"), control_at=o_clock("11:00"))
    put(today, urgent_at=o_clock("17:00"), control_at=o_clock("17:00"))
    fresh = later(received("Не вывозят мусор").case_id)
    silent = later(received("Нет воды в доме").case_id)
    assigned(who, silent, o_clock("10:00", MONDAY) - timedelta(days=5))
    busy = later(received("Сломаны качели").case_id)
    assigned(who, busy, o_clock("10:30"))
    mine = received("Темно во дворе").case_id
    take(who, mine, now=o_clock("10:20"))
    for one in (silent, busy, mine):
        later(one)
    assert groups(who, now) == {
        "overdue": [late], "today": [today], "waits": [mine], "unanswered": [silent], "untriaged": [fresh]
    }
    assert fresh in groups(boss, now)["untriaged"]
    assert mine not in groups(boss, now).get("waits", [])  # it waits for who took it
    assert groups(make_staff(("coordinator", "gorod-volzhskiy")), now) == {}


def test_what_waits_for_a_person_is_an_answer_to_approve_a_mention_and_a_colleagues_on_leave() -> None:
    who = coordinator()
    reviewed, called, lent = (later(received(f"Сообщение {n} о фонаре").case_id) for n in range(3))
    absent = make_user(("operator", HOME))
    take(staff_actor(absent, RECEIVED.date()), lent, now=o_clock("10:10"))
    answer = save_draft(who, reviewed, text="Готово", now=o_clock("10:15"))
    send_to_review(who, answer.pk, now=o_clock("10:16"))
    approver = make_user(("approver", HOME), name="Званая Анна Ильинична")
    note(who, called, text="@Званая посмотрите", now=o_clock("10:17"))
    for one in (reviewed, called, lent):
        later(one)
    boss = staff_actor(approver, RECEIVED.date())
    assert set(groups(boss, o_clock("12:00"))["waits"]) == {reviewed, called}
    Absence.objects.create(
        user=absent, substitute=approver, since=RECEIVED.date(), until=RECEIVED.date(), entered_at=RECEIVED
    )
    boss = staff_actor(approver, RECEIVED.date())
    assert set(groups(boss, o_clock("12:00"))["waits"]) == {reviewed, called, lent}


def test_an_executor_who_answered_or_was_asked_lately_is_not_silent() -> None:
    who = coordinator()
    case_id = later(received().case_id)
    task = assigned(who, case_id, o_clock("10:30", MONDAY))
    later(case_id)
    assert "unanswered" not in groups(who, o_clock("10:00", "2026-03-04")), "two working days are not over"
    assert groups(who, o_clock("11:00", "2026-03-04"))["unanswered"] == [case_id]
    link = executor(who, task, o_clock("11:10"))
    told = o_clock("11:20")
    reply(link, kind="needs_time", text="Нет лампы", until=told.date(), once="once" * 5, now=told)
    assert "unanswered" not in groups(who, o_clock("12:00"))


def test_the_whole_of_a_group_is_the_same_as_its_number() -> None:
    who, now = coordinator(), o_clock("12:00")
    for n in range(10):
        later(received(f"Не горит фонарь номер {n}").case_id)
    with acting(who):
        (group,) = burning.board(who, now)
        whole = page(who, Filters(tab=group.name), now)
    assert (group.count, len(group.rows), whole.total) == (10, burning.SHOWN, 10)
    assert [case.pk for case in group.rows] == [case.pk for case in whole.rows[: burning.SHOWN]]


@pytest.mark.parametrize("size", [1, 20])
def test_the_board_costs_the_same_few_queries_whatever_its_size(size) -> None:
    for n in range(size):
        put(make_case(f"Сообщение номер {n}").pk, urgent_at=timezone.now(), control_at=timezone.now())
    client = logged_in(make_user(("coordinator", HOME)))
    client.get("/desk/?tab=burning")
    with CaptureQueriesContext(connection) as asked:
        text = client.get("/desk/?tab=burning").content.decode()
    assert "Просрочено" in text and "показать все" in text if size > burning.SHOWN else True
    own = [q["sql"] for q in asked if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
    assert len(own) < 12, "\n".join(own)


def test_the_board_says_who_is_away_and_whose_case_it_is() -> None:
    absent = make_user(("operator", HOME), name="Отпускная Ира Львовна")
    me = make_user(("coordinator", HOME), name="Заменина Анна Ильинична")
    case = make_case()
    take(staff_actor(absent, timezone.localdate()), case.pk)
    day = timezone.localdate()
    Absence.objects.create(user=absent, substitute=me, since=day, until=day, entered_at=timezone.now())
    put(case.pk, urgent_at=timezone.now(), control_at=timezone.now())
    text = logged_in(me).get("/desk/?tab=burning").content.decode()
    assert "замещает Заменина А. И." in text and "за: Отпускная И. Л." in text
