"""Large pictures, and all that is turned or recoloured: drawn by libvips from the nearest level."""

from pathlib import Path
from typing import Protocol

import pyvips

from images.engine.pyramid import Pyramid
from images.engine.resample import choose, resample
from images.iiif.derivative import Derivative
from images.iiif.formats import FORMATS

# One thread per picture: the web server's threads are the parallelism, and on small pictures libvips's own threads cost
# more than they save.
pyvips.concurrency_set(1)
# libvips would keep the last operations with their open files and pixels, and find them again by path. Requests rarely
# repeat one another here (HTTP caches answer those that do), so it would only hold memory and file descriptors.
pyvips.cache_set_max(0)

_WHITE = 255
#: Grey below this is black in bitonal pictures. Fixed, not found per picture: neighbouring tiles must agree.
_THRESHOLD = 128


class Parts(Protocol):
    """A master that is read by parts (`images.ranges.Reader`)."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, offset: int, whence: int, /) -> int: ...
    def check(self) -> None:
        """Raise what kept a part away: nothing of that gets through libvips."""


def draw(file: Path | Parts, pyramid: Pyramid, asked: Derivative) -> pyvips.Image:
    """Region, size, mirror, rotation, quality: in the order of the Image API (3.0 §4)."""
    level, across, down = choose(pyramid.levels, asked)
    image = resample(_opened(file, level.page), across, down)
    if asked.mirror:
        image = image.fliphor()
    image = _rotate(image, asked)
    if asked.quality in ("gray", "bitonal"):
        image = image.colourspace("b-w")
    if asked.quality == "bitonal":
        image = image >= _THRESHOLD
    return _with_profile(image, pyramid)


def _opened(file: Path | Parts, page: int) -> pyvips.Image:
    if isinstance(file, Path):
        return pyvips.Image.new_from_file(str(file), page=page)
    source = pyvips.SourceCustom()
    source.on_read(file.read)
    source.on_seek(file.seek)
    return pyvips.Image.new_from_source(source, "", page=page)


def _rotate(image: pyvips.Image, asked: Derivative) -> pyvips.Image:
    if asked.rotation == 0:
        return image
    # Rotating reads pixels in another order than they are made in; unless kept, they would be made over and over.
    image = image.copy_memory()
    if asked.rotation % 90 == 0:
        return image.rot(f"d{int(asked.rotation)}")
    image = image.addalpha().rotate(asked.rotation, background=[0])
    transparent = FORMATS[asked.format].alpha and asked.quality != "bitonal"
    return image if transparent else image.flatten(background=[_WHITE])


def _with_profile(image: pyvips.Image, pyramid: Pyramid) -> pyvips.Image:
    """The master's profile where the picture still has the master's channels, else none."""
    image = image.copy()
    colours = image.bands - 1 if image.hasalpha() else image.bands
    image.remove("icc-profile-data")
    if pyramid.profile and colours == pyramid.levels[0].samples:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", pyramid.profile)
    return image
