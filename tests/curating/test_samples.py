"""The weekly sample: drawn so that it can be repeated, never of what a curator may not see; remarks."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.cases.models import Case, Notice
from otklik.cases.rescoping import move_scope
from otklik.curating import checking, checklists, sampling
from otklik.curating.models import Checklist, Sample, SampledAnswer
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from tests.cases.steps import answered, coordinator, o_clock, received
from tests.making import SYSTEM, make_staff, make_user, place

pytestmark = pytest.mark.django_db
NOON = o_clock("12:00")  # Wednesday, 4 March
MONDAY = o_clock("07:00", "2026-03-09")
WEEK = date(2026, 3, 2)
YES = {line.code: "yes" for line in checklists.shipped()[0]}


@pytest.fixture
def who(db):
    return coordinator()


def curator(code: str = "volgograd"):
    return make_staff(("curator", code), name="Куратова Лия Юрьевна")


def sampled() -> list[SampledAnswer]:
    with acting(SYSTEM):
        return list(SampledAnswer.objects.select_related("sample").order_by("pk"))


def one(who) -> SampledAnswer:
    answered(who, received().case_id, NOON)
    sampling.draw_week(MONDAY)
    return sampled()[0]


def closed_off(case_id: int) -> None:
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=case_id).update(restricted=True)


def notices(kind: str) -> list[Notice]:
    with acting(SYSTEM):
        return list(Notice.objects.filter(kind=kind).order_by("pk"))


def test_the_same_seed_draws_the_same_answers_whatever_the_order():
    drawn = sampling.drawn(range(100), "слово", 5)
    assert drawn == sampling.drawn([*reversed(range(100))], "слово", 5)
    assert len(set(drawn)) == 5 and drawn != sampling.drawn(range(100), "другое", 5)


def test_every_answer_is_drawn_as_often_as_any_other():
    counts = dict.fromkeys(range(20), 0)
    for seed in range(2000):
        for chosen in sampling.drawn(range(20), str(seed), 5):
            counts[chosen] += 1
    assert all(430 <= n <= 570 for n in counts.values())  # 500 expected, deviation 19


def test_on_monday_the_week_that_is_over_is_drawn_once_for_each_centre_and_can_be_repeated(who):
    with acting(SYSTEM):
        region_settings.keep(SYSTEM, "samples_each", 2)
    for _n in range(4):
        answered(who, received().case_id, NOON)
    named = make_user(("curator", "gorod-kamyshin"))
    assert sampling.draw_week(MONDAY) == 1
    assert sampling.draw_week(MONDAY + timedelta(hours=1)) == 0
    rows = sampled()
    assert len(rows) == 2 and len(rows[0].sample.candidates) == 4
    assert rows[0].sample.week == WEEK and rows[0].sample.place == place("gorod-kamyshin")
    with acting(SYSTEM):
        assert sampling.repeats(rows[0].sample)
        told = Entry.objects.get(stream=f"sample:{rows[0].sample.pk}")
    assert told.fields["seed"] == rows[0].sample.seed and told.fields["of"] == 4
    assert {note.user_id for note in notices("sample")} == {named.pk}


def test_a_case_of_restricted_access_never_takes_part(who):
    hidden = received().case_id
    answered(who, hidden, NOON)
    answered(who, received().case_id, NOON)
    closed_off(hidden)
    sampling.draw_week(MONDAY)
    assert hidden not in {row.case_id for row in sampled()}


def test_what_was_drawn_and_is_restricted_later_is_seen_by_nobody_who_may_not(who):
    row = one(who)
    closed_off(row.case_id)
    with acting(make_staff(("analyst", "gorod-kamyshin"))):
        assert not SampledAnswer.objects.exists()


def test_a_curator_draws_only_their_own_places(who):
    answered(who, received().case_id, NOON)
    stranger = curator("gorod-volzhskiy")
    with pytest.raises(BadInput):
        sampling.draw(stranger, week=WEEK, now=MONDAY)
    made = sampling.draw(curator("gorod-kamyshin"), week=WEEK, seed="слово", now=MONDAY)
    assert [sample.seed for sample in made] == ["слово"]
    with pytest.raises(Refused):
        sampling.draw(who, week=WEEK, now=MONDAY)


def test_a_good_answer_has_no_grave_miss_and_few_others():
    lines, misses = checklists.shipped()
    assert len(lines) == 10
    assert checklists.judge(lines, YES, misses)
    assert checklists.judge(lines, YES | {"date": "no", "who": "none"}, misses)
    assert not checklists.judge(lines, YES | {"private": "no"}, misses)
    assert not checklists.judge(lines, YES | {"date": "no", "who": "no", "next": "no"}, misses)


def test_a_remark_goes_to_the_municipality_is_answered_and_closed(who):
    row, judge = one(who), curator()
    checking.check(judge, row.pk, marks=YES | {"date": "no"}, remark="Назовите дату.", now=MONDAY)
    row = sampled()[0]
    assert row.state == "remarked" and row.good
    assert row.due_at == o_clock("23:59:59", "2026-03-12")  # three working days
    assert who.user_id in {note.user_id for note in notices("remark")}
    with pytest.raises(NotYours):
        checking.reply(make_staff(("coordinator", "gorod-volzhskiy")), row.pk, words="не моё", now=MONDAY)
    with pytest.raises(Refused):
        checking.reply(judge, row.pk, words="сам себе", now=MONDAY)
    checking.reply(who, row.pk, words="Дописали дату.", now=MONDAY)
    checking.decide(judge, row.pk, closes=False, words="Где написали?", now=MONDAY)
    checking.reply(who, row.pk, words="На странице сообщения.", now=MONDAY)
    checking.decide(judge, row.pk, closes=True, words="", now=MONDAY)
    row = sampled()[0]
    assert row.state == "closed" and row.reply == "На странице сообщения."
    with acting(SYSTEM):
        told = list(Entry.objects.filter(stream=f"sampled:{row.pk}").order_by("seq"))
    assert [entry.verb for entry in told] == [
        "answer_checked", "remark_replied", "remark_sent_back", "remark_replied", "remark_closed",
    ]
    assert not any("дат" in str(entry.fields) for entry in told)


def test_a_late_remark_is_told_of_on_its_day_and_after_it_once_each(who):
    row, judge = one(who), curator()
    checking.check(judge, row.pk, marks=YES, remark="Поясните.", now=MONDAY)
    due = sampled()[0].due_at
    assert checking.alarm_due(due - timedelta(hours=30)) == 0
    assert checking.alarm_due(due - timedelta(hours=10)) == 1
    assert checking.alarm_due(due - timedelta(hours=9)) == 0
    assert checking.alarm_due(due + timedelta(minutes=1)) == 1
    assert judge.user_id in {note.user_id for note in notices("remark")}


def test_a_spoilt_answer_needs_words_every_line_needs_a_mark_and_only_curators_judge(who):
    row, judge = one(who), curator()
    with pytest.raises(BadInput, match="каждую"):
        checking.check(judge, row.pk, marks={"point": "yes"}, now=MONDAY)
    with pytest.raises(BadInput, match="замечание"):
        checking.check(judge, row.pk, marks=YES | {"point": "no"}, now=MONDAY)
    with pytest.raises(Refused):
        checking.check(who, row.pk, marks=YES, now=MONDAY)
    with pytest.raises(NotYours):
        checking.check(curator("gorod-volzhskiy"), row.pk, marks=YES, now=MONDAY)


def test_a_new_checklist_judges_what_is_drawn_later_only(who):
    row, chief = one(who), curator()
    lines = [(line.text, line.grave) for line in checklists.shipped()[0]]
    made = checklists.change(chief, [*lines[:9], ("Есть фото", True)], misses=1, now=MONDAY)
    assert made.number == 2 and made.lines[0]["code"] == "point" and made.lines[9]["code"] != "own"
    with acting(SYSTEM):
        assert Checklist.objects.get(pk=row.sample.checklist_id).number == 1
    with pytest.raises(Refused):
        checklists.change(curator("gorod-kamyshin"), lines, misses=1, now=MONDAY)
    with pytest.raises(BadInput):
        checklists.change(chief, [*lines[:9], (" ", False)], misses=1, now=MONDAY)


def test_a_learning_example_names_nobody(who):
    row, judge = one(who), curator()
    with pytest.raises(BadInput, match="телефон"):
        checking.learn(judge, row.pk, good=True, text="Звоните +7 900 000-00-01", lesson="Как надо", now=MONDAY)
    made = checking.learn(judge, row.pk, good=True, text="Лампу заменили 4 марта.", lesson="Есть дата", about="date")
    assert made.line == "date"
    checking.put_away(judge, made.pk)
    with pytest.raises(NotYours):
        checking.put_away(judge, made.pk)


def test_a_sample_of_a_moved_case_goes_along_with_it(who):
    row = one(who)
    with acting(SYSTEM), widened():
        move_scope(Case.objects.get(pk=row.case_id), place("gorod-volzhskiy").pk)
    with acting(who):
        assert not SampledAnswer.objects.exists()
    assert Sample.objects.count() == 1
