"""The official 2.1 reader accepts what we project: of the cookbook, of 2.1's own fixtures, and of our samples."""

import json
from pathlib import Path
from typing import Any

import pytest

from manifests.build.second import NoSecondForm, SecondForm, project, project_annotation_page, project_layer
from manifests.payload.upgrade import upgrade
from tests.manifests.build.second.test_documents import collection, member
from tests.manifests.build.second.trees import (
    FORM,
    canvas,
    canvas_uri,
    manifest,
    own_image,
    part_of_canvas,
    range_,
)
from tests.manifests.reader2 import complaints, needs_reader

SHARED = Path(__file__).parents[5] / "shared" / "data"
COOKBOOK = sorted((SHARED / "cookbook").glob("*.json"))
FIXTURES = sorted((SHARED / "presentation-2.1" / "good").glob("*.json"))
PROJECTIONS = {
    "Manifest": project,
    "Collection": project,
    "AnnotationPage": project_annotation_page,
    "AnnotationCollection": project_layer,
}
needs_cookbook = pytest.mark.skipif(not COOKBOOK, reason="the cookbook is not beside this repository")
needs_fixtures = pytest.mark.skipif(not FIXTURES, reason="the 2.1 fixtures are not beside this repository")


def has_pages(document: Any) -> bool:
    """Whether something of it is neither sound nor film."""
    kind, items = document["type"], document.get("items", [])
    return kind != "Manifest" or any("duration" not in page for page in items)


@needs_reader
@needs_cookbook
def test_the_cookbook() -> None:
    seen = 0
    for path in COOKBOOK:
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("type") not in PROJECTIONS:
            continue
        if not has_pages(document):
            with pytest.raises(NoSecondForm):
                project(document, FORM)
            continue
        assert complaints(PROJECTIONS[document["type"]](document, FORM)) == [], path.name
        seen += 1
    assert seen


@needs_fixtures
def test_fixtures_of_2_1_come_back() -> None:
    """What was read from 2.1 is the same when it is written again."""
    for path in FIXTURES:
        document = json.loads(path.read_text(encoding="utf-8"))
        form = SecondForm(document["@id"], lambda uri: uri, FORM.own_images, FORM.own_images_2)
        assert project(upgrade(document).document, form) == mended(document, path.stem), path.name


def mended(document: Any, number: str) -> Any:
    """The two fixtures that are not what the specification says."""
    sequence = document["sequences"][0]
    if number == "65":  # it begins with a canvas that is not in it (§5.2)
        del sequence["startCanvas"]
    if number == "41":  # the selector has no context (§4.5, §6.6)
        selector = sequence["canvases"][0]["images"][0]["resource"]["selector"]
        selector["@context"] = "http://iiif.io/api/annex/openannotation/context.json"
    return document


def contents() -> dict[str, Any]:
    """Everything that the reader is strict about."""
    parts = [part_of_canvas(1, f"xywh={each},0,5,5") for each in range(4)]
    pair = {"label": {"en": ["<Author>"]}, "value": {"en": ['<p lang="de">Anna</p>', ""], "none": ["B"]}}
    return manifest(
        canvas(1, label={"en": ["<blank>"]}, annotations=[{"id": "https://x/list", "type": "AnnotationPage"}]),
        canvas(2, {"type": "Choice", "items": [own_image(1), own_image(2)]}),
        canvas(3, {"type": "SpecificResource", "source": own_image(3), "selector": {"type": "ImageApiSelector"}}),
        canvas(4, items=[]),
        summary={"en": ['<p>A <a href="https://x/" title="x">book</a></p>']},
        metadata=[pair],
        behavior=["continuous"],
        start={"id": canvas_uri(2), "type": "Canvas"},
        rights="http://creativecommons.org/licenses/by/4.0/",
        rendering=[{"id": "https://x/a.pdf", "type": "Text"}],
        service=[{"@id": "https://x/s", "@type": "SearchService1"}],
        structures=[
            range_("all", *[range_(f"part{count}", *parts[:count]) for count in range(1, 5)], 1),
            range_("other", 4, 3, 2, 1, behavior=["sequence"]),
        ],
    )


@needs_reader
@pytest.mark.parametrize("document", [contents(), collection(member("Manifest", "a"), member("Collection", "b"))])
def test_our_own(document: Any) -> None:
    assert complaints(project(document, FORM)) == []


@needs_reader
def test_the_reader_finds_faults() -> None:
    found = project(contents(), FORM)
    del found["sequences"][0]["canvases"][0]["label"]
    assert complaints(found)
