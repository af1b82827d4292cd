"""Pictures from people: told by their content, bounded, and never a way to break the bot."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from handlers.cases.photos import LONGEST, MOST_BYTES, clean_photo
from tests.office import Office
from tests.test_feedback import LAMP, office, rows

__all__ = ["office"]


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    """Draw a picture that carries notes of its camera."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[2] = (10.0, 30.0, 0.0)  # the latitude
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind, exif=exif)
    return file.getvalue()


def huge_png(side: int) -> bytes:
    """Make a few bytes that say they are a picture of `side` by `side`."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("photo.jpg", bytes(10_000_000))
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_upright_small_and_without_notes(kind: str) -> None:
    clean = clean_photo(picture(kind, (3000, 1000)))
    assert clean is not None
    with Image.open(io.BytesIO(clean)) as kept:
        assert kept.format == "JPEG"
        assert kept.size == (round(LONGEST / 3), LONGEST)
        assert not kept.getexif()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        zip_bomb(),
        huge_png(60_000),
        huge_png(7_000),
        picture("JPEG")[:-200],
        picture("GIF"),
        picture("JPEG") + bytes(MOST_BYTES),
    ],
    ids=[
        "nothing",
        "script",
        "zip bomb",
        "60,000 wide",
        "7,000 wide",
        "cut off",
        "gif",
        "too large",
    ],
)
def test_what_is_no_picture_of_ours_is_refused(data: bytes) -> None:
    assert clean_photo(data) is None


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow tells that notes are damaged
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@given(changes=st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 255)), max_size=20))
@settings(max_examples=150, deadline=None)
def test_no_damage_to_a_picture_breaks_the_reading(
    kind: str, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(picture(kind))
    for at, value in changes:
        data[at % min(len(data), 400)] = value
    clean = clean_photo(bytes(data))
    assert clean is None or clean.startswith(b"\xff\xd8")


@given(data=st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_a_picture_or_none(data: bytes) -> None:
    assert clean_photo(data) is None


def test_pictures_come_without_where_they_were_taken(office: Office) -> None:
    an = office.talks["an"]
    an.say("/phananh")
    an.press("Phản ánh")
    assert "chỉ nhận ảnh" in an.send_file("x.svg", b"<svg onload='alert(1)'/>")
    an.send_file("x.jpg", photo_with_place(), LAMP)
    an.press("Tôi đồng ý")
    (data,) = rows(office, "SELECT data FROM case_files")[0]
    assert isinstance(data, bytes)
    with Image.open(io.BytesIO(data)) as kept:
        assert not kept.getexif()
        assert kept.size == (64, 48)


def photo_with_place() -> bytes:
    image = Image.new("RGB", (64, 48), "red")
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (10.0, 30.0, 0.0)  # the latitude
    exif[0x010E] = "chim-hoang-yen-771"
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()
