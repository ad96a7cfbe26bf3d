"""Makes pictures small enough for a document, in a child process: none is decoded where chats are answered.

``python -m jobs.pictures`` reads a job as JSON from standard input and prints one line of JSON; `shrink`
starts it. What a picture says of itself beside its pixels (where it was taken, by whom) is left behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from jobs import images, render
from jobs.child import one_job

TOTAL = 15_000_000  # bytes of all pictures together: what a bot may fetch again is 20 MB
# Longest side in pixels, quality, usual bytes, from generous to sparing: the first that fits is tried first.
_STEPS = ((1200, 82, 500_000), (900, 80, 120_000), (640, 75, 45_000), (480, 65, 0))
_SMALLEST = 64  # pixels: below it nothing is won
# Most pixels of what is held in memory as a whole; other JPEGs are made smaller as they are read.
_MOST_PROGRESSIVE, _MOST_WHOLE = 80_000_000, 40_000_000
_AT_ONCE = 2
_LIMIT, _LIMIT_EACH = 20.0, 1.5  # seconds for the child


@dataclass(frozen=True, slots=True)
class Shrunk:
    """``ready`` by key: file, width, height of a JPEG; ``unreadable`` are the keys of what could not be."""

    ready: Mapping[str, Mapping[str, Any]]
    unreadable: frozenset[str]


async def shrink(pictures: Mapping[str, Path], into: Path) -> Shrunk:
    """Writes each picture as a small JPEG into a folder, turned upright; raises RenderFailed."""
    job = {"pictures": pictures, "into": into}
    answer = await render.ask_child("jobs.pictures", job, _LIMIT + _LIMIT_EACH * len(pictures))
    if not answer["ok"]:
        raise render.RenderFailed("disk", answer["detail"])
    return Shrunk(answer["ready"], frozenset(answer["unreadable"]))


def _done(job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"ok": True, **_shrunk(job["pictures"], Path(job["into"]))}
    except OSError as error:  # the folder: what is wrong with a picture stays with it
        return {"ok": False, "detail": str(error)}


def _shrunk(pictures: Mapping[str, str], into: Path) -> dict[str, Any]:
    most = TOTAL // max(1, len(pictures))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        made = list(pool.map(lambda path: _small(Path(path), most), pictures.values()))
    ready: dict[str, Any] = {}
    for key, small in zip(pictures, made, strict=True):
        if small is not None:
            data, width, height = small
            file = into / f"{key}.jpg"
            file.write_bytes(data)
            ready[key] = {"file": str(file), "width": width, "height": height}
    return {"ready": ready, "unreadable": [key for key in pictures if key not in ready]}


def _small(path: Path, most: int) -> tuple[bytes, int, int] | None:
    """The picture as a JPEG of at most so many bytes, its width and height; None for an unreadable one."""
    with suppress(Exception):  # missing, broken or hostile: decoders raise whatever the bytes lead them to
        return small(path.read_bytes(), most)
    return None


def small(data: bytes, most: int) -> tuple[bytes, int, int]:
    """A picture's bytes as a JPEG of at most ``most`` bytes, its width and height.

    Raises ValueError for what is no picture or too large to be decoded; and what the decoders raise.
    """
    picture = images.opened(data)
    if picture is None:
        raise ValueError("no picture")
    edge, quality = next((edge, quality) for edge, quality, usual in _STEPS if usual <= most)
    _decode(picture, edge)
    image = _opaque(picture)
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    image = _upright(image)
    image.info = {}
    while len(made := _jpeg(image, quality)) > most and max(image.size) > _SMALLEST:
        quality = max(40, quality - 8)
        image.thumbnail((image.width * 4 // 5, image.height * 4 // 5), Image.Resampling.LANCZOS)
    return made, *image.size


def _decode(picture: ImageFile, edge: int) -> None:
    """A JPEG is read at the smallest fraction of its size in which there is enough of it."""
    width, height = picture.size
    most = images.MOST_PIXELS if picture.format == "JPEG" else _MOST_WHOLE
    if picture.info.get("progressive"):
        most = _MOST_PROGRESSIVE
    if not 0 < width * height <= most:
        raise ValueError(f"{width} x {height}")
    scale = min(1.0, edge / max(width, height))
    picture.draft("RGB", (max(1, int(width * scale)), max(1, int(height * scale))))
    picture.load()


def _opaque(picture: Image.Image) -> Image.Image:
    """In red, green and blue; on white where it is transparent."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        below = Image.new("RGBA", over.size, "white")
        below.alpha_composite(over)
        below.info = picture.info
        picture = below
    return picture.convert("RGB")


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; what is broken about that is ignored."""
    with suppress(Exception):
        return ImageOps.exif_transpose(picture)
    return picture


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    raise SystemExit(one_job(_done))
