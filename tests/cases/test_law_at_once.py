"""Two at once beside appeals: numbers leave no gap, a letter stands in one list, what came of it is noted once."""

from datetime import date
from functools import partial

import pytest

from otklik.acting import acting
from otklik.answers.sending import sent
from otklik.cases.actions.inquiries import Letter, over, send, several_bodies
from otklik.cases.actions.posting import Line, make_list
from otklik.cases.actions.reception import Talk
from otklik.cases.models import Clock, PostalList, Reception, SendingProof
from otklik.failures import Refused
from otklik.intake.accepting import issue_key
from otklik.intake.reception import Visit, receive
from tests.at_once import at_once, failures
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law
from tests.cases.steps import RECEIVED, coordinator, o_clock, received
from tests.making import SYSTEM, organisation, place

EVENING = o_clock("17:00")


@pytest.mark.usefixtures("committed")
def test_two_at_once_with_what_stands_beside_appeals():
    who = coordinator()
    home, body = place("gorod-kamyshin").pk, organisation().pk
    talk = Talk(body, RECEIVED, "Ветрова О. П.", "глава", "Просит лавочки", "written")
    visits = [Visit(issue_key(), home, talk, "Полынная Анна") for _ in range(3)]
    same = Visit(issue_key(), home, talk, "Полынная Анна")
    came = at_once(*(partial(receive, who, one, now=NOW) for one in (*visits, same, same)))
    assert not failures(came)
    with acting(SYSTEM):
        assert sorted(Reception.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]

    case_id = received().case_id
    entry = by_law(who, case_id)
    noted = at_once(*[partial(several_bodies, who, case_id, registration_id=entry.pk, reason="Двум", now=LATER)] * 2)
    assert [type(one) for one in failures(noted)] == [Refused]
    letter = Letter("request", "Сети", "Акт", "З-1", LATER, "Глава")
    row = send(who, case_id, registration_id=entry.pk, letter=letter, now=LATER)
    ends = [
        partial(over, who, case_id, inquiry_id=row.pk, state=state, at=LATER, number="1", words="Нет", now=EVENING)
        for state in ("answered", "silent")
    ]
    assert [type(one) for one in failures(at_once(*ends))] == [Refused]
    with acting(SYSTEM):
        assert not Clock.objects.filter(inquiry=row, stopped_at=None).exists()
    check(case_id)

    letters = []
    for number in range(3):
        one = by_law(who, received(f"Письмо {number}").case_id)
        letters.append(
            sent(who, one.case_id, registration_id=one.pk, number="1", at=LATER, signer="Г.", way="post", now=LATER)
        )
    lines = [Line(one.pk, "Полынная Анна", "Мира, 1") for one in letters]
    lists = at_once(
        *(partial(make_list, who, scope_id=home, day=date(2026, 3, 4), lines=chosen, now=EVENING)
          for chosen in (lines, lines[::-1], lines[:1]))
    )  # fmt: skip
    assert {type(one) for one in failures(lists)} == {Refused}
    with acting(SYSTEM):
        assert list(PostalList.objects.values_list("serial", flat=True)) == [1]
        assert SendingProof.objects.count() in (1, 3)
