"""The Image API as a client sees it: real rows, a real pyramid, the real engine."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
import pyvips
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gcis.core.blobs.stores import store
from images import services
from images.facts import ImageFacts
from images.models import Image
from redirects import services as names
from redirects.models import Identifier
from tests.images.pictures import convert, register

BASE = "https://images.example.org"
NAME = "ark:/1/x"
ENCODED = "ark:%2F1%2Fx"
LD_3 = 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'


@pytest.fixture
def client(db, settings):
    settings.GCIS_PUBLIC_URL = BASE
    return Client()


@pytest.fixture
def image(client, tmp_path) -> ImageFacts:
    convert(register(NAME), tmp_path)
    found = services.find(NAME)
    assert found is not None
    assert found.ready
    return found


@pytest.fixture
def staff(client) -> Client:
    """A browser in which somebody who may look at images is signed in."""
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("jane"))
    return browser


def restrict(image: ImageFacts, **columns: object) -> None:
    Image.objects.filter(pk=image.id).update(**columns)


def rename(image: ImageFacts, name: str) -> None:
    names.rename(Identifier.Kind.IMAGE, image.id, name, actor="test")


def size_of(content: bytes) -> tuple[int, int]:
    picture = pyvips.Image.new_from_buffer(content, "")
    return picture.width, picture.height


# ------------------------------------------------------------------------------------------------------------- pictures
@pytest.mark.parametrize(
    ("parameters", "size", "content_type"),
    [
        ("full/max/0/default.jpg", (1001, 701), "image/jpeg"),
        ("0,0,256,256/256,256/0/default.jpg", (256, 256), "image/jpeg"),
        ("768,512,256,256/max/0/default.jpg", (233, 189), "image/jpeg"),
        ("full/!200,200/0/gray.png", (200, 140), "image/png"),
        ("square/100,/90/bitonal.webp", (100, 100), "image/webp"),
        ("full/100,/!90/color.jpg", (70, 100), "image/jpeg"),
    ],
)
def test_pictures(client, image, parameters, size, content_type):
    response = client.get(f"/iiif/3/{ENCODED}/{parameters}")
    assert response.status_code == 200
    assert response["Content-Type"] == content_type
    assert size_of(response.content) == size


def test_headers_of_a_picture(client, image):
    response = client.get(f"/iiif/3/{ENCODED}/full/pct:50/0/default.jpg")
    assert response["Cache-Control"] == "public, max-age=300"
    assert response["Link"] == (
        '<http://iiif.io/api/image/3/level2.json>;rel="profile", '
        f'<{BASE}/iiif/3/{ENCODED}/full/501,351/0/default.jpg>;rel="canonical"'
    )
    assert response["Access-Control-Allow-Origin"] == "*"
    assert int(response["Content-Length"]) == len(response.content)
    assert "Vary" not in response


def test_every_listed_size_is_served_as_listed(client, image):
    for version in (2, 3):
        for size in client.get(f"/iiif/{version}/{ENCODED}/info.json").json()["sizes"]:
            width, height = size["width"], size["height"]
            for form in (f"{width},", f"{width},{height}"):
                response = client.get(f"/iiif/{version}/{ENCODED}/full/{form}/0/default.jpg")
                assert size_of(response.content) == (width, height), form


def test_an_etag_changes_with_everything_that_changes_the_bytes(client, image, tmp_path):
    def tag(version: int, parameters: str) -> str:
        return client.head(f"/iiif/{version}/{ENCODED}/{parameters}")["ETag"]

    first = tag(3, "full/100,/0/default.jpg")
    assert first == tag(3, "0,0,1001,701/100,70/360/color.jpg"), "the same picture, otherwise asked for"
    others = {tag(3, f"full/100,/0/{last}") for last in ("gray.jpg", "default.png")} | {
        tag(3, "full/99,/0/default.jpg")
    }
    assert len(others | {first}) == 4

    convert(Image.objects.get(pk=image.id), tmp_path, colour=90)
    assert tag(3, "full/100,/0/default.jpg") != first


def test_what_is_decided_about_rights_is_in_the_next_derivative(client, image, settings):
    url = f"/iiif/3/{NAME}/full/200,/0/default.jpg"
    before = client.get(url)
    Image.objects.filter(pk=image.id).update(
        rights_curated="https://creativecommons.org/publicdomain/zero/1.0/", credit="Photo: Jane"
    )
    after = client.get(url, headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b"publicdomain/zero" in after.content
    assert b"Photo: Jane" in after.content
    settings.GCIS_EMBED_RIGHTS = False
    assert b"publicdomain/zero" not in client.get(url).content


def test_a_known_picture_costs_no_rendering(client, image):
    address = f"/iiif/3/{ENCODED}/full/100,/0/default.jpg"
    first = client.get(address)
    store("masters").delete(image.master_key)

    again = client.get(address, headers={"if-none-match": f'"other", W/{first["ETag"]}'})
    assert again.status_code == 304
    assert again.content == b""
    for name in ("ETag", "Cache-Control", "Link", "Access-Control-Allow-Origin"):
        assert again[name] == first[name]

    shutil.rmtree(settings.GCIS_MASTER_CACHE_DIR, ignore_errors=True)
    gone = client.get(address)
    assert gone.status_code == 503
    assert gone["Cache-Control"] == "no-store"
    assert gone["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("rest", ["full/100,/0/default.jpg", "info.json", "", "full/9999,/0/default.jpg"])
def test_head_has_the_headers_of_get(client, image, rest):
    address = f"/iiif/3/{ENCODED}/{rest}".rstrip("/")
    get, head = client.get(address), client.head(address)
    assert (head.status_code, dict(head.items()), head.content) == (get.status_code, dict(get.items()), b"")


# ------------------------------------------------------------------------------------------------------------ info.json
@pytest.mark.parametrize(
    ("version", "accept", "content_type"),
    [
        (3, None, LD_3),
        (3, "*/*", LD_3),
        (3, "application/json", "application/json"),
        (3, "application/ld+json", LD_3),
        (2, None, "application/json"),
        (2, "application/ld+json", "application/ld+json"),
    ],
)
def test_info_json_is_negotiated(client, image, version, accept, content_type):
    headers = {"accept": accept} if accept else {}
    response = client.get(f"/iiif/{version}/{ENCODED}/info.json", headers=headers)
    assert response["Content-Type"] == content_type
    assert response["Vary"] == "Accept"
    assert response["Cache-Control"] == "public, max-age=60"
    known = client.get(f"/iiif/{version}/{ENCODED}/info.json", headers={**headers, "if-none-match": response["ETag"]})
    assert (known.status_code, known["Vary"]) == (304, "Accept")


def test_each_content_type_has_its_own_etag(client, image):
    kinds = ("application/json", "application/ld+json")
    tags = {client.get(f"/iiif/3/{ENCODED}/info.json", headers={"accept": kind})["ETag"] for kind in kinds}
    assert len(tags) == 2


def test_ids_never_come_from_the_request(client, image):
    clean = client.get(f"/iiif/3/{ENCODED}/info.json")
    assert clean.json()["id"] == f"{BASE}/iiif/3/{ENCODED}"
    forged = client.get(
        f"/iiif/3/{ENCODED}/info.json?id=https://evil.example/x",
        headers={
            "host": "localhost",
            "x-forwarded-host": "evil.example",
            "x-forwarded-proto": "gopher",
            "x-original-url": "/admin/",
            "x-iiif-id": "https://evil.example/x",
        },
    )
    assert forged.content == clean.content


# ------------------------------------------------------------------------------------------------------------ addresses
@pytest.mark.parametrize("name", ["ark:/1/x", "ark:%2F1%2Fx", "ark%3A/1%2fx"])
def test_encoded_and_plain_slashes_are_one(client, image, name):
    assert client.get(f"/iiif/3/{name}/info.json").json()["id"] == f"{BASE}/iiif/3/{ENCODED}"
    assert client.get(f"/iiif/2/{name}/full/full/0/default.jpg").status_code == 200


@pytest.mark.parametrize(
    ("address", "location"),
    [
        (f"/iiif/2/{ENCODED}", f"/iiif/2/{ENCODED}/info.json"),
        (f"/iiif/3/{ENCODED}", f"/iiif/3/{ENCODED}/info.json"),
        (f"/iiif/{ENCODED}", f"/iiif/3/{ENCODED}/info.json"),
        (f"/iiif/{ENCODED}/info.json", f"/iiif/3/{ENCODED}/info.json"),
        (f"/iiif/{ENCODED}/full/max/0/default.jpg", f"/iiif/3/{ENCODED}/full/max/0/default.jpg"),
        (f"/iiif/{ENCODED}/full/full/0/default.jpg", f"/iiif/2/{ENCODED}/full/full/0/default.jpg"),
    ],
)
def test_where_addresses_lead(client, image, address, location):
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (303, BASE + location)
    assert response["Cache-Control"] == "public, max-age=300"
    assert client.get(location).status_code == 200


def test_one_spelling_of_unicode_leads_to_the_other(client, tmp_path):
    convert(register("caf\u00e9"), tmp_path)
    assert client.get("/iiif/3/caf%C3%A9/info.json").status_code == 200
    decomposed = client.get("/iiif/3/cafe%CC%81/full/max/0/default.jpg")
    assert decomposed.status_code == 301
    assert decomposed["Location"] == f"{BASE}/iiif/3/caf%C3%A9/full/max/0/default.jpg"


def test_a_long_identifier_that_looks_like_a_picture_has_its_base_uri(client, tmp_path):
    convert(register("a/b/c/d/e.jpg"), tmp_path)
    response = client.get("/iiif/3/a%2Fb%2Fc%2Fd%2Fe.jpg")
    assert response["Location"] == f"{BASE}/iiif/3/a%2Fb%2Fc%2Fd%2Fe.jpg/info.json"
    assert client.get("/iiif/3/a/b/c/d/e.jpg/full/max/0/default.jpg").status_code == 200


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    "path",
    [
        "3/nobody/info.json",
        "3/a/b/full/max/0/default.jpg",
        "3/..%2f..%2fetc%2fpasswd/info.json",
        "3/%252e%252e%252f/info.json",
        "3/....//info.json",
        "3/ark:%252F1%252Fx/info.json",
        "3/ark:/1//x/info.json",
        "3/%c0%ae%c0%ae%c0%af/info.json",
        "3/%ff%fe/info.json",
        f"3/{'x' * 5000}/info.json",
        f"3/{ENCODED};3/info.json",
        f"3/{ENCODED}/INFO.JSON",
        f"3/{ENCODED}/info.json/",
        f"3/{ENCODED}/info.jsonx",
        f"3/{ENCODED}/full/max/0",
        f"3/{ENCODED}/x/full/max/0/default.jpg",
        "3/..;/admin/",
        "3/a%5c..%5cb/info.json",
        "3/",
        "",
        "nobody",
    ],
)
def test_what_names_nothing_is_404(client, image, path):
    response = client.get(f"/iiif/{path}")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_a_plus_is_not_a_blank(client, tmp_path):
    convert(register("a+b"), tmp_path)
    assert client.get("/iiif/3/a+b/info.json").status_code == 200
    assert client.get("/iiif/3/a%20b/info.json").status_code == 404


@pytest.mark.parametrize(
    ("state", "status", "lifetime"),
    [
        ({"current": None, "wanted": 1, "failed": 0}, 503, "no-store"),
        ({"current": None, "wanted": 1, "failed": 1, "error_text": "The file is cut off."}, 404, "public, max-age=60"),
        ({"withdrawn": "2026-01-01T00:00Z", "withdrawn_reason": "Wrong rights."}, 410, "public, max-age=60"),
    ],
)
def test_images_that_are_not_served_say_so(client, image, state, status, lifetime):
    Image.objects.filter(pk=image.id).update(**state)
    for rest in ("/info.json", "/full/max/0/default.jpg", ""):
        response = client.get(f"/iiif/3/{ENCODED}{rest}")
        assert response.status_code == status
        assert response["Cache-Control"] == lifetime
        assert ("Retry-After" in response) == (status == 503)
        assert state.get("error_text", state.get("withdrawn_reason", "")) in json.loads(response.content)["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("full/full/0/default.jpg", 400),
        ("full/^2000,/0/default.jpg", 501),
        ("1001,0,10,10/max/0/default.jpg", 400),
        ("full/max/0/default.svg", 400),
        ("full/max/0/default.jpg%0a", 404),
        ("full/max/0/default.jpg%00.png", 400),
        ("%EF%BC%90,0,10,10/max/0/default.jpg", 400),
    ],
)
def test_bad_parameters_are_refused(client, image, path, status):
    response = client.get(f"/iiif/3/{ENCODED}/{path}")
    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == "*"
    assert json.loads(response.content)["status"] == status


# ---------------------------------------------------------------------------------------------------- who may see what
PICTURE, INFO = f"/iiif/3/{ENCODED}/full/max/0/default.jpg", f"/iiif/3/{ENCODED}/info.json"
EVERY_DOOR = (PICTURE, INFO, f"/iiif/2/{ENCODED}/info.json", f"/iiif/3/{ENCODED}", f"/iiif/{ENCODED}/info.json")


def remembered(response) -> str:
    return response["Cache-Control"]


@pytest.mark.parametrize("columns", [{"access": "closed"}, {"inherited_access": "closed"}], ids=["own", "inherited"])
def test_a_closed_image_is_for_staff_only_and_nobody_may_keep_it(client, staff, image, columns):
    restrict(image, **columns)
    for address in EVERY_DOOR:
        refused = client.get(address)
        assert (refused.status_code, remembered(refused)) == (403, "no-store")
        assert json.loads(refused.content)["detail"] == "This image is not public."
        shown = staff.get(address)
        assert shown.status_code in (200, 303)
        assert remembered(shown) == "private, no-store"
        for response in (refused, shown):
            assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))
            assert response["Access-Control-Allow-Origin"] == "*"
    assert staff.get(PICTURE, headers={"if-none-match": staff.get(PICTURE)["ETag"]})["Cache-Control"] == (
        "private, no-store"
    )


def test_an_embargo_names_its_day_and_ends_by_itself(client, image):
    restrict(image, access_from=datetime(2999, 1, 1, 15, tzinfo=UTC))
    assert json.loads(client.get(PICTURE).content)["detail"] == "This image is not public before 2999-01-01."
    restrict(image, access_from=timezone.now() - timedelta(seconds=1))
    response = client.get(PICTURE)
    assert (response.status_code, remembered(response)) == (200, "public, max-age=300")
    assert "Vary" not in response


def test_a_limited_image_is_another_picture_for_the_public_than_for_staff(client, staff, image):
    before = client.get(PICTURE)
    restrict(image, access="limited", access_edge=600)
    limited, whole = client.get(PICTURE), staff.get(PICTURE)
    assert (size_of(limited.content), size_of(whole.content)) == ((500, 350), (1001, 701))
    assert whole.content == before.content
    assert limited["ETag"] != whole["ETag"]
    assert (remembered(limited), remembered(whole)) == ("public, max-age=300", "private, no-store")

    info, all_of_it = client.get(INFO), staff.get(INFO)
    assert (info.json()["width"], info.json()["height"]) == (500, 350)
    assert info.json()["sizes"] == [{"width": 250, "height": 175}, {"width": 500, "height": 350}]
    assert info.json()["tiles"] == [{"width": 256, "scaleFactors": [1, 2]}]
    assert (all_of_it.json()["width"], all_of_it.json()["height"]) == (1001, 701)
    assert info["ETag"] != all_of_it["ETag"]
    assert (remembered(info), remembered(all_of_it)) == ("public, max-age=60", "private, no-store")
    assert client.get(f"/iiif/3/{ENCODED}/full/501,/0/default.jpg").status_code == 400


def test_answers_differ_by_who_asks_even_where_the_bytes_are_the_same(client, staff, image):
    restrict(image, access="limited", access_edge=9999)
    assert client.get(PICTURE).content == staff.get(PICTURE).content
    for address in (PICTURE, INFO):
        assert client.get(address)["ETag"] != staff.get(address)["ETag"]


def test_the_tiles_of_a_limited_image_are_those_of_the_smaller_picture(client, image):
    restrict(image, access="limited", access_edge=600)
    whole = pyvips.Image.new_from_buffer(client.get(PICTURE.replace(".jpg", ".png")).content, "")
    assert (whole.width, whole.height) == (500, 350)
    for x, y in ((0, 0), (256, 0), (0, 256), (256, 256)):
        width, height = min(256, 500 - x), min(256, 350 - y)
        response = client.get(f"/iiif/3/{ENCODED}/{x},{y},{width},{height}/max/0/default.png")
        tile = pyvips.Image.new_from_buffer(response.content, "")
        assert (tile - whole.crop(x, y, width, height)).abs().max() == 0


def test_for_an_open_image_nobody_asks_who_is_there(staff, image):
    for address in (PICTURE, INFO):
        with CaptureQueriesContext(connection) as captured:
            response = staff.get(address)
        assert response.status_code == 200
        assert len(captured) == 2
        assert not [query for query in captured if "session" in query["sql"]]
        assert "Cookie" not in response.get("Vary", "")


# --------------------------------------------------------------------------------------------------------- other names
@pytest.mark.parametrize(
    ("version", "rest"),
    [
        ("2/", ""),
        ("3/", ""),
        ("2/", "/info.json"),
        ("3/", "/info.json"),
        ("2/", "/full/full/!90/gray.jpg"),
        ("3/", "/pct:5,5,50,50/%5E!20,20/0/default.webp"),
    ],
)
def test_a_former_name_leads_to_the_current_one(client, image, settings, version, rest):
    settings.GCIS_REDIRECT_MAX_AGE = 77
    rename(image, "new/name")
    response = client.get(f"/iiif/{version}{ENCODED}{rest}")
    assert (response.status_code, response["Location"]) == (301, f"{BASE}/iiif/{version}new%2Fname{rest}")
    assert remembered(response) == "public, max-age=77"
    rename(image, "newer")
    assert client.get(f"/iiif/{version}{ENCODED}{rest}")["Location"] == f"{BASE}/iiif/{version}newer{rest}"
    assert client.get(f"/iiif/{ENCODED}{rest}")["Location"].startswith(f"{BASE}/iiif/")


def test_a_former_name_without_version_needs_one_step(client, image):
    rename(image, "new")
    response = client.get(f"/iiif/{ENCODED}/info.json")
    assert (response.status_code, response["Location"]) == (303, f"{BASE}/iiif/3/new/info.json")


def test_a_name_that_is_only_just_a_former_one_again_is_answered_in_place(client, image):
    """Whoever has kept that the first name leads to the second must not be sent back."""
    rename(image, "second")
    rename(image, NAME)
    info = client.get("/iiif/3/second/info.json")
    assert (info.status_code, info.json()["id"]) == (200, f"{BASE}/iiif/3/second")
    assert info["Link"] == f'<{BASE}/iiif/3/{ENCODED}/info.json>;rel="canonical"'
    assert "Link" not in client.get(INFO)
    picture = client.get("/iiif/3/second/full/100,/0/default.jpg")
    assert picture.status_code == 200
    assert f'<{BASE}/iiif/3/{ENCODED}/full/100,70/0/default.jpg>;rel="canonical"' in picture["Link"]
    assert client.get("/iiif/second/info.json")["Location"] == f"{BASE}/iiif/3/second/info.json"
    assert client.get("/iiif/2/second")["Location"] == f"{BASE}/iiif/2/second/info.json"


def test_the_current_name_of_what_is_closed_is_not_given_away(client, staff, image):
    rename(image, "secret")
    restrict(image, access="closed")
    assert client.get(PICTURE).status_code == 403
    moved = staff.get(PICTURE)
    assert (moved.status_code, remembered(moved)) == (301, "private, no-store")


# ---------------------------------------------------------------------------------------------------------- tombstones
@pytest.fixture
def withdrawn(image) -> ImageFacts:
    restrict(image, withdrawn=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), withdrawn_reason="Wrong <rights>.")
    return image


HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize("rest", ["", "/info.json", "/full/max/0/default.jpg"])
@pytest.mark.parametrize("version", ["2/", "3/", ""])
@pytest.mark.parametrize("name", [ENCODED, "former"])
def test_a_withdrawn_image_says_so_in_the_form_that_is_asked_for(client, image, version, rest, name):
    rename(image, "former")
    rename(image, NAME)
    restrict(image, withdrawn=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), withdrawn_reason="Wrong <rights>.")
    number = int(version[:1] or 3)
    service = f"{BASE}/iiif/{number}/{ENCODED}"

    def ask(accept: str | None):
        response = client.get(f"/iiif/{version}{name}{rest}", headers={"accept": accept} if accept else {})
        assert (response.status_code, remembered(response)) == (410, "public, max-age=60")
        assert (response["Vary"], response["Access-Control-Allow-Origin"]) == ("Accept", "*")
        return response

    for accept in (None, "*/*", "application/problem+json", "image/avif,image/webp,*/*;q=0.8"):
        found = ask(accept)
        assert found["Content-Type"] == "application/problem+json"
        assert json.loads(found.content) == {
            "type": "about:blank",
            "title": "Gone",
            "status": 410,
            "detail": "Wrong <rights>.",
            "withdrawn": "2026-01-02T03:04:05+00:00",
        }
    for accept in ("application/json", "application/ld+json"):
        found = ask(accept)
        assert found["Content-Type"].partition(";")[0] == accept
        document = json.loads(found.content)
        assert document["@context"] == f"http://iiif.io/api/image/{number}/context.json"
        assert document["@id" if number == 2 else "id"] == service
        assert document["@type" if number == 2 else "type"] == f"ImageService{number}"
        assert "Wrong <rights>." in json.dumps(document)
        assert "width" not in document
    page = ask(HTML)
    assert page["Content-Type"].startswith("text/html")
    assert "Wrong &lt;rights&gt;." in page.content.decode()
    assert "2 January 2026" in page.content.decode()
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_head_of_a_tombstone_has_its_headers(client, withdrawn):
    for accept in ("*/*", HTML):
        get, head = (getattr(client, method)(INFO, headers={"accept": accept}) for method in ("get", "head"))
        assert (head.status_code, dict(head.items()), head.content) == (410, dict(get.items()), b"")
