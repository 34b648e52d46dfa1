"""Annotation lists: what they say, about what, and why."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import (
    BOOK,
    CONTEXT_3,
    HOME,
    MANIFEST,
    annotations,
    canvas,
    faults,
    losses,
    manifest,
    page,
    tree,
)


def remark(**more: Any) -> Any:
    said = {"@type": "oa:Annotation", "motivation": "oa:commenting", "on": page()}
    return {**said, "resource": {"@type": "cnt:ContentAsText", "chars": "Fine", "format": "text/plain"}, **more}


def only(**more: Any) -> Any:
    (found,) = tree(annotations(remark(**more)))["items"]
    return found


def test_a_list_becomes_a_page() -> None:
    document = annotations(remark(**{"@id": f"{BOOK}/a/1"}), label="Remarks", description="All of them")
    assert tree(document) == {
        "@context": CONTEXT_3,
        "id": f"{BOOK}/list/1",
        "type": "AnnotationPage",
        "label": {"none": ["Remarks"]},
        "items": [
            {
                "id": f"{BOOK}/a/1",
                "type": "Annotation",
                "motivation": "commenting",
                "body": {"type": "TextualBody", "value": "Fine", "format": "text/plain"},
                "target": page(),
            }
        ],
        "_presentation2": {"description": "All of them"},
    }


def test_what_a_list_paints_supplements() -> None:
    found = only(motivation="sc:painting", resource={"@id": f"{HOME}/a.txt", "@type": "dctypes:Text"})
    assert (found["motivation"], found["_presentation2"]) == ("supplementing", {"motivation": "sc:painting"})
    assert found["body"] == {"id": f"{HOME}/a.txt", "type": "Text"}


def test_a_tag_and_a_text_are_two_bodies() -> None:
    found = only(
        motivation=["oa:commenting", "oa:tagging"],
        resource=[{"@type": "oa:Tag", "chars": "red"}, {"@type": "dctypes:Text", "chars": "<p>Fine</p>"}],
    )
    assert found["motivation"] == ["commenting", "tagging"]
    assert found["body"] == [
        {"type": "TextualBody", "value": "red", "purpose": "tagging", "_presentation2": {"@type": "oa:Tag"}},
        {"type": "TextualBody", "value": "<p>Fine</p>", "_presentation2": {"@type": "dctypes:Text"}},
    ]


@pytest.mark.parametrize(
    ("said", "type_"),
    [
        ("dctypes:Sound", "Sound"),
        ("dctypes:MovingImage", "Video"),
        ("dctypes:Dataset", "Dataset"),
        ("foaf:Document", "Document"),
        (None, "Sound"),
    ],
)
def test_types_of_content(said: Any, type_: str) -> None:
    assert only(resource={"@id": f"{HOME}/a.mp3", "@type": said})["body"]["type"] == type_


def test_content_without_an_address_stands_in_2_1_only() -> None:
    found = only(resource={"@id": "urn:x", "@type": "dctypes:Text"})
    assert "body" not in found
    assert found["_presentation2"] == {"resource": {"@id": "urn:x", "@type": "dctypes:Text"}}


FRAGMENT = {"@type": "oa:FragmentSelector", "value": "xywh=1,2,3,4"}
OUTLINE = {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": "<svg/>"}


@pytest.mark.parametrize(
    ("selector", "kept"),
    [
        (FRAGMENT, {"type": "FragmentSelector", "value": "xywh=1,2,3,4"}),
        (OUTLINE, {"type": "SvgSelector", "value": "<svg/>"}),
        (
            {"@type": "oa:Choice", "default": FRAGMENT, "item": {"@type": "oa:SvgSelector", "value": "<svg/>"}},
            [{"type": "FragmentSelector", "value": "xywh=1,2,3,4"}, {"type": "SvgSelector", "value": "<svg/>"}],
        ),
        (
            {"@type": "oa:TextQuoteSelector", "exact": "a", "prefix": "b"},
            {"type": "TextQuoteSelector", "exact": "a", "prefix": "b"},
        ),
    ],
)
def test_parts_of_canvases(selector: Any, kept: Any) -> None:
    found = only(on={"@type": "oa:SpecificResource", "full": page(), "selector": selector})
    assert found["target"] == {"type": "SpecificResource", "source": page(), "selector": kept}


def test_a_selector_that_3_0_does_not_have_stands_in_2_1_only() -> None:
    said = {"@type": "ex:Selector", "value": "x"}
    found = only(on={"@type": "oa:SpecificResource", "full": page(), "selector": said})
    assert found["target"] == {"type": "SpecificResource", "source": page(), "_presentation2": {"selector": said}}


def test_the_manifest_of_the_canvas_that_viewers_write_down() -> None:
    found = only(
        on=[{"@type": "oa:SpecificResource", "full": page(), "within": {"@id": MANIFEST, "@type": "sc:Manifest"}}]
    )
    part_of = [{"id": MANIFEST, "type": "Manifest"}]
    source = {"id": page(), "type": "Canvas", "partOf": part_of}
    assert found["target"] == {"type": "SpecificResource", "source": source}


@pytest.mark.parametrize(
    ("on", "target", "kept"),
    [
        ({"@id": page(), "@type": "sc:Canvas"}, {"id": page(), "type": "Canvas"}, None),
        ([page(), page(2)], [page(), page(2)], None),
        ({"@id": page()}, page(), None),
        (
            {"@id": f"{BOOK}/r/1", "@type": "sc:Range"},
            f"{BOOK}/r/1",
            {"on": {"@id": f"{BOOK}/r/1", "@type": "sc:Range"}},
        ),
    ],
)
def test_whole_targets(on: Any, target: Any, kept: Any) -> None:
    found = only(on=on)
    assert (found["target"], found.get("_presentation2")) == (target, kept)


def test_a_target_without_an_address_is_a_loss() -> None:
    assert losses(annotations(remark(on="urn:x"))) == [
        "resources.0.on: It names nothing with an http address, so it is kept for 2.1 only."
    ]


def test_who_and_when() -> None:
    found = only(annotatedAt="2015-01-01T00:00:00Z", annotatedBy={"@type": "foaf:Person", "name": "Anna"})
    assert found["created"] == "2015-01-01T00:00:00Z"
    assert found["_presentation2"] == {"annotatedBy": {"@type": "foaf:Person", "name": "Anna"}}


def test_neighbours_and_layers() -> None:
    layer = {"@id": f"{BOOK}/layer", "@type": "sc:Layer", "label": "Text", "total": 2, "first": f"{BOOK}/list/1"}
    found = tree(annotations(within=layer, next=f"{BOOK}/list/2", startIndex=0))
    assert found["next"] == {"id": f"{BOOK}/list/2", "type": "AnnotationPage"}
    assert found["partOf"] == [
        {
            "id": f"{BOOK}/layer",
            "type": "AnnotationCollection",
            "label": {"none": ["Text"]},
            "total": 2,
            "first": {"id": f"{BOOK}/list/1", "type": "AnnotationPage"},
        }
    ]
    assert found["_presentation2"] == {"startIndex": 0}


def test_other_content_is_named_or_embedded() -> None:
    lists = [f"{BOOK}/list/1", {"@id": f"{BOOK}/list/2", "label": "Two"}, {"resources": [remark()]}, {"@id": "urn:x"}]
    (found,) = tree(manifest(canvas(otherContent=lists)))["items"]
    first, second, third = found["annotations"]
    assert first == {"id": f"{BOOK}/list/1", "type": "AnnotationPage"}
    assert second == {"id": f"{BOOK}/list/2", "type": "AnnotationPage", "label": {"none": ["Two"]}}
    assert [each["motivation"] for each in third["items"]] == ["commenting"]
    assert found["_presentation2"] == {"otherContent": [{"@id": "urn:x"}]}


def test_layers_and_annotations_by_themselves() -> None:
    context = annotations()["@context"]
    layer = tree({"@context": context, "@id": f"{BOOK}/layer", "@type": "sc:Layer", "label": "Text"})
    assert layer["type"] == "AnnotationCollection"
    assert tree({"@context": context, **remark(**{"@id": f"{BOOK}/a/1"})})["type"] == "Annotation"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"motivation": None}, "motivation"),
        ({"motivation": 1}, "motivation"),
        ({"on": None}, "on"),
        ({"on": 1.0}, "on"),
        ({"resource": 1.0}, "resource"),
        ({"resource": [1.0]}, "resource.0"),
        ({"resource": {"@type": "cnt:ContentAsText"}}, "resource.chars"),
    ],
)
def test_broken_annotations_are_refused_with_the_place(more: Any, place: str) -> None:
    assert list(faults(annotations(remark(), remark(**more)))) == [f"resources.1.{place}"]


@pytest.mark.parametrize(("resources", "place"), [("fish", "resources"), (["fish"], "resources.0")])
def test_broken_lists_are_refused(resources: Any, place: str) -> None:
    assert list(faults({**annotations(), "resources": resources})) == [place]
