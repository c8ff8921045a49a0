"""One cluster on disk: made once, started, stopped, and recognised when it already runs."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from otklik.embedded.errors import EmbeddedError
from otklik.embedded.home import Account
from otklik.embedded.passwords import Passwords
from otklik.embedded.tuning import Purpose, settings_file

LIMIT_SECONDS = 120
PORT = 5432
# What is left of the 108 bytes of a socket's address after the name PostgreSQL adds and the closing zero.
LONGEST_SOCKET_FOLDER = 107 - len(f"/.s.PGSQL.{PORT}")
# Facts behind these three options: decision 010. LC_CTYPE=C would silently switch trigrams off for Russian.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
          "--lc-ctype=C.UTF-8")  # fmt: skip


@dataclass(frozen=True)
class Cluster:
    """Where one cluster lies, and who runs it."""

    folder: Path
    programs: Path
    socket_dir: Path
    account: Account | None
    purpose: Purpose

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """The folder of the server's logs."""
        return self.folder / "log"

    def exists(self) -> bool:
        """Whether it was ever made."""
        return (self.data / "PG_VERSION").exists()


def make(cluster: Cluster, passwords: Passwords) -> None:
    """Initialise the data folder. A kill in the middle leaves a draft, which the next call throws away."""
    draft = cluster.folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    make_folder(draft, cluster.account)
    password_file = cluster.folder / "data.password"
    _write_for_server(password_file, passwords.superuser, cluster.account)
    try:
        _run(
            cluster,
            ["initdb", "-D", str(draft), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file}",
             *LOCALE, *(["--no-sync"] if cluster.purpose == "test" else [])],
            "создать базу данных",
        )  # fmt: skip
    finally:
        password_file.unlink(missing_ok=True)
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write("\ninclude_if_exists = 'otklik.conf'\ninclude_if_exists = 'local.conf'\n")
    draft.rename(cluster.data)


def start(cluster: Cluster) -> None:
    """Start the server and wait until it answers."""
    _refuse_other_version(cluster)
    _clear_after_kill(cluster)
    _write_for_server(
        cluster.data / "otklik.conf",
        settings_file(cluster.purpose, cluster.socket_dir, cluster.log),
        cluster.account,
    )
    start_log = cluster.log / "start.log"
    start_log.unlink(missing_ok=True)
    _run(
        cluster,
        ["pg_ctl", "start", "-s", "-w", "-t", str(LIMIT_SECONDS), "-D", str(cluster.data), "-l", str(start_log)],
        "запустить PostgreSQL",
    )


def stop(cluster: Cluster) -> None:
    """Stop the server, closing its connections, and wait until it is gone."""
    if postmaster(cluster) is None:
        return
    _run(
        cluster,
        ["pg_ctl", "stop", "-s", "-w", "-m", "fast", "-t", str(LIMIT_SECONDS), "-D", str(cluster.data)],
        "остановить PostgreSQL",
    )


def postmaster(cluster: Cluster) -> int | None:
    """The number of the running server's first process, or None.

    The number in ``postmaster.pid`` is believed only if that process works in this data folder: after a
    crash or in a restarted container the same number may belong to something else.
    """
    try:
        number = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return number if _works_in(number, cluster.data) else None


def _clear_after_kill(cluster: Cluster) -> None:
    """Wait for processes of a killed server to leave, then remove what it left behind."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while any(_works_in(number, cluster.data) for number in _process_numbers()):
        if time.monotonic() > deadline:
            raise EmbeddedError(
                f"Процессы прежнего PostgreSQL всё ещё работают в папке {cluster.data}. "
                "Завершите их и повторите."
            )
        time.sleep(0.1)
    # PostgreSQL would ask whether the numbers written there are alive, and a killed process that nobody has
    # collected yet (usual in containers) counts as alive.
    for left in (cluster.data / "postmaster.pid", *cluster.socket_dir.glob(".s.PGSQL.*")):
        left.unlink(missing_ok=True)


def _process_numbers() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _works_in(number: int, folder: Path) -> bool:
    try:
        return os.path.samefile(f"/proc/{number}/cwd", folder)
    except OSError:
        return False


def _refuse_other_version(cluster: Cluster) -> None:
    on_disk = (cluster.data / "PG_VERSION").read_text().strip()
    printed = subprocess.run(
        [cluster.programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    ours = printed.split()[2].split(".")[0]
    if on_disk != ours:
        raise EmbeddedError(
            f"База в {cluster.data} сделана PostgreSQL {on_disk}, а установлен {ours}. Сделайте копию прежней "
            "версией программы (otklik backup) и восстановите её новой (otklik restore) в пустую OTKLIK_HOME."
        )


def make_folder(path: Path, account: Account | None) -> None:
    """A folder for the server's account alone."""
    path.mkdir(mode=0o700, exist_ok=True)
    path.chmod(0o700)
    if account:
        os.chown(path, account.uid, account.gid)


def _write_for_server(path: Path, text: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        if account:
            # By descriptor: the folder is the server's, and a name in it might have been changed meanwhile.
            os.fchown(descriptor, account.uid, account.gid)


def _run(cluster: Cluster, command: list[str], what: str) -> None:
    # Output goes to a file: the server inherits it, and a pipe would stay open for as long as it lives.
    output = cluster.folder / "command.log"
    with output.open("w+", encoding="utf-8", errors="replace") as stream:
        try:
            done = subprocess.run(
                [cluster.programs / command[0], *command[1:]],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=cluster.folder,
                # Nothing of ours leaks in: neither PGHOST, PGOPTIONS and the like nor a locale that is not here.
                env={"PATH": os.defpath, "LANG": "C", "LC_ALL": "C"},
                umask=0o077,
                timeout=LIMIT_SECONDS + 30,
                user=cluster.account.uid if cluster.account else None,
                group=cluster.account.gid if cluster.account else None,
                extra_groups=[] if cluster.account else None,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EmbeddedError(f"Не удалось {what}: {error}.") from error
        if done.returncode == 0:
            return
        stream.seek(0)
        printed = stream.read()
    for path in sorted(cluster.log.glob("*.log"), key=lambda path: path.stat().st_mtime)[-2:]:
        printed += path.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise EmbeddedError(f"Не удалось {what}: {_telling_line(printed)} Журналы: {cluster.log}.")


def _telling_line(printed: str) -> str:
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line or "PANIC" in line]
    return (telling or lines or ["причина неизвестна."])[-1]
