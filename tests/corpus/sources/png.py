"""PNG in its depths, palettes and kinds of transparency."""

import struct
from functools import partial

import numpy as np

from tests.corpus import pngs
from tests.corpus.pictures import HEIGHT, WIDTH, chart, field, grey_field, in_palette, print_of_type, whole
from tests.corpus.source import BILEVEL, GRAPHIC, TONES, Made, Picture, Source

TITLE = "PNG"


def grey(bits: int) -> Made:
    levels = whole(~print_of_type() * 1.0, 1) if bits == 1 else whole(grey_field(), 2**bits - 1)
    shown = whole(levels / (2**bits - 1))
    return Made(pngs.png(levels[..., None], pngs.GREY, bits), Picture(shown, BILEVEL if bits == 1 else TONES))


def colour(bits: int, *, interlaced: bool = False) -> Made:
    return Made(pngs.png(whole(field(), 2**bits - 1), pngs.RGB, bits, interlaced=interlaced), Picture(chart()))


def resolution() -> Made:
    """600 dots per inch, as whole dots per metre (chunk pHYs)."""
    chunk = (b"pHYs", struct.pack(">IIB", 23622, 23622, 1))
    return Made(pngs.png(chart(), pngs.RGB, 8, chunks=[chunk]), Picture(chart(), pixels_per_mm=(23.622, 23.622)))


def palette(*, transparent: bool) -> Made:
    """Sixty-four colours; transparent: the first sixteen can be looked through, more and more."""
    image = in_palette(64)
    numbers, shades = np.asarray(image), np.array(image.getpalette(), np.uint8).reshape(-1, 3)
    opacity = np.concatenate([np.arange(16) * 16, np.full(len(shades) - 16, 255)]).astype(np.uint8)
    chunks = [(b"PLTE", shades.tobytes()), (b"tRNS", opacity[:16].tobytes())]
    data = pngs.png(numbers[..., None], pngs.PALETTE, 8, chunks=chunks if transparent else chunks[:1])
    alpha = opacity[numbers][..., None] / 255
    shown = whole(shades[numbers] / 255 * alpha + 1 - alpha) if transparent else shades[numbers]
    return Made(data, Picture(shown, GRAPHIC))


def transparent(bits: int) -> Made:
    values = whole(np.concatenate([field(), _veil()], -1), 2**bits - 1)
    stored, alpha = values[..., :3] / (2**bits - 1), values[..., 3:] / (2**bits - 1)
    return Made(pngs.png(values, pngs.RGBA, bits), Picture(whole(stored * alpha + 1 - alpha)))


def transparent_grey() -> Made:
    values = whole(np.concatenate([grey_field()[..., None], _veil()], -1))
    tones, alpha = values[..., 0] / 255, values[..., 1] / 255
    return Made(pngs.png(values, pngs.GREY_ALPHA, 8), Picture(whole(tones * alpha + 1 - alpha), TONES))


def colour_key() -> Made:
    """One colour stands for nothing at all (chunk tRNS of RGB)."""
    values = chart().copy()
    values[200:300, 100:300] = (255, 0, 255)
    shown = values.copy()
    shown[200:300, 100:300] = 255
    data = pngs.png(values, pngs.RGB, 8, chunks=[(b"tRNS", struct.pack(">3H", 255, 0, 255))])
    return Made(data, Picture(shown, GRAPHIC))


def _veil() -> "np.ndarray[tuple[int, ...], np.dtype[np.float64]]":
    return np.broadcast_to(np.linspace(0, 1, HEIGHT)[:, None, None], (HEIGHT, WIDTH, 1))


SOURCES = (
    *(
        Source(f"grey-{bits}.png", "grey, 1 bit" if bits == 1 else f"grey, {bits} bits", partial(grey, bits))
        for bits in (1, 4, 8, 16)
    ),
    *(Source(f"rgb-{bits}.png", f"RGB, {bits} bits", partial(colour, bits)) for bits in (8, 16)),
    Source("interlaced.png", "interlaced", partial(colour, 8, interlaced=True)),
    Source("resolution.png", "600 dots per inch", resolution),
    Source("palette.png", "palette", partial(palette, transparent=False)),
    Source("palette-transparent.png", "palette, partly transparent", partial(palette, transparent=True)),
    *(
        Source(f"alpha-{bits}.png", f"RGB and transparency, {bits} bits", partial(transparent, bits))
        for bits in (8, 16)
    ),
    Source("alpha-grey.png", "grey, transparent", transparent_grey),
    Source("colour-key.png", "one colour is transparent", colour_key),
)
