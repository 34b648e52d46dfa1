"""Every rule finds the fault it is there for."""

from collections.abc import Callable
from typing import Any

import pytest

from manifests.build.rules import problems
from tests.manifests.build.samples import book, built, library

Document = dict[str, Any]


def of_book(place: str, value: Any) -> Document:
    """The book with one value replaced, or removed if the value is `...`."""
    return _changed(built(book()), place, value)


def _changed(document: Document, place: str, value: Any) -> Document:
    *way, last = [int(step) if step.isdigit() else step for step in place.split("/")]
    node: Any = document
    for step in way:
        node = node[step]
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return document


PAINTING = "items/0/items/0/items/0"


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("@context", ..., "/: @context must come first"),
        ("@context", "http://iiif.io/api/presentation/2/context.json", "/: @context must come first"),
        ("type", "sc:Manifest", "/type: "),
        ("id", "urn:x", "/id: "),
        ("id", ..., "/id: "),
        ("label", ..., "/label: there is none"),
        ("label", {}, "/label: there is none"),
        ("label", "Book", "/label: it is not a language map"),
        ("label", {"en": "Book"}, "/label: en has no list"),
        ("label", {"en": []}, "/label: en has no list"),
        ("label", {"en": [1]}, "/label: en has no list"),
        ("label", {"en_GB": ["Book"]}, "/label: 'en_GB' is not a language tag"),
        ("label", {"@none": ["Book"]}, "/label: '@none' is not a language tag"),
        ("summary", {"": ["x"]}, "/summary: '' is not a language tag"),
        ("metadata/0/value", "x", "/metadata/0/value: "),
        ("metadata/0/label", ..., "/metadata/0/label: "),
        ("requiredStatement", {"label": {"en": ["x"]}}, "/requiredStatement/value: "),
        ("rights", "https://creativecommons.org/licenses/by/4.0/", "/rights: "),
        ("rights", "http://example.org/all-rights", "/rights: "),
        ("navDate", "1850", "/navDate: "),
        ("navDate", "1850-01-01T00:00:00", "/navDate: "),
        ("items", [], "/items: there are none"),
        ("items", ..., "/items: there are none"),
        ("items/0/type", "Range", "/items/0/type: "),
        ("items/0/id", "https://example.org/canvas#1", "/items/0/id: "),
        ("items/0/width", ..., "/items/0/width: "),
        ("items/0/width", 0, "/items/0/width: "),
        ("items/0/height", 10.5, "/items/0/height: "),
        ("items/0/height", True, "/items/0/height: "),
        ("items/0/thumbnail/0/width", -1, "/items/0/thumbnail/0/width: "),
        ("items/0/thumbnail/0/service/0/sizes/0/height", 0, "/sizes/0/height: "),
        (f"{PAINTING}/motivation", "commenting", "/motivation: "),
        (f"{PAINTING}/target", "https://example.org/other", "/target: "),
        (f"{PAINTING}/body", ..., "/body: "),
        (f"{PAINTING}/body/width", 0, "/body/0/width: "),
        (f"{PAINTING}/body/service/0/type", ..., "/type: "),
        ("partOf/0/id", "library", "/partOf/0/id: "),
    ],
)
def test_fault_is_found(place: str, value: Any, sentence: str) -> None:
    found = problems(of_book(place, value))
    assert any(sentence in problem for problem in found), found


def test_bare_service_is_no_body() -> None:
    service = built(book())["items"][0]["items"][0]["items"][0]["body"]["service"][0]["id"]
    assert any("/body: it must be an image" in each for each in problems(of_book(f"{PAINTING}/body/id", service)))


@pytest.mark.parametrize("same", ["items/{}/id", "items/{}/items/0/id", "items/{}/items/0/items/0/id"])
def test_ids_are_used_once(same: str) -> None:
    document = built(book())
    uri: Any = document
    for step in same.format(0).split("/"):
        uri = uri[int(step) if step.isdigit() else step]
    assert any("is used twice" in each for each in problems(_changed(document, same.format(1), uri)))


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (lambda items: items[0].pop("label"), "/items/0/label: there is none"),
        (lambda items: items.append(dict(items[0])), "/items/4/id: "),
        (lambda items: items[0].update(type="Canvas"), "/items/0/type: "),
    ],
)
def test_fault_of_a_member_is_found(fault: Callable[[list[Document]], Any], sentence: str) -> None:
    document = built(library())
    fault(document["items"])
    assert any(sentence in problem for problem in problems(document))


def test_collection_may_be_empty() -> None:
    assert problems(_changed(built(library()), "items", [])) == []


def test_an_image_may_be_on_two_pages() -> None:
    document = built(book())
    bodies = [canvas["items"][0]["items"][0] for canvas in document["items"]]
    bodies[1]["body"] = bodies[0]["body"]
    assert problems(document) == []
