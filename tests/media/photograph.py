"""Pictures with the large shapes and fine grain of photographs, each seed another one."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    """An RGB picture whose every part looks different from its neighbour: a shift by one pixel can be measured."""
    random = np.random.default_rng(seed)
    layers = np.full((height, width, 3), 128, np.float32)
    for cells, weight in ((4, 90.0), (16, 50.0), (64, 30.0)):
        layers += _clouds(random, width, height, cells, 3) * weight
    layers += _clouds(random, width, height, width // 2, 1) * 40  # grain without colour, as in film
    return Image.fromarray(np.clip(layers, 0, 255).astype(np.uint8))


def _clouds(random: np.random.Generator, width: int, height: int, cells: int, channels: int) -> NDArray[np.float32]:
    """Noise between -0.5 and 0.5 with so many cells across, smoothed up to the full size."""
    shape = (max(2, cells * height // width), max(2, cells), channels)
    coarse = Image.fromarray((random.random(shape, np.float32) * 255).astype(np.uint8).squeeze())
    grown = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255 - 0.5
    return grown.reshape(height, width, channels)


def photograph(path: Path, *, width: int, height: int, seed: int = 0, **options: Any) -> Path:
    """Save such a picture in the format of the path's extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".jpg", ".jpeg"):
        options.setdefault("quality", 90)
    picture(width, height, seed).save(path, **options)
    return path
