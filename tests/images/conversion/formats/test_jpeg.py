"""JPEG of every kind, against what Pillow reads."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.images.conversion.formats.opened import far, open_bytes, refusal
from tests.images.conversion.formats.shown import GREY, INKS, RGB, read_by_pillow, saved


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("image", [RGB, GREY], ids=["rgb", "grey"])
def test_jpeg(tmp_path: Path, image: Image.Image, options: Any) -> None:
    data = saved(image, "JPEG", quality=95, **options)
    assert far(open_bytes(tmp_path, data).pixels, read_by_pillow(data, image.mode)) <= 3


def test_jpeg_that_is_rgb_without_a_transform(tmp_path: Path) -> None:
    data = saved(RGB, "JPEG", quality=95, keep_rgb=True, subsampling=0)
    assert far(open_bytes(tmp_path, data).pixels, RGB) < 20


def without_adobe(data: bytes) -> bytes:
    at = data.index(b"\xff\xee")
    return data[:at] + data[at + 2 + int.from_bytes(data[at + 2 : at + 4], "big") :]


def test_jpeg_in_inks_is_inverted_where_adobe_wrote_it(tmp_path: Path) -> None:
    data = saved(INKS, "JPEG", quality=98)
    assert b"Adobe" in data
    seen = open_bytes(tmp_path, data)
    assert far(seen.pixels, INKS) < 30
    assert seen.interpretation == "cmyk"
    assert far(open_bytes(tmp_path, without_adobe(data)).pixels, 255 - np.asarray(INKS, float)) < 30


def test_jpeg_in_ycck(tmp_path: Path) -> None:
    """What Adobe calls YCCK: inks, inverted, the first three of them as YCbCr (Adobe Technical Note 5116 §18)."""
    plain = saved(INKS, "JPEG", quality=98, subsampling=0)
    at = plain.index(b"Adobe")
    seen = open_bytes(tmp_path, plain[: at + 11] + b"\2" + plain[at + 12 :])
    light, blue, red, black = (255 - np.asarray(INKS, float)).transpose(2, 0, 1)
    blue, red = blue - 128, red - 128
    inks = light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue, 255 - black
    assert np.abs(seen.pixels - np.stack(inks, -1).clip(0, 255)).mean() < 2


def test_what_follows_a_jpeg_does_not_matter(tmp_path: Path) -> None:
    data = saved(RGB, "JPEG", quality=95)
    assert far(open_bytes(tmp_path, data + b"garbage" * 100).pixels, read_by_pillow(data, "RGB")) <= 3


def test_the_first_of_several_pictures_of_a_camera_is_taken(tmp_path: Path) -> None:
    data = saved(RGB, "MPO", quality=95, save_all=True, append_images=[Image.new("RGB", (96, 64))])
    seen = open_bytes(tmp_path, data)
    assert far(seen.pixels, RGB) < 40
    assert (seen.found["format"], seen.found["pages"]) == ("jpeg", 1)


def frame(data: bytes, **change: int) -> bytes:
    """The JPEG with another marker, or another precision, at its frame header."""
    at = data.index(b"\xff\xc0")
    return (
        data[: at + 1]
        + bytes([change.get("marker", 0xC0)])
        + data[at + 2 : at + 4]
        + bytes([change.get("precision", 8)])
        + data[at + 5 :]
    )


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"marker": 0xC1, "precision": 12}, "layout_not_supported", "12 bits"),
        ({"marker": 0xC3}, "compression_not_supported", "without loss"),
        ({"marker": 0xF7}, "compression_not_supported", "JPEG-LS"),
        ({"marker": 0xC5}, "compression_not_supported", "hierarchical"),
    ],
)
def test_rare_kinds_of_jpeg_are_refused(tmp_path: Path, change: Any, code: str, word: str) -> None:
    fault = refusal(tmp_path, frame(saved(RGB, "JPEG"), **change))
    assert (fault.code, word in fault.sentence) == (code, True)


@pytest.mark.parametrize(
    ("options", "expected"),
    [({}, None), ({"dpi": (300, 600)}, [11.811, 23.622]), ({"dpi": (72, 72)}, [2.8346, 2.8346])],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_resolution_is_what_the_file_says_or_nothing(tmp_path: Path, kind: str, options: Any, expected: Any) -> None:
    found = open_bytes(tmp_path, saved(RGB, kind, **options)).found["pixels_per_mm"]
    assert found == (pytest.approx(expected, abs=0.01) if expected else None)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG", "AVIF"])
def test_resolution_in_exif(tmp_path: Path, kind: str) -> None:
    exif = Image.Exif()
    exif[282], exif[283], exif[296] = 300.0, 150.0, 3
    assert open_bytes(tmp_path, saved(RGB, kind, exif=exif.tobytes())).found["pixels_per_mm"] == [30, 15]
