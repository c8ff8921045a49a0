"""What a photo says of time and place, and how it looks: hints that broken files cannot turn into failures."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageFilter

from otklik.files.photo_hints import NEAR, Hints, apart, look_of, parts_of, read_hints
from otklik.files.photos import accept_photo

ZONE = ZoneInfo("Europe/Volgograd")


def jpeg(words: Image.Exif | None = None, picture: Image.Image | None = None, quality: int = 90) -> bytes:
    packed, drawn = io.BytesIO(), picture or Image.new("RGB", (64, 48), "red")
    drawn.save(packed, "JPEG", quality=quality, exif=Image.Exif() if words is None else words)
    return packed.getvalue()


def said(
    taken: object = "2026:03:04 10:15:00", offset: object = None, gps: dict[int, object] | None = None
) -> Image.Exif:
    words = Image.Exif()
    inner = words.get_ifd(0x8769)
    if taken:
        inner[0x9003] = taken
    if offset:
        inner[0x9011] = offset
    if gps is not None:
        words.get_ifd(0x8825).update(gps)
    return words


def scene(seed: int) -> Image.Image:
    """A picture with something on it, the same for a seed."""
    picture = Image.new("L", (16, 12))
    picture.putdata([(seed * 7919 + n * 104729) % 251 for n in range(192)])
    return picture.resize((640, 480), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(4)).convert("RGB")


def test_time_and_place_are_read_and_stand_in_no_byte_of_what_is_kept() -> None:
    gps = {1: "S", 2: (48.0, 30.0, 36.0), 3: "W", 4: (44.0, 30.0, 0.0)}
    raw = jpeg(said(gps=gps))
    kept = accept_photo(raw, "foto.jpg", hints_in=ZONE)
    assert kept.hints == Hints(datetime(2026, 3, 4, 10, 15, tzinfo=ZONE), -48.51, -44.5)
    assert b"Exif" not in kept.data and b"2026" not in kept.data
    assert accept_photo(raw, "foto.jpg").hints is None  # residents' photos are asked nothing


def test_an_offset_of_the_file_wins_over_the_region_s_zone() -> None:
    taken = read_hints(jpeg(said(offset="+05:00")), ZONE).taken_at
    assert taken is not None
    assert taken.utcoffset() == timedelta(hours=5) and taken.astimezone(UTC).hour == 5


@pytest.mark.parametrize(
    "words",
    [
        said(""), said("вчера"), said("1970:01:01 00:00:00"), said("2026:13:45 99:99:99"), said("\x00" * 19),
        said("", gps={1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)}),
        said("", gps={1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (44.0, 0.0, 0.0)}),
        said("", gps={1: "N", 2: (48.0, 0.0, 0.0)}), said("", gps={2: (1.0,), 4: (2.0,)}),
    ],
)  # fmt: skip
def test_what_makes_no_sense_says_nothing(words: Image.Exif) -> None:
    assert read_hints(jpeg(words), ZONE) == Hints()


@pytest.mark.parametrize("cut", range(20, 400, 29))
def test_a_damaged_file_breaks_nothing(cut: int) -> None:
    raw = bytearray(jpeg(said(gps={1: "N", 2: (48.0, 30.0, 0.0), 3: "E", 4: (44.0, 30.0, 0.0)})))
    raw[cut : cut + 9] = b"\xff" * 9
    assert isinstance(read_hints(bytes(raw), ZONE), Hints)
    assert isinstance(read_hints(bytes(raw[:cut]), ZONE), Hints)


def test_the_same_photo_saved_again_looks_the_same_and_another_does_not() -> None:
    first = look_of(jpeg(picture=scene(1)))
    again = look_of(jpeg(picture=scene(1).resize((400, 300)), quality=35))
    other = look_of(jpeg(picture=scene(2)))
    assert first is not None and again is not None and other is not None
    assert apart(first, again) <= NEAR < apart(first, other)
    assert set(parts_of(first)) & set(parts_of(again))
    assert -(2**63) <= first < 2**63 and all(0 <= part < 2**31 for part in parts_of(first))


def test_a_wall_or_a_night_looks_like_nothing() -> None:
    assert look_of(jpeg()) is None
    assert look_of(jpeg(picture=Image.new("RGB", (640, 480), "black"))) is None
    assert parts_of(None) == []
