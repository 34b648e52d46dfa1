"""The formats of the Web and of phones: WebP, GIF, AVIF, HEIC."""

import io
from functools import partial
from typing import Any

import numpy as np
from PIL import Image, features

from tests.corpus.colours import P3
from tests.corpus.pictures import chart, decoded, encoded, field, in_palette, photograph, whole, without_heif
from tests.corpus.source import EXACT, GRAPHIC, LOSSY, PHOTOGRAPH, SMOOTH, Made, Picture, Pixels, Source

TITLE = "WebP, GIF, AVIF, HEIC"


def photo(kind: str, **options: Any) -> Made:
    data = encoded(Image.fromarray(photograph()), kind, **options)
    shown = photograph() if options.get("lossless") else decoded(data)
    return Made(data, Picture(shown, PHOTOGRAPH, LOSSY if kind == "AVIF" else EXACT))


def transparent(kind: str, **options: Any) -> Made:
    """A disc of which the corners can be looked through."""
    y, x = np.mgrid[: chart().shape[0], : chart().shape[1]]
    edge = np.clip((190 - np.hypot(y - 165, x - 243)) / 60, 0, 1)
    data = encoded(Image.fromarray(np.dstack([chart(), whole(edge)])), kind, **options)
    return Made(data, Picture(_on_white(decoded(data)), exact=LOSSY))


def moving(kind: str, **options: Any) -> Made:
    """Three frames; the first is the picture."""
    frames = [Image.fromarray(np.roll(chart(), shift, 1)) for shift in (0, 120, 240)]
    if kind == "GIF":
        frames = [frame.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE) for frame in frames]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=200, loop=0, **options)
    with Image.open(io.BytesIO(data)) as image:
        first = np.asarray(image.convert("RGB"))
    return Made(data, Picture(first, GRAPHIC if kind == "GIF" else SMOOTH))


def gif() -> Made:
    image = in_palette(256, Image.Dither.FLOYDSTEINBERG)
    return Made(encoded(image, "GIF"), Picture(np.asarray(image.convert("RGB")), GRAPHIC))


def gif_with_a_hole() -> Made:
    """One number of the palette stands for nothing at all."""
    image = in_palette(255)
    numbers = np.asarray(image).copy()
    numbers[200:300, 100:300] = 255
    holed = Image.fromarray(numbers, "P")
    holed.putpalette(image.getpalette() or [])
    shown = np.asarray(image.convert("RGB")).copy()
    shown[200:300, 100:300] = 255
    return Made(encoded(holed, "GIF", transparency=255), Picture(shown, GRAPHIC))


def heic(**options: Any) -> Made:
    """Held against what went in: who decodes it here decodes it in the converter too."""
    data = encoded(Image.fromarray(photograph()), "HEIF", quality=90, **options)
    return Made(data, Picture(photograph(), PHOTOGRAPH, LOSSY))


def heic_of_a_phone() -> Made:
    """Display P3 and 4:2:0, as phones take them."""
    image = Image.fromarray(whole(P3.of(field())))
    data = encoded(image, "HEIF", quality=95, icc_profile=P3.profile)
    return Made(data, Picture(chart(), exact=LOSSY))


def without_avif() -> str:
    return "" if features.check("avif") else "Pillow has no AVIF here"


def _on_white(values: Pixels) -> Pixels:
    alpha = values[..., 3:] / 255
    return whole(values[..., :3] / 255 * alpha + 1 - alpha)


SOURCES = (
    Source("lossy.webp", "WebP with loss", partial(photo, "WEBP", quality=88)),
    Source("lossless.webp", "WebP without loss", partial(photo, "WEBP", lossless=True, method=2)),
    Source("alpha.webp", "WebP, transparent", partial(transparent, "WEBP", quality=95)),
    Source("animated.webp", "WebP, animated", partial(moving, "WEBP", quality=90)),
    Source("picture.gif", "GIF", gif),
    Source("hole.gif", "GIF, transparent", gif_with_a_hole),
    Source("animated.gif", "GIF, animated", partial(moving, "GIF")),
    Source("photo.avif", "AVIF", partial(photo, "AVIF", quality=85), missing=without_avif),
    Source("alpha.avif", "AVIF, transparent", partial(transparent, "AVIF", quality=90), missing=without_avif),
    Source("photo.heic", "HEIC", heic, missing=without_heif),
    Source("444.heic", "HEIC, 4:4:4", partial(heic, chroma="444"), missing=without_heif),
    Source("phone.heic", "HEIC as phones write it (Display P3)", heic_of_a_phone, missing=without_heif),
)
