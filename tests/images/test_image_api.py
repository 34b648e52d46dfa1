"""The Image API over HTTP, to the letter: what is refused and how, what is said about what is served, every format."""

import io
import json
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image as Pillow

from images import services
from images.facts import ImageFacts
from images.iiif.formats import FORMATS, MEDIA_TYPES
from tests.images.pictures import HEIGHT, WIDTH, convert, register

BASE = "https://images.example.org"
NAME = "x"
EVERY = list(FORMATS)
#: No answer may have more pixels than this, whatever is asked.
EDGE, AREA = 2000, 1_500_000


@pytest.fixture
def client(db, settings):
    settings.GCIS_PUBLIC_URL = BASE
    settings.GCIS_MAX_EDGE, settings.GCIS_MAX_AREA = EDGE, AREA
    settings.GCIS_FORMATS = EVERY
    return Client()


@pytest.fixture
def image(client, tmp_path) -> ImageFacts:
    convert(register(NAME), tmp_path)
    found = services.find(NAME)
    assert found is not None
    return found


def opened(content: bytes) -> Pillow.Image:
    picture = Pillow.open(io.BytesIO(content))
    picture.load()
    return picture


# ------------------------------------------------------------------------------------------------- attacks by parameter
REFUSED = [
    ("1001,0,10,10/max/0/default.jpg", 400),  # begins where the picture ends
    ("0,701,10,10/max/0/default.jpg", 400),
    ("-1,-1,10,10/max/0/default.jpg", 400),
    ("0,0,0,10/max/0/default.jpg", 400),
    ("0,0,10,0/max/0/default.jpg", 400),
    ("1e3,0,10,10/max/0/default.jpg", 400),
    ("0x10,0,10,10/max/0/default.jpg", 400),
    ("nan,nan,nan,nan/max/0/default.jpg", 400),
    ("inf,inf,inf,inf/max/0/default.jpg", 400),
    ("pct:nan,0,1,1/max/0/default.jpg", 400),
    ("pct:0,0,1e-9,1e-9/max/0/default.jpg", 400),
    ("pct:0,0,0.0000000001,0.0000000001/max/0/default.jpg", 400),
    ("%EF%BC%90,%EF%BC%90,%EF%BC%91%EF%BC%90,%EF%BC%91%EF%BC%90/max/0/default.jpg", 400),  # full-width digits
    ("%D9%A0,%D9%A0,%D9%A1,%D9%A1/max/0/default.jpg", 400),  # Arabic-Indic digits
    (f"{'9' * 5000},0,10,10/max/0/default.jpg", 400),
    (f"pct:{'9' * 5000},0,10,10/max/0/default.jpg", 400),
    (f"full/{'9' * 5000},/0/default.jpg", 400),
    (f"full/pct:{'9' * 5000}/0/default.jpg", 400),
    (f"full/max/{'9' * 5000}/default.jpg", 400),
    ("full/99999,/0/default.jpg", 400),
    ("full/4294967297,/0/default.jpg", 400),
    ("full/18446744073709551617,/0/default.jpg", 400),
    ("full/0,0/0/default.jpg", 400),
    ("full/,/0/default.jpg", 400),
    ("full/!/0/default.jpg", 400),
    ("full/!0,5/0/default.jpg", 400),
    ("full/-1,/0/default.jpg", 400),
    ("full/pct:0/0/default.jpg", 400),
    ("full/pct:1e9/0/default.jpg", 400),
    ("full/pct:9999999999/0/default.jpg", 400),
    ("full/pct:nan/0/default.jpg", 400),
    ("10,0,1,700/5000,/0/default.jpg", 400),  # one column blown up
    ("10,0,1,700/1001,/0/default.jpg", 400),
    ("full/max/360.0001/default.jpg", 400),
    ("full/max/-90/default.jpg", 400),
    ("full/max/!/default.jpg", 400),
    ("full/max/nan/default.jpg", 400),
    ("full/max/90%20/default.jpg", 400),
    ("full/max/0/default.svg", 400),
    ("full/max/0/default.php", 400),
    ("full/max/0/default.jpg%00.png", 400),
    (f"full/max/0/{'q' * 3000}.jpg", 400),
    ("full/max/0/default.jpg%0a", 404),
    ("full/max/default.jpg", 404),  # three segments
    ("full/max/0/0/0/default.jpg", 404),  # six
]
#: In 3.0 only: `^` is not in the grammar of 2.1.
REFUSED_UPSCALING = [
    ("full/%5E99999,/0/default.jpg", 400),
    ("full/%5E1002,/0/default.jpg", 501),
    ("full/%5Epct:101/0/default.jpg", 501),
    ("full/%5E!1500,1500/0/default.jpg", 501),
    ("full/%5E/0/default.jpg", 400),
    ("full/%5E%5Emax/0/default.jpg", 400),
]


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(("parameters", "status"), REFUSED)
def test_parameters_that_are_refused(client, image, version, parameters, status):
    refuses(client, version, parameters, status)


@pytest.mark.parametrize(("parameters", "status"), REFUSED_UPSCALING)
def test_upscaling_that_is_refused_where_it_is_off(client, image, parameters, status):
    refuses(client, 3, parameters, status)
    refuses(client, 2, parameters, 400)


def refuses(client, version, parameters, status):
    response = client.get(f"/iiif/{version}/{NAME}/{parameters}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    problem = json.loads(response.content)
    assert problem["status"] == status
    assert problem["detail"].endswith(".")
    assert len(response.content) < 1000, "what came in is not sent back at length"


SERVED = [
    ("1000,700,5000,5000/max/0/default.jpg", (1, 1)),  # cut at the edge
    ("pct:0,0,200,200/1000,/0/default.jpg", (1000, 700)),
    ("00010,0,10,10/max/0/default.jpg", (10, 10)),
    ("10,0,1,700/max/0/default.jpg", (1, 700)),
    ("10,0,1,700/,1/0/default.jpg", (1, 1)),
    ("full/max/0/default.jpg", (WIDTH, HEIGHT)),
    ("full/!9999999999,9999999999/0/default.jpg", (WIDTH, HEIGHT)),
    ("full/max/360/default.jpg", (WIDTH, HEIGHT)),
]


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(("parameters", "size"), SERVED)
def test_parameters_that_are_strange_and_right(client, image, version, parameters, size):
    response = client.get(f"/iiif/{version}/{NAME}/{parameters}")
    assert (response.status_code, opened(response.content).size) == (200, size)


def test_a_scroll_is_served_at_every_width(client, tmp_path):
    convert(register("scroll"), tmp_path, width=63, height=1900)
    for size, wanted in (("63,", (63, 1900)), ("2,", (2, 60)), ("1,", (1, 30)), (",1", (1, 1)), ("!20,20", (1, 20))):
        assert opened(client.get(f"/iiif/3/scroll/full/{size}/0/default.jpg").content).size == wanted


def test_a_scroll_turned_askew_is_no_way_around_the_limits(client, tmp_path):
    convert(register("scroll"), tmp_path, width=63, height=1900)
    refuses_scroll = client.get("/iiif/3/scroll/full/max/45/default.png")
    assert refuses_scroll.status_code == 400
    assert "Ask for a smaller size" in json.loads(refuses_scroll.content)["detail"]
    width, height = opened(client.get("/iiif/3/scroll/full/,1500/45/default.png").content).size
    assert width * height <= AREA


# ---------------------------------------------------------------------------------------------------- limits, upscaling
@pytest.mark.parametrize("version", [2, 3])
def test_limits_are_stated_and_kept(client, image, settings, version):
    settings.GCIS_MAX_EDGE, settings.GCIS_MAX_AREA = 800, 300_000
    info = client.get(f"/iiif/{version}/{NAME}/info.json").json()
    said = info if version == 3 else info["profile"][1]
    assert (said["maxWidth"], said["maxHeight"], said["maxArea"]) == (800, 800, 300_000)
    width, height = opened(client.get(f"/iiif/{version}/{NAME}/full/max/0/default.jpg").content).size
    assert (width, height) == (654, 458)
    assert client.get(f"/iiif/{version}/{NAME}/full/656,/0/default.jpg").status_code == 400
    for size in info["sizes"]:
        address = f"/iiif/{version}/{NAME}/full/{size['width']},{size['height']}/0/default.jpg"
        assert client.get(address).status_code == 200


def test_upscaling_is_done_where_it_is_on_up_to_what_is_stated(client, image, settings):
    settings.GCIS_MAX_UPSCALE = 1.5
    info = client.get(f"/iiif/3/{NAME}/info.json").json()
    assert "sizeUpscaling" in info["extraFeatures"]
    assert (info["maxWidth"], info["maxHeight"], info["maxArea"]) == (1501, 1051, AREA)
    largest = client.get(f"/iiif/3/{NAME}/full/%5Emax/0/default.jpg")
    width, height = opened(largest.content).size
    assert width * height <= AREA
    assert (width, height) == (1463, 1025)
    assert largest["Link"].endswith(f'<{BASE}/iiif/3/{NAME}/full/%5Emax/0/default.jpg>;rel="canonical"')
    wider = client.get(f"/iiif/3/{NAME}/full/%5E1200,/0/default.jpg")
    assert opened(wider.content).size == (1200, 840)
    assert "/full/%5E1200,840/0/default.jpg>" in wider["Link"]
    assert opened(client.get(f"/iiif/3/{NAME}/0,0,10,7/%5E1001,/0/default.jpg").content).size == (1001, 701)
    refuses(client, 3, "full/1200,/0/default.jpg", 400)
    refuses(client, 3, "full/%5E1502,1/0/default.jpg", 400)

    two = client.get(f"/iiif/2/{NAME}/info.json").json()["profile"][1]
    assert "sizeAboveFull" in two["supports"]
    assert (two["maxWidth"], two["maxHeight"]) == (1501, 1051)
    assert opened(client.get(f"/iiif/2/{NAME}/full/1200,/0/default.jpg").content).size == (1200, 840)
    refuses(client, 2, "full/%5E1200,/0/default.jpg", 400)


def test_a_changed_limit_is_another_picture_under_the_same_address(client, image, settings):
    """`max` stands for other pixels then: whoever has the old ones must not be told that they are good."""
    address = f"/iiif/3/{NAME}/full/max/0/default.jpg"
    before = client.get(address)
    settings.GCIS_MAX_EDGE = 500
    after = client.get(address, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert opened(after.content).size == (500, 350)


# -------------------------------------------------------------------------------------------------------------- formats
@pytest.mark.parametrize("quality", ["default", "color", "gray", "bitonal"])
@pytest.mark.parametrize("name", EVERY)
def test_every_format_that_is_listed_is_served_in_every_quality(client, image, name, quality):
    info = client.get(f"/iiif/3/{NAME}/info.json").json()
    assert name in ("jpg", "png", *info["extraFormats"])
    for parameters, size in (("full/300,/0", (300, 210)), ("0,0,256,256/max/0", (256, 256)), ("full/90,/90", (63, 90))):
        response = client.get(f"/iiif/3/{NAME}/{parameters}/{quality}.{name}")
        assert response.status_code == 200
        assert response["Content-Type"] == MEDIA_TYPES[name]
        assert opened(response.content).size == size


@pytest.mark.parametrize("name", EVERY)
def test_corners_are_transparent_where_the_format_has_it_and_else_white(client, image, name):
    picture = opened(client.get(f"/iiif/3/{NAME}/full/300,/30/default.{name}").content).convert("RGBA")
    corner = picture.getpixel((0, 0))
    assert isinstance(corner, tuple)
    if FORMATS[name].alpha:
        assert corner[3] == 0
    else:
        assert min(corner) >= 250


def test_a_format_that_is_not_wanted_is_neither_listed_nor_served(client, image, settings):
    settings.GCIS_FORMATS = ["webp"]
    assert client.get(f"/iiif/3/{NAME}/info.json").json()["extraFormats"] == ["webp"]
    refuses(client, 3, "full/max/0/default.gif", 400)


# ----------------------------------------------------------------------------------------------------------------- HTTP
ADDRESSES = {
    200: f"/iiif/3/{NAME}/full/90,/0/default.jpg",
    303: f"/iiif/3/{NAME}",
    400: f"/iiif/3/{NAME}/full/full/0/default.jpg",
    404: "/iiif/3/nobody/full/max/0/default.jpg",
    501: f"/iiif/3/{NAME}/full/%5E1200,/0/default.jpg",
}


@pytest.mark.parametrize("status", ADDRESSES)
def test_head_says_what_get_says(client, image, status):
    get, head = client.get(ADDRESSES[status]), client.head(ADDRESSES[status])
    assert get.status_code == head.status_code == status
    assert dict(get.items()) == dict(head.items())
    assert head.content == b""


@pytest.mark.parametrize("status", ADDRESSES)
def test_every_site_may_read_every_answer(client, image, status):
    for headers in ({}, {"origin": "https://viewer.example"}, {"origin": "null"}):
        response = client.get(ADDRESSES[status], headers=headers)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Origin" not in response.get("Vary", "")


@pytest.mark.parametrize("status", ADDRESSES)
def test_browsers_may_ask_first(client, image, status):
    response = client.options(
        ADDRESSES[status],
        headers={
            "origin": "https://viewer.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": "accept",
        },
    )
    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "HEAD", "OPTIONS"} <= set(response["Access-Control-Allow-Methods"].split(", "))
    assert "accept" in response["Access-Control-Allow-Headers"].lower().split(", ")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("status", ADDRESSES)
def test_nothing_is_written_here(client, image, status, method):
    response = getattr(client, method)(ADDRESSES[status])
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize(
    ("asked", "two", "three"),
    [
        ("full/max/0/color.jpg", "full/full/0/default.jpg", "full/max/0/default.jpg"),
        ("0,0,1001,701/pct:50/!22.50/gray.png", "full/501,/!22.5/gray.png", "full/501,351/!22.5/gray.png"),
        ("square/,100/360/default.webp", "150,0,701,701/100,/0/default.webp", "150,0,701,701/100,100/0/default.webp"),
    ],
)
def test_one_line_says_profile_and_canonical_form(client, image, version, asked, two, three):
    response = client.get(f"/iiif/{version}/{NAME}/{asked}")
    assert response["Link"] == (
        f'<http://iiif.io/api/image/{version}/level2.json>;rel="profile", '
        f'<{BASE}/iiif/{version}/{NAME}/{two if version == 2 else three}>;rel="canonical"'
    )
    canonical = client.get(f"/iiif/{version}/{NAME}/{two if version == 2 else three}")
    assert canonical.content == response.content
    assert canonical["ETag"] == response["ETag"]


@pytest.mark.parametrize(
    "headers",
    [
        {"if-modified-since": "yesterday"},
        {"if-none-match": "x" * 100_000},
        {"if-none-match": '"'},
        {"range": "bytes=0-18446744073709551615"},
        {"range": "bytes=" + ",".join(f"{n}-{n}" for n in range(1000))},
        {"accept": "image/*;q=none"},
        {"accept-encoding": "zstd;q=9"},
        {"x-accel-redirect": "/_iip/x"},
    ],
)
def test_headers_that_are_malformed_change_nothing(client, image, headers):
    plain = client.get(ADDRESSES[200])
    assert client.get(ADDRESSES[200], headers=headers).content == plain.content


def test_a_query_string_changes_nothing(client, image):
    plain = client.get(ADDRESSES[200])
    assert client.get(f"{ADDRESSES[200]}?FIF=/etc/passwd&CVT=jpeg").content == plain.content


def test_what_cannot_be_made_just_now_is_503_with_a_sentence(client, image, settings, tmp_path: Path):
    from gcis.core.blobs.stores import store

    store("masters").delete(image.master_key)
    response = client.get(f"/iiif/3/{NAME}/full/91,/0/default.jpg")
    assert response.status_code == 503
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert json.loads(response.content)["detail"].endswith(".")
