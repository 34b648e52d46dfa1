"""Every tile that info.json advertises, asked for as viewers ask, put together: the levels of the picture, whole.

The addresses are those that OpenSeadragon makes, which is in Mirador, the Universal Viewer and Clover too: `w,` for the
Image API 2.1 and `w,h` for 3.0. They go through the real doors; the masters are those of the real conversion.
"""

import io
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips
from django.test import Client
from PIL import Image, ImageFilter

from images.conversion.process import ConversionProcess
from images.conversion.recipes.recipe import DEFAULT, Recipe
from tests.images.converted import converted, registered
from tests.images.engine.masters import photograph, psnr
from tests.work import a_source

pytestmark = pytest.mark.django_db


def blots(width: int, height: int) -> Image.Image:
    """One bit: shapes of all directions without detail, since JPEG is not made for sharp edges."""
    soft = photograph(width, height).convert("L").filter(ImageFilter.GaussianBlur(12))
    return soft.point(lambda value: 255 if value > 128 else 0).convert("1", dither=Image.Dither.NONE)


#: Sources of odd sizes, and the least PSNR of their stitched levels beside the source, in dB. What is one pixel wide
#: is all grain, and blocks of colours have next to nothing to go by.
SOURCES: dict[str, tuple[Callable[[], Image.Image], float]] = {
    "colour": (lambda: photograph(1403, 1021), 34),
    "grey": (lambda: photograph(901, 515).convert("L"), 34),
    "one bit": (lambda: blots(701, 515), 24),
    "a line": (lambda: photograph(257, 1), 29),
    "a column": (lambda: photograph(9000, 1).transpose(Image.Transpose.ROTATE_90), 29),
    "less than a tile": (lambda: photograph(113, 76), 34),
}
LARGE = (lambda: photograph(4001, 2999), 34.0)
#: As they are made by default, and as they were made without restart markers.
RECIPES = {"default": DEFAULT, "without markers": replace(DEFAULT, name="plain", restart=0)}


@dataclass(frozen=True)
class Tile:
    """A tile: where it lies in the grid of its scale factor, and which pixels of the image it has."""

    x: int
    y: int
    width: int
    height: int
    region: tuple[int, int, int, int]


@dataclass(frozen=True)
class Served:
    """An image that can be asked for, the pixels of its source, and the file of its master."""

    client: Client
    name: str
    original: Image.Image
    master: Path
    least: float

    def info(self, version: int) -> dict[str, Any]:
        answer = self.client.get(f"/iiif/{version}/{self.name}/info.json")
        assert answer.status_code == 200
        return dict(answer.json())

    def picture(self, version: int, tile: Tile) -> Image.Image:
        """The tile, with the size that this way of asking for it has to give."""
        path = address(version, tile, *self.original.size)
        answer = self.client.get(f"/iiif/{version}/{self.name}/{path}/0/default.jpg")
        assert answer.status_code == 200, (path, answer.content)
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.width == tile.width
        if version == 3 or path.endswith("full"):
            assert picture.height == tile.height
        return picture.convert(self.original.mode)

    def wanted(self, tile: Tile, size: tuple[int, int]) -> np.ndarray:
        """The region of the source, scaled by Pillow."""
        x, y, w, h = tile.region
        return np.asarray(self.original.resize(size, Image.Resampling.LANCZOS, box=(x, y, x + w, y + h)))


def address(version: int, tile: Tile, width: int, height: int) -> str:
    """Region and size as OpenSeadragon 6 writes them (IIIFTileSource.getTileUrl)."""
    region = "full" if tile.region == (0, 0, width, height) else ",".join(map(str, tile.region))
    if version == 2:
        return f"{region}/full" if tile.width == width else f"{region}/{tile.width},"
    return f"{region}/max" if (tile.width, tile.height) == (width, height) else f"{region}/{tile.width},{tile.height}"


def grids(info: dict[str, Any]) -> Iterator[tuple[int, list[Tile]]]:
    """Every scale factor of every kind of tile, with all its tiles."""
    for kind in info["tiles"]:
        for factor in kind["scaleFactors"]:
            yield factor, list(grid(info["width"], info["height"], kind["width"], kind.get("height"), factor))


def grid(width: int, height: int, across: int, down: int | None, factor: int) -> Iterator[Tile]:
    down = down or across
    for x in range(0, width, across * factor):
        for y in range(0, height, down * factor):
            w, h = min(across * factor, width - x), min(down * factor, height - y)
            yield Tile(x // factor, y // factor, math.ceil(w / factor), math.ceil(h / factor), (x, y, w, h))


@pytest.fixture(scope="module")
def converting() -> Iterator[ConversionProcess]:
    process = ConversionProcess()
    yield process
    process.close()


@pytest.fixture
def serve(converting: ConversionProcess, client: Client, tmp_path: Path) -> Callable[..., Served]:
    def serve(picture: Image.Image, least: float, recipe: Recipe) -> Served:
        source = tmp_path / "picture.tif"
        picture.save(source)
        master, result = converted(source, recipe, converting)
        kept = registered(a_source(), master, result, recipe)
        original = picture.convert("L") if picture.mode == "1" else picture
        return Served(client, "picture", original, kept, least)

    return serve


@pytest.fixture(params=SOURCES)
def small(request: pytest.FixtureRequest, serve: Callable[..., Served]) -> Served:
    make, least = SOURCES[request.param]
    return serve(make(), least, DEFAULT)


def check_stitched(served: Served, version: int, factor: int, tiles: list[Tile]) -> None:
    """No missing row or column, no seam: what is stitched is the picture, and no worse beside the joints."""
    width, height = (max(at + length for at, length in ends) for ends in zip(*map(_ends, tiles), strict=True))
    colours = (3,) if served.original.mode == "RGB" else ()
    stitched, wanted = (np.zeros((height, width, *colours), np.uint8) for _ in range(2))
    covered = np.zeros((height, width), np.uint8)
    for tile in tiles:
        picture = served.picture(version, tile)
        place = np.s_[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
        reference = served.wanted(tile, picture.size)
        assert psnr(np.asarray(picture), reference) >= served.least - 3, (factor, tile)
        # A viewer stretches into its place what `w,` has given another height.
        stitched[place] = np.asarray(picture.resize((tile.width, tile.height)))
        wanted[place] = served.wanted(tile, (tile.width, tile.height))
        covered[place] += 1
    assert (covered == 1).all(), factor
    found = psnr(stitched, wanted)
    assert found >= served.least, (factor, found)
    for line in _joints(tiles):
        assert psnr(stitched[line], wanted[line]) >= min(found, served.least + 3) - 4, (factor, line)
    for line in (np.s_[:, -2:], np.s_[-2:]):  # of odd sizes a pyramid has lost a part of the last pixel
        assert psnr(stitched[line], wanted[line]) >= served.least - 4, (factor, line)


def _ends(tile: Tile) -> tuple[tuple[int, int], tuple[int, int]]:
    return (tile.x, tile.width), (tile.y, tile.height)


def _joints(tiles: list[Tile]) -> Iterator[Any]:
    """The two pixels on either side of each line between tiles."""
    for x in sorted({tile.x for tile in tiles} - {0}):
        yield np.s_[:, x - 1 : x + 1]
    for y in sorted({tile.y for tile in tiles} - {0}):
        yield np.s_[y - 1 : y + 1]


# ------------------------------------------------------------------------------------------------------------ the tests
@pytest.mark.parametrize("version", [2, 3])
def test_the_tiles_of_every_level_make_up_the_picture(small: Served, version: int) -> None:
    found = list(grids(small.info(version)))
    for factor, tiles in found:
        check_stitched(small, version, factor, tiles)
    factors = [factor for factor, _ in found]
    assert min(factors) == 1
    if min(small.original.size) > 1:  # nothing is made of half a pixel
        assert max(small.original.size) / max(factors) <= 512, "the last level is small enough to begin with"


def test_the_comparison_sees_a_shift_by_one_pixel(serve: Callable[..., Served]) -> None:
    make, least = SOURCES["colour"]
    served = serve(make(), least, DEFAULT)
    factor, tiles = next(grids(served.info(3)))
    for axis in (0, 1):
        moved = replace(served, original=Image.fromarray(np.roll(np.asarray(served.original), 1, axis)))
        with pytest.raises(AssertionError):
            check_stitched(moved, 3, factor, tiles)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("source", ["colour", "grey"])
def test_complete_tiles_are_the_levels_of_the_master_to_the_bit(
    source: str, recipe: str, serve: Callable[..., Served]
) -> None:
    make, least = SOURCES[source]
    check_complete(serve(make(), least, RECIPES[recipe]))


def check_complete(served: Served) -> None:
    compared = 0
    levels = pyvips.Image.new_from_file(str(served.master)).get("n-pages")
    for factor, tiles in grids(served.info(3)):
        page = factor.bit_length() - 1
        if page >= levels:
            continue
        level = pyvips.Image.new_from_file(str(served.master), page=page).numpy()
        level = level[..., 0] if level.ndim == 3 and level.shape[2] == 1 else level
        for tile in tiles:
            inside = tile.x + tile.width <= level.shape[1] and tile.y + tile.height <= level.shape[0]
            if not inside or (tile.width, tile.height) != (256, 256):
                continue
            wanted = level[tile.y : tile.y + 256, tile.x : tile.x + 256]
            assert np.array_equal(np.asarray(served.picture(3, tile)), wanted), (factor, tile)
            compared += 1
    assert compared >= 4


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_large_picture_of_an_odd_size(serve: Callable[..., Served]) -> None:
    make, least = LARGE
    served = serve(make(), least, DEFAULT)
    for version in (2, 3):
        for factor, tiles in grids(served.info(version)):
            check_stitched(served, version, factor, tiles)
    check_complete(served)
