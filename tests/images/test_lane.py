"""The lane before Django: the same answers to the last header, and nothing that is over."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import RequestFactory

from gcis.core import lastknown as remembered
from gcis.core.blobs.stores import store
from gcis.core.wsgi import Handler, Handlers
from images import budgets, curation, known, lane
from images.access import Access
from images.curation import Restriction
from images.models import Image
from redirects import services as names
from redirects.models import Identifier
from tests.images.pictures import convert, register
from tests.work import statements

pytestmark = pytest.mark.django_db(transaction=True)

NAME, ENCODED = "ark:/1/x", "ark:%2F1%2Fx"
INFO = f"/iiif/3/{ENCODED}/info.json"
TILE = f"/iiif/3/{ENCODED}/0,0,256,256/256,256/0/default.jpg"
CROP = f"/iiif/3/{ENCODED}/3,5,700,600/650,/0/default.jpg"
PICTURES = (
    TILE,
    CROP,
    f"/iiif/2/{ENCODED}/full/full/0/default.jpg",
    f"/iiif/2/{ENCODED}/full/90,/0/color.jpg",
    f"/iiif/3/{ENCODED}/full/max/0/default.jpg",
    f"/iiif/3/{ENCODED}/768,512,256,256/max/0/default.jpg",
    "/iiif/3/ark:/1/x/square/100,/!90/bitonal.webp",
    f"/iiif/3/{ENCODED}/pct:10,10,50,50/!200,200/22.5/gray.png",
)
LD_2, LD_3 = (f'application/ld+json;profile="http://iiif.io/api/image/{version}/context.json"' for version in (2, 3))
ACCEPTS = (None, "*/*", "application/json", "application/ld+json", LD_2, LD_3, "text/html", "garbage", "")

Sent = tuple[str, list[tuple[str, str]], bytes]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(known, "clock", made)
    return made


@pytest.fixture(autouse=True)
def empty(settings: Any) -> Iterator[None]:
    settings.ALLOWED_HOSTS = ["images.example.org"]
    settings.GCIS_KNOWN_IMAGES = 100
    lane.forget()
    budgets.desk.cache_clear()
    yield
    lane.forget()
    budgets.desk.cache_clear()


@pytest.fixture
def image(tmp_path: Path) -> Image:
    made = register(NAME)
    convert(made, tmp_path)
    return Image.objects.get(pk=made.pk)


def environ(url: str, method: str = "GET", **variables: Any) -> dict[str, Any]:
    found = RequestFactory().generic(method, url, headers={"host": "images.example.org"}).environ
    found["PATH_INFO"] = found["PATH_INFO"].encode().decode("latin-1")  # as WSGI has it; Django has decoded it there
    return {**found, **{name: value for name, value in variables.items() if value is not None}}


def through(application: Any, given: dict[str, Any]) -> Sent | None:
    """What a web server would send; None where the application does not answer."""
    started: list[Any] = []
    body = application(given, lambda status, headers: started.extend((status, headers)))
    return (started[0], started[1], b"".join(body)) if body is not None else None


django = Handlers()


whole_chain = Handler()


def of_django(url: str, method: str = "GET", **variables: Any) -> Sent:
    """Whether somebody may say who he is, or not: it is the same."""
    sent = through(django, environ(url, method, **variables))
    assert sent
    assert through(whole_chain, environ(url, method, **variables)) == sent
    return sent


def of_the_lane(url: str, method: str = "GET", **variables: Any) -> Sent | None:
    return through(lane.answer, environ(url, method, **variables))


# --------------------------------------------------------------------------------------------------------- the same
@pytest.mark.parametrize("url", PICTURES)
def test_the_lane_answers_with_pictures_as_django_does_to_the_last_header(image: Image, url: str) -> None:
    for method in ("GET", "HEAD"):
        whole = of_django(url, method)
        assert whole[0] == "200 OK"
        assert of_the_lane(url, method) == whole
        assert bool(whole[2]) == (method == "GET")
        etag = dict(whole[1])["ETag"]
        for tags in (etag, f'"x", W/{etag}', "*"):
            bare = of_django(url, method, HTTP_IF_NONE_MATCH=tags)
            assert bare[0] == "304 Not Modified"
            assert of_the_lane(url, method, HTTP_IF_NONE_MATCH=tags) == bare
        other = f'{etag[:-1]}x"'
        assert of_the_lane(url, method, HTTP_IF_NONE_MATCH=other) == of_django(url, method, HTTP_IF_NONE_MATCH=other)


@pytest.mark.parametrize("version", [2, 3])
def test_the_lane_answers_with_info_json_as_django_does(image: Image, version: int) -> None:
    url = INFO.replace("/3/", f"/{version}/")
    for accept in ACCEPTS:
        for method in ("GET", "HEAD"):
            whole = of_django(url, method, HTTP_ACCEPT=accept)
            assert of_the_lane(url, method, HTTP_ACCEPT=accept) == whole
        asked = {"HTTP_ACCEPT": accept, "HTTP_IF_NONE_MATCH": dict(whole[1])["ETag"]}
        bare = of_django(url, **asked)
        assert bare[0] == "304 Not Modified"
        assert of_the_lane(url, **asked) == bare


def test_cookies_tokens_and_dates_make_no_difference_to_an_open_image(image: Image) -> None:
    of_django(TILE)
    for name, value in (
        ("HTTP_COOKIE", "sessionid=0123456789abcdef0123456789abcdef"),
        ("HTTP_AUTHORIZATION", "Bearer gcis_x"),
        ("HTTP_IF_MODIFIED_SINCE", "Sat, 01 Jan 2050 00:00:00 GMT"),
        ("HTTP_RANGE", "bytes=0-9"),
        ("HTTP_ACCEPT_ENCODING", "gzip, br"),
    ):
        assert of_the_lane(TILE, **{name: value}) == of_django(TILE, **{name: value}) == of_django(TILE)


def test_over_a_secure_connection_it_is_said_to_stay_on_it(image: Image, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 60, True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    sent = through(Handlers(), environ(TILE, HTTP_X_FORWARDED_PROTO="https"))
    assert sent and ("Strict-Transport-Security", "max-age=60; preload") in sent[1]
    assert of_the_lane(TILE, HTTP_X_FORWARDED_PROTO="https") == sent
    assert of_the_lane(TILE) is None


def test_a_name_beyond_ascii_is_the_same_on_both_ways(tmp_path: Path) -> None:
    convert(register("caf\u00e9/\u00fc"), tmp_path)
    url = "/iiif/3/caf%C3%A9%2F%C3%BC/full/100,/0/default.jpg"
    assert of_django(url) == of_the_lane(url)


def test_an_identifier_that_looks_like_a_picture_is_read_alike(tmp_path: Path) -> None:
    convert(register("a/b/c/d/e.jpg"), tmp_path)
    url = "/iiif/3/a/b/c/d/e.jpg/full/max/0/default.jpg"
    assert of_django(url) == of_the_lane(url)
    assert of_the_lane("/iiif/3/a/b/c/d/e.jpg") is None


# ------------------------------------------------------------------------------------------------------ in trouble
def test_a_busy_process_says_so_alike(image: Image) -> None:
    of_django(TILE)
    with ExitStack() as taken:
        desk = budgets.desk()
        for number in range(desk.places):
            taken.enter_context(desk.place(f"client {number}", "image"))
        refused = of_django(CROP)
        assert refused[0] == "503 Service Unavailable"
        assert dict(refused[1])["Retry-After"] == "5"
        assert of_the_lane(CROP) == refused
        assert of_the_lane(TILE) == of_django(TILE)


def test_who_is_over_budget_hears_it_alike(image: Image, settings: Any) -> None:
    settings.GCIS_CLIENT_MEGAPIXELS = 0.5
    for _ in range(3):
        of_django(CROP)
    with budgets.desk().place("somebody else", "image"):
        refused = of_django(CROP)
        assert refused[0] == "429 Too Many Requests"
        assert 1 <= int(dict(refused[1])["Retry-After"]) <= 60
        assert of_the_lane(CROP) == refused
        assert of_the_lane(CROP, REMOTE_ADDR="192.0.2.1") == of_django(CROP, REMOTE_ADDR="192.0.2.2")


def test_what_the_store_does_not_give_is_said_alike(image: Image) -> None:
    of_django(TILE)
    store("masters").delete(image.current.key)
    refused = of_django(TILE)
    assert refused[0] == "503 Service Unavailable"
    assert of_the_lane(TILE) == refused


# ------------------------------------------------------------------------------------------------- what is not its own
def test_what_it_was_not_told_it_leaves_to_django(image: Image) -> None:
    assert of_the_lane(TILE) is None
    of_django(INFO)
    assert of_the_lane(TILE), "whatever was asked for, all of the image is known"
    for given in (
        environ(f"{TILE}?v=1"),
        environ(TILE, "POST"),
        environ(TILE, "OPTIONS"),
        environ(TILE, HTTP_HOST="elsewhere.example"),
        environ(TILE, SCRIPT_NAME="/there"),
        environ(TILE, PATH_INFO="/iiif/3/\xff/info.json"),
        environ(f"/iiif/3/{ENCODED}"),
        environ(f"/iiif/{ENCODED}/info.json"),
        environ(f"/iiif/3/{ENCODED}/full/full/0/default.jpg"),
        environ(f"/iiif/3/{ENCODED}/full/max/0/default.jpg%0a"),
        environ(f"/iiif/3/{ENCODED}/full/max/0/default.jpg/"),
        environ(f"/iiif/3/x{ENCODED}/info.json"),
        environ("/iiif/3/"),
        environ("/"),
    ):
        assert through(lane.answer, given) is None


@pytest.mark.parametrize("columns", [{"access": "closed"}, {"access": "limited", "access_edge": 600}])
def test_what_is_not_for_everybody_is_djangos(image: Image, columns: dict[str, Any]) -> None:
    Image.objects.filter(pk=image.pk).update(**columns)
    of_django(TILE)
    assert of_the_lane(TILE) is None


def test_former_names_and_what_is_remembered_in_trouble_are_djangos(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("second", NAME):
        names.rename(Identifier.Kind.IMAGE, image.pk, name, actor="test")
    former = TILE.replace(ENCODED, "second")
    assert of_django(former)[0] == "200 OK"
    assert of_the_lane(former) is None
    of_django(TILE)
    lane.forget()

    def away(*args: Any) -> Any:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr("gcis.core.lastknown.passing", lambda error: remembered.Unavailable("away", "Away."))
        patch.setattr(names, "find", away)
        assert dict(of_django(TILE)[1])["Cache-Control"] == "public, max-age=10"
    remembered.forget_all()
    assert of_the_lane(TILE) is None


def test_it_can_be_switched_off(image: Image, settings: Any) -> None:
    settings.GCIS_KNOWN_IMAGES = 0
    of_django(TILE)
    assert of_the_lane(TILE) is None


def test_images_are_held_within_their_limit(tmp_path: Path, settings: Any) -> None:
    settings.GCIS_KNOWN_IMAGES = 2
    for name in "abc":
        convert(register(name), tmp_path)
    urls = [f"/iiif/3/{name}/info.json" for name in "abc"]
    for url in urls:
        of_django(url)
    assert [of_the_lane(url) is not None for url in urls] == [False, True, True]


# ------------------------------------------------------------------------------------------------------ not for long
def test_what_a_view_found_is_good_for_two_seconds_and_then_looked_up_once(image: Image, clock: Clock) -> None:
    of_django(TILE)
    clock.now += 1.4
    with statements() as sent:
        assert of_the_lane(TILE)
    assert sent == []
    clock.now += 0.2
    assert of_the_lane(TILE) is None
    assert known.fresh(NAME) is None, "one has it looked up"
    assert of_the_lane(CROP), "the others need not wait for that"
    with statements() as sent:
        of_django(CROP)
    assert sent == []
    clock.now += 0.4
    assert of_the_lane(TILE) is None
    of_django(TILE)
    assert of_the_lane(TILE)


def test_where_it_was_changed_it_shows_at_once(image: Image, clock: Clock) -> None:
    of_django(TILE)
    assert of_the_lane(TILE)
    curation.withdraw(image.pk, actor="test", reason="Wrong rights.")
    assert of_the_lane(TILE) is None
    assert of_django(TILE)[0] == "410 Gone"


@pytest.mark.parametrize("what", ["withdrawn", "renamed", "closed", "replaced", "cleared"])
def test_what_is_over_is_over_after_two_seconds(
    image: Image, clock: Clock, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another process than the one that changes it: nobody tells that one."""
    monkeypatch.setattr(known, "forget", lambda: None)
    before = of_django(TILE)
    if what == "withdrawn":
        curation.withdraw(image.pk, actor="test", reason="Wrong rights.")
    elif what == "renamed":
        names.rename(Identifier.Kind.IMAGE, image.pk, "new", actor="test")
    elif what == "closed":
        curation.restrict(image.pk, Restriction(access=Access.CLOSED), actor="test")
    elif what == "replaced":
        convert(image, tmp_path, colour=90)
    else:
        Image.objects.filter(pk=image.pk).update(generation=image.generation + 1)
    assert of_the_lane(TILE) == before
    clock.now += 2
    assert of_the_lane(TILE) is None
    status = {"withdrawn": "410 Gone", "renamed": "301 Moved Permanently", "closed": "403 Forbidden"}
    after = of_django(TILE)
    assert after[0] == status.get(what, "200 OK")
    if after[0] == "200 OK":
        assert of_the_lane(TILE) == after
        assert dict(after[1])["ETag"] != dict(before[1])["ETag"]
    else:
        assert of_the_lane(TILE) is None
