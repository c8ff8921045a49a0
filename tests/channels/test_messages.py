"""A message comes once by account and outside id; own accounts are made once, whoever asks first."""

import pytest
from django.db import IntegrityError, transaction

from otklik.acting import acting, widened
from otklik.channels.accounts import own_account
from otklik.channels.models import Account, Message
from tests.at_once import at_once, failures
from tests.making import SYSTEM, make_staff, send


@pytest.mark.django_db
def test_the_database_itself_takes_one_message_once():
    sent = send()
    with acting(SYSTEM), widened():
        message = Message.objects.get(in_case__case_id=sent.case_id)
        message.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            message.save()
        message.version = 2  # an edit is a new version of the same id
        message.save()
        assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_message_is_read_in_its_scope_alone():
    send()
    with acting(make_staff(("operator", "gorod-volzhskiy"))):
        assert not Message.objects.exists()
    with acting(make_staff(("operator", "gorod-kamyshin"))):
        assert Message.objects.count() == 1


def test_own_accounts_are_made_once(committed):
    def account() -> int:
        with acting(SYSTEM), widened():
            return own_account("phone").pk

    came = at_once(account, account, account)
    assert not failures(came), came
    assert len(set(came)) == Account.objects.filter(channel="phone").count() == 1
