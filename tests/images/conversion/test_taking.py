"""Sources that are pyramids already: taken tile by tile where they conform, converted like any other where not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pyvips

from images.conversion import vips
from images.conversion.pyramidfile import write
from images.conversion.recipes.recipe import DEFAULT, Recipe
from images.conversion.taking import coded
from images.conversion.work import Result, Work
from images.engine.pyramid import Pyramid, open_pyramid
from tests.media.photograph import picture

TAKEN = "taken as it is: it is such a pyramid already"


def photograph(width: int = 1201, height: int = 803, seed: int = 1) -> pyvips.Image:
    return pyvips.Image.new_from_array(np.asarray(picture(width, height, seed=seed))).copy(interpretation="srgb")


def pyramid(path: Path, image: pyvips.Image, **options: Any) -> Path:
    usual = {"tile": True, "tile_width": 256, "tile_height": 256, "pyramid": True, "compression": "jpeg", "Q": 80}
    image.tiffsave(str(path), **{**usual, **options})
    return path


def convert(source: Path, recipe: Recipe = DEFAULT) -> tuple[Result, Pyramid]:
    target = source.with_name("master.tif")
    result = vips.convert(Work(source, target, recipe), lambda progress, stage: None)
    return result, open_pyramid(target)


def tiles(pyramid: Pyramid) -> list[bytes]:
    return [
        pyramid.tile(level, column, row)
        for level in pyramid.levels
        for row in range(level.rows)
        for column in range(level.columns)
    ]


@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("bands", [1, 3])
def test_a_conforming_pyramid_keeps_every_tile(tmp_path: Path, bands: int, bigtiff: bool) -> None:
    image = photograph() if bands == 3 else photograph().colourspace("b-w")
    source = pyramid(tmp_path / "p.tif", image, bigtiff=bigtiff)
    result, master = convert(source)
    assert TAKEN in result.done
    assert tiles(master) == tiles(open_pyramid(source))
    assert [level[:2] for level in result.levels] == [(1201, 803), (600, 401), (300, 200), (150, 100)]
    assert master.profile[16:20] == (b"RGB " if bands == 3 else b"GRAY")
    assert result.assumed["profile"].startswith("sRGB" if bands == 3 else "sGray")
    opened = pyvips.Image.new_from_file(str(tmp_path / "master.tif"))
    assert (opened - pyvips.Image.new_from_file(str(source))).abs().max() == 0


def test_what_a_taken_pyramid_carries_beside_its_tiles_stays_behind(tmp_path: Path) -> None:
    image = photograph().copy()
    image.set_type(pyvips.GValue.gstr_type, "image-description", "secret words")
    source = pyramid(tmp_path / "p.tif", image)
    source.write_bytes(source.read_bytes() + b"appended secret")
    convert(source)
    assert b"appended secret" not in (tmp_path / "master.tif").read_bytes()


NOT_TAKEN: dict[str, Callable[[Path], Path]] = {
    "tiles of another size": lambda path: pyramid(path, photograph(), tile_width=128, tile_height=128),
    "another codec": lambda path: pyramid(path, photograph(), compression="deflate"),
    "no levels": lambda path: pyramid(path, photograph(), pyramid=False),
    "16 bits": lambda path: pyramid(path, photograph().cast("ushort") * 256, compression="deflate"),
    "a profile that changes colours": lambda path: pyramid(
        path, photograph().icc_transform("p3", input_profile="srgb")
    ),
    "strips": lambda path: pyramid(path, photograph(), tile=False, pyramid=False),
}


@pytest.mark.parametrize("kind", NOT_TAKEN)
def test_what_does_not_conform_is_converted(tmp_path: Path, kind: str) -> None:
    result, _ = convert(NOT_TAKEN[kind](tmp_path / "p.tif"))
    assert TAKEN not in result.done
    assert result.done[-1] == "pyramid, JPEG 89 4:2:0"


def test_a_recipe_may_refuse_to_take(tmp_path: Path) -> None:
    source = pyramid(tmp_path / "p.tif", photograph())
    assert TAKEN not in convert(source, replace(DEFAULT, take=False))[0].done


def test_levels_of_other_pictures_are_made_anew(tmp_path: Path) -> None:
    """A file whose smaller pictures show something else has a conforming form; nobody may see them."""
    one, other = (pyramid(tmp_path / f"{n}.tif", photograph(1200, 800, seed=n)) for n in (1, 2))
    mixed = tmp_path / "mixed.tif"
    mixed.write_bytes(_with_levels_of(one, other))
    result, _ = convert(mixed)
    assert TAKEN not in result.done
    made = pyvips.Image.new_from_file(str(tmp_path / "master.tif"), page=1)
    wanted = pyvips.Image.new_from_file(str(one), page=1)
    assert (made - wanted).abs().avg() < 5


def _with_levels_of(first: Path, rest: Path) -> bytes:
    """The largest level of one pyramid and the other levels of another, as one file."""
    largest, *_ = coded(first.read_bytes(), open_pyramid(first).profile)
    _, *smaller = coded(rest.read_bytes(), open_pyramid(rest).profile)
    target = first.with_name("made.tif")
    write(target, [largest, *smaller], 1000)
    return target.read_bytes()
