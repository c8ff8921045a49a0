"""Events of a page as they rain: `python -m bench.hooks [--events 3000] [--rate 100] [--idle] [--json]`.

VK's Callback API posts so many events a second to the real web process, each at its own time whether the one before is
answered or not, while the worker makes cases of them as in `otklik up` (`--idle`: no worker). Latency is counted from
the moment an event was due to the last byte of «ok». Afterwards every event must be kept, once.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from bench.home import ROOT, Place, copy_of_set
from bench.lines import Line, show
from bench.load import Seen

GROUP, SECRET = 101, "secret-of-the-page"
TEXTS = ("Яма у дома {n}", "Во дворе дома {n} не горит фонарь", "Не вывозят мусор у дома {n}", "Спасибо за ответ")


def measure(place: Place, events: int, rate: int, *, idle: bool) -> list[Line]:
    """The line `hooks`."""
    os.environ.update(place.environment)
    import django

    django.setup()
    from bench.serving import database_spent, web

    account_id = _account()
    with web(place) as site, _worker(place, idle=idle):
        asyncio.run(_rain(site.port, 30, 20, 10_000_000))
        spent, database = site.spent(), database_spent()
        seen = asyncio.run(_rain(site.port, events, rate, 0))
        spent, database = site.spent() - spent, database_spent() - database
        kept = _arrivals(account_id)
    assert kept == events + 30, f"{kept} of {events + 30} events are kept"
    beside = "no worker" if idle else "with the worker"
    note = f"{rate}/s asked, {beside}; processor an event: web {spent / events * 1000:.1f} ms, all of the database "
    note += f"{database / events * 1000:.1f} ms"
    return [Line("hooks", seen.p50, seen.p95, seen.per_s, note=note)]


@contextlib.contextmanager
def _worker(place: Place, *, idle: bool) -> Iterator[None]:
    if idle:
        yield
        return
    worker = subprocess.Popen([sys.executable, "-m", "otklik", "worker"], env=place.environment, cwd=ROOT)
    try:
        yield
    finally:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(15)
        worker.kill()
        worker.wait()


def _account() -> int:
    from otklik.acting import System, acting, widened
    from otklik.channels.kit import secrets
    from otklik.channels.models import Account, Setup
    from otklik.territory.models import Territory

    with acting(System("bench")), widened():
        home = Territory.objects.filter(kind="municipality").order_by("id").first()
        account = Account.objects.create(channel="vk", code="bench", name="Измерение", territory=home)
        setup = Setup(account=account, settings={"group_id": GROUP, "way": "callback"})
        secrets.keep(setup, {"secret": SECRET})
        setup.save()
    return account.pk


def _arrivals(account_id: int) -> int:
    from otklik.acting import System, acting
    from otklik.channels.models import Arrival

    with acting(System("bench"), read_only=True):
        return Arrival.objects.filter(account_id=account_id).count()


async def _rain(port: int, events: int, rate: int, first: int) -> Seen:
    times: list[float] = []

    async def one(number: int, due: float) -> None:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_request(first + number, port))
        answer = await reader.read(-1)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200") and answer.endswith(b"ok"), answer[:2000].decode(errors="replace")
        times.append((time.perf_counter() - due) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(one(number, began + number / rate) for number in range(events)))
    return Seen(times, time.perf_counter() - began, 2)


def _request(number: int, port: int) -> bytes:
    said = {
        "type": "wall_reply_new", "event_id": f"bench-{number}", "v": "5.199", "group_id": GROUP, "secret": SECRET,
        "object": {
            "id": number + 1, "from_id": 1000 + number, "post_id": 1 + number % 50, "owner_id": -GROUP,
            "post_owner_id": -GROUP, "date": int(time.time()), "text": TEXTS[number % len(TEXTS)].format(n=number),
        },
    }
    body = json.dumps(said).encode()
    head = (
        f"POST /hooks/vk/bench/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser()
    options.add_argument("--cases", type=int, default=1000)
    options.add_argument("--events", type=int, default=3000)
    options.add_argument("--rate", type=int, default=100)
    options.add_argument("--idle", action="store_true")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    with copy_of_set(given.cases) as place:
        lines = measure(place, given.events, given.rate, idle=given.idle)
        show(lines, given.json, cases=given.cases)


if __name__ == "__main__":
    main()
