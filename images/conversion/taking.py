"""A source that is an access master already: its coded tiles as they are, in a new file with nothing else of it.

What conforms is decided by its directories alone; whether its levels show one picture is for the verification.
"""

import mmap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from images.conversion.pyramidfile import LONG, SHORT, UNDEFINED, CodedLevel, write
from images.conversion.recipes.recipe import Recipe
from images.engine.pyramid import GREY, JPEG, RGB, YCBCR, BrokenPyramid, Level, Pyramid
from images.engine.tiff import Data, Directory, directories

#: Tags of TIFF 6.0, those of its JPEG supplement, and the profile of ICC.1 annex B.
_REDUCED, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR = 254, 256, 257, 258, 259, 262, 277, 284
_TILE_WIDTH, _TILE_HEIGHT, _TABLES, _SUBSAMPLING, _PROFILE = 322, 323, 347, 530, 34675
_KINDS = ((GREY, 1), (RGB, 3), (YCBCR, 3))
#: The smallest level may be so many tiles wide and high: more would have to be joined for a thumbnail.
_LAST = 4


def conforms(path: Path, recipe: Recipe) -> bool:
    """Whether the file is a pyramid as this recipe makes them: tiles of its size in its codec, each level half."""
    if not recipe.take or recipe.codec != "jpeg":
        return False
    try:
        with _mapped(path) as data:
            levels = Pyramid(data).levels
    except (BrokenPyramid, ValueError):
        return False
    tiles_fit = all(_tiles_fit(level, recipe) for level in levels)
    return tiles_fit and all(_is_half(*pair) for pair in pairwise(levels)) and _ends_small(levels[-1])


def take(path: Path, target: Path, profile: bytes) -> None:
    """Copy the tiles of `path`, which conforms, into the new file `target`, with this profile."""
    with _mapped(path) as data:
        levels = Pyramid(data).levels
        write(target, coded(data, profile), sum(sum(level.counts) for level in levels))


def coded(data: Data, profile: bytes) -> list[CodedLevel]:
    """The levels of a pyramid, largest first, with the tags that they need and no others."""
    pyramid, found = Pyramid(data), list(directories(data))
    return [CodedLevel(_tags(level, found[level.page], profile), _tiles(pyramid, level)) for level in pyramid.levels]


def _mapped(path: Path) -> mmap.mmap:
    """ValueError for an empty file."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _tiles_fit(level: Level, recipe: Recipe) -> bool:
    square = (level.tile_width, level.tile_height) == (recipe.tile, recipe.tile)
    return square and level.compression == JPEG and (level.photometric, level.samples) in _KINDS and all(level.counts)


def _is_half(larger: Level, smaller: Level) -> bool:
    """Rounded down or up: both are usual."""
    sides = ((larger.width, smaller.width), (larger.height, smaller.height))
    alike = (larger.photometric, larger.samples) == (smaller.photometric, smaller.samples)
    return alike and all(half in (max(1, full // 2), -(-full // 2)) for full, half in sides)


def _ends_small(last: Level) -> bool:
    return max(last.columns, last.rows) <= _LAST


def _tiles(pyramid: Pyramid, level: Level) -> Iterator[bytes]:
    for row in range(level.rows):
        for column in range(level.columns):
            yield pyramid.tile(level, column, row)


def _tags(level: Level, found: Directory, profile: bytes) -> dict[int, tuple[int, tuple[int, ...] | bytes]]:
    tags: dict[int, tuple[int, tuple[int, ...] | bytes]] = {
        _REDUCED: (LONG, (int(level.page > 0),)),
        _WIDTH: (LONG, (level.width,)),
        _HEIGHT: (LONG, (level.height,)),
        _BITS: (SHORT, (8,) * level.samples),
        _COMPRESSION: (SHORT, (JPEG,)),
        _PHOTOMETRIC: (SHORT, (level.photometric,)),
        _SAMPLES: (SHORT, (level.samples,)),
        _PLANAR: (SHORT, (1,)),
        _TILE_WIDTH: (LONG, (level.tile_width,)),
        _TILE_HEIGHT: (LONG, (level.tile_height,)),
        _PROFILE: (UNDEFINED, profile),
    }
    if level.jpeg_tables:
        tags[_TABLES] = (UNDEFINED, level.jpeg_tables)
    if level.photometric == YCBCR:
        subsampling = found.get(_SUBSAMPLING, (2, 2))
        tags[_SUBSAMPLING] = (SHORT, subsampling if isinstance(subsampling, tuple) else (2, 2))
    return tags
