"""Events tell ids, names are asked for afterwards: https://dev.vk.com/ru/method/users.get, read 2026-11-25."""

import pytest

from otklik.channels.models import Account
from otklik.intake.naming import name_authors
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import ADA, IVAN, cases, comment, happens, make_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(monkeypatch):
    with vk.vk_on_loopback() as peer:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", peer.url.removeprefix("http://"))
        yield peer


@pytest.fixture
def account(far) -> Account:
    return make_account(far.url)


def test_an_author_gets_the_name_of_their_page_in_one_call(account, far):
    far.names = {str(ADA): ("Ада", "Пробная"), str(IVAN): ("Иван", "<b>Пробный</b>")}
    happens(account, "wall_reply_new", comment(7))
    happens(account, "wall_reply_new", comment(8, by=IVAN))
    happens(account, "wall_reply_new", comment(9, by=404))
    assert name_authors(account.pk) == 2
    assert [case.resident.name for case in cases()] == ["Пробная Ада", "Пробный Иван", ""]
    assert len(far.calls) == 1


def test_a_page_has_a_name_too(account, far):
    happens(account, "wall_reply_new", comment(by=-vk.GROUP - 1))
    far._groups_getById = lambda _call: {"groups": [{"id": vk.GROUP + 1, "name": "Соседи"}]}  # noqa: SLF001
    assert name_authors(account.pk) == 1
    assert cases()[0].resident.name == "Соседи"


def test_a_silent_far_side_names_nobody_and_breaks_nothing(account, far):
    happens(account, "wall_reply_new", comment())
    far.next_faults.extend([vk.error(5), vk.status(502), vk.cut_before])
    assert [name_authors(account.pk) for _time in range(3)] == [0, 0, 0]
    assert cases()[0].resident.name == ""
