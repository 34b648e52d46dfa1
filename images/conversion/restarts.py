"""How many MCUs lie between two restart markers of a tile: what the engine can join without decoding. Pure."""

from dataclasses import dataclass
from math import gcd

from images.conversion.recipes.recipe import AUTO

#: Levels up to this edge, in pixels, are joined as a whole: the sizes that info.json lists, and first screens.
WHOLE = 4096


@dataclass(frozen=True, slots=True)
class Grid:
    """One level in MCUs across: of a tile, of the level, and of all that its tiles hold of the picture, which may be a
    pixel more. `edge` is its longer edge in pixels, `least` the smallest interval that is worth its bytes."""

    tile: int
    level: int
    held: int
    edge: int
    least: int = 1


def interval(restart: int | str, grid: Grid, *, last: bool) -> int:
    """The interval of a tile in the last column of its level, or of another one.

    By itself (AUTO) it is as large as can be: a row of a tile, with which blocks of whole tiles are joined; or what
    that and both widths have in common, where the right edge is to be joined too: in all tiles of a level that is
    joined as a whole, and in the last column of every other, whose tiles stand alone at least.
    """
    if isinstance(restart, int):
        return restart
    assert restart == AUTO
    common = gcd(grid.tile, grid.level, grid.held)
    return common if common >= grid.least and (last or grid.edge <= WHOLE) else grid.tile
