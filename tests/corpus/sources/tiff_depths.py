"""TIFF by depth: every number of bits that a grey, a colour and a palette can have."""

from functools import partial

import numpy as np

from tests.corpus import tiffs
from tests.corpus.pictures import chart, field, grey_chart, grey_field, in_palette, print_of_type, whole
from tests.corpus.source import BILEVEL, GRAPHIC, TONES, Made, Picture, Source
from tests.media.deltae import srgb_to_linear

TITLE = "TIFF: depths"


def grey(bits: int, *, white_is_zero: bool = False) -> Made:
    levels = print_of_type() == 0 if bits == 1 else whole(grey_field(), 2**bits - 1)
    values = (2**bits - 1 - levels if white_is_zero else levels).astype(np.uint16 if bits == 16 else np.uint8)
    photometric = tiffs.WHITE_IS_ZERO if white_is_zero else tiffs.BLACK_IS_ZERO
    data = tiffs.one(values, photometric, bits=bits)
    return Made(data, Picture(whole(levels / (2**bits - 1)), BILEVEL if bits < 4 else TONES))


def float_grey() -> Made:
    """Amounts of light, 0 to 1, as libvips, Photoshop and OpenEXR take floats."""
    light = srgb_to_linear(grey_field()).astype(np.float32)
    return Made(tiffs.one(light, tiffs.BLACK_IS_ZERO), Picture(grey_chart(), TONES))


def float_colour(kind: type[np.floating]) -> Made:
    light = srgb_to_linear(field()).astype(kind)
    return Made(tiffs.one(light, tiffs.RGB), Picture(chart()))


def colour(bits: int) -> Made:
    values = whole(field(), 2**bits - 1)
    return Made(tiffs.one(values, tiffs.RGB), Picture(chart()))


def palette(bits: int) -> Made:
    """A colour map has all the reds first, then greens and blues, with 16 bits (TIFF 6.0 p. 23)."""
    image = in_palette(2**bits)
    shades = np.zeros((2**bits, 3), np.uint16)
    known = np.array(image.getpalette(), np.uint16).reshape(-1, 3)
    shades[: len(known)] = known
    numbers = np.asarray(image)
    tags = {tiffs.COLOUR_MAP: (tiffs.SHORT, [int(level) * 257 for level in shades.T.ravel()])}
    data = tiffs.one(numbers, tiffs.PALETTE, bits=bits, tags=tags)
    return Made(data, Picture(shades[numbers].astype(np.uint8), GRAPHIC))


def counted(bits: int) -> str:
    return "1 bit" if bits == 1 else f"{bits} bits"


SOURCES = (
    *(Source(f"grey-{bits}.tif", f"grey, {counted(bits)}", partial(grey, bits)) for bits in (1, 2, 4, 8, 16)),
    *(
        Source(f"white-is-zero-{bits}.tif", f"{counted(bits)}, white is zero", partial(grey, bits, white_is_zero=True))
        for bits in (1, 8, 16)
    ),
    Source("grey-float.tif", "grey, 32-bit float", float_grey),
    Source("rgb-8.tif", "RGB, 8 bits", partial(colour, 8)),
    Source("rgb-16.tif", "RGB, 16 bits", partial(colour, 16)),
    Source("rgb-float.tif", "RGB, 32-bit float", partial(float_colour, np.float32)),
    Source("rgb-half-float.tif", "RGB, 16-bit float", partial(float_colour, np.float16)),
    *(Source(f"palette-{bits}.tif", f"palette, {bits} bits", partial(palette, bits)) for bits in (4, 8)),
)
