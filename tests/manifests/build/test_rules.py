"""Every rule finds the fault it is there for."""

from collections.abc import Callable
from typing import Any

import pytest

from manifests.build.rules import findings, problems
from tests.manifests.build.everything import BASE, EVERYTHING, LABEL, collection, image, manifest
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
        (f"{PAINTING}/body/width", 0, "/body/width: "),
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


# ----------------------------------------------------------------------------------------- with everything there can be
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_document_with_everything_is_fine(name: str) -> None:
    assert findings(EVERYTHING[name]()) == []


FIRST, COMPOSED = "items/0", "items/2/items/0/items"
ABOUT = f"{FIRST}/annotations/0/items"
CANVAS = f"{BASE}/presentation/canvas/1"
CHOICE = {"type": "Choice", "items": [image(1)]}


@pytest.mark.parametrize(
    ("place", "value", "path", "rule"),
    [
        # §4.6
        ("@context", ["http://iiif.io/api/presentation/3/context.json", "http://example.org"], "", "context"),
        (f"{FIRST}/@context", "http://iiif.io/api/presentation/3/context.json", f"{FIRST}/@context", "context"),
        # §3.1
        ("colour", "red", "colour", "unknown"),
        ("provider/0/label", ..., "provider/0/label", "required"),
        ("provider/0/type", "Organization", "provider/0/type", "type"),
        ("provider/0/logo/0/type", "Text", "provider/0/logo/0/type", "logo"),
        ("provider/0/logo", image(1), "provider/0/logo", "list"),
        ("thumbnail/0/width", "200", "thumbnail/0/width", "size"),
        ("navPlace/type", "Feature", "navPlace/type", "type"),
        ("navPlace/features/0/geometry/coordinates", ..., "navPlace/features/0/geometry/coordinates", "required"),
        (f"{FIRST}/navDate", "soon", f"{FIRST}/navDate", "navDate"),
        (f"{FIRST}/metadata/0/value/en", "Rome", f"{FIRST}/metadata/0/value", "language-map"),
        ("accompanyingCanvas/placeholderCanvas", {}, "accompanyingCanvas/placeholderCanvas", "nested"),
        # §3.2
        ("viewingDirection", "up", "viewingDirection", "viewingDirection"),
        ("behavior", "paged", "behavior", "list"),
        ("behavior", ["paged", "individuals"], "behavior", "behavior"),
        ("behavior", ["odd"], "behavior/0", "behavior"),
        ("behavior", ["facing-pages"], "behavior/0", "behavior"),
        (f"{FIRST}/behavior", ["paged"], f"{FIRST}/behavior/0", "behavior"),
        ("structures/0/items/0/behavior", ["sequence"], "structures/0/items/0/behavior", "behavior"),
        (f"{COMPOSED}/3/body/format", "mp4", f"{COMPOSED}/3/body/format", "format"),
        (f"{COMPOSED}/3/body/duration", 0, f"{COMPOSED}/3/body/duration", "duration"),
        # §3.3
        ("homepage/0/label", ..., "homepage/0/label", "required"),
        ("homepage/0/language", "en", "homepage/0/language", "list"),
        ("homepage/0/language", ["en_GB"], "homepage/0/language/0", "language"),
        ("rendering/0/label", ..., "rendering/0/label", "required"),
        ("seeAlso/0/type", ..., "seeAlso/0/type", "required"),
        ("partOf/0/id", "gcis:collection/x", "partOf/0/id", "id"),
        ("services/0/profile", ..., "services/0/profile", "image-service"),
        ("services/0", {**image(1)["service"][0], "@id": BASE, "@type": "x"}, "services/0", "service"),
        ("services/1/service/0/@type", ..., "services/1/service/0/@type", "required"),
        ("service", image(1)["service"][0], "service", "list"),
        ("start/id", f"{BASE}/nowhere", "start", "pointing"),
        ("start", {"type": "SpecificResource", "source": f"{BASE}/nowhere"}, "start", "pointing"),
        # §5.2, §5.3
        (f"{FIRST}/items", ..., f"{FIRST}/items", "required"),
        (f"{FIRST}/height", ..., f"{FIRST}/height", "size"),
        ("items/1/id", CANVAS, "items/1/id", "unique"),
        ("placeholderCanvas/id", CANVAS, f"{FIRST}/id", "unique"),
        # §5.4
        ("structures/0/items", [], "structures/0/items", "range"),
        ("structures/0/items/1/id", f"{BASE}/nowhere", "structures/0/items/1", "pointing"),
        ("structures/1/items/0/id", f"{BASE}/nowhere", "structures/1/items/0", "pointing"),
        ("structures/0/id", f"{BASE}/range/2", "structures/0/id", "unique"),
        ("structures/0/items/0/supplementary/type", "Text", "structures/0/items/0/supplementary/type", "type"),
        ("structures/0/items/0/items/0/source", ..., "structures/0/items/0/items/0/source", "required"),
        # §5.5, §5.6
        (f"{FIRST}/annotations/0/metadata", [], f"{FIRST}/annotations/0/metadata", "unknown"),
        (f"{ABOUT}/0/motivation", "painting", f"{ABOUT}/0/motivation", "painting"),
        (f"{ABOUT}/0/motivation", ..., f"{ABOUT}/0/motivation", "required"),
        (f"{ABOUT}/0/target", ..., f"{ABOUT}/0/target", "required"),
        (f"{ABOUT}/0/target", {"id": CANVAS, "type": "Range"}, f"{ABOUT}/0/target", "target"),
        (f"{ABOUT}/0/target/selector/type", "AreaSelector", f"{ABOUT}/0/target/selector", "selector"),
        (f"{ABOUT}/0/target/selector/x", -1, f"{ABOUT}/0/target/selector/x", "point"),
        (f"{ABOUT}/0/creator/name", 5, f"{ABOUT}/0/creator/name", "text"),
        (f"{ABOUT}/0/body/0/value", ..., f"{ABOUT}/0/body/0/value", "required"),
        (f"{ABOUT}/3/target/1/state/0/type", "State", f"{ABOUT}/3/target/1/state/0", "state"),
        ("annotations/0/type", "Canvas", "annotations/0/type", "type"),
        # §5.7
        (f"{COMPOSED}/0/body/items", [], f"{COMPOSED}/0/body/items", "choice"),
        (
            f"{COMPOSED}/0/body",
            [{**CHOICE, "id": BASE}],
            f"{COMPOSED}/0/body/0/id",
            "choice",
        ),
        (f"{COMPOSED}/0/body/items/1/id", f"{BASE}/iiif/3/5", f"{COMPOSED}/0/body", "painting"),
        (f"{COMPOSED}/1/body/source/id", f"{BASE}/iiif/3/3", f"{COMPOSED}/1/body", "painting"),
        (f"{COMPOSED}/1/target", f"{CANVAS}#xywh=0,0,1,1", f"{COMPOSED}/1/target", "painting"),
        (f"{COMPOSED}/2/target/source/id", CANVAS, f"{COMPOSED}/2/target", "painting"),
        (f"{COMPOSED}/2/target", [], f"{COMPOSED}/2/target", "painting"),
        (f"{COMPOSED}/2/body/textDirection", "up", f"{COMPOSED}/2/body/textDirection", "word"),
    ],
)
def test_a_fault_of_a_manifest_with_everything_is_told_with_its_path(
    place: str, value: Any, path: str, rule: str
) -> None:
    found = findings(_changed(manifest(), place, value))
    pointer = f"/{path}" if path else ""
    assert (pointer, rule, "error") in {(each.path, each.rule, each.severity) for each in found}, found


def test_a_canvas_may_have_only_a_duration() -> None:
    sound = manifest()
    for name in ("width", "height"):
        del sound["items"][2][name]
    assert problems(sound) == []


@pytest.mark.parametrize("left", ["width", "height"])
def test_a_canvas_has_both_edges_or_neither(left: str) -> None:
    document = manifest()
    del document["items"][2][left]
    assert problems(document) == [f"/items/2/{left}: there is none."]


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        ("items/1/label", ..., "/items/1/label"),
        ("items/1/id", manifest()["id"], "/items/1/id"),
        ("items/0/items", [], "/items/0/items"),
        ("items/2/items/0/type", "Canvas", "/items/2/items/0/type"),
        ("items/2/items/0/label", ..., "/items/2/items/0/label"),
        ("behavior", ["multi-part", "together"], "/behavior"),
    ],
)
def test_a_fault_of_a_collection_is_told_with_its_path(place: str, value: Any, path: str) -> None:
    assert [each.path for each in findings(_changed(collection(), place, value)) if each.severity == "error"] == [path]


def test_names_in_paths_are_escaped() -> None:
    document = {**manifest(), "a/b~c": 1}
    assert [each.path for each in findings(document)] == ["/a~1b~0c"]


def test_problems_are_the_sentences_of_errors() -> None:
    document = {**manifest(), "label": {}, "behavior": ["repeat"]}
    errors = [each for each in findings(document) if each.severity == "error"]
    assert problems(document) == [f"{each.path}: {each.sentence}" for each in errors] == ["/label: there is none."]
    assert len(findings(document)) > len(errors)


def test_an_annotation_page_by_itself_is_judged_as_one() -> None:
    assert problems({**EVERYTHING["page"](), "items": ...}) == ["/items: it is not a list."]
    assert problems({**EVERYTHING["layer"](), "total": 0}) == ["/total: 0 is not a number of annotations."]
    assert EVERYTHING["layer"]()["label"] == LABEL
