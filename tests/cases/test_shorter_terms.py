"""Shorter limits that a law gives for some matters: chosen by a person, counted in place of the common ones."""

import pytest

from otklik.acting import acting
from otklik.cases.actions.correspondence import extend
from otklik.cases.actions.matter import set_matter
from otklik.cases.actions.transfer import transfer_regime
from otklik.cases.models import Registration
from otklik.cases.shorter_terms import save_own, shipped, shortened, terms
from otklik.failures import BadInput, NotYours, Refused
from otklik.policy.loading import all_policies
from tests.cases.invariants import check
from tests.cases.registering import LATER, NOW, by_law, clocks_of, local
from tests.cases.steps import coordinator, entries, o_clock, received
from tests.making import SYSTEM, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def who():
    return coordinator()


@pytest.fixture
def case_id():
    return received().case_id


OWN = {
    "regime": "law59", "clock": "answer", "days": 15, "name": "Семьи с детьми", "source": "закон области № 1, статья 2",
}


def test_the_answer_is_due_by_the_shorter_limit_and_by_the_common_one_again(who, case_id):
    entry = by_law(who, case_id)
    set_matter(who, case_id, registration_id=entry.pk, code="migration", now=LATER)
    answer = clocks_of(case_id, "law59")["answer"]
    assert local(answer.due_at) == "2026-03-24 23:59:59"
    assert "часть 1.1 статьи 12 59-ФЗ" in answer.why[0]
    check(case_id)
    set_matter(who, case_id, registration_id=entry.pk, code="migration", now=LATER)
    assert len(entries(case_id, "matter")) == 1
    set_matter(who, case_id, registration_id=entry.pk, code="", now=LATER)
    assert local(clocks_of(case_id, "law59")["answer"].due_at) == "2026-04-03 23:59:59"
    check(case_id)


def test_an_extension_adds_to_the_shorter_limit(who, case_id):
    entry = by_law(who, case_id)
    set_matter(who, case_id, registration_id=entry.pk, code="migration", now=LATER)
    extend(
        who, case_id, registration_id=entry.pk, days=30, reason="Ждём документы", noticed_at=LATER, decided_by="Глава",
        now=LATER,
    )
    assert local(clocks_of(case_id, "law59")["answer"].due_at) == "2026-04-23 23:59:59"
    check(case_id)


def test_a_request_by_word_of_mouth_is_registered_on_its_day(who, case_id):
    transfer_regime(who, case_id, regime="law8", reason="Просит сведения", now=NOW)
    with acting(SYSTEM):
        entry = case_registration(case_id)
    assert local(clocks_of(case_id, "law8")["register"].due_at) == "2026-03-07 23:59:59"
    set_matter(who, case_id, registration_id=entry.pk, code="oral", now=LATER)
    assert local(clocks_of(case_id, "law8")["register"].due_at) == "2026-03-04 23:59:59"
    check(case_id)


def case_registration(case_id):
    return Registration.objects.get(case_id=case_id, regime="law8", ended_at=None)


def test_the_region_adds_what_its_own_law_gives(who, case_id):
    (added,) = save_own(SYSTEM, [OWN])
    entry = by_law(who, case_id)
    set_matter(who, case_id, registration_id=entry.pk, code=added.code, now=LATER)
    assert local(clocks_of(case_id, "law59")["answer"].due_at) == "2026-03-19 23:59:59"
    save_own(SYSTEM, [])
    assert not [term for term in terms() if term.own]
    set_matter(who, case_id, registration_id=entry.pk, code="", now=o_clock("13:00"))
    check(case_id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"days": 30}, "days"), ({"days": -1}, "days"), ({"days": "5"}, "days"), ({"name": " "}, "name"),
        ({"source": ""}, "source"), ({"regime": "pos"}, "regime"), ({"clock": "fix"}, "regime"),
        ({"name": "ы" * 151}, ""),
    ],
)
def test_a_term_of_the_region_says_what_by_which_law_and_how_long(changed, field):
    with pytest.raises(BadInput) as wrong:
        save_own(SYSTEM, [OWN | changed])
    assert wrong.value.field == field or not field


def test_only_the_regions_administrator_adds_terms_and_a_stranger_chooses_none(who, case_id):
    entry = by_law(who, case_id)
    with pytest.raises(Refused):
        save_own(make_staff(("administrator", "gorod-kamyshin")), [OWN])
    with pytest.raises(NotYours):
        set_matter(make_staff(("coordinator", "gorod-volzhskiy")), case_id, registration_id=entry.pk, code="migration")
    with pytest.raises(BadInput):
        set_matter(who, case_id, registration_id=entry.pk, code="oral", now=LATER)


def test_a_shorter_limit_never_lengthens_and_names_its_article():
    policies = [policy for policy in all_policies() if policy.regime in ("law59", "law8")]
    for policy in policies:
        for term in shipped():
            short = shortened(policy, term.code)
            if short is None:
                continue
            pairs = zip(short.clocks, policy.clocks, strict=True)
            assert all(new.limit.amount <= old.limit.amount for new, old in pairs)
            assert "ФЗ" in term.source
