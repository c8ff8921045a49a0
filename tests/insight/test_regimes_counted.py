"""An answer by a letter, or in the source, is an answer in the figures."""

import pytest

from otklik.acting import acting
from otklik.answers.sending import sent
from otklik.cases.actions.register import register_mirror
from otklik.cases.actions.transfer import transfer_regime
from otklik.insight.following import derive
from otklik.insight.models import CaseFact
from tests.cases.steps import RECEIVED, coordinator, o_clock, received
from tests.making import SYSTEM, at

pytestmark = pytest.mark.django_db
LATE = at("2026-04-10 12:00")


def by_letter(when):
    who, case_id = coordinator(), received().case_id
    transfer_regime(who, case_id, regime="law59", reason="по закону", now=o_clock("12:00"))
    entry = register_mirror(who, case_id, regime="law59", number="1", registered_at=RECEIVED, now=o_clock("12:10"))
    sent(who, case_id, registration_id=entry.pk, number="5", at=when, signer="Глава", way="post", now=when)
    with acting(SYSTEM):
        return derive([case_id])[0]


def test_a_letter_in_time_is_an_answer_in_time():
    fact = by_letter(o_clock("15:00"))
    assert (fact.verdict, fact.answered_at) == (CaseFact.Verdict.IN_TIME, o_clock("15:00"))


def test_a_late_letter_is_late():
    assert by_letter(LATE).verdict == CaseFact.Verdict.LATE


def test_the_answer_of_the_source_counts():
    who, case_id = coordinator(), received().case_id
    transfer_regime(who, case_id, regime="pos", reason="пришло из ПОС", now=o_clock("12:00"))
    register_mirror(who, case_id, regime="pos", number="1", now=o_clock("12:10"))
    register_mirror(SYSTEM, case_id, regime="pos", answered_at=o_clock("13:00"), now=o_clock("13:05"))
    with acting(SYSTEM):
        assert derive([case_id])[0].verdict == CaseFact.Verdict.IN_TIME
