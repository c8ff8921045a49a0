"""A photo is taken by its content, written anew, and loses everything but its pixels."""

import hashlib
import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from otklik.files.photos import MAX_BYTES, MAX_SIDE, PhotoRejected, accept_photo, plain_name


def picture_bytes(kind: str, size=(320, 200), mode="RGB", colour="green", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def reopened(clean) -> Image.Image:
    picture = Image.open(io.BytesIO(clean.data))
    picture.load()
    return picture


def refusal(content: bytes, name: str = "снимок.jpg") -> str:
    with pytest.raises(PhotoRejected) as refused:
        accept_photo(content, name)
    return refused.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_common_kind_becomes_a_jpeg(kind):
    clean = accept_photo(picture_bytes(kind), "двор.bin")
    assert clean.content_type == "image/jpeg"
    assert (clean.width, clean.height) == (320, 200)
    assert clean.sha256 == hashlib.sha256(clean.data).hexdigest()
    assert reopened(clean).format == "JPEG"


def test_place_and_device_are_gone():
    exif = Image.Exif()
    exif[0x010F] = "SECRETMAKER"
    exif.get_ifd(0x8825)[1] = "N"
    source = picture_bytes("JPEG", exif=exif, comment=b"SECRETCOMMENT")
    assert b"SECRETMAKER" in source and b"SECRETCOMMENT" in source
    clean = accept_photo(source, "a.jpg")
    assert b"SECRET" not in clean.data
    assert not dict(reopened(clean).getexif())


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    two_halves = Image.new("RGB", (200, 100), "red")
    two_halves.paste("blue", (100, 0, 200, 100))
    out = io.BytesIO()
    two_halves.save(out, "JPEG", exif=exif)
    clean = accept_photo(out.getvalue(), "a.jpg")
    assert (clean.width, clean.height) == (100, 200)
    red, _green, blue = reopened(clean).getpixel((50, 10))
    assert red > 200 and blue < 60, "the left half must come to the top"


def test_a_big_picture_is_made_smaller_and_a_small_one_is_not_blown_up():
    clean = accept_photo(picture_bytes("JPEG", (5000, 3000)), "a")
    assert (clean.width, clean.height) == (MAX_SIDE, 1536)
    assert accept_photo(picture_bytes("PNG", (5000, 40)), "a").width == MAX_SIDE
    assert accept_photo(picture_bytes("PNG", (3, 2)), "a").width == 3


def test_transparency_becomes_white():
    clean = accept_photo(picture_bytes("PNG", (8, 8), "RGBA", (255, 0, 0, 0)), "a.png")
    assert min(reopened(clean).getpixel((4, 4))) > 250


@pytest.mark.parametrize("mode,colour", [("L", 90), ("1", 1), ("P", 3), ("LA", (9, 9)), ("I;16", 30000)])
def test_unusual_pixels_are_understood(mode, colour):
    assert reopened(accept_photo(picture_bytes("PNG", (10, 10), mode, colour), "a.png")).mode == "RGB"


def test_sixteen_bits_keep_their_brightness():
    grey = reopened(accept_photo(picture_bytes("PNG", (10, 10), "I;16", 32768), "a.png")).getpixel((5, 5))
    assert 120 < grey[0] < 136


def test_of_a_moving_picture_the_first_frame_is_taken():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    red, _green, blue = reopened(accept_photo(out.getvalue(), "a.gif")).getpixel((10, 10))
    assert red > 200 and blue < 60


def png_declaring(width: int, height: int) -> bytes:
    """A PNG that only claims its size: there is nothing to decode."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def test_fifty_megapixels_are_refused_before_decoding():
    message = refusal(png_declaring(10_000, 5_000))
    assert "10000×5000" in message and "50 мегапикселей" in message and "до 40" in message


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 9_000)])
def test_decompression_bombs_are_refused(size):
    assert "мегапикселей" in refusal(png_declaring(*size))


def test_a_webp_that_claims_a_huge_canvas_is_refused_before_its_decoder_is_called():
    side = (16_383 - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<I", 10) + b"\x00" * 4 + side + side
    body = b"WEBP" + head + b"\x00" * 20
    assert "мегапикселей" in refusal(b"RIFF" + struct.pack("<I", len(body)) + body)


def test_a_jpeg_of_endless_scans_is_refused():
    assert "необычным" in refusal(picture_bytes("JPEG") + b"\xff\xda" * 300)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_cut_file_is_refused_with_advice(kind):
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, kind)
    whole = out.getvalue()
    assert "ещё раз" in refusal(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    "content,word",
    [
        (b"", "пустой"),
        (b"MZ\x90\x00" + b"\x00" * 200, "программа"),
        (b"\x7fELF" + b"\x00" * 200, "программа"),
        (b"%PDF-1.7 ...", "документ"),
        (b"PK\x03\x04 ...", "документ"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00", "AVIF"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00", "видео"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><html></html>", "веб-страница"),
        ("просто текст".encode(), "не похоже на фотографию"),
        (b"BM" + b"\x00" * 60, "не похоже на фотографию"),
        (b"x" * (MAX_BYTES + 1), "15 МБ"),
    ],
)
def test_what_is_no_photo_is_refused_with_a_reason(content, word):
    assert word in refusal(content, "снимок.jpg")


def test_a_page_hidden_behind_a_picture_is_left_out():
    clean = accept_photo(picture_bytes("JPEG") + b"<script>alert(1)</script>MZ", "a.jpg")
    assert b"script" not in clean.data


@settings(deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF1234WEBPVP8X"]),
)
def test_any_bytes_give_a_photo_or_a_clear_refusal(rest, start):
    try:
        accept_photo(start + rest, "a")
    except PhotoRejected as refused:
        assert refused.message


@settings(deadline=None)
@given(st.integers(0, 1500), st.integers(0, 255))
def test_one_damaged_byte_never_breaks_the_reader(at, value):
    whole = bytearray(picture_bytes("PNG", (40, 30)) + picture_bytes("JPEG", (40, 30)))
    whole[at % len(whole)] = value
    try:
        assert accept_photo(bytes(whole), "a").width > 0
    except PhotoRejected as refused:
        assert refused.message


def test_names_are_kept_only_to_be_looked_at():
    assert plain_name("C:\\Users\\Анна\\двор.jpg") == "двор.jpg"
    assert plain_name("../../etc/passwd\x00\u202e") == "passwd"
    assert len(plain_name("я" * 900)) == 255
