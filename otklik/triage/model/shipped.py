"""The base of the project's own classifier, for commands that need no database."""

from __future__ import annotations

import os
from pathlib import Path

from otklik.classifier.reading import shipped
from otklik.secrets_file import secret
from otklik.triage.knowledge import Knowledge, PlaceFinder
from otklik.triage.model.base import Base, ThemeWords
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.storing import KEY_NAME, base_for
from otklik.triage.themes import ThemeEntry


def shipped_words() -> tuple[ThemeWords, ...]:
    """The themes of the project's own classifier."""
    return tuple(ThemeWords(t.code, t.name, t.group, t.help, tuple(t.synonyms)) for t in shipped().themes)


def shipped_knowledge(home: Path | None, places: PlaceFinder | None = None) -> Knowledge:
    """All that is known without a database: themes, the base, and places if given."""
    spec = shipped()
    groups = {group.code: group.name for group in spec.groups}
    entries = tuple(
        ThemeEntry(t.code, t.name, t.group, groups[t.group], tuple(t.synonyms), t.importance, t.executor_kind)
        for t in spec.themes
    )
    base = shipped_base(home)
    return Knowledge(entries, places, f"{spec.code} {base.digest}", ThemeModel(base, edition=base.digest))


def shipped_base(home: Path | None) -> Base:
    """The base, kept under the data folder `home` between runs; made in memory when there is none to write to."""
    if home is None or not home.is_dir() or not os.access(home, os.W_OK):
        return base_for(shipped_words(), None, b"")
    return base_for(shipped_words(), home / "models", bytes.fromhex(secret(home, KEY_NAME)))
