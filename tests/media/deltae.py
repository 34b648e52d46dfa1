"""Colours by the book, in numpy alone: sRGB, XYZ and L*a*b*, adaptation of whites, and CIEDE2000. No library of ours.

Colours are arrays whose last axis has three numbers. XYZ has Y = 1 for white. Everything between profiles is D50.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

D50 = np.array((0.9642, 1.0, 0.8249))
D65 = np.array((0.95047, 1.0, 1.08883))
#: Cones of Bradford (ICC.1:2022 annex E).
BRADFORD = np.array(((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296)))
#: Chromaticities of red, green, blue (IEC 61966-2-1).
SRGB_PRIMARIES = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
#: Where the straight piece of L* ends, and its slope (CIE 15).
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27


def adaptation(white: Array, to: Array = D50) -> Array:
    """The matrix that takes XYZ under one white to XYZ under another."""
    return np.linalg.inv(BRADFORD) @ np.diag((BRADFORD @ to) / (BRADFORD @ white)) @ BRADFORD


def primaries_matrix(primaries: Any, white: Array) -> Array:
    """Linear RGB to XYZ under D50, from chromaticities (x, y) under `white`."""
    xy = np.array(primaries, float)
    columns = np.stack([xy[:, 0] / xy[:, 1], np.ones(3), (1 - xy[:, 0] - xy[:, 1]) / xy[:, 1]])
    return adaptation(white) @ (columns * np.linalg.solve(columns, white))


SRGB = primaries_matrix(SRGB_PRIMARIES, D65)


def srgb_to_linear(encoded: Any) -> Array:
    """0 to 1 in, 0 to 1 out."""
    encoded = np.asarray(encoded, float)
    return np.where(encoded <= 0.04045, encoded / 12.92, ((np.maximum(encoded, 0) + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: Any) -> Array:
    """Light in, numbers of sRGB out, clipped to 0 to 1."""
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def xyz_to_srgb(xyz: Any) -> Array:
    """XYZ under D50 to sRGB, 0 to 1, what lies outside clipped."""
    return linear_to_srgb(np.asarray(xyz) @ np.linalg.inv(SRGB).T)


def srgb_to_xyz(encoded: Any) -> Array:
    return srgb_to_linear(encoded) @ SRGB.T


def xyz_to_lab(xyz: Any, white: Array = D50) -> Array:
    ratio = np.asarray(xyz, float) / white
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def lab_to_xyz(lab: Any, white: Array = D50) -> Array:
    lab = np.asarray(lab, float)
    middle = (lab[..., 0] + 16) / 116
    f = np.stack([middle + lab[..., 1] / 500, middle, middle - lab[..., 2] / 200], axis=-1)
    return np.where(f**3 > _EPSILON, f**3, (116 * f - 16) / _KAPPA) * white


def of_srgb(levels: Any) -> Array:
    """L*a*b* of pixels of 0 to 255."""
    return xyz_to_lab(srgb_to_xyz(np.asarray(levels, float) / 255))


def between(one: Any, other: Any) -> Array:
    """CIEDE2000 between two arrays of sRGB pixels, 0 to 255."""
    return ciede2000(of_srgb(one), of_srgb(other))


def ciede2000(one: Any, other: Any) -> Array:
    """The difference of two arrays of L*a*b* colours (CIE 142; Sharma, Wu, Dalal 2005, whose numbers these are)."""
    one, other = np.asarray(one, float), np.asarray(other, float)
    chroma = (np.hypot(one[..., 1], one[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    redder = 1 + 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)))
    l1, c1, h1 = _polar(one, redder)
    l2, c2, h2 = _polar(other, redder)
    grey = c1 * c2 == 0

    turn = np.where(grey, 0, (h2 - h1 + 180) % 360 - 180)
    turn = np.where(~grey & (h1 - h2 == 180), -180, np.where(~grey & (h2 - h1 == 180), 180, turn))
    lightness, chroma_step = l2 - l1, c2 - c1
    hue_step = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))

    l_mean, c_mean = (l1 + l2) / 2, (c1 + c2) / 2
    total, apart = h1 + h2, np.abs(h1 - h2)
    h_mean = np.where(apart <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180))
    h_mean = np.where(grey, total, h_mean)

    def cosine(factor: float, shift: float) -> Array:
        return np.asarray(np.cos(np.radians(factor * h_mean + shift)))

    t = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.20 * cosine(4, -63)
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / np.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_mean, 1 + 0.015 * c_mean * t
    r_c = 2 * np.sqrt(c_mean**7 / (c_mean**7 + 25.0**7))
    r_t = -r_c * np.sin(np.radians(60 * np.exp(-(((h_mean - 275) / 25) ** 2))))
    parts = lightness / s_l, chroma_step / s_c, hue_step / s_h
    return np.sqrt(sum(part**2 for part in parts) + r_t * parts[1] * parts[2])


def _polar(lab: Array, redder: Array) -> tuple[Array, Array, Array]:
    """L', C' and h' in degrees."""
    a, b = redder * lab[..., 1], lab[..., 2]
    return lab[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360
