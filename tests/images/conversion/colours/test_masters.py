"""Whole conversions: the master, read by Pillow, against the colours that the source means.

JPEG adds a little inside flat squares, and where 4:2:0 joins two of them much more, for two pixels each way.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pyvips
from numpy.typing import NDArray
from PIL import Image

from images.conversion import vips
from images.conversion.recipes.recipe import DEFAULT, FIDELITY, Recipe
from images.conversion.work import Result, Work
from tests.media import deltae, profiles
from tests.media.deltae import Array
from tests.media.patches import stored

SIDE, ACROSS, DOWN = 48, 8, 6
#: CIEDE2000: the mean over all pixels, and the 99th percentile of those that are not at an edge.
WITHIN = {"default": (1.0, 1.6), "fidelity": (0.5, 1.2)}
#: How far from its edge a square is flat in 4:2:0.
EDGE = 4


def patches(channels: int) -> Array:
    """Flat squares of colours that sRGB has, 0 to 1."""
    colours = np.random.default_rng(8).uniform(0.1, 0.9, (DOWN, ACROSS, channels))
    if channels == 3:
        colours = 0.3 + colours * 0.4
    if channels == 4:
        colours = colours * (0.5, 0.5, 0.5, 0.3)
    return np.asarray(colours.repeat(SIDE, axis=0).repeat(SIDE, axis=1))


def convert(source: Path, recipe: Recipe) -> tuple[Result, Array]:
    """The result, and the pixels of the master as RGB."""
    target = source.with_name(f"{source.name}.{recipe.name}.tif")
    result = vips.convert(Work(source, target, recipe), lambda progress, stage: None)
    with Image.open(target) as master:
        assert len(master.info["icc_profile"]) < 500
        return result, np.asarray(master.convert("RGB"), float)


def with_pillow(path: Path, numbers: NDArray[np.uint8], mode: str, profile: bytes) -> Path:
    Image.frombytes(mode, (numbers.shape[1], numbers.shape[0]), numbers.tobytes()).save(path, icc_profile=profile)
    return path


def with_libvips(path: Path, numbers: Array, interpretation: str, profile: bytes) -> Path:
    image = pyvips.Image.new_from_array(numbers).copy(interpretation=interpretation)
    if profile:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    image.tiffsave(str(path), compression="deflate")
    return path


@dataclass(frozen=True)
class Source:
    name: str
    channels: int
    write: Callable[[Path, Array], Path]
    expected: Callable[[Array], Array]


def matrix(primaries: object, white: Array, exponent: float) -> Callable[[Array], Array]:
    columns = deltae.primaries_matrix(primaries, white)
    return lambda n: deltae.xyz_to_srgb(n**exponent @ columns.T)


def grey(exponent: float) -> Callable[[Array], Array]:
    return lambda n: np.repeat(deltae.linear_to_srgb(n**exponent), 3, axis=2)


def inks(numbers: Array) -> Array:
    return deltae.xyz_to_srgb(deltae.lab_to_xyz(profiles.interpolated(numbers)))


def as_lab(path: Path, numbers: Array) -> Path:
    """CIELab of 8 bits (TIFF 6.0 §23): a* and b* are signed."""
    values = np.round(deltae.xyz_to_lab(deltae.srgb_to_xyz(numbers)) * (2.55, 1, 1))
    return with_pillow(path, (values % 256).astype(np.uint8), "LAB", b"")


SOURCES = [
    Source(
        "AdobeRGB.png",
        3,
        lambda path, n: with_pillow(path, stored(n, 8), "RGB", profiles.adobe_rgb()),
        matrix(profiles.ADOBE_RGB, deltae.D65, 563 / 256),
    ),
    Source(
        "AdobeRGB-16.tif",
        3,
        lambda path, n: with_libvips(path, stored(n, 16), "rgb16", profiles.adobe_rgb()),
        matrix(profiles.ADOBE_RGB, deltae.D65, 563 / 256),
    ),
    Source(
        "ProPhoto-16.tif",
        3,
        lambda path, n: with_libvips(path, stored(n, 16), "rgb16", profiles.prophoto()),
        matrix(profiles.PROPHOTO, deltae.D50, 461 / 256),
    ),
    Source("sRGB-16.tif", 3, lambda path, n: with_libvips(path, stored(n, 16), "rgb16", b""), lambda n: n),
    Source("light.tif", 3, lambda path, n: with_libvips(path, stored(n, 32), "scrgb", b""), deltae.linear_to_srgb),
    Source("lab.tif", 3, as_lab, lambda n: n),
    Source("CMYK.tif", 4, lambda path, n: with_pillow(path, stored(n, 8), "CMYK", profiles.cmyk()), inks),
    Source("CMYK.jpg", 4, lambda path, n: with_pillow(path, stored(n, 8), "CMYK", profiles.cmyk()), inks),
    Source("CMYK-16.tif", 4, lambda path, n: with_libvips(path, stored(n, 16), "cmyk", profiles.cmyk()), inks),
    Source(
        "grey-1.8.png",
        1,
        lambda path, n: with_pillow(path, stored(n, 8), "L", profiles.grey(profiles.gamma(1.8))),
        grey(461 / 256),
    ),
    Source(
        "grey-linear-16.tif",
        1,
        lambda path, n: with_libvips(path, stored(n, 16), "grey16", profiles.grey(profiles.gamma(1))),
        grey(1),
    ),
]


@pytest.mark.parametrize("recipe", [DEFAULT, FIDELITY], ids=lambda recipe: recipe.name)
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_the_master_has_the_colours_of_the_source(tmp_path: Path, source: Source, recipe: Recipe) -> None:
    difference = measured(tmp_path, source, recipe)
    mean, far = WITHIN[recipe.name]
    assert difference.mean() <= mean
    assert np.percentile(inside(difference), 99) <= far


def inside(difference: Array) -> Array:
    squares = difference.reshape(DOWN, SIDE, ACROSS, SIDE)
    return squares[:, EDGE:-EDGE, :, EDGE:-EDGE]


def measured(folder: Path, source: Source, recipe: Recipe) -> Array:
    numbers = patches(source.channels)
    _, seen = convert(source.write(folder / source.name, numbers), recipe)
    return deltae.between(seen, of_squares(source.expected, numbers) * 255)


def of_squares(expected: Callable[[Array], Array], numbers: Array) -> Array:
    """What is expected of squares of one colour each."""
    return np.asarray(expected(numbers[::SIDE, ::SIDE]).repeat(SIDE, axis=0).repeat(SIDE, axis=1))


# -------------------------------------------------------------------------------------------------------- transparency
def with_transparency(path: Path, inks: Array, opacity: Array, profile: bytes) -> Path:
    numbers = np.concatenate([stored(inks, 8), stored(opacity, 8)[..., None]], axis=2)
    image = pyvips.Image.new_from_array(numbers).copy(interpretation="cmyk")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    image.tiffsave(str(path))
    data = path.read_bytes()
    meaning = struct.pack("<HHII", 338, 3, 1, 2)
    assert data.count(meaning) == 1, "not multiplied by the transparency"
    return path


def test_transparent_ink_lies_on_paper_before_it_becomes_colour(tmp_path: Path) -> None:
    """Half of an ink is what editors show: the mean of the inks, not the mean of their colours."""
    numbers = patches(4)
    opacity = np.ones(numbers.shape[:2])
    opacity[: 2 * SIDE] = 0
    opacity[2 * SIDE : 4 * SIDE] = 128 / 255
    source = with_transparency(tmp_path / "ink.tif", numbers, opacity, profiles.cmyk())
    result, seen = convert(source, FIDELITY)
    difference = inside(deltae.between(seen, of_squares(inks, numbers * opacity[..., None]) * 255))
    assert difference.mean() < 0.6
    assert difference.max() < 1.5
    assert result.done[:2] == ("transparency laid on the background", "converted to sRGB by its profile")
    assert seen[: 2 * SIDE - EDGE].min() >= 254


def test_transparent_light_lies_on_white_in_the_colours_of_its_own_profile(tmp_path: Path) -> None:
    numbers = patches(3)
    opacity = np.full(numbers.shape[:2], 51 / 255)
    pixels = np.concatenate([stored(numbers, 8), stored(opacity, 8)[..., None]], axis=2)
    source = with_pillow(tmp_path / "light.png", pixels, "RGBA", profiles.adobe_rgb())
    _, seen = convert(source, FIDELITY)
    laid = numbers * opacity[..., None] + 1 - opacity[..., None]
    expected = matrix(profiles.ADOBE_RGB, deltae.D65, 563 / 256)(laid) * 255
    assert inside(deltae.between(seen, expected)).mean() < 0.6
