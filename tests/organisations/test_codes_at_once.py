"""One code of a second factor, sent twice at the same moment."""

import time

from allauth.mfa.models import Authenticator

from otklik.organisations import second_factor
from tests.at_once import at_once
from tests.making import make_user


def test_a_code_sent_twice_at_once_opens_one_door(committed):
    user = make_user(("operator", "gorod-kamyshin"))
    row = Authenticator.objects.create(user=user, type="totp", data={"secret": second_factor.sealed("A" * 32)})
    step = int(time.time()) // 30
    came = at_once(*(lambda: second_factor.use_step(row.pk, step) for _n in range(4)))
    assert sorted(came) == [False, False, False, True]
    assert not second_factor.use_step(row.pk, step - 1), "an older one is not good after a newer one"
    assert second_factor.use_step(row.pk, step + 1)
