"""Masters made here as the converter makes them, and beside each the picture it was made from."""

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

#: Odd on purpose: every level drops a column and a row somewhere.
WIDTH, HEIGHT = 1403, 1021


@dataclass(frozen=True)
class Master:
    path: Path
    original: Image.Image


def photograph(width: int, height: int) -> Image.Image:
    """Detail of every size, as in nature, in slowly changing colours."""
    random = np.random.default_rng(7)

    def noise(step: int) -> np.ndarray:
        coarse = random.normal(size=(height // step + 3, width // step + 3)).astype(np.float32)
        large = Image.fromarray(coarse).resize(
            (coarse.shape[1] * step, coarse.shape[0] * step), Image.Resampling.BICUBIC
        )
        return np.asarray(large)[:height, :width]

    light = sum(noise(step) * strength for step, strength in ((2, 10), (8, 8), (16, 6), (32, 6), (64, 8), (128, 14)))
    colours = np.stack([noise(256) * 12 for _ in range(3)], axis=2)
    return Image.fromarray((128 + light[..., None] + colours).clip(0, 255).astype(np.uint8))


def write_master(
    path: Path, picture: Image.Image, quality: int = 89, bigtiff: bool = False, xmp: bytes = b""
) -> Master:
    """A pyramid with the options of the default recipe; colour pictures get libvips's small sRGB profile."""
    image = pyvips.Image.new_from_array(np.asarray(picture))
    if image.bands == 3:
        profile = pyvips.Operation.call("profile_load", "srgb")
        image = image.copy(interpretation="srgb")
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    if xmp:
        image.set_type(pyvips.GValue.blob_type, "xmp-data", xmp)
    image.tiffsave(
        str(path),
        tile=True,
        pyramid=True,
        compression="jpeg",
        Q=quality,
        tile_width=256,
        tile_height=256,
        bigtiff=bigtiff,
    )
    return Master(path, picture)


def decoded(data: bytes, mode: str = "RGB") -> np.ndarray:
    """Pixels as an independent reader sees them."""
    with Image.open(io.BytesIO(data)) as picture:
        return np.asarray(picture.convert(mode))


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB."""
    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return math.inf if error == 0 else 10 * math.log10(255**2 / error)
