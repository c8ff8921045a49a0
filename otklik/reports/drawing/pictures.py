"""Charts and photos of a report as bytes."""

import io
import json
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

from otklik.files.photos import MAX_PIXELS
from otklik.files.storage import path_of
from otklik.insight.charts import picture
from otklik.reports.document import Chart

WIDTH = 720
MOST_SIDES = (1200, 900)  # pixels of a photo in a file


def chart_png(chart: Chart) -> bytes:
    """The chart on white ground; drawn once for all files of a report."""
    return _drawn(chart.name, json.dumps(chart.rows, ensure_ascii=False))


@lru_cache(maxsize=16)
def _drawn(name: str, rows: str) -> bytes:
    return picture(name, json.loads(rows), "png", width=WIDTH)


@dataclass(frozen=True)
class Photo:
    """A JPEG for a page: sides in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def ratio(self) -> float:
        """How much wider than high."""
        return self.width / self.height


def photo_of(sha: str) -> Photo | None:
    """A kept photo, made as small as a page needs, with nothing but its pixels in it.

    None where there is none: no digest, erased since, no picture any more, or too big to be unpacked.
    """
    try:
        content = path_of(sha).read_bytes()
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                return None
            opened.draft("RGB", MOST_SIDES)
            small = ImageOps.exif_transpose(opened).convert("RGB")
        small.thumbnail(MOST_SIDES)
        out = io.BytesIO()
        Image.frombytes("RGB", small.size, small.tobytes()).save(out, "JPEG", quality=82)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # what Pillow makes of damaged files
        return None
    return Photo(out.getvalue(), small.width, small.height)


def photo_there(sha: str) -> bool:
    """Whether the file of a photo is still there."""
    try:
        return bool(sha) and path_of(sha).exists()
    except ValueError:
        return False
