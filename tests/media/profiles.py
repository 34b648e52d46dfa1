"""ICC profiles as bytes, made from numbers alone, good ones and broken ones (ICC.1:2001-04 and ICC.1:2022)."""

import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from tests.media import deltae
from tests.media.deltae import Array

ADOBE_RGB = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06))
DISPLAY_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
PROPHOTO = ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001))
#: Grid points per channel of the CMYK tables.
GRID = 11
#: How much of the light each ink lets through, for X, Y and Z; the paper is a little yellow.
INKS = np.array(((0.16, 0.25, 0.72), (0.34, 0.17, 0.22), (0.80, 0.80, 0.10), (0.045, 0.045, 0.045)))


# ---------------------------------------------------------------------------------------------------------------- whole
def profile(
    tags: dict[bytes, bytes],
    *,
    space: bytes = b"RGB ",
    kind: bytes = b"mntr",
    connection: bytes = b"XYZ ",
    version: int = 4,
    intent: int = 0,
    name: str = "made for a test",
) -> bytes:
    """A profile of these tags and what all profiles have."""
    text = _mluc if version == 4 else _desc
    common = {
        b"desc": text(name),
        b"cprt": _mluc("CC0") if version == 4 else b"text\0\0\0\0CC0\0",
        b"wtpt": xyz(*deltae.D50),
    }
    table, data, everything = b"", b"", common | tags
    start = 132 + 12 * len(everything)
    for tag, body in everything.items():
        table += struct.pack(">4sII", tag, start + len(data), len(body))
        data += body + b"\0" * (-len(body) % 4)
    number = 0x04300000 if version == 4 else 0x02400000
    head = struct.pack(">I4sI4s4s4s", start + len(data), b"test", number, kind, space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 24 + struct.pack(">I", intent)
    head += _fixed(*deltae.D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(everything)) + table + data


def rgb(primaries: Any, white: Array, curve: bytes, **options: Any) -> bytes:
    """A matrix profile of three equal tone curves."""
    columns = deltae.primaries_matrix(primaries, white).T
    tags = {name: xyz(*column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)}
    return profile(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve), **options)


def grey(curve: bytes, **options: Any) -> bytes:
    return profile({b"kTRC": curve}, space=b"GRAY", **options)


def adobe_rgb(**options: Any) -> bytes:
    return rgb(ADOBE_RGB, deltae.D65, gamma(563 / 256), **({"name": "like AdobeRGB"} | options))


def display_p3(**options: Any) -> bytes:
    return rgb(DISPLAY_P3, deltae.D65, srgb_curve(), **({"name": "like Display P3"} | options))


def prophoto(**options: Any) -> bytes:
    return rgb(PROPHOTO, deltae.D50, gamma(1.8), **({"name": "like ProPhoto"} | options))


def srgb(**options: Any) -> bytes:
    """sRGB by its formula in version 4, by a table of 1,024 numbers in version 2."""
    table = sampled(deltae.srgb_to_linear) if options.get("version") == 2 else srgb_curve()
    return rgb(deltae.SRGB_PRIMARIES, deltae.D65, table, **({"name": "any name"} | options))


def linear_rgb(**options: Any) -> bytes:
    return rgb(deltae.SRGB_PRIMARIES, deltae.D65, b"curv" + bytes(8), **({"name": "linear"} | options))


def rgb_by_table(primaries: Any, white: Array, exponent: float, **options: Any) -> bytes:
    """An RGB profile that has no matrix, only a table: what scanners and old printers bring."""
    matrix = deltae.primaries_matrix(primaries, white)
    in_xyz = options.get("connection") == b"XYZ "

    def colour(device: Array) -> Array:
        light = device**exponent @ matrix.T
        return light if in_xyz else deltae.xyz_to_lab(light)

    table = mft2(colour, 3, 17, fractions=_xyz_fractions if in_xyz else _lab_fractions)
    return profile({b"A2B0": table}, **({"connection": b"Lab ", "version": 2, "kind": b"scnr"} | options))


def grey_by_table(exponent: float) -> bytes:
    """Grey that has no curve, only a table into L*a*b*."""

    def colour(device: Array) -> Array:
        return deltae.xyz_to_lab(device**exponent * deltae.D50)

    return profile({b"A2B0": mft2(colour, 1, 255)}, space=b"GRAY", connection=b"Lab ", version=2)


# ----------------------------------------------------------------------------------------------------------------- CMYK
def inks_to_xyz(inks: Array) -> Array:
    """Light of 0 to 1 left by amounts of ink of 0 to 1, which lie on the paper by chance (Demichel), under D50.

    White is the bare paper: this is relative colorimetry. Four inks together leave L* 2.
    """
    passed = 1 - inks[..., :, None] * (1 - INKS)
    return np.asarray(passed.prod(axis=-2) * deltae.D50)


def inks_to_lab(inks: Array) -> Array:
    return deltae.xyz_to_lab(inks_to_xyz(inks))


def cmyk(
    table: Callable[..., bytes] | None = None,
    names: tuple[bytes, ...] = (b"A2B0", b"A2B1"),
    back: bool = False,
    **options: Any,
) -> bytes:
    """A press of these inks. `back` adds the way from colours to inks: the black ink alone."""
    tags = dict.fromkeys(names, (table or mft2)(inks_to_lab, 4, GRID))
    if back:
        tags |= dict.fromkeys((b"B2A0", b"B2A1"), mft2(_lab_to_black, 3, 9, outputs=4))
    defaults = {"space": b"CMYK", "kind": b"prtr", "connection": b"Lab ", "version": 2, "name": "a press"}
    return profile(tags, **(defaults | options))


def _lab_to_black(encoded: Array) -> Array:
    """L*a*b* as the fractions of its encoding, to inks: as much black as the lightness asks, no other ink."""
    inks = np.zeros((*encoded.shape[:-1], 4))
    inks[..., 3] = 1 - encoded[..., 0]
    return inks


def interpolated(inks: Array) -> Array:
    """What the table says between its grid points, linear in all four channels, as L*a*b*."""
    at = np.clip(inks, 0, 1) * (GRID - 1)
    low = np.minimum(at.astype(int), GRID - 2)
    part = at - low
    total = np.zeros((*inks.shape[:-1], 3))
    for corner in np.ndindex(2, 2, 2, 2):
        weight = np.where(corner, part, 1 - part).prod(axis=-1)
        total += weight[..., None] * inks_to_lab((low + corner) / (GRID - 1))
    return total


# --------------------------------------------------------------------------------------------------------------- broken
def cut_off(whole: bytes) -> bytes:
    """As when the second part of a profile that a JPEG keeps in pieces is missing."""
    return whole[: len(whole) * 2 // 3]


def oversized(whole: bytes, size: int = 50 << 20) -> bytes:
    """The same profile with zeros behind, and a header that counts them."""
    return struct.pack(">I", size) + whole[4:] + bytes(size - len(whole))


def without_tags(whole: bytes) -> bytes:
    return struct.pack(">I", 132) + whole[4:128] + bytes(4)


def tag_beyond_the_end(whole: bytes, name: bytes = b"gTRC") -> bytes:
    at = whole.index(name, 132)
    return whole[: at + 4] + struct.pack(">I", len(whole) + 1000) + whole[at + 8 :]


def without(whole: bytes, name: bytes) -> bytes:
    """The same with one tag under a name that nobody knows."""
    return whole.replace(name, b"zzzz", 1)


def of_kind(whole: bytes, kind: bytes) -> bytes:
    """The same with another device class: link, abst, nmcl, scnr ..."""
    return whole[:12] + kind + whole[16:]


# --------------------------------------------------------------------------------------------------------------- pieces
def xyz(*numbers: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*numbers)


def gamma(exponent: float) -> bytes:
    """A curve of one number (curveType, u8Fixed8)."""
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256))


def srgb_curve() -> bytes:
    numbers = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    return b"para\0\0\0\0" + struct.pack(">HH", 3, 0) + _fixed(*numbers)


def sampled(curve: Callable[[Array], Array], count: int = 1024) -> bytes:
    values = np.round(curve(np.linspace(0, 1, count)) * 65535).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", count) + values.tobytes()


def dot_gain(tone: Array, gain: float = 0.2) -> Array:
    """How light a printed grey is whose dots grow by `gain` in the middle tones (Yule and Nielsen are not needed)."""
    ink = 1 - tone
    return np.asarray(1 - (ink + 4 * gain * ink * (1 - ink)))


def mft2(
    colour: Callable[[Array], Array],
    channels: int,
    grid: int,
    outputs: int = 3,
    fractions: Callable[[Array], Array] | None = None,
) -> bytes:
    """lut16Type: straight curves and a table of colours, in the encoding of version 2 for L*a*b*."""
    colours = colour(_lattice(channels, grid))
    table = (fractions or _lab_fractions)(colours) * 65280 if outputs == 3 else colours * 65535
    straight = struct.pack(">HH", 0, 65535)
    return (
        _lut_head(b"mft2", channels, outputs, grid)
        + struct.pack(">HH", 2, 2)
        + straight * channels
        + np.round(table).astype(">u2").tobytes()
        + straight * outputs
    )


def mft1(colour: Callable[[Array], Array], channels: int, grid: int) -> bytes:
    """lut8Type: the same in bytes."""
    table = np.round(_lab_fractions(colour(_lattice(channels, grid))) * 255).astype(np.uint8)
    straight = bytes(range(256))
    return _lut_head(b"mft1", channels, 3, grid) + straight * channels + table.tobytes() + straight * 3


def _lut_head(kind: bytes, channels: int, outputs: int, grid: int) -> bytes:
    unity = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    return kind + bytes(4) + bytes((channels, outputs, grid, 0)) + unity


def _lattice(channels: int, grid: int) -> Array:
    """All grid points, the last channel moving fastest."""
    return np.stack(np.meshgrid(*[np.linspace(0, 1, grid)] * channels, indexing="ij"), axis=-1)


def _lab_fractions(lab: Array) -> Array:
    """L* of 0 to 100 and a*, b* of -128 to 127 as fractions of what their encoding can hold."""
    return np.clip((lab + np.array((0, 128, 128))) / (100, 255, 255), 0, 1)


def _xyz_fractions(light: Array) -> Array:
    """X, Y, Z as fractions of 65280, so that 1 becomes 32768 (ICC.1:2001-04 table 3)."""
    return np.clip(light, 0, 1.99) * (32768 / 65280)


def _mluc(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _desc(text: str) -> bytes:
    encoded = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(encoded)) + encoded + bytes(8 + 3 + 67)


def _fixed(*numbers: float) -> bytes:
    """s15Fixed16Number (ICC.1 §4.6)."""
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
