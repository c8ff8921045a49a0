"""The passwords of the embedded cluster: long, random, and in a file only we can read."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from otklik.embedded.errors import EmbeddedError


@dataclass(frozen=True)
class Passwords:
    """One password for each role that logs in."""

    superuser: str
    owner: str
    app: str


def read_or_make(path: Path, *, cluster_exists: bool) -> Passwords:
    """Read the file, or make it before the first start; a cluster without its passwords cannot be entered."""
    try:
        return Passwords(**json.loads(path.read_text()))
    except FileNotFoundError:
        if cluster_exists:
            raise EmbeddedError(
                f"Есть база данных, но нет файла с её паролями {path}. "
                "Верните его на место или восстановите базу из копии в новую папку (OTKLIK_HOME)."
            ) from None
    except (ValueError, TypeError) as error:
        raise EmbeddedError(f"Файл с паролями базы {path} испорчен: верните его из копии.") from error
    made = Passwords(*(secrets.token_urlsafe(32) for _ in range(3)))
    # Written beside and renamed: a kill in the middle leaves either no file or a whole one.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(asdict(made), stream)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(path)
    return made
