"""From an access master and a derivative to encoded bytes: a spliced tile where possible, else drawn by libvips."""

from dataclasses import dataclass
from pathlib import Path

import pyvips

from images.engine import density
from images.engine.admission import Gate
from images.engine.drawing import draw
from images.engine.encode import encode
from images.engine.pyramid import PYRAMIDS, BrokenPyramid, Pyramid
from images.engine.splice import native_tile
from images.iiif.derivative import Derivative
from images.metadata.embedding import embed
from images.metadata.rights import override
from images.metadata.sizing import resized

#: Part of every ETag: changes whenever the same request may give other bytes.
VERSION = f"2-{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"

# Of the web server's 16 threads per process two stay free for tiles and cached bytes.
GATE = Gate(at_once=2, waiting=12, seconds=10)


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
            encoded = encode(draw(path, pyramid, derivative), derivative)
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
