"""Versions of the reader on this host: signed, checked before anything of them is used, kept as files that processes
share.

What is kept in the database is the truth; the file beside it is a copy for mapping into memory, made anew when it is
missing or spoilt. A version that cannot be loaded is passed over for the one before it, and without any the program
reads by the words of the classifier alone.
"""

import hmac
import json
import logging
import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from otklik.cases.learning_models import ReaderBase, ReaderVersion
from otklik.secrets_file import secret
from otklik.triage.model.base import Base, ThemeWords, digest_of
from otklik.triage.model.file import BadModel, digest, put
from otklik.triage.model.reading import ThemeModel
from otklik.triage.model.storing import KEY_NAME, base_bytes, base_for, read_base, read_trained
from otklik.triage.model.trained import Trained

log = logging.getLogger(__name__)
GOES_BACK = 4  # earlier versions that are tried when the one in use cannot be loaded
USABLE = (ReaderVersion.State.IN_USE, ReaderVersion.State.REPLACED)


class Spoilt(Exception):
    """A version that must not be used, and why."""


@dataclass(frozen=True)
class Loaded:
    """A reader ready to read. `version` is None when nothing learnt is in use (or can be)."""

    model: ThemeModel
    version: ReaderVersion | None

    @property
    def card(self) -> dict[str, Any]:
        return self.version.card if self.version else {}


def key() -> bytes:
    """The installation's key for models."""
    return bytes.fromhex(secret(settings.OTKLIK_HOME, KEY_NAME))


def folder() -> Path:
    """Where models lie as files."""
    return Path(settings.OTKLIK_HOME) / "models"


def seal(task: str, card: dict[str, Any], content_digest: str) -> str:
    """The signature over a card and the file it is of."""
    told = json.dumps([task, card, content_digest], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key(), told.encode(), "sha256").hexdigest()


def base_now(words: Sequence[ThemeWords]) -> Base:
    """The base of the edition in force, kept as a file; made anew (some seconds) when there is none."""
    return base_for(words, folder(), key())


def keep_base(base: Base) -> None:
    """Keep the base beside the versions learnt through it: the next edition's words are no eyes for them."""
    if not ReaderBase.objects.filter(pk=base.digest).exists():
        ReaderBase.objects.create(digest=base.digest, content=base_bytes(base, key()))


def load(task: str, words: Sequence[ThemeWords]) -> Loaded:
    """The reader in use, else the newest before it that can be trusted, else the base alone."""
    rows = ReaderVersion.objects.filter(task=task, state__in=USABLE, content__isnull=False).defer("content")
    in_use = rows.filter(state=ReaderVersion.State.IN_USE).first()
    if in_use is not None:
        for row in (in_use, *rows.filter(pk__lt=in_use.pk).order_by("-pk")[:GOES_BACK]):
            try:
                return Loaded(opened(row, words), row)
            except Spoilt as error:
                log.error("version %s of the reader is passed over: %s", row.pk, error)
    return Loaded(ThemeModel(base_now(words)), None)


def opened(row: ReaderVersion, words: Sequence[ThemeWords]) -> ThemeModel:
    """One version, checked. Raises `Spoilt`."""
    if not hmac.compare_digest(seal(row.task, row.card, row.digest), row.signature):
        raise Spoilt("the card was changed or sealed by another key")
    name = f"{row.task}-{row.digest}.model"
    trained = next(filter(None, (_from_file(place / name, row) for place in (folder(), _spare()) if place)), None)
    if trained is None:
        content = ReaderVersion.objects.filter(pk=row.pk).values_list("content", flat=True).first()
        if content is None or digest(content) != row.digest:
            raise Spoilt("its content is gone or changed")
        trained = _kept(name, bytes(content), row)
    base = base_now(words) if trained.base == digest_of(words) else _base_of(trained.base)
    return ThemeModel(base, trained, edition=str(row.pk))


def _from_file(path: Path, row: ReaderVersion) -> Trained | None:
    """The version from its file; None when the file is missing, spoilt or another one."""
    try:
        trained, _card = read_trained(path, key())
        with path.open("rb") as source:
            source.seek(-32, 2)
            return trained if source.read().hex() == row.card.get("file") else None
    except FileNotFoundError:
        return None
    except (BadModel, OSError) as error:
        log.warning("the file %s of a reader is made anew: %s", path, error)
        return None


def _kept(name: str, content: bytes, row: ReaderVersion) -> Trained:
    path = folder() / name
    try:
        put(path, content)
    except OSError as error:
        spare = _spare()
        if spare is None:
            raise Spoilt(f"no file can be made of it: {error}") from error
        log.warning("the folder of models cannot be written, so a reader lies in %s: %s", spare, error)
        path = spare / name
        try:
            put(path, content)
        except OSError as again:
            raise Spoilt(f"no file can be made of it: {again}") from again
    trained = _from_file(path, row)
    if trained is None:
        raise Spoilt("its signature does not fit")
    return trained


def _spare() -> Path | None:
    """A folder of this account alone among the temporary ones, for when the data folder cannot be written."""
    place = Path(tempfile.gettempdir()) / f"otklik-models-{os.geteuid()}"
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        told = place.lstat()
    except OSError:
        return None
    return place if told.st_uid == os.geteuid() and stat.S_ISDIR(told.st_mode) and not told.st_mode & 0o077 else None


def _base_of(named: str) -> Base:
    """The base of an earlier edition of the classifier, under whose words a version was learnt."""
    path = folder() / f"base-{named}.model"
    try:
        return read_base(path, key())
    except (BadModel, OSError):
        content = ReaderBase.objects.filter(pk=named).values_list("content", flat=True).first()
    if content is None:
        raise Spoilt("what it was learnt through is gone")
    try:
        put(path, bytes(content))
        return read_base(path, key())
    except (BadModel, OSError) as error:
        raise Spoilt("what it was learnt through cannot be read") from error


def learnt_by(row: ReaderVersion) -> frozenset[int]:
    """The ids of the cases a version was learnt from. Raises `Spoilt`."""
    for place in (folder(), _spare()):
        try:
            if place is not None:
                _model, told = read_trained(place / f"{row.task}-{row.digest}.model", key())
                return frozenset(told.get("learnt", ()))
        except (BadModel, OSError):
            continue
    raise Spoilt("the file cannot be read")
