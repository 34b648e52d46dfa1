"""What a source of the corpus is: bytes to send, and what must come of them, said without the converter's libraries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]

#: Mean and 99th percentile of ΔE2000 that a master of the default recipe may be away from its source.
SMOOTH = (0.8, 4.0)
PHOTOGRAPH = (1.5, 4.5)
#: Flat colours with hard edges, where JPEG has only a quarter of the colours: palettes, GIF.
GRAPHIC = (1.8, 14.0)
#: Grey, of which JPEG keeps every pixel.
TONES = (0.3, 2.5)
#: Black and white without anything between: JPEG's ripples are dark on white and light on black.
BILEVEL = (0.3, 4.0)

#: The same of a master of the recipe without loss, where nothing but the conversion of colours is left.
EXACT = (0.02, 0.5)
#: Where the file has its colours as 8-bit numbers of another space, which are rounded.
ROUNDED = (0.35, 1.3)
#: Where the file was compressed with loss, or has been decoded by another decoder than ours.
LOSSY = (0.8, 3.0)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What must come out: `pixels` upright, in sRGB (height x width x 3) or in its grey (height x width), 8 bits.

    `gate` and `exact` are the mean and the 99th percentile of ΔE2000 that are allowed to the default recipe and to the
    one without loss. `metadata` names the kinds that must be in the master; no others may be. `pixels_per_mm` is across
    and down, upright; None where the source does not say. `pages` is how many pictures the file has.
    """

    pixels: NDArray[np.uint8]
    gate: tuple[float, float] = SMOOTH
    exact: tuple[float, float] = EXACT
    metadata: frozenset[str] = frozenset()
    pixels_per_mm: tuple[float, float] | None = None
    pages: int = 1

    @property
    def size(self) -> tuple[int, int]:
        return self.pixels.shape[1], self.pixels.shape[0]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The code that a file must be refused with, and words that its sentence must say."""

    code: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A source's bytes and what must come of them."""

    data: bytes
    expected: Picture | Refusal


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is that of the file and of its golden values; `what` says in words what it is; `make` makes both halves.

    `page` is which of its pictures is wanted. `missing` says why it cannot be made on this machine, and else nothing.
    """

    name: str
    what: str
    make: Callable[[], Made]
    page: int = 0
    missing: Callable[[], str] = str

    @property
    def key(self) -> str:
        return f"{self.name}#{self.page}" if self.page else self.name
