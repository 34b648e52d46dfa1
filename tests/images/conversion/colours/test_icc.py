"""Profiles read as bytes: what they are for, what they call themselves, why one is not used."""

import pytest

from images.conversion.colours import icc, shapers
from tests.media import profiles

WHOLE = profiles.adobe_rgb()
FAULTS = {
    "text": (b"not a profile at all" * 10, "it is no ICC profile"),
    "a few bytes": (b"acsp", "it is no ICC profile"),
    "a header and no more": (WHOLE[:128], "it is cut off"),
    "cut off in its table": (WHOLE[:160], "it is cut off"),
    "cut off in its data": (profiles.cut_off(WHOLE), "it is cut off"),
    "a tag beyond the end": (profiles.tag_beyond_the_end(WHOLE), "it is cut off"),
    "no tags": (profiles.without_tags(WHOLE), "it is empty"),
    "a link": (profiles.of_kind(WHOLE, b"link"), "it is a device link, which describes no pixels"),
    "abstract": (profiles.of_kind(WHOLE, b"abst"), "it is an abstract profile, which describes no pixels"),
    "named colours": (profiles.of_kind(WHOLE, b"nmcl"), "it is a list of named colours, which describes no pixels"),
    "a class of its own": (profiles.of_kind(WHOLE, b"ours"), "it is of an unknown class, which describes no pixels"),
    "CMYK": (profiles.cmyk(), "it is for CMYK, and the picture is RGB"),
    "grey": (profiles.grey(profiles.gamma(2.2)), "it is for grey, and the picture is RGB"),
    "L*a*b*": (profiles.profile({}, space=b"Lab "), "it is for L*a*b*, and the picture is RGB"),
    "six inks": (profiles.profile({}, space=b"6CLR"), "it is for other colours, and the picture is RGB"),
    "a strange middle": (profiles.adobe_rgb(connection=b"RGB "), "it leads neither to XYZ nor to L*a*b*"),
    "50 MB": (profiles.oversized(WHOLE), "it has 50 MB, and 8 MB is the most"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_profile_that_cannot_be_used_says_why(name: str) -> None:
    profile, why = FAULTS[name]
    assert icc.fault(profile, b"RGB ") == why


@pytest.mark.parametrize("kind", icc.CLASSES)
@pytest.mark.parametrize("version", [2, 4])
def test_profiles_of_devices_and_colour_spaces_can_be_used(kind: bytes, version: int) -> None:
    assert icc.fault(profiles.adobe_rgb(kind=kind, version=version), b"RGB ") == ""


def test_a_profile_of_just_the_size_that_is_allowed_can_be_used() -> None:
    assert icc.fault(profiles.oversized(WHOLE, icc.MOST_BYTES), b"RGB ") == ""
    assert icc.fault(profiles.oversized(WHOLE, icc.MOST_BYTES + 1), b"RGB ") != ""


@pytest.mark.parametrize("version", [2, 4])
def test_a_profile_has_a_name(version: int) -> None:
    assert icc.description(profiles.display_p3(version=version)) == "like Display P3"


@pytest.mark.parametrize(
    "profile",
    [b"", WHOLE[:140], profiles.without_tags(WHOLE), profiles.without(WHOLE, b"desc"), profiles.srgb(name="\0\x07")],
)
def test_a_profile_without_a_readable_name_is_unnamed(profile: bytes) -> None:
    assert icc.description(profile) == "unnamed profile"


def test_only_curves_and_a_matrix_are_taken_apart() -> None:
    assert shapers.shaper(WHOLE) is not None
    assert shapers.shaper(profiles.without(WHOLE, b"gXYZ")) is None
    assert shapers.shaper(profiles.without(WHOLE, b"bTRC")) is None
    assert shapers.shaper(profiles.rgb_by_table(profiles.ADOBE_RGB, profiles.deltae.D65, 2.2)) is None
    strange = profiles.rgb(profiles.ADOBE_RGB, profiles.deltae.D65, b"para\0\0\0\0\0\x09\0\0")
    assert shapers.shaper(strange) is None


def test_our_grey_profile_is_whole() -> None:
    assert icc.fault(icc.grey_profile(), b"GRAY") == ""
    assert icc.description(icc.grey_profile()) == "sGray"
