"""Pictures as phones take them, drawn here: all shapes, turned, broken, huge."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

SKY, FIELD, SIGN = (150, 190, 230), (90, 150, 70), (200, 60, 40)
TURNED = 6  # the camera was held upright: what it took lies on its side
_ORIENTATION, _GPS = 0x0112, 0x8825


def scene(width: int, height: int) -> Image.Image:
    """Sky over a field, with a sign at the upper left: which side is up can be seen and measured."""
    image = Image.new("RGB", (width, height), FIELD)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 2), fill=SKY)
    draw.rectangle((0, 0, width // 4, height // 4), fill=SIGN)
    draw.ellipse((width * 5 // 8, height // 2, width * 7 // 8, height * 7 // 8), fill=(240, 220, 90))
    return image


def jpeg(width: int = 1600, height: int = 1200, turned: int | None = None, **more: Any) -> bytes:
    """A scene as a JPEG; ``turned``: as the camera stored it that was held so, with a place in its EXIF."""
    image = scene(width, height)
    if turned is not None:
        back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}
        image = image.transpose(back[turned])
        exif = Image.Exif()
        exif[_ORIENTATION] = turned
        exif.get_ifd(_GPS)[1] = "N"
        more["exif"] = exif
    return _written(image, "JPEG", **more)


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    """In mode RGBA its lower half is transparent."""
    image = scene(width, height).convert(mode)
    if mode == "RGBA":
        image.paste((0, 0, 0, 0), (0, height // 2, width, height))
    return _written(image, "PNG")


def phone(seed: int = 1, size: tuple[int, int] = (4000, 3000), quality: int = 85) -> bytes:
    """As detailed as a photo, so as large: some 3 MB of 12 million pixels."""
    coarse = Image.effect_noise((size[0] // 4, size[1] // 4), 60 + seed).resize(size)
    fine = Image.effect_noise(size, 22)
    slope = Image.linear_gradient("L").resize(size)
    mixed = Image.merge("RGB", (coarse, slope, Image.blend(coarse, slope, 0.5)))
    return _written(Image.blend(mixed, Image.merge("RGB", (fine, fine, fine)), 0.3), "JPEG", quality=quality)


def bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A PNG of a few bytes that claims billions of pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _written(image: Image.Image, kind: str, **more: Any) -> bytes:
    data = BytesIO()
    image.save(data, kind, **more)
    return data.getvalue()
