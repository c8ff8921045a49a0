"""Two people at once: each link, name and setting is given once."""

from django.utils import timezone

from otklik.acting import acting
from otklik.failures import BadInput, NotYours
from otklik.journal.models import Entry
from otklik.organisations import region_settings
from otklik.organisations.invitations import invite, redeem
from otklik.organisations.models import Setting, User
from tests.at_once import at_once, failures
from tests.making import SYSTEM, place


def invited(name: str) -> tuple[User, str]:
    return invite(
        SYSTEM, username=name, full_name="Новикова Ия", roles=[("operator", place("gorod-kamyshin").pk)],
        now=timezone.now(),
    )


def test_an_invitation_redeemed_twice_at_once_sets_one_password(committed):
    user, token = invited("novikova")
    words = ("сорок тысяч фонарей", "тридцать лет без зимы")
    came = at_once(*(lambda w=w: redeem(token, w, timezone.now()) for w in words))
    assert [type(e) for e in failures(came)] == [NotYours]
    user.refresh_from_db()
    winner = 1 - came.index(failures(came)[0])
    assert user.check_password(words[winner])
    with acting(SYSTEM):
        assert Entry.objects.filter(stream=f"user:{user.pk}", verb="password_set").count() == 1


def test_one_name_is_given_to_one_person(committed):
    came = at_once(*(lambda: invited("odna") for _ in range(3)))
    assert [type(e) for e in failures(came)] == [BadInput] * 2
    assert User.objects.filter(username="odna").count() == 1


def test_a_setting_changed_by_two_has_both_changes_in_its_journal(committed):
    came = at_once(*(lambda v=v: region_settings.put(SYSTEM, "centre_phone", v) for v in ("1", "2", "3")))
    assert not failures(came)
    assert Setting.objects.filter(name="centre_phone").count() == 1
    with acting(SYSTEM):
        changes = list(Entry.objects.filter(stream="setting:centre_phone:region").order_by("seq"))
    assert len(changes) == 3
    assert [c.fields["before"] for c in changes[1:]] == [c.fields["after"] for c in changes[:2]]
