"""Pictures with the large shapes and fine grain of photographs, each seed another one."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    """An RGB picture whose every part looks different from its neighbour: a shift by one pixel can be measured."""
    random = np.random.default_rng(seed)
    layers = np.zeros((height, width, 3), np.float32)
    for cells, weight in ((4, 90.0), (16, 50.0), (64, 30.0), (256, 16.0)):
        coarse = random.random((max(2, cells * height // width), cells, 3), np.float32)
        grown = Image.fromarray((coarse * 255).astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
        layers += (np.asarray(grown, np.float32) / 255 - 0.5) * weight
    return Image.fromarray(np.clip(layers + 128, 0, 255).astype(np.uint8))


def photograph(path: Path, *, width: int, height: int, seed: int = 0, **options: Any) -> Path:
    """Save such a picture in the format of the path's extension."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".jpg", ".jpeg"):
        options.setdefault("quality", 90)
    picture(width, height, seed).save(path, **options)
    return path
