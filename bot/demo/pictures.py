"""Pictures for the sample that nobody has to keep: drawn when they are sent, and plainly no photographs."""

from __future__ import annotations

import random
from io import BytesIO

from PIL import Image, ImageDraw

_LYING, _UPRIGHT = (1600, 1200), (1200, 1600)
_ORIENTATION, _TURNED = 0x0112, 6  # how EXIF says that the camera was held upright
_SKIES = ("#cfe6f5", "#bfe3f2", "#f3e3c8", "#e6edf0")
_GROUNDS = ("#8fbf6a", "#cbb18d", "#9fc27d", "#b9a27e")
_SHIRTS = ("#b03a3a", "#3f6fae", "#4a8050", "#8a5aa0", "#c98a2b")
_HAT, _FACE, _LEGS = "#e8d79a", "#8b5a3c", "#333333"
_HALL, _ROOF, _DOOR, _BANNER = "#d98b5f", "#a54430", "#6b3e23", "#c8102e"


def draw(name: str) -> bytes:
    """A gathering before a hall as a JPEG, the same for the same name.

    One named "…-dung.jpg" is upright, and stored as phones do: on its side, with a word on how to turn it.
    """
    chance = random.Random(name)
    upright = name.removesuffix(".jpg").endswith("-dung")
    image = Image.new("RGB", _UPRIGHT if upright else _LYING, chance.choice(_SKIES))
    _place(image, chance)
    for row in range(3):
        _people(image, chance, row)
    written, exif = BytesIO(), Image.Exif()
    if upright:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[_ORIENTATION] = _TURNED
    image.save(written, "JPEG", quality=85, exif=exif)
    return written.getvalue()


def _place(image: Image.Image, chance: random.Random) -> None:
    """The ground, the hall with its banner, the sun."""
    width, height = image.size
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, height // 2, width, height), fill=chance.choice(_GROUNDS))
    sun = chance.randrange(80, width - 240)
    pen.ellipse((sun, 40, sun + 160, 200), fill="#f6cf52")
    left, right = width // 5, width * 4 // 5
    pen.rectangle((left, height // 4, right, height // 2), fill=_HALL)
    pen.polygon([(left - 50, height // 4), (width // 2, height // 12), (right + 50, height // 4)], fill=_ROOF)
    pen.rectangle((left + 100, height // 4 + 30, right - 100, height // 4 + 100), fill=_BANNER)
    pen.rectangle((width // 2 - 80, height * 2 // 5, width // 2 + 80, height // 2), fill=_DOOR)


def _people(image: Image.Image, chance: random.Random, row: int) -> None:
    """A row of people in conical hats, the nearer the larger."""
    width, height = image.size
    pen, size = ImageDraw.Draw(image), 110 + 30 * row
    feet = height * (62 + 14 * row) // 100
    for x in range(chance.randrange(60, 140), width - size, size + chance.randrange(20, 90)):
        pen.rectangle((x + size // 4, feet - size // 2, x + size * 3 // 4, feet), fill=_LEGS)
        shirt = (x + size // 5, feet - size * 6 // 5, x + size * 4 // 5, feet - size // 3)
        pen.rectangle(shirt, fill=chance.choice(_SHIRTS))
        pen.ellipse(
            (x + size // 4, feet - size * 8 // 5, x + size * 3 // 4, feet - size * 11 // 10), fill=_FACE
        )
        brim = feet - size * 7 // 5
        pen.polygon([(x, brim), (x + size // 2, feet - size * 19 // 10), (x + size, brim)], fill=_HAT)
