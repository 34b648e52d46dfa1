"""Which way is up: stored turned, with the Orientation that says so, in every format that can."""

from functools import partial

import numpy as np
from PIL import Image

from tests.corpus import pngs, tiffs
from tests.corpus.pictures import chart, encoded, field, whole, without_heif
from tests.corpus.source import LOSSY, Made, Picture, Pixels, Source

TITLE = "Orientation"
#: Dots per inch across and down, as stored: they have to turn with the picture.
DENSITY = (300, 150)


def stored(upright: Pixels, orientation: int) -> Pixels:
    """The rows and columns as a camera stores them (EXIF 3.0 §4.6.5.1, Orientation)."""
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.swapaxes(0, 1),
        6: upright.swapaxes(0, 1)[::-1],
        7: upright.swapaxes(0, 1)[::-1, ::-1],
        8: upright.swapaxes(0, 1)[:, ::-1],
    }[orientation]
    return np.ascontiguousarray(turned)


def in_exif(kind: str, orientation: int, **options: object) -> Made:
    exif = Image.Exif()
    exif[0x112] = orientation
    data = encoded(Image.fromarray(stored(chart(), orientation)), kind, exif=exif.tobytes(), **options)
    return Made(data, Picture(chart(), exact=LOSSY))


def tiff(orientation: int, bits: int = 8) -> Made:
    """With a density that differs across and down."""
    tags = {
        tiffs.ORIENTATION: (tiffs.SHORT, [orientation]),
        tiffs.X_RESOLUTION: (tiffs.RATIONAL, [(DENSITY[0], 1)]),
        tiffs.Y_RESOLUTION: (tiffs.RATIONAL, [(DENSITY[1], 1)]),
        tiffs.UNIT: (tiffs.SHORT, [2]),
    }
    values = stored(whole(field(), 2**bits - 1), orientation)
    across, down = DENSITY if orientation < 5 else DENSITY[::-1]
    return Made(
        tiffs.one(values, tiffs.RGB, tags=tags),
        Picture(chart(), pixels_per_mm=(across / 25.4, down / 25.4)),
    )


def png(orientation: int) -> Made:
    exif = Image.Exif()
    exif[0x112] = orientation
    chunk = (b"eXIf", exif.tobytes().removeprefix(b"Exif\0\0"))
    data = pngs.png(stored(chart(), orientation), pngs.RGB, 8, chunks=[chunk])
    return Made(data, Picture(chart()))


def heic(orientation: int) -> Made:
    """Phones say it in the file's own properties (irot, imir), and again in EXIF."""
    return in_exif("HEIF", orientation, quality=95, chroma="444")


SOURCES = (
    *(
        Source(f"orientation-{n}.jpg", f"JPEG, {n}", partial(in_exif, "JPEG", n, quality=95, subsampling=0))
        for n in range(1, 9)
    ),
    Source("orientation-2.tif", "TIFF, 2", partial(tiff, 2)),
    Source("orientation-6.tif", "TIFF, 6, denser across than down", partial(tiff, 6)),
    Source("orientation-8-16.tif", "TIFF, 8, 16 bits", partial(tiff, 8, 16)),
    Source("orientation-3.png", "PNG, 3", partial(png, 3)),
    Source("orientation-5.png", "PNG, 5", partial(png, 5)),
    Source("orientation-7.webp", "WebP, 7", partial(in_exif, "WEBP", 7, quality=95)),
    Source("orientation-6.avif", "AVIF, 6", partial(in_exif, "AVIF", 6, quality=95)),
    Source("orientation-6.heic", "HEIC, 6", partial(heic, 6), missing=without_heif),
    Source("orientation-3.heic", "HEIC, 3", partial(heic, 3), missing=without_heif),
)
