"""From an access master and a derivative to encoded bytes, in the cheapest way that there is.

A tile is cut out as it stands (`splice`); several are joined (`join`); a small picture is made of the few tiles that it
needs (`small`); everything else is drawn by libvips (`drawing`).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyvips

from gcis.core import meters
from images.engine import density
from images.engine.admission import Gate
from images.engine.drawing import Parts, draw
from images.engine.encode import DESCRIBED, encode
from images.engine.join import joined
from images.engine.pyramid import PYRAMIDS, BrokenPyramid, Pyramid
from images.engine.small import small
from images.engine.splice import native_tile
from images.iiif.derivative import Derivative
from images.metadata.embedding import embed
from images.metadata.found import Metadata
from images.metadata.rights import override
from images.metadata.sizing import resized

#: Part of every ETag: changes whenever the same request may give other bytes.
VERSION = f"3-{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"

# Of the web server's 16 threads per process two stay free for tiles and cached bytes.
GATE = Gate(at_once=2, waiting=12, seconds=10)

CUT, JOINED, SMALL, DRAWN = (meters.RENDERS.labels(kind) for kind in ("cut", "joined", "small", "drawn"))


@dataclass(frozen=True, slots=True)
class Words:
    """What is recorded about the picture and counts more than what is embedded in it; empty where nothing is."""

    rights: str = ""
    credit: str = ""


NO_WORDS = Words()


def render(path: Path, derivative: Derivative, skip: int = 0, words: Words = NO_WORDS) -> bytes:
    """The encoded picture, of a master on this host. With `skip` it is drawn as if the master were without its so many
    largest levels: the derivative is in pixels of the largest that is left. Raises as `made`, and OSError.
    """
    pyramid = PYRAMIDS.get(path).without(skip)
    try:
        encoded = copied(pyramid, derivative, words)
        return made(pyramid, path, derivative, words) if encoded is None else encoded
    except BrokenPyramid as error:
        raise BrokenPyramid(f"{path.name}: {error}") from error


def copied(pyramid: Pyramid, derivative: Derivative, words: Words = NO_WORDS) -> bytes | None:
    """The picture where it stands in the master as it is, as one tile or several; None where it has to be made.

    A derivative of the whole picture carries the metadata of the master, with these words over its own. BrokenPyramid.
    """
    tile = native_tile(pyramid, derivative)
    if tile is not None:
        return _counted(tile, CUT)
    encoded = joined(pyramid, derivative)
    if encoded is None:
        return None
    pixels_per_mm = density.scaled(pyramid.pixels_per_mm, derivative)
    encoded = density.stated(_counted(encoded, JOINED), derivative.format, pixels_per_mm)
    return _described(encoded, pyramid, derivative, words)


def made(pyramid: Pyramid, file: Path | Parts, derivative: Derivative, words: Words = NO_WORDS) -> bytes:
    """The picture, made of a few tiles at once, or drawn in its turn at the gate. `file` is the master as libvips is to
    read it.

    Raises Unavailable("busy"), SourceFault where the format cannot hold so large a picture, BrokenPyramid; and what
    keeps a part of the master away.
    """
    pixels_per_mm = density.scaled(pyramid.pixels_per_mm, derivative)
    encoded = small(pyramid, derivative)
    if encoded is not None:
        encoded = density.stated(_counted(encoded, SMALL), derivative.format, pixels_per_mm)
    else:
        with GATE.admit():
            encoded = _counted(_drawn(pyramid, file, derivative, pixels_per_mm), DRAWN)
    return _described(encoded, pyramid, derivative, words)


def _drawn(pyramid: Pyramid, file: Path | Parts, asked: Derivative, pixels_per_mm: density.Density | None) -> bytes:
    try:
        encoded = encode(draw(file, pyramid, asked), asked, pixels_per_mm)
    except pyvips.Error as error:
        _check(file)
        raise BrokenPyramid(str(error)) from error
    _check(file)
    return encoded


def _check(file: Path | Parts) -> None:
    if not isinstance(file, Path):
        file.check()


def _counted(encoded: bytes, kind: Any) -> bytes:
    kind.inc()
    return encoded


def _described(encoded: bytes, pyramid: Pyramid, asked: Derivative, words: Words) -> bytes:
    """The same file with what the master says of itself; tiles and details of the picture carry none of it."""
    if asked.format not in DESCRIBED or not asked.is_whole(pyramid.width, pyramid.height):
        return encoded
    turned = asked.rotation % 180 == 90
    size = (asked.height, asked.width) if turned else (asked.width, asked.height)
    scale = None if asked.rotation else (asked.width / asked.w, asked.height / asked.h)
    metadata = _fitting(pyramid.metadata(), words, size, scale)
    return embed(encoded, asked.format, metadata) if metadata else encoded


@lru_cache(maxsize=256)
def _fitting(
    metadata: Metadata, words: Words, size: tuple[int, int], scale: tuple[float, float] | None
) -> Metadata | None:
    """The metadata of a picture of that size; kept, for thumbnails of a size are asked for again and again."""
    found = override(metadata, words.rights, words.credit)
    return resized(found, width=size[0], height=size[1], scale=scale) if found else None
