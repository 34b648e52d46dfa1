"""From an access master and a derivative to encoded bytes: a spliced tile where possible, else drawn by libvips."""

from dataclasses import dataclass
from pathlib import Path

import pyvips

from gcis.core.errors import SourceFault
from images.engine import density
from images.engine.admission import Gate
from images.engine.pyramid import PYRAMIDS, BrokenPyramid, Pyramid
from images.engine.resample import choose, resample
from images.engine.splice import native_tile
from images.iiif.derivative import Derivative
from images.metadata.embedding import embed
from images.metadata.rights import override
from images.metadata.sizing import resized

#: Part of every ETag: changes whenever the same request may give other bytes.
VERSION = f"2-{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"

# One thread per picture: the web server's threads are the parallelism, and on small pictures libvips's own threads cost
# more than they save.
pyvips.concurrency_set(1)
# libvips would keep the last operations with their open files and pixels, and find them again by path. Requests rarely
# repeat one another here (HTTP caches answer those that do), so it would only hold memory and file descriptors.
pyvips.cache_set_max(0)

# Of the web server's 16 threads per process two stay free for tiles and cached bytes.
GATE = Gate(at_once=2, waiting=12, seconds=10)

_QUALITY = 90
_WHITE = 255
#: Grey below this is black in bitonal pictures. Fixed, not found per picture: neighbouring tiles must agree.
_THRESHOLD = 128
#: The longest edge that the format itself can hold.
_LONGEST_EDGE = {"jpg": 65_500, "png": 1_000_000, "webp": 16_383}


@dataclass(frozen=True, slots=True)
class Words:
    """What is recorded about the picture and counts more than what is embedded in it; empty where nothing is."""

    rights: str = ""
    credit: str = ""


NO_WORDS = Words()


def render(path: Path, derivative: Derivative, skip: int = 0, words: Words = NO_WORDS) -> bytes:
    """The encoded picture. Native tiles pass at once; everything else waits for its turn at the gate.

    A derivative of the whole picture carries the metadata of the master, with these words over its own.
    With `skip` the picture is drawn as if the master were without its so many largest levels: the derivative is in
    pixels of the largest that is left. Raises Unavailable("busy"), SourceFault where the format cannot hold so large
    a picture, BrokenPyramid, OSError.
    """
    pyramid = PYRAMIDS.get(path).without(skip)
    tile = native_tile(pyramid, derivative)
    if tile is not None:
        return tile
    with GATE.admit():
        try:
            encoded = _encode(_draw(path, pyramid, derivative), derivative)
        except pyvips.Error as error:
            raise BrokenPyramid(f"{path.name}: {error}") from error
    encoded = density.stated(encoded, derivative.format, density.scaled(pyramid.pixels_per_mm, derivative))
    return _described(encoded, pyramid, derivative, words)


def _described(encoded: bytes, pyramid: Pyramid, asked: Derivative, words: Words) -> bytes:
    """The same file with what the master says of itself; tiles and details of the picture carry none of it."""
    if not asked.is_whole(pyramid.width, pyramid.height):
        return encoded
    metadata = override(pyramid.metadata(), words.rights, words.credit)
    if not metadata:
        return encoded
    turned = asked.rotation % 180 == 90
    width, height = (asked.height, asked.width) if turned else (asked.width, asked.height)
    scale = None if asked.rotation else (asked.width / asked.w, asked.height / asked.h)
    return embed(encoded, asked.format, resized(metadata, width=width, height=height, scale=scale))


def _draw(path: Path, pyramid: Pyramid, asked: Derivative) -> pyvips.Image:
    """Region, size, mirror, rotation, quality: in the order of the Image API (3.0 §4)."""
    level, across, down = choose(pyramid.levels, asked)
    image = resample(pyvips.Image.new_from_file(str(path), page=level.page), across, down)
    if asked.mirror:
        image = image.fliphor()
    image = _rotate(image, asked)
    if asked.quality in ("gray", "bitonal"):
        image = image.colourspace("b-w")
    if asked.quality == "bitonal":
        image = image >= _THRESHOLD
    return _with_profile(image, pyramid)


def _rotate(image: pyvips.Image, asked: Derivative) -> pyvips.Image:
    if asked.rotation == 0:
        return image
    # Rotating reads pixels in another order than they are made in; unless kept, they would be made over and over.
    image = image.copy_memory()
    if asked.rotation % 90 == 0:
        return image.rot(f"d{int(asked.rotation)}")
    image = image.addalpha().rotate(asked.rotation, background=[0])
    transparent = asked.format in ("png", "webp") and asked.quality != "bitonal"
    return image if transparent else image.flatten(background=[_WHITE])


def _with_profile(image: pyvips.Image, pyramid: Pyramid) -> pyvips.Image:
    """The master's profile where the picture still has the master's channels, else none."""
    image = image.copy()
    colours = image.bands - 1 if image.hasalpha() else image.bands
    image.remove("icc-profile-data")
    if pyramid.profile and colours == pyramid.levels[0].samples:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", pyramid.profile)
    return image


def _encode(image: pyvips.Image, asked: Derivative) -> bytes:
    longest = _LONGEST_EDGE[asked.format]
    if max(image.width, image.height) > longest:
        raise SourceFault("size", f"A picture in {asked.format} is at most {longest} pixels wide and high.")
    bitonal = asked.quality == "bitonal"
    encoded: bytes
    match asked.format:
        case "jpg":
            encoded = image.jpegsave_buffer(Q=_QUALITY, subsample_mode="on", keep="icc")
        case "png":
            encoded = image.pngsave_buffer(bitdepth=1 if bitonal else 8, keep="icc")
        case "webp":
            encoded = image.webpsave_buffer(Q=_QUALITY, lossless=bitonal, keep="icc")
    return encoded
