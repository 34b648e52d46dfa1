"""From a region of the full image to a picture of exact size: which level, which pixels of it, and how they are scaled.

Positions are in pixels with 0 at the outer edge of the first one. Regions keep their fractions on every level, so a
picture made from a small level lies exactly where one made from the full image would (a shift of one pixel at a deep
level is 2^n pixels of the original, and tiles would not meet).
"""

import math
from dataclasses import dataclass

import pyvips

from images.engine.pyramid import Level
from images.iiif.derivative import Derivative

#: A level may be this much too small: an edge of 1023 is 511 pixels at half size, but viewers ask for 512.
_SLACK = 1.02
#: Offsets below this part of an output pixel cannot be seen and are not worth an interpolation.
INVISIBLE = 1 / 16
#: What is cut out around the pixels that are enlarged; bicubic interpolation reads two of them.
_MARGIN = 3
#: Masks of whole numbers; the fast code of libvips keeps six bits of them and is wrong by up to 2 % with more.
_MASK_SUM = 64


@dataclass(frozen=True, slots=True)
class Span:
    """One axis of a region, in pixels of a level, and how many pixels become of it."""

    start: float
    length: float
    wanted: int


@dataclass(frozen=True, slots=True)
class Steps:
    """How one axis is scaled: `taken` pixels are interpolated from `start` on, `enlarge` times as dense as the level's
    own (1: as they are), then reduced by `shrink` (1: not)."""

    start: float
    taken: int
    enlarge: float
    shrink: float


def choose(levels: tuple[Level, ...], asked: Derivative) -> tuple[Level, Span, Span]:
    """The smallest level that has the wanted pixels, and the region on it: (level, horizontal, vertical)."""
    for level in reversed(levels):
        across = Span(asked.x / level.scale_x, asked.w / level.scale_x, asked.width)
        down = Span(asked.y / level.scale_y, asked.h / level.scale_y, asked.height)
        if all(span.length * _SLACK >= span.wanted for span in (across, down)):
            break
    return level, across, down


def plan(span: Span) -> Steps:
    """How to scale one axis."""
    scale = span.length / span.wanted
    if abs(span.length - span.wanted) < INVISIBLE:
        return Steps(_snap(span.start, 1), span.wanted, 1, 1)
    if scale < 1:
        return Steps(span.start, span.wanted, 1 / scale, 1)
    # libvips reduces around the middle: what whole pixels leave over or lack is taken from both ends alike.
    taken = round(span.length)
    return Steps(_snap(span.start + (span.length - taken) / 2, scale), taken, 1, scale)


def _snap(start: float, scale: float) -> float:
    near = float(round(start))
    return near if abs(start - near) / scale <= INVISIBLE else start


def resample(image: pyvips.Image, across: Span, down: Span) -> pyvips.Image:
    """The region of a level, exactly across.wanted x down.wanted pixels."""
    x, y = plan(across), plan(down)
    if x.enlarge > 1 or y.enlarge > 1:
        taken = _enlarge(image, x, y)
    elif x.start.is_integer() and y.start.is_integer():
        taken = _cut(image, int(x.start), int(y.start), x.taken, y.taken)
    else:
        taken = _shift(image, x, y)
    if x.shrink == y.shrink == 1:
        return taken
    return taken.reduce(x.shrink, y.shrink, kernel="lanczos3", gap=2)


def _shift(image: pyvips.Image, x: Steps, y: Steps) -> pyvips.Image:
    """Pixels that start between those of the level. The same as _enlarge by 1, at a tenth of its cost."""
    left, top = math.floor(x.start), math.floor(y.start)
    before, after = 1, 2
    window = _cut(image, left - before, top - before, x.taken + before + after, y.taken + before + after)
    across = pyvips.Image.new_from_list([_bicubic(x.start - left)], scale=_MASK_SUM)
    down = pyvips.Image.new_from_list([[weight] for weight in _bicubic(y.start - top)], scale=_MASK_SUM)
    # libvips puts the result of a mask of four at its third place.
    return window.conv(across, precision="integer").conv(down, precision="integer").crop(2, 2, x.taken, y.taken)


def _bicubic(part: float) -> list[int]:
    """Weights of the pixels at -1, 0, 1, 2 for the value at 0 <= part < 1 (Catmull-Rom), of sum _MASK_SUM."""
    exact = (
        -part / 2 + part**2 - part**3 / 2,
        1 - 5 * part**2 / 2 + 3 * part**3 / 2,
        part / 2 + 2 * part**2 - 3 * part**3 / 2,
        -(part**2) / 2 + part**3 / 2,
    )
    weights = [round(weight * _MASK_SUM) for weight in exact]
    weights[1 if part < 0.5 else 2] += _MASK_SUM - sum(weights)
    return weights


def _enlarge(image: pyvips.Image, x: Steps, y: Steps) -> pyvips.Image:
    left, top = math.floor(x.start) - _MARGIN, math.floor(y.start) - _MARGIN
    width = math.ceil(x.taken / x.enlarge) + 2 * _MARGIN + 1
    height = math.ceil(y.taken / y.enlarge) + 2 * _MARGIN + 1
    # libvips counts from the middle of the first pixel, hence the halves.
    return _cut(image, left, top, width, height).affine(
        [x.enlarge, 0, 0, y.enlarge],
        interpolate=pyvips.Interpolate.new("bicubic"),
        idx=left - x.start + 0.5,
        idy=top - y.start + 0.5,
        odx=-0.5,
        ody=-0.5,
        oarea=[0, 0, x.taken, y.taken],
        extend="copy",
    )


def _cut(image: pyvips.Image, left: int, top: int, width: int, height: int) -> pyvips.Image:
    """A window on the image; where it reaches beyond the edge, the pixels at the edge are repeated."""
    x0, x1 = (min(max(at, 0), image.width) for at in (left, left + width))
    y0, y1 = (min(max(at, 0), image.height) for at in (top, top + height))
    x0, y0 = min(x0, image.width - 1), min(y0, image.height - 1)
    inside = image.crop(x0, y0, max(1, x1 - x0), max(1, y1 - y0))
    if (inside.width, inside.height) == (width, height):
        return inside
    return inside.embed(x0 - left, y0 - top, width, height, extend="copy")
