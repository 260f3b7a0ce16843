"""The logo made ready for a PDF once per process: decoded, scaled down to print size and compressed.

A batch prints the same few logos thousands of times; decoding and deflating one per invoice costs more than the text
of the page.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from PIL import Image

MAX_SIDE_PX = 600
"""A logo is at most 40 mm wide on paper: 600 pixels are 380 dpi."""


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """Pixels as a PDF image stream holds them; `alpha` is a deflated grey mask of the same size."""

    key: str
    width_px: int
    height_px: int
    colour_space: Literal["DeviceRGB", "DeviceGray"]
    encoding: Literal["FlateDecode", "DCTDecode"]
    data: bytes
    alpha: bytes | None


@lru_cache(maxsize=32)
def prepare_image(data: bytes) -> PreparedImage | None:
    """PNG or JPEG bytes made ready; None where they are no picture we can read."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return _prepared(picture, data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _prepared(picture: Image.Image, data: bytes) -> PreparedImage:
    key = f"{zlib.crc32(data):08x}{len(data):x}"
    small = max(picture.size) <= MAX_SIDE_PX
    if small and picture.format == "JPEG" and picture.mode in {"RGB", "L"}:
        space: Literal["DeviceRGB", "DeviceGray"] = "DeviceRGB" if picture.mode == "RGB" else "DeviceGray"
        return PreparedImage(key, picture.width, picture.height, space, "DCTDecode", data, None)
    full = picture.convert("RGBA")
    if not small:
        full.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), Image.Resampling.LANCZOS)
    mask = full.getchannel("A")
    alpha = None if mask.getextrema() == (255, 255) else zlib.compress(mask.tobytes(), 9)
    pixels = zlib.compress(full.convert("RGB").tobytes(), 9)
    return PreparedImage(key, full.width, full.height, "DeviceRGB", "FlateDecode", pixels, alpha)
