"""Whatever tree of 3.0 there is: it has a 2.1 form, or none, and nothing else happens. In linear time."""

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from manifests.build.second import NoSecondForm, losses, project, project_annotation_page, project_part, sequence
from tests.examples import examples
from tests.manifests.build.second.trees import BASE, FORM, canvas, manifest, own_image
from tests.manifests.reader2 import MISSING, complaints

Strategy = st.SearchStrategy[Any]

CANVASES = [f"{BASE}/presentation/canvas/{number}" for number in range(4)]
words = st.sampled_from(["Book", "", "<i>", "<p>a</p>", "<p class='x'>a<br></p>", "< ", "Attribution", "ü:", " "])
uris = st.sampled_from(
    ["https://x/a", "https://x/a.pdf?b=c#d", f"{BASE}/iiif/3/p", f"{BASE}/presentation/3/x/manifest"]
)
texts = st.dictionaries(st.sampled_from(["en", "de", "none", "zh-Hant"]), st.lists(words, max_size=3), max_size=3)
numbers = st.integers(1, 5000)
fragments = st.sampled_from(["xywh=1,2,3,4", "xywh=percent:1,2,3,4", "xywh=pixel:1.5,2,3,4", "t=1,2", "", "xywh="])
formats = st.sampled_from(["text/html", "image/jpeg"])


def some(required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    return st.fixed_dictionaries(required, optional=optional)


def several(strategy: Strategy, most: int = 2) -> Strategy:
    return st.lists(strategy, max_size=most)


services = some(
    {
        "id": uris,
        "type": st.sampled_from(["ImageService3", "ImageService2", "SearchService1", "AuthProbeService2", "X"]),
    },
    {"profile": st.sampled_from(["level2", "level0", "https://x/p"]), "label": texts, "width": numbers},
)
selectors = st.one_of(
    some({"type": st.just("FragmentSelector"), "value": fragments}, {}),
    some({"type": st.just("SvgSelector"), "value": st.just("<svg/>")}, {}),
    some({"type": st.just("PointSelector")}, {"x": numbers, "y": st.floats(0, 9), "t": numbers}),
    some(
        {"type": st.just("ImageApiSelector")}, {"region": st.just("0,0,1,1"), "size": st.sampled_from(["max", "^9,"])}
    ),
    some({"type": st.just("TextQuoteSelector"), "exact": words}, {}),
)
requests = st.sampled_from([f"{BASE}/iiif/3/p/full/max/0/default.jpg", "https://x/a.jpg"])
pictures = some(
    {"id": requests, "type": st.sampled_from(["Image", "Image", "Video", "Sound"])},
    {"height": numbers, "width": numbers, "format": formats, "label": texts, "service": several(services)},
)
links = some({"id": uris, "type": st.sampled_from(["Text", "Dataset"])}, {"label": texts, "format": formats})
bodies = st.recursive(
    st.one_of(
        pictures,
        uris,
        links,
        some({"type": st.just("TextualBody"), "value": words}, {"format": formats, "language": st.just("en")}),
    ),
    lambda inner: st.one_of(
        some({"type": st.sampled_from(["Choice", "List"]), "items": several(inner, 3)}, {"label": texts}),
        some(
            {"type": st.just("SpecificResource"), "source": inner},
            {"selector": st.one_of(selectors, several(selectors)), "styleClass": words, "id": uris},
        ),
    ),
    max_leaves=4,
)
canvas_ids = st.sampled_from(CANVASES)
targets = st.one_of(
    canvas_ids,
    st.builds("{}#{}".format, canvas_ids, fragments),
    some({"type": st.just("SpecificResource"), "source": canvas_ids}, {"selector": selectors}),
    some({"type": st.just("Canvas"), "id": canvas_ids}, {}),
)
descriptions: dict[str, Strategy] = {
    "label": texts,
    "summary": texts,
    "metadata": several(some({"label": texts, "value": texts}, {})),
    "requiredStatement": some({"label": texts, "value": texts}, {}),
    "rights": st.just("http://creativecommons.org/licenses/by/4.0/"),
    "provider": several(some({"id": uris, "type": st.just("Agent"), "label": texts}, {"logo": several(pictures)})),
    "thumbnail": several(pictures),
    "homepage": several(links),
    "seeAlso": several(links),
    "rendering": several(links),
    "service": several(services),
    "partOf": several(some({"id": uris, "type": st.sampled_from(["Collection", "Manifest"])}, {"label": texts})),
    "behavior": several(
        st.sampled_from(["paged", "continuous", "no-nav", "sequence", "facing-pages", "multi-part", "https://x/h"])
    ),
    "viewingDirection": st.sampled_from(["left-to-right", "top-to-bottom"]),
    "navDate": st.sampled_from(["1850-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "0001-01-01T00:00:00+09:00"]),
    "navPlace": st.just({"type": "FeatureCollection"}),
}


def annotations(motivation: Strategy) -> Strategy:
    required = {"id": uris, "type": st.just("Annotation"), "motivation": motivation, "target": targets}
    return some(required, {"body": st.one_of(bodies, several(bodies)), "label": texts})


def pages(motivation: Strategy) -> Strategy:
    required = {"id": uris, "type": st.just("AnnotationPage"), "items": several(annotations(motivation))}
    return some(required, {"label": texts, "next": uris})


comments = pages(
    st.one_of(st.sampled_from(["commenting", "supplementing", "x"]), st.just(["tagging", "supplementing"]))
)
canvases = some(
    {
        "id": canvas_ids,
        "type": st.just("Canvas"),
        "height": st.sampled_from([3000, 3000, 0]),
        "width": numbers,
        "duration": st.sampled_from([None, None, None, 1.5]),
    },
    {
        **descriptions,
        "items": several(pages(st.just("painting"))),
        "annotations": several(comments),
    },
)
references = st.one_of(
    some({"type": st.just("Canvas"), "id": canvas_ids}, {"label": texts}),
    some({"type": st.just("SpecificResource"), "source": canvas_ids, "selector": selectors}, {}),
    some({"type": st.just("Range"), "id": st.just("https://x/r")}, {}),
)
ranges = st.recursive(
    references,
    lambda inner: some(
        {"type": st.just("Range"), "id": st.sampled_from(["https://x/r", "https://x/s"]), "items": several(inner, 3)},
        {**descriptions, "start": references, "supplementary": some({"id": uris}, {})},
    ),
    max_leaves=6,
)
manifests = some(
    {"type": st.just("Manifest"), "id": uris, "items": st.lists(canvases, min_size=1, max_size=3)},
    {**descriptions, "structures": several(ranges, 3), "start": references, "annotations": several(comments)},
)
collections = st.recursive(
    some({"type": st.just("Manifest"), "id": uris}, descriptions),
    lambda inner: some({"type": st.just("Collection"), "id": uris, "items": several(inner, 3)}, descriptions),
    max_leaves=6,
)


def parts(document: Any) -> list[Any]:
    return [each for each in [*document.get("items", ()), *document.get("structures", ())] if "items" in each]


@settings(max_examples=examples(50), deadline=None)
@given(st.one_of(manifests, collections))
def test_any_tree(document: Any) -> None:
    assert all(sentence.startswith("/") for sentence in losses(document))
    try:
        found = project(document, FORM)
    except NoSecondForm:
        return
    assert next(iter(found)) == "@context"
    assert found["label"]
    if not MISSING:
        assert complaints(found) == []


@settings(max_examples=examples(50), deadline=None)
@given(manifests, comments)
def test_any_part(document: Any, page: Any) -> None:
    assert project_annotation_page(page, FORM)["@type"] == "sc:AnnotationList"
    for part in parts(document):
        for make in (lambda each: project_part(each, FORM), lambda each: project_part(each, FORM, document)):
            try:
                assert make(part)["@id"] == part["id"]
            except NoSecondForm:
                continue
    for part in document.get("structures", ()):
        try:
            assert sequence(part, document, FORM)["canvases"]
        except NoSecondForm:
            continue


def seconds(count: int) -> float:
    """To project so many pages with thumbnails; the best of some, since others use the machine too."""
    pages = [canvas(number, thumbnail=[own_image(number)]) for number in range(count)]
    document = manifest(*pages)
    best = 10.0
    for _ in range(5):
        start = time.process_time()
        project(document, FORM)
        best = min(best, time.process_time() - start)
    return best


def test_linear_time() -> None:
    assert seconds(4000) < 8 * seconds(1000) + 0.02  # quadratic would be 16 times
