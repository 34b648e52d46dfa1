"""Pyramids coded in one pass, read again by libvips, Pillow and the engine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image

from images.conversion import coded, pyramidfile
from images.conversion.coded import shapes
from images.engine.pyramid import open_pyramid
from images.engine.segments import frame
from tests.images.engine.masters import photograph, psnr
from tests.images.engine.pyramids import pyramid, recipe, strips

SIZES = ((1001, 751), (513, 511), (257, 1), (1, 900), (900, 3), (7, 1000), (113, 76), (512, 512), (257, 257), (3, 600))


def reference(path: Path, picture: Image.Image, quality: int = 89, tile: int = 256) -> Path:
    """The same by libvips alone."""
    image = pyvips.Image.new_from_array(np.asarray(picture))
    if image.bands == 3:
        image = image.copy(interpretation="srgb")
    options = {"tile": True, "tile_width": tile, "tile_height": tile, "pyramid": True}
    image.tiffsave(str(path), compression="jpeg", Q=quality, **options)
    return path


@pytest.mark.parametrize("tile", [64, 256])
@pytest.mark.parametrize("size", SIZES)
def test_levels_have_the_sizes_that_libvips_gives_them(tmp_path: Path, size: tuple[int, int], tile: int) -> None:
    theirs = open_pyramid(reference(tmp_path / "theirs.tif", Image.new("L", size), tile=tile)).levels
    wanted = [(level.width, level.height) for level in theirs]
    assert [(shape.width, shape.height) for shape in shapes(*size, tile)] == wanted
    ours = pyramid(tmp_path / "ours.tif", Image.new("L", size), recipe(tile=tile)).levels
    assert [(level.width, level.height) for level in ours] == wanted
    assert [(level.scale_x, level.scale_y) for level in ours] == [(level.scale_x, level.scale_y) for level in theirs]


@pytest.mark.parametrize(("mode", "full"), [("RGB", False), ("RGB", True), ("L", False)])
@pytest.mark.parametrize("size", [(1001, 751), (512, 300), (7, 1000), (900, 3)])
def test_libvips_and_pillow_read_every_level_as_libvips_would_have_made_it(
    tmp_path: Path, size: tuple[int, int], mode: str, full: bool
) -> None:
    picture = photograph(*size).convert(mode)
    made_by = recipe(full=full)
    opened = pyramid(tmp_path / "ours.tif", picture, made_by)
    reference(tmp_path / "theirs.tif", picture, made_by.quality)
    with Image.open(tmp_path / "ours.tif") as read:
        assert read.n_frames == len(opened.levels)
        for page, level in enumerate(opened.levels):
            ours, theirs = (
                pyvips.Image.new_from_file(str(tmp_path / name), page=page, fail_on="warning").numpy()
                for name in ("ours.tif", "theirs.tif")
            )
            read.seek(page)
            assert read.size == (level.width, level.height)
            assert np.abs(np.asarray(read.convert(mode)).astype(int) - ours.reshape(np.asarray(read).shape)).max() <= 3
            before = picture.crop((0, 0, level.width << page, level.height << page))
            exact = np.asarray(before.reduce(1 << page) if page else before).reshape(ours.shape)
            # Nearer than theirs at the edge, into which black bleeds there, and nowhere farther.
            assert psnr(ours, exact) > psnr(theirs, exact) - (0.3 if min(size) > 16 else 1.5)
            assert psnr(ours, exact) > 33


def test_beyond_the_edge_the_picture_goes_on(tmp_path: Path) -> None:
    """White in a tile that is otherwise empty: libvips makes its last columns grey."""
    picture = Image.new("RGB", (261, 300), (255, 250, 240))
    pyramid(tmp_path / "ours.tif", picture, recipe())
    reference(tmp_path / "theirs.tif", picture)
    off = [
        (pyvips.Image.new_from_file(str(tmp_path / name)) - [255, 250, 240]).abs().max()
        for name in ("ours.tif", "theirs.tif")
    ]
    assert off[0] <= 2 < off[1]


def test_small_levels_lie_together_behind_the_largest(tmp_path: Path) -> None:
    levels = pyramid(tmp_path / "p.tif", photograph(1001, 751), recipe()).levels
    places = [offset for level in levels for offset in level.offsets]
    assert places == sorted(places)
    last = levels[-1]
    assert (tmp_path / "p.tif").stat().st_size < last.offsets[-1] + last.counts[-1] + 5000


def test_what_waits_may_be_more_than_memory_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = pyramid(tmp_path / "usual.tif", photograph(1001, 751), recipe())
    monkeypatch.setattr(coded, "_WAITING", 100)
    spooled = pyramid(tmp_path / "spooled.tif", photograph(1001, 751), recipe())
    assert bytes(usual._data) == bytes(spooled._data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["spooled.tif", "usual.tif"]


@pytest.mark.parametrize("restart", [1, 4, 16])
def test_the_interval_of_the_recipe_is_that_of_every_tile(tmp_path: Path, restart: int) -> None:
    opened = pyramid(tmp_path / "p.tif", photograph(600, 300), recipe(restart=restart))
    for level in opened.levels:
        for column in range(level.columns):
            found = frame(opened.tile(level, column, 0))
            assert found
            assert found.interval == restart


def test_a_large_picture_is_a_bigtiff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramidfile, "CLASSIC", 100_000)
    assert pyramid(tmp_path / "p.tif", photograph(300, 300), recipe()).levels[0].width == 300
    assert (tmp_path / "p.tif").read_bytes()[2] == 43


def test_a_picture_that_breaks_off_leaves_nothing_waiting(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield next(strips(photograph(600, 600), 256))
        raise ValueError("the source broke off")

    with pytest.raises(ValueError, match="broke off"):
        coded.write(tmp_path / "p.tif", broken(), (600, 600), 3, recipe(), b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["p.tif"]


PEAK = """
import resource, sys
from pathlib import Path
from images.conversion import coded
from dataclasses import replace
from images.conversion.recipes.recipe import AUTO, DEFAULT

height = int(sys.argv[2])
rows = bytes(range(256)) * 4 * 3 * 256
recipe = replace(DEFAULT, restart=AUTO)
coded.write(Path(sys.argv[1]), (rows for _ in range(height // 256)), (1024, height), 3, recipe, b"x")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def test_memory_does_not_grow_with_the_height(tmp_path: Path) -> None:
    def peak(height: int) -> int:
        command = [sys.executable, "-c", PEAK, str(tmp_path / f"{height}.tif"), str(height)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    assert peak(65536) - peak(1024) < 12e6
