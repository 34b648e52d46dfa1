"""Profiles that do not fit or are broken: left out, said so, and the picture is what it would be without."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from images.conversion.recipes.recipe import DEFAULT
from tests.media import deltae, profiles
from tests.media.patches import converted, samples, stored

ADOBE, CMYK, GREY = profiles.adobe_rgb(), profiles.cmyk(), profiles.grey(profiles.gamma(1.8))
LAB = profiles.profile({}, space=b"Lab ", kind=b"spac", connection=b"Lab ")
TWICE = ADOBE.replace(b"cprt", b"rTRC", 1)
OF_TOMORROW = ADOBE[:8] + b"\x09\0\0\0" + ADOBE[12:]

CASES = {
    "RGB in CMYK": ("cmyk", ADOBE, "it is for RGB, and the picture is CMYK"),
    "grey in CMYK": ("cmyk", GREY, "it is for grey, and the picture is CMYK"),
    "CMYK in RGB": ("srgb", CMYK, "it is for CMYK, and the picture is RGB"),
    "grey in RGB": ("srgb", GREY, "it is for grey, and the picture is RGB"),
    "L*a*b* in RGB": ("srgb", LAB, "it is for L*a*b*, and the picture is RGB"),
    "RGB in grey": ("b-w", ADOBE, "it is for RGB, and the picture is grey"),
    "RGB in 16-bit grey": ("grey16", ADOBE, "it is for RGB, and the picture is grey"),
    "CMYK in grey": ("b-w", CMYK, "it is for CMYK, and the picture is grey"),
    "RGB in L*a*b*": ("lab", ADOBE, "it is for RGB, and the picture is L*a*b*"),
    "no profile": ("srgb", b"\xff" * 500, "it is no ICC profile"),
    "no profile in CMYK": ("cmyk", b"\xff" * 500, "it is no ICC profile"),
    "cut off": ("srgb", profiles.cut_off(ADOBE), "it is cut off"),
    "cut off in CMYK": ("cmyk", profiles.cut_off(CMYK), "it is cut off"),
    "cut off in grey": ("b-w", profiles.cut_off(GREY), "it is cut off"),
    "empty": ("srgb", profiles.without_tags(ADOBE), "it is empty"),
    "a tag beyond the end": ("rgb16", profiles.tag_beyond_the_end(ADOBE), "it is cut off"),
    "a link": ("srgb", profiles.of_kind(ADOBE, b"link"), "it is a device link, which describes no pixels"),
    "a CMYK link": ("cmyk", profiles.of_kind(CMYK, b"link"), "it is a device link, which describes no pixels"),
    "abstract": ("srgb", profiles.of_kind(ADOBE, b"abst"), "it is an abstract profile, which describes no pixels"),
    "50 MB": ("srgb", profiles.oversized(ADOBE), "it has 50 MB, and 8 MB is the most"),
    "a curve missing": ("srgb", profiles.without(ADOBE, b"gTRC"), "it is broken"),
    "a curve missing in 16 bits": ("rgb16", profiles.without(ADOBE, b"gTRC"), "it is broken"),
    "a curve missing in grey": ("b-w", profiles.without(GREY, b"kTRC"), "it is broken"),
    "no table in CMYK": ("cmyk", profiles.cmyk(names=(b"zzzz",)), "it is broken"),
    "a curve twice": ("srgb", TWICE, "it is broken"),
    "of a version to come": ("srgb", OF_TOMORROW, "it is broken"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_profile_that_cannot_be_used_is_left_out_and_said(name: str) -> None:
    space, profile, why = CASES[name]
    channels = {"cmyk": 4, "b-w": 1, "grey16": 1}.get(space, 3)
    numbers = stored(samples(channels, steps=4, others=50), {"rgb16": 16, "grey16": 16, "lab": 32}.get(space, 8))
    plain, without = converted(numbers, space)
    levels, made = converted(numbers, space, profile)
    assert (levels == plain).all()
    assert made.assumed == without.assumed
    assert made.done == (f"unusable profile ignored: {why}", *without.done)


def test_every_broken_byte_of_a_profile_ends_somewhere() -> None:
    """One byte in another value: the profile is used or left out, and nothing else happens."""
    numbers, random = stored(samples(3, steps=2, others=4), 16), np.random.default_rng(3)
    ends = set()
    for whole in (ADOBE, profiles.rgb_by_table(profiles.ADOBE_RGB, deltae.D65, 2.2)):
        for place in random.integers(0, 420, 20):
            broken = whole[:place] + bytes([whole[place] ^ int(random.integers(1, 256))]) + whole[place + 1 :]
            levels, made = converted(numbers, "rgb16", broken)
            assert np.isfinite(levels).all()
            ends.add(made.done[0].split(":")[0])
    assert ends >= {"unusable profile ignored", "converted to sRGB by its profile"}


@pytest.mark.parametrize("power", [b"\xff\xfe\0\0", bytes(4), b"\x7f\xff\xff\xff"], ids=["minus two", "zero", "32768"])
@pytest.mark.parametrize("bits", [8, 16])
def test_a_curve_that_cannot_be_calculated_breaks_nothing(power: bytes, bits: int) -> None:
    curve = b"para" + bytes(8) + power
    for channels, profile in ((1, profiles.grey(curve)), (3, profiles.rgb(profiles.ADOBE_RGB, deltae.D65, curve))):
        numbers = stored(samples(channels, steps=4, others=50), bits)
        space = {(1, 8): "b-w", (1, 16): "grey16", (3, 8): "srgb", (3, 16): "rgb16"}[channels, bits]
        levels, made = converted(numbers, space, profile)
        assert levels.shape == (len(numbers), 3)
        assert made.done


def test_a_profile_is_judged_by_what_it_does_and_not_by_its_name() -> None:
    numbers = stored(samples(3), 8)
    liar = profiles.rgb(profiles.ADOBE_RGB, deltae.D65, profiles.gamma(2.2), name="sRGB IEC61966-2.1")
    levels, made = converted(numbers, "srgb", liar)
    assert np.abs(levels - numbers).max() > 20
    assert made.done == ("converted to sRGB by its profile",)
    levels, made = converted(numbers, "srgb", profiles.srgb(name="Adobe RGB (1998)"))
    assert (levels == numbers).all()
    assert made.done == ()


def test_a_recipe_whose_cmyk_profile_is_missing_or_wrong_is_our_fault() -> None:
    numbers = stored(samples(4, steps=2, others=1), 8)
    with pytest.raises(RuntimeError, match="cannot be read"):
        converted(numbers, "cmyk", recipe=replace(DEFAULT, cmyk="/nowhere/press.icc"))
    with pytest.raises(RuntimeError, match="it is for RGB"):
        converted(numbers, "cmyk", recipe=replace(DEFAULT, cmyk="srgb"))


def test_a_recipe_may_name_a_file_for_cmyk(tmp_path: Path) -> None:
    press = tmp_path / "press.icc"
    press.write_bytes(CMYK)
    numbers = stored(samples(4, steps=4), 8)
    levels, made = converted(numbers, "cmyk", recipe=replace(DEFAULT, cmyk=str(press)))
    assert (levels == converted(numbers, "cmyk", CMYK)[0]).all()
    assert made.assumed == {"profile": f"CMYK ({press})"}
    assert made.done == ("converted to sRGB from CMYK",)


def test_cmyk_without_profile_is_the_recipes() -> None:
    levels, made = converted(np.array([(0, 0, 0, 0), (255, 255, 255, 255), (0, 0, 0, 255)], np.uint8), "cmyk")
    assert levels[0].tolist() == [255, 255, 255]
    assert levels[1].mean() < 10
    assert levels[2].max() < 60
    assert made.assumed == {"profile": "CMYK (cmyk)"}
