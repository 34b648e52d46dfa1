"""The lane before Django: the same answers to the last header, and nothing that is over."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import RequestFactory

from gcis.core import lastknown as remembered
from gcis.core.blobs.stores import store
from gcis.core.memory import BytesInMemory
from gcis.core.wsgi import Handler
from images.access import Access
from images.curation import Restriction
from manifests import curation, lane, services
from manifests.models import Collection, Manifest
from redirects import services as names
from tests.manifests.records import a_collection, a_manifest, a_page, fresh, published, relabel
from tests.work import convert, statements

pytestmark = pytest.mark.django_db(transaction=True)

BOOK, NEUTRAL = "/presentation/3/ark:%2F1%2Fbook/manifest", "/presentation/ark:%2F1%2Fbook/manifest"
ADDRESSES = (
    BOOK,
    BOOK.replace("/3/", "/2/"),
    NEUTRAL,
    "/presentation/3/shelf/collection",
    "/presentation/shelf/collection",
)
LD_2, LD_3 = (
    f'application/ld+json;profile="http://iiif.io/api/presentation/{version}/context.json"' for version in (2, 3)
)
ACCEPTS = (
    None,
    "*/*",
    "application/json",
    "application/ld+json",
    LD_2,
    LD_3,
    "text/html,*/*;q=0.8",
    f"{LD_3};q=0, {LD_2}",
)
ENCODINGS = (None, "gzip, deflate, br", "gzip", "br;q=0", "identity")

Sent = tuple[str, list[tuple[str, str]], bytes]


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(lane, "clock", made)
    return made


@pytest.fixture(autouse=True)
def empty(settings: Any) -> Iterator[None]:
    settings.ALLOWED_HOSTS = ["images.example.org"]
    lane.forget()
    yield
    lane.forget()


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="ark:/1/book")
    convert(a_page(made))
    a_collection("shelf", made, identifier="shelf")
    published()
    return made


def environ(url: str, method: str = "GET", **variables: Any) -> dict[str, Any]:
    found = RequestFactory().generic(method, url, headers={"host": "images.example.org"}).environ
    found["PATH_INFO"] = found["PATH_INFO"].encode().decode("latin-1")  # as WSGI has it; Django has decoded it there
    return {**found, **{name: value for name, value in variables.items() if value is not None}}


def through(application: Any, given: dict[str, Any]) -> Sent | None:
    """What a web server would send; None where the application does not answer."""
    started: list[Any] = []
    body = application(given, lambda status, headers: started.extend((status, headers)))
    return (started[0], started[1], b"".join(body)) if body is not None else None


django = Handler()


def of_django(url: str, method: str = "GET", **variables: Any) -> Sent:
    sent = through(django, environ(url, method, **variables))
    assert sent
    return sent


def of_the_lane(url: str, method: str = "GET", **variables: Any) -> Sent | None:
    return through(lane.answer, environ(url, method, **variables))


# --------------------------------------------------------------------------------------------------------- the same
@pytest.mark.parametrize("url", ADDRESSES)
def test_the_lane_answers_as_django_does_to_the_last_header(book: Manifest, url: str) -> None:
    of_django(url)
    for accept in ACCEPTS:
        for encoding in ENCODINGS:
            asked = {"HTTP_ACCEPT": accept, "HTTP_ACCEPT_ENCODING": encoding}
            for method in ("GET", "HEAD"):
                whole = of_django(url, method, **asked)
                assert of_the_lane(url, method, **asked) == whole
            etag = dict(whole[1])["ETag"]
            for known in (etag, f'"x", W/{etag}', "*"):
                bare = of_django(url, HTTP_IF_NONE_MATCH=known, **asked)
                assert bare[0] == "304 Not Modified"
                assert of_the_lane(url, HTTP_IF_NONE_MATCH=known, **asked) == bare
            assert of_the_lane(url, HTTP_IF_NONE_MATCH=f'{etag[:-1]}x"', **asked) == of_django(url, **asked)


def test_where_there_is_no_2_1_form_neither_has_one(book: Manifest) -> None:
    publication = fresh(book).publication
    publication.documents = {form: publication.documents[form] for form in ("3", "3n")}
    publication.save()
    assert of_django(NEUTRAL, HTTP_ACCEPT=LD_2) == of_the_lane(NEUTRAL, HTTP_ACCEPT=LD_2)
    assert of_django(BOOK.replace("/3/", "/2/"))[0] == "406 Not Acceptable"
    assert of_the_lane(BOOK.replace("/3/", "/2/")) is None


def test_over_a_secure_connection_it_is_said_to_stay_on_it(book: Manifest, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 60, True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    there = Handler()
    sent = through(there, environ(BOOK, HTTP_X_FORWARDED_PROTO="https"))
    assert sent and ("Strict-Transport-Security", "max-age=60; preload") in sent[1]
    assert of_the_lane(BOOK, HTTP_X_FORWARDED_PROTO="https") == sent
    assert of_the_lane(BOOK, HTTP_X_FORWARDED_PROTO="http") is None
    assert of_the_lane(BOOK) is None


def test_a_name_beyond_ascii_is_the_same_on_both_ways(book: Manifest) -> None:
    curation.rename(book, "café/ü", actor="test")
    services.publish_now(fresh(book))
    published()
    url = "/presentation/3/caf%C3%A9%2F%C3%BC/manifest"
    assert of_django(url) == of_the_lane(url)


# ------------------------------------------------------------------------------------------------- what is not its own
def test_what_it_was_not_told_it_leaves_to_django(book: Manifest) -> None:
    assert of_the_lane(BOOK) is None
    of_django(BOOK)
    assert of_the_lane(BOOK)
    for given in (
        environ(f"{BOOK}?v=1"),
        environ(BOOK, "POST"),
        environ(BOOK, "OPTIONS"),
        environ(BOOK, HTTP_HOST="elsewhere.example"),
        environ(BOOK, SCRIPT_NAME="/there"),
        environ(BOOK, PATH_INFO="/presentation/3/\xff/manifest"),
    ):
        assert through(lane.answer, given) is None


def test_former_names_and_what_is_remembered_in_trouble_are_djangos(
    book: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    curation.rename(book, "second", actor="test")
    curation.rename(fresh(book), "ark:/1/book", actor="test")
    old = "/presentation/3/second/manifest"
    assert of_django(old)[0] == "200 OK"
    assert of_the_lane(old) is None
    of_django(BOOK)
    lane.forget()

    def away(*args: Any) -> Any:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr("gcis.core.lastknown.passing", lambda error: remembered.Unavailable("away", "Away."))
        patch.setattr(names, "find", away)
        assert dict(of_django(BOOK)[1])["Cache-Control"] == "public, max-age=10"
    remembered.forget_all()
    assert of_the_lane(BOOK) is None


def test_what_the_store_does_not_give_django_explains(book: Manifest) -> None:
    of_django(BOOK)
    store("published").delete_prefix(f"{book.pk.hex[:2]}/{book.pk}/")
    assert of_the_lane(BOOK, HTTP_ACCEPT_ENCODING="gzip") is None


def test_it_can_be_switched_off(book: Manifest, settings: Any) -> None:
    settings.GCIS_LANE_BYTES = 0
    of_django(BOOK)
    assert of_the_lane(BOOK) is None


# ------------------------------------------------------------------------------------------------------ not for long
def test_what_a_view_found_is_good_for_two_seconds_and_then_looked_up_once(book: Manifest, clock: Clock) -> None:
    of_django(BOOK)
    clock.now += 1.4
    with statements() as sent:
        assert of_the_lane(BOOK)
    assert sent == []
    clock.now += 0.2
    assert of_the_lane(BOOK) is None, "one has it looked up"
    assert of_the_lane(BOOK), "the others need not wait for that"
    clock.now += 0.4
    assert of_the_lane(BOOK) is None
    assert of_the_lane(BOOK) is None
    of_django(BOOK)
    assert of_the_lane(BOOK)


@pytest.mark.parametrize("what", ["withdrawn", "renamed", "closed", "closed above", "changed"])
def test_what_is_over_is_over_after_two_seconds(book: Manifest, clock: Clock, what: str) -> None:
    before = of_django(BOOK)
    if what == "withdrawn":
        curation.withdraw(book, actor="test", reason="Wrong rights.")
    elif what == "renamed":
        curation.rename(book, "new", actor="test")
        services.publish_now(fresh(book))
        published()
    elif what == "changed":
        relabel(book, "changed")
        published()
    else:
        shut = book if what == "closed" else Collection.objects.get()
        curation.restrict(fresh(shut), Restriction(access=Access.CLOSED), actor="test")
    assert of_the_lane(BOOK) == before
    clock.now += 2
    assert of_the_lane(BOOK) is None
    status = of_django(BOOK)[0]
    assert status == {"withdrawn": "410 Gone", "renamed": "301 Moved Permanently", "changed": "200 OK"}.get(
        what, "403 Forbidden"
    )
    after = of_the_lane(BOOK)
    assert after is None if what != "changed" else after and after[2] != before[2]


def test_a_document_that_stays_the_same_is_not_read_again(book: Manifest, clock: Clock) -> None:
    of_django(BOOK)
    assert of_the_lane(BOOK)
    clock.now += 3
    of_django(BOOK)
    store("published").delete_prefix(f"{book.pk.hex[:2]}/{book.pk}/")
    assert of_the_lane(BOOK)


# ---------------------------------------------------------------------------------------------------------- memory
def test_memory_holds_no_more_than_its_limit_and_forgets_what_was_not_used_for_long() -> None:
    kept = BytesInMemory(800)
    for key in range(8):
        kept.put(key, bytes(100))
    assert kept.get(0) is not None
    kept.put("new", bytes(100))
    assert (kept.used, kept.get(0), kept.get(1)) == (800, bytes(100), None)
    kept.put("large", bytes(101))
    assert kept.get("large") is None
    kept.put("new", bytes(50))
    assert kept.get("new") == bytes(100)
    kept.clear()
    assert (kept.used, kept.get(0)) == (0, None)


def test_addresses_and_wishes_are_held_within_limits(book: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "MOST_ADDRESSES", 2)
    monkeypatch.setattr(lane, "MOST_WISHES", 3)
    for url in ADDRESSES:
        of_django(url)
    assert [of_the_lane(url) is not None for url in ADDRESSES] == [False, False, False, True, True]
    for number in range(10):
        assert of_the_lane(ADDRESSES[-1], HTTP_ACCEPT=f"*/*;v={number}")
    assert len(lane._held[ADDRESSES[-1]].ready) <= 3
