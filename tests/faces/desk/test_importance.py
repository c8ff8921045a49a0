"""The importance with its reason on the page of a case; corrected with a reason, which the journal keeps."""

import pytest

from otklik.acting import acting
from otklik.cases import numbers
from otklik.cases.actions.importance import corrected_share
from otklik.cases.models import Alarm, Remark
from otklik.organisations.directories import save_duty
from tests.cases.steps import entries
from tests.making import SYSTEM, logged_in, make_case, make_user, place, reread

pytestmark = pytest.mark.django_db
HERE = "gorod-kamyshin"
GAS = "Во втором подъезде сильный запах газа, голова болит у всех"
CALM = "Во дворе не вывозят мусор, просим проверить график"


@pytest.fixture
def desk():
    return logged_in(make_user(("operator", HERE)))


def page(client, case):
    return client.get(f"/desk/case/{numbers.shown(case.number)}/").content.decode()


def correct(client, case, importance, reason=""):
    return client.post(
        f"/desk/case/{numbers.shown(case.number)}/importance/", {"importance": importance, "reason": reason}
    )


def alarms_of(case):
    with acting(SYSTEM, read_only=True):
        return list(Alarm.objects.filter(case_id=case.pk))


def test_the_reason_and_the_words_of_danger_stand_beside_the_level_and_are_lit_in_the_text(desk):
    case = make_case(GAS)
    assert case.importance == 4
    shown = page(desk, case)
    block = shown.split('class="importance-block"')[1].split("</section>")[0]
    assert "4 · " in block and "Похоже на утечку газа" in block and "<mark>запах, газа</mark>" in block
    assert '<mark title="Похоже на утечку газа">запах</mark>' in shown
    assert "step-importance" in block and "<kbd" in block and ">I</kbd>" in block


def test_a_usual_case_says_why_it_is_usual(desk):
    case = make_case(CALM)
    block = page(desk, case).split('class="importance-block"')[1].split("</section>")[0]
    assert case.importance_reason and case.importance_reason in block.replace("&quot;", '"')


def test_a_false_danger_is_corrected_with_a_reason_and_its_alarm_is_over(desk):
    save_duty(SYSTEM, place(HERE).pk, [("Дежурный", "+79000000001")])
    case = make_case(GAS)
    assert [alarm.confirmed_at for alarm in alarms_of(case)] == [None]
    assert correct(desk, case, 2).status_code == 422  # why?
    assert reread(case.pk).importance == 4
    assert correct(desk, case, 2, "пахло краской").status_code == 302
    after = reread(case.pk)
    assert (after.importance, after.importance_reason) == (2, "указано сотрудником")
    entry = entries(case.pk, "set_importance")[0]
    assert entry.fields["importance"] == [4, 2] and entry.fields["read_importance"] == 4
    assert "краской" not in str(entry.fields)
    with acting(SYSTEM, read_only=True):
        assert Remark.objects.get(case_id=case.pk).text == "пахло краской"
    alarm = alarms_of(case)[0]
    assert alarm.confirmed_at and "угрозы нет" in alarm.taken_by and entry.fields["alarm"] == alarm.pk
    assert "пахло краской" in page(desk, case)


def test_a_danger_that_the_reader_missed_rings_when_a_person_sees_it(desk):
    case = make_case(CALM)
    assert not alarms_of(case)
    correct(desk, case, 4, "есть угроза жизни")
    assert reread(case.pk).importance == 4
    assert [alarm.confirmed_at for alarm in alarms_of(case)] == [None]


def test_the_share_of_corrected_is_counted_and_agreement_counts_as_a_decision(desk):
    one, other = make_case(GAS), make_case(GAS + " второй день")
    correct(desk, one, 4)  # as it was
    correct(desk, other, 3, "уже проветрили")
    with acting(SYSTEM, read_only=True):
        assert corrected_share() == (2, 1)
    assert not entries(one.pk, "set_importance")


def test_another_centre_cannot_correct_it():
    case = make_case(GAS)
    stranger = logged_in(make_user(("operator", "gorod-volzhskiy")))
    assert correct(stranger, case, 1, "не угроза").status_code == 404
    assert reread(case.pk).importance == 4


@pytest.mark.parametrize("level", ["5", "-1", "", "четыре"])
def test_no_other_level_is_taken(desk, level):
    case = make_case(GAS)
    assert correct(desk, case, level, "x").status_code == 422
    assert reread(case.pk).importance == 4
