"""Opening a source: look at one of its pages, then load it. What decodes it is decided by its first bytes."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pyvips

from gcis.core.errors import SourceFault
from images.conversion.colours import colour
from images.conversion.formats import heif, jpeg2000, probe, tiffs, wholly
from images.conversion.formats import resolution as resolutions
from images.conversion.formats.complaints import explain
from images.conversion.formats.directories import Data, opened
from images.conversion.formats.header import Header, Loaded, check_size, describe, upright
from images.conversion.work import Limits

__all__ = ["Header", "Loaded", "load", "look"]

# Conversions read files that change under the same name.
pyvips.cache_set_max(0)

_LOADERS: dict[str, Callable[..., pyvips.Image]] = {
    "jpeg": pyvips.Image.jpegload,
    "png": pyvips.Image.pngload,
    "webp": pyvips.Image.webpload,
    "gif": pyvips.Image.gifload,
    "avif": partial(pyvips.Image.heifload, autorotate=True),
}


def look(path: Path, page: int, limits: Limits) -> Header:
    """Read the headers of one page, counted from 0 among the pictures of the file.

    Raises SourceFault for what cannot be taken, is too large, or is not there (page_missing), and Unavailable where the
    file cannot be read.
    """
    kind = probe.kind_of_file(path)
    if kind == "tiff":
        return tiffs.look(path, page, limits)
    if page:
        raise SourceFault("page_missing", f"There is no page {page + 1} in the file: it holds one picture.")
    if kind == "jp2":
        return jpeg2000.look(path, limits)
    if kind == "heif":
        return heif.look(path, limits)
    return _look(path, kind, limits)


def load(path: Path, header: Header, *, strict: bool = True, random: bool = False, shrink: int = 1) -> Loaded:
    """Open the page for decoding: once from top to bottom, or in any order where `random`.

    `strict` makes errors of the warnings of the JPEG decoder, to which damage inside a picture is only a warning.
    `shrink` (1, 2, 4, 8) makes a JPEG smaller while it is decoded. Raises pyvips.Error or SourceFault.
    """
    kind = header.found["format"]
    if header.layout:
        return tiffs.load(path, header, random=random)
    if kind == "jp2":
        return jpeg2000.load(path, header)
    if kind == "heif":
        return heif.load(path, header, random=random)
    options: dict[str, Any] = {"access": "random" if random else "sequential"}
    options["fail_on"] = "warning" if kind == "jpeg" and strict else "error"
    if shrink > 1:
        options["shrink"] = shrink
    image = _LOADERS[kind](str(path), **options)
    if kind == "avif":
        image = upright(image)
    loaded = Loaded(image, transparent=image.bands > colour.channels(image))
    return _uninverted(path, loaded) if kind == "jpeg" and image.interpretation == "cmyk" else loaded


def _uninverted(path: Path, loaded: Loaded) -> Loaded:
    """Inks as they are: libvips takes all for inverted, which is Adobe's custom, and only its marker tells of that."""
    with opened(path) as data:
        if resolutions.is_adobe(data):
            return loaded
    inks = loaded.image.invert()
    return replace(loaded, image=inks, assumed={**loaded.assumed, "inks": "0 is no ink: the file has no Adobe marker"})


def _look(path: Path, kind: str, limits: Limits) -> Header:
    """For the kinds that libvips reads whole."""
    with opened(path) as data:
        wholly.check(data, kind, limits)
        resolution = _resolution(data, kind)
    try:
        image = _LOADERS[kind](str(path))
    except pyvips.Error as error:
        raise explain(str(error)) from error
    check_size(image.width, image.height, limits)
    if kind == "avif":
        image = upright(image)
    if not resolution and image.get_typeof("exif-data"):
        resolution = resolutions.of_exif(image.get("exif-data"))
    return Header(describe(image, kind, resolution))


def _resolution(data: Data, kind: str) -> tuple[float, float] | None:
    of = {"jpeg": resolutions.of_jpeg, "png": resolutions.of_png}.get(kind)
    return of(data) if of else None
