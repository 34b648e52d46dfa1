"""JPEG 2000: files and bare streams, their profiles, their limits."""

import struct
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from images.conversion.work import Limits
from tests.images.conversion.formats.opened import far, open_bytes, refusal
from tests.images.conversion.formats.shown import CLEAR, DEEP, GREY, PROFILE, RGB, saved


@pytest.mark.parametrize("options", [{}, {"no_jp2": True}, {"tile_size": (32, 32)}, {"irreversible": False}])
@pytest.mark.parametrize("image", [RGB, GREY, CLEAR, CLEAR.convert("LA")], ids=["rgb", "grey", "clear", "clear grey"])
def test_jpeg_2000(tmp_path: Path, image: Image.Image, options: Any) -> None:
    seen = open_bytes(tmp_path, saved(image, "JPEG2000", **options))
    assert far(seen.pixels, image) == 0
    assert seen.found["format"] == "jp2"
    assert seen.transparent == ("A" in image.mode)
    assert seen.interpretation == seen.found["colour"]


def test_jpeg_2000_in_ycbcr(tmp_path: Path) -> None:
    seen = open_bytes(tmp_path, saved(RGB.convert("YCbCr"), "JPEG2000"))
    assert far(seen.pixels, RGB) < 6


def test_deep_grey_jpeg_2000(tmp_path: Path) -> None:
    seen = open_bytes(tmp_path, saved(Image.fromarray(DEEP), "JPEG2000"))
    assert far(seen.pixels, DEEP) == 0
    assert seen.found["bits"] == 16


def test_colours_of_jpeg_2000_beyond_eight_bits_are_refused(tmp_path: Path) -> None:
    """Pillow makes black of what is white in them: it rounds 65535 up to 256, and keeps 8 bits of that."""
    data = saved(RGB, "JPEG2000", no_jp2=True)
    fault = refusal(tmp_path, data[:42] + b"\x0f\1\1" * 3 + data[51:])
    assert (fault.code, "16 bits each" in fault.sentence) == ("layout_not_supported", True)


def with_profile(data: bytes, method: int, body: bytes) -> bytes:
    """The JP2 file with a colour box of a profile instead of that of a number."""
    at = data.index(b"colr") - 4
    (size,) = struct.unpack_from(">I", data, at)
    box = struct.pack(">I4sBBB", 11 + len(body), b"colr", method, 0, 0) + body
    grown = data[:at] + box + data[at + size :]
    head = grown.index(b"jp2h") - 4
    (length,) = struct.unpack_from(">I", grown, head)
    return grown[:head] + struct.pack(">I", length + len(box) - size) + grown[head + 4 :]


@pytest.mark.parametrize("method", [2, 3])
def test_profiles_of_jpeg_2000(tmp_path: Path, method: int) -> None:
    seen = open_bytes(tmp_path, with_profile(saved(RGB, "JPEG2000"), method, PROFILE))
    assert seen.found["profile"] == "sRGB built-in"
    assert bytes(seen.image.get("icc-profile-data")) == PROFILE
    assert far(seen.pixels, RGB) == 0


def test_jpeg_2000_within_its_limits(tmp_path: Path) -> None:
    data = saved(RGB, "JPEG2000")
    assert refusal(tmp_path, data, limits=Limits(pixels=1000)).code == "too_large"
    fault = refusal(tmp_path, data, limits=Limits(memory=100_000))
    assert (fault.code, "only be read as a whole" in fault.sentence) == ("too_large", True)
    assert open_bytes(tmp_path, saved(RGB, "JPEG2000", tile_size=(16, 16)), limits=Limits(memory=100_000))


@pytest.mark.parametrize("cut", [60, 90, 400])
def test_damaged_jpeg_2000_is_refused(tmp_path: Path, cut: int) -> None:
    assert refusal(tmp_path, saved(RGB, "JPEG2000")[:cut]).code in ("damaged", "cut_off")


def test_an_unknown_colour_space_of_jpeg_2000_is_refused(tmp_path: Path) -> None:
    data = saved(RGB, "JPEG2000")
    at = data.index(b"colr") + 7
    assert "JPEG 2000" in refusal(tmp_path, data[:at] + struct.pack(">I", 14) + data[at + 4 :]).sentence
