"""Annotation lists and layers: documents of their own."""

from typing import Any

import pytest

from manifests.build.second import project_annotation_page, project_layer
from tests.manifests.build.second.trees import BASE, FORM, canvas_uri, part_of_canvas

PAGE = f"{BASE}/presentation/3/annotations/1"
LIST = f"{BASE}/presentation/2/annotations/1"
CANVAS = canvas_uri(1)
TEXT = {"type": "TextualBody", "value": "Fine", "format": "text/plain", "language": "en"}
CHARS = {"@type": "cnt:ContentAsText", "chars": "Fine", "format": "text/plain", "language": "en"}


def listed(**annotation: Any) -> dict[str, Any]:
    """The only annotation of a projected page."""
    given = {"id": f"{BASE}/a/1", "type": "Annotation", "motivation": "commenting", "body": TEXT, "target": CANVAS}
    page = {"id": PAGE, "type": "AnnotationPage", "items": [{**given, **annotation}]}
    (found,) = project_annotation_page(page, FORM)["resources"]
    return dict(found)


def test_annotation_list() -> None:
    page = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": PAGE,
        "type": "AnnotationPage",
        "label": {"en": ["Comments"]},
        "partOf": [{"id": f"{BASE}/presentation/3/layers/7", "type": "AnnotationCollection"}],
        "next": f"{BASE}/presentation/3/annotations/2",
        "prev": {"id": f"{BASE}/presentation/3/annotations/0", "type": "AnnotationPage"},
        "startIndex": 0,
        "items": [
            {"id": f"{BASE}/a/1", "type": "Annotation", "motivation": "commenting", "body": TEXT, "target": CANVAS}
        ],
    }
    assert project_annotation_page(page, FORM) == {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": LIST,
        "@type": "sc:AnnotationList",
        "label": {"@value": "Comments", "@language": "en"},
        "within": f"{BASE}/presentation/2/layers/7",
        "next": f"{BASE}/presentation/2/annotations/2",
        "prev": f"{BASE}/presentation/2/annotations/0",
        "startIndex": 0,
        "resources": [
            {
                "@id": f"{BASE}/a/1",
                "@type": "oa:Annotation",
                "motivation": "oa:commenting",
                "resource": CHARS,
                "on": CANVAS,
            }
        ],
    }


def test_the_context_comes_first() -> None:
    assert next(iter(project_annotation_page({"id": PAGE, "type": "AnnotationPage"}, FORM))) == "@context"


@pytest.mark.parametrize(
    ("motivation", "said"),
    [
        ("supplementing", "sc:painting"),
        ("tagging", "oa:tagging"),
        (["supplementing", "tagging"], ["sc:painting", "oa:tagging"]),
        ("https://x/measuring", "https://x/measuring"),
        (None, "oa:commenting"),
    ],
)
def test_motivations(motivation: Any, said: Any) -> None:
    assert listed(motivation=motivation)["motivation"] == said


def test_pictures_are_painted_in_the_manifest_only() -> None:
    picture = {"id": "https://x/a.jpg", "type": "Image"}
    assert listed(motivation="supplementing", body=picture)["motivation"] == "oa:linking"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"type": "TextualBody", "value": "Fine"}, {"@type": "cnt:ContentAsText", "chars": "Fine"}),
        ([TEXT, {"type": "TextualBody", "value": ""}], [CHARS, {"@type": "cnt:ContentAsText", "chars": ""}]),
        ({"type": "Choice", "items": [TEXT, TEXT]}, {"@type": "oa:Choice", "default": CHARS, "item": [CHARS]}),
        ({"type": "Composite", "items": [TEXT, TEXT]}, [CHARS, CHARS]),
        ("https://x/page.html", "https://x/page.html"),
        (
            {"id": "https://x/a.vtt", "type": "Text", "format": "text/vtt", "language": ["en"]},
            {"@id": "https://x/a.vtt", "@type": "dctypes:Text", "format": "text/vtt", "language": "en"},
        ),
        (
            {"id": "https://x/a.mp3", "type": "Sound", "format": "audio/mpeg", "duration": 3.5},
            {"@id": "https://x/a.mp3", "@type": "dctypes:Sound", "format": "audio/mpeg"},
        ),
        ({"id": "https://x/a", "type": "Feature"}, {"@id": "https://x/a", "@type": "dctypes:Dataset"}),
        ({"id": canvas_uri(2), "type": "Canvas"}, {"@id": canvas_uri(2), "@type": "sc:Canvas"}),
        (
            {"id": f"{BASE}/presentation/3/x/manifest", "type": "Manifest"},
            {"@id": f"{BASE}/presentation/2/x/manifest", "@type": "sc:Manifest"},
        ),
        (part_of_canvas(2, "xywh=1,2,3,4"), {"@id": f"{canvas_uri(2)}#xywh=1,2,3,4", "@type": "sc:Canvas"}),
    ],
)
def test_bodies(body: Any, said: Any) -> None:
    assert listed(body=body)["resource"] == said


def test_an_annotation_may_have_no_body() -> None:
    assert "resource" not in listed(body=[])
    assert listed(body=[], bodyValue="Fine")["resource"]["chars"] == "Fine"


def selected(*selectors: Any, **source: Any) -> Any:
    given = {"id": CANVAS, "type": "Canvas", **source}
    return listed(target={"type": "SpecificResource", "source": given, "selector": list(selectors)})["on"]


def test_rectangles_and_points() -> None:
    assert selected({"type": "FragmentSelector", "value": "xywh=1,2,3,4"}) == f"{CANVAS}#xywh=1,2,3,4"
    assert selected({"type": "PointSelector", "x": 10, "y": 20.6}) == f"{CANVAS}#xywh=10,21,1,1"
    assert listed(target=f"{CANVAS}#xywh=1,2,3,4")["on"] == f"{CANVAS}#xywh=1,2,3,4"
    assert listed(target=f"{CANVAS}#xywh=percent:1,2,3,4")["on"] == f"{CANVAS}#xywh=percent:1,2,3,4"


def test_what_2_1_cannot_select_is_the_whole() -> None:
    assert selected({"type": "TextQuoteSelector", "exact": "Fine"}) == CANVAS


SVG = "<svg xmlns='http://www.w3.org/2000/svg'><path d='M1,2 L3,4'/></svg>"


def test_shapes_have_a_rectangle_around_them() -> None:
    assert selected({"type": "SvgSelector", "value": SVG})["selector"] == {
        "@type": "oa:Choice",
        "default": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,2,2"},
        "item": {"@type": "oa:SvgSelector", "value": SVG},
    }


def test_shapes_that_are_no_shapes_come_alone() -> None:
    found = selected({"type": "SvgSelector", "value": "<svg/>"})
    assert found == {
        "@type": "oa:SpecificResource",
        "full": CANVAS,
        "selector": {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": "<svg/>", "value": "<svg/>"},
    }


def test_shapes_in_rectangles_as_annotation_tools_write_them() -> None:
    part_of = [{"id": f"{BASE}/presentation/3/book/manifest", "type": "Manifest"}]
    rectangle = {"type": "FragmentSelector", "value": "xywh=1,2,3,4"}
    assert selected(rectangle, {"type": "SvgSelector", "value": SVG}, partOf=part_of) == {
        "@type": "oa:SpecificResource",
        "full": CANVAS,
        "selector": {
            "@type": "oa:Choice",
            "default": {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"},
            "item": {"@type": "oa:SvgSelector", "value": SVG},
        },
        "within": {"@id": f"{BASE}/presentation/2/book/manifest", "@type": "sc:Manifest"},
    }


def test_several_targets() -> None:
    assert listed(target=[CANVAS, f"{BASE}/presentation/3/book/manifest"])["on"] == [
        CANVAS,
        f"{BASE}/presentation/2/book/manifest",
    ]


def test_layer() -> None:
    collection = {
        "id": f"{BASE}/presentation/3/layers/7",
        "type": "AnnotationCollection",
        "label": {"none": ["Text"]},
        "total": 8,
        "first": PAGE,
        "last": {"id": PAGE, "type": "AnnotationPage"},
    }
    assert project_layer(collection, FORM) == {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": f"{BASE}/presentation/2/layers/7",
        "@type": "sc:Layer",
        "label": "Text",
        "total": 8,
        "first": LIST,
        "last": LIST,
    }


def test_a_layer_has_a_label_and_may_list_its_pages() -> None:
    found = project_layer({"id": f"{BASE}/l", "type": "AnnotationCollection", "items": [{"id": PAGE}]}, FORM)
    assert found["label"] == f"{BASE}/l"
    assert found["otherContent"] == [LIST]
