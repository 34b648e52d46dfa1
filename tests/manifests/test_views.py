"""Presentation documents as a client gets them."""

import gzip
import json
from typing import Any

import brotli
import pytest
from django.http import HttpResponse
from django.test import Client

from images import services as images
from manifests import services
from manifests.models import Collection, Manifest
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published, relabel
from tests.work import a_file, convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "https://images.example.org"
BOOK = "/presentation/3/ark:%2F1%2Fbook/manifest"
NEUTRAL = "/presentation/ark:%2F1%2Fbook/manifest"
SHELF = "/presentation/3/shelf/collection"
LD_JSON = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="ark:/1/book")
    convert(a_page(made))
    a_collection("shelf", made, identifier="shelf")
    published()
    return made


def get(url: str, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().get(url, headers=named)  # type: ignore[return-value]


def problem(response: HttpResponse) -> tuple[int, str, str]:
    """Status, sentence and lifetime of a refusal."""
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    body = json.loads(response.content)
    assert body["status"] == response.status_code
    return response.status_code, body["detail"], response["Cache-Control"]


# ------------------------------------------------------------------------------------------------------------ documents
@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (BOOK, "Manifest"),
        (NEUTRAL, "Manifest"),
        (SHELF, "Collection"),
        ("/presentation/shelf/collection", "Collection"),
    ],
)
def test_the_id_of_a_document_is_its_address(book: Manifest, url: str, kind: str) -> None:
    response = get(url)
    found = json.loads(response.content)
    assert (response.status_code, found["id"], found["type"]) == (200, BASE + url, kind)
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Vary"] == "Accept, Accept-Encoding"
    assert not response.cookies


def test_references_keep_the_form_of_the_document(book: Manifest) -> None:
    for url, member in ((SHELF, BOOK), ("/presentation/shelf/collection", NEUTRAL)):
        assert json.loads(get(url).content)["items"][0]["id"] == BASE + member


def test_the_neutral_address_says_which_version_it_chose(book: Manifest) -> None:
    neutral, versioned = get(NEUTRAL), get(BOOK)
    assert neutral["Content-Location"] == BASE + BOOK
    assert neutral["CDN-Cache-Control"] == "no-store"
    assert "Content-Location" not in versioned
    assert "CDN-Cache-Control" not in versioned


def test_slashes_may_be_encoded_or_not(book: Manifest) -> None:
    assert get("/presentation/3/ark:/1/book/manifest").content == get(BOOK).content


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, LD_JSON),
        ("*/*", LD_JSON),
        ("application/ld+json", LD_JSON),
        (LD_JSON, LD_JSON),
        ("application/json", "application/json"),
        ("application/json, application/ld+json;q=0.5", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", LD_JSON),
        ("image/avif", LD_JSON),
    ],
)
def test_the_media_type_that_was_asked_for(book: Manifest, accept: str | None, media: str) -> None:
    response = get(BOOK, **({"accept": accept} if accept else {}))
    assert (response.status_code, response["Content-Type"]) == (200, media)
    assert json.loads(response.content)["type"] == "Manifest"


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("br, gzip", "br"),
        ("gzip, deflate, br;q=0.5", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=1.0", "gzip"),
        ("identity", ""),
        ("", ""),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.000, gzip; q=0", ""),
        ("zstd", ""),
    ],
)
def test_the_encoding_that_the_client_reads(book: Manifest, accepted: str, encoding: str) -> None:
    plain = get(BOOK).content
    response = get(BOOK, accept_encoding=accepted)
    assert response.get("Content-Encoding", "") == encoding
    read = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert read(response.content) == plain
    assert int(response["Content-Length"]) == len(response.content)


# ----------------------------------------------------------------------------------------------------------- validators
def test_every_variant_has_its_own_etag(book: Manifest) -> None:
    variants = [
        get(url, accept=accept, accept_encoding=encoding)["ETag"]
        for url in (BOOK, NEUTRAL)
        for accept in ("application/json", "application/ld+json")
        for encoding in ("br", "gzip", "identity")
    ]
    assert len(set(variants)) == 12


@pytest.mark.parametrize("url", [BOOK, NEUTRAL, SHELF])
def test_what_is_known_is_not_sent_again(book: Manifest, url: str) -> None:
    first = get(url, accept_encoding="br")
    again = get(url, accept_encoding="br", if_none_match=f'"other", W/{first["ETag"]}')
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Vary", "Cache-Control", "Access-Control-Allow-Origin"):
        assert again[name] == first[name]
    assert again.get("Content-Location") == first.get("Content-Location")
    assert "Content-Encoding" not in again


def test_an_etag_changes_with_the_document_and_only_then(book: Manifest) -> None:
    first = get(BOOK)["ETag"]
    services.touch(fresh(book))
    published()
    assert get(BOOK)["ETag"] == first
    relabel(book, "renamed")
    published()
    changed = get(BOOK, if_none_match=first)
    assert (changed.status_code, json.loads(changed.content)["label"]) == (200, {"none": ["renamed"]})


@pytest.mark.parametrize("url", [BOOK, NEUTRAL, SHELF, "/presentation/3/nobody/manifest"])
def test_head_has_the_headers_of_get(book: Manifest, url: str) -> None:
    whole, head = get(url, accept_encoding="gzip"), Client().head(url, headers={"accept-encoding": "gzip"})
    assert (head.status_code, dict(head.items()), head.content) == (whole.status_code, dict(whole.items()), b"")


def test_preflight_and_writing(book: Manifest) -> None:
    preflight = Client().options(BOOK, headers={"origin": "https://viewer.example"})
    assert (preflight.status_code, preflight["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert Client().post(BOOK).status_code == 405
    assert Client().delete(BOOK).status_code == 405


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    "url",
    [
        "/presentation/3/nobody/manifest",
        "/presentation/nobody/collection",
        "/presentation/3/shelf/manifest",
        "/presentation/3/ark:%2F1%2Fbook/collection",
        "/presentation/2/ark:%2F1%2Fbook/manifest",
        "/presentation/2/shelf/collection",
        "/presentation/4/ark:%2F1%2Fbook/manifest",
        "/presentation/3/ark:%2F1%2Fbook",
        "/presentation/3/ark:%2F1%2Fbook/manifest/",
    ],
)
def test_what_names_nothing_is_404(book: Manifest, url: str) -> None:
    assert problem(get(url))[0] == 404


def test_absence_may_be_remembered_for_a_minute(book: Manifest) -> None:
    assert problem(get("/presentation/3/nobody/manifest"))[2] == "public, max-age=60"
    for model in (Manifest, Collection):
        model.objects.update(withdrawn="2026-01-01T00:00Z", withdrawn_reason="Wrong rights.")
    for url in (BOOK, NEUTRAL, SHELF):
        assert problem(get(url)) == (410, "Wrong rights.", "public, max-age=60")


def test_what_is_not_published_yet_comes_later(book: Manifest) -> None:
    waiting = a_manifest("waiting", identifier="waiting")
    a_page(waiting)
    response = get("/presentation/3/waiting/manifest")
    assert problem(response) == (503, "Its pictures are still being converted.", "no-store")
    assert int(response["Retry-After"]) > 0
    empty = a_manifest("empty", identifier="empty")
    services.touch(empty)
    run_due(services.PUBLISH)
    assert problem(get("/presentation/3/empty/manifest"))[:2] == (503, "/items: there are none.")


def test_a_failed_build_goes_on_serving_the_old_one(book: Manifest) -> None:
    before = get(BOOK).content
    services.describe(fresh(book), {**fresh(book).source_layer, "rights": "all of them"})
    services.touch(book)
    run_due(services.PUBLISH)
    assert fresh(book).publish_error
    assert get(BOOK).content == before


# ------------------------------------------------------------------------------------------------------------- canvases
def canvas_url(manifest: Any, page: int = 0) -> str:
    url: str = document(manifest)["items"][page]["id"]
    return url.removeprefix(BASE)


def test_a_canvas_dereferences_to_what_the_manifest_shows(book: Manifest) -> None:
    url = canvas_url(book)
    response = get(url)
    found = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (200, LD_JSON)
    assert next(iter(found)) == "@context"
    part_of = found.pop("partOf")
    assert part_of == [{"id": BASE + NEUTRAL, "type": "Manifest", "label": {"none": ["book"]}}]
    del found["@context"]
    assert found == document(book)["items"][0]
    assert found["id"] == BASE + url
    assert get(url, accept="application/json")["Content-Type"] == "application/json"
    assert get(url, if_none_match=response["ETag"]).status_code == 304


def test_a_canvas_outlives_a_new_picture_and_a_new_name(book: Manifest) -> None:
    url = canvas_url(book)
    first = get(url)["ETag"]
    (image,) = services.images_of(book.pk)
    images.replace(image, a_file(text="new"), actor="test")
    convert(image, 300, 900)
    relabel(book, "renamed")
    published()
    response = get(url)
    assert response["ETag"] != first
    found = json.loads(response.content)
    assert (found["width"], found["height"]) == (300, 900)
    assert found["partOf"][0]["label"] == {"none": ["renamed"]}


def test_canvases_that_cannot_be_shown(book: Manifest) -> None:
    url = canvas_url(book)
    waiting = a_manifest("waiting", when=When.MANUAL)
    a_page(waiting)
    a_page(book)
    hidden = [waiting.canvases.get().pk, book.canvases.get(position=1).pk, "00000000-0000-0000-0000-000000000000"]
    for key in hidden:
        assert problem(get(f"/presentation/canvas/{key}"))[0] == 404
    assert get("/presentation/canvas/not-a-uuid").status_code == 404
    Manifest.objects.update(withdrawn="2026-01-01T00:00Z")
    assert problem(get(url))[0] == 404
