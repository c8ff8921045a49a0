"""The hub of a web process: one connection that listens, any number of streams that are woken by it.

Streams hold no connection of their own. When the database goes away the hub comes back by itself and wakes everybody:
who knows what was missed. Should nobody number the journal (no worker), the hub sees it grow and wakes everybody too.
"""

import asyncio
import json
import logging
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections
from psycopg.conninfo import make_conninfo

from otklik.acting import Staff
from otklik.cases.changes import CHANNEL

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0  # seconds: whether the journal grew without anybody having told
CHECK_EVERY = 20.0  # seconds: whether the people are still logged in, with the same rights
AGAIN_AFTER = (0.5, 1.0, 2.0, 5.0)  # seconds, when the database is away
MOST = 500  # streams of one process; whoever comes later asks every five seconds instead
MOST_OF_ONE = 20  # of one person

StillValid = Callable[[str, Staff], bool]


@dataclass(eq=False)
class Stream:
    """One open page. `scopes` None: the whole region. `news` is what it was woken for and has not told yet."""

    session: str
    actor: Staff
    scopes: frozenset[int] | None
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    news: dict[str, set[int] | None] = field(default_factory=dict)
    ended: bool = False

    def wake(self, kind: str, scopes: set[int] | None) -> None:
        """Something is new there; None: anywhere. What is not this stream's does not wake it."""
        here = scopes if scopes is None or self.scopes is None else scopes & self.scopes
        if here is not None and not here:
            return
        known = self.news.get(kind, set())
        self.news[kind] = None if here is None or known is None else known | here
        self.woken.set()

    def end(self) -> None:
        """Tell the page no more: it asks again, and is let in or not."""
        self.ended = True
        self.woken.set()

    def take(self) -> dict[str, set[int] | None]:
        """What is to be told, once."""
        news, self.news = self.news, {}
        self.woken.clear()
        return news


class Full(Exception):  # noqa: N818 - no failure: the page asks every few seconds instead
    """There are streams enough."""


class Hub:
    """See the module. One for each event loop."""

    def __init__(self, still_valid: StillValid) -> None:
        self.streams: set[Stream] = set()
        self._still_valid = still_valid
        self._tasks: list[asyncio.Task[None]] = []
        self._told = False

    def join(self, stream: Stream) -> None:
        """From now on the stream is woken. Raises `Full`."""
        same = sum(one.actor.user_id == stream.actor.user_id for one in self.streams)
        if len(self.streams) >= MOST or same >= MOST_OF_ONE:
            raise Full
        self.streams.add(stream)
        if not any(not task.done() for task in self._tasks):
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._check())]

    def leave(self, stream: Stream) -> None:
        """The page was closed. The last one lets the listener go."""
        self.streams.discard(stream)
        if not self.streams:
            for task in self._tasks:
                task.cancel()
            self._tasks = []

    async def _listen(self) -> None:
        failures = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    if failures:
                        self._wake_all()
                    failures = 0
                    await self._hear(line)
            except psycopg.Error:
                pause = AGAIN_AFTER[min(failures, len(AGAIN_AFTER) - 1)]
                failures += 1
                log.warning("live pages lost the database, again in %s s", pause)
                await asyncio.sleep(pause)

    async def _hear(self, line: psycopg.AsyncConnection[Any]) -> None:
        seen = await _last_entry(line)
        while True:
            self._told = False
            async for heard in line.notifies(timeout=LOOK_EVERY):
                self._told = True
                self._pass_on(heard.payload)
            last = await _last_entry(line)
            if last > seen and not self._told:
                self._wake_all()
            seen = last

    def _pass_on(self, words: str) -> None:
        for kind, scopes in json.loads(words).items():
            for stream in self.streams:
                stream.wake(kind, set(scopes) if scopes is not None else None)

    def _wake_all(self) -> None:
        for stream in self.streams:
            stream.wake("cases", None)
            stream.wake("figures", None)

    async def _check(self) -> None:
        """End the streams of those who logged out, were kept out, or have other rights by now."""
        while True:
            await asyncio.sleep(CHECK_EVERY)
            asked = [(stream, stream.session, stream.actor) for stream in self.streams]
            try:
                good = await sync_to_async(self._valid, thread_sensitive=False)([one[1:] for one in asked])
            except Exception:  # the database is away: the listener says so, and the next round asks again
                log.warning("live pages could not be checked", exc_info=True)
                continue
            for (stream, _session, _actor), is_good in zip(asked, good, strict=True):
                if not is_good:
                    stream.end()

    def _valid(self, asked: list[tuple[str, Staff]]) -> list[bool]:
        try:
            return [self._still_valid(session, actor) for session, actor in asked]
        finally:
            connections.close_all()


async def _last_entry(line: psycopg.AsyncConnection[Any]) -> int:
    cursor = await line.execute("SELECT coalesce(max(id), 0) FROM journal_entry")
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


def _conninfo() -> str:
    """Where Django's own connections go, for a connection that is nobody else's."""
    place = connections["default"].settings_dict
    given = {
        "dbname": place["NAME"], "user": place["USER"], "password": place["PASSWORD"], "host": place["HOST"],
        "port": place["PORT"], "application_name": "otklik live",
    }  # fmt: skip
    own = {name: value for name, value in place["OPTIONS"].items() if name.startswith(("ssl", "connect_"))}
    return make_conninfo(**{name: value for name, value in (given | own).items() if value})


_hubs: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = weakref.WeakKeyDictionary()


def hub_here(still_valid: StillValid) -> Hub:
    """The hub of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub(still_valid)
    return _hubs[loop]
