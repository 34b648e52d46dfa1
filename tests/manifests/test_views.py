"""Presentation documents as a client gets them."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import brotli
import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from images import services as images
from images.models import Image
from manifests import services
from manifests.models import Annotation, AnnotationPage, Collection, Manifest, Publication, Range
from redirects import services as names
from redirects.models import Identifier
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published, relabel
from tests.work import a_file, convert, run_due, statements

pytestmark = pytest.mark.django_db(transaction=True)

BASE = "https://images.example.org"
BOOK = "/presentation/3/ark:%2F1%2Fbook/manifest"
NEUTRAL = "/presentation/ark:%2F1%2Fbook/manifest"
SHELF = "/presentation/3/shelf/collection"
BOOK_2 = BOOK.replace("/3/", "/2/")
PROFILE_3, PROFILE_2 = (f"http://iiif.io/api/presentation/{number}/context.json" for number in (3, 2))
LD_JSON, LD_JSON_2 = (f'application/ld+json;profile="{profile}"' for profile in (PROFILE_3, PROFILE_2))
#: What the neutral address of the book says of its versions.
ALTERNATES = [
    f'<{BASE}{url}>;rel="alternate";type="application/ld+json";profile="{profile}"'
    for url, profile in ((BOOK, PROFILE_3), (BOOK_2, PROFILE_2))
]


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


def test_the_neutral_address_answers_in_the_version_that_is_asked_for(book: Manifest) -> None:
    for accept, version, media in (
        (LD_JSON_2, 2, LD_JSON_2),
        (f"application/json;profile={PROFILE_2}", 2, "application/json"),
        (f"{LD_JSON};q=0.5, {LD_JSON_2}", 2, LD_JSON_2),
        (LD_JSON, 3, LD_JSON),
        ("", 3, LD_JSON),
    ):
        response = get(NEUTRAL, accept=accept)
        found = json.loads(response.content)
        assert (response.status_code, response["Content-Type"]) == (200, media)
        assert response["Content-Location"] == BASE + NEUTRAL.replace("/presentation/", f"/presentation/{version}/")
        assert response["Link"].split(", ") == ALTERNATES
        assert found["@id" if version == 2 else "id"] == BASE + NEUTRAL


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/ld+json", LD_JSON_2),
        (LD_JSON_2, LD_JSON_2),
        (LD_JSON, "application/json"),
    ],
)
def test_presentation_2_is_plain_json_unless_json_ld_is_asked_for(book: Manifest, accept: str, media: str) -> None:
    response = get(BOOK_2, accept=accept)
    found = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (200, media)
    assert (found["@id"], found["@context"]) == (BASE + BOOK_2, PROFILE_2)
    assert "Link" not in response


def without_2_1(record: Any) -> None:
    publication = fresh(record).publication
    publication.documents = {form: publication.documents[form] for form in ("3", "3n")}
    publication.save()


def test_what_has_no_2_1_form_says_so_at_its_2_1_address_and_is_3_0_elsewhere(book: Manifest) -> None:
    without_2_1(book)
    response = get(BOOK_2)
    assert problem(response) == (406, "This manifest has no 2.1 form.", "public, max-age=60")
    assert response["Vary"] == "Accept"
    neutral = get(NEUTRAL, accept=LD_JSON_2)
    assert (neutral.status_code, neutral["Content-Type"]) == (200, LD_JSON)
    assert neutral["Link"] == ALTERNATES[0]
    assert get(canvas_url(book), accept=LD_JSON_2)["Content-Type"] == LD_JSON


def test_every_answer_says_that_it_depends_on_accept(book: Manifest) -> None:
    shut = a_manifest("shut", identifier="shut", when=When.MANUAL)
    urls = [BOOK, NEUTRAL, canvas_url(book), f"/presentation/3/{shut.pk}/manifest", "/presentation/3/shut/manifest"]
    rename(Collection.objects.get(), "cupboard")
    etag = get(BOOK)["ETag"]
    answers = [get(url) for url in [*urls, SHELF]] + [get(BOOK, if_none_match=etag)]
    assert {answer.status_code for answer in answers} == {200, 404, 503, 301, 304}
    assert all("Accept" in answer["Vary"].split(", ") for answer in answers)


def test_a_document_says_since_when_it_is_as_it_is(book: Manifest) -> None:
    created = fresh(book).publication.created
    assert get(BOOK)["Last-Modified"] == http_date(created.timestamp())


# ----------------------------------------------------------------------------------------------------------- validators
def test_every_variant_has_its_own_etag(book: Manifest) -> None:
    variants = [
        get(url, accept=accept, accept_encoding=encoding)["ETag"]
        for url in (BOOK, BOOK_2, NEUTRAL)
        for accept in ("application/json", "application/ld+json")
        for encoding in ("br", "gzip", "identity")
    ]
    variants += [get(NEUTRAL, accept=accept)["ETag"] for accept in (LD_JSON_2, f"application/json;profile={PROFILE_2}")]
    assert len(set(variants)) == 20


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
        "/presentation/2/shelf/manifest",
        "/presentation/2/ark:%2F1%2Fbook/collection",
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
    assert problem(response) == (503, "It has not been published yet.", "no-store")
    assert int(response["Retry-After"]) > 0
    empty = a_manifest("empty", identifier="empty")
    services.publish_now(empty)
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
    assert problem(get(url))[0] == 410


def test_a_canvas_is_cut_out_of_the_2_1_document_for_who_wants_that(book: Manifest) -> None:
    response = get(canvas_url(book), accept=LD_JSON_2)
    found = json.loads(response.content)
    assert (response.status_code, response["Content-Type"], next(iter(found))) == (200, LD_JSON_2, "@context")
    assert found.pop("within") == BASE + NEUTRAL
    assert found.pop("@context") == PROFILE_2
    assert found == document(book, "2")["sequences"][0]["canvases"][0]


@pytest.mark.parametrize("version", [3, 2])
def test_a_range_dereferences_at_any_depth(book: Manifest, version: int) -> None:
    outer, inner = (Range.objects.create(manifest=book).pk for _ in range(2))
    page = {"id": f"gcis:canvas/{book.canvases.get().pk}", "type": "Canvas"}
    part = {"id": f"gcis:range/{inner}", "type": "Range", "label": {"none": ["Part"]}, "items": [page]}
    whole = {"id": f"gcis:range/{outer}", "type": "Range", "label": {"none": ["Whole"]}, "items": [part]}
    services.describe(fresh(book), {**fresh(book).source_layer, "structures": [whole]})
    services.touch(book)
    published()
    response = get(f"/presentation/range/{inner}", accept=LD_JSON if version == 3 else LD_JSON_2)
    found = json.loads(response.content)
    assert (response.status_code, next(iter(found))) == (200, "@context")
    assert found["id" if version == 3 else "@id"] == f"{BASE}/presentation/range/{inner}"
    assert found["label"] == ({"none": ["Part"]} if version == 3 else "Part")
    assert problem(get(f"/presentation/range/{Range.objects.create(manifest=book).pk}"))[0] == 404


# -------------------------------------------------------------------------------------------------------- annotations
@pytest.fixture
def page(book: Manifest) -> AnnotationPage:
    made = AnnotationPage.objects.create(manifest=book, place=AnnotationPage.Place.REFERENCED)
    Annotation.objects.create(
        page=made,
        motivation=["commenting"],
        body={"type": "TextualBody", "value": "Look"},
        target=f"gcis:manifest/{book.pk}",
    )
    services.touch(book)
    published()
    return made


def test_an_annotation_page_is_fetched_in_each_version(page: AnnotationPage) -> None:
    for version, id_name, media in ((3, "id", LD_JSON), (2, "@id", "application/json")):
        url = f"/presentation/{version}/annotations/{page.pk}"
        response = get(url)
        assert (response.status_code, response["Content-Type"]) == (200, media)
        assert json.loads(response.content)[id_name] == BASE + url
        assert get(url, if_none_match=response["ETag"]).status_code == 304
        assert brotli.decompress(get(url, accept_encoding="br").content) == response.content


def test_an_annotation_page_is_seen_by_those_who_see_its_manifest(book: Manifest, page: AnnotationPage) -> None:
    url = f"/presentation/3/annotations/{page.pk}"
    assert problem(get("/presentation/3/annotations/00000000-0000-0000-0000-000000000000"))[0] == 404
    Manifest.objects.update(access="closed")
    assert problem(get(url))[0] == 403
    Manifest.objects.update(withdrawn="2026-01-01T00:00Z", withdrawn_reason="Wrong rights.")
    assert problem(get(url))[:2] == (410, "Wrong rights.")


# --------------------------------------------------------------------------------------------------------- other names
def rename(record: Any, name: str) -> None:
    """And its documents have followed."""
    names.rename(Identifier.Kind.PRESENTATION, record.pk, name, actor="test")
    publication = Publication.objects.get(resource=record.pk)
    publication.summary["name"] = name
    publication.save()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (BOOK, "/presentation/3/new%2Fname/manifest"),
        (NEUTRAL, "/presentation/new%2Fname/manifest"),
        ("/presentation/2/ark:/1/book/manifest", "/presentation/2/new%2Fname/manifest"),
    ],
)
def test_a_former_name_leads_to_the_same_form_under_the_current_one(
    book: Manifest, settings: Any, old: str, new: str
) -> None:
    settings.GCIS_REDIRECT_MAX_AGE = 77
    rename(book, "new/name")
    response = get(old)
    assert (response.status_code, response["Location"]) == (301, BASE + new)
    assert response["Cache-Control"] == "public, max-age=77"
    assert response["Access-Control-Allow-Origin"] == "*"


def test_before_its_documents_have_followed_the_former_name_has_them_still(book: Manifest) -> None:
    before = get(BOOK)
    names.rename(Identifier.Kind.PRESENTATION, book.pk, "new/name", actor="test")
    after, there = get(BOOK), get("/presentation/3/new%2Fname/manifest")
    assert (after.status_code, after.content) == (200, before.content)
    assert (there.status_code, there["Location"], there["Cache-Control"]) == (307, BASE + BOOK, "no-store")
    names.rename(Identifier.Kind.PRESENTATION, book.pk, "newer", actor="test")
    assert get(BOOK).content == before.content
    assert get("/presentation/3/newer/manifest")["Location"] == BASE + BOOK
    assert get("/presentation/3/new%2Fname/manifest")["Location"] == f"{BASE}/presentation/3/newer/manifest"


def test_a_collection_has_former_names_too_and_stays_a_collection(book: Manifest) -> None:
    rename(Collection.objects.get(), "cupboard")
    assert get(SHELF)["Location"] == f"{BASE}/presentation/3/cupboard/collection"
    assert get("/presentation/3/shelf/manifest").status_code == 404
    rename(book, "volume")
    assert get("/presentation/3/ark:%2F1%2Fbook/collection").status_code == 404


def test_one_spelling_of_unicode_leads_to_the_other(book: Manifest) -> None:
    rename(book, "caf\u00e9")
    response = get("/presentation/3/cafe%CC%81/manifest")
    assert (response.status_code, response["Location"]) == (301, f"{BASE}/presentation/3/caf%C3%A9/manifest")


def test_a_name_that_is_only_just_a_former_one_again_is_answered_in_place(book: Manifest) -> None:
    rename(book, "second")
    rename(book, "ark:/1/book")
    versioned, neutral = get("/presentation/3/second/manifest"), get("/presentation/second/manifest")
    assert (versioned.status_code, versioned.content) == (200, get(BOOK).content)
    assert (neutral.status_code, neutral.content) == (200, get(NEUTRAL).content)
    assert versioned["Link"] == f'<{BASE}{BOOK}>;rel="canonical"'
    assert neutral["Link"].split(", ") == [f'<{BASE}{NEUTRAL}>;rel="canonical"', *ALTERNATES]
    assert versioned["Content-Location"] == neutral["Content-Location"] == BASE + BOOK
    assert "Link" not in get(BOOK)


def test_the_public_path_of_a_current_name_is_two_questions(book: Manifest) -> None:
    for url in (BOOK, NEUTRAL, SHELF):
        with statements() as sent:
            assert get(url).status_code == 200
        assert len(sent) == 2, sent


# ---------------------------------------------------------------------------------------------------------- tombstones
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("former", [False, True])
@pytest.mark.parametrize("url", [BOOK, NEUTRAL, SHELF, "/presentation/2/ark:%2F1%2Fbook/manifest"])
def test_what_was_withdrawn_says_so_in_the_form_that_is_asked_for(book: Manifest, url: str, former: bool) -> None:
    current = url
    for model in (Manifest, Collection):
        record = model.objects.get()
        if former:
            rename(record, f"new-{record.pk}")
        names.withdraw(record.pk, actor="test", reason="")
        model.objects.update(withdrawn=WHEN, withdrawn_reason="Wrong <rights>.")
    if former:
        record = Collection.objects.get() if url == SHELF else book
        current = url.replace("shelf", f"new-{record.pk}").replace("ark:%2F1%2Fbook", f"new-{record.pk}")

    def ask(**headers: str) -> HttpResponse:
        response = get(url, **headers)
        assert (response.status_code, response["Cache-Control"]) == (410, "public, max-age=60")
        assert (response["Vary"], response["Access-Control-Allow-Origin"]) == ("Accept", "*")
        return response

    for headers in ({}, {"accept": "*/*"}, {"accept": "application/problem+json"}):
        assert problem(ask(**headers)) == (410, "Wrong <rights>.", "public, max-age=60")
        assert json.loads(ask(**headers).content)["withdrawn"] == "2026-01-02T03:04:05+00:00"
    for accept in ("application/json", "application/ld+json"):
        found = ask(accept=accept)
        assert found["Content-Type"].partition(";")[0] == accept
        document, kind = json.loads(found.content), "Collection" if url == SHELF else "Manifest"
        if "/2/" in url:
            assert (document["@id"], document["@type"]) == (BASE + current, f"sc:{kind}")
            assert document["description"] == "Wrong <rights>."
        else:
            assert document == {
                "@context": "http://iiif.io/api/presentation/3/context.json",
                "id": BASE + current,
                "type": kind,
                "label": {"en": [f"Withdrawn {kind.lower()}"]},
                "summary": {"none": ["Wrong <rights>."]},
            }
    page = ask(accept=HTML)
    assert page["Content-Type"].startswith("text/html")
    assert "Wrong &lt;rights&gt;." in page.content.decode()
    assert "2 January 2026" in page.content.decode()


def test_a_tombstone_says_something_without_a_reason_too(book: Manifest) -> None:
    names.withdraw(book.pk, actor="test", reason="")
    assert problem(get(BOOK))[1] == "This manifest has been withdrawn."


def test_a_canvas_of_a_withdrawn_manifest_is_gone(book: Manifest) -> None:
    url = canvas_url(book)
    Manifest.objects.update(withdrawn=WHEN, withdrawn_reason="Wrong rights.")
    assert problem(get(url)) == (410, "Wrong rights.", "public, max-age=60")
    document = json.loads(get(url, accept="application/json").content)
    assert (document["id"], document["type"]) == (BASE + url, "Canvas")
    assert "items" not in document


# ---------------------------------------------------------------------------------------------------- who may see what
SOON = datetime(2999, 1, 1, 15, tzinfo=UTC)


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(get_user_model().objects.create_superuser("jane"))
    return browser


def restrict(**columns: Any) -> None:
    for model in (Manifest, Collection):
        model.objects.update(**columns)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"access": "closed"}, "not public."),
        ({"inherited_access": "closed"}, "not public."),
        ({"access": "limited"}, "not public."),
        ({"access_from": SOON}, "not public before 2999-01-01."),
        ({"inherited_from": SOON}, "not public before 2999-01-01."),
    ],
    ids=["closed", "inherited", "limited to nothing", "embargoed", "embargo inherited"],
)
def test_what_is_shut_is_for_staff_only_and_nobody_may_keep_it(
    book: Manifest, staff: Client, columns: dict[str, Any], sentence: str
) -> None:
    canvas = canvas_url(book)
    restrict(**columns)
    for url in (BOOK, NEUTRAL, SHELF, canvas):
        status, said, kept = problem(get(url))
        assert (status, kept) == (403, "no-store")
        assert said.endswith(sentence)
        shown = staff.get(url)
        assert (shown.status_code, shown["Cache-Control"]) == (200, "private, no-store")
        assert json.loads(shown.content)["id"] == BASE + url
        assert staff.get(url, headers={"if-none-match": shown["ETag"]}).status_code == 304
        for response in (get(url), shown):
            assert {"Cookie", "Authorization"} <= set(response["Vary"].split(", "))


def test_the_current_name_of_what_is_closed_is_not_given_away(book: Manifest, staff: Client) -> None:
    rename(book, "secret")
    restrict(access="closed")
    assert problem(get(BOOK))[0] == 403
    moved = staff.get(BOOK)
    assert (moved.status_code, moved["Cache-Control"]) == (301, "private, no-store")


@pytest.mark.parametrize("columns", [{"access": "limited", "access_edge": 100}, {"access_from": "2020-01-01T00:00Z"}])
def test_what_is_not_shut_is_the_same_for_everybody(book: Manifest, staff: Client, columns: dict[str, Any]) -> None:
    restrict(**columns)
    for url in (BOOK, SHELF):
        with statements() as sent:
            response = staff.get(url)
        assert (response.status_code, response["Cache-Control"]) == (200, "public, max-age=60")
        assert "Cookie" not in response["Vary"]
        assert not [sql for sql in sent if "session" in sql]


def test_staff_see_the_pages_of_a_closed_manifest_that_are_empty_for_the_public(book: Manifest, staff: Client) -> None:
    """What a closed manifest holds is closed with it; staff must be able to look at what they are about to open."""
    restrict(access="closed")
    Image.objects.update(inherited_access="closed")
    services.touch(fresh(book))
    published()
    assert document(book)["items"][0]["items"] == []
    assert len(json.loads(staff.get(BOOK).content)["items"][0]["items"]) == 1
    assert len(json.loads(staff.get(canvas_url(book)).content)["items"]) == 1
    shelf = json.loads(staff.get(SHELF).content)
    assert [item["id"] for item in shelf["items"]] == [BASE + BOOK]
    assert "thumbnail" in json.loads(staff.get(BOOK).content)


def test_an_embargo_ends_at_its_moment(book: Manifest) -> None:
    restrict(access_from=timezone.now() + timedelta(seconds=60))
    assert get(BOOK).status_code == 403
    restrict(access_from=timezone.now())
    assert get(BOOK).status_code == 200
