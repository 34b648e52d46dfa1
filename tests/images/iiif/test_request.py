"""The grammar of the Image API, and what must never pass it."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images.iiif.formats import FORMATS
from images.iiif.request import BadRequest, ImageRequest, Parameters, Region, Size, parse, readings
from tests.examples import examples

FULL = Region("full")
MAX = Size("max")


def parsed(version: int, region: str = "full", size: str = "max", rotation: str = "0", last: str = "default.jpg"):
    return parse(version, (region, size, rotation, last))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("x/full/max/0/default.jpg", ("x", "picture")),
        ("ark:/12148/x/full/max/0/default.jpg", ("ark:/12148/x", "picture")),
        ("x/info.json", ("x", "info")),
        ("ark:/12148/x/info.json", ("ark:/12148/x", "info")),
        ("info.json", ("", "info")),
        ("x", ("x", "base")),
        ("ark:/12148/x", ("ark:/12148/x", "base")),
        ("x/full/max/0", ("x/full/max/0", "base")),
        ("x/full/max/0/default", ("x/full/max/0/default", "base")),
        ("x/y/full/max/0/default.jpg", ("x/y", "picture")),
        ("x/INFO.JSON", ("x/INFO.JSON", "base")),
        ("x/info.json/", ("x/info.json/", "base")),
        ("x/info.jsonx", ("x/info.jsonx", "base")),
        ("a//b", ("a//b", "base")),
    ],
)
def test_paths_are_read_from_the_right(path, expected):
    likeliest = readings(3, path)[0]
    assert (likeliest.identifier, likeliest.kind) == expected


def test_a_base_uri_that_looks_like_a_picture_is_read_both_ways():
    assert readings(2, "a/b/c/d/e.jpg") == (
        ImageRequest(2, "a", "picture", ("b", "c", "d", "e.jpg")),
        ImageRequest(2, "a/b/c/d/e.jpg", "base"),
    )


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("full", FULL),
        ("square", Region("square")),
        ("0,1,2,3", Region("pixels", 0, 1, 2, 3)),
        ("00010,0,10,10", Region("pixels", 10, 0, 10, 10)),
        ("pct:41.6,7.5,.5,100.", Region("percent", Fraction(208, 5), Fraction(15, 2), Fraction(1, 2), Fraction(100))),
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_regions(version, text, region):
    assert parsed(version, region=text).region == region


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("max", MAX),
        ("150,", Size("width", width=150)),
        (",150", Size("height", height=150)),
        ("pct:50", Size("percent", percent=Fraction(50))),
        ("pct:.5", Size("percent", percent=Fraction(1, 2))),
        ("225,100", Size("exact", 225, 100)),
        ("!225,100", Size("confined", 225, 100)),
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_sizes(version, text, size):
    assert parsed(version, size=text).size == size


@pytest.mark.parametrize("text", ["^max", "^150,", "^,150", "^pct:120", "^225,100", "^!225,100"])
def test_upscaling_is_version_3_only(text):
    assert parsed(3, size=text).size.upscale
    with pytest.raises(BadRequest) as refused:
        parsed(2, size=text)
    assert refused.value.status == 400


def test_full_is_a_size_of_version_2_only():
    assert parsed(2, size="full").size == MAX
    with pytest.raises(BadRequest):
        parsed(3, size="full")


@pytest.mark.parametrize(
    ("text", "mirror", "degrees"),
    [
        ("0", False, 0),
        ("90", False, 90),
        ("!180", True, 180),
        ("22.5", False, 22.5),
        ("360", False, 0),
        (".5", False, 0.5),
    ],
)
def test_rotations(text, mirror, degrees):
    found = parsed(3, rotation=text)
    assert (found.mirror, found.rotation) == (mirror, degrees)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_that_is_known_can_be_asked_for(name):
    assert parsed(2, last=f"gray.{name}").format == parsed(3, last=f"gray.{name}").format == name


REGIONS = [
    "", "Full", " full", "full ", "full\n", "0,0,10", "0,0,10,10,10", "0,0,10,", "-1,-1,10,10", "+1,1,10,10",
    "1e3,0,10,10", "0x10,0,10,10", "1.0,0,10,10", "nan,nan,nan,nan", "inf,0,1,1", "1/2,0,10,10", "²,0,10,10",
    "pct:0,0,1e-9,1e-9", "pct:nan,0,1,1", "pct:0,0,1", "pct:-1,0,10,10", "pct:.,0,10,10", "pct:1_0,0,10,10",
    "０,０,１０,１０", "٠,٠,١٠,١٠", f"{'9' * 5000},0,10,10", f"pct:0.{'9' * 5000},0,10,10",
]  # fmt: skip
SIZES = [
    "", ",", "!", "!,", "!5,", "!,5", "0,0", "0,", ",0", "!0,5", "!5,0", "-1,", "1.5,", "1e3,", "4294967297",
    "99999999999,", "pct:", "pct:1e9", "pct:nan", "pct:-1", "pct:１", f"{'9' * 5000},", "max,", "maximum", "^", "^^max",
    "^full", "!max", "!pct:5", ",^240", "５,", "5,5,5", "max\n", " max",
]  # fmt: skip
ROTATIONS = [
    "",
    "!",
    "-90",
    "360.0001",
    "361",
    "nan",
    "inf",
    "1e2",
    "90 ",
    "90\n",
    "９０",
    "!!0",
    "+0",
    ".",
    "9" * 5000,
]
LASTS = [
    "default", ".jpg", "default.", "default.svg", "default.php", "default.jpg\n", "default.jpg\0.png", "default.JPG",
    "native.jpg", "grey.jpg", "Default.jpg", f"{'x' * 3000}.jpg", "default.jpg.png", "default.pdf", "default.tiff",
]  # fmt: skip


@pytest.mark.parametrize(
    "parameters",
    [
        *((region, "max", "0", "default.jpg") for region in REGIONS),
        *(("full", size, "0", "default.jpg") for size in SIZES),
        *(("full", "max", rotation, "default.jpg") for rotation in ROTATIONS),
        *(("full", "max", "0", last) for last in LASTS),
    ],
)
@pytest.mark.parametrize("version", [2, 3])
def test_what_is_not_the_grammar_is_400(version, parameters):
    with pytest.raises(BadRequest) as refused:
        parse(version, parameters)
    assert refused.value.status == 400
    assert len(refused.value.sentence) < 300, "what came in is not sent back at length"


#: Text that is nearly right gets further into the grammar than any other.
ALMOST = st.text(alphabet="0123456789.,:!^pctfulmaxsqre-+e_ ０\n", max_size=24)
DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=11)
NUMBERS = DIGITS | st.tuples(DIGITS | st.just(""), DIGITS | st.just("")).map(".".join)
NEAR_REGIONS = st.one_of(
    st.sampled_from(["full", "square"]),
    st.tuples(st.sampled_from(["", "pct:"]), st.lists(NUMBERS, min_size=3, max_size=5)).map(
        lambda region: region[0] + ",".join(region[1])
    ),
)
NEAR_SIZES = st.one_of(
    st.sampled_from(["full", "max", "^max", "^full", "!max"]),
    st.tuples(st.sampled_from(["", "^", "!", "^!", "!^"]), NUMBERS | st.just(""), NUMBERS | st.just("")).map(
        lambda size: f"{size[0]}{size[1]},{size[2]}"
    ),
    st.tuples(st.sampled_from(["pct:", "^pct:", "!pct:"]), NUMBERS).map("".join),
)
NEAR_ROTATIONS = st.tuples(st.sampled_from(["", "!", "-", "+"]), NUMBERS).map("".join)
NEAR_LASTS = st.tuples(
    st.sampled_from(["default", "color", "gray", "bitonal", "native", ""]),
    st.sampled_from([*FORMATS, "pdf", "JPG", ""]),
).map(".".join)
ANY = st.text(max_size=40) | ALMOST


@settings(max_examples=examples(1000), deadline=None)
@given(
    st.sampled_from([2, 3]),
    st.tuples(ANY | NEAR_REGIONS, ANY | NEAR_SIZES, ANY | NEAR_ROTATIONS, ANY | NEAR_LASTS),
)
def test_parse_raises_nothing_but_bad_request(version, parameters):
    try:
        found = parse(version, parameters)
    except BadRequest as refused:
        assert refused.status == 400
        assert len(refused.sentence) < 300
    else:
        assert isinstance(found, Parameters)
        assert all(part.isascii() for part in parameters)
        assert 0 <= found.rotation < 360
        assert not (version == 2 and found.size.upscale)


@settings(max_examples=examples(1000), deadline=None)
@given(st.sampled_from([2, 3]), st.text())
def test_every_path_has_a_reading_that_accounts_for_all_of_it(version, path):
    for wanted in readings(version, path):
        tail = {"picture": wanted.parameters, "info": ("info.json",), "base": ()}[wanted.kind]
        assert "/".join([wanted.identifier, *tail]).removeprefix("/") == path.removeprefix("/")
