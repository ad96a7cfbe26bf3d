"""Whether some bytes are a picture. Pure; nothing but the header is read, no pixel is decoded."""

from __future__ import annotations

from io import BytesIO

from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

# More than any phone takes. A file that claims more would fill the memory of whatever shows it.
MOST_PIXELS = 250_000_000

# By its first bytes, the only decoder that may look at it: a decoder that does not know it is never asked.
_KINDS: tuple[tuple[bytes, str, type[ImageFile]], ...] = (
    (b"\xff\xd8\xff", "jpg", JpegImageFile),
    (b"\x89PNG\r\n\x1a\n", "png", PngImageFile),
    (b"RIFF", "webp", WebPImageFile),
    (b"GIF8", "gif", GifImageFile),
)


def opened(data: bytes) -> ImageFile | None:
    """A picture of a known kind with its header read; None for other bytes. Decoders raise what they like."""
    kind = _kind(data)
    return kind[1](BytesIO(data)) if kind is not None else None


def image_kind(data: bytes) -> str | None:
    """The file's ending for a picture of a kind that everybody can open (jpg, png, webp, gif); else None."""
    kind = _kind(data)
    return kind[0] if kind is not None and _readable(data, kind[1]) else None


def _kind(data: bytes) -> tuple[str, type[ImageFile]] | None:
    """The file's ending and its decoder."""
    return next(((ending, decoder) for start, ending, decoder in _KINDS if data.startswith(start)), None)


def _readable(data: bytes, decoder: type[ImageFile]) -> bool:
    # The decoder itself and not Image.open, which warns of large pictures through a global filter.
    try:
        with decoder(BytesIO(data)) as image:
            width, height = image.size
    except Exception:  # broken or hostile bytes: decoders raise whatever the bytes lead them to
        return False
    return 0 < width * height <= MOST_PIXELS
