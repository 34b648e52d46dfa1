"""Annotations at their public addresses, in both versions, for those who may see them."""

import json
from datetime import timedelta
from typing import Any

import jsonschema
import pytest
from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from images.access import Access
from images.curation import Restriction
from manifests import annotating, curation, making, texts
from manifests.annotatable import around
from manifests.models import Annotation, AnnotationCollection, AnnotationPage, Canvas, Manifest
from manifests.payload.annotations.pages import page_sent
from manifests.payload.texts import read
from tests.manifests.ocr import alto
from tests.manifests.published import picture
from tests.manifests.reader2 import complaints, needs_reader
from tests.manifests.records import When, a_manifest, a_page, document, fresh, published
from tests.shared import SCHEMA
from tests.shared import needed as needs_shared
from tests.tokens.keys import bearing
from tests.work import convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)

LD_JSON = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'
OUTLINE = "<svg xmlns='http://www.w3.org/2000/svg'><g><path d='M10 10L90 10L90 90Z'/></g></svg>"
TEXT = {"type": "TextualBody", "value": "A chaffinch", "language": "en", "format": "text/plain"}
HTML = {"type": "TextualBody", "value": "<p>A <b>chaffinch</b></p>", "language": "en", "format": "text/html"}
KINDS: list[dict[str, Any]] = [
    {"motivation": "commenting", "body": HTML, "target": "f1r"},
    {"motivation": "tagging", "body": TEXT, "target": "f1r#xywh=10,20,30,40"},
    {"motivation": ["tagging", "identifying"], "body": [TEXT, HTML], "target": "f1r#xywh=percent:0,0,50,50"},
    {
        "motivation": "commenting",
        "body": TEXT,
        "target": {"type": "SpecificResource", "source": "f1r", "selector": {"type": "SvgSelector", "value": OUTLINE}},
    },
    {
        "motivation": "commenting",
        "body": TEXT,
        "target": {"type": "SpecificResource", "source": "f1r", "selector": {"type": "PointSelector", "x": 5, "y": 9}},
    },
    {
        "motivation": "supplementing",
        "body": {"id": "https://example.org/1.vtt", "type": "Text", "format": "text/vtt", "language": "en"},
        "target": "f1r",
    },
    {"motivation": "highlighting", "target": "f1r#xywh=1,1,2,2"},
]


def a_book(when: str = When.FIRST) -> Manifest:
    made = a_manifest("book", when, identifier="book")
    for key in ("f1r", "f1v"):
        picture = a_page(made)
        Canvas.objects.filter(paintings__image=picture).update(external_id=key)
        convert(picture)
    return made


@pytest.fixture
def book() -> Manifest:
    made = a_book()
    published()
    return fresh(made)  # type: ignore[no-any-return]


def annotated(book: Manifest, place: str = "referenced", items: Any = tuple(KINDS)) -> AnnotationPage:
    sent = page_sent({"canvas": "f1r", "place": place, "items": list(items)}, around(book, ""))
    page = annotating.add_page(book, sent, actor="jane")
    published()
    return AnnotationPage.objects.get(pk=page.pk)


def url(page: AnnotationPage, version: int = 3) -> str:
    return f"/presentation/{version}/annotations/{page.pk}"


def get(address: str, client: Client | None = None, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (client or Client()).get(address, headers=named)  # type: ignore[return-value]


def told(response: HttpResponse) -> Any:
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def staff() -> Client:
    user = User.objects.create_user("jane", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    client = Client()
    client.force_login(user)
    return client


def valid(whole: Any) -> None:
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(whole)


def validated_page(page: Any) -> None:
    """The official schema has no pages by themselves: it is taken as part of a canvas."""
    schema = json.loads(SCHEMA.read_text())
    schema["oneOf"] = [{"$ref": "#/classes/annotationPage"}]
    jsonschema.Draft7Validator(schema).validate(page)


# ------------------------------------------------------------------------------------------------------------ documents
def test_a_page_is_fetched_in_either_version(book: Manifest) -> None:
    page = annotated(book)
    three, two = told(get(url(page))), told(get(url(page, 2)))
    assert three["id"] == f"https://images.example.org{url(page)}"
    assert [each["motivation"] for each in three["items"]][:3] == ["commenting", "tagging", ["tagging", "identifying"]]
    assert (two["@id"], two["@type"]) == (f"https://images.example.org{url(page, 2)}", "sc:AnnotationList")
    assert [each["@id"] for each in two["resources"]] == [each["id"] for each in three["items"]]


@pytest.mark.parametrize("place", ["embedded", "referenced"])
def test_the_manifest_leads_to_it_in_its_own_version(book: Manifest, place: str) -> None:
    page = annotated(book, place)
    (three,) = document(book)["items"][0]["annotations"]
    (two,) = document(book, "2")["sequences"][0]["canvases"][0]["otherContent"]
    assert ("items" in three) is (place == "embedded")
    assert three["id"] == f"https://images.example.org{url(page)}"
    assert two["@id"] == f"https://images.example.org{url(page, 2)}"
    told(get(url(page)))
    told(get(url(page, 2)))


@needs_shared
@pytest.mark.parametrize("place", ["embedded", "referenced"])
def test_both_are_valid_by_the_official_schema(book: Manifest, place: str) -> None:
    page = annotated(book, place)
    texts.put(book.canvases.get(external_id="f1v"), read(alto("In the beginning")), actor="jane")
    published()
    valid(document(book))
    validated_page(told(get(url(page))))


@needs_reader
def test_the_official_reader_of_2_1_takes_a_manifest_with_annotations(book: Manifest) -> None:
    annotated(book)
    assert complaints(document(book, "2")) == []


def test_one_annotation_is_cut_out_of_its_page(book: Manifest) -> None:
    page = annotated(book)
    row = page.annotations.order_by("position")[1]
    whole = told(get(f"/presentation/annotation/{row.pk}"))
    assert whole["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert (whole["body"], whole["partOf"]) == (TEXT, [{"id": told(get(url(page)))["id"], "type": "AnnotationPage"}])
    profile = '"http://iiif.io/api/presentation/2/context.json"'
    two = told(get(f"/presentation/annotation/{row.pk}", accept=f"application/ld+json;profile={profile}"))
    assert (two["@type"], two["@id"], two["within"]) == ("oa:Annotation", whole["id"], told(get(url(page, 2)))["@id"])


def test_an_annotation_tells_what_was_published_until_it_is_published_again(book: Manifest) -> None:
    page = annotated(book, items=KINDS[1:2])
    row = page.annotations.get()
    annotating.change(row, {"body": HTML}, actor="jane")
    assert told(get(f"/presentation/annotation/{row.pk}"))["body"] == TEXT
    published()
    assert told(get(f"/presentation/annotation/{row.pk}"))["body"] == HTML


def test_an_annotation_collection_leads_to_its_pages(book: Manifest) -> None:
    layer = AnnotationCollection.objects.create(manifest=book, description={"label": {"en": ["Birds"]}})
    pages = [annotated(book), annotated(book, items=KINDS[:1])]
    AnnotationPage.objects.update(part_of=layer, built=0)
    annotating.change_page(pages[0], annotating.PageSent(position=0, description={"label": {"en": ["1"]}}), actor="x")
    published()
    three = told(get(f"/presentation/3/layers/{layer.pk}"))
    assert (three["type"], three["total"], three["label"]) == ("AnnotationCollection", 8, {"en": ["Birds"]})
    assert [three["first"], three["last"]] == [f"https://images.example.org{url(page)}" for page in pages]
    two = told(get(f"/presentation/2/layers/{layer.pk}"))
    assert two["@type"] == "sc:Layer"
    assert told(get(url(pages[0])))["next"] == three["last"]


# -------------------------------------------------------------------------------------------------------------- headers
def test_a_page_has_the_headers_of_its_version(book: Manifest) -> None:
    page = annotated(book)
    three, two = get(url(page)), get(url(page, 2))
    assert (three["Content-Type"], two["Content-Type"]) == (LD_JSON, "application/json")
    assert three["Access-Control-Allow-Origin"] == two["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in three["Vary"]
    again = get(url(page), if_none_match=three["ETag"])
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")
    assert get(url(page), if_none_match=two["ETag"]).status_code == 200
    assert get(url(page), accept_encoding="gzip")["Content-Encoding"] == "gzip"


# --------------------------------------------------------------------------------------------------------------- access
def addresses(page: AnnotationPage) -> list[str]:
    row = page.annotations.first()
    assert row
    return [url(page), url(page, 2), f"/presentation/annotation/{row.pk}"]


def test_of_a_draft_staff_see_them_as_they_are(db: None) -> None:
    page = annotated(a_book(When.MANUAL))
    jane = staff()
    for address in addresses(page):
        assert get(address).status_code == 404
        answer = get(address, jane)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
    assert len(told(get(url(page), jane))["items"]) == len(KINDS)
    assert get(url(page), Client(headers=bearing("read"))).status_code == 404


@pytest.mark.parametrize(
    "restriction",
    [Restriction(Access.CLOSED), Restriction(Access.INHERIT, opens=timezone.now() + timedelta(days=2))],
    ids=["closed", "embargoed"],
)
def test_of_a_shut_work_the_public_gets_none(book: Manifest, restriction: Restriction) -> None:
    page, jane = annotated(book), staff()
    curation.restrict(book, restriction, actor="jane")
    published()
    for address in addresses(page):
        answer = get(address)
        assert (answer.status_code, b"chaffinch" in answer.content) == (403, False)
        assert get(address, jane).status_code == 200


def test_of_a_withdrawn_work_they_are_gone(book: Manifest) -> None:
    page, jane = annotated(book), staff()
    curation.withdraw(book, actor="jane", reason="sold")
    for address in addresses(page):
        answer = get(address)
        assert (answer.status_code, "sold" in answer.content.decode()) == (410, True)
        assert get(address, jane).status_code == 410


def test_of_a_page_that_was_taken_out_they_are_not_there(db: None) -> None:
    book = making.new_manifest("own", [picture().pk, picture().pk], actor="jane", publish_when=When.FIRST)
    canvas = book.canvases.order_by("position")[0]
    sent = page_sent({"canvas": str(canvas.pk), "items": [{"motivation": "tagging", "body": TEXT}]}, around(book, ""))
    page = annotating.add_page(book, sent, actor="jane")
    run_due()
    assert [get(address).status_code for address in addresses(page)] == [200, 200, 200]
    making.take_out_page(canvas, actor="jane")
    run_due()
    assert [get(address).status_code for address in addresses(page)] == [404, 404, 404]


def test_what_was_removed_is_not_there(book: Manifest) -> None:
    page = annotated(book)
    gone = addresses(page)
    annotating.remove_page(page, actor="jane")
    assert [get(address).status_code for address in gone] == [404, 404, 404]
    assert Annotation.objects.count() == 0


def test_a_page_that_is_not_published_yet_is_not_there(book: Manifest) -> None:
    sent = page_sent({"canvas": "f1r", "items": KINDS}, around(book, ""))
    page = annotating.add_page(book, sent, actor="jane")
    assert [get(address).status_code for address in addresses(page)] == [404, 404, 404]
