"""What may be said in each property that links, shows or orders; and what is wrong with what may not."""

from typing import Any

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.description import KINDS, PROPERTIES, belongs, description, read
from manifests.payload.properties import content, own, ranges, services, way
from tests.manifests.build.everything import manifest

UUID = "5ee6c3a5-5d0f-4c58-9a55-5a3b8f0c2d11"
CANVAS, RANGE, LAYER = (f"gcis:{kind}/{UUID}" for kind in ("canvas", "range", "layer"))
WEB = "https://example.org/x"
LABEL = {"none": ["x"]}
LINK = {"id": WEB, "type": "Text", "label": LABEL}
IMAGE = {"id": WEB, "type": "Image"}
SERVICE = {"id": WEB, "type": "ImageService3", "profile": "level2"}
AGENT = {"id": WEB, "type": "Agent", "label": LABEL}
PAINTED = {"type": "AnnotationPage", "items": [{"type": "Annotation", "body": IMAGE}]}
LONE = {"type": "Canvas", "width": 10, "height": 10, "items": [PAINTED]}
HERE = {"id": CANVAS, "type": "Canvas"}
TREE = {"id": RANGE, "type": "Range", "label": LABEL, "items": [HERE]}
POINT = {"type": "Point", "coordinates": [7.4, 46.9]}
PLACES = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POINT}]}
CC = "http://creativecommons.org/licenses/by/4.0/"


def faults(sent: Any, **how: Any) -> list[tuple[str, str]]:
    """The places and codes of all that is wrong."""
    with pytest.raises(SourceFault) as refusal:
        description(sent, **how)
    assert all(fault.sentence.endswith((".", "}.")) for fault in refusal.value.fields)
    return [(fault.field, fault.code) for fault in refusal.value.fields]


# --------------------------------------------------------------------------------------------------------------- shapes
@pytest.mark.parametrize(
    "said",
    [
        {"provider": [AGENT]},
        {"provider": [{**AGENT, "homepage": [LINK], "logo": [{**IMAGE, "service": [SERVICE]}], "seeAlso": [LINK]}]},
        {"provider": [{**AGENT, "dcterms:extent": {"value": 5}}]},
        {"homepage": [{**LINK, "format": "text/html", "language": ["en", "de-CH"]}]},
        {"seeAlso": [{"id": WEB, "type": "Dataset", "format": "application/ld+json", "profile": "http://schema.org/"}]},
        {"rendering": [{**LINK, "format": "application/pdf"}, {**LINK, "type": "Video", "width": 9, "height": 9}]},
        {"thumbnail": [IMAGE, {**IMAGE, "width": 100, "height": 90, "format": "image/jpeg", "service": [SERVICE]}]},
        {"thumbnail": [{"type": "SpecificResource", "source": IMAGE, "selector": {"type": "ImageApiSelector"}}]},
        {"navPlace": PLACES},
        {"navPlace": {"id": WEB, "type": "FeatureCollection"}},
        {"navPlace": {**PLACES, "id": WEB, "bbox": [1, 2, 3, 4]}},
        {"start": HERE},
        {"start": {"id": f"{WEB}#t=5", "type": "Canvas"}},
        {"start": {"type": "SpecificResource", "source": CANVAS, "selector": {"type": "PointSelector", "t": 0.5}}},
        {
            "service": [
                SERVICE,
                {"id": WEB, "type": "SearchService2", "service": [{"id": WEB, "type": "AutoCompleteService2"}]},
            ]
        },
        {"services": [{"@id": WEB, "@type": "AuthCookieService1", "label": "Log in", "@context": WEB, "profile": WEB}]},
        {"partOf": [{"id": WEB, "type": "Collection"}, {"id": f"gcis:manifest/{UUID}", "type": "Manifest"}]},
        {"placeholderCanvas": LONE},
        {"accompanyingCanvas": {"id": WEB, "type": "Canvas", "duration": 4.5, "items": [], "label": LABEL}},
        {"structures": [TREE]},
        {
            "structures": [
                {
                    **TREE,
                    "items": [
                        {"type": "Range", "items": [HERE]},
                        {"id": RANGE, "type": "Range"},
                        {**HERE, "partOf": [LINK]},
                    ],
                }
            ]
        },
        {
            "structures": [
                {"type": "Range", "items": [{"type": "SpecificResource", "source": HERE}], "behavior": ["no-nav"]}
            ]
        },
        {"structures": [{**TREE, "license": [WEB], "start": HERE, "viewingDirection": "left-to-right"}]},
        {"supplementary": {"id": LAYER, "type": "AnnotationCollection", "label": LABEL}},
        {"license": [WEB, "https://example.org/terms of use".replace(" ", "%20")]},
        {"tags": ["maps", "17th century"]},
        {"contexts": ["http://iiif.io/api/extension/navplace/context.json"]},
        {"presentation2": {"viewingHint": "top", "sequence": {"label": "x", "n": [1, 2.5, None, True]}}},
        {"provider": None, "structures": None, "license": None, "presentation2": None},
        {name: [] for name in ("provider", "homepage", "thumbnail", "structures", "tags", "license", "services")},
    ],
)
def test_what_is_whole_is_kept_as_it_is(said: dict[str, Any]) -> None:
    assert description(said) == said
    assert description(description(said)) == said


def test_a_description_with_everything_is_kept_as_it_is() -> None:
    said = {name: value for name, value in manifest().items() if name in PROPERTIES}
    assert len(said) >= 20
    assert description(said, kind="Manifest") == said


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"homepage": {**LINK, "language": "en", "label": "x"}}, {"homepage": [{**LINK, "language": ["en"]}]}),
        ({"thumbnail": {**IMAGE, "service": SERVICE}}, {"thumbnail": [{**IMAGE, "service": [SERVICE]}]}),
        (
            {"thumbnail": {**IMAGE, "id": f" {WEB} ", "width": 5.0, "format": None}},
            {"thumbnail": [{**IMAGE, "width": 5}]},
        ),
        ({"service": {**SERVICE, "profile": ["level2"]}}, {"service": [SERVICE]}),
        ({"start": CANVAS}, {"start": HERE}),
        ({"structures": {**TREE, "items": [CANVAS]}}, {"structures": [TREE]}),
        ({"structures": [{**TREE, "rights": WEB}]}, {"structures": [{**TREE, "license": [WEB]}]}),
        ({"tags": [" maps ", "maps", "a\tb"]}, {"tags": ["maps", "a b"]}),
        ({"license": WEB}, {"license": [WEB]}),
        ({"contexts": [WEB, WEB, "http://iiif.io/api/presentation/3/context.json"]}, {"contexts": [WEB]}),
        ({"presentation2": {"a\u0301": "x\0\ud800y"}}, {"presentation2": {"a\u0301": "xy"}}),
        # §3.1: rights are Creative Commons or RightsStatements.org; other terms of use are a licence
        ({"rights": WEB}, {"rights": None, "license": [WEB]}),
        ({"rights": f" {WEB} ", "license": [f"{WEB}/2"]}, {"rights": None, "license": [f"{WEB}/2", WEB]}),
        ({"rights": WEB, "license": WEB}, {"rights": None, "license": [WEB]}),
        ({"rights": CC.replace("http:", "https:")}, {"rights": CC}),
        ({"rights": CC, "license": [WEB]}, {"rights": CC, "license": [WEB]}),
    ],
)
def test_what_means_the_same_is_brought_into_shape(sent: dict[str, Any], kept: dict[str, Any]) -> None:
    assert description(sent) == kept
    assert description(kept) == kept


def test_texts_without_a_language_are_in_the_language_of_their_source() -> None:
    sent = {"label": "Buch", "summary": {"en": "Book"}, "provider": [{**AGENT, "label": ["Haus"]}]}
    kept = description(sent, language="de")
    assert (kept["label"], kept["summary"], kept["provider"][0]["label"]) == (
        {"de": ["Buch"]},
        {"en": ["Book"]},
        {"de": ["Haus"]},
    )


# --------------------------------------------------------------------------------------------------------------- faults
@pytest.mark.parametrize(
    ("sent", "place", "code"),
    [
        ({"provider": "Museum"}, "provider", "list"),
        ({"provider": ["Museum"]}, "provider.0", "object"),
        ({"provider": [AGENT] * (content.MOST_AGENTS + 1)}, "provider", "list"),
        ({"provider": [{**AGENT, "label": ...}]}, "provider.0.label", "text"),
        ({"provider": [{**AGENT, "label": None}]}, "provider.0.label", "required"),
        ({"provider": [{**AGENT, "type": "Organization"}]}, "provider.0.type", "choice"),
        ({"provider": [{**AGENT, "nickname": "x"}]}, "provider.0.nickname", "unknown"),
        ({"provider": [{**AGENT, "@id": WEB}]}, "provider.0.@id", "unknown"),
        ({"provider": [{**AGENT, "logo": [IMAGE, {"type": "Image"}]}]}, "provider.0.logo.1.id", "required"),
        ({"provider": [{**AGENT, "logo": [{**IMAGE, "type": "Text"}]}]}, "provider.0.logo.0.type", "choice"),
        ({"homepage": [{**LINK, "id": "javascript:alert(1)"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": "//example.org"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": "https:///x"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": "https://example.org/a b"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": "https://example.org/a\0b"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": 'https://example.org/"><b>'}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": f"https://example.org/{'x' * 5000}"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "id": f"gcis:manifest/{UUID}"}]}, "homepage.0.id", "address"),
        ({"homepage": [{**LINK, "format": "HTML"}]}, "homepage.0.format", "format"),
        ({"homepage": [{**LINK, "language": ["en_GB"]}]}, "homepage.0.language.0", "language"),
        ({"homepage": [{**LINK, "language": 5}]}, "homepage.0.language", "list"),
        ({"homepage": [{**LINK, "": 5}]}, "homepage.0", "name"),
        ({"seeAlso": [{"id": WEB}]}, "seeAlso.0.type", "required"),
        ({"seeAlso": [{"id": WEB, "type": "a b"}]}, "seeAlso.0.type", "type"),
        ({"rendering": [{"id": WEB, "type": "Text"}]}, "rendering.0.label", "required"),
        ({"thumbnail": [{**IMAGE, "width": "100"}]}, "thumbnail.0.width", "number"),
        ({"thumbnail": [{**IMAGE, "width": 10.5}]}, "thumbnail.0.width", "number"),
        ({"thumbnail": [{**IMAGE, "width": float("nan")}]}, "thumbnail.0.width", "number"),
        ({"thumbnail": [{**IMAGE, "duration": float("inf")}]}, "thumbnail.0.duration", "number"),
        ({"thumbnail": [{**IMAGE, "service": [{"type": "x"}]}]}, "thumbnail.0.service.0.id", "required"),
        ({"thumbnail": [{**IMAGE, "x:y": [{"z": 2**60}]}]}, "thumbnail.0.x:y.0.z", "number"),
        ({"navPlace": {"type": "FeatureCollection"}}, "navPlace.features", "required"),
        ({"navPlace": {"type": "Feature"}}, "navPlace.type", "choice"),
        (
            {"navPlace": {**PLACES, "features": [{"type": "Feature", "geometry": {**POINT, "coordinates": ["1", 2]}}]}},
            "navPlace.features.0.geometry.coordinates",
            "coordinates",
        ),
        (
            {"navPlace": {**PLACES, "features": [{"type": "Feature", "geometry": {**POINT, "type": "Polygon"}}]}},
            "navPlace.features.0.geometry.coordinates.0",
            "coordinates",
        ),
        (
            {"navPlace": {**PLACES, "features": [{"type": "Feature", "geometry": {"type": "GeometryCollection"}}]}},
            "navPlace.features.0.geometry",
            "choice",
        ),
        ({"start": "page 1"}, "start.id", "address"),
        ({"start": {"id": RANGE, "type": "Range"}}, "start", "choice"),
        (
            {"start": {"type": "SpecificResource", "source": CANVAS, "selector": {"type": "x"}}},
            "start.selector",
            "choice",
        ),
        ({"service": [{**SERVICE, "profile": None}]}, "service.0.profile", "required"),
        ({"service": [{**SERVICE, "@id": WEB}]}, "service.0.@id", "twice"),
        ({"service": [{**SERVICE, "profile": ["level2", {}]}]}, "service.0.profile", "profile"),
        ({"service": [SERVICE] * (services.MOST_SERVICES + 1)}, "service", "list"),
        ({"placeholderCanvas": {**LONE, "width": None}}, "placeholderCanvas", "size"),
        (
            {"placeholderCanvas": {**LONE, "placeholderCanvas": LONE}},
            "placeholderCanvas.placeholderCanvas",
            "misplaced",
        ),
        ({"placeholderCanvas": {**LONE, "behavior": ["paged"]}}, "placeholderCanvas.behavior", "misplaced"),
        (
            {"placeholderCanvas": {**LONE, "items": [{**PAINTED, "metadata": []}]}},
            "placeholderCanvas.items.0.metadata",
            "unknown",
        ),
        (
            {
                "accompanyingCanvas": {
                    **LONE,
                    "items": [{**PAINTED, "items": [{"type": "Annotation", "body": {"id": "x"}}]}],
                }
            },
            "accompanyingCanvas.items.0.items.0.body.id",
            "address",
        ),
        ({"structures": [{**TREE, "items": []}]}, "structures.0.items", "empty"),
        ({"structures": [{**TREE, "items": [{"id": CANVAS}]}]}, "structures.0.items.0", "choice"),
        ({"structures": [{**TREE, "id": CANVAS}]}, "structures.0.id", "address"),
        ({"structures": [{**TREE, "behavior": ["paged", "unordered"]}]}, "structures.0.behavior", "exclusive"),
        ({"structures": [{**TREE, "items": [{**TREE, "label": 5}]}]}, "structures.0.items.0.label", "text"),
        ({"structures": [TREE, TREE]}, "structures.1.id", "unique"),
        (
            {
                "placeholderCanvas": {
                    **LONE,
                    "items": [{**PAINTED, "items": [{"type": "Annotation", "body": {"id": WEB}}]}],
                }
            },
            "placeholderCanvas.items.0.items.0.body.type",
            "required",
        ),
        (
            {
                "placeholderCanvas": {
                    **LONE,
                    "items": [{**PAINTED, "items": [{"type": "Annotation", "body": IMAGE, "target": WEB}]}],
                }
            },
            "placeholderCanvas.items.0.items.0.target",
            "painting",
        ),
        ({"supplementary": {"id": CANVAS, "type": "AnnotationCollection"}}, "supplementary.id", "address"),
        ({"license": ["CC BY"]}, "license.0", "address"),
        ({"license": [WEB] * (own.MOST_LICENCES + 1)}, "license", "list"),
        ({"rights": WEB, "license": [5]}, "license.0", "address"),
        ({"tags": "maps"}, "tags", "list"),
        ({"tags": ["x", " "]}, "tags.1", "text"),
        ({"tags": ["x" * (own.LONGEST_TAG + 1)]}, "tags.0", "too_long"),
        ({"contexts": [{"x": WEB}]}, "contexts.0", "address"),
        ({"presentation2": []}, "presentation2", "object"),
        ({"behavior": ["paged", "continuous"]}, "behavior", "exclusive"),
    ],
)
def test_what_is_wrong_is_named_by_its_place(sent: dict[str, Any], place: str, code: str) -> None:
    assert faults(sent) == [(place, code)]


def test_all_that_is_wrong_in_a_property_is_told_at_once() -> None:
    logo = {**IMAGE, "width": 0, "format": "png"}
    sent = {"provider": [{"type": "Agent", "label": 5, "logo": [logo, 5]}, AGENT], "tags": [5, "x", 6]}
    assert faults(sent) == [
        ("provider.0.label", "text"),
        ("provider.0.logo.0.width", "number"),
        ("provider.0.logo.0.format", "format"),
        ("provider.0.logo.1", "object"),
        ("provider.0.id", "required"),
        ("tags.0", "text"),
        ("tags.2", "text"),
    ]


def nested(depth: int) -> dict[str, Any]:
    tree: dict[str, Any] = TREE
    for _ in range(depth):
        tree = {"type": "Range", "label": LABEL, "items": [tree]}
    return tree


def test_ranges_lie_in_each_other_as_deep_as_books_need() -> None:
    assert description({"structures": [nested(25)]}) == {"structures": [nested(25)]}
    assert {code for _, code in faults({"structures": [nested(500)]})} == {"too_deep"}


def test_what_is_too_deep_or_too_much_is_refused_and_breaks_nothing() -> None:
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    assert [code for _, code in faults({"presentation2": {"x": deep}})] == ["too_deep"]
    assert [code for _, code in faults({"service": [{**SERVICE, "x": deep}]})] == ["too_deep"]
    assert [code for _, code in faults({"presentation2": {"x": [0] * way.MOST_PARTS}})] == ["too_many"]
    position = {**POINT, "type": "LineString", "coordinates": [[0, 0]] * way.MOST_PARTS}
    line = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": position}]}
    assert [code for _, code in faults({"navPlace": line})] == ["too_many"]
    assert [code for _, code in faults({"presentation2": {"x": ["y" * 10**6] * 21}})] == ["too_long"]
    assert len(faults({"tags": [5] * own.MOST_TAGS, "structures": [5] * ranges.MOST_RANGES})) == 200 + way.MOST_FAULTS


# -------------------------------------------------------------------------------------------------------------- classes
@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("label", KINDS),
        ("provider", KINDS),
        ("license", KINDS),
        ("structures", ("Manifest",)),
        ("start", ("Manifest", "Range")),
        ("supplementary", ("Range",)),
        ("services", ("Collection", "Manifest")),
        ("viewingDirection", ("Collection", "Manifest", "Range")),
        ("navDate", ("Collection", "Manifest", "Canvas", "Range")),
        ("accompanyingCanvas", ("Collection", "Manifest", "Canvas", "Range")),
        ("colour", ()),
    ],
)
def test_properties_belong_to_classes(name: str, kinds: tuple[str, ...]) -> None:
    """Presentation 3.0, appendix A."""
    assert tuple(kind for kind in KINDS if belongs(name, kind)) == kinds


@pytest.mark.parametrize(
    ("kind", "sent", "place", "code"),
    [
        ("Canvas", {"structures": [TREE]}, "structures", "misplaced"),
        ("Canvas", {"viewingDirection": "left-to-right"}, "viewingDirection", "misplaced"),
        ("Collection", {"start": HERE}, "start", "misplaced"),
        ("Manifest", {"behavior": ["facing-pages"]}, "behavior", "misplaced"),
        ("Canvas", {"behavior": ["paged"]}, "behavior", "misplaced"),
        ("Manifest", {"behavior": ["hidden"]}, "behavior", "misplaced"),
        ("Collection", {"behavior": ["multi-part", "together"]}, "behavior", "exclusive"),
    ],
)
def test_what_does_not_belong_to_the_class_is_refused(kind: str, sent: Any, place: str, code: str) -> None:
    assert faults(sent, kind=kind) == [(place, code)]


def test_places_begin_with_what_is_above() -> None:
    found, told = read({"label": "x", "provider": [{"id": 5}]}, "canvases.3.", kind="Canvas")
    assert found == {"label": LABEL}
    assert [fault.field for fault in told] == [f"canvases.3.provider.0.{name}" for name in ("id", "type", "label")]
