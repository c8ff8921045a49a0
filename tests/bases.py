"""The base of the shipped classifier, learnt once for all workers and runs: it is ten seconds of work, and the same
each time. As with the template of databases, any change of what it is made of or by makes it anew.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.databases import ROOT

SOURCES = ("otklik/triage/model/*.py", "otklik/triage/seed/**/*", "otklik/triage/*.py", "otklik/classifier/*.py",
           "otklik/classifier/shipped/**/*", "requirements.lock")  # fmt: skip
KEPT = 3
MAKE = """
import sys
from pathlib import Path
from otklik.triage.model.shipped import shipped_base
shipped_base(Path(sys.argv[1]))
"""


def digest() -> str:
    """Of everything that shapes the base: the same digest, the same base."""
    seen = hashlib.sha256(sys.version.encode())
    for path in sorted({path for pattern in SOURCES for path in ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()[:12]


def made(where: Path) -> Path:
    """A folder with the base and the key that signed it, kept under `where`. Safe for many runs at once."""
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    ready = where / digest()
    with (where / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            for old in sorted(where.glob("[0-9a-f]*/"), key=lambda one: one.stat().st_mtime)[: -KEPT + 1]:
                shutil.rmtree(old)
            draft = Path(tempfile.mkdtemp(dir=where, prefix="draft-"))
            try:
                subprocess.run([sys.executable, "-c", MAKE, str(draft)], cwd=ROOT, check=True)
                draft.rename(ready)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
    return ready


def lay(ready: Path, home: Path) -> None:
    """Give a fresh data folder the base and its key, as if it had been made there."""
    for name in ("secrets", "models"):
        (home / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in (ready / name).iterdir():
            shutil.copy2(path, home / name)
