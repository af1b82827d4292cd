"""Takes in pictures: by their content, of bounded size, without the place they were taken at."""

from __future__ import annotations

import io

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
"""A picture of more is not opened at all: it may be made to fill the memory."""
LONGEST = 1600
"""Pixels of the longer side that are kept: enough to see, and small to send."""
KINDS = ("JPEG", "PNG", "WEBP")
TYPE = "image/jpeg"


def clean_photo(data: bytes) -> bytes | None:
    """Give a picture anew as JPEG without anything but what it shows; None where it is none."""
    if len(data) > MOST_BYTES:
        return None
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            width, height = image.size
            if width * height > MOST_PIXELS or not width * height:
                return None
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    upright.thumbnail((LONGEST, LONGEST))
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright)
    file = io.BytesIO()
    fresh.save(file, "JPEG", quality=85)
    return file.getvalue()
