"""Two regions on one server, as a host has them: Volgograd, and one made from files alone."""

import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from otklik import embedded
from otklik.regions import data_folder
from tests import bases
from tests.databases import ROOT
from tests.ports import free_port

OWN = "zarechnaya-oblast"
# Run inside one region: somebody works there and somebody writes. Prints what came of it.
LIFE = """
import json, sys
from otklik.operations.commands.ready import django_ready
django_ready()
from datetime import date
from django.conf import settings
from django.utils import timezone
from otklik.acting import System, Visitor, acting
from otklik.cases.models import Case
from otklik.cases.numbers import shown
from otklik.files.photos import accept_photo
from otklik.insight.models import Cell
from otklik.intake.accepting import Incoming, accept, issue_key
from otklik.operations.beats import follow_journal
from otklik.operations.demo_photos import picture
from otklik.organisations.models import RoleAssignment, User
from otklik.territory.models import Kind, Territory
username, password, text = sys.argv[1:]
now = timezone.now()
place = Territory.objects.filter(kind=Kind.MUNICIPALITY).order_by("code")[0]
user = User.objects.create_user(username, password, full_name="Пробный Пётр Петрович")
RoleAssignment.objects.create(user=user, role="coordinator", territory=place, since=date(2020, 1, 1))
sent = accept(
    Incoming("portal", issue_key(), text, place.pk, phone="+7 900 000-00-01", name="Ветлугина Анна",
             photos=(picture(1, mended=False),)),
    actor=Visitor(),
)
follow_journal(timezone.now())
with acting(System("test"), read_only=True):
    print(json.dumps({
        "case": sent.case_id, "token": sent.token, "shown": shown(sent.number),
        "cases": Case.objects.count(),
        "received": sum(Cell.objects.filter(span="m", dimension="").values_list("received", flat=True)),
        "zone": settings.TIME_ZONE, "place": place.code,
    }))
"""


@dataclass(frozen=True)
class House:
    """One data folder with its embedded server."""

    home: Path
    files: Path

    def environment(self, region: str, **more: str) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "OTKLIK_"))}
        return ours | {"OTKLIK_HOME": str(self.home), "OTKLIK_REGION": region, "OTKLIK_LOG": "ERROR"} | more

    def run(self, region: str, *command: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.environment(region), capture_output=True, text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def otklik(self, region: str, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return self.run(region, "-m", "otklik", *arguments, check=check)

    def live(self, region: str, username: str, password: str, text: str) -> dict:
        return json.loads(self.run(region, "-c", LIFE, username, password, text).stdout)

    @contextmanager
    def site(self, region: str, **more: str) -> Iterator["Browser"]:
        """The region's site running; a fresh browser that looks at it."""
        port = str(free_port())
        with subprocess.Popen(
            [sys.executable, "-m", "otklik", "web", "--port", port], cwd=ROOT, env=self.environment(region, **more)
        ) as process:
            try:
                yield Browser(f"http://127.0.0.1:{port}")
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0


class Browser:
    """Keeps cookies as browsers do: by host name, whatever the port."""

    def __init__(self, address: str, jar: http.cookiejar.CookieJar | None = None) -> None:
        self.address, self.jar = address, jar if jar is not None else http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar)).open

    def get(self, path: str, **headers: str) -> tuple[int, str, str]:
        """(status, where it ended, page)."""
        return self._answer(urllib.request.Request(self.address + path, headers=headers))

    def log_in(self, username: str, password: str) -> str:
        """Where the log-in led."""
        _status, _where, page = self.get("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:500]
        data = {"csrfmiddlewaretoken": token[1], "login": username, "password": password}
        request = urllib.request.Request(
            f"{self.address}/accounts/login/", urllib.parse.urlencode(data).encode(), {"Origin": self.address}
        )
        return urllib.parse.urlsplit(self._answer(request)[1]).path

    def _answer(self, request: urllib.request.Request) -> tuple[int, str, str]:
        deadline = time.monotonic() + 60
        while True:
            try:
                with self._open(request, timeout=60) as answer:
                    return answer.status, answer.url, answer.read().decode()
            except urllib.error.HTTPError as refused:
                return refused.code, refused.url, refused.read().decode(errors="replace")
            except urllib.error.URLError:
                assert time.monotonic() < deadline
                time.sleep(0.1)  # it is starting


def write_files(folder: Path) -> None:
    """A small region of our own making, with a zone, a prefix, a calendar, a regulation and staff of its own."""
    from otklik.operations.region_sample import write

    write(folder)
    for path in (folder / "region.toml", *folder.glob("*.csv")):
        text = path.read_text().replace('"primer"', f'"{OWN}"').replace(",primer,", f",{OWN},")
        text = text.replace("Примерная область", "Заречная область").replace("Примерной области", "Заречной области")
        text = text.replace("Europe/Moscow", "Asia/Omsk").replace('subject_code = "00"', 'subject_code = "99"')
        path.write_text(text)
    shipped = ROOT / "otklik" / "policy" / "shipped"
    (folder / "calendar").mkdir()
    year = (shipped / "calendars" / "ru-2026.toml").read_text()
    (folder / "calendar" / "2026.toml").write_text(year.replace('source = "', 'source = "Заречная: ', 1))
    (folder / "policies").mkdir()
    rules = (shipped / "regimes" / "social.toml").read_text()
    (folder / "policies" / "social.toml").write_text(rules.replace('source = "', 'source = "Заречная: ', 1))


@contextmanager
def house() -> Iterator[House]:
    """Both regions made and migrated."""
    with tempfile.TemporaryDirectory(prefix="otklik-", dir="/tmp", ignore_cleanup_errors=True) as scratch:
        Path(scratch).chmod(0o711)  # the server's account passes through
        home, files = Path(scratch) / "home", Path(scratch) / "files"
        write_files(files)
        embedded.ensure_running(home)
        try:
            made = House(home, files)
            # What each would make for itself at its first message (`test_up.py` is a start without it).
            for region in ("volgograd", OWN):
                bases.lay(Path(os.environ["OTKLIK_TEST_BASE"]), data_folder(home, region))
            made.otklik("volgograd", "migrate")
            made.otklik("volgograd", "region", "init", str(files))
            yield made
        finally:
            embedded.stop(home)
