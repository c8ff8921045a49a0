"""The base of the project's own classifier, for commands that need no database."""

from __future__ import annotations

import os
from pathlib import Path

from otklik.classifier.reading import shipped
from otklik.secrets_file import secret
from otklik.triage.model.base import Base, ThemeWords
from otklik.triage.model.storing import KEY_NAME, base_for


def shipped_words() -> tuple[ThemeWords, ...]:
    """The themes of the project's own classifier."""
    return tuple(ThemeWords(t.code, t.name, t.group, t.help, tuple(t.synonyms)) for t in shipped().themes)


def shipped_base(home: Path | None) -> Base:
    """The base, kept under the data folder `home` between runs; made in memory when there is none to write to."""
    if home is None or not home.is_dir() or not os.access(home, os.W_OK):
        return base_for(shipped_words(), None, b"")
    return base_for(shipped_words(), home / "models", bytes.fromhex(secret(home, KEY_NAME)))
