"""Own registers: switched on by an act, numbers without a gap per body, regime and year."""

from datetime import date, timedelta
from functools import partial

import pytest

from otklik.acting import acting
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.register_own import register_own
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Registration
from otklik.cases.registers import registers_for, save_register, take_number
from otklik.failures import BadInput, NotYours, Refused
from otklik.journal.models import Entry
from tests.at_once import at_once, failures
from tests.cases.invariants import check
from tests.cases.steps import coordinator, o_clock, received
from tests.making import SYSTEM, at, make_staff, organisation, reread

NOW = o_clock("12:00")
ACT = {"act_number": "12-п", "act_date": date(2026, 2, 1), "is_on": True, "now": NOW}
OTHER = "adm-gorod-volzhskiy"


def administrator(code="gorod-kamyshin"):
    return make_staff(("administrator", code))


def switched_on(body="adm-gorod-kamyshin", regime="law59", **fields):
    return save_register(SYSTEM, body_id=organisation(body).pk, regime=regime, **(ACT | fields))


@pytest.mark.django_db
def test_an_administrator_switches_a_register_on_with_its_act_and_the_journal_keeps_it():
    row = save_register(administrator(), body_id=organisation().pk, regime="law59", **ACT)
    with acting(SYSTEM):
        entry = Entry.objects.get(stream=f"register:{row.body_id}")
    assert entry.fields == {
        "body": row.body_id, "regime": "law59", "act": "12-п", "act_date": "2026-02-01", "on": True,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("who", [("coordinator", "gorod-kamyshin"), ("administrator", "gorod-volzhskiy")])
def test_nobody_else_switches_it_on(who):
    with pytest.raises(Refused):
        save_register(make_staff(who), body_id=organisation().pk, regime="law59", **ACT)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"act_number": " "}, "act_number"), ({"act_date": None}, "act_date"),
        ({"act_date": date(2027, 1, 1)}, "act_date"),
    ],
)
def test_an_act_has_a_number_and_a_day(fields, wrong):
    with pytest.raises(BadInput) as told:
        save_register(SYSTEM, body_id=organisation().pk, regime="law59", **(ACT | fields))
    assert told.value.field == wrong
    with pytest.raises(BadInput):
        save_register(SYSTEM, body_id=organisation().pk, regime="pos", **ACT)


@pytest.mark.django_db
def test_without_an_act_there_is_no_own_number():
    case_id = received().case_id
    row = switched_on(is_on=False)
    with acting(SYSTEM):
        assert registers_for(reread(case_id)) == []
    with pytest.raises(Refused, match="выключен"):
        register_own(coordinator(), case_id, register_id=row.pk, now=NOW)


@pytest.mark.django_db
def test_own_numbers_run_by_body_regime_and_year():
    row, other, second = switched_on(), switched_on(regime="law8"), switched_on(OTHER)
    who, there = coordinator(), make_staff(("coordinator", "gorod-volzhskiy"))
    given = [register_own(who, received().case_id, register_id=row.pk, now=NOW).number for _n in range(3)]
    assert given == ["1/2026", "2/2026", "3/2026"]
    assert register_own(who, received().case_id, register_id=other.pk, now=NOW).number == "1/2026"
    elsewhere = received(code="gorod-volzhskiy").case_id
    assert register_own(there, elsewhere, register_id=second.pk, now=NOW).number == "1/2026"
    # 22:30 in London is the new year in the region already.
    new_year = at("2027-01-01 00:30")
    case_id = received(now=at("2026-12-31 17:00")).case_id
    entry = register_own(who, case_id, register_id=row.pk, now=new_year)
    assert (entry.number, entry.registered_at) == ("1/2027", new_year)
    check(case_id)


@pytest.mark.django_db
def test_a_register_of_elsewhere_gives_no_number_here():
    row = switched_on(OTHER)
    with pytest.raises(NotYours):
        register_own(coordinator(), received().case_id, register_id=row.pk, now=NOW)


@pytest.mark.django_db
def test_nobody_types_over_an_own_number_and_a_second_one_is_refused():
    row, who, case_id = switched_on(), coordinator(), received().case_id
    register_own(who, case_id, register_id=row.pk, now=NOW)
    with pytest.raises(Refused, match="сама программа"):
        register_mirror(who, case_id, regime="law59", number="чужой", registered_at=NOW, now=NOW)
    with pytest.raises(Refused, match="уже зарегистрирована"):
        register_own(who, case_id, register_id=row.pk, now=NOW)
    next_one = register_own(who, received().case_id, register_id=row.pk, now=NOW)
    assert next_one.number == "2/2026", "the refusal left no gap"


@pytest.mark.django_db
def test_a_case_moved_under_the_law_gets_its_number_in_the_same_registration():
    row, who, case_id = switched_on(), coordinator(), received().case_id
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=o_clock("11:00"))
    entry = register_own(who, case_id, register_id=row.pk, now=NOW)
    with acting(SYSTEM):
        assert Registration.objects.filter(case_id=case_id).count() == 1
    assert entry.received_at == o_clock("11:00")
    check(case_id)


def test_twenty_at_once_get_twenty_numbers_without_a_gap(committed):
    row, who = switched_on(), coordinator()
    cases = [received(key=None, text=f"Яма номер {n}").case_id for n in range(20)]
    came = at_once(*(partial(register_own, who, case, register_id=row.pk, now=NOW) for case in cases))
    assert not failures(came)
    assert sorted(entry.serial for entry in came) == list(range(1, 21))


def test_what_is_rolled_back_leaves_no_gap(committed):
    row, who = switched_on(), coordinator()
    first, second = received().case_id, received().case_id
    with pytest.raises(ZeroDivisionError), acting(SYSTEM):
        assert take_number(reread_in(first), row.pk, NOW)[2] == 1
        raise ZeroDivisionError
    assert register_own(who, first, register_id=row.pk, now=NOW).serial == 1
    assert register_own(who, second, register_id=row.pk, now=NOW + timedelta(minutes=1)).serial == 2


def reread_in(case_id):
    from otklik.cases.models import Case

    return Case.objects.select_related("scope").get(pk=case_id)
