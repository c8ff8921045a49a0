"""One bad value in one request: sent, looked at, and rolled back."""

import html
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from otklik.acting import acting, widened
from tests.bad_input.table import as_bytes
from tests.making import SYSTEM

# What no refusal has to answer for: counters of attempts, log-ins, sessions.
NOISE = ("organisations_ratewindow", "organisations_doorevent", "usersessions_usersession", "territory_%",
         "classifier_theme%", "policy_%", "auth_%", "django_%", "procrastinate_%", "pg_%")  # fmt: skip
RAW = re.compile(r"<b id=zz>|<img src=zz|\"' onfocus=zz|<script>zz")
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MESSAGE = re.compile(r'invalid-feedback|role="alert"|alert-danger|errorlist')
URL_ENCODED = "application/x-www-form-urlencoded"


@dataclass
class Trials:
    """Tries values as one person and keeps what went wrong."""

    client: Client
    holes: list[str] = field(default_factory=list)
    count: int = 0
    thrown: str = ""

    def __post_init__(self) -> None:
        self.client.raise_request_exception = False
        self.before = digest()

    @contextmanager
    def rolled_back(self) -> Iterator[None]:
        """Everything inside is undone: the database's and the browser's memory."""
        cookies = deepcopy(self.client.cookies)
        self.thrown = ""
        got_request_exception.connect(self._note)
        try:
            with transaction.atomic():
                yield
                transaction.set_rollback(True)
        finally:
            got_request_exception.disconnect(self._note)
            self.client.cookies = cookies

    def _note(self, **_more: object) -> None:
        lines = traceback.format_exc().strip().splitlines()
        ours = [line.strip() for line in lines if "/otklik/" in line]
        self.thrown = f"{lines[-1][:200]} <- {ours[-1].split('/otklik/')[-1] if ours else '?'}"

    def post(self, address: str, sent: dict[str, list[str]], files: dict[str, object] | None = None) -> HttpResponse:
        """As a browser, or a careless program, would send it."""
        self.count += 1
        if files:
            typed = {name: [as_bytes(value) for value in values] for name, values in sent.items()}
            return self.client.post(address, {**typed, **files})
        pairs = [
            f"{quote_from_bytes(name.encode())}={quote_from_bytes(as_bytes(value))}"
            for name, values in sent.items() for value in values
        ]
        return self.client.post(address, "&".join(pairs), content_type=URL_ENCODED)

    def hole(self, *words: object) -> None:
        self.holes.append(" · ".join(str(word)[:160] for word in words))


def digest() -> tuple[object, ...]:
    """How many rows every table of content has, and the newest entry of the journal."""
    noise = " AND ".join(f"tablename NOT LIKE '{name}'" for name in NOISE)
    with acting(SYSTEM), widened(), connection.cursor() as cursor:
        if not _tables:
            cursor.execute(f"SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND {noise}")
            _tables.extend(sorted(name for (name,) in cursor.fetchall()))
        if _prepared != [connection.connection]:  # asked a thousand times: planning it costs more than counting
            counts = ", ".join(f'(SELECT count(*) FROM "{name}")' for name in _tables)
            cursor.execute(f"PREPARE digest AS SELECT {counts}, (SELECT max(id) FROM journal_entry)")
            _prepared[:] = [connection.connection]
        cursor.execute("EXECUTE digest")
        return tuple(cursor.fetchone())


_tables: list[str] = []
_prepared: list[object] = []  # the connection that knows the question


def changed(before: tuple[object, ...]) -> list[str]:
    """Which tables are not as they were."""
    now = digest()
    return [name for name, a, b in zip([*_tables, "journal"], before, now, strict=True) if a != b]


def cut_short(sign: str, times: int) -> bool:
    """Whether a long run of one sign is kept somewhere, but nowhere whole."""
    with acting(SYSTEM), widened(), connection.cursor() as cursor:
        for run, wanted in ((times, False), (25, True)):
            any_row = " OR ".join(
                f"EXISTS (SELECT FROM \"{name}\" t WHERE t::text LIKE '%{sign * run}%')" for name in _tables
            )
            cursor.execute(f"SELECT {any_row}".replace("%", "%%"))
            if bool(cursor.fetchone()[0]) != wanted:
                return False
    return True


def is_given_back(answer: HttpResponse, value: str) -> bool:
    """Whether the page has it, as text of a page or as the value of a control."""
    text = answer.content.decode(errors="replace")
    return html.escape(value) in text or html.escape(value.strip()) in text.replace("\r\n", "\n")
