"""TIFF that cannot be read right, and TIFF that is a trap: a sentence, soon."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from images.conversion.formats.complaints import explain
from images.conversion.work import Limits
from tests.images.conversion.formats.opened import far, open_bytes, refusal
from tests.media.formats import (
    LONG,
    RATIONAL,
    SHORT,
    Pixels,
    page,
    raw_page,
    tiff,
)

WIDTH, HEIGHT = 37, 23
BLACK, WHITE, RGB, PALETTE, CMYK, YCBCR, LAB = 1, 0, 2, 3, 5, 6, 8
RANDOM = np.random.default_rng(5)


def noise(most: int, channels: int = 1, dtype: Any = np.uint8) -> Pixels:
    return RANDOM.integers(0, most, (HEIGHT, WIDTH, channels), dtype, endpoint=True)


def floats(dtype: Any, photometric: int = RGB, channels: int = 3, **more: Any) -> bytes:
    pixels = RANDOM.random((HEIGHT, WIDTH, channels)).astype(dtype)
    return tiff(page(pixels, photometric, t339=(SHORT, [3] * channels), **more))


def of_format(dtype: Any, number: int, channels: int = 1) -> bytes:
    pixels = noise(99, channels).astype(dtype)
    return tiff(page(pixels, BLACK if channels == 1 else RGB, t339=(SHORT, [number] * channels)))


LAYOUT, COMPRESSION = "layout_not_supported", "compression_not_supported"


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (tiff(page(noise(1023, 1, np.uint16), BLACK, bits=10)), LAYOUT, "10 bits"),
        (tiff(page(noise(4095, 3, np.uint16), RGB, bits=12)), LAYOUT, "12 bits"),
        (tiff(page(noise(15, 3), RGB, bits=4)), LAYOUT, "3 channels of 4 bits"),
        (tiff(page(noise(1, 2), BLACK, bits=1, extra=(2,))), LAYOUT, "2 channels of 1 bits"),
        (tiff(page(noise(255, 3), RGB, t258=(SHORT, [5, 6, 5]))), LAYOUT, "differ"),
        (of_format(np.int8, 2), LAYOUT, "with a sign"),
        (of_format(np.int16, 2, 3), LAYOUT, "with a sign"),
        (of_format(np.int32, 2), LAYOUT, "with a sign"),
        (of_format(np.uint32, 1), LAYOUT, "whole numbers of 32 bits"),
        (of_format(np.complex64, 6), LAYOUT, "complex"),
        (floats(np.float64), LAYOUT, "64-bit floating"),
        (floats(np.float16, planar=True), LAYOUT, "16-bit floating"),
        (floats(np.float32, CMYK, 4), LAYOUT, "32-bit floating"),
        (tiff(page(noise(255), 4)), LAYOUT, "mask"),
        (tiff(page(noise(255, 3), 10)), LAYOUT, "ITU"),
        (tiff(page(noise(255, 3), 32845)), LAYOUT, "LogLuv"),
        (tiff(page(noise(255), PALETTE)), LAYOUT, "table of colours"),
        (tiff(page(noise(255, 2), RGB)), LAYOUT, "2 channels"),
        (tiff(page(noise(255, 5), CMYK, t332=(SHORT, [2]))), LAYOUT, "inks"),
        (tiff(page(noise(255, 4), LAB, extra=(1,))), LAYOUT, "multiplied"),
        (tiff(page(noise(255, 3), YCBCR, planar=True)), LAYOUT, "YCbCr"),
        (tiff(page(noise(255, 3), YCBCR, planar=True, compression=7)), LAYOUT, "YCbCr"),
        (tiff(page(noise(255, 4), YCBCR, extra=(2,))), LAYOUT, "YCbCr"),
        (tiff(page(noise(255, 3), YCBCR, compression=6)), COMPRESSION, "old-style JPEG"),
        (tiff(page(noise(255, 3), RGB, compression=34887)), COMPRESSION, "LERC"),
        (tiff(page(noise(255, 3), RGB, compression=34712)), COMPRESSION, "JPEG 2000"),
        (tiff(page(noise(255, 3), RGB, compression=12345)), COMPRESSION, "12345"),
        (tiff(page(noise(65535, 3, np.uint16), RGB, compression=50000)), COMPRESSION, "zstd"),
    ],
)
def test_what_cannot_be_read_right_is_refused(tmp_path: Path, data: bytes, code: str, word: str) -> None:
    fault = refusal(tmp_path, data)
    assert fault.code == code
    assert word in fault.sentence


def test_the_four_process_inks_by_name_are_cmyk(tmp_path: Path) -> None:
    names = b"Cyan\0Magenta\0Yellow\0Black\0"
    pixels = noise(255, 4)
    assert far(open_bytes(tmp_path, tiff(page(pixels, CMYK, t332=(SHORT, [2]), t333=(2, names)))).pixels, pixels) == 0


@pytest.mark.parametrize(
    "tags",
    [
        {50706: (1, [1, 4, 0, 0])},
        {262: (SHORT, [32803])},
        {262: (SHORT, [34892])},
        {259: (SHORT, [34713])},
        {259: (SHORT, [32767])},
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_camera_raw_files_are_told_by_their_tags(tmp_path: Path, tags: Any, inside: bool) -> None:
    sensor = page(noise(65535, 1, np.uint16), BLACK)
    sensor.tags |= tags
    written = page(noise(255, 3), RGB, t271=(2, b"NIKON\0"), below=[sensor]) if inside and 50706 not in tags else sensor
    fault = refusal(tmp_path, tiff(written))
    assert fault.code == "format_not_supported"
    assert "camera raw" in fault.sentence
    assert "develop" in fault.sentence
    assert not (written is not sensor and "NIKON" not in fault.sentence)


# --------------------------------------------------------------------------------------------------------------- traps
def bare(width: int, height: int, **more: Any) -> bytes:
    tags: Any = {256: (LONG, [width]), 257: (LONG, [height]), 258: (SHORT, [8]), 259: (SHORT, [1]), 262: (SHORT, [1])}
    return tiff(raw_page(tags | {277: (SHORT, [1]), 278: (LONG, [height])} | more, [b"abc"]))


def test_sizes_are_checked_before_anything_else(tmp_path: Path) -> None:
    assert refusal(tmp_path, bare(4_000_000_000, 4_000_000_000)).code == "too_large"
    assert "0 by 7" in refusal(tmp_path, bare(0, 7)).sentence
    assert refusal(tmp_path, bare(7, 0)).code == "damaged"
    assert "12 megapixels; at most 10" in refusal(tmp_path, bare(4000, 3000), limits=Limits(pixels=10_000_000)).sentence


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda data: data[:2600],
        lambda data: data[:200] + data[260:],
        lambda data: data[:4] + b"\xff\xff\xff\xef" + data[8:],
        lambda data: data[:4] + b"\0\0\0\0" + data[8:],
    ],
    ids=["cut off", "shifted", "no directory", "an empty chain"],
)
def test_damaged_directories_are_refused(tmp_path: Path, spoilt: Any) -> None:
    assert refusal(tmp_path, spoilt(tiff(page(noise(255, 3), RGB, rows=5)))).code in ("cut_off", "damaged")


@pytest.mark.parametrize("tile", [None, (16, 16)])
@pytest.mark.parametrize("planar", [False, True])
def test_parts_that_are_not_there_are_not_taken_for_black(tmp_path: Path, planar: bool, tile: Any) -> None:
    written = page(noise(255, 3), RGB, planar=planar, tile=tile, rows=5)
    written.chunks.pop()
    assert refusal(tmp_path, tiff(written)).code == "cut_off"


@pytest.mark.parametrize("tag", [273, 279])
def test_strips_beyond_the_end_are_said_to_be_missing(tmp_path: Path, tag: int) -> None:
    pixels = noise(255, 3)
    written = page(pixels, RGB, rows=5)
    values = [8 + 555 * n for n in range(5)] if tag == 273 else [555] * 5
    written.tags[tag] = (LONG, [*values[:2], 1_000_000 if tag == 273 else 100, *values[3:]])
    with pytest.raises(pyvips.Error) as error:
        open_bytes(tmp_path, tiff(written))
    assert explain(str(error.value)).code == "cut_off"


def test_resolution_and_orientation_are_those_of_the_page(tmp_path: Path) -> None:
    tags = {"t282": (RATIONAL, [(300, 1)]), "t283": (RATIONAL, [(600, 1)]), "t274": (SHORT, [8])}
    inches = open_bytes(tmp_path, tiff(page(noise(255, 3), RGB, **tags)))
    assert inches.found["pixels_per_mm"] == [11.811, 23.622]
    assert inches.found["orientation"] == inches.image.get("orientation") == 8
    none = open_bytes(tmp_path, tiff(page(noise(255, 3), RGB, t296=(SHORT, [1]), **tags)))
    assert none.found["pixels_per_mm"] is None
    assert open_bytes(tmp_path, tiff(page(noise(255, 3), RGB))).found["pixels_per_mm"] is None
    centimetres = open_bytes(tmp_path, tiff(page(noise(255, 3), RGB, t296=(SHORT, [3]), **tags)))
    assert centimetres.found["pixels_per_mm"] == [30, 60]
