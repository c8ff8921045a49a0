"""What a photo says of itself before it is written anew: when and where it was taken; and what it looks like.

Both are hints and no proof: anybody can write any EXIF. Pure functions over bytes.
"""

from __future__ import annotations

import io
import math
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Final

from PIL import Image

# Tags of EXIF 2.32 (JEITA CP-3451): sections 4.6.3, 4.6.5 and 4.6.6.
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_TAKEN, _TAKEN_OFFSET, _CHANGED = 0x9003, 0x9011, 0x0132
_LAT_SIDE, _LAT, _LON_SIDE, _LON = 1, 2, 3, 4
_BROKEN: Final = (ValueError, SyntaxError, LookupError, TypeError, OSError, struct.error, OverflowError,
                  ZeroDivisionError, AttributeError)  # fmt: skip
_FIRST_YEAR: Final = 2005  # a telephone whose clock was never set says an earlier one
_GRID: Final = 8
_TELLING: Final = 10  # a look with fewer bright or dark steps than this is a wall or a night: it tells nothing
NEAR: Final = 4  # bits of 64


@dataclass(frozen=True, slots=True)
class Hints:
    """`taken_at` is aware; the point is in degrees. None: the file does not say."""

    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


def read_hints(content: bytes, zone: tzinfo) -> Hints:
    """Time and place from the file's EXIF; a time without offset is one of `zone`. Broken EXIF says nothing."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as picture:
            exif = picture.getexif()
            inner, gps = exif.get_ifd(_EXIF_IFD), exif.get_ifd(_GPS_IFD)
            changed = exif.get(_CHANGED)
    except Exception:  # Pillow's readers raise a dozen kinds on damaged files, and the photo itself may be whole
        return Hints()
    taken = _moment(inner.get(_TAKEN) or changed, inner.get(_TAKEN_OFFSET), zone)
    latitude = _degrees(gps.get(_LAT), gps.get(_LAT_SIDE), "S", 90)
    longitude = _degrees(gps.get(_LON), gps.get(_LON_SIDE), "W", 180)
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return Hints(taken)
    return Hints(taken, latitude, longitude)


def look_of(jpeg: bytes) -> int | None:
    """64 bits of what is seen (a difference hash), signed as a database keeps them; None when it tells nothing.

    The same photo saved again, smaller or by a messenger, differs in a few bits (`NEAR`); another place in about half.
    """
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("L", (64, 64))
        small = picture.convert("L").resize((_GRID + 1, _GRID), Image.Resampling.BILINEAR)
    shades = small.tobytes()
    bits = 0
    for row in range(_GRID):
        for column in range(_GRID):
            here = row * (_GRID + 1) + column
            bits = bits << 1 | (shades[here] > shades[here + 1] + 1)
    if not _TELLING <= bits.bit_count() <= 64 - _TELLING // 2:
        return None
    return bits - (1 << 64) if bits >> 63 else bits


def parts_of(look: int | None) -> list[int]:
    """Four numbers, of which two looks that differ in fewer than four bits share one at least."""
    if look is None:
        return []
    bits = look & (1 << 64) - 1
    return [n << 16 | bits >> 16 * n & 0xFFFF for n in range(4)]


def apart(one: int, other: int) -> int:
    """In how many of 64 bits two looks differ."""
    return ((one ^ other) & (1 << 64) - 1).bit_count()


def _moment(written: Any, offset: Any, zone: tzinfo) -> datetime | None:
    try:
        naive = datetime.strptime(str(written).strip("\x00 ")[:19], "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
        if naive.year < _FIRST_YEAR:
            return None
        return naive.replace(tzinfo=_offset(offset) or zone)
    except _BROKEN:
        return None


def _offset(written: Any) -> tzinfo | None:
    """«+03:00» as a time zone."""
    try:
        text = str(written).strip("\x00 ")
        hours, minutes = int(text[1:3]), int(text[4:6])
        if text[0] not in "+-" or text[3] != ":":
            return None
        gap = timedelta(hours=hours, minutes=minutes)
        return timezone(-gap if text[0] == "-" else gap)
    except _BROKEN:
        return None


def _degrees(written: Any, side: Any, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(one) for one in written)
        value = degrees + minutes / 60 + seconds / 3600
        if isinstance(side, bytes):
            side = side.decode("ascii", "replace")
        if not math.isfinite(value) or value > most:
            return None
        return round(-value if str(side).strip("\x00 ").upper() == negative else value, 6)
    except _BROKEN:
        return None
