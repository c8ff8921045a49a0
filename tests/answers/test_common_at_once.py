"""Two workers carry one common answer at once, and somebody withdraws it in the middle: nobody is answered twice."""

from otklik.acting import acting
from otklik.answers import for_problem, for_problem_jobs
from otklik.answers.models import Answer, CommonAnswer, CommonRow
from tests.answers.test_for_problem import problem_of
from tests.at_once import at_once, failures
from tests.cases.steps import approver, coordinator, o_clock
from tests.making import SYSTEM


def test_two_workers_and_a_withdrawal_at_once(committed):
    who, agreed = coordinator(), approver()
    problem, ids = problem_of(who, 4)
    for_problem.save(who, problem.pk, text="По карточке {номер}: воду дали сегодня в 9:00.", now=o_clock("10:10"))
    for_problem.send_to_review(who, problem.pk)
    for_problem.approve(agreed, problem.pk, version=1, in_spite="так и есть", now=o_clock("10:12"))
    for_problem.begin(who, problem.pk, version=1, in_spite="так и есть", now=o_clock("10:20"))
    came = at_once(
        lambda: for_problem_jobs.carry_on(o_clock("10:21")), lambda: for_problem_jobs.carry_on(o_clock("10:21")),
        lambda: for_problem.withdraw(agreed, problem.pk, reason="ошибка", now=o_clock("10:21")),
    )
    assert [one for one in failures(came) if type(one).__name__ not in ("NotYours", "Refused")] == []
    with acting(SYSTEM):
        out = list(Answer.objects.filter(case_id__in=ids, state="published").values_list("case_id", flat=True))
        rows = dict(CommonRow.objects.values_list("case_id", "state"))
        assert len(out) == len(set(out))
        assert {pk for pk, state in rows.items() if state == "sent"} == set(out)
        assert "waiting" not in rows.values()
        assert CommonAnswer.objects.get().state in ("sent", "stopped")
