"""Promises: proposed by the words, kept and moved so that the resident knows, told of before the day. And the coach
before approval, decisions put off, what everybody may see."""

from datetime import date, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.answers.approval import approve, send_to_review
from otklik.answers.coaching import findings_of
from otklik.answers.drafting import save_draft
from otklik.answers.models import CoachOverride, Promise, PublicPromise
from otklik.answers.promise_jobs import alarm_due, follow_public
from otklik.answers.promising import Taken, keep, move, name, proposed_in, take_off
from otklik.answers.publishing import publish
from otklik.cases.actions.hand_over import hand_over
from otklik.cases.actions.postpone import bring_back_due, come_back, postpone
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Case, Notice, Postponement, Remark
from otklik.cases.postponed import debt_of
from otklik.channels.models import Message
from otklik.classifier.models import Theme
from otklik.failures import BadInput, NotYours, Refused
from otklik.organisations import region_settings
from tests.cases.steps import approved, approver, coordinator, entries, o_clock, received, running
from tests.making import SYSTEM, make_staff, place

pytestmark = pytest.mark.django_db
NOW = o_clock("12:00")
VAGUE = "Фонарь у дома 8 на Мира заменит «Горсвет» в ближайшее время."
DATED = "Фонарь у дома 8 на Мира заменит «Горсвет» до 6 марта."
DAY = date(2026, 3, 6)


@pytest.fixture
def who(db):
    return coordinator()


@pytest.fixture
def case_id(db) -> int:
    return received().case_id


def promised(who, case_id: int, text: str = DATED, until: date = DAY) -> Promise:
    answer = approved(who, case_id, NOW, text=text)
    publish(who, answer.pk, now=NOW, promises=[Taken(until, "до 6 марта")])
    with acting(SYSTEM):
        return Promise.objects.get(case_id=case_id)


def notices(kind: str) -> list[Notice]:
    with acting(SYSTEM):
        return list(Notice.objects.filter(kind=kind).order_by("pk"))


def test_a_promise_without_a_day_is_approved_only_by_somebodys_word_which_is_kept_and_counted(who, case_id):
    answer = save_draft(who, case_id, text=VAGUE, now=NOW)
    send_to_review(who, answer.pk, now=NOW)
    other = approver()
    with pytest.raises(BadInput) as told:
        approve(other, answer.pk, now=NOW)
    assert told.value.field == "vouched"
    assert "обещание без даты" in str(told.value)
    approve(other, answer.pk, in_spite="дату назовёт завод", now=NOW)
    publish(who, answer.pk, now=NOW)  # the same text: nobody is asked twice
    with acting(SYSTEM):
        row = CoachOverride.objects.get()
        assert (row.kinds, row.step, row.user_id) == (["promise_without_date"], "approve", other.user_id)
        assert "дату назовёт завод" in Remark.objects.get(case_id=case_id, verb="approve").text
    [entry] = entries(case_id, "approve")
    assert entry.fields["in_spite_of"] == ["promise_without_date"]
    assert "завод" not in str(entry.fields)


def test_where_nobody_approves_the_word_is_asked_for_at_publication(who, case_id):
    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "one_person", True, place("gorod-kamyshin").pk)
    answer = save_draft(who, case_id, text=VAGUE, now=NOW)
    with pytest.raises(BadInput):
        publish(who, answer.pk, now=NOW)
    publish(who, answer.pk, now=NOW, vouched="ждём завод")
    with acting(SYSTEM):
        assert CoachOverride.objects.get().step == "publish"


def test_the_day_of_an_interim_answer_is_a_day_for_its_promise(who, case_id):
    with acting(who, read_only=True):
        case = Case.objects.get(pk=case_id)
        assert {f.kind for f in findings_of(case, VAGUE, NOW)} == {"promise_without_date"}
        assert findings_of(case, VAGUE, NOW, promised_for=DAY) == []


def test_days_of_the_words_are_proposed_once_and_without_the_interim_day(db):
    text = DATED + " Плафон помоем до 6 марта. Кабель заменим на следующей неделе."
    assert [one.until for one in proposed_in(text, NOW)] == [DAY, date(2026, 3, 15)]
    assert [one.until for one in proposed_in(text, NOW, promised_for=DAY)] == [date(2026, 3, 15)]


def test_a_promise_taken_at_publication_is_told_of_before_the_day_and_on_it_once(who, case_id):
    head = make_staff(("head", "gorod-kamyshin"), name="Глава Ада Юрьевна")
    row = promised(who, case_id)
    assert (row.state, row.until, row.words) == ("open", DAY, "до 6 марта")
    assert alarm_due(NOW) == 0  # Wednesday; the promise is for Friday
    thursday, friday = NOW + timedelta(days=1), NOW + timedelta(days=2)
    assert (alarm_due(thursday), alarm_due(thursday)) == (1, 0)
    assert (alarm_due(friday), alarm_due(friday)) == (1, 0)
    told = notices("promise")
    assert {one.user_id for one in told} >= {head.user_id, who.user_id}
    assert len([one for one in told if one.user_id == head.user_id]) == 2
    keep(who, row.pk, now=friday)
    assert alarm_due(friday + timedelta(days=3)) == 0


def test_moving_a_promise_tells_the_resident_with_the_reason(who, case_id):
    row = promised(who, case_id)
    with pytest.raises(BadInput):
        move(who, row.pk, until=date(2026, 3, 20), reason=" ", now=NOW)
    with pytest.raises(BadInput):
        move(who, row.pk, until=date(2026, 3, 1), reason="завод задержал лампы", now=NOW)
    fresh = move(who, row.pk, until=date(2026, 3, 20), reason="завод задержал лампы", now=NOW)
    with acting(SYSTEM):
        old = Promise.objects.get(pk=row.pk)
        assert (old.state, old.moved_to_id, fresh.state) == ("moved", fresh.pk, "open")
        text = Message.objects.filter(direction=Message.Direction.OUT).latest("pk").text
    assert "до 06.03.2026" in text
    assert "до 20.03.2026" in text
    assert "завод задержал лампы" in text
    with pytest.raises(Refused):  # two people at once: the second is told
        move(who, row.pk, until=date(2026, 3, 21), reason="ещё", now=NOW)


def test_a_stranger_neither_keeps_nor_moves_nor_names_a_promise(who, case_id):
    row = promised(who, case_id)
    stranger = make_staff(("coordinator", "gorod-volzhskiy"))
    for act in (
        lambda: keep(stranger, row.pk, now=NOW), lambda: take_off(stranger, row.pk, reason="не наше", now=NOW),
        lambda: move(stranger, row.pk, until=date(2026, 4, 1), reason="так", now=NOW),
        lambda: name(stranger, row.pk, title="Фонарь", now=NOW),
    ):
        with pytest.raises(NotYours):
            act()


def test_promises_go_along_with_a_case_and_both_sides_are_told(who, case_id):
    answer = save_draft(who, case_id, text=DATED, kind="interim", promised_for=DAY, now=NOW)
    send_to_review(who, answer.pk, now=NOW)
    publish(who, approve(approver(), answer.pk, now=NOW).pk, now=NOW)
    taker = make_staff(("coordinator", "gorod-volzhskiy"), name="Принял Лев Ильич")
    hand_over(who, case_id, territory_id=place("gorod-volzhskiy").pk, reason="дорога Волжского", now=NOW)
    with acting(taker, read_only=True):
        assert list(Promise.objects.values_list("case_id", "state")) == [(case_id, "open")]
    with acting(who, read_only=True):
        assert not Promise.objects.exists()
    told = {one.user_id: one for one in notices("promise")}
    assert told[taker.user_id].case_id == case_id
    assert told[who.user_id].case_id is None
    assert "06.03.2026" in told[who.user_id].words
    with pytest.raises(NotYours):
        keep(who, promised_id(case_id), now=NOW)
    alarm_due(NOW + timedelta(days=1))
    assert len([one for one in notices("promise") if one.user_id == taker.user_id]) == 2


def promised_id(case_id: int) -> int:
    with acting(SYSTEM):
        return Promise.objects.get(case_id=case_id).pk


def test_everybody_sees_only_named_promises_of_a_municipality_that_switched_them_on(who, case_id):
    row = promised(who, case_id)
    with pytest.raises(Refused):
        name(who, row.pk, title="Фонарь на улице Мира", now=NOW)
    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "public_promises", True, place("gorod-kamyshin").pk)
        theme = Theme.objects.select_related("group").filter(group__code="lighting").first() or Theme.objects.first()
        Case.objects.filter(pk=case_id).update(theme=theme)
    name(who, row.pk, title="Фонарь на улице Мира", now=NOW)
    with pytest.raises(BadInput):
        name(who, row.pk, title="Фонарь у Иванова Ивана Ивановича", now=NOW)
    keep(who, row.pk, now=NOW + timedelta(days=1))
    with acting(SYSTEM):
        shown = PublicPromise.objects.get()
        assert (shown.title, shown.until, shown.done_on) == ("Фонарь на улице Мира", DAY, date(2026, 3, 5))
    with acting(SYSTEM), widened():
        region_settings.put(SYSTEM, "public_promises", False, place("gorod-kamyshin").pk)
    assert follow_public() == 1
    with acting(SYSTEM):
        assert not PublicPromise.objects.exists()


def test_a_postponed_decision_of_the_pos_waits_as_a_debt_and_comes_back_by_itself(who, case_id):
    with pytest.raises(Refused):
        postpone(who, case_id, until=date(2026, 4, 1), reason="нет денег", now=NOW)  # not the ПОС's
    transfer_regime(who, case_id, regime="pos", reason="пришло и в ПОС", now=NOW)
    with pytest.raises(BadInput):
        postpone(who, case_id, until=date(2026, 3, 4), reason="нет денег", now=NOW)
    postpone(who, case_id, until=date(2026, 4, 1), reason="нет денег", now=NOW)
    postpone(who, case_id, until=date(2026, 4, 2), reason="нет денег и рук", now=NOW)  # the day is moved
    with acting(who, read_only=True):
        debt = debt_of(who)
        assert (debt.count, debt.oldest) == (1, NOW)
    with acting(make_staff(("coordinator", "gorod-volzhskiy")), read_only=True):
        assert Postponement.objects.count() == 0
    assert bring_back_due(o_clock("09:00", "2026-04-01")) == 0
    assert bring_back_due(o_clock("00:05", "2026-04-02")) == 1
    assert notices("postponed")
    assert "answer" in running(case_id)
    with pytest.raises(Refused):
        come_back(who, case_id, now=o_clock("10:00", "2026-04-02"))
