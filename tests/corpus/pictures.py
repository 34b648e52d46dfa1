"""The pictures that the sources show: smooth fields with patches on them, as numbers from 0 to 1."""

import importlib.util
import io
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.corpus.source import Pixels
from tests.media.photograph import picture

#: No multiple of any block or tile, and wider than one tile of the default recipe.
WIDTH, HEIGHT = 487, 331
#: Pixels over which a patch begins: JPEG's halved colours blur sharper edges, and that would hide everything else.
EDGE = 12
#: Colours of sRGB that differ in every way; all corners of the picture are different.
_PATCHES = (
    (200, 60, 50),
    (60, 170, 70),
    (50, 80, 200),
    (235, 200, 40),
    (190, 60, 150),
    (30, 140, 170),
    (250, 250, 250),
)


@cache
def field(width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Hues across and lightness down, with patches near the left upper corner (height x width x 3)."""
    y, x = _grid(width, height)
    spread = 0.3 * np.sin(np.pi * y)
    colours = np.stack([0.1 + 0.78 * y + spread * np.cos(2 * np.pi * (x + n / 3)) for n in range(3)], -1)
    for number, shade in enumerate(_PATCHES):
        left, top = 1 / 20 + (number % 4) / 8, 1 / 20 + (number // 4) / 5
        there = _patch(width, height, (left, top, left + 1 / 11, top + 1 / 7))[..., None]
        colours = colours * (1 - there) + np.array(shade) / 255 * there
    return np.clip(colours, 0, 1)


@cache
def grey_field(width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """From black to white along the diagonal, with patches (height x width)."""
    y, x = _grid(width, height)
    tones = 0.5 * (x + y) + 0.08 * np.sin(6 * np.pi * x) * np.sin(4 * np.pi * y)
    for number in range(6):
        left = 1 / 16 + number / 8
        there = _patch(width, height, (left, 1 / 16, left + 1 / 12, 1 / 5))
        tones = tones * (1 - there) + number / 5 * there
    return np.clip(tones, 0, 1)


def chart(width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    return whole(field(width, height))


def grey_chart(width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    return whole(grey_field(width, height))


@cache
def photograph(seed: int = 5) -> NDArray[np.uint8]:
    return np.asarray(picture(600, 400, seed))


@cache
def print_of_type() -> NDArray[np.bool_]:
    """True where there is ink: bars and discs as large as print on a scanned page."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    lines = (y % 24 < 14) & (x % 19 < 11) & (x % 133 < 118)
    return lines & (y > 40) | ((x - 400) ** 2 + (y - 70) ** 2 < 45**2)


def whole(values: Pixels, full: int = 255) -> NDArray[np.uint8]:
    """Numbers from 0 to 1 as whole numbers up to `full`."""
    return np.round(values * full).astype(np.uint8 if full < 256 else np.uint16)


def in_palette(colours: int, dither: Image.Dither = Image.Dither.NONE) -> Image.Image:
    """The chart in so many colours."""
    return Image.fromarray(chart()).quantize(colours, Image.Quantize.FASTOCTREE, dither=dither)


def without_heif() -> str:
    return "" if importlib.util.find_spec("pillow_heif") else "pillow-heif (the extra heic) is not installed"


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The picture as a file of this format of Pillow, or of HEIF where pillow-heif is installed."""
    if kind == "HEIF":
        from pillow_heif import register_heif_opener  # an extra: not everywhere

        register_heif_opener()
        options = {"enc_params": {"preset": "ultrafast"}} | options
    data = io.BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def decoded(data: bytes) -> NDArray[np.uint8]:
    """What Pillow reads: for compressions with loss this, and not what went in, is what a file shows."""
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)


def _patch(width: int, height: int, box: tuple[float, float, float, float]) -> Pixels:
    """1 inside the box (left, top, right, bottom, as parts of the whole), 0 outside, and a soft edge between."""
    y, x = np.mgrid[:height, :width]
    left, top, right, bottom = box
    across = np.minimum(x - left * width, right * width - x)
    down = np.minimum(y - top * height, bottom * height - y)
    return np.clip(np.minimum(across, down) / EDGE + 0.5, 0, 1)


def _grid(width: int, height: int) -> tuple[Pixels, Pixels]:
    y, x = np.mgrid[:height, :width]
    return y / max(1, height - 1), x / max(1, width - 1)
