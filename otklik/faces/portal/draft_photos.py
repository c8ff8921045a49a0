"""Photos of a report that is not sent yet, so that an error in the form never costs a photo.

They lie in a folder named by the digest of the form's key, already cleaned, and nobody without the key
finds them. They go when the report is accepted; what was abandoned goes after a day.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

from otklik.files.photo_hints import Hints
from otklik.files.photos import MAX_BYTES, CleanPhoto, PhotoRejected, accept_photo, plain_name

MOST_PHOTOS: Final = 5
KEPT_FOR: Final = timedelta(days=1)
# Unsent photos of everybody together: strangers must not be able to fill the disk of the cases.
MOST_BYTES: Final = 2 * 1024**3
_THUMB_SIDE: Final = 160  # pixels


@dataclass(frozen=True, slots=True)
class DraftPhoto:
    """An accepted photo that waits for its report. `thumb` is a data: URI for the form."""

    digest: str
    name: str
    thumb: str


@dataclass(frozen=True, slots=True)
class _Note:
    """What stands beside a kept photo in its folder."""

    name: str
    width: int
    height: int
    order: int
    thumb: str
    taken: str = ""  # what the original said of time (ISO) and place; only where it was asked for
    point: tuple[float, float] | None = None

    def hints(self) -> Hints | None:
        """As they go on with the photo."""
        if not self.taken and not self.point:
            return None
        latitude, longitude = self.point or (None, None)
        return Hints(datetime.fromisoformat(self.taken) if self.taken else None, latitude, longitude)


def add(key: str, upload: UploadedFile[bytes], *, hints_in: tzinfo | None = None) -> DraftPhoto:
    """Clean one uploaded file and keep it under this form's key. Raises `PhotoRejected` with advice.

    `hints_in`: keep also what the file says of time and place (`files.photo_hints`); never for residents.
    """
    if upload.size is not None and upload.size > MAX_BYTES:
        raise PhotoRejected(
            _("Файл больше %(limit)d МБ. Уменьшите фотографию или отправьте снимок экрана с ней.")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )
    kept = photos(key)
    if len(kept) >= MOST_PHOTOS:
        raise PhotoRejected(
            _("Можно приложить не больше %(most)d фотографий. Уберите одну из принятых, если эта важнее.")
            % {"most": MOST_PHOTOS}
        )
    clean = accept_photo(upload.read(), upload.name or "", hints_in=hints_in)
    for photo in kept:
        if photo.digest == clean.sha256:
            return photo
    _sweep()
    folder = _folder(key)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    said = clean.hints or Hints()
    note = _Note(
        clean.name, clean.width, clean.height, time.time_ns(), _thumb(clean.data),
        said.taken_at.isoformat() if said.taken_at else "",
        (said.latitude, said.longitude) if said.latitude is not None and said.longitude is not None else None,
    )
    (folder / f"{clean.sha256}.jpg").write_bytes(clean.data)
    (folder / f"{clean.sha256}.json").write_text(json.dumps(asdict(note)), encoding="utf-8")
    return DraftPhoto(clean.sha256, note.name, note.thumb)


def photos(key: str) -> list[DraftPhoto]:
    """The photos kept under this key, in the order they came."""
    return [DraftPhoto(digest, note.name, note.thumb) for digest, note in _kept(key)]


def take(key: str) -> tuple[CleanPhoto, ...]:
    """The photos themselves, to be handed over with the report. They stay until `forget`."""
    folder = _folder(key)
    return tuple(
        CleanPhoto(
            data=(folder / f"{digest}.jpg").read_bytes(),
            content_type="image/jpeg",
            width=note.width,
            height=note.height,
            sha256=digest,
            name=note.name,
            hints=note.hints(),
        )
        for digest, note in _kept(key)
    )


def remove(key: str, digest: str) -> None:
    """Drop one photo of this key; a digest that is not kept is no error."""
    for kept, _note in _kept(key):
        if kept == digest:
            (_folder(key) / f"{kept}.json").unlink(missing_ok=True)
            (_folder(key) / f"{kept}.jpg").unlink(missing_ok=True)


def forget(key: str) -> None:
    """Drop everything kept under this key."""
    shutil.rmtree(_folder(key), ignore_errors=True)


def shown_name(upload: UploadedFile[bytes]) -> str:
    """The name of a refused file as it may be shown beside the reason."""
    return plain_name(upload.name or "") or _("файл без имени")


def _root() -> Path:
    return Path(settings.OTKLIK_HOME) / "drafts"


def _folder(key: str) -> Path:
    return _root() / hashlib.sha256(key.encode()).hexdigest()


def _kept(key: str) -> list[tuple[str, _Note]]:
    found = []
    for path in _folder(key).glob("*.json"):
        try:
            note = _Note(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):  # being removed by another request, or cut short by a full disk
            continue
        if path.with_suffix(".jpg").exists():
            found.append((path.stem, note))
    return sorted(found, key=lambda photo: photo[1].order)


def _thumb(jpeg: bytes) -> str:
    packed = io.BytesIO()
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.thumbnail((_THUMB_SIDE, _THUMB_SIDE))
        picture.save(packed, "JPEG", quality=60)
    return "data:image/jpeg;base64," + base64.b64encode(packed.getvalue()).decode()


def _sweep() -> None:
    """Drop abandoned drafts; refuse new photos while those that are left fill their share of the disk."""
    oldest = time.time() - KEPT_FOR.total_seconds()
    left = 0
    for folder in _root().glob("*/"):
        try:
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            left += sum(path.stat().st_size for path in folder.iterdir())
        except FileNotFoundError:
            continue
    if left > MOST_BYTES:
        raise PhotoRejected(
            _("Сейчас отправляют слишком много фотографий сразу. Отправьте сообщение без этой или попробуйте позже.")
        )
