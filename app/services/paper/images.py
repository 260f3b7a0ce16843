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


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedImage:
    """Pixels as a PDF image stream holds them; `alpha` is a deflated grey mask of the same size."""

    key: str
    width_px: int
    height_px: int
    colour_space: str
    """As the file has it: "/DeviceRGB", "/DeviceGray", or a palette."""
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
        space = "/DeviceRGB" if picture.mode == "RGB" else "/DeviceGray"
        return PreparedImage(key=key, width_px=picture.width, height_px=picture.height, colour_space=space,
                             encoding="DCTDecode", data=data, alpha=None)
    full = picture.convert("RGBA")
    if not small:
        full.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX), Image.Resampling.LANCZOS)
    mask = full.getchannel("A")
    alpha = None if mask.getextrema() == (255, 255) else zlib.compress(mask.tobytes(), 9)
    space, pixels = _pixels(full.convert("RGB"))
    return PreparedImage(key=key, width_px=full.width, height_px=full.height, colour_space=space,
                         encoding="FlateDecode", data=zlib.compress(pixels, 9), alpha=alpha)


def _pixels(picture: Image.Image) -> tuple[str, bytes]:
    """Colour space and pixels: by palette where a drawn logo has few colours, which takes a third of the space."""
    colours = picture.getcolors(256)
    if colours is None:
        return "/DeviceRGB", picture.tobytes()
    palette = sorted(bytes(colour) for _, colour in colours if isinstance(colour, tuple))
    index = {colour: place for place, colour in enumerate(palette)}
    raw = picture.tobytes()
    pixels = bytes(index[raw[start : start + 3]] for start in range(0, len(raw), 3))
    return f"[/Indexed /DeviceRGB {len(palette) - 1} <{b''.join(palette).hex()}>]", pixels
