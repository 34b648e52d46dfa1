"""Annotations by machines: whole pages by their own keys, single ones, and the text of pages."""

from typing import Any

import pytest
from django.test import Client

from manifests.models import Annotation, AnnotationPage, Manifest
from tests.images.api.conftest import tell
from tests.manifests.api.conftest import API, PUBLIC, a_picture, by_key, everything, one, put
from tests.manifests.ocr import alto, hocr
from tests.manifests.records import document, fresh, published

pytestmark = pytest.mark.django_db(transaction=True)

COMMENT: dict[str, Any] = {
    "motivation": "commenting",
    "body": {"type": "TextualBody", "value": "A chaffinch", "language": "en", "format": "text/plain"},
    "target": "f1r#xywh=10,20,30,40",
}
ON_PAGE = {"manifest": "ms/12", "canvas": "f1r"}


def send(client: Client, key: str = "comments/f1r", headers: dict[str, str] | None = None, **body: Any) -> Any:
    return tell(client, "PUT", by_key("annotation-pages", key), body, **(headers or {}))


def pages_of(book: Manifest) -> str:
    return one(book, "annotation-pages")


def made(client: Client, book: Manifest, **body: Any) -> dict[str, Any]:
    response = tell(client, "POST", pages_of(book), {"canvas": "f1r", "items": [COMMENT], **body})
    assert response.status_code == 201, response.content
    told: dict[str, Any] = response.json()
    return told


def local(address: str) -> str:
    return address.removeprefix(PUBLIC)


def only(client: Client, page: dict[str, Any]) -> dict[str, Any]:
    (found,) = client.get(local(page["annotations"]["self"])).json()["results"]
    told: dict[str, Any] = found
    return told


def faults(response: Any) -> dict[str, str]:
    assert response.status_code == 400, response.content
    return {each["field"]: each["code"] for each in response.json()["errors"]}


def send_text(client: Client, book: Manifest, data: bytes, query: str = "", media: str = "application/xml") -> Any:
    return client.put(one(book.canvases.get(external_id="f1r"), "text") + query, data, content_type=media)


# ---------------------------------------------------------------------------------------------------------------- pages
def test_a_machine_annotates_a_page_and_the_public_sees_it(writer: Client, book: Manifest) -> None:
    page = made(writer, book, label="Birds")
    canvas = book.canvases.get(external_id="f1r")
    assert (page["canvas"], page["by"], page["place"]) == (str(canvas.pk), "people", "embedded")
    assert (page["label"], page["annotations"]["count"], page["published"]) == ({"none": ["Birds"]}, 1, False)
    published()
    (shown,) = document(book)["items"][0]["annotations"]
    assert shown["items"][0]["target"] == f"{PUBLIC}/presentation/canvas/{canvas.pk}#xywh=10,20,30,40"
    assert writer.get(local(page["self"])).json()["published"]


def test_what_is_told_can_be_sent_back(writer: Client, book: Manifest) -> None:
    page = made(writer, book)
    items = writer.get(local(page["annotations"]["self"])).json()["results"]
    sent = [{name: each[name] for name in ("motivation", "body", "target")} | {"id": each["uri"]} for each in items]
    before = everything()
    assert tell(writer, "PUT", local(page["self"]), {"items": sent}).status_code == 200
    assert everything() == before


def test_pages_are_listed_by_what_they_hang_on(writer: Client, book: Manifest) -> None:
    first = made(writer, book)
    made(writer, book, canvas="f1v", items=[])
    assert writer.get(pages_of(book)).json()["count"] == 2
    found = writer.get(pages_of(book), {"canvas": first["canvas"]}).json()["results"]
    assert [each["id"] for each in found] == [first["id"]]
    assert writer.get(pages_of(book), {"canvas": "f1r"}).status_code == 400


def test_sent_twice_a_page_is_there_once(writer: Client, book: Manifest) -> None:
    body = {"manifest": "ms/12", "canvas": "f1r", "items": [COMMENT]}
    first = send(writer, **body)
    before = everything()
    again = send(writer, **body)
    assert (first.status_code, first.json()["outcome"]) == (201, "created")
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert everything() == before
    assert first.json()["by"] == "source"


def test_what_is_not_named_stays(writer: Client, book: Manifest) -> None:
    send(writer, manifest="ms/12", canvas="f1r", items=[COMMENT])
    changed = send(writer, label={"en": ["Birds"]})
    assert (changed.json()["outcome"], changed.json()["annotations"]["count"]) == ("updated", 1)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "manifest", "required"),
        ({"manifest": "ms/99"}, "manifest", "unknown"),
        ({"manifest": "ms/12", "canvas": "f9"}, "canvas", "unknown"),
        ({"manifest": "ms/12", "colour": "red"}, "colour", "unknown"),
        ({"manifest": "ms/12", "place": "somewhere"}, "place", "choice"),
        ({"manifest": "ms/12", "place": "foreign"}, "uri", "required"),
        ({**ON_PAGE, "items": {}}, "items", "list"),
        ({**ON_PAGE, "items": [{**COMMENT, "motivation": "painting"}]}, "items.0.motivation", "painting"),
        ({**ON_PAGE, "items": [{**COMMENT, "target": "f1v"}]}, "items.0.target", "elsewhere"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(
    writer: Client, book: Manifest, body: dict[str, Any], field: str, code: str
) -> None:
    before = everything()
    assert faults(send(writer, **body)) == {field: code}
    assert everything() == before


def test_a_page_does_not_go_to_another_manifest(writer: Client, book: Manifest) -> None:
    put(writer, "manifests", "ms/13", label="Other")
    send(writer, manifest="ms/12", canvas="f1r")
    assert faults(send(writer, manifest="ms/13")) == {"manifest": "elsewhere"}


def test_a_change_for_another_revision_is_refused(writer: Client, book: Manifest) -> None:
    page = made(writer, book)
    etag = writer.get(local(page["self"]))["ETag"]
    assert tell(writer, "PUT", local(page["self"]), {"position": 3}, if_match=etag).status_code == 200
    assert tell(writer, "PUT", local(page["self"]), {"position": 4}, if_match=etag).status_code == 412
    assert writer.delete(local(page["self"]), headers={"If-Match": etag}).status_code == 412
    assert send(writer, headers={"if_match": '"1-aa"'}, manifest="ms/12").status_code == 412
    assert writer.get(local(page["self"])).json()["position"] == 3


def test_a_removed_page_is_gone(writer: Client, book: Manifest) -> None:
    page = made(writer, book)
    assert writer.delete(local(page["self"])).status_code == 204
    assert writer.get(local(page["self"])).status_code == 404
    assert (AnnotationPage.objects.count(), Annotation.objects.count()) == (0, 0)


# ---------------------------------------------------------------------------------------------------------- annotations
def test_single_annotations_are_added_changed_and_removed(writer: Client, book: Manifest) -> None:
    page = made(writer, book, items=[])
    added = tell(writer, "POST", local(page["annotations"]["self"]), COMMENT)
    assert added.status_code == 201, added.content
    body = {**COMMENT["body"], "value": "A bullfinch"}
    changed = tell(writer, "PATCH", local(added.json()["self"]), {"body": body})
    assert (changed.status_code, changed.json()["body"]["value"]) == (200, "A bullfinch")
    assert only(writer, page)["uri"] == f"{PUBLIC}/presentation/annotation/{added.json()['id']}"
    assert writer.delete(local(added.json()["self"])).status_code == 204
    assert writer.get(local(added.json()["self"])).status_code == 404


def test_a_change_names_what_is_wrong_with_it(writer: Client, book: Manifest) -> None:
    page = made(writer, book)
    sent = {"motivation": None, "target": "f1r#xywh=0,0,9000,1", "colour": "red"}
    assert faults(tell(writer, "PATCH", local(only(writer, page)["self"]), sent)) == {
        "motivation": "required",
        "target": "outside",
        "colour": "unknown",
    }


def test_html_and_outlines_are_cleaned_on_the_way_in(writer: Client, book: Manifest) -> None:
    html = {"type": "TextualBody", "format": "text/html", "value": "<p onclick='x()'>Hi<script>alert(1)</script></p>"}
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script><path d='M0 0L9 9' onload='x()'/></svg>"
    target = {"type": "SpecificResource", "source": "f1r", "selector": {"type": "SvgSelector", "value": svg}}
    made(writer, book, items=[{"motivation": "commenting", "body": html, "target": target}])
    row = Annotation.objects.get()
    assert not any(word in str([row.body, row.target]) for word in ("script", "alert", "onclick", "onload"))
    assert "M0 0L9 9" in row.target["selector"]["value"]


def test_annotations_as_they_are_now_are_for_those_who_may_read_everything(
    writer: Client, watcher: Client, reader: Client, book: Manifest
) -> None:
    page = made(writer, book)
    for address in (pages_of(book), local(page["self"]), local(page["annotations"]["self"])):
        assert (watcher.get(address).status_code, reader.get(address).status_code) == (200, 403)
    for method in ("PUT", "DELETE"):
        assert tell(watcher, method, local(page["self"]), {}).status_code == 403


# ----------------------------------------------------------------------------------------------------------------- text
def test_the_text_of_a_page_is_sent_as_its_file(writer: Client, book: Manifest) -> None:
    first = send_text(writer, book, alto("In the beginning"))
    assert (first.status_code, first.json()["outcome"], first.json()["annotations"]["count"]) == (201, "created", 4)
    assert (first.json()["place"], first.json()["by"]) == ("referenced", "source")
    before = everything()
    again = send_text(writer, book, alto("In the beginning"))
    assert (again.status_code, again.json()["outcome"]) == (200, "unchanged")
    assert everything() == before
    replaced = send_text(writer, book, hocr("In the end"), media="text/vnd.hocr+html")
    assert (replaced.json()["outcome"], replaced.json()["id"]) == ("updated", first.json()["id"])


def test_a_text_may_be_of_lines_only_and_within_the_manifest(writer: Client, book: Manifest) -> None:
    told = send_text(writer, book, alto("In the beginning"), "?words=false&place=embedded").json()
    assert (told["annotations"]["count"], told["place"]) == (1, "embedded")
    published()
    assert document(book)["items"][0]["annotations"][0]["items"][0]["textGranularity"] == "line"


@pytest.mark.parametrize(
    ("data", "query", "media", "status"),
    [
        (b"", "", "application/xml", 400),
        (b"<mets/>", "", "application/xml", 400),
        (b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>", "", "text/xml", 400),
        (alto("x"), "?words=perhaps", "application/xml", 400),
        (alto("x"), "?place=foreign", "application/xml", 400),
        (alto("x"), "?colour=red", "application/xml", 400),
        (alto("x"), "", "application/json", 415),
    ],
)
def test_a_text_that_is_none_changes_nothing(
    writer: Client, book: Manifest, data: bytes, query: str, media: str, status: int
) -> None:
    before = everything()
    assert send_text(writer, book, data, query, media).status_code == status
    assert everything() == before


def test_collections_are_annotated_too(writer: Client, book: Manifest) -> None:
    put(writer, "collections", "sets/1", label="Shelf")
    shelf = f"{API}/collections"
    key = writer.get(shelf).json()["results"][0]["id"]
    page = tell(writer, "POST", f"{shelf}/{key}/annotation-pages", {"items": [{**COMMENT, "target": key}]})
    assert (page.status_code, page.json()["canvas"]) == (201, None)
    assert only(writer, page.json())["target"].endswith("/collection")
    assert writer.get(f"{shelf}/{key}/annotation-pages").json()["count"] == 1


def test_what_is_withdrawn_is_not_annotated(writer: Client, book: Manifest, dam: Any) -> None:
    a_picture("3.tif", dam)
    writer.delete(f"{one(book)}?reason=sold")
    assert tell(writer, "POST", pages_of(book), {"canvas": "f1r"}).status_code == 409
    assert send_text(writer, fresh(book), alto("x")).status_code == 409
