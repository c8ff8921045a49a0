"""The small seeded form of `python -m bench.killed`."""

from otklik.acting import System, acting, widened
from otklik.channels.kit import secrets
from otklik.channels.models import Account, Setup
from tests.channels import killing
from tests.channels.vk import peer as vk
from tests.channels.vk.saying import call, comment, event, make_account
from tests.making import place

SECRET = "a secret of the site, long enough"


def site() -> Account:
    with acting(System("channels")), widened():
        made = Account.objects.create(channel="site", code="site-k", name="Сайт", territory=place("gorod-kamyshin"))
        setup = Setup(account=made)
        secrets.keep(setup, {"secret": SECRET})
        setup.save()
    return made


def test_a_worker_killed_at_random_loses_nothing_and_does_nothing_twice(committed, monkeypatch):
    with vk.vk_on_loopback() as far:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", far.url.removeprefix("http://"))
        account = make_account(far.url)

        def say(number: int) -> None:
            words = comment(number, f"На улице Мира яма № {number}", by=number)
            answer = call(event("wall_reply_new", words, event_id=f"e{number}"))
            assert answer.content == b"ok"

        ways = [
            killing.site_way(site(), SECRET),
            killing.Way(account, say, answers=True, made=lambda: [one.given["message"] for one in far.made]),
        ]
        came = killing.campaign(ways, incoming=48, answers=16, kills=2, seed=7)
    assert came.arrivals == {"taken": 48}
    assert (came.cases, came.doubled) == (48, 0)
    assert came.deliveries == {"done": 16}  # VK tells repeats apart: nothing is left unknown
    assert (came.posted_twice, came.done_but_not_there) == (0, 0)
