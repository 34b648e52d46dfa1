"""Flat lists of colours as pictures of one row, and what a conversion makes of them, as numbers."""

from typing import Any

import numpy as np
import pyvips
from numpy.typing import NDArray

from images.conversion.colours import colour
from images.conversion.recipes.recipe import DEFAULT, Recipe
from tests.media.deltae import Array

_KINDS = {"uint8": "uchar", "uint16": "ushort", "int16": "short", "float32": "float"}


def samples(channels: int, steps: int = 9, others: int = 2000) -> Array:
    """A lattice of colours, others between them, and all greys; one row per colour, 0 to 1."""
    lattice = np.stack(np.meshgrid(*[np.linspace(0, 1, steps)] * channels, indexing="ij"), axis=-1)
    greys = np.repeat(np.linspace(0, 1, 1024)[:, None], channels, axis=1)
    return np.concatenate([lattice.reshape(-1, channels), np.random.default_rng(5).random((others, channels)), greys])


def stored(values: Array, bits: int) -> NDArray[Any]:
    """The numbers that a file of so many bits has room for."""
    if bits == 32:
        return values.astype(np.float32)
    return np.round(values * (2**bits - 1)).astype(f"uint{bits}")


def picture(numbers: NDArray[Any], interpretation: str, profile: bytes = b"") -> pyvips.Image:
    """One row of pixels as libvips has them after loading."""
    kind = _KINDS[str(numbers.dtype)]
    count, channels = numbers.shape
    image = pyvips.Image.new_from_memory(numbers.tobytes(), count, 1, channels, kind).copy(
        interpretation=interpretation
    )
    if profile:
        image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
    return image


def converted(
    numbers: NDArray[Any], interpretation: str, profile: bytes = b"", recipe: Recipe = DEFAULT
) -> tuple[Array, colour.Coloured]:
    """Levels of sRGB (grey three times), one row per colour, and what was said about them."""
    made = colour.to_access(picture(numbers, interpretation, profile), recipe)
    assert made.image.format == "uchar"
    assert made.image.bands == (1 if numbers.shape[1] == 1 else 3)
    levels = np.frombuffer(made.image.write_to_memory(), np.uint8).reshape(len(numbers), -1).astype(float)
    return np.repeat(levels, 3 // levels.shape[1], axis=1), made
