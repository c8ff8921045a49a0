"""From a stranger's bytes to a clean photo: `accept_photo`, a pure function.

The picture is decoded and written anew, so nothing of the original file survives but its pixels:
no place, device or owner from EXIF, no second file glued to its end.
"""

from __future__ import annotations

import hashlib
import io
import struct
import threading
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from otklik.files.photo_hints import Hints, read_hints
from otklik.files.recognition import look_at, webp_size

MAX_BYTES: Final = 15 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
# The WebP decoder keeps four copies of the picture while it works; phones make none so big.
MAX_WEBP_PIXELS: Final = 20_000_000
MAX_SIDE: Final = 2560  # pixels, of what we keep
QUALITY: Final = 85
# An ordinary progressive JPEG has about ten scans; thousands of them are made to burn the processor.
MAX_JPEG_SCANS: Final = 200

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")
# 40 megapixels with transparency take some 400 MB to unpack and turn: one at a time in a process.
_UNPACKING: Final = threading.Lock()
_STRIP: Final = 256  # rows


class PhotoRejected(Exception):
    """Why the file is not taken and what to do, in words for the resident."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG of our own making. `sha256` is the hex digest of `data`; sides are in pixels.

    `hints` are what the original said of time and place, where they were asked for; they stand in no byte of `data`.
    """

    data: bytes
    content_type: str
    width: int
    height: int
    sha256: str
    name: str
    hints: Hints | None = None


def accept_photo(data: bytes, name: str, *, hints_in: tzinfo | None = None) -> CleanPhoto:
    """Check the bytes and re-encode them as an upright JPEG of at most 2560 pixels a side.

    The kind is told by content; `name` is only kept for people to see. With `hints_in` (the zone of times without one)
    the file's word about time and place is kept beside the picture. Raises `PhotoRejected`.
    """
    _refuse_what_is_no_picture(data)
    with _UNPACKING:
        try:
            picture = _unpack(data)
        except PhotoRejected:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise PhotoRejected(_too_many_pixels()) from None
        except Exception as trouble:  # Pillow's decoders raise a dozen kinds on damaged files
            raise PhotoRejected(
                _(
                    "Фотография повреждена или загрузилась не целиком. Отправьте её ещё раз или выберите другую."
                )
            ) from trouble
        packed = io.BytesIO()
        picture.info.clear()  # or the comment of the original would be written again
        picture.save(packed, "JPEG", quality=QUALITY, optimize=True)
    clean = packed.getvalue()
    return CleanPhoto(
        data=clean,
        content_type="image/jpeg",
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(clean).hexdigest(),
        name=plain_name(name),
        hints=read_hints(data, hints_in) if hints_in else None,
    )


def plain_name(name: str) -> str:
    """The last part of a file name, printable characters only, at most 255 of them."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(sign for sign in last if sign.isprintable()).strip()
    return printable[-255:]


def _refuse_what_is_no_picture(content: bytes) -> None:
    if len(content) > MAX_BYTES:
        raise PhotoRejected(
            _("Файл больше %(limit)d МБ. Уменьшите фотографию или отправьте снимок экрана с ней.")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )
    look = look_at(content)
    if look != "picture":
        raise PhotoRejected(_ADVICE[look]())
    declared = webp_size(content)
    if declared is not None and declared[0] * declared[1] > MAX_WEBP_PIXELS:
        raise PhotoRejected(_too_many_pixels(declared, MAX_WEBP_PIXELS))
    if content.startswith(b"\xff\xd8") and content.count(b"\xff\xda") > MAX_JPEG_SCANS:
        raise PhotoRejected(
            _(
                "Фотография сохранена необычным способом. Сохраните её заново или отправьте снимок экрана с ней."
            )
        )


_ADVICE: Final = {
    "empty": lambda: _("Файл пустой. Выберите фотографию ещё раз."),
    "heic": lambda: _(
        "Это фотография в виде HEIC, открыть её мы не можем. Отправьте снимок экрана с ней или сохраните её "
        "как JPEG. На iPhone: Настройки → Камера → Форматы → Наиболее совместимые."
    ),
    "avif": lambda: _(
        "Это картинка в виде AVIF, открыть её мы не можем. Отправьте снимок экрана с ней или сохраните её как JPEG."
    ),
    "video": lambda: _("Это видео или звук, а нужна фотография. Отправьте снимок экрана с нужным кадром."),
    "program": lambda: _("Это программа, а не фотография. Выберите файл JPEG, PNG, WebP или GIF."),
    "document": lambda: _(
        "Это документ или архив, а не фотография. Отправьте снимок экрана с нужной страницей."
    ),
    "markup": lambda: _("Это веб-страница или рисунок SVG, а не фотография. Отправьте снимок экрана с ней."),
    "unknown": lambda: _("Это не похоже на фотографию. Выберите файл JPEG, PNG, WebP или GIF."),
}


def _too_many_pixels(size: tuple[int, int] | None = None, most: int = MAX_PIXELS) -> str:
    limit = most // 1_000_000
    if size is None:
        return _(
            "Фотография слишком большая: принимаем до %(limit)d мегапикселей. "
            "Уменьшите её или отправьте снимок экрана с ней."
        ) % {"limit": limit}
    return _(
        "Фотография слишком большая: %(width)d×%(height)d точек, это %(given)d мегапикселей, а принимаем "
        "до %(limit)d. Уменьшите её или отправьте снимок экрана с ней."
    ) % {
        "width": size[0],
        "height": size[1],
        "given": max(limit + 1, round(size[0] * size[1] / 1_000_000)),
        "limit": limit,
    }


def _unpack(content: bytes) -> Image.Image:
    """Decode the first frame, already small, upright and without transparency."""
    with Image.open(io.BytesIO(content), formats=_FORMATS) as source:
        # The size is known here though nothing is decoded yet.
        if source.width * source.height > MAX_PIXELS:
            raise PhotoRejected(_too_many_pixels(source.size))
        # Lets the JPEG decoder give a half, a quarter or an eighth of the size: a big photo never
        # unpacks in full.
        source.draft("RGB", (MAX_SIDE, MAX_SIDE))
        source.load()
        picture = _opaque(source)
        picture.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return _upright(picture, source).copy()


def _opaque(source: Image.Image) -> Image.Image:
    """The picture in 8-bit RGB, what is transparent on white; strip by strip, to hold it once, not thrice."""
    if source.mode == "RGB":
        return source
    picture = Image.new("RGB", source.size, "white")
    for top in range(0, source.height, _STRIP):
        strip = source.crop((0, top, source.width, min(top + _STRIP, source.height)))
        strip.info = {key: source.info[key] for key in ("transparency",) if key in source.info}
        if strip.mode.startswith("I") or strip.mode == "F":
            strip = strip.convert("I").point(lambda level: level / 256).convert("L")
        if strip.has_transparency_data:
            layer = strip.convert("RGBA")
            picture.paste(layer, (0, top), mask=layer.getchannel("A"))
        else:
            picture.paste(strip.convert("RGB"), (0, top))
    return picture


_BROKEN_EXIF: Final = (ValueError, SyntaxError, LookupError, TypeError, OSError, struct.error, OverflowError)


def _upright(picture: Image.Image, source: Image.Image) -> Image.Image:
    try:
        orientation = source.getexif().get(0x0112)
    except _BROKEN_EXIF:  # the picture itself is whole
        return picture
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return picture if turn is None else picture.transpose(turn)


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
