"""A watched folder: exports that other programs lay down are taken by themselves.

`OTKLIK_INBOX` (else `inbox` in the data folder) holds a folder for each centre, by its territory's code, and in it one
for each source: CENTRE/SOURCE/FILE. A file that has not been written to for ten seconds is begun as a run of that
source; it moves to `taken`, or to `refused` with a text beside it that says why. A process killed on the way begins
the same file again, and no row is taken twice.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.acting import System, acting
from otklik.failures import Failure
from otklik.intake import importing
from otklik.territory.models import Territory

ACTOR = System("inbox")
QUIET = 10.0  # seconds without a change: whoever writes it has finished
ENDINGS = frozenset({".csv", ".xlsx", ".xls", ".ods", ".jsonl", ".json", ".tsv"})
MOST_A_LOOK = 20
TAKEN, REFUSED = "taken", "refused"


def inbox() -> Path:
    """The watched folder of this region."""
    given = os.environ.get("OTKLIK_INBOX")
    return Path(given) if given else Path(settings.OTKLIK_HOME) / "inbox"


def look(now: datetime) -> int:
    """Begin what is ready. Returns how many files were begun or refused."""
    seen = 0
    for path in _ready(now):
        if seen == MOST_A_LOOK:
            break
        _begin(path, now)
        seen += 1
    return seen


def _ready(now: datetime) -> Iterator[Path]:
    """Files of sources, the oldest first. Links are not followed: they could lead anywhere on the machine."""
    root = inbox()
    if not root.is_dir():
        return
    found = [
        path for path in root.glob("*/*/*")
        if path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~"))
        and not path.is_symlink() and not path.parent.is_symlink() and path.is_file()
    ]
    for path in sorted(found, key=lambda one: one.stat().st_mtime):
        if now.timestamp() - path.stat().st_mtime >= QUIET:
            yield path


def _begin(path: Path, now: datetime) -> None:
    source, centre = path.parent.name, path.parent.parent.name
    try:
        with acting(ACTOR, read_only=True):
            into = Territory.objects.filter(code=centre).first()
        if into is None:
            words = _("Территории с кодом «%(code)s» нет: назовите папку кодом муниципалитета.")
            raise Failure(words % {"code": centre})
        if path.stat().st_size > importing.MAX_UPLOAD:
            raise Failure(_("Файл больше 200 МБ: загрузите его командой otklik import."))
        kept = _kept(path)
        run = importing.begin(ACTOR, kept, into=into, profile=source, file_name=path.name, stored=True, now=now)
        importing.start(ACTOR, run.pk)
    except (Failure, OSError) as error:
        _move(path, REFUSED, now).with_suffix(".txt").write_text(f"{error}\n", encoding="utf-8")
        return
    _move(path, TAKEN, now)


def _kept(path: Path) -> Path:
    """A copy under the data folder, where the worker reads it whatever happens to the inbox."""
    folder = Path(settings.OTKLIK_HOME) / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{importing.file_digest(path)[:32]}{path.suffix.lower()[:6]}"
    draft = folder / f".{target.name}.{os.getpid()}"
    shutil.copyfile(path, draft)
    draft.replace(target)
    return target


def _move(path: Path, where: str, now: datetime) -> Path:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    target = folder / f"{now:%Y%m%d-%H%M%S}-{path.name}"
    path.replace(target)
    return target
