"""TIFF with several directories: pages, levels of one picture, previews, masks; and a pyramid such as we make."""

from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from tests.corpus import tiffs
from tests.corpus.colours import SRGB
from tests.corpus.pictures import chart, grey_chart, photograph, print_of_type, whole
from tests.corpus.source import BILEVEL, LOSSY, PHOTOGRAPH, TONES, Made, Picture, Pixels, Source
from tests.media.formats import Page

TITLE = "TIFF: pages and pyramids"


def pages(page: int) -> Made:
    """Three pages that have nothing in common: colour, grey, and black and white of another size."""
    bilevel = ~print_of_type()[:200]
    directories = (_rgb(chart(), tiffs.ONE_PAGE), _grey(grey_chart()), _grey(whole(bilevel * 1.0)))
    shown = (
        Picture(chart(), pages=3),
        Picture(grey_chart(), TONES, pages=3),
        Picture(whole(bilevel * 1.0), BILEVEL, pages=3),
    )
    return Made(tiffs.several(directories), shown[page])


def pyramid(*, flagged: bool, **layout: Any) -> Made:
    """Levels of half the size each. Not all writers flag them as smaller versions."""
    levels = [_halved(photograph(), times) for times in range(3)]
    directories = [
        _rgb(level, tiffs.SMALLER if flagged and number else 0, **layout) for number, level in enumerate(levels)
    ]
    return Made(tiffs.several(directories), Picture(photograph(), PHOTOGRAPH))


def pyramid_below() -> Made:
    """The smaller levels in SubIFDs (Adobe technical note 1; OME-TIFF)."""
    rest = [_rgb(_halved(photograph(), times), tiffs.SMALLER, tile=128) for times in (1, 2)]
    return Made(tiffs.several([_rgb(photograph(), tile=128, below=rest)]), Picture(photograph(), PHOTOGRAPH))


def preview_and_mask() -> Made:
    """A scan with its preview behind it and the mask that goes with it: one picture."""
    directories = (
        _rgb(chart()),
        _rgb(np.asarray(Image.fromarray(chart()).resize((160, 109))), tiffs.SMALLER),
        tiffs.directory(print_of_type().astype(np.uint8), tiffs.MASK, bits=1, tags=_kind(tiffs.OF_TRANSPARENCY)),
    )
    return Made(tiffs.several(directories), Picture(chart()))


def preview_first() -> Made:
    """A preview in front of the picture, as some scanners write it."""
    small = np.asarray(Image.fromarray(chart()).resize((160, 109)))
    return Made(tiffs.several([_rgb(small, tiffs.SMALLER), _rgb(chart())]), Picture(chart()))


def conforming() -> Made:
    """A pyramid as the default recipe writes it: JPEG tiles of 256 pixels, sRGB, levels down to one tile."""
    profile = {tiffs.ICC: (tiffs.UNDEFINED, SRGB.profile)}
    levels = [_halved(photograph(), times) for times in range(3)]
    directories = [
        tiffs.directory(
            level,
            tiffs.YCBCR,
            tile=256,
            compression="jpeg",
            tags=profile | _kind(tiffs.SMALLER if number else 0),
        )
        for number, level in enumerate(levels)
    ]
    return Made(tiffs.several(directories), Picture(photograph(), PHOTOGRAPH, LOSSY))


def _rgb(values: Pixels, kind: int = 0, **layout: Any) -> Page:
    return tiffs.directory(values, tiffs.RGB, tags=_kind(kind), **layout)


def _grey(values: Pixels) -> Page:
    return tiffs.directory(values, tiffs.BLACK_IS_ZERO, tags=_kind(tiffs.ONE_PAGE))


def _kind(flags: int) -> dict[int, Any]:
    return {tiffs.NEW_SUBFILE_TYPE: (tiffs.LONG, [flags])}


def _halved(values: Pixels, times: int) -> Pixels:
    """Every pixel the mean of a square, rounded down to whole squares, as libvips halves."""
    for _ in range(times):
        height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
        four = values[:height, :width].reshape(height // 2, 2, width // 2, 2, -1).astype(np.float32)
        values = np.round(four.mean((1, 3))).astype(np.uint8)
    return values


SOURCES = (
    *(
        Source("pages.tif", f"three pages: the {which}", partial(pages, n), page=n)
        for n, which in enumerate(("first", "second", "third"))
    ),
    Source("pyramid-flagged.tif", "pyramid in tiles, its levels flagged", partial(pyramid, flagged=True, tile=128)),
    Source("pyramid-unflagged.tif", "pyramid, its levels not flagged", partial(pyramid, flagged=False, tile=128)),
    Source("pyramid-subifd.tif", "pyramid with its levels in SubIFDs", pyramid_below),
    Source("preview-mask.tif", "a preview and a mask behind the picture", preview_and_mask),
    Source("preview-first.tif", "a preview before the picture", preview_first),
    Source("conforming.tif", "a pyramid such as the recipe makes", conforming),
)
