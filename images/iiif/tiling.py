"""What info.json says is cheap to ask for: whole pictures (`sizes`) and tiles (2.1.1 §5.2; 3.0 §5.3, §5.4). Pure."""

from dataclasses import dataclass
from math import log2

from images.facts import ImageFacts
from images.iiif.limits import Bounds


@dataclass(frozen=True, slots=True)
class Tiling:
    """Tiles of one size in pixels, and by what the full image is divided where there are such: ascending."""

    width: int
    height: int
    factors: tuple[int, ...]


def sizes(image: ImageFacts, bounds: Bounds) -> list[tuple[int, int]]:
    """The pyramid's levels, smallest first, as far as they may be asked for (3.0 §5.2: MUST)."""
    return [(w, h) for w, h, _, _ in reversed(image.levels) if bounds.allow(w, h)]


def tilings(image: ImageFacts, bounds: Bounds) -> list[Tiling]:
    """Every size of tile that is cheap, unique as §5.4 wants it, as far as such tiles may be asked for.

    The levels say which: one entry for each size of tile, with the scale factors of the levels that have such tiles.
    """
    factors: dict[tuple[int, int], set[int]] = {}
    for w, h, tile_w, tile_h in image.levels:
        if bounds.allow(min(tile_w, w), min(tile_h, h)):
            # Levels are halves of halves; rounding on the way makes the plain quotient miss the power of two.
            factor = 1 << round(log2(max(image.width, image.height) / max(w, h)))
            factors.setdefault((tile_w, tile_h), set()).add(factor)
    return [Tiling(w, h, tuple(sorted(found))) for (w, h), found in factors.items()]
