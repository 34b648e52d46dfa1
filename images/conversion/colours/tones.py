"""Tone curves: how much light the numbers of a picture mean. Pure (IEC 61966-2-1; ICC.1:2022 §10.6 and §10.18)."""

import struct
from array import array
from collections.abc import Callable
from functools import lru_cache

#: From a number of 0 to 1 to an amount of light of 0 to 1.
Tone = Callable[[float], float]
#: The largest power of a curve that is calculated here.
STEEPEST = 20


def srgb(number: float) -> float:
    """The light that a number of sRGB means."""
    return number / 12.92 if number <= 0.04045 else float(((number + 0.055) / 1.055) ** 2.4)


def encoded(light: float) -> float:
    """The number of sRGB for an amount of light: the reverse of `srgb`."""
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)


def lightness(fraction: float) -> float:
    """The light of L*, given as a fraction of 100 (CIE 15)."""
    root = (100 * fraction + 16) / 116
    return root**3 if root > 6 / 29 else (root - 4 / 29) * 3 * (6 / 29) ** 2


def from_black(tone: Tone) -> Tone:
    """The same tones with the darkest of them as black: black point compensation (ISO 18619)."""
    black = tone(0.0)
    return (lambda number: (tone(number) - black) / (1 - black)) if 0 < black < 1 else tone


def gamma(exponent: float) -> Tone:
    return lambda number: float(number**exponent)


#: What grey that brings no profile may be taken for (Recipe.grey): its name for people, and its tone curve.
GREYS: dict[str, tuple[str, Tone]] = {
    "sgray": ("sGray", srgb),
    "gamma18": ("grey with gamma 1.8", gamma(1.8)),
    "gamma22": ("grey with gamma 2.2", gamma(2.2)),
    "linear": ("linear grey", gamma(1.0)),
}


@lru_cache(maxsize=8)
def grey_levels(name: str, count: int) -> bytes:
    """The 8-bit level in sRGB of each of `count` numbers (256 or 65,536) of grey of this kind."""
    return levels_of(GREYS[name][1], count)


def levels_of(tone: Tone, count: int) -> bytes:
    """The 8-bit level in sRGB of each of `count` numbers whose light is this; what is outside is clipped."""
    table, most = levels(), count - 1
    return bytes(table[int(65535 * _clipped(tone(number / most)))] for number in range(count))


@lru_cache(maxsize=4)
def lights(tag: bytes) -> bytes:
    """The light that each of the 65,536 numbers of a 16-bit channel means by a curve tag, as 32-bit floating point.

    Raises ValueError when it is not a curve.
    """
    tone = of_tag(tag)
    return array("f", (_clipped(tone(number / 65535)) for number in range(65536))).tobytes()


@lru_cache(maxsize=1)
def levels() -> bytes:
    """The 8-bit level in sRGB of each amount of light of 0 to 65,535, of which the fraction was dropped."""
    return bytes(round(255 * encoded(min(1.0, (light + 0.5) / 65535))) for light in range(65536))


def _clipped(light: float) -> float:
    return min(1.0, max(0.0, light))


def of_tag(tag: bytes) -> Tone:
    """The curve of a tag of type `curv` or `para`. Raises ValueError when it is of another type or broken."""
    try:
        if tag[:4] == b"curv":
            return _sampled(tag)
        if tag[:4] == b"para":
            return _formula(tag)
    except struct.error as error:
        raise ValueError("the curve is cut off") from error
    raise ValueError(f"not a curve: {tag[:4]!r}")


def _sampled(tag: bytes) -> Tone:
    """curveType: nothing is straight, one number is a gamma, more are a table."""
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return gamma(1.0)
    if count == 1:
        return gamma(struct.unpack_from(">H", tag, 12)[0] / 256)
    table = struct.unpack_from(f">{count}H", tag, 12)

    def between(number: float) -> float:
        place = number * (count - 1)
        low = min(int(place), count - 2)
        return float(table[low] + (place - low) * (table[low + 1] - table[low])) / 65535

    return between


def _formula(tag: bytes) -> Tone:
    """parametricCurveType (table 68): a power above `d`, straight or level below it."""
    (kind,) = struct.unpack_from(">H", tag, 8)
    if kind > 4:
        raise ValueError(f"not a kind of curve: {kind}")
    numbers = struct.unpack_from(f">{(1, 3, 4, 5, 7)[kind]}i", tag, 12)
    g, a, b, c, d, e, f = (number / 65536 for number in (*numbers, *[0] * 7)[:7])
    if not 0 < g <= STEEPEST:
        raise ValueError(f"not a power: {g}")
    if kind == 0:
        return gamma(g)
    if kind < 3:  # c is added everywhere, and the power begins where its base is no longer negative
        if not a:
            raise ValueError("the curve divides by zero")
        c, d, e, f = 0.0, -b / a, c, c

    def piecewise(number: float) -> float:
        return float(max(0.0, a * number + b) ** g + e) if number >= d else c * number + f

    return piecewise
