"""Access masters as the engine sees them: the levels of a pyramidal TIFF and where every tile lies (DESIGN §8).

Opened pyramids are kept, least recently used first out. A master is immutable and its path contains its digest, so
what was read once stays true and no file is looked at twice.
"""

import copy
import mmap
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from images.engine.tiff import BrokenPyramid, Data, Directory, directories
from images.metadata.found import Metadata
from images.metadata.master import of as metadata_of

__all__ = ["PYRAMIDS", "BrokenPyramid", "Level", "Pyramid", "Pyramids", "open_pyramid"]

JPEG = 7
GREY, RGB, YCBCR = 1, 2, 6

# TIFF 6.0 tags
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR = 256, 257, 258, 259, 262, 277, 284
_TILE_WIDTH, _TILE_HEIGHT, _OFFSETS, _COUNTS, _JPEG_TABLES, _PROFILE = 322, 323, 324, 325, 347, 34675
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 282, 283, 296
#: Millimetres of an inch and a centimetre; a pyramid of other units (1: none) does not say how large it is.
_MILLIMETRES = {2: 25.4, 3: 10.0}
_LARGEST_TILE = 4096
#: Bytes of memory: two numbers and their places in tuples for each tile; directories, profile and metadata.
_PER_TILE, _PER_PYRAMID = 80, 20_000
#: Bytes of metadata up to which an opened pyramid keeps them.
_KEPT_METADATA = 1 << 16


@dataclass(frozen=True, slots=True)
class Level:
    """One level. Sizes in pixels; tiles in rows from the top left, `offsets` and `counts` in bytes, one per tile.

    `page` is its place among the directories of the file, from 0. `scale_x` and `scale_y` say how many pixels of the
    full image one pixel of this level covers.
    """

    page: int
    width: int
    height: int
    tile_width: int
    tile_height: int
    scale_x: float
    scale_y: float
    offsets: tuple[int, ...]
    counts: tuple[int, ...]
    compression: int
    photometric: int
    samples: int
    bits: int
    jpeg_tables: bytes

    @property
    def columns(self) -> int:
        return -(-self.width // self.tile_width)

    @property
    def rows(self) -> int:
        return -(-self.height // self.tile_height)


class Pyramid:
    """An opened master: `levels` largest first, `profile` the ICC profile (empty where there is none that fits).

    `pixels_per_mm` (across, down) is that of the largest level in the file, None where nobody knows.

    There is no close(): the map goes when its last user lets go of it, so dropping a pyramid never pulls the file from
    under another thread.
    """

    def __init__(self, data: Data) -> None:
        self._data = data
        self._metadata: Metadata | None = None
        found = list(directories(data))
        if not found:
            raise BrokenPyramid("there is no picture in the file")
        full = (_number(found[0], _WIDTH), _number(found[0], _HEIGHT))
        self.levels = tuple(_level(directory, n, full, len(data)) for n, directory in enumerate(found))
        for larger, smaller in zip(self.levels, self.levels[1:], strict=False):
            if smaller.width >= larger.width or smaller.height > larger.height:
                raise BrokenPyramid("the levels do not get smaller")
        self.profile = _profile(found[0], self.levels[0].samples)
        self.pixels_per_mm = _resolution(found[0])

    @property
    def width(self) -> int:
        return self.levels[0].width

    @property
    def height(self) -> int:
        return self.levels[0].height

    def without(self, largest: int) -> "Pyramid":
        """The same without its so many largest levels: the largest that is left is the full image there."""
        if not largest:
            return self
        full = self.levels[largest]
        reduced = copy.copy(self)
        if self.pixels_per_mm:
            across, down = self.pixels_per_mm
            reduced.pixels_per_mm = (across / full.scale_x, down / full.scale_y)
        reduced.levels = tuple(
            replace(level, scale_x=level.scale_x / full.scale_x, scale_y=level.scale_y / full.scale_y)
            for level in self.levels[largest:]
        )
        return reduced

    def metadata(self) -> Metadata:
        """The EXIF, IPTC and XMP in the file: read once, unless they are so long that they are read each time."""
        if self._metadata is not None:
            return self._metadata
        found = metadata_of(cast(bytes, self._data))  # of a TIFF slices are enough
        if len(found.exif) + len(found.iptc) + len(found.xmp) <= _KEPT_METADATA:
            self._metadata = found
        return found

    @property
    def weight(self) -> int:
        """Bytes of memory that it holds, about: where its tiles lie. What the file itself holds is the system's."""
        return sum(_PER_TILE * len(level.offsets) for level in self.levels) + _PER_PYRAMID

    def tile(self, level: Level, column: int, row: int) -> bytes:
        """The bytes of one tile as they stand in the file."""
        index = row * level.columns + column
        start = level.offsets[index]
        return self._data[start : start + level.counts[index]]


def open_pyramid(path: Path) -> Pyramid:
    """Read the directories of a master. Raises BrokenPyramid, or OSError where the file cannot be read."""
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:
            raise BrokenPyramid(f"{path.name}: the file is empty") from error
    try:
        return Pyramid(data)
    except BrokenPyramid as error:
        raise BrokenPyramid(f"{path.name}: {error}") from error


class Pyramids:
    """At most `most` opened pyramids of `limit` bytes together, for all threads. Each keeps a file open too."""

    def __init__(self, most: int, limit: int = 1 << 26) -> None:
        self._most, self._limit = most, limit
        self._weight = 0
        self._opened: OrderedDict[Path, Pyramid] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path) -> Pyramid:
        """The pyramid at this path. Two threads may both open a new one; one of the two is kept."""
        with self._lock:
            known = self._opened.get(path)
            if known is not None:
                self._opened.move_to_end(path)
                return known
        opened = open_pyramid(path)
        with self._lock:
            for gone in [known for known in self._opened if not known.exists()]:  # else a cache would free no room
                self._weight -= self._opened.pop(gone).weight
            kept = self._opened.setdefault(path, opened)
            self._weight += opened.weight if kept is opened else 0
            while len(self._opened) > self._most or (self._weight > self._limit and len(self._opened) > 1):
                self._weight -= self._opened.popitem(last=False)[1].weight
        return kept

    def __len__(self) -> int:
        return len(self._opened)


PYRAMIDS = Pyramids(most=256)


def _level(directory: Directory, n: int, full: tuple[int, int], size: int) -> Level:
    width, height = _number(directory, _WIDTH), _number(directory, _HEIGHT)
    tile_width, tile_height = _number(directory, _TILE_WIDTH), _number(directory, _TILE_HEIGHT)
    if tile_width % 16 or tile_height % 16 or max(tile_width, tile_height) > _LARGEST_TILE:
        raise BrokenPyramid(f"tiles of {tile_width} x {tile_height} pixels")
    if _number(directory, _PLANAR, default=1) != 1:
        raise BrokenPyramid("the channels lie in separate tiles")
    level = Level(
        page=n,
        width=width,
        height=height,
        tile_width=tile_width,
        tile_height=tile_height,
        scale_x=_scale(full[0], width, n),
        scale_y=_scale(full[1], height, n),
        offsets=_numbers(directory, _OFFSETS),
        counts=_numbers(directory, _COUNTS),
        compression=_number(directory, _COMPRESSION, default=1),
        photometric=_number(directory, _PHOTOMETRIC, least=0),
        samples=_number(directory, _SAMPLES, default=1),
        bits=_number(directory, _BITS, default=1),
        jpeg_tables=_jpeg_tables(directory),
    )
    if level.bits != 8 or level.samples not in (1, 3):
        raise BrokenPyramid(f"{level.samples} channels of {level.bits} bits")
    _check_tiles(level, size)
    return level


def _check_tiles(level: Level, size: int) -> None:
    if not len(level.offsets) == len(level.counts) == level.columns * level.rows:
        raise BrokenPyramid(f"{len(level.offsets)} tiles where {level.columns * level.rows} are needed")
    if any(start + count > size for start, count in zip(level.offsets, level.counts, strict=True)):
        raise BrokenPyramid("a tile lies beyond the end of the file")


def _scale(full: int, reduced: int, n: int) -> float:
    """How many pixels of the full edge one pixel of the n-th level covers.

    Writers of pyramids halve by averaging 2 x 2 pixels and drop (libvips) or repeat the odd last one: a pixel then
    covers exactly 2^n, and an edge of 1023 has 511 pixels for 1022 of its own. Taking 1023/511 instead would shift the
    picture, by up to a pixel at the far edge. Only where the sizes say otherwise is it their ratio.
    """
    step: int = 2**n
    if reduced in (max(1, full // step), -(-full // step)):
        return float(step)
    return full / reduced


def _profile(directory: Directory, samples: int) -> bytes:
    """The ICC profile if it is for that many channels, else none: a wrong one is worse (ICC.1 §7.2.6: colour space)."""
    profile = directory.get(_PROFILE, b"")
    wanted = b"GRAY" if samples == 1 else b"RGB "
    return profile if isinstance(profile, bytes) and profile[16:20] == wanted else b""


def _resolution(directory: Directory) -> tuple[float, float] | None:
    """TIFF 6.0 p. 38: pixels per unit, inches where no unit is named."""
    unit = _MILLIMETRES.get(_number(directory, _RESOLUTION_UNIT, default=2))
    pair = directory.get(_X_RESOLUTION), directory.get(_Y_RESOLUTION)
    if unit is None or not all(isinstance(value, tuple) and len(value) == 2 and all(value) for value in pair):
        return None
    across, down = (int(value[0]) / int(value[1]) / unit for value in pair if value)
    return across, down


def _jpeg_tables(directory: Directory) -> bytes:
    tables = directory.get(_JPEG_TABLES, b"")
    if not isinstance(tables, bytes) or (tables and not (tables[:2] == b"\xff\xd8" and tables[-2:] == b"\xff\xd9")):
        raise BrokenPyramid("the JPEG tables are not a JPEG stream")
    return tables


def _numbers(directory: Directory, tag: int) -> tuple[int, ...]:
    values = directory.get(tag)
    if not isinstance(values, tuple) or not values:
        raise BrokenPyramid(f"tag {tag} is missing")
    return values


def _number(directory: Directory, tag: int, default: int | None = None, least: int = 1) -> int:
    """The first value of a tag."""
    if tag not in directory and default is not None:
        return default
    value = _numbers(directory, tag)[0]
    if value < least:
        raise BrokenPyramid(f"tag {tag} is {value}")
    return value
