"""Pictures made small in the child: upright, opaque, bounded in bytes; what is no picture is left out."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from jobs import pictures, render
from tests.pictures import FIELD, SIGN, SKY, TURNED, bomb, jpeg, phone, png


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    assert image.format == "JPEG" and image.mode == "RGB"
    return image


def near(color: object, wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 25 for a, b in zip(color, wanted, strict=True))  # type: ignore[call-overload]


def is_upright(image: Image.Image) -> bool:
    width, height = image.size
    corners = {(width // 8, height // 8): SIGN, (width * 7 // 8, height // 8): SKY,
               (width // 8, height * 7 // 8): FIELD}  # fmt: skip
    return all(near(image.getpixel(at), color) for at, color in corners.items())


@pytest.mark.parametrize("turned", [None, 3, TURNED, 8])
def test_a_picture_stands_as_the_camera_was_held(turned: int | None) -> None:
    data, width, height = pictures.small(jpeg(1200, 1600, turned), 10**6)
    image = opened(data)
    assert image.size == (width, height) == (900, 1200)
    assert is_upright(image)


def test_what_a_picture_says_of_itself_stays_behind() -> None:
    """Where it was taken above all."""
    before = jpeg(turned=TURNED, comment=b"Nguyen Thi Thu")
    assert b"Exif" in before and b"Nguyen" in before
    data, *_ = pictures.small(before, 10**6)
    assert b"Exif" not in data and b"Nguyen" not in data


@pytest.mark.parametrize("mode", ["RGB", "L", "LA", "P", "1", "RGBA"])
def test_other_kinds_of_picture(mode: str) -> None:
    image = opened(pictures.small(png(300, 200, mode), 10**6)[0])
    assert image.size == (300, 200)
    if mode == "RGBA":
        assert near(image.getpixel((40, 190)), (255, 255, 255))


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (6000, 800), (300, 3000), (1, 1), (5000, 1)])
def test_shapes(size: tuple[int, int]) -> None:
    _, width, height = pictures.small(jpeg(*size), 10**6)
    assert max(width, height) <= 1200 and min(width, height) >= 1
    assert abs(width / height - size[0] / size[1]) <= 0.02 * size[0] / size[1] or min(width, height) < 10


@pytest.mark.parametrize("most", [1_200_000, 250_000, 50_000, 5_000])
def test_a_picture_of_a_phone_fits_its_share(most: int) -> None:
    data, width, height = pictures.small(phone(size=(2000, 1500)), most)
    assert len(data) <= most
    assert opened(data).size == (width, height)


@pytest.mark.parametrize(
    "data",
    [b"", b"no picture", b"\xff\xd8\xff\xe0 a photo", jpeg()[:5000], bomb(), png(10, 10)[:60]],
    ids=["empty", "text", "head only", "cut off", "bomb", "png cut off"],
)
def test_what_cannot_be_opened_is_said(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    (tmp_path / "b").write_bytes(jpeg())
    (tmp_path / "out").mkdir()
    found = {"1": tmp_path / "a", "2": tmp_path / "b", "3": tmp_path / "gone"}
    made = asyncio.run(pictures.shrink(found, tmp_path / "out"))
    assert made.unreadable == {"1", "3"}
    assert list(made.ready) == ["2"]
    assert Path(made.ready["2"]["file"]).read_bytes().startswith(b"\xff\xd8\xff")


def test_pictures_with_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    for data in (bomb(), bomb(8000, 8000)):
        with pytest.raises(ValueError, match=r"\d+ x \d+"):
            pictures.small(data, 10**6)
    progressive = jpeg(9000, 9000, progressive=True)
    with pytest.raises(ValueError, match="9000 x 9000"):
        pictures.small(progressive, 10**6)
    assert pictures.small(jpeg(9000, 9000), 10**6)[1:] == (1200, 1200)


def test_a_folder_that_is_not_there_is_the_disks_fault(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(jpeg())
    with pytest.raises(render.RenderFailed) as caught:
        asyncio.run(pictures.shrink({"1": tmp_path / "a"}, tmp_path / "khong-co"))
    assert caught.value.reason == "disk"


def test_the_child_loads_nothing_of_the_program() -> None:
    script = (
        "import sys, jobs.pictures\n"
        "print(*(n for n in ('bot', 'storage', 'asyncio', 'pydantic', 'babel', 'docx') if n in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_child_answers_in_one_line(tmp_path: Path) -> None:
    job = json.dumps({"pictures": {"7": str(tmp_path / "gone")}, "into": str(tmp_path)})
    done = subprocess.run(
        [sys.executable, "-m", "jobs.pictures"], input=job, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"ok": True, "ready": {}, "unreadable": ["7"]}
