"""From a drawn picture to a file of the format that was asked for. Every choice of an encoder is made here."""

import io
import struct
from collections.abc import Callable
from functools import cache
from typing import Any

import pyvips
import structlog
from PIL import Image

from gcis.core.errors import SourceFault
from images.conversion.colours.icc import grey_profile
from images.engine.density import Density, stated
from images.iiif.derivative import Derivative
from images.iiif.formats import BASIC, FORMATS

log = structlog.get_logger(__name__)

#: Of JPEG and WebP; that of AVIF has about their error in a good half of JPEG's bytes.
QUALITY, _AVIF_QUALITY = 90, 70
#: The least that libaom may try: the next step takes five times as long, for files of the same size.
_AVIF_EFFORT = 0
#: A tenth of the bytes of the pixels, by wavelets: above JPEG's quality.
_JP2 = {"quality_mode": "rates", "quality_layers": [10], "irreversible": True}
_PROFILE = "icc-profile-data"
#: TIFF 6.0 p. 38: ResolutionUnit, an entry of type SHORT, and its value for "none".
_UNIT_ENTRY, _NO_UNIT = struct.pack("<HHI", 296, 3, 1), 1
#: Formats into which `images.metadata.embedding` can put what the master says of itself.
DESCRIBED = frozenset({"jpg", "png", "webp"})


def encode(image: pyvips.Image, asked: Derivative, density: Density | None = None) -> bytes:
    """The file, with the profile of the picture and these pixels per millimetre, or none.

    A picture of one channel stays one where the format has such. SourceFault where the format cannot hold so large a
    one; pyvips.Error where the master cannot be read.
    """
    format_ = FORMATS[asked.format]
    if not format_.holds(image.width, image.height):
        raise SourceFault("size", f"A {asked.format} is at most {format_.limit()}.")
    return stated(_ENCODERS[asked.format](_profiled(image, asked), asked, density), asked.format, density)


@cache
def offered(wanted: tuple[str, ...] = tuple(FORMATS)) -> tuple[str, ...]:
    """Those of the wanted formats that the libraries of this installation can write, and those of level 2 in any case.

    Found out once, by writing a small picture and reading it again: what is advertised works.
    """
    return tuple(name for name in FORMATS if name in BASIC or (name in wanted and _works(name)))


def _works(name: str) -> bool:
    grey = pyvips.Image.identity(ushort=False).crop(0, 0, 16, 1).replicate(1, 16).copy(interpretation="b-w")
    try:
        for image, quality in ((grey.colourspace("srgb"), "default"), (grey, "gray"), (grey > 7, "bitonal")):
            encoded = encode(image, Derivative(0, 0, 16, 16, 16, 16, quality=quality, format=name))
            with Image.open(io.BytesIO(encoded)) as read:
                read.load()
    except (pyvips.Error, OSError) as error:
        log.warning("format.unavailable", format=name, error=str(error).strip())
        return False
    return True


def _profiled(image: pyvips.Image, asked: Derivative) -> pyvips.Image:
    """Grey made of colours says how dark its grey is. Black and white need no words."""
    if asked.quality != "gray" or image.get_typeof(_PROFILE):
        return image
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, _PROFILE, _grey_profile())
    return image


_grey_profile = cache(grey_profile)


def _jpg(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    return image.jpegsave_buffer(Q=QUALITY, subsample_mode="on", keep="icc")


def _png(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    return image.pngsave_buffer(bitdepth=1 if asked.quality == "bitonal" else 8, keep="icc")


def _webp(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    return image.webpsave_buffer(Q=QUALITY, lossless=asked.quality == "bitonal", keep="icc")


def _gif(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    """256 colours chosen for the picture. Grey has no more: Pillow writes it as it is, at a seventh of the time."""
    if image.bands == 1:
        return _by_pillow(image, "GIF", bilevel=asked.quality == "bitonal")
    return image.gifsave_buffer(effort=1, keep="none")


def _tif(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    """Without loss; black and white as fax machines and archives do (ITU-T T.6)."""
    across, down = density or (1.0, 1.0)
    said = {"xres": across, "yres": down, "resunit": "inch", "keep": "icc"}
    if asked.quality == "bitonal":
        encoded = image.tiffsave_buffer(compression="ccittfax4", bitdepth=1, miniswhite=True, **said)
    else:
        encoded = image.tiffsave_buffer(compression="lzw", predictor="horizontal", **said)
    return encoded if density else _without_unit(encoded)


def _without_unit(encoded: bytes) -> bytes:
    """libvips knows no TIFF without resolution: with no unit it says no more than that pixels are square."""
    (first,) = struct.unpack_from("<I", encoded, 4)
    (entries,) = struct.unpack_from("<H", encoded, first)
    for at in range(first + 2, first + 2 + 12 * entries, 12):
        if encoded[at : at + 8] == _UNIT_ENTRY:
            return encoded[: at + 8] + struct.pack("<HH", _NO_UNIT, 0) + encoded[at + 12 :]
    return encoded


def _avif(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    lossless = asked.quality == "bitonal"
    return image.heifsave_buffer(
        compression="av1",
        Q=_AVIF_QUALITY,
        effort=_AVIF_EFFORT,
        bitdepth=8,
        lossless=lossless,
        subsample_mode="off" if lossless else "on",
        keep="icc",
    )


def _jp2(image: pyvips.Image, asked: Derivative, density: Density | None) -> Any:
    """By OpenJPEG in Pillow: the libvips that comes with pyvips has none. JP2 names sRGB and its grey without ICC."""
    rest: dict[str, Any] = {} if asked.quality == "bitonal" else {**_JP2, "mct": 1 if image.bands == 3 else 0}
    return _by_pillow(image, "JPEG2000", **rest)


def _by_pillow(image: pyvips.Image, name: str, bilevel: bool = False, **options: Any) -> bytes:
    """A picture of one or three channels of 8 bits, in a format of Pillow's."""
    mode = "L" if image.bands == 1 else "RGB"
    drawn = Image.frombuffer(mode, (image.width, image.height), image.write_to_memory(), "raw", mode, 0, 1)
    buffer = io.BytesIO()
    (drawn.convert("1", dither=Image.Dither.NONE) if bilevel else drawn).save(buffer, name, **options)
    return buffer.getvalue()


_ENCODERS: dict[str, Callable[[pyvips.Image, Derivative, Density | None], Any]] = {
    "jpg": _jpg,
    "png": _png,
    "webp": _webp,
    "gif": _gif,
    "tif": _tif,
    "avif": _avif,
    "jp2": _jp2,
}
