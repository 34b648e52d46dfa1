"""TIFF by what its channels mean: inks, L*a*b*, transparency of both kinds, and channels that are neither."""

from functools import partial

import numpy as np
from PIL import Image

from tests.corpus import tiffs
from tests.corpus.cms import assumed_cmyk, by_profile
from tests.corpus.colours import ink_profile, inks, lab, without_inks
from tests.corpus.pictures import HEIGHT, WIDTH, chart, field, grey_field, whole
from tests.corpus.source import LOSSY, ROUNDED, TONES, Made, Picture, Pixels, Source

TITLE = "TIFF: colours and channels"


def separated(bits: int, *, profile: bool) -> Made:
    """With a profile, inks whose colours are known by a formula; without, what a colour management system makes."""
    values = whole(inks(field()), 2**bits - 1)
    if not profile:
        return Made(tiffs.one(values, tiffs.SEPARATED), Picture(by_profile(values, assumed_cmyk()), exact=ROUNDED))
    return Made(tiffs.with_profile(values, tiffs.SEPARATED, ink_profile()), Picture(chart(), exact=ROUNDED))


def cielab(bits: int, *, icc: bool) -> Made:
    """CIELab has signed a* and b*, ICCLab shifted ones, and 16 bits count to 65280 (Adobe technical notes)."""
    full = 2 ** (bits - 8)
    white = {(8, True): 255, (8, False): 255, (16, True): 65280, (16, False): 65535}[bits, icc]
    colours = lab(field())
    lightness, axes = np.round(colours[..., :1] / 100 * white), np.round(colours[..., 1:] * full)
    values = np.concatenate([lightness, axes + 128 * full if icc else axes % 2**bits], -1)
    values = values.astype(np.uint16 if bits == 16 else np.uint8)
    return Made(tiffs.one(values, tiffs.ICCLAB if icc else tiffs.CIELAB), Picture(chart(), exact=ROUNDED))


def transparent(bits: int, kind: int) -> Made:
    """Ever less to be seen from left to right. Associated: the colours are multiplied by it already."""
    colours = field() * _veil() if kind == tiffs.ASSOCIATED else field()
    values = whole(np.concatenate([colours, _veil()], -1), 2**bits - 1)
    stored, alpha = values[..., :3] / (2**bits - 1), values[..., 3:] / (2**bits - 1)
    shown = (stored if kind == tiffs.ASSOCIATED else stored * alpha) + 1 - alpha
    return Made(tiffs.one(values, tiffs.RGB, extra=(kind,)), Picture(whole(np.clip(shown, 0, 1))))


def transparent_grey() -> Made:
    values = whole(np.concatenate([grey_field()[..., None], _veil()], -1))
    data = tiffs.one(values, tiffs.BLACK_IS_ZERO, extra=(tiffs.UNASSOCIATED,))
    tones, alpha = values[..., 0] / 255, values[..., 1] / 255
    return Made(data, Picture(whole(tones * alpha + 1 - alpha), TONES))


def transparent_inks() -> Made:
    """Ever less ink from left to right: it is laid on paper, as programs for printing do."""
    values = whole(np.concatenate([inks(field()), _veil()], -1))
    data = tiffs.with_profile(values, tiffs.SEPARATED, ink_profile(), extra=(tiffs.UNASSOCIATED,))
    return Made(data, Picture(whole(without_inks(inks(field()) * _veil())), exact=LOSSY))


def ycbcr() -> Made:
    """Luma and two colours, as television has them, without compression or subsampling."""
    values = np.asarray(Image.fromarray(chart()).convert("YCbCr"))
    whole_range = {tiffs.REFERENCE: (tiffs.RATIONAL, [(n, 1) for n in (0, 255, 128, 255, 128, 255)])}
    tags = whole_range | {tiffs.SUBSAMPLING: (tiffs.SHORT, [1, 1])}
    return Made(tiffs.one(values, tiffs.YCBCR, tags=tags), Picture(chart(), exact=LOSSY))


def selections() -> Made:
    """Two channels that mean nothing to a reader, as Photoshop saves selections."""
    values = whole(np.concatenate([field(), _veil(), 1 - _veil()], -1))
    data = tiffs.one(values, tiffs.RGB, extra=(tiffs.UNSPECIFIED, tiffs.UNSPECIFIED))
    return Made(data, Picture(chart()))


def spot_colour() -> Made:
    """A fifth ink, which no profile of four knows."""
    values = whole(np.concatenate([inks(field()), _veil()], -1))
    data = tiffs.with_profile(values, tiffs.SEPARATED, ink_profile(), extra=(tiffs.UNSPECIFIED,))
    return Made(data, Picture(chart(), exact=ROUNDED))


def _veil() -> Pixels:
    return np.broadcast_to(np.linspace(1, 0, WIDTH)[None, :, None], (HEIGHT, WIDTH, 1))


SOURCES = (
    *(
        Source(f"cmyk-{bits}.tif", f"CMYK, {bits} bits, no profile", partial(separated, bits, profile=False))
        for bits in (8, 16)
    ),
    *(
        Source(f"cmyk-{bits}-profile.tif", f"CMYK, {bits} bits, with a profile", partial(separated, bits, profile=True))
        for bits in (8, 16)
    ),
    *(Source(f"cielab-{bits}.tif", f"CIE Lab, {bits} bits", partial(cielab, bits, icc=False)) for bits in (8, 16)),
    *(Source(f"icclab-{bits}.tif", f"ICC Lab, {bits} bits", partial(cielab, bits, icc=True)) for bits in (8, 16)),
    *(
        Source(f"alpha-{bits}.tif", f"RGB, transparent, {bits} bits", partial(transparent, bits, tiffs.UNASSOCIATED))
        for bits in (8, 16)
    ),
    *(
        Source(
            f"alpha-{bits}-associated.tif",
            f"RGB, premultiplied, {bits} bits",
            partial(transparent, bits, tiffs.ASSOCIATED),
        )
        for bits in (8, 16)
    ),
    Source("alpha-grey.tif", "grey, transparent", transparent_grey),
    Source("alpha-cmyk.tif", "CMYK, transparent", transparent_inks),
    Source("ycbcr.tif", "YCbCr, not compressed", ycbcr),
    Source("selections.tif", "RGB and two saved selections", selections),
    Source("spot-colour.tif", "CMYK and a spot colour", spot_colour),
)
