"""Regions and sizes in pixels for both versions, and the canonical form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images.iiif.derivative import Derivative
from images.iiif.formats import FORMATS
from images.iiif.limits import Limits, Picture
from images.iiif.request import BadRequest, parse
from images.iiif.resolve import canonical, resolve
from tests.examples import examples

LIMITS = Limits(20_000, 100_000_000)
#: Up to four times as wide and high as the full image.
UPSCALING = Limits(20_000, 100_000_000, 4)
SMALL = Picture(300, 200)
#: Halved by libvips: the last levels are not what half up of the ratio gives.
PAINTING = Picture(5641, 3173, ((5641, 3173), (2820, 1586), (1410, 793), (705, 396), (352, 198), (176, 99)))


def resolved(version, picture=SMALL, limits=LIMITS, region="full", size="max", rotation="0", last="default.jpg"):
    return resolve(version, parse(version, (region, size, rotation, last)), picture, limits)


def size_of(version, size, picture=SMALL, limits=LIMITS, region="full"):
    derivative = resolved(version, picture, limits, region, size)
    return derivative.width, derivative.height


def refusal(version, size="max", picture=SMALL, limits=LIMITS, region="full", **rest):
    with pytest.raises(BadRequest) as refused:
        resolved(version, picture, limits, region, size, **rest)
    return refused.value


def status_of(version, size="max", picture=SMALL, limits=LIMITS, region="full", **rest):
    return refusal(version, size, picture, limits, region, **rest).status


# ------------------------------------------------------------------------------------------------------------- regions
@pytest.mark.parametrize(
    ("region", "pixels"),
    [
        ("full", (0, 0, 300, 200)),
        ("square", (50, 0, 200, 200)),
        ("125,15,120,140", (125, 15, 120, 140)),
        ("125,15,200,200", (125, 15, 175, 185)),  # the examples of §4.1: cut at the edge
        ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
        ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
        ("pct:0,0,200,200", (0, 0, 300, 200)),
        ("299,199,9999999999,9999999999", (299, 199, 1, 1)),
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_region_in_pixels(version, region, pixels):
    found = resolved(version, region=region)
    assert (found.x, found.y, found.w, found.h) == pixels


@pytest.mark.parametrize(
    "region",
    [
        "300,0,10,10",
        "0,200,10,10",
        "0,0,0,10",
        "0,0,10,0",
        "9999999999,0,1,1",
        "pct:100,0,10,10",
        "pct:0,0,.1,.1",
        "pct:0,0,0,9",
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_a_region_without_pixels_is_400(version, region):
    assert status_of(version, region=region) == 400


# --------------------------------------------------------------------------------------------------------------- sizes
@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("max", (300, 200)),
        ("150,", (150, 100)),
        (",150", (225, 150)),
        ("pct:50", (150, 100)),
        ("pct:100", (300, 200)),
        ("225,100", (225, 100)),
        ("!225,100", (150, 100)),
        ("!100,225", (100, 67)),
        ("!2000,3000", (300, 200)),
        ("!2000,100", (150, 100)),
        ("1,", (1, 1)),
        ("101,", (101, 67)),
        ("3,", (3, 2)),
        ("pct:0.5", (2, 1)),  # 1.5 x 1, half up
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_sizes_that_both_versions_share(version, size, pixels):
    assert size_of(version, size) == pixels


def test_full_is_max_in_version_2():
    assert size_of(2, "full") == (300, 200)


@pytest.mark.parametrize("size", ["301,", ",201", "301,200", "300,201", "pct:100.5", "pct:200", "2000,3000"])
@pytest.mark.parametrize("version", [2, 3])
def test_above_the_region_is_400(version, size):
    assert status_of(version, size) == 400


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("^max", (300, 200)),
        ("^150,", (150, 100)),
        ("^,150", (225, 150)),
        ("^pct:100", (300, 200)),
        ("^300,200", (300, 200)),
        ("^!225,100", (150, 100)),
        ("^!2000,100", (150, 100)),
    ],
)
def test_circumflex_without_enlarging_is_served(size, pixels):
    assert size_of(3, size) == pixels


@pytest.mark.parametrize("size", ["^301,", "^,201", "^pct:120", "^300,201", "^!360,360"])
def test_circumflex_that_enlarges_is_501(size):
    assert status_of(3, size) == 501


@pytest.mark.parametrize("size", ["^99999,", "4294967297,", ",20001", "^20001,1", "pct:9999999999"])
def test_above_the_limits_is_400(size):
    assert status_of(3, size) == 400


@pytest.mark.parametrize("size", ["pct:0", "pct:0.0", "pct:0.1"])
@pytest.mark.parametrize("version", [2, 3])
def test_less_than_a_pixel_is_400(version, size):
    assert status_of(version, size) == 400


def test_a_one_pixel_region_is_not_blown_up():
    assert status_of(3, "5000,", region="10,0,1,200") == 400


def test_a_long_scroll_keeps_at_least_one_pixel_across():
    assert size_of(3, "200,", Picture(6300, 224_490)) == (200, 7127)
    assert size_of(3, ",100", Picture(50, 30_000)) == (1, 100)
    assert size_of(3, "!200,200", Picture(30_000, 50)) == (200, 1)


# -------------------------------------------------------------------------------------------------------------- levels
@pytest.mark.parametrize("level", PAINTING.levels)
@pytest.mark.parametrize("version", [2, 3])
def test_every_level_is_served_in_every_form(version, level):
    width, height = level
    for size in (f"{width},", f",{height}", f"{width},{height}", f"!{width},{height}"):
        assert size_of(version, size, PAINTING) == level, size


def test_levels_are_not_just_the_ratio_rounded():
    """Else the test above would prove nothing."""
    bare = Picture(5641, 3173)
    assert [size_of(3, f",{height}", bare) for _, height in PAINTING.levels] != list(PAINTING.levels)


def test_levels_do_not_matter_to_a_part_of_the_picture():
    assert size_of(3, ",396", PAINTING, region="0,0,5640,3173") == size_of(3, ",396", Picture(5640, 3173))


# -------------------------------------------------------------------------------------------------------------- limits
@pytest.mark.parametrize(
    ("limits", "pixels"),
    [
        (Limits(1000, 10**8), (1000, 500)),
        (Limits(10_000, 500_000), (1000, 500)),
        (Limits(10_000, 499_999), (999, 500)),
        (Limits(1000, 2), (2, 1)),
        (Limits(1, 1), (1, 1)),
    ],
)
@pytest.mark.parametrize(("version", "size"), [(2, "full"), (2, "max"), (3, "max"), (3, "^max"), (3, "!9000,9000")])
def test_as_much_as_possible_is_cut_down_to_the_limits(version, size, limits, pixels):
    assert size_of(version, size, Picture(4000, 2000), limits) == pixels


@pytest.mark.parametrize("size", ["1001,", ",501", "1001,1", "pct:50", "1000,501"])
@pytest.mark.parametrize("version", [2, 3])
def test_an_explicit_size_above_the_limits_is_400(version, size):
    assert status_of(version, size, Picture(4000, 2000), Limits(1000, 500_000)) == 400


# ----------------------------------------------------------------------------------------------------------- upscaling
@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("^max", (1200, 800)),
        ("^301,", (301, 201)),
        ("^1200,", (1200, 800)),
        ("^,201", (302, 201)),
        ("^pct:120", (360, 240)),
        ("^pct:100.5", (302, 201)),
        ("^300,201", (300, 201)),
        ("^360,10", (360, 10)),
        ("^!360,360", (360, 240)),  # the example of §4.2
        ("^!9999,600", (900, 600)),
        ("^!9999,9999", (1200, 800)),
        ("^150,", (150, 100)),
        ("max", (300, 200)),
        ("!360,360", (300, 200)),
    ],
)
def test_circumflex_enlarges_where_that_is_on(size, pixels):
    assert size_of(3, size, limits=UPSCALING) == pixels


@pytest.mark.parametrize("size", ["301,", ",201", "pct:120", "300,201"])
def test_without_circumflex_nothing_is_enlarged_in_version_3(size):
    refused = refusal(3, size, limits=UPSCALING)
    assert refused.status == 400
    assert "^" in refused.sentence
    assert "^" not in refusal(3, size).sentence, "where nothing is enlarged it would not help"


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ("301,", (301, 201)),
        (",201", (302, 201)),
        ("pct:120", (360, 240)),
        ("300,201", (300, 201)),
        ("!360,360", (360, 240)),
        ("max", (300, 200)),
        ("full", (300, 200)),
    ],
)
def test_version_2_enlarges_by_larger_numbers_only(size, pixels):
    assert size_of(2, size, limits=UPSCALING) == pixels


@pytest.mark.parametrize("size", ["1201,", ",801", "pct:401", "1201,1", "1,801"])
def test_more_than_what_is_stated_is_400(size):
    assert status_of(3, f"^{size}", limits=UPSCALING) == 400
    assert status_of(2, size, limits=UPSCALING) == 400


@pytest.mark.parametrize(
    ("limits", "pixels"),
    [
        (Limits(1000, 10**8, 4), (1000, 667)),
        (Limits(20_000, 600_000, 4), (948, 632)),
        (Limits(20_000, 10**8, 1.5), (450, 300)),
        (Limits(20_000, 10**8, 1000), (12_247, 8165)),  # 100 megapixels
        (Limits(250, 10**8, 4), (250, 167)),
        (Limits(20_000, 10**8, 1), (300, 200)),
        (Limits(20_000, 10**8, 0), (300, 200)),
    ],
)
def test_as_much_as_possible_is_what_is_stated(limits, pixels):
    assert size_of(3, "^max", limits=limits) == pixels
    width, height = pixels
    assert limits.of(300, 200).allow(width, height)
    assert not limits.of(300, 200).allow(width + 1, height + 1) or not limits.of(300, 200).enlarging


def test_a_region_is_enlarged_to_what_is_stated_for_the_whole_picture():
    assert size_of(3, "^max", limits=UPSCALING, region="0,0,10,10") == (800, 800)
    assert size_of(3, "^900,", limits=UPSCALING, region="0,0,30,20") == (900, 600)
    assert status_of(3, "^900,", limits=UPSCALING, region="0,0,10,10") == 400, "it would be 900 pixels high"


# ----------------------------------------------------------------------------------------------------- turned, formats
@pytest.mark.parametrize(
    ("rotation", "turned"),
    [
        ("0", (300, 200)),
        ("180", (300, 200)),
        ("90", (200, 300)),
        ("270", (200, 300)),
        ("45", (354, 354)),
        ("30", (360, 324)),
    ],
)
def test_how_large_a_picture_is_after_its_turn(rotation, turned):
    assert resolved(3, rotation=rotation).turned() == turned


def test_a_long_picture_is_no_way_around_the_limits():
    """20,000 x 1 pixels have 200 million around them when they are turned by 45 degrees."""
    scroll = Picture(20_000, 10)
    assert size_of(3, "max", scroll) == (20_000, 10)
    refused = refusal(3, "max", scroll, rotation="45")
    assert (refused.status, "smaller size" in refused.sentence) == (400, True)
    assert resolved(3, scroll, size="9000,", rotation="45").turned() == (6368, 6368)
    assert resolved(3, scroll, rotation="90").turned() == (10, 20_000)


@pytest.mark.parametrize("name", ["gif", "tif", "avif", "jp2"])
def test_only_what_is_offered_can_be_had(name):
    refused = refusal(3, last=f"default.{name}")
    assert refused.status == 400
    assert refused.sentence == f"There is no {name} here; there are jpg, png, webp."
    assert resolved(3, limits=Limits(1000, 10**6, formats=tuple(FORMATS)), last=f"default.{name}").format == name


@pytest.mark.parametrize(
    ("name", "rotation", "held", "refused"),
    [
        ("webp", "0", Picture(16_383, 10), Picture(16_384, 10)),
        ("webp", "90", Picture(16_383, 10), Picture(16_384, 10)),
        ("jpg", "0", Picture(65_500, 10), Picture(65_501, 10)),
        ("avif", "0", Picture(16_384, 1000), Picture(16_385, 1000)),
        ("jp2", "0", Picture(5000, 5000), Picture(5001, 5000)),
        ("gif", "0", Picture(5000, 5000), Picture(5001, 5000)),
    ],
)
def test_what_a_format_cannot_hold_is_400_with_what_it_can(name, rotation, held, refused):
    limits = Limits(100_000, 10**9, formats=tuple(FORMATS))
    assert resolved(3, held, limits, rotation=rotation, last=f"default.{name}").width == held.width
    error = refusal(3, picture=refused, limits=limits, rotation=rotation, last=f"default.{name}")
    assert error.status == 400
    assert f"A {name} is at most" in error.sentence


# ----------------------------------------------------------------------------------------------------------- canonical
def canonical_of(version, picture=SMALL, limits=LIMITS, **parameters):
    return canonical(version, resolved(version, picture, limits, **parameters), picture, limits)


@pytest.mark.parametrize(
    ("parameters", "two", "three"),
    [
        ({}, "full/full/0/default.jpg", "full/max/0/default.jpg"),
        ({"region": "0,0,300,200"}, "full/full/0/default.jpg", "full/max/0/default.jpg"),
        ({"region": "square"}, "50,0,200,200/full/0/default.jpg", "50,0,200,200/max/0/default.jpg"),
        (
            {"region": "5,15,999,999", "size": "pct:100"},
            "5,15,295,185/full/0/default.jpg",
            "5,15,295,185/max/0/default.jpg",
        ),
        ({"size": "150,"}, "full/150,/0/default.jpg", "full/150,100/0/default.jpg"),
        ({"size": "150,100"}, "full/150,/0/default.jpg", "full/150,100/0/default.jpg"),
        ({"size": "!225,100"}, "full/150,/0/default.jpg", "full/150,100/0/default.jpg"),
        ({"size": "225,100"}, "full/225,100/0/default.jpg", "full/225,100/0/default.jpg"),
        ({"size": "300,"}, "full/full/0/default.jpg", "full/max/0/default.jpg"),
        ({"rotation": "!022.50"}, "full/full/!22.5/default.jpg", "full/max/!22.5/default.jpg"),
        ({"rotation": ".5"}, "full/full/0.5/default.jpg", "full/max/0.5/default.jpg"),
        ({"rotation": "360"}, "full/full/0/default.jpg", "full/max/0/default.jpg"),
        ({"rotation": "0.0000000001"}, "full/full/0.0000000001/default.jpg", "full/max/0.0000000001/default.jpg"),
        ({"last": "color.png"}, "full/full/0/default.png", "full/max/0/default.png"),
        ({"last": "gray.webp"}, "full/full/0/gray.webp", "full/max/0/gray.webp"),
    ],
)
def test_canonical_forms(parameters, two, three):
    assert canonical_of(2, **parameters) == two
    assert canonical_of(3, **parameters) == three


def test_canonical_where_limits_cut():
    cut = Limits(150, 10**6)
    assert canonical_of(2, limits=cut) == "full/150,/0/default.jpg"
    assert canonical_of(3, limits=cut) == "full/max/0/default.jpg"
    assert canonical_of(3, limits=cut, size="150,100") == "full/max/0/default.jpg"


@pytest.mark.parametrize(
    ("size", "two", "three"),
    [
        ("max", "full", "max"),
        ("^max", None, "^max"),
        ("^1200,", None, "^max"),
        ("^400,", None, "^400,267"),
        ("^400,10", None, "^400,10"),
        ("^150,", None, "150,100"),
        ("^300,", None, "max"),
        ("400,", "400,", None),
        (",267", "401,", None),
        ("400,10", "400,10", None),
        ("!1200,9999", "1200,", "max"),
    ],
)
def test_canonical_forms_of_what_is_enlarged(size, two, three):
    for version, form in ((2, two), (3, three)):
        if form:
            assert canonical_of(version, limits=UPSCALING, size=size) == f"full/{form}/0/default.jpg"


def _halvings(picture: Picture, floor: bool) -> Picture:
    levels = [(picture.width, picture.height)]
    while max(levels[-1]) > 256:
        w, h = levels[-1]
        levels.append((max(1, w // 2), max(1, h // 2)) if floor else ((w + 1) // 2, (h + 1) // 2))
    return Picture(picture.width, picture.height, tuple(levels))


PICTURES = st.builds(_halvings, st.builds(Picture, st.integers(1, 9000), st.integers(1, 9000)), st.booleans())
NUMBER = st.integers(0, 10_000)
PERCENT = st.decimals(0, 430, places=2).map(lambda value: f"{value:f}")
REGIONS = st.one_of(
    st.sampled_from(["full", "square"]),
    st.tuples(NUMBER, NUMBER, NUMBER, NUMBER).map(lambda four: ",".join(map(str, four))),
    st.tuples(PERCENT, PERCENT, PERCENT, PERCENT).map(lambda four: f"pct:{','.join(four)}"),
)
SIZES = st.one_of(
    st.sampled_from(["max", "full"]),
    NUMBER.map(lambda w: f"{w},"),
    NUMBER.map(lambda h: f",{h}"),
    st.tuples(st.sampled_from(["", "!"]), NUMBER, NUMBER).map(lambda size: f"{size[0]}{size[1]},{size[2]}"),
    PERCENT.map(lambda n: f"pct:{n}"),
)
ROTATIONS = st.tuples(st.sampled_from(["", "!"]), st.decimals(0, 360, places=4)).map(lambda r: f"{r[0]}{r[1]:f}")
LAST = st.tuples(st.sampled_from(["default", "color", "gray", "bitonal"]), st.sampled_from(sorted(FORMATS)))
BOUNDS = st.builds(
    Limits,
    st.integers(1, 10_000),
    st.integers(1, 10**8),
    st.sampled_from([0, 1, 1.3, 2, 40]),
    st.just(tuple(FORMATS)),
)


@settings(max_examples=examples(1000), deadline=None)
@given(st.sampled_from([2, 3]), PICTURES, BOUNDS, REGIONS, st.sampled_from(["", "^"]), SIZES, ROTATIONS, LAST)
def test_what_is_served_keeps_its_promises_and_canonical_is_a_fixed_point(
    version, picture, limits, region, circumflex, size, rotation, last
):
    try:
        asked = parse(version, (region, circumflex + size, rotation, ".".join(last)))
        found = resolve(version, asked, picture, limits)
    except BadRequest as refused:
        assert refused.status in (400, 501)
        assert refused.status == 400 or (circumflex and limits.max_upscale <= 1)
        return
    bounds = limits.of(picture.width, picture.height)
    assert 0 <= found.x < found.x + found.w <= picture.width
    assert 0 <= found.y < found.y + found.h <= picture.height
    assert min(found.width, found.height) >= 1
    assert bounds.allow(found.width, found.height)
    assert limits.allow(found.width, found.height)
    assert limits.allow(*found.turned())
    if limits.max_upscale <= 1 or (version == 3 and not circumflex):
        assert (found.width <= found.w) and (found.height <= found.h)

    form = canonical(version, found, picture, limits)
    again = resolve(version, parse(version, tuple(form.split("/"))), picture, limits)
    assert again == found
    assert canonical(version, again, picture, limits) == form


@settings(max_examples=examples(1000), deadline=None)
@given(PICTURES, BOUNDS, REGIONS, SIZES)
def test_both_versions_mean_the_same_picture(picture, limits, region, size):
    """Whatever 2.1 serves, 3.0 serves as well under its own canonical form."""
    try:
        found = resolve(2, parse(2, (region, size, "0", "default.jpg")), picture, limits)
    except BadRequest:
        return
    form = canonical(3, found, picture, limits)
    assert resolve(3, parse(3, tuple(form.split("/"))), picture, limits) == found


@given(st.sampled_from([2, 3]), PICTURES)
def test_listed_sizes_are_always_served_as_listed(version, picture):
    for width, height in picture.levels:
        assert size_of(version, f"{width},{height}", picture) == (width, height)
    widths = [width for width, _ in picture.levels]
    for width, height in picture.levels:
        if widths.count(width) == 1:
            assert size_of(version, f"{width},", picture) == (width, height)


def test_a_derivative_says_everything_that_was_asked():
    assert resolved(3, region="10,20,100,50", size="50,", rotation="!90", last="gray.png") == Derivative(
        10, 20, 100, 50, 50, 25, mirror=True, rotation=90.0, quality="gray", format="png"
    )
