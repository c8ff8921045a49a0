"""A real Dovecot on loopback: what our small server only plays."""

import contextlib
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from otklik.acting import acting, widened
from otklik.channels.kit import secrets
from otklik.channels.kit.polling import poll
from otklik.channels.models import Health
from otklik.intake.receiving import take_waiting
from tests.channels.email.connecting import ACTOR, arrivals, authority, make_account
from tests.channels.email.letters import BOX, letter
from tests.ports import free_port

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
pytestmark = [
    pytest.mark.django_db, pytest.mark.skipif(DOVECOT is None, reason="Dovecot is not installed (dovecot-imapd)")
]
UNPRIVILEGED = ("anvil", "stats", "auth", "auth-worker")
SECRET = "secret-of-the-box"
SETTINGS = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
disable_plaintext_auth = yes
mail_location = maildir:{home}/box
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {inner}
default_internal_group = {group}
default_login_user = {login}
auth_mechanisms = plain login
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}
}}
service imap-login {{
{jail}
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
{unprivileged}
"""


@contextlib.contextmanager
def dovecot(home: Path) -> Iterator[int]:
    """Serve `home/box` as a Maildir; yields the port of IMAP over TLS."""
    port = free_port()
    uid, gid = os.getuid(), os.getgid()
    keeper = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)  # mail belongs to no root
    user, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
    # As root it insists on people of its own, whom its package makes; as anybody else it cannot change them.
    people = {"inner": "dovecot", "login": "dovenull", "group": "dovecot", "jail": "", "unprivileged": ""}
    if uid:
        services = (f"service {name} {{\n  chroot =\n  user = {user}\n}}\n" for name in UNPRIVILEGED)
        people = {"inner": user, "login": user, "group": group, "jail": "  chroot =", "unprivileged": "".join(services)}
    (home / "dovecot.conf").write_text(SETTINGS.format(
        home=home, password=SECRET, port=port, uid=keeper.pw_uid, gid=keeper.pw_gid, **people
    ))
    running = subprocess.Popen([str(DOVECOT), "-F", "-c", str(home / "dovecot.conf")], stderr=subprocess.PIPE)
    try:
        _wait_for(port, running, home)
        yield port
    finally:
        running.terminate()
        running.wait(20)


def _wait_for(port: int, running: "subprocess.Popen[bytes]", home: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if running.poll() is not None:
            break
    log = home / "dovecot.log"
    pytest.fail(f"Dovecot did not start: {log.read_text() if log.exists() else running.stderr}")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that Dovecot's own people may enter, which pytest's is not."""
    with tempfile.TemporaryDirectory(prefix="otklik-dovecot-") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def put(home: Path, *letters: bytes, box: str = "box") -> None:
    new = home / box / "new"
    for folder in ("new", "cur", "tmp"):
        (home / box / folder).mkdir(parents=True, exist_ok=True)
    start = len(list(new.iterdir())) + len(list((home / box / "cur").iterdir()))
    for number, raw in enumerate(letters, start):
        (new / f"{1_700_000_000 + number}.M{number}P1.test").write_bytes(raw.replace(b"\r\n", b"\n"))
    if os.getuid() == 0:
        for path in (home / box, *(home / box).rglob("*")):
            shutil.chown(path, "nobody")


def test_letters_out_of_a_real_dovecot_also_after_its_box_was_made_anew(home, monkeypatch):
    _tls, trusted = authority(home)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    first = [letter(f"Письмо {number}", ident=f"<{number}@example.net>") for number in range(30)]
    put(home, *first)
    with dovecot(home) as port:
        monkeypatch.setenv("OTKLIK_INNER_HOSTS", f"localhost:{port}")
        account = make_account(imap_host="localhost", imap_port=port, imap_security="tls", imap_user=BOX)
        assert poll(account.pk) == 0  # the password of the small server: Dovecot refuses it in its own words
        with acting(ACTOR), widened():
            assert "имя или пароль" in Health.objects.get(account=account).failure
            secrets.keep(account.setup, {"password": SECRET})
            account.setup.save()
        assert poll(account.pk) == 30
        assert poll(account.pk) == 0
        put(home, letter("Ещё письмо", ident="<31@example.net>"))
        assert poll(account.pk) == 1
        for name in (home / "box").glob("dovecot*"):
            name.unlink()
        put(home, letter("После переезда", ident="<32@example.net>"))
        assert poll(account.pk) == 1
    take_waiting(account.pk)
    assert len(arrivals()) == 32
    assert {row.state for row in arrivals()} == {"asked"}
    seen = [path.name for path in (home / "box" / "cur").iterdir() if path.name.endswith("S")]
    assert not seen  # nothing was marked as read
