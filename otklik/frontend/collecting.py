"""Bring the static files of all rooms and packages together, when anything about them changed.

``python -m otklik.frontend.collecting`` is a step of ``otklik up`` and of ``make test``. Several programs may
take it at once, and a start where nothing changed costs no more than a look at the files' times.
"""

import fcntl
import hashlib
import importlib.metadata
import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
COLLECTED = PACKAGE / "frontend" / "collected"


def collect_if_changed() -> bool:
    """Collect into ``otklik/frontend/collected``. True if there was something to do."""
    if is_current():
        return False  # an installed program may not write into its own folder, and need not
    now, seal = _fingerprint(), COLLECTED / ".seal"
    COLLECTED.mkdir(exist_ok=True)
    with (COLLECTED / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if seal.exists() and seal.read_text() == now:
            return False
        _collect()
        seal.write_text(now)
    return True


def is_current() -> bool:
    """Whether nothing has changed since they were collected. Needs no Django."""
    seal = COLLECTED / ".seal"
    return seal.exists() and seal.read_text() == _fingerprint()


def _fingerprint() -> str:
    """Of the versions of all packages and of each static file's name, size and time."""
    seen = hashlib.sha256()
    for name in sorted(f"{dist.name} {dist.version}" for dist in importlib.metadata.distributions()):
        seen.update(name.encode())
    folders = sorted({*PACKAGE.rglob("static"), PACKAGE / "frontend" / "dist"})
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        status = path.stat()
        seen.update(f"{path} {status.st_size} {status.st_mtime_ns}".encode())
    return seen.hexdigest()


def _collect() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.settings")
    for name in ("OTKLIK_SECRET_KEY", "OTKLIK_CONTACT_KEY"):
        # No key is used here, and collecting must not make any in somebody's data folder.
        os.environ.setdefault(name, "not used for collecting")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("collectstatic", interactive=False, verbosity=0)


if __name__ == "__main__":
    collect_if_changed()
