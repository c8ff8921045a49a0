"""The embedded server as its users see it: ask for it, use it, leave it."""

import atexit
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from otklik.embedded import cluster as clusters
from otklik.embedded.cluster import LIMIT_SECONDS, LONGEST_SOCKET_FOLDER, PORT, Cluster
from otklik.embedded.errors import EmbeddedError
from otklik.embedded.home import Account, home_folder, open_home, server_account
from otklik.embedded.install import runnable_programs
from otklik.embedded.locks import Use, exclusive
from otklik.embedded.passwords import Passwords, read_or_make
from otklik.embedded.roles import MAIN, database_statement, inside_statements, role_statements
from otklik.embedded.tuning import Purpose
from otklik.regions import DEFAULT, Names, names

FOLDERS: dict[Purpose, str] = {"main": "postgresql", "test": "postgresql-test"}


@dataclass(frozen=True)
class Server:
    """A running server. The addresses are ``postgresql://`` URLs of the database ``otklik`` by socket."""

    owner_url: str
    app_url: str
    socket_dir: Path
    folder: Path
    port: int = PORT


# What this program uses now: the folder of a cluster → our lock on it, and the server.
_in_use: dict[Path, tuple[Use, Cluster, Server]] = {}


def ensure_running(home: Path | None = None, *, purpose: Purpose = "main") -> Server:
    """The running server of this data folder, started if it is not running yet.

    Programs share it: whoever comes first starts it and the last one to leave stops it (at exit, or by
    ``stop``). Safe to call at once from several programs and again in the same one. ``purpose="test"``
    is another cluster beside the main one, which may lose its data with the power.

    Raises EmbeddedError, with a sentence for the person, when there can be no server.
    """
    home = home or home_folder()
    known = _in_use.get(home / FOLDERS[purpose])
    if known is not None and clusters.postmaster(known[1]) is not None:
        return known[2]
    try:
        return _join(home, purpose)
    except OSError as error:
        raise EmbeddedError(
            f"Папка данных {home} недоступна ({error}). Проверьте права и место на диске или задайте OTKLIK_HOME."
        ) from error


def _join(home: Path, purpose: Purpose) -> Server:
    account = server_account()
    open_home(home, account)
    cluster = _located(home, purpose, account)
    with exclusive(cluster.folder / "start.lock", LIMIT_SECONDS + 60):
        passwords = read_or_make(cluster.folder / "passwords.json", cluster_exists=cluster.exists())
        if clusters.postmaster(cluster) is None:
            if not cluster.exists():
                clusters.make(cluster, passwords)
            (cluster.folder / "prepared").unlink(missing_ok=True)
            clusters.start(cluster)
        else:
            _wait_until_ready(cluster, passwords)
        _prepare_once(cluster, passwords)
        server = _server(cluster, passwords)
        known = _in_use.pop(cluster.folder, None)
        use = known[0] if known else Use(cluster.folder / "use.lock")
        _in_use[cluster.folder] = (use, cluster, server)
    return server


def is_running(home: Path | None = None, *, purpose: Purpose = "main") -> bool:
    """Whether the server of this data folder runs now; starts nothing."""
    folder = (home or home_folder()) / FOLDERS[purpose]
    return clusters.postmaster(Cluster(folder, folder, folder, None, purpose)) is not None


def stop(home: Path | None = None, *, purpose: Purpose = "main") -> bool:
    """Leave the server now rather than at exit. True if nobody else used it and it was stopped."""
    folder = (home or home_folder()) / FOLDERS[purpose]
    return _leave(folder)


def _leave(folder: Path) -> bool:
    used = _in_use.pop(folder, None)
    if used is None:
        return False
    use, cluster, _ = used
    with exclusive(folder / "start.lock", LIMIT_SECONDS + 60):
        alone = use.end()
        if alone:
            clusters.stop(cluster)
            if not cluster.socket_dir.is_relative_to(folder):
                shutil.rmtree(cluster.socket_dir, ignore_errors=True)  # the short one in /tmp; the next start makes it
    return alone


@atexit.register
def _leave_all() -> None:
    for folder in list(_in_use):
        try:
            _leave(folder)
        except (EmbeddedError, OSError):
            # A server left running is found and used by the next start; an exit must not fail for it.
            continue


def _forget_in_child() -> None:
    for use, _, _ in _in_use.values():
        use.forget()
    _in_use.clear()


os.register_at_fork(after_in_child=_forget_in_child)


def _located(home: Path, purpose: Purpose, account: Account | None) -> Cluster:
    folder = home / FOLDERS[purpose]
    folder.mkdir(mode=0o700, exist_ok=True)
    if account:
        # The server passes through to its own folders; passwords and locks here are root's.
        os.chown(folder, 0, account.gid)
        folder.chmod(0o710)
    programs = runnable_programs(home, for_another_account=account is not None)
    cluster = Cluster(folder, programs, _socket_folder(folder, account), account, purpose)
    clusters.make_folder(cluster.log, account)
    return cluster


def _socket_folder(folder: Path, account: Account | None) -> Path:
    """A closed folder for the socket: beside the data, or a short one when that path is too long for a socket."""
    inside = folder / "run"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
        clusters.make_folder(inside, account)
        return inside
    short = Path("/tmp") / f"otklik-{os.getuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    owner = account.uid if account else os.getuid()
    try:
        short.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(short, owner, account.gid if account else -1, follow_symlinks=False)
    found = short.lstat()
    # Anybody may write to /tmp: a folder that somebody else put there is refused.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or stat.S_IMODE(found.st_mode) != 0o700:
        raise EmbeddedError(f"Папка {short} занята кем-то другим: удалите её или задайте OTKLIK_HOME покороче.")
    return short


def _prepare_once(cluster: Cluster, passwords: Passwords) -> None:
    """Roles and the database, once for each start, even if the program that started was killed before it got here."""
    marker = cluster.folder / "prepared"
    started = str(clusters.postmaster(cluster))
    if marker.exists() and marker.read_text() == started:
        return
    _prepare_roles(cluster, passwords)
    marker.write_text(started)


def _prepare_roles(cluster: Cluster, passwords: Passwords) -> None:
    _make_database(cluster, passwords, MAIN, {MAIN.owner: passwords.owner, MAIN.app: passwords.app})


def _make_database(cluster: Cluster, passwords: Passwords, names: Names, logins: Mapping[str, str]) -> None:
    """The database of a region with its roles; what is there already stays."""
    with _as_superuser(cluster, passwords, "postgres") as connection:
        for statement in role_statements(names):
            connection.execute(statement.encode())
        for role, password in logins.items():
            connection.execute(f"ALTER ROLE {role} PASSWORD '{password}'".encode())
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (names.database,)).fetchone()
        if known is None:
            connection.execute(database_statement(names.database, embedded=True, owner=names.owner).encode())
    with _as_superuser(cluster, passwords, names.database) as connection:
        for statement in inside_statements(names.database, names.app):
            connection.execute(statement.encode())


def region_server(code: str, home: Path | None = None, *, make: bool = False) -> Server:
    """The running server with the addresses of a region's own database.

    With `make` the database and its roles are made if they are not there. Raises EmbeddedError when there is no
    such region and it is not to be made.
    """
    server = ensure_running(home)
    if code == DEFAULT:
        return server
    _use, cluster, _server_of_all = _in_use[server.folder]
    path = cluster.folder / f"region-{code}.json"
    if not path.exists() and not make:
        raise EmbeddedError(f"Региона «{code}» в этой базе нет (OTKLIK_REGION). Заведите его: otklik region init ПАПКА")
    own = read_or_make(path, cluster_exists=False)
    if make:
        with exclusive(cluster.folder / "start.lock", LIMIT_SECONDS + 60):
            passwords = read_or_make(cluster.folder / "passwords.json", cluster_exists=True)
            _make_database(cluster, passwords, names(code), {names(code).owner: own.owner, names(code).app: own.app})
    return _addresses(cluster, names(code), own)


def _wait_until_ready(cluster: Cluster, passwords: Passwords) -> None:
    """A server that another program started and left (or one killed in recovery) may still be starting."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while True:
        try:
            _as_superuser(cluster, passwords, "postgres").close()
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL не отвечает: {error}") from error
            time.sleep(0.2)
        else:
            return


def _as_superuser(cluster: Cluster, passwords: Passwords, database: str) -> psycopg.Connection:
    return psycopg.connect(
        host=str(cluster.socket_dir),
        port=PORT,
        user="postgres",
        password=passwords.superuser,
        dbname=database,
        autocommit=True,
        connect_timeout=10,
    )


def _server(cluster: Cluster, passwords: Passwords) -> Server:
    return _addresses(cluster, MAIN, passwords)


def _addresses(cluster: Cluster, names: Names, passwords: Passwords) -> Server:
    where = f"/{names.database}?host={quote(str(cluster.socket_dir), safe='')}&port={PORT}"
    return Server(
        owner_url=f"postgresql://{names.owner}:{passwords.owner}@{where}",
        app_url=f"postgresql://{names.app}:{passwords.app}@{where}",
        socket_dir=cluster.socket_dir,
        folder=cluster.folder,
    )
