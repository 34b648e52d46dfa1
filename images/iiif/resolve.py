"""From what was asked to pixels of one picture, and back to the canonical form (2.1.1 §4.1-4.7, 3.0 §4.1-4.8).

One rounding rule throughout, half up, and one source of truth beside it: the sizes of the pyramid's levels, which
info.json lists. `w,` and `,h` of the whole picture give exactly the level of that width or height when there is one.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from images.iiif.derivative import Derivative
from images.iiif.formats import FORMATS
from images.iiif.limits import Bounds, Limits, Picture
from images.iiif.request import BadRequest, Parameters, Region, Size

__all__ = ["Limits", "Picture", "canonical", "half_up", "resolve"]


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
            fitting = width, min(height, self.height_for(width))
        else:
            fitting = min(width, self.width_for(height)), height
        return fitting if fitting[0] * fitting[1] <= area else self._of_area(*fitting, area)

    def _of_area(self, width: int, height: int, area: int) -> tuple[int, int]:
        """The same for a box of this shape that is larger than the area: the better of what either edge makes of it."""
        wide = min(width, area, max(1, isqrt(area * self.w // self.h)))
        high = min(height, area, max(1, isqrt(area * self.h // self.w)))
        whole = (wide, self.height_for(wide)), (self.width_for(high), high)
        fitting = [size for size in whole if size[0] <= width and size[1] <= height and size[0] * size[1] <= area]
        return max(fitting, key=lambda size: size[0] * size[1], default=(wide, min(height, area // wide)))

    def maximum(self, bounds: Bounds) -> tuple[int, int]:
        """What `max` means: all of it, or as much as may be answered."""
        return self.largest(min(self.w, bounds.width), min(self.h, bounds.height), bounds.area)

    def utmost(self, bounds: Bounds) -> tuple[int, int]:
        """What `^max` means (3.0 §4.2): as much as may be answered, however few pixels there are."""
        return self.largest(bounds.width, bounds.height, bounds.area) if bounds.enlarging else self.maximum(bounds)


def half_up(numerator: int | Fraction, denominator: int) -> int:
    return int((2 * numerator + denominator) // (2 * denominator))


def resolve(version: int, asked: Parameters, picture: Picture, limits: Limits) -> Derivative:
    """The derivative that answers the request; BadRequest when there is none.

    Quality `color` is resolved to `default`: our default is all the colour there is.
    """
    if asked.format not in limits.formats:
        raise BadRequest(400, f"There is no {asked.format} here; there are {', '.join(limits.formats)}.")
    x, y, w, h = _region(asked.region, picture)
    bounds = limits.of(picture.width, picture.height)
    width, height = _size(version, asked.size, _extract(w, h, picture), bounds)
    derivative = Derivative(
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
    _check_turned(derivative, limits)
    return derivative


def canonical(version: int, derivative: Derivative, picture: Picture, limits: Limits) -> str:
    """region/size/rotation/quality.format in the canonical form of that version (2.1.1 §4.7, 3.0 §4.8)."""
    region = (derivative.x, derivative.y, derivative.w, derivative.h)
    region_text = "full" if derivative.is_whole(picture.width, picture.height) else ",".join(map(str, region))
    bounds = limits.of(picture.width, picture.height)
    size_text = _canonical_size(version, derivative, _extract(derivative.w, derivative.h, picture), bounds)
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


def _size(version: int, size: Size, extract: _Extract, bounds: Bounds) -> tuple[int, int]:
    """Width and height in pixels, within the bounds; above the region only where that is asked for and done.

    Asked for is it by `^` (3.0 §4.2), and in 2.1 by any number that is larger: its `max` and `full` do not enlarge, for
    nobody who wants all there is wants more. What asks for as much as possible is cut down to the bounds: `max`, and
    `!w,h` ("not larger than w, h, or server-imposed limits").
    """
    if size.kind == "max":
        return extract.utmost(bounds) if size.upscale else extract.maximum(bounds)
    enlarging = bounds.enlarging and (size.upscale or version == 2)
    if size.kind == "confined":
        return _confined(size, extract, bounds, enlarging)
    width, height = _explicit_size(size, extract)
    if width < 1 or height < 1:
        raise BadRequest(400, "The picture would be smaller than one pixel.")
    if not bounds.allow(width, height):
        raise BadRequest(400, f"{width} x {height} pixels are more than this service gives of this picture.")
    if (width > extract.w or height > extract.h) and not enlarging:
        raise _above(extract, size.upscale, bounds)
    return width, height


def _confined(size: Size, extract: _Extract, bounds: Bounds, enlarging: bool) -> tuple[int, int]:
    width, height = min(size.width, bounds.width), min(size.height, bounds.height)
    if not enlarging:
        if size.upscale and size.width > extract.w and size.height > extract.h:
            raise _above(extract, size.upscale, bounds)
        width, height = min(width, extract.w), min(height, extract.h)
    return extract.largest(width, height, bounds.area)


def _explicit_size(size: Size, extract: _Extract) -> tuple[int, int]:
    if size.kind == "width":
        return size.width, extract.height_for(size.width)
    if size.kind == "height":
        return extract.width_for(size.height), size.height
    if size.kind == "percent":
        return half_up(size.percent * extract.w, 100), half_up(size.percent * extract.h, 100)
    return size.width, size.height


def _above(extract: _Extract, upscale: bool, bounds: Bounds) -> BadRequest:
    region = f"the region, which is {extract.w} x {extract.h} pixels"
    if upscale:
        return BadRequest(501, f"This service does not enlarge: the size is above {region}.")
    hint = " With ^ before it, it would be enlarged." if bounds.enlarging else ""
    return BadRequest(400, f"The size is above {region}.{hint}")


def _check_turned(derivative: Derivative, limits: Limits) -> None:
    """That the picture may be so large, and its file, after the turn: a long one turned by 45 degrees is a square."""
    width, height = derivative.turned()
    if derivative.rotation % 90 and not limits.allow(width, height):
        turned = f"Turned by {derivative.rotation:g} degrees it would have {width} x {height} pixels"
        raise BadRequest(400, f"{turned}, which is more than this service gives. Ask for a smaller size.")
    format_ = FORMATS[derivative.format]
    if not format_.holds(width, height):
        raise BadRequest(400, f"A {derivative.format} is at most {format_.limit()}: {width} x {height} are too many.")


def _canonical_size(version: int, derivative: Derivative, extract: _Extract, bounds: Bounds) -> str:
    size = (derivative.width, derivative.height)
    if version == 3:
        if size == extract.maximum(bounds):
            return "max"
        circumflex = "^" if size[0] > extract.w or size[1] > extract.h else ""
        return "^max" if circumflex and size == extract.utmost(bounds) else f"{circumflex}{size[0]},{size[1]}"
    # 2.1.1 §4.2: `full` is all of the region; where limits cut `max`, `w,` is its canonical form.
    if size == (extract.w, extract.h):
        return "full"
    return f"{size[0]}," if extract.height_for(size[0]) == size[1] else f"{size[0]},{size[1]}"
