"""The chart's colours in the numbers of other spaces, by their formulas, and the profiles that say so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from tests.corpus.source import Pixels
from tests.media import deltae, profiles

#: Grid points per ink of the profile of `inks`.
GRID = 11


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """RGB of these primaries under this white; `encode` takes light (0 to 1) to numbers (0 to 1)."""

    primaries: tuple[tuple[float, float], ...]
    white: Pixels
    encode: Callable[[Pixels], Pixels]
    profile: bytes

    def of(self, field: Pixels) -> Pixels:
        """The same colours as these numbers of sRGB."""
        matrix = np.linalg.inv(deltae.primaries_matrix(self.primaries, self.white))
        return self.encode(np.clip(deltae.srgb_to_xyz(field) @ matrix.T, 0, 1))


def power(gamma: float) -> Callable[[Pixels], Pixels]:
    return lambda light: np.power(light, 1 / gamma)


SRGB = Space(deltae.SRGB_PRIMARIES, deltae.D65, deltae.linear_to_srgb, profiles.srgb(name="sRGB by formula"))
LINEAR = Space(deltae.SRGB_PRIMARIES, deltae.D65, power(1), profiles.linear_rgb(name="sRGB"))
ADOBE = Space(profiles.ADOBE_RGB, deltae.D65, power(563 / 256), profiles.adobe_rgb())
P3 = Space(profiles.DISPLAY_P3, deltae.D65, deltae.linear_to_srgb, profiles.display_p3())
PROPHOTO = Space(profiles.PROPHOTO, deltae.D50, power(1.8), profiles.prophoto())


def lab(field: Pixels) -> Pixels:
    """L* (0 to 100), a*, b* under D50 of numbers of sRGB (0 to 1)."""
    return deltae.xyz_to_lab(deltae.srgb_to_xyz(field))


def inks(field: Pixels) -> Pixels:
    """Cyan, magenta, yellow, black (0 to 1) for numbers of sRGB, with half of the grey printed in black."""
    cmy = 1 - field
    black = cmy.min(-1, keepdims=True) * 0.5
    return np.concatenate([(cmy - black) / (1 - black), black], -1)


def without_inks(amounts: Pixels) -> Pixels:
    """The numbers of sRGB that `inks` has separated."""
    return (1 - amounts[..., :3]) * (1 - amounts[..., 3:])


@cache
def ink_profile() -> bytes:
    """`without_inks` as a table."""
    table = profiles.mft2(lambda amounts: lab(without_inks(amounts)), 4, GRID)
    tags = {b"A2B0": table, b"A2B1": table}
    return profiles.profile(tags, space=b"CMYK", kind=b"prtr", connection=b"Lab ", version=2, name="inks by formula")
