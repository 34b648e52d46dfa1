"""What an Image API URL says, before anything is known about the picture (Image API 2.1.1 and 3.0, §2 and §4)."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from images.iiif.formats import MEDIA_TYPES

__all__ = [
    "MEDIA_TYPES",
    "QUALITIES",
    "BadRequest",
    "ImageRequest",
    "Parameters",
    "Region",
    "Size",
    "parse",
    "readings",
]

QUALITIES = ("default", "color", "gray", "bitonal")

# ASCII digits only (`\d` takes those of every script), and few enough that no number is ever a burden.
_INTEGER = r"[0-9]{1,10}"
_NUMBER = r"(?:[0-9]{1,10}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})"

_PIXEL_REGION = re.compile(",".join([f"({_INTEGER})"] * 4))
_PERCENT_REGION = re.compile("pct:" + ",".join([f"({_NUMBER})"] * 4))
_PERCENT_SIZE = re.compile(f"pct:({_NUMBER})")
_PIXEL_SIZE = re.compile(f"(!?)({_INTEGER})?,({_INTEGER})?")
_ROTATION = re.compile(f"(!?)({_NUMBER})")


class BadRequest(Exception):
    """The request cannot be answered as it stands; `status` is 400, or 501 for upscaling (3.0 §4.2)."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """One reading of a path: whose picture, what about it, and for a picture its four parameter segments as they came.

    `parameters` are region, size, rotation and quality.format.
    """

    version: int
    identifier: str
    kind: Literal["picture", "info", "base"]
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """x, y, w, h count pixels or percent; they are 0 for `full` and `square`."""

    kind: Literal["full", "square", "pixels", "percent"]
    x: int | Fraction = 0
    y: int | Fraction = 0
    w: int | Fraction = 0
    h: int | Fraction = 0


@dataclass(frozen=True, slots=True)
class Size:
    """`max` (and `full` of version 2), `w,`, `,h`, `pct:n`, `w,h` or `!w,h`; what a kind does not use is 0.

    `upscale` says that a `^` stood before it (3.0 only).
    """

    kind: Literal["max", "width", "height", "percent", "exact", "confined"]
    width: int = 0
    height: int = 0
    percent: Fraction = Fraction(0)
    upscale: bool = False


@dataclass(frozen=True, slots=True)
class Parameters:
    """`rotation` is in degrees clockwise, 0 <= rotation < 360."""

    region: Region
    size: Size
    mirror: bool
    rotation: float
    quality: str
    format: str


def readings(version: int, path: str) -> tuple[ImageRequest, ...]:
    """What the decoded path behind `/iiif/<version>/` may mean, likeliest first.

    Read from the right, since identifiers may contain slashes (3.0 implementation notes §1). The base URI of an
    identifier such as `a/b/c/d/e.jpg` looks like a picture of `a`: whoever knows the identifiers decides.
    """
    head, _, tail = path.rpartition("/")
    if tail == "info.json":
        return (ImageRequest(version, head, "info"),)
    base = ImageRequest(version, path, "base")
    identifier, *parameters = path.rsplit("/", 4)
    if len(parameters) == 4 and "." in tail:
        return ImageRequest(version, identifier, "picture", tuple(parameters)), base
    return (base,)


def parse(version: int, parameters: tuple[str, ...]) -> Parameters:
    """The four segments by the grammar of that version; BadRequest for anything else."""
    region, size, rotation, picture = parameters
    mirror, degrees = _rotation(rotation)
    quality, _, extension = picture.rpartition(".")
    if quality not in QUALITIES:
        raise BadRequest(400, f"{_shown(quality)} is not a quality; there are {', '.join(QUALITIES)}.")
    if extension not in MEDIA_TYPES:
        raise BadRequest(400, f"{_shown(extension)} is not a format; there are {', '.join(MEDIA_TYPES)}.")
    return Parameters(_region(region), _size(version, size), mirror, degrees, quality, extension)


def _region(text: str) -> Region:
    if text == "full":
        return Region("full")
    if text == "square":
        return Region("square")
    if pixels := _PIXEL_REGION.fullmatch(text):
        return Region("pixels", *(int(number) for number in pixels.groups()))
    if percent := _PERCENT_REGION.fullmatch(text):
        return Region("percent", *(Fraction(number) for number in percent.groups()))
    raise BadRequest(400, f"{_shown(text)} is not a region: full, square, x,y,w,h or pct:x,y,w,h.")


def _size(version: int, text: str) -> Size:
    upscale = version == 3 and text.startswith("^")
    plain = text[1:] if upscale else text
    if plain == "max" or (plain == "full" and version == 2):
        return Size("max", upscale=upscale)
    if percent := _PERCENT_SIZE.fullmatch(plain):
        return Size("percent", percent=Fraction(percent[1]), upscale=upscale)
    if pixels := _PIXEL_SIZE.fullmatch(plain):
        return _pixel_size(text, pixels[1] == "!", pixels[2], pixels[3], upscale)
    raise _not_a_size(text)


def _pixel_size(text: str, confined: bool, width: str | None, height: str | None, upscale: bool) -> Size:
    w, h = (None if digits is None else int(digits) for digits in (width, height))
    if 0 in (w, h):
        raise BadRequest(400, f"The size {_shown(text)} has no pixels.")
    if w and h:
        return Size("confined" if confined else "exact", w, h, upscale=upscale)
    if w and not confined:
        return Size("width", width=w, upscale=upscale)
    if h and not confined:
        return Size("height", height=h, upscale=upscale)
    raise _not_a_size(text)


def _not_a_size(text: str) -> BadRequest:
    return BadRequest(400, f"{_shown(text)} is not a size in this version of the Image API.")


def _rotation(text: str) -> tuple[bool, float]:
    rotation = _ROTATION.fullmatch(text)
    if not rotation or Fraction(rotation[2]) > 360:
        raise BadRequest(400, f"{_shown(text)} is not a rotation: 0 to 360 degrees, with ! before it to mirror.")
    return rotation[1] == "!", float(rotation[2]) % 360


def _shown(text: str) -> str:
    """What the client wrote, short enough to be repeated in an answer."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
