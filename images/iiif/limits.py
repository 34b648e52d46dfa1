"""What the service gives at most, and what of that holds for one picture (2.1.1 §5.3, 3.0 §5.2)."""

from dataclasses import dataclass

from images.iiif.formats import COMMON


@dataclass(frozen=True, slots=True)
class Picture:
    """The full image: its size, and the sizes (width, height) of its pyramid's levels, largest first."""

    width: int
    height: int
    levels: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest answers about one picture: maxWidth, maxHeight and maxArea, in pixels.

    `enlarging`: a size may be above the region that it is asked of.
    """

    width: int
    height: int
    area: int
    enlarging: bool = False

    def allow(self, width: int, height: int) -> bool:
        return width <= self.width and height <= self.height and width * height <= self.area


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest answers, width and height and area in pixels; how far a picture is enlarged; the formats offered.

    `max_upscale` is how many times as wide and as high as the full image an answer may be; up to 1: nothing is
    enlarged. It bounds the answer, not how far a region is magnified, so that it can be stated as maxWidth and
    maxHeight: then `^max` is what a client works out from info.json.
    """

    max_edge: int
    max_area: int
    max_upscale: float = 1
    formats: tuple[str, ...] = COMMON

    def of(self, width: int, height: int) -> Bounds:
        """What holds for a picture of that size."""
        if self.max_upscale <= 1:
            return Bounds(self.max_edge, self.max_edge, self.max_area)
        wide, high = (int(min(self.max_edge, edge * self.max_upscale)) for edge in (width, height))
        return Bounds(wide, high, self.max_area, enlarging=True)

    def allow(self, width: int, height: int) -> bool:
        """Whether any answer may be so large."""
        return max(width, height) <= self.max_edge and width * height <= self.max_area
