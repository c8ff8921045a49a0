"""What is erased of a person in texts that were written for a whole problem."""

import pytest

from otklik.acting import acting, widened
from otklik.answers import for_problem
from otklik.answers.models import CommonAnswer, CommonVersion
from otklik.answers.redaction import redact
from otklik.cases.actions.problems import make_problem
from tests.cases.steps import coordinator, o_clock, received
from tests.making import SYSTEM

pytestmark = pytest.mark.django_db


def test_a_name_that_somebody_let_through_goes_with_its_person(db):
    who = coordinator()
    case_id = received().case_id
    problem = make_problem(who, case_id, title="Нет воды", now=o_clock("10:05"))
    other = make_problem(who, received().case_id, title="Другое", now=o_clock("10:05"))
    for one in (problem, other):
        for_problem.save(
            who, one.pk, text="Подвоз у дома Ковыльной Анны Петровны.", names_are_fine=True, now=o_clock("10:10")
        )
    with acting(SYSTEM), widened():
        assert redact([case_id], lambda text: text.replace("Ковыльной Анны Петровны", "[имя]")) == 2
        assert CommonAnswer.objects.get(problem=problem).text == "Подвоз у дома [имя]."
        assert CommonVersion.objects.get(common__problem=problem).text == "Подвоз у дома [имя]."
        assert "Ковыльной" in CommonAnswer.objects.get(problem=other).text
