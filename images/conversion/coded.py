"""The levels of a pyramid, coded tile by tile, in one pass over the picture: never more of it is held than strips."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

from PIL import Image

from images.conversion import pyramidfile
from images.conversion.pyramidfile import LONG, SHORT, UNDEFINED, CodedLevel, Tags
from images.conversion.recipes.recipe import Recipe
from images.conversion.restarts import Grid, interval
from images.conversion.tilecoding import Coding
from images.engine.pyramid import JPEG, YCBCR

#: Bytes of the tiles of a smaller level up to which they wait in memory; more wait in a file.
_WAITING = 1 << 20


@dataclass(frozen=True, slots=True)
class Shape:
    """One level in pixels: its size, and that with the odd last column and row of the one above, which it drops."""

    width: int
    height: int
    whole_width: int
    whole_height: int


def shapes(width: int, height: int, tile: int) -> list[Shape]:
    """Each half of the one before, rounded down, until one is a single tile or a line: as libvips has them."""
    found = [Shape(width, height, width, height)]
    while max(found[-1].width, found[-1].height) > tile and min(found[-1].width, found[-1].height) > 1:
        n = len(found)
        found.append(Shape(width >> n, height >> n, -(-width >> n), -(-height >> n)))
    return found


def write(
    path: Path, strips: Iterable[bytes | bytearray], size: tuple[int, int], bands: int, recipe: Recipe, profile: bytes
) -> None:
    """Make the pyramid `path`, which does not exist, of strips of `recipe.tile` rows.

    Tiles of the largest level are written as they are made; those of the others wait beside it until it is done, so
    that what a viewer reads first lies together.
    """
    coding, shaped = Coding(bands, recipe.quality), shapes(*size, recipe.tile)
    with ExitStack() as stack:
        levels: list[_Level] = []
        for shape in reversed(shaped):
            spool = stack.enter_context(_Spool(path.parent))
            levels.insert(0, _Level(shape, coding, recipe, spool, levels[0] if levels else None))
        tables = coding.tables()
        made = [
            CodedLevel(_tags(level.shape, n, coding, recipe.tile, tables, profile), level.spool)
            for n, level in enumerate(levels)
        ]
        largest = CodedLevel(made[0].tags, levels[0].through(strips))
        # Coded, a picture of this size is smaller than its pixels.
        pyramidfile.write(path, [largest, *made[1:]], size[0] * size[1] * bands)


class _Spool:
    """Tiles that wait to be written, in their order."""

    def __init__(self, folder: Path) -> None:
        self._file = SpooledTemporaryFile(max_size=_WAITING, dir=str(folder))  # noqa: SIM115  closed by __exit__
        self._lengths: list[int] = []

    def __enter__(self) -> "_Spool":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, tiles: Iterable[bytes]) -> None:
        for tile in tiles:
            self._lengths.append(len(tile))
            self._file.write(tile)

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        for length in self._lengths:
            yield self._file.read(length)


class _Level:
    """A level that is being made. The one above puts the pixels of a row of tiles into its strip, piece by piece."""

    def __init__(self, shape: Shape, coding: Coding, recipe: Recipe, spool: _Spool, below: "_Level | None") -> None:
        self.shape, self.spool = shape, spool
        self._coding, self._edge, self._below = coding, recipe.tile, below
        self._columns, self._rows = -(-shape.width // self._edge), -(-shape.height // self._edge)
        self._strip = Image.new(coding.mode, (shape.whole_width, self._edge))
        self._filled = self._passed = self._row = 0
        self._interval, self._interval_of_last = (
            interval(recipe.restart, self._grid(), last=last) for last in (False, True)
        )

    def through(self, strips: Iterable[bytes | bytearray]) -> Iterator[bytes]:
        """The tiles of this level, made of strips of pixels; those below it wait in their spools."""
        mode, line = self._coding.mode, self.shape.whole_width * self._coding.bands
        for strip in strips:
            rows, seen = len(strip) // line, memoryview(strip)

            def part(left: int, width: int, rows: int = rows, seen: memoryview = seen) -> Image.Image:
                data: Any = seen[left * self._coding.bands :]  # Pillow takes any buffer, and does not say so
                return Image.frombytes(mode, (width, rows), data, "raw", mode, line, 1)

            yield from self._tiles(part, rows)

    def _grid(self) -> Grid:
        tile, shape = self._edge, self.shape
        held = min(shape.whole_width, self._columns * tile)
        of_tile, of_level, of_held = (-(-pixels // self._coding.mcu) for pixels in (tile, shape.width, held))
        return Grid(of_tile, of_level, of_held, max(shape.width, shape.height), self._coding.least)

    def _tiles(self, part: Callable[[int, int], Image.Image], rows: int) -> Iterator[bytes]:
        """A row of tiles, of so many rows of pixels; `part` gives those from a column on, in a width."""
        for column in range(-(-self.shape.whole_width // self._edge)):
            left = column * self._edge
            picture = part(left, min(self._edge, self.shape.whole_width - left))
            if column < self._columns and self._row < self._rows:
                last = column == self._columns - 1
                tile = _continued(picture, self._edge)
                yield self._coding.tile(tile, self._interval_of_last if last else self._interval)
            if self._below:
                # The mean of 2 x 2 pixels, or of those that there are where a column or row is odd.
                self._below._strip.paste(picture.reduce(2), (left // 2, self._below._filled))
        self._row += 1
        if self._below:
            self._below._advance(-(-rows // 2))

    def _advance(self, rows: int) -> None:
        """So many rows more are in the strip."""
        self._filled += rows
        self._passed += rows
        if self._filled == self._edge or self._passed == self.shape.whole_height:
            self.spool.put(self._tiles(self._of_strip, self._filled))
            self._filled = 0

    def _of_strip(self, left: int, width: int) -> Image.Image:
        return self._strip.crop((left, 0, left + width, self._filled))


def _continued(picture: Image.Image, edge: int) -> Image.Image:
    """A tile of it that repeats its last column and row: what lies beyond the edge shares blocks with what does not."""
    width, height = picture.size
    if (width, height) == (edge, edge):
        return picture
    tile = Image.new(picture.mode, (edge, edge))
    tile.paste(picture, (0, 0))
    if width < edge:
        column = picture.crop((width - 1, 0, width, height))
        tile.paste(column.resize((edge - width, height), Image.Resampling.NEAREST), (width, 0))
    if height < edge:
        row = tile.crop((0, height - 1, edge, height))
        tile.paste(row.resize((edge, edge - height), Image.Resampling.NEAREST), (0, height))
    return tile


def _tags(shape: Shape, n: int, coding: Coding, tile: int, tables: bytes, profile: bytes) -> Tags:
    """As libvips writes them (TIFF 6.0 and its JPEG supplement)."""
    tags: dict[int, tuple[int, tuple[int, ...] | bytes]] = {
        254: (LONG, (int(n > 0),)),
        256: (LONG, (shape.width,)),
        257: (LONG, (shape.height,)),
        258: (SHORT, (8,) * coding.bands),
        259: (SHORT, (JPEG,)),
        262: (SHORT, (coding.photometric,)),
        274: (SHORT, (1,)),
        277: (SHORT, (coding.bands,)),
        284: (SHORT, (1,)),
        322: (LONG, (tile,)),
        323: (LONG, (tile,)),
        339: (SHORT, (1,) * coding.bands),
        347: (UNDEFINED, tables),
        34675: (UNDEFINED, profile),
    }
    if coding.photometric == YCBCR:
        tags[530] = (SHORT, (2, 2))
    return tags
