"""Native tiles: files of their own with exactly the pixels that are in the master."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from PIL import Image

from images.engine.pyramid import BrokenPyramid, Level, Pyramid, open_pyramid
from images.engine.splice import native_tile, splice
from images.iiif.derivative import Derivative
from tests.images.engine.masters import Master, decoded

ADOBE = b"\xff\xee\x00\x0eAdobe"


def complete_tiles(pyramid: Pyramid) -> list[tuple[int, Level, int, int]]:
    return [
        (n, level, column, row)
        for n, level in enumerate(pyramid.levels)
        for row in range(level.height // level.tile_height)
        for column in range(level.width // level.tile_width)
    ]


def tile(level: Level, column: int, row: int, **changed: Any) -> Derivative:
    edge = int(256 * level.scale_x)
    return replace(Derivative(column * edge, row * edge, edge, edge, 256, 256), **changed)


@pytest.mark.parametrize("name", ["colour", "rgb", "grey", "big"])
def test_every_complete_tile_of_every_level_has_the_pixels_of_the_master(
    name: str, request: pytest.FixtureRequest
) -> None:
    master: Master = request.getfixturevalue(name)
    pyramid = open_pyramid(master.path)
    tiles = complete_tiles(pyramid)
    assert len(tiles) == 5 * 3 + 2 * 1
    for page, level, column, row in tiles:
        data = native_tile(pyramid, tile(level, column, row))
        assert data is not None
        whole = pyvips.Image.new_from_file(str(master.path), page=page)
        wanted = whole.crop(256 * column, 256 * row, 256, 256).numpy()
        assert np.array_equal(pyvips.Image.jpegload_buffer(data).numpy(), wanted)
        other_reader = decoded(data, "L" if name == "grey" else "RGB")
        assert np.abs(other_reader.astype(int) - wanted.reshape(other_reader.shape)).max() <= 1


@pytest.mark.parametrize("name", ["colour", "rgb", "grey"])
def test_the_file_says_what_its_channels_mean_and_carries_the_profile(
    name: str, request: pytest.FixtureRequest
) -> None:
    pyramid = open_pyramid(request.getfixturevalue(name).path)
    data = native_tile(pyramid, tile(pyramid.levels[0], 1, 1))
    assert data is not None
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (256, 256)
        assert picture.info.get("icc_profile", b"") == pyramid.profile
        assert ("jfif" in picture.info) == (name != "rgb")
        assert picture.info.get("adobe_transform") == (0 if name == "rgb" else None)
        assert not picture.getexif()
    assert bool(pyramid.profile) == (name != "grey")
    assert data.count(ADOBE) == (1 if name == "rgb" else 0)


def test_an_rgb_tile_without_the_adobe_marker_gets_one(rgb: Master, tmp_path: Path) -> None:
    """Other writers leave it out; viewers then take the channels for YCbCr."""
    without = tmp_path / "without.tif"
    without.write_bytes(rgb.path.read_bytes().replace(ADOBE, b"\xff\xeb\x00\x0eother"))
    before, after = open_pyramid(rgb.path), open_pyramid(without)
    wanted = native_tile(before, tile(before.levels[0], 2, 1))
    data = native_tile(after, tile(after.levels[0], 2, 1))
    assert wanted is not None
    assert data is not None
    assert data.count(ADOBE) == 1
    assert np.array_equal(decoded(data), decoded(wanted))


@pytest.mark.parametrize(
    "changed",
    [
        {"format": "png"},
        {"format": "webp"},
        {"quality": "gray"},
        {"quality": "bitonal"},
        {"mirror": True},
        {"rotation": 90.0},
        {"rotation": 0.5},
        {"x": 257},
        {"y": 255},
        {"width": 255},
        {"height": 257},
        {"w": 255, "width": 255},
        {"w": 512, "h": 512, "width": 512, "height": 512},
        {"w": 768, "h": 768},
        {"w": 512, "h": 512},
        {"w": 128, "h": 128},
    ],
)
def test_anything_else_is_not_a_native_tile(changed: dict[str, Any], colour: Master) -> None:
    pyramid = open_pyramid(colour.path)
    assert native_tile(pyramid, tile(pyramid.levels[0], 1, 1)) is not None
    assert native_tile(pyramid, tile(pyramid.levels[0], 1, 1, **changed)) is None


def test_tiles_at_the_edge_are_not_complete(colour: Master) -> None:
    pyramid = open_pyramid(colour.path)
    full = pyramid.levels[0]
    assert native_tile(pyramid, tile(full, 5, 1, w=1403 - 1280, width=1403 - 1280)) is None
    assert native_tile(pyramid, tile(full, 1, 3, h=1021 - 768, height=1021 - 768)) is None
    assert native_tile(pyramid, tile(full, 5, 1)) is None


def test_a_tile_that_is_no_jpeg_is_refused(colour: Master, tmp_path: Path) -> None:
    damaged = bytearray(colour.path.read_bytes())
    start = open_pyramid(colour.path).levels[0].offsets[0]
    damaged[start : start + 2] = b"\0\0"
    path = tmp_path / "damaged.tif"
    path.write_bytes(damaged)
    pyramid = open_pyramid(path)
    with pytest.raises(BrokenPyramid, match="tile 0, 0"):
        splice(pyramid, pyramid.levels[0], 0, 0)
