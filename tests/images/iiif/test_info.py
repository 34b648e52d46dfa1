"""info.json in both versions."""

from dataclasses import replace
from uuid import UUID

import pytest

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from images.iiif.info import info
from images.iiif.limits import Limits
from images.iiif.request import BadRequest, parse
from images.iiif.resolve import Picture, resolve

HERE = ImageAddresses("https://images.example.org")
LIMITS = Limits(20_000, 100_000_000)
IMAGE = ImageFacts(
    id=UUID(int=1),
    identifier="ark:/12148/x y",
    state="ready",
    width=5640,
    height=3172,
    levels=((5640, 3172, 256, 256), (2820, 1586, 256, 256), (1410, 793, 256, 256), (705, 396, 256, 256)),
    rights="http://creativecommons.org/licenses/by/4.0/",
)


def test_version_3():
    assert info(3, IMAGE, HERE, LIMITS) == {
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": "https://images.example.org/iiif/3/ark:%2F12148%2Fx%20y",
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": 5640,
        "height": 3172,
        "sizes": [
            {"width": 705, "height": 396},
            {"width": 1410, "height": 793},
            {"width": 2820, "height": 1586},
            {"width": 5640, "height": 3172},
        ],
        "tiles": [{"width": 256, "scaleFactors": [1, 2, 4, 8]}],
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "extraFormats": ["webp"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary"],
    }


def test_version_2():
    assert info(2, IMAGE, HERE, LIMITS) == {
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": "https://images.example.org/iiif/2/ark:%2F12148%2Fx%20y",
        "protocol": "http://iiif.io/api/image",
        "width": 5640,
        "height": 3172,
        "sizes": info(3, IMAGE, HERE, LIMITS)["sizes"],
        "tiles": [{"width": 256, "scaleFactors": [1, 2, 4, 8]}],
        "profile": [
            "http://iiif.io/api/image/2/level2.json",
            {
                "formats": ["webp"],
                "qualities": ["color", "gray"],
                "supports": [
                    "canonicalLinkHeader",
                    "mirroring",
                    "profileLinkHeader",
                    "regionSquare",
                    "rotationArbitrary",
                ],
            },
        ],
        "license": "http://creativecommons.org/licenses/by/4.0/",
    }


def test_the_context_comes_first():
    assert next(iter(info(3, IMAGE, HERE, LIMITS))) == next(iter(info(2, IMAGE, HERE, LIMITS))) == "@context"


@pytest.mark.parametrize(
    ("limits", "stated"),
    [
        (Limits(2000, 10**9), {"maxWidth": 2000, "maxHeight": 2000}),
        (Limits(20_000, 1_500_000), {"maxArea": 1_500_000}),
        (Limits(2000, 1_500_000), {"maxWidth": 2000, "maxHeight": 2000, "maxArea": 1_500_000}),
        (Limits(5640, 5640 * 3172), {}),
    ],
)
def test_limits_are_stated_where_they_bind_and_no_size_is_above_them(limits, stated):
    three, two = info(3, IMAGE, HERE, limits), info(2, IMAGE, HERE, limits)
    names = {"maxWidth", "maxHeight", "maxArea"}
    assert {name: value for name, value in three.items() if name in names} == stated
    assert {name: value for name, value in two["profile"][1].items() if name in names} == stated
    assert three["sizes"] == two["sizes"]
    assert three["sizes"]
    assert all(limits.allow(size["width"], size["height"]) for size in three["sizes"])


@pytest.mark.parametrize(
    "rights",
    [
        "",
        "https://creativecommons.org/licenses/by/4.0/",
        "http://example.org/terms",
        "(c) 2026 Test Trust",
        "http://creativecommons.org/licenses/by/4.0/ and more",
    ],
)
def test_other_rights_are_left_out(rights):
    image = replace(IMAGE, rights=rights)
    assert "rights" not in info(3, image, HERE, LIMITS)
    assert "license" not in info(2, image, HERE, LIMITS)


def test_rights_statements_are_stated():
    statement = "http://rightsstatements.org/vocab/InC/1.0/"
    assert info(3, replace(IMAGE, rights=statement), HERE, LIMITS)["rights"] == statement


def test_scale_factors_are_powers_of_two_however_the_levels_were_rounded():
    down = ((16_383, 511), (8191, 255), (4095, 127), (2047, 63), (1023, 31), (511, 15), (255, 7))
    image = replace(IMAGE, width=16_383, height=511, levels=tuple((w, h, 256, 256) for w, h in down))
    assert info(3, image, HERE, LIMITS)["tiles"] == [{"width": 256, "scaleFactors": [1, 2, 4, 8, 16, 32, 64]}]


def test_tiles_that_are_not_square_say_so():
    image = replace(IMAGE, levels=((5640, 3172, 512, 256), (2820, 1586, 512, 256)))
    assert info(3, image, HERE, LIMITS)["tiles"] == [{"width": 512, "height": 256, "scaleFactors": [1, 2]}]


# ----------------------------------------------------------------------------------------------------------- upscaling
NAMES = {"maxWidth", "maxHeight", "maxArea"}


def stated(limits: Limits, image: ImageFacts = IMAGE) -> dict[str, int]:
    three, two = info(3, image, HERE, limits), info(2, image, HERE, limits)["profile"][1]
    assert {name: three[name] for name in NAMES & set(three)} == {name: two[name] for name in NAMES & set(two)}
    return {name: three[name] for name in NAMES & set(three)}


def test_upscaling_is_stated_with_where_it_ends():
    limits = Limits(20_000, 10**9, 2)
    assert "sizeUpscaling" in info(3, IMAGE, HERE, limits)["extraFeatures"]
    assert "sizeAboveFull" in info(2, IMAGE, HERE, limits)["profile"][1]["supports"]
    assert stated(limits) == {"maxWidth": 11_280, "maxHeight": 6344}
    assert stated(Limits(8000, 10**9, 2)) == {"maxWidth": 8000, "maxHeight": 6344}
    assert stated(Limits(20_000, 50_000_000, 2)) == {"maxWidth": 11_280, "maxHeight": 6344, "maxArea": 50_000_000}


def test_nothing_is_said_of_upscaling_where_it_is_off():
    assert "sizeUpscaling" not in info(3, IMAGE, HERE, LIMITS)["extraFeatures"]
    assert "sizeAboveFull" not in info(2, IMAGE, HERE, LIMITS)["profile"][1]["supports"]
    assert stated(LIMITS) == {}


@pytest.mark.parametrize("limits", [Limits(20_000, 10**9, 2), Limits(3000, 10**9, 2), Limits(9000, 4_000_000, 2)])
def test_what_is_stated_is_what_is_served(limits):
    """A client that reads info.json knows the largest picture there is, to the pixel."""
    said = stated(limits)
    picture = Picture(IMAGE.width, IMAGE.height)

    def size(text: str) -> tuple[int, int]:
        found = resolve(3, parse(3, ("full", text, "0", "default.jpg")), picture, limits)
        return found.width, found.height

    width, height = size("^max")
    assert width <= said["maxWidth"]
    assert height <= said["maxHeight"]
    assert width * height <= said.get("maxArea", width * height)
    with pytest.raises(BadRequest):
        size(f"^{width + 1},{height + 1}")


# --------------------------------------------------------------------------------------------------- formats and tiles
def test_formats_beyond_the_level_are_listed_and_no_others():
    some = Limits(20_000, 10**9, formats=("jpg", "png", "gif", "jp2"))
    assert info(3, IMAGE, HERE, some)["extraFormats"] == info(2, IMAGE, HERE, some)["profile"][1]["formats"]
    assert info(3, IMAGE, HERE, some)["extraFormats"] == ["gif", "jp2"]
    none = Limits(20_000, 10**9, formats=("jpg", "png"))
    assert "extraFormats" not in info(3, IMAGE, HERE, none)
    assert "formats" not in info(2, IMAGE, HERE, none)["profile"][1]


def test_tiles_and_sizes_above_the_limits_are_not_listed():
    """3.0 §5.2: MUST be within any size limits expressed."""
    narrow = info(3, IMAGE, HERE, Limits(200, 10**6))
    assert "tiles" not in narrow
    assert "sizes" not in narrow
    small = replace(IMAGE, width=150, height=100, levels=((150, 100, 256, 256),))
    assert info(3, small, HERE, Limits(200, 10**6))["tiles"] == [{"width": 256, "scaleFactors": [1]}]


# ------------------------------------------------------------------------------------------------- physical dimensions
def test_how_large_it_is_in_the_world_is_said_where_it_is_known():
    image = replace(IMAGE, extent=(564.0, 317.2))
    service = {
        "@context": "http://iiif.io/api/annex/services/physdim/1/context.json",
        "@id": "https://images.example.org/iiif/3/ark:%2F12148%2Fx%20y/info.json#physdim",
        "@type": "Service",
        "profile": "http://iiif.io/api/annex/services/physdim",
        "physicalScale": 0.1,
        "physicalUnits": "mm",
    }
    assert info(3, image, HERE, LIMITS)["service"] == [service]
    assert info(2, image, HERE, LIMITS)["service"] == {**service, "@id": str(service["@id"]).replace("/3/", "/2/")}
    assert "service" not in info(3, IMAGE, HERE, LIMITS)
    assert "service" not in info(2, IMAGE, HERE, LIMITS)


def test_a_smaller_version_shows_as_much_by_fewer_pixels():
    half = replace(IMAGE, extent=(564.0, 317.2), width=2820, height=1586, levels=IMAGE.levels[1:])
    assert info(3, half, HERE, LIMITS)["service"][0]["physicalScale"] == 0.2
