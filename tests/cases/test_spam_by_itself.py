"""Spam leaves without a person only where a centre wishes it, by the same gate, and comes back by a coordinator."""

import pytest

from otklik.acting import acting, widened
from otklik.cases.actions.reopen import reopen
from otklik.cases.actions.take import take
from otklik.cases.models import Case
from otklik.cases.spam_by_itself import set_spam_aside
from otklik.organisations import region_settings
from tests.cases.steps import coordinator, entries, o_clock
from tests.making import SYSTEM, make_case, place, reread

pytestmark = pytest.mark.django_db
SPAM = "Займ без отказа за пять минут, переходите по ссылке"
HERE = "gorod-kamyshin"


def wish(code: str = HERE) -> None:
    region_settings.put(SYSTEM, "spam_by_itself", True, place(code).pk)


def test_nothing_leaves_by_itself_as_shipped():
    case = make_case(SPAM)
    assert set_spam_aside() == 0 and reread(case.pk).state == "new"


def test_where_a_centre_wishes_it_spam_leaves_and_the_journal_names_the_program():
    wish()
    case, other, plain = make_case(SPAM), make_case(SPAM, "gorod-volzhskiy"), make_case("Яма на дороге у дома")
    assert set_spam_aside() == 1
    assert (reread(case.pk).state, reread(case.pk).outcome) == ("closed", "spam")
    assert entries(case.pk, "set_aside")[0].actor == "system:triage"
    assert reread(other.pk).state == reread(plain.pk).state == "new"
    assert set_spam_aside() == 0


def test_what_somebody_works_on_or_what_is_no_plain_spam_stays():
    wish()
    taken, rude, registered, closed = (make_case(SPAM) for _ in range(4))
    take(coordinator(), taken.pk)
    with acting(SYSTEM), widened():
        Case.objects.filter(pk=rude.pk).update(tone="insult")
        Case.objects.filter(pk=registered.pk).update(regime="law59")
        Case.objects.filter(pk=closed.pk).update(restricted=True)
    assert set_spam_aside() == 0


def test_a_coordinator_takes_it_back_and_it_does_not_leave_again():
    wish()
    case = make_case(SPAM)
    set_spam_aside()
    reopen(coordinator(), case.pk, reason="это не реклама", now=o_clock("12:00"))
    assert set_spam_aside() == 0 and reread(case.pk).state == "triaged"
