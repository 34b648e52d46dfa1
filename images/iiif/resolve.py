"""From what was asked to pixels of one picture, and back to the canonical form (2.1.1 §4.1-4.7, 3.0 §4.1-4.8).

One rounding rule throughout, half up, and one source of truth beside it: the sizes of the pyramid's levels, which
info.json lists. `w,` and `,h` of the whole picture give exactly the level of that width or height when there is one.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from images.iiif.derivative import Derivative
from images.iiif.request import BadRequest, Parameters, Region, Size


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest answers: width and height in pixels, and area in pixels."""

    max_edge: int
    max_area: int

    def allow(self, width: int, height: int) -> bool:
        return max(width, height) <= self.max_edge and width * height <= self.max_area


@dataclass(frozen=True, slots=True)
class Picture:
    """The full image: its size, and the sizes (width, height) of its pyramid's levels, largest first."""

    width: int
    height: int
    levels: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Extract:
    """The extracted region, as far as its size matters; `known` are ready-made sizes of the same content."""

    w: int
    h: int
    known: tuple[tuple[int, int], ...]

    def height_for(self, width: int) -> int:
        ready = next((height for known, height in self.known if known == width), 0)
        return ready or max(1, half_up(self.h * width, self.w))

    def width_for(self, height: int) -> int:
        ready = next((width for width, known in self.known if known == height), 0)
        return ready or max(1, half_up(self.w * height, self.h))

    def largest(self, width: int, height: int, area: int) -> tuple[int, int]:
        """The largest size of this shape that fits in width x height (both at least 1) and has at most that area."""
        if width * self.h <= height * self.w:
            width = min(width, area, max(1, isqrt(area * self.w // self.h)))
            return width, min(height, self.height_for(width), area // width)
        height = min(height, area, max(1, isqrt(area * self.h // self.w)))
        return min(width, self.width_for(height), area // height), height

    def maximum(self, limits: Limits) -> tuple[int, int]:
        """What `max` means: all of it, or as much as the limits allow."""
        return self.largest(min(self.w, limits.max_edge), min(self.h, limits.max_edge), limits.max_area)


def half_up(numerator: int | Fraction, denominator: int) -> int:
    return int((2 * numerator + denominator) // (2 * denominator))


def resolve(asked: Parameters, picture: Picture, limits: Limits) -> Derivative:
    """The derivative that answers the request; BadRequest when there is none.

    Quality `color` is resolved to `default`: our default is all the colour there is.
    """
    x, y, w, h = _region(asked.region, picture)
    width, height = _size(asked.size, _extract(w, h, picture), limits)
    return Derivative(
        x,
        y,
        w,
        h,
        width,
        height,
        mirror=asked.mirror,
        rotation=asked.rotation,
        quality="default" if asked.quality == "color" else asked.quality,
        format=asked.format,
    )


def canonical(version: int, derivative: Derivative, picture: Picture, limits: Limits) -> str:
    """region/size/rotation/quality.format in the canonical form of that version (2.1.1 §4.7, 3.0 §4.8)."""
    region = (derivative.x, derivative.y, derivative.w, derivative.h)
    region_text = "full" if region == (0, 0, picture.width, picture.height) else ",".join(map(str, region))
    size_text = _canonical_size(version, derivative, _extract(derivative.w, derivative.h, picture), limits)
    # The grammar allows ten digits behind the point; an integer is written as one.
    degrees = f"{derivative.rotation:.10f}".rstrip("0").rstrip(".")
    rotation = f"{'!' if derivative.mirror else ''}{degrees}"
    return f"{region_text}/{size_text}/{rotation}/{derivative.quality}.{derivative.format}"


def _extract(w: int, h: int, picture: Picture) -> _Extract:
    return _Extract(w, h, picture.levels if (w, h) == (picture.width, picture.height) else ())


def _region(region: Region, picture: Picture) -> tuple[int, int, int, int]:
    """x, y, w, h in pixels, cut at the picture's edges."""
    x, y, w, h = _uncut_region(region, picture)
    if w < 1 or h < 1 or x >= picture.width or y >= picture.height:
        size = f"{picture.width} x {picture.height}"
        raise BadRequest(400, f"The region holds nothing of this picture, which is {size} pixels.")
    return x, y, min(w, picture.width - x), min(h, picture.height - y)


def _uncut_region(region: Region, picture: Picture) -> tuple[int, int, int, int]:
    width, height = picture.width, picture.height
    if region.kind == "full":
        return 0, 0, width, height
    if region.kind == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if region.kind == "pixels":
        return int(region.x), int(region.y), int(region.w), int(region.h)
    x, w = (half_up(percent * width, 100) for percent in (region.x, region.w))
    y, h = (half_up(percent * height, 100) for percent in (region.y, region.h))
    return x, y, w, h


def _size(size: Size, extract: _Extract, limits: Limits) -> tuple[int, int]:
    """Width and height in pixels, never above the region.

    What asks for as much as possible is cut down to the limits: `max`, and `!w,h` (3.0 §4.2: "not larger than the
    extracted region, w or h, or server-imposed limits"). `^max` is `max`, as we do not upscale.
    """
    if size.kind == "max":
        return extract.maximum(limits)
    if size.kind == "confined":
        if size.upscale and size.width > extract.w and size.height > extract.h:
            raise _above(extract, upscale=True)
        width, height = min(size.width, extract.w, limits.max_edge), min(size.height, extract.h, limits.max_edge)
        return extract.largest(width, height, limits.max_area)
    width, height = _explicit_size(size, extract)
    if width < 1 or height < 1:
        raise BadRequest(400, "The picture would be smaller than one pixel.")
    if not limits.allow(width, height):
        raise BadRequest(400, f"{width} x {height} pixels are above the limits of this service.")
    if width > extract.w or height > extract.h:
        raise _above(extract, size.upscale)
    return width, height


def _explicit_size(size: Size, extract: _Extract) -> tuple[int, int]:
    if size.kind == "width":
        return size.width, extract.height_for(size.width)
    if size.kind == "height":
        return extract.width_for(size.height), size.height
    if size.kind == "percent":
        return half_up(size.percent * extract.w, 100), half_up(size.percent * extract.h, 100)
    return size.width, size.height


def _above(extract: _Extract, upscale: bool) -> BadRequest:
    region = f"the region, which is {extract.w} x {extract.h} pixels"
    if upscale:
        return BadRequest(501, f"This service does not enlarge: the size is above {region}.")
    return BadRequest(400, f"The size is above {region}.")


def _canonical_size(version: int, derivative: Derivative, extract: _Extract, limits: Limits) -> str:
    size = (derivative.width, derivative.height)
    if version == 3:
        return "max" if size == extract.maximum(limits) else f"{size[0]},{size[1]}"
    # 2.1.1 §4.2: `full` is all of the region; where limits cut `max`, `w,` is its canonical form.
    if size == (extract.w, extract.h):
        return "full"
    return f"{size[0]}," if extract.height_for(size[0]) == size[1] else f"{size[0]},{size[1]}"
