"""Sizes at which tiles, levels and samples run out."""

from functools import partial

import numpy as np

from tests.corpus import pngs, tiffs
from tests.corpus.pictures import field, grey_field, whole
from tests.corpus.source import EXACT, SMOOTH, TONES, Made, Picture, Source

TITLE = "Awkward sizes"


def colour(width: int, height: int, gate: tuple[float, float] = SMOOTH) -> Made:
    values = whole(field(width, height))
    return Made(pngs.png(values, pngs.RGB, 8), Picture(values, gate))


def one_pixel() -> Made:
    values = np.array([[[200, 60, 50]]], np.uint8)
    return Made(pngs.png(values, pngs.RGB, 8), Picture(values, EXACT))


def line(width: int, height: int) -> Made:
    """Grey, one pixel thick."""
    values = whole(grey_field(width, height))
    return Made(tiffs.one(values, tiffs.BLACK_IS_ZERO), Picture(values, TONES))


SOURCES = (
    Source("1x1.png", "1 x 1", one_pixel),
    Source("5000x1.tif", "5000 x 1", partial(line, 5000, 1)),
    Source("1x5000.tif", "1 x 5000", partial(line, 1, 5000)),
    Source("256x256.png", "256 x 256, exactly one tile", partial(colour, 256, 256, EXACT)),
    Source("257x255.png", "257 x 255, just more than one tile", partial(colour, 257, 255)),
    Source("2880x180.png", "2880 x 180, a panorama", partial(colour, 2880, 180)),
)
