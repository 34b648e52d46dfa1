"""A picture request in pixels: what the grammar resolves to and the engine renders."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Derivative:
    """Take region (x, y, w, h) of the full image, scale it to width x height, mirror, rotate, then quality and format.

    The region lies inside the image; width and height are of the picture before rotation, at least 1.
    `rotation` is in degrees clockwise, 0 <= rotation < 360; `quality` is default, color, gray or bitonal;
    `format` is one of `images.iiif.formats.FORMATS`.
    """

    x: int
    y: int
    w: int
    h: int
    width: int
    height: int
    mirror: bool = False
    rotation: float = 0.0
    quality: str = "default"
    format: str = "jpg"

    def is_whole(self, width: int, height: int) -> bool:
        """Whether the region is all of a full image of that size."""
        return (self.x, self.y, self.w, self.h) == (0, 0, width, height)

    def turned(self) -> tuple[int, int]:
        """Width and height in pixels of the picture after rotation: of the box around it where it stands askew."""
        if self.rotation % 90 == 0:
            return (self.height, self.width) if self.rotation % 180 else (self.width, self.height)
        angle = math.radians(self.rotation)
        across, down = abs(math.cos(angle)), abs(math.sin(angle))
        return math.ceil(self.width * across + self.height * down), math.ceil(self.width * down + self.height * across)
