"""What colours become, held against the arithmetic of the standards: the difference is gated as CIEDE2000.

Rounding to 8 bits alone costs 0.09 to 0.12 on average and 0.3 to 0.4 at the 99th percentile.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from images.conversion.colours import icc
from images.conversion.colours.colour import profile
from images.conversion.recipes.recipe import DEFAULT
from tests.media import deltae, profiles
from tests.media.deltae import Array
from tests.media.patches import converted, samples, stored

ROUNDED = (0.2, 0.6)
BY_PROFILE, BY_GREY = ("converted to sRGB by its profile",), ("grey by its profile",)
DEEP = ("16 bits reduced to 8",)


@dataclass(frozen=True)
class Case:
    """Pixels of `space` with a profile, and what they are in sRGB (0 to 1). `within`: mean and 99th percentile."""

    name: str
    space: str
    bits: int
    profile: bytes
    expected: Callable[[Array], Array]
    done: tuple[str, ...]
    within: tuple[float, float] = ROUNDED


def small(difference: Array, within: tuple[float, float] = ROUNDED) -> None:
    assert difference.mean() <= within[0]
    assert np.percentile(difference, 99) <= within[1]


def by_matrix(primaries: object, white: Array, curve: Callable[[Array], Array]) -> Callable[[Array], Array]:
    matrix = deltae.primaries_matrix(primaries, white)
    return lambda numbers: deltae.xyz_to_srgb(curve(numbers) @ matrix.T)


def by_power(exponent: float) -> Callable[[Array], Array]:
    return lambda numbers: np.asarray(numbers**exponent)


def of_grey(curve: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda numbers: np.repeat(deltae.linear_to_srgb(curve(numbers)), 3, axis=1)


def same(numbers: Array) -> Array:
    return numbers


adobe = by_matrix(profiles.ADOBE_RGB, deltae.D65, by_power(563 / 256))
p3 = by_matrix(profiles.DISPLAY_P3, deltae.D65, deltae.srgb_to_linear)
prophoto = by_matrix(profiles.PROPHOTO, deltae.D50, by_power(461 / 256))
linear = by_matrix(deltae.SRGB_PRIMARIES, deltae.D65, by_power(1))
dotted = profiles.grey(profiles.sampled(profiles.dot_gain, 256), version=2, kind=b"prtr")
backward = profiles.grey(profiles.sampled(lambda n: 1 - n**2.0))
of_lightness = profiles.grey(b"curv" + bytes(8), connection=b"Lab ")


def from_inks(numbers: Array) -> Array:
    return deltae.xyz_to_srgb(deltae.lab_to_xyz(profiles.interpolated(numbers)))


CASES = [
    Case("AdobeRGB, 8 bits", "srgb", 8, profiles.adobe_rgb(), adobe, BY_PROFILE),
    Case("AdobeRGB, 16 bits", "rgb16", 16, profiles.adobe_rgb(), adobe, BY_PROFILE + DEEP),
    Case("AdobeRGB of version 2", "rgb16", 16, profiles.adobe_rgb(version=2), adobe, BY_PROFILE + DEEP),
    Case("ProPhoto, 8 bits", "srgb", 8, profiles.prophoto(), prophoto, BY_PROFILE),
    Case("ProPhoto, 16 bits", "rgb16", 16, profiles.prophoto(), prophoto, BY_PROFILE + DEEP),
    Case("Display P3, 8 bits", "srgb", 8, profiles.display_p3(), p3, BY_PROFILE),
    Case("Display P3, 16 bits", "rgb16", 16, profiles.display_p3(), p3, BY_PROFILE + DEEP),
    Case("linear RGB, 8 bits", "srgb", 8, profiles.linear_rgb(), linear, BY_PROFILE),
    Case("linear RGB, 16 bits", "rgb16", 16, profiles.linear_rgb(), linear, BY_PROFILE + DEEP),
    Case("a scanner's profile", "srgb", 8, profiles.adobe_rgb(kind=b"scnr"), adobe, BY_PROFILE),
    Case("a colour space's profile", "srgb", 8, profiles.adobe_rgb(kind=b"spac"), adobe, BY_PROFILE),
    Case("sRGB of version 4", "srgb", 8, profiles.srgb(), same, ()),
    Case("sRGB of version 2", "srgb", 8, profiles.srgb(version=2), same, ()),
    Case("sRGB, 16 bits", "rgb16", 16, profiles.srgb(), same, DEEP),
    Case("grey, gamma 1.8", "b-w", 8, profiles.grey(profiles.gamma(1.8)), of_grey(by_power(461 / 256)), BY_GREY),
    Case("grey, gamma 2.2", "b-w", 8, profiles.grey(profiles.gamma(2.2)), of_grey(by_power(563 / 256)), BY_GREY),
    Case(
        "grey, gamma 2.2, 16 bits",
        "grey16",
        16,
        profiles.grey(profiles.gamma(2.2)),
        of_grey(by_power(563 / 256)),
        BY_GREY + DEEP,
    ),
    Case("grey, linear, 8 bits", "b-w", 8, profiles.grey(profiles.gamma(1)), of_grey(by_power(1)), BY_GREY),
    Case("grey, linear, 16 bits", "grey16", 16, profiles.grey(profiles.gamma(1)), of_grey(by_power(1)), BY_GREY + DEEP),
    Case("grey, dot gain", "b-w", 8, dotted, of_grey(profiles.dot_gain), BY_GREY),
    Case("grey, dot gain, 16 bits", "grey16", 16, dotted, of_grey(profiles.dot_gain), BY_GREY + DEEP),
    Case("sGray", "b-w", 8, profiles.grey(profiles.srgb_curve()), lambda n: np.repeat(n, 3, axis=1), ()),
    Case(
        "grey by lightness",
        "b-w",
        8,
        of_lightness,
        lambda n: deltae.xyz_to_srgb(deltae.lab_to_xyz(np.concatenate([n * 100, n * 0, n * 0], axis=1))),
        BY_GREY,
    ),
    Case("CMYK, 8 bits", "cmyk", 8, profiles.cmyk(), from_inks, BY_PROFILE, (0.4, 1.5)),
    Case("CMYK, 16 bits", "cmyk", 16, profiles.cmyk(), from_inks, BY_PROFILE + DEEP, (0.4, 1.5)),
    Case("CMYK of version 4", "cmyk", 8, profiles.cmyk(version=4), from_inks, BY_PROFILE, (0.4, 1.5)),
    Case("CMYK, tables of bytes", "cmyk", 8, profiles.cmyk(profiles.mft1), from_inks, BY_PROFILE, (0.5, 1.6)),
    Case("CMYK, perceptual only", "cmyk", 8, profiles.cmyk(names=(b"A2B0",)), from_inks, BY_PROFILE, (0.4, 1.5)),
    Case("grey, 0 is white", "b-w", 8, backward, of_grey(lambda n: 1 - n**2.0), BY_GREY),
    Case("grey by a table", "b-w", 8, profiles.grey_by_table(1.8), of_grey(by_power(1.8)), BY_GREY, (0.2, 1.0)),
    Case(
        "RGB by a table into XYZ",
        "srgb",
        8,
        profiles.rgb_by_table(profiles.ADOBE_RGB, deltae.D65, 1.0, connection=b"XYZ "),
        by_matrix(profiles.ADOBE_RGB, deltae.D65, by_power(1)),
        BY_PROFILE,
        (0.6, 4.0),
    ),
    Case(
        "RGB by a table, 16 bits",
        "rgb16",
        16,
        profiles.rgb_by_table(profiles.ADOBE_RGB, deltae.D65, 2.2),
        by_matrix(profiles.ADOBE_RGB, deltae.D65, by_power(2.2)),
        BY_PROFILE + DEEP,
        (0.6, 4.0),
    ),
    Case(
        "RGB by a table",
        "srgb",
        8,
        profiles.rgb_by_table(profiles.ADOBE_RGB, deltae.D65, 2.2),
        by_matrix(profiles.ADOBE_RGB, deltae.D65, by_power(2.2)),
        BY_PROFILE,
        (0.6, 4.0),
    ),
]


def measured(case: Case) -> tuple[Array, object]:
    channels = {"srgb": 3, "rgb16": 3, "cmyk": 4}.get(case.space, 1)
    numbers = stored(samples(channels, steps=9 if channels < 4 else 6), case.bits)
    levels, made = converted(numbers, case.space, case.profile)
    return deltae.between(levels, case.expected(numbers / (2**case.bits - 1)) * 255), made


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_colours_are_those_of_the_book(case: Case) -> None:
    difference, made = measured(case)
    small(difference, case.within)
    assert made.done == case.done
    assert made.assumed == {}
    assert profile(made.image)[16:20] == (b"GRAY" if made.image.bands == 1 else b"RGB ")
    assert len(profile(made.image)) < 500


# ------------------------------------------------------------------------------------------- nothing said, or by number
@pytest.mark.parametrize(
    ("grey", "name", "curve", "done"),
    [
        ("sgray", "sGray", deltae.srgb_to_linear, ()),
        ("gamma18", "grey with gamma 1.8", by_power(1.8), ("converted to sGray from grey with gamma 1.8",)),
        ("gamma22", "grey with gamma 2.2", by_power(2.2), ("converted to sGray from grey with gamma 2.2",)),
        ("linear", "linear grey", by_power(1), ("converted to sGray from linear grey",)),
    ],
)
@pytest.mark.parametrize("bits", [8, 16])
def test_grey_without_profile_is_what_the_recipe_says(
    grey: str, name: str, curve: Callable[[Array], Array], done: tuple[str, ...], bits: int
) -> None:
    numbers = stored(samples(1), bits)
    space = "b-w" if bits == 8 else "grey16"
    levels, made = converted(numbers, space, recipe=replace(DEFAULT, grey=grey))
    difference = deltae.between(levels, of_grey(curve)(numbers / (2**bits - 1)) * 255)
    small(difference)
    assert difference.max() < 1
    assert made.assumed == {"profile": name}
    assert made.done == done + (DEEP if bits == 16 else ())
    assert profile(made.image) == icc.grey_profile()


def test_rgb_without_profile_is_srgb() -> None:
    numbers = stored(samples(3), 8)
    levels, made = converted(numbers, "srgb")
    assert (levels == numbers).all()
    assert (made.assumed, made.done) == ({"profile": "sRGB"}, ())


def test_sixteen_bits_go_to_the_nearest_of_eight() -> None:
    ramp = np.repeat(np.arange(65536, dtype=np.uint16)[:, None], 3, axis=1)
    levels, made = converted(ramp, "rgb16")
    assert (levels == np.round(ramp / 257)).all()
    assert (made.assumed, made.done) == ({"profile": "sRGB"}, DEEP)


@pytest.mark.parametrize("deep", [False, True])
def test_lab_is_read_under_its_own_white(deep: bool) -> None:
    expected = samples(3)
    numbers = deltae.xyz_to_lab(deltae.srgb_to_xyz(expected)).astype(np.float32)
    if deep:
        numbers = np.round(numbers * (327.67, 256, 256)).astype(np.int16)
    levels, made = converted(numbers, "labs" if deep else "lab")
    difference = deltae.between(levels, expected * 255)
    small(difference)
    assert difference.max() < 1
    assert made.assumed == {}
    assert made.done == ("converted to sRGB from L*a*b*", *(DEEP if deep else ()))


def test_floating_point_without_profile_is_light() -> None:
    expected = samples(3)
    levels, made = converted(deltae.srgb_to_linear(expected).astype(np.float32), "scrgb")
    difference = deltae.between(levels, expected * 255)
    small(difference)
    assert made.assumed == {"profile": "scRGB (linear)"}
    assert made.done == ("converted to sRGB from linear light", "floating point reduced to 8 bits")


def test_light_beyond_white_and_below_black_is_clipped() -> None:
    numbers = np.array([(-1, 0, 1), (2, 50, 1e9), (0.2, -0.001, 1.001)], np.float32)
    levels, _ = converted(numbers, "scrgb")
    assert levels.tolist() == [[0, 0, 255], [255, 255, 255], [124, 0, 255]]


@pytest.mark.parametrize("bits", [8, 16, 32])
def test_floating_point_goes_by_its_profile_like_other_numbers(bits: int) -> None:
    numbers = stored(samples(3), bits)
    space = {8: "srgb", 16: "rgb16", 32: "scrgb"}[bits]
    levels, made = converted(numbers, space, profiles.prophoto())
    values = numbers if bits == 32 else numbers / (2**bits - 1)
    assert deltae.between(levels, prophoto(values) * 255).mean() < ROUNDED[0]
    assert made.assumed == {}
    last = {8: (), 16: DEEP, 32: ("floating point reduced to 8 bits",)}[bits]
    assert made.done == BY_PROFILE + last


def test_floating_point_of_grey_is_light_too() -> None:
    numbers = samples(1).astype(np.float32)
    levels, made = converted(numbers, "scrgb")
    assert np.abs(levels - of_grey(by_power(1))(numbers) * 255).max() < 0.6
    assert made.image.bands == 1


# -------------------------------------------------------------------------------------------------------------- curves
def curve(kind: int, *numbers: float) -> bytes:
    """parametricCurveType (ICC.1 table 68)."""
    fixed = struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + fixed


def parted(a: float, b: float, power: float, at: float, below: Callable[[Array], Array]) -> Callable[[Array], Array]:
    return lambda n: np.where(n >= at, np.maximum(a * n + b, 0) ** power, below(n))


CURVES = {
    "a power": (curve(0, 1.8), by_power(1.8)),
    "black until a tenth": (curve(1, 2.0, 1 / 0.9, -0.1 / 0.9), parted(1 / 0.9, -0.1 / 0.9, 2.0, 0.1, lambda n: n * 0)),
    "straight near black": (
        curve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045),
        deltae.srgb_to_linear,
    ),
    "Rec. 709": (
        curve(3, 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081),
        parted(1 / 1.099, 0.099 / 1.099, 1 / 0.45, 0.081, lambda n: n / 4.5),
    ),
    "seven numbers": (curve(4, 2.2, 1.0, 0.0, 0.1, 0.05, 0.0, 0.0), parted(1.0, 0.0, 2.2, 0.05, lambda n: n * 0.1)),
    "a table": (profiles.sampled(lambda n: n**2.0), by_power(2.0)),
    "a table of two": (profiles.sampled(lambda n: n, 2), by_power(1)),
    "one number": (profiles.gamma(2.5), by_power(2.5)),
}


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("name", CURVES)
def test_every_kind_of_curve_is_understood(name: str, bits: int) -> None:
    tag, expected = CURVES[name]
    numbers = stored(samples(3), bits)
    levels, _ = converted(numbers, "srgb" if bits == 8 else "rgb16", profiles.rgb(profiles.ADOBE_RGB, deltae.D65, tag))
    book = by_matrix(profiles.ADOBE_RGB, deltae.D65, expected)(numbers / (2**bits - 1))
    assert deltae.between(levels, book * 255).mean() < ROUNDED[0]
    assert np.abs(levels - book * 255).max() < 1.6


def test_three_different_curves_stay_apart() -> None:
    tags = dict(zip((b"rTRC", b"gTRC", b"bTRC"), map(profiles.gamma, (1.5, 2, 2.5)), strict=True))
    columns = deltae.primaries_matrix(profiles.DISPLAY_P3, deltae.D65)
    tags |= {name: profiles.xyz(*columns[:, n]) for n, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))}
    numbers = stored(samples(3), 16)
    levels, _ = converted(numbers, "rgb16", profiles.profile(tags))
    book = deltae.xyz_to_srgb((numbers / 65535) ** (1.5, 2, 2.5) @ columns.T) * 255
    assert np.abs(levels - book).max() < 0.7


def test_a_ramp_of_sixteen_bits_has_no_steps() -> None:
    ramp = np.repeat(np.arange(65536, dtype=np.uint16)[:, None], 3, axis=1)
    levels, _ = converted(ramp, "rgb16", profiles.prophoto())
    assert (np.diff(levels, axis=0) >= 0).all()
    assert np.diff(levels, axis=0).max() == 1
    assert set(levels[:, 1]) == set(range(256))
    assert np.ptp(levels, axis=1).max() <= 1, "grey stays grey"


def test_the_most_saturated_of_sixteen_bits_are_as_exact_as_the_others() -> None:
    """LittleCMS goes through a table of 33 steps here and is off by up to 20 levels."""
    numbers = stored(samples(3, steps=17), 16)
    levels, _ = converted(numbers, "rgb16", profiles.prophoto())
    assert np.abs(levels - prophoto(numbers / 65535) * 255).max() < 0.7


@pytest.mark.parametrize("intent", range(4))
def test_the_intent_that_a_profile_names_is_not_followed(intent: int) -> None:
    numbers = stored(samples(4, steps=4), 8)
    assert (
        converted(numbers, "cmyk", profiles.cmyk(intent=intent))[0] == converted(numbers, "cmyk", profiles.cmyk())[0]
    ).all()


def test_the_darkest_ink_becomes_black() -> None:
    """Black point compensation: the press of this profile reaches L* 25 with the black ink that it uses alone."""
    ramp = np.zeros((256, 4), np.uint8)
    ramp[:, 3] = np.arange(256)
    levels, _ = converted(ramp, "cmyk", profiles.cmyk(back=True))
    colours = deltae.lab_to_xyz(profiles.interpolated(ramp / 255))
    black = deltae.lab_to_xyz(np.array((deltae.xyz_to_lab(profiles.inks_to_xyz(np.array((0, 0, 0, 1.0))))[0], 0, 0)))
    scaled = (colours - black) * deltae.D50 / (deltae.D50 - black)
    difference = deltae.between(levels, deltae.xyz_to_srgb(scaled) * 255)
    small(difference, (0.6, 3.5))  # LittleCMS's own table is coarse where black is stretched
    assert levels[0].tolist() == [255, 255, 255]
    assert levels[-1].max() <= 2
