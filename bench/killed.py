"""The worker killed in the middle: `python -m bench.killed [--incoming 5000 --answers 2000 --rounds 10 --seed 1]`.

Each round has a fresh database and peers on loopback as strict as the vendors. Messages come by a site's form, by VK
and by MAX, each delivered up to three times; answers go out through VK, which tells repeats apart, and through MAX,
which does not: what was cut off there ends as «неизвестно, проверьте». The worker is killed ten times with SIGKILL at
random moments of its work. Fails when anything was lost, taken twice, or posted twice.
"""

import argparse
import json
import os
import sys
import tempfile
import time

import psycopg

from otklik.embedded import ensure_running
from tests import databases

KILLS = 10


def one_round(incoming: int, answers: int, seed: int) -> dict[str, object]:
    """One campaign in the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    from tests.channels import killing
    from tests.channels.max import peer as max_
    from tests.channels.max.saying import max_way
    from tests.channels.test_killed import SECRET, site
    from tests.channels.vk import peer as vk
    from tests.channels.vk.saying import call, comment, event, make_account

    with vk.vk_on_loopback() as far, max_.max_on_loopback() as other:
        os.environ["OTKLIK_INNER_HOSTS"] = ",".join(one.url.removeprefix("http://") for one in (far, other))
        account = make_account(far.url)

        def say(number: int) -> None:
            words = comment(number, f"На улице Мира яма № {number}", by=number)
            assert call(event("wall_reply_new", words, event_id=f"e{number}")).content == b"ok"

        ways = [
            killing.site_way(site(), SECRET),
            killing.Way(account, say, answers=True, made=lambda: [one.given["message"] for one in far.made]),
            max_way(other),
        ]
        came = killing.campaign(ways, incoming=incoming, answers=answers, kills=KILLS, seed=seed)
    wrong = came.doubled or came.posted_twice or came.done_but_not_there
    whole = came.arrivals == {"taken": incoming} and came.cases == incoming and sum(came.deliveries.values()) == answers
    return {**vars(came), "right": bool(whole and not wrong and set(came.deliveries) <= {"done", "unknown"})}


def main() -> None:
    """All rounds; a line of JSON each."""
    options = argparse.ArgumentParser()
    options.add_argument("--incoming", type=int, default=5000)
    options.add_argument("--answers", type=int, default=2000)
    options.add_argument("--rounds", type=int, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.inside:
        print(json.dumps(one_round(given.incoming, given.answers, given.seed)), flush=True)
        return
    server = ensure_running(purpose="test")
    wrong = 0
    for turn in range(given.rounds):
        template = databases.template(server.owner_url, server.app_url)  # another run may have dropped ours meanwhile
        wrong += not _in_a_fresh_database(server.owner_url, server.app_url, template, given, given.seed + turn)
    sys.exit(1 if wrong else 0)


def _in_a_fresh_database(owner_url: str, app_url: str, template: str, given: argparse.Namespace, seed: int) -> bool:
    import subprocess

    name, began = f"otklik_t_{os.getpid()}_killed", time.monotonic()
    databases.clone(owner_url, template, name)
    words = ["--inside", "--incoming", given.incoming, "--answers", given.answers, "--seed", seed]
    try:
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [sys.executable, "-m", "bench.killed", *map(str, words)], capture_output=True, text=True, check=False,
                env={
                    **os.environ, "DJANGO_SETTINGS_MODULE": "otklik.settings", "OTKLIK_HOME": home,
                    "DATABASE_URL": databases.with_database(app_url, name),
                    "DATABASE_OWNER_URL": databases.with_database(owner_url, name),
                },
            )
    finally:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            databases.drop(owner, name)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        return False
    figures = json.loads(done.stdout.splitlines()[-1])
    print(json.dumps({**figures, "seed": seed, "seconds": round(time.monotonic() - began)}), flush=True)
    return bool(figures["right"])


if __name__ == "__main__":
    main()
