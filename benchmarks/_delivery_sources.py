"""Sources for delivery: photographs whose detail is spread as in nature, an engraving, and a zone plate.

In photographs every octave of detail is about as strong as the next, down to where lenses blur, and colours change
slowly: a small copy then looks like a photograph too, and a measure of colours says something.
"""

import random
from functools import cache
from pathlib import Path
from typing import Any

#: Standard deviation of the detail of 1, 2, 4 pixels and larger in light; and of colours, from 4 pixels on.
_LIGHT, _COLOUR = (2.0, 3.5, 4.5, 5.0), (0.0, 0.0, 0.3)
#: The same of colours in the largest octaves, the coarsest first.
_WIDE_COLOUR = (6.0, 3.0, 0.8)
#: Pixels of the edge of the noise, which is repeated, and of the picture's coarsest octave.
_CELL, _COARSEST = 1500, 6
#: Pixels of the zone plate's edge: its rings are as fine as pixels where they reach the edge.
_ZONES = 1800


def photograph(path: Path, megapixels: float, seed: int) -> Path:
    """In Adobe RGB, 4:3."""
    import pyvips

    from tests.media import profiles

    width = round((megapixels * 1e6 * 4 / 3) ** 0.5)
    height = round(megapixels * 1e6 / width)
    chance = random.Random(seed)
    light, red, blue = (_clouds(width, height, chance, strengths) for strengths in (_LIGHT, _COLOUR, _COLOUR))
    bands = (light + red, light - red * 0.4 - blue * 0.3, light + blue)
    image = (bands[0].bandjoin(list(bands[1:])) + 128).cast("uchar").copy(interpretation="srgb")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profiles.adobe_rgb())
    image.tiffsave(str(path))
    return path


def _clouds(width: int, height: int, chance: random.Random, strengths: tuple[float, ...]) -> Any:
    """Noise of all octaves that have a strength, around 0."""
    octaves = (max(width, height) // _COARSEST).bit_length() - 1
    image = None
    for octave in range(octaves, -1, -1):
        w, h = -(-width >> octave), -(-height >> octave)
        image = None if image is None else image.resize(2, kernel="linear").crop(0, 0, w, h)
        strength = strengths[min(octave, len(strengths) - 1)]
        if strengths is _COLOUR and octaves - octave < len(_WIDE_COLOUR):
            strength = _WIDE_COLOUR[octaves - octave]
        if strength:
            x, y = chance.randrange(_CELL), chance.randrange(_CELL)
            noise = _noise().replicate(2 + w // _CELL, 2 + h // _CELL).crop(x, y, w, h) * strength
            image = noise if image is None else image + noise
    return image


@cache
def _noise() -> Any:
    import pyvips

    return pyvips.Image.gaussnoise(_CELL, _CELL, sigma=1, mean=0, seed=1).copy_memory()


def engraving(path: Path) -> Path:
    """Fine lines at all angles, and small letters, in black and red on paper."""
    from benchmarks.recipes import _line_art

    return _line_art(path)


def zone_plate(path: Path) -> Path:
    """Grey rings around the middle, finer towards the edge."""
    import numpy as np
    from PIL import Image

    across = np.arange(_ZONES) - (_ZONES - 1) / 2
    squared = across[None, :] ** 2 + across[:, None] ** 2
    Image.fromarray((128 + 100 * np.cos(np.pi * squared / _ZONES)).round().astype(np.uint8)).save(path)
    return path
