"""Where the program keeps its data, and which account of the machine owns the server's part of it."""

import contextlib
import grp
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from otklik.embedded.errors import EmbeddedError

SYSTEM_HOME = Path("/var/lib/otklik")
SYSTEM_USER = "otklik"


@dataclass(frozen=True)
class Account:
    """An account of the machine under which PostgreSQL runs when we ourselves are root."""

    uid: int
    gid: int


def home_folder() -> Path:
    """The data folder: ``OTKLIK_HOME``, else ``/var/lib/otklik`` for root, else the user's own data folder."""
    given = os.environ.get("OTKLIK_HOME")
    if given:
        return Path(os.path.abspath(Path(given).expanduser()))
    if os.geteuid() == 0:
        return SYSTEM_HOME
    shared = os.environ.get("XDG_DATA_HOME")
    base = Path(shared) if shared else Path.home() / ".local" / "share"
    return base / "otklik"


def server_account() -> Account | None:
    """The account PostgreSQL must run under, made if need be; ``None`` means our own.

    PostgreSQL refuses to run as root, so root gets the system user ``otklik``.
    """
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        found = _make_system_user()
    if found.pw_uid == 0:
        raise EmbeddedError(f"Пользователь «{SYSTEM_USER}» совпадает с root: PostgreSQL под root не работает.")
    return Account(found.pw_uid, found.pw_gid)


def _make_system_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise EmbeddedError(
            f"Нет программы useradd, чтобы завести пользователя «{SYSTEM_USER}»: "
            "установите пакет passwd или запустите программу не от root."
        )
    own_group = ["--user-group"]
    with contextlib.suppress(KeyError):  # a group that a removed account left behind is taken up again
        grp.getgrnam(SYSTEM_USER)
        own_group = ["--gid", SYSTEM_USER]
    made = subprocess.run(
        [useradd, "--system", *own_group, "--no-create-home", "--home-dir", str(SYSTEM_HOME),
         "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    try:
        # Asked again rather than trusting the exit code: another start may have made it meanwhile.
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise EmbeddedError(
            f"Не удалось завести пользователя «{SYSTEM_USER}» ({made.stderr.strip()}): "
            "заведите его сами или запустите программу не от root."
        ) from None


def open_home(home: Path, account: Account | None) -> None:
    """Make the data folder and let the server's account pass through it, but not look around.

    Only the folder itself is opened. Folders above it belong to somebody else: a closed one is an error.
    """
    try:
        home.mkdir(mode=0o711 if account else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EmbeddedError(
            f"Не удалось создать папку данных {home}: {error.strerror}. Задайте другую в OTKLIK_HOME."
        ) from error
    if account is None:
        return
    if _can_enter(home, account):
        return
    status = home.stat()
    if status.st_uid == 0:
        home.chmod(stat.S_IMODE(status.st_mode) | 0o011)
    if not _can_enter(home, account):
        raise EmbeddedError(
            f"Папка данных {home} лежит в закрытой папке, а PostgreSQL работает от пользователя «{SYSTEM_USER}» "
            "и войти туда не может. Задайте в OTKLIK_HOME другую, например /srv/otklik."
        )


def _can_enter(folder: Path, account: Account) -> bool:
    # Asked of the system as that account: mode bits alone do not tell about access lists.
    attempt = subprocess.run(
        ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
        user=account.uid, group=account.gid, extra_groups=[], cwd="/",
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        check=False,
    )  # fmt: skip
    return attempt.returncode == 0
