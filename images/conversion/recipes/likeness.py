"""How far one master is from another of the same picture: colours as eyes see them, values as machines do.

Opens only masters that the conversion child has written.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyvips

#: Pixels up to which the whole picture is compared; of larger ones so many squares each way, of this edge.
WHOLE = 16_000_000
SQUARES, EDGE = 5, 512


@dataclass(frozen=True, slots=True)
class Likeness:
    """Mean ΔE2000 (0: the same; 1: the least that eyes see), and PSNR in dB (infinite where nothing differs)."""

    difference: float
    decibels: float


def likeness(master: Path, reference: Path) -> Likeness:
    """Compared in their largest level. They have the same size and number of channels."""
    differences, errors, pixels = 0.0, 0.0, 0
    for one, other in zip(_parts(master), _parts(reference), strict=True):
        area = one.width * one.height
        differences += one.colourspace("lab").dE00(other.colourspace("lab")).avg() * area
        errors += ((one.cast("float") - other.cast("float")) ** 2).avg() * area
        pixels += area
    error = errors / pixels
    return Likeness(differences / pixels, 10 * math.log10(255**2 / error) if error else math.inf)


def _parts(path: Path) -> Iterator[pyvips.Image]:
    """The picture as a whole, or squares spread evenly over it."""
    image = pyvips.Image.new_from_file(str(path))
    if image.width * image.height <= WHOLE:
        yield image.copy_memory()
        return
    width, height = min(EDGE, image.width), min(EDGE, image.height)
    for row in range(SQUARES):
        for column in range(SQUARES):
            left, top = (image.width - width) * column // (SQUARES - 1), (image.height - height) * row // (SQUARES - 1)
            yield image.crop(left, top, width, height).copy_memory()
