"""What came and became no case: kept for the region's days, found and emptied when its person is to be erased."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otklik.acting import acting, widened
from otklik.channels.kit.incoming import Author, Incoming
from otklik.channels.models import Arrival, MissedCall
from otklik.failures import BadInput, NotYours, Refused
from otklik.intake import asking, call_backs, keeping, quarantine
from otklik.intake.asking import answer_key, take_back
from otklik.intake.erasing.erase import erase
from otklik.intake.erasing.finding import ask
from otklik.intake.erasing.holding import held
from otklik.intake.erasing.models import Erasure
from otklik.journal.models import Entry
from tests.channels.email.connecting import ACTOR, arrivals, comes, make_account
from tests.channels.email.letters import ANNA, letter
from tests.making import make_staff

pytestmark = pytest.mark.django_db
WHY = "Заявление от 25.11.2026, вх. 17"


def operator():
    return make_staff(("operator", "gorod-kamyshin"))


def officer(code: str = "gorod-kamyshin"):
    return make_staff(("security", code))


def test_what_was_put_aside_is_emptied_after_the_regions_days_and_what_waits_is_not():
    account = make_account()
    comes(account, letter("Счёт за бумагу", ident="<a@x>"), letter("Яма на Мира", ident="<b@x>"))
    office, waits = arrivals()
    answer_key(operator(), office.pk, "office")
    now = datetime.now(UTC)
    assert keeping.empty_old(now + timedelta(days=89)) == 0
    assert keeping.empty_old(now + timedelta(days=91), batch=1) == 1
    assert keeping.empty_old(now + timedelta(days=91)) == 0
    office, waits = arrivals()
    assert (bytes(office.body), office.told, office.state) == (b"", None, "aside") and bytes(waits.body)
    assert Entry.objects.get(verb="arrivals_emptied").fields["count"] == 1
    comes(account, letter("Счёт за бумагу", ident="<a@x>"))  # the channel looks once more
    assert len(arrivals()) == 2
    who = operator()
    with acting(who, read_only=True):
        assert list(asking.put_aside(who)) == []
        assert list(quarantine.rows(who, "aside")) == []
    with pytest.raises(Refused):
        take_back(who, office.pk)
    with pytest.raises(Refused):
        quarantine.decide(who, office.pk, "again")


def test_a_person_of_whom_no_case_was_made_is_found_by_their_mail_and_erased():
    account = make_account()
    others = letter("Не Анна пишет", ident="<c@x>", sender="Иван <ivan@example.net>")
    comes(account, letter("Я, Анна, прошу не звонить", ident="<a@x>"), letter("Ещё раз", ident="<b@x>"), others)
    first, second, other = arrivals()
    answer_key(operator(), first.pk, "office")
    address = ANNA.partition("<")[2].rstrip(">") or ANNA
    with pytest.raises(BadInput):
        ask(officer("gorod-volzhskiy"), sought=address, reason=WHY)
    who = officer()
    row = ask(who, sought=address, reason=WHY)
    assert held(who, row.pk).arrivals == 2
    with pytest.raises(NotYours):
        held(officer("gorod-volzhskiy"), row.pk)
    done = erase(who, row.pk, confirmed="стереть")
    assert (done.state, done.counts["arrivals"]) == (Erasure.State.DONE, 2)
    first, second, other = arrivals()
    assert [bytes(one.body) for one in (first, second)] == [b"", b""] and bytes(other.body)
    assert (first.told, second.told, first.state, second.state) == (None, None, "aside", "ignored")
    with pytest.raises(Refused):
        answer_key(operator(), second.pk, "message")


def test_erasing_a_person_takes_along_the_mail_that_waits_and_missed_calls():
    account = make_account()
    comes(account, letter("Яма на Мира. Мой телефон 8 900 555-77-11", ident="<a@x>"))
    answer_key(operator(), arrivals()[0].pk, "message")
    comes(account, letter("Перезвоните на 8 (900) 555-77-11!", ident="<b@x>", sender="Дом <dom@example.net>"))
    address = ANNA.partition("<")[2].rstrip(">") or ANNA
    rang = Incoming(what="missed", external_id="call-1", author=Author(phone="+79005557711"))
    with acting(ACTOR), widened():
        call_backs.note_missed(account, rang, datetime.now(UTC))
        call_backs.note_missed(account, replace(rang, author=Author(phone="+79001112233")), datetime.now(UTC))
    who = officer()
    row = ask(who, sought=address, reason=WHY)
    assert (held(who, row.pk).arrivals, held(who, row.pk).missed_calls) == (1, 1)
    erase(who, row.pk, confirmed="стереть")
    with acting(ACTOR, read_only=True):
        assert not Arrival.objects.exclude(body=b"").exists()
        assert MissedCall.objects.count() == 1
