"""TIFF of every layout, written tag by tag: every number must come out, or the file be refused with a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from images.conversion.colours.colour import to_access
from images.conversion.recipes.recipe import DEFAULT
from tests.images.conversion.formats.opened import far, open_bytes
from tests.media.formats import (
    SHORT,
    Page,
    Pixels,
    deflate,
    lzw,
    packbits,
    page,
    reversed_bits,
    tiff,
)

WIDTH, HEIGHT = 37, 23
WHITE, BLACK, RGB, PALETTE, CMYK, YCBCR, LAB, ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
RANDOM = np.random.default_rng(5)
KINDS = {"grey": (BLACK, 1), "white is zero": (WHITE, 1), "rgb": (RGB, 3), "cmyk": (CMYK, 4)}


def noise(most: int, channels: int = 1, dtype: Any = np.uint8) -> Pixels:
    return RANDOM.integers(0, most, (HEIGHT, WIDTH, channels), dtype, endpoint=True)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("photometric", [WHITE, BLACK])
def test_grey_of_every_depth(tmp_path: Path, photometric: int, bits: int, big: bool, order: str) -> None:
    grey = noise(2**bits - 1, dtype=np.uint16 if bits == 16 else np.uint8)
    full = 65535 if bits == 16 else 255
    expected = grey.astype(int) * full // (2**bits - 1)
    seen = open_bytes(tmp_path, tiff(page(grey, photometric, bits=bits, order=order), order=order, big=big))
    assert far(seen.pixels, expected if photometric == BLACK else full - expected) == 0
    assert (seen.found["bits"], seen.found["sample"], seen.found["format"]) == (bits, "uint", "tiff")


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_palettes_of_every_depth(tmp_path: Path, bits: int) -> None:
    colours = RANDOM.integers(0, 65535, (2**bits, 3), endpoint=True)
    index = noise(2**bits - 1, dtype=np.uint16 if bits == 16 else np.uint8)[:, :, 0]
    seen = open_bytes(tmp_path, tiff(page(index, PALETTE, bits=bits, t320=(SHORT, colours.T.ravel().tolist()))))
    assert far(seen.pixels, colours[index] if bits == 16 else colours[index] // 256) == 0
    assert seen.found["bands"] == 3


@pytest.mark.parametrize("layout", ["strips", "tiles", "planar strips", "planar tiles"])
@pytest.mark.parametrize("extra", [(), (0,), (1,), (2,), (0, 0), (0, 2), (2, 0), (0, 1), (0, 2, 1)])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", KINDS)
def test_channels_are_told_apart(tmp_path: Path, kind: str, bits: int, extra: tuple[int, ...], layout: str) -> None:
    """Colours first, then what is transparency, not multiplied by it; saved selections are left out."""
    (photometric, count), full = KINDS[kind], 2**bits - 1
    pixels = noise(full, count + len(extra), np.uint16 if bits == 16 else np.uint8)
    written = page(
        pixels,
        photometric,
        extra=extra,
        planar="planar" in layout,
        tile=(16, 16) if "tiles" in layout else None,
        rows=7,
    )
    seen = open_bytes(tmp_path, tiff(written))
    expected = pixels[:, :, :count].astype(float)
    if photometric == WHITE:
        expected = full - expected
    alpha = next((number for number, meaning in enumerate(extra) if meaning), None)
    assert seen.transparent == (alpha is not None)
    if alpha is not None:
        over = pixels[:, :, count + alpha].astype(float)[:, :, None]
        if extra[alpha] == 1:
            expected = np.divide(expected * full, over, out=np.zeros_like(expected), where=over > 0).clip(0, full)
        expected = np.dstack([expected, over])
    assert far(seen.pixels, expected) <= (0.51 if 1 in extra else 0)
    dropped = len(extra) - (alpha is not None)
    assert (f"extra channels dropped ({dropped})" in seen.done) == bool(dropped)
    assert seen.interpretation == {1: ("b-w", "grey16"), 3: ("srgb", "rgb16"), 4: ("cmyk",) * 2}[count][bits == 16]


@pytest.mark.parametrize(
    ("compression", "encode", "name"),
    [(5, lzw, "lzw"), (8, deflate, "deflate"), (32946, deflate, "deflate"), (32773, packbits, "packbits")],
)
@pytest.mark.parametrize("tile", [None, (16, 32)])
def test_compressions(tmp_path: Path, compression: int, encode: Any, name: str, tile: tuple[int, int] | None) -> None:
    pixels = noise(255, 3)
    seen = open_bytes(tmp_path, tiff(page(pixels, RGB, compression=compression, encode=encode, tile=tile, rows=5)))
    assert far(seen.pixels, pixels) == 0
    assert seen.found["compression"] == name


def test_bits_may_be_the_other_way_round(tmp_path: Path) -> None:
    bits = noise(1)
    seen = open_bytes(tmp_path, tiff(page(bits, WHITE, bits=1, encode=reversed_bits, t266=(SHORT, [2]))))
    assert far(seen.pixels, 255 * (1 - bits)) == 0


@pytest.mark.parametrize("planar", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", [LAB, ICC_LAB])
def test_lab_in_whole_numbers(tmp_path: Path, photometric: int, bits: int, planar: bool) -> None:
    pixels = noise(2**bits - 1, 3, np.uint16 if bits == 16 else np.uint8)
    seen = open_bytes(tmp_path, tiff(page(pixels, photometric, planar=planar)))
    steps = 256 if bits == 16 else 1
    both = pixels[:, :, 1:].astype(float) / steps
    if photometric == LAB:
        white, both = 2**bits - 1, np.where(both >= 128, both - 256, both)
    else:
        white, both = 255 * steps, both - 128
    expected = np.dstack([pixels[:, :, 0] * (100 / white), both])
    assert far(seen.pixels, expected) < 0.001
    assert seen.interpretation == seen.found["colour"] == "lab"


def test_lab_with_transparency_is_laid_on_nothing_as_rgb(tmp_path: Path) -> None:
    white_over_half = np.full((HEIGHT, WIDTH, 4), (255, 0, 0, 128), np.uint8)
    seen = open_bytes(tmp_path, tiff(page(white_over_half, LAB, extra=(2,))))
    assert seen.interpretation == "rgb16"
    assert seen.transparent
    assert far(seen.pixels, np.full((HEIGHT, WIDTH, 4), (65535, 65535, 65535, 128 * 257))) < 40


def units(pixels: Pixels, across: int, down: int) -> bytes:
    """YCbCr in units of so many brightnesses and one pair of colours (TIFF 6.0 §21)."""
    wide, tall = -(-pixels.shape[1] // across) * across, -(-pixels.shape[0] // down) * down
    full = np.pad(pixels, ((0, tall - pixels.shape[0]), (0, wide - pixels.shape[1]), (0, 0)), mode="edge")
    data = bytearray()
    for top in range(0, tall, down):
        for left in range(0, wide, across):
            block = full[top : top + down, left : left + across]
            data += block[:, :, 0].tobytes() + bytes([int(block[:, :, 1].mean()), int(block[:, :, 2].mean())])
    return bytes(data)


def test_transparency_changes_no_colour_of_lab(tmp_path: Path) -> None:
    """Blues, in which another white would show most."""
    signed = RANDOM.integers((80, -10, -40), (200, 11, 1), (HEIGHT, WIDTH, 3))
    lab = np.where(signed < 0, signed + 256, signed).astype(np.uint8)
    opaque = np.dstack([lab, np.full((HEIGHT, WIDTH), 255, np.uint8)])
    alone = open_bytes(tmp_path, tiff(page(lab, LAB))).pixels.astype(np.float32)
    under = open_bytes(tmp_path, tiff(page(opaque, LAB, extra=(2,)))).pixels[..., :3].astype(np.uint16)
    shown = ((alone, "lab"), (under, "rgb16"))
    images = [pyvips.Image.new_from_array(pixels, interpretation=kind) for pixels, kind in shown]
    expected, seen = (to_access(image, DEFAULT).image for image in images)
    assert expected.dE00(seen).avg() < 0.5


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("sampling", [(1, 1), (2, 1), (2, 2), (4, 2)])
def test_ycbcr_without_jpeg(tmp_path: Path, sampling: tuple[int, int], orientation: int) -> None:
    """Against ITU-R BT.601 in full range, which is what TIFF 6.0 §21 has where nothing else is said."""
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    colour = np.stack([across * 2 + 90, across + 100, 150 - down], -1).astype(float)
    written = page(colour.astype(np.uint8), YCBCR, t530=(SHORT, list(sampling)), t274=(SHORT, [orientation]))
    written.chunks = [units(colour.astype(np.uint8), *sampling)]
    seen = open_bytes(tmp_path, tiff(written))
    light, blue, red = colour[:, :, 0], colour[:, :, 1] - 128, colour[:, :, 2] - 128
    expected = np.stack([light + 1.402 * red, light - 0.344136 * blue - 0.714136 * red, light + 1.772 * blue], -1)
    assert far(seen.pixels, expected.clip(0, 255)) < 6
    assert seen.found["orientation"] == seen.image.get("orientation") == orientation


def test_what_is_not_said_of_the_colours_is_assumed(tmp_path: Path) -> None:
    pixels = noise(255, 3)
    whole = page(pixels, RGB)
    unsaid = Page({tag: value for tag, value in whole.tags.items() if tag != 262}, whole.chunks)
    seen = open_bytes(tmp_path, tiff(unsaid))
    assert far(seen.pixels, pixels) == 0
    assert seen.assumed == {"colours": "RGB"}
