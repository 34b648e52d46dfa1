"""TIFF in floating point: light from 0 to 1, or what has to be made of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.images.conversion.formats.opened import far, open_bytes
from tests.media.formats import (
    SHORT,
    page,
    tiff,
)

WIDTH, HEIGHT = 37, 23
BLACK, WHITE, RGB, PALETTE, CMYK, YCBCR, LAB = 1, 0, 2, 3, 5, 6, 8
RANDOM = np.random.default_rng(5)


def srgb(light: Any) -> Any:
    """IEC 61966-2-1, from light to 16 bits."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055) * 65535


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("photometric", [WHITE, BLACK])
def test_grey_light_gets_the_tone_of_srgb(tmp_path: Path, photometric: int, dtype: Any) -> None:
    light = RANDOM.random((HEIGHT, WIDTH)).astype(dtype)
    seen = open_bytes(tmp_path, tiff(page(light, photometric, t339=(SHORT, [3]))))
    light = light.astype(float)
    assert far(seen.pixels, srgb(light if photometric == BLACK else 1 - light)) < 2
    assert seen.interpretation == "grey16"
    assert seen.assumed == {"tone": "linear light"}
    assert seen.found["sample"] == "float"


@pytest.mark.parametrize("planar", [False, True])
def test_coloured_light_stays_light(tmp_path: Path, planar: bool) -> None:
    light = RANDOM.random((HEIGHT, WIDTH, 3)).astype(np.float32)
    seen = open_bytes(tmp_path, tiff(page(light, RGB, planar=planar, t339=(SHORT, [3] * 3))))
    assert far(seen.pixels, light) < 1e-6
    assert (seen.interpretation, seen.assumed) == ("scrgb", {})


def test_light_beyond_white_is_made_to_fit_and_said(tmp_path: Path) -> None:
    light = (RANDOM.random((HEIGHT, WIDTH, 3)) * 500 - 100).astype(np.float32)
    light[0, 0], light[0, 1, 0], light[0, 2, 1], light[0, 3, 2] = (-100, 400, 0), np.nan, np.inf, -np.inf
    seen = open_bytes(tmp_path, tiff(page(light, RGB, t339=(SHORT, [3] * 3))))
    expected = (np.nan_to_num(light, nan=-100, posinf=400, neginf=-100).astype(float) + 100) / 500
    assert far(seen.pixels, expected) < 1e-5
    assert seen.assumed["range"] == "black is -100 and white 400, the least and the greatest of its values"


@pytest.mark.parametrize("value", [np.nan, 0.5, 7.0])
def test_light_of_one_value_is_no_trap(tmp_path: Path, value: float) -> None:
    light = np.full((HEIGHT, WIDTH, 3), value, np.float32)
    seen = open_bytes(tmp_path, tiff(page(light, RGB, t339=(SHORT, [3] * 3))))
    assert np.isfinite(seen.pixels).all()
    assert far(seen.pixels, np.full(light.shape, 0.5 if value == 0.5 else 0)) == 0


@pytest.mark.parametrize("meaning", [1, 2])
def test_transparent_light_becomes_whole_numbers(tmp_path: Path, meaning: int) -> None:
    light = (RANDOM.random((HEIGHT, WIDTH, 4)) * 0.5).astype(np.float32)
    light[:, :, 3] = 0.5 + light[:, :, 3]
    seen = open_bytes(tmp_path, tiff(page(light, RGB, extra=(meaning,), t339=(SHORT, [3] * 4))))
    colours = light[:, :, :3].astype(float) / (light[:, :, 3:] if meaning == 1 else 1)
    assert far(seen.pixels, np.dstack([srgb(colours), light[:, :, 3].astype(float) * 65535])) < 40
    assert (seen.interpretation, seen.transparent) == ("rgb16", True)


@pytest.mark.parametrize("planar", [False, True])
def test_lab_in_floating_point_is_what_it_says(tmp_path: Path, planar: bool) -> None:
    lab = (RANDOM.random((HEIGHT, WIDTH, 3)) * 100).astype(np.float32)
    seen = open_bytes(tmp_path, tiff(page(lab, LAB, planar=planar, t339=(SHORT, [3] * 3))))
    assert far(seen.pixels, lab) == 0
    assert seen.interpretation == "lab"
