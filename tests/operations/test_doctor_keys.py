"""The doctor tells when the host's keys are not the ones that sealed, and old one-time keys go."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from otklik.acting import acting
from otklik.intake.accepting import KEY_LIFETIME, issue_key
from otklik.intake.jobs import tidy_form_keys
from otklik.intake.models import FormKey
from otklik.operations.doctor import keys
from otklik.operations.doctor.findings import Visit
from otklik.organisations.second_factor import sealed
from tests.making import SYSTEM, make_user, send

pytestmark = pytest.mark.django_db


def told(check):
    return [finding.text for finding in check(Visit(timezone.now()))]


def test_contacts_sealed_by_another_key_are_told(settings):
    send(phone="+79000000001")
    assert told(keys.contacts) == []
    settings.OTKLIK_CONTACT_KEY = "another key altogether"
    assert "secrets/contacts" in told(keys.contacts)[0]


def test_second_factors_sealed_by_another_key_are_told(settings):
    Authenticator.objects.create(user=make_user(), type="totp", data={"secret": sealed("ABC")})
    assert told(keys.second_factors) == []
    settings.SECRET_KEY = "another key altogether"
    assert "secrets/signing" in told(keys.second_factors)[0]


def test_old_keys_of_forms_go_in_batches_and_young_ones_stay():
    now = timezone.now()
    for _n in range(5):
        send(key=issue_key(), now=now)
    with acting(SYSTEM):
        old = list(FormKey.objects.values_list("pk", flat=True)[:3])
        FormKey.objects.filter(pk__in=old).update(issued_at=now - 2 * KEY_LIFETIME - timedelta(hours=1))
    assert tidy_form_keys(now, batch=2) == 3
    assert tidy_form_keys(now) == 0
    with acting(SYSTEM):
        assert FormKey.objects.count() == 2
