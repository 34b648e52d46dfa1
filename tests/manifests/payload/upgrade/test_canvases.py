"""Canvases with what is painted on them, and the sequences that hold them."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import (
    BOOK,
    HOME,
    canvas,
    faults,
    losses,
    manifest,
    page,
    painting,
    picture,
    sequence,
    service,
    tree,
)

SIZE = {"height": 300, "width": 200}
IMAGE = {"id": f"{HOME}/1.jpg", "type": "Image", **SIZE}


def painted(**more: Any) -> Any:
    """The one annotation of a canvas with one image, `more` being said of it."""
    (found,) = tree(manifest(canvas(images=[painting(**more)])))["items"]
    (shown,) = found["items"]
    (annotation,) = shown["items"]
    return annotation


def test_a_canvas_holds_one_page_of_paintings() -> None:
    assert tree(manifest(canvas(viewingHint="non-paged")))["items"] == [
        {
            "id": page(),
            "type": "Canvas",
            "label": {"none": ["p. 1"]},
            "behavior": ["non-paged"],
            "height": 300,
            "width": 200,
            "items": [
                {
                    "type": "AnnotationPage",
                    "items": [{"type": "Annotation", "motivation": "painting", "body": IMAGE, "target": page()}],
                }
            ],
        }
    ]


def test_a_canvas_without_images_is_empty() -> None:
    assert [each["items"] for each in tree(manifest(canvas(images=None)))["items"]] == [[]]


def test_ids_are_those_of_2_1_and_nobody_else_gets_one() -> None:
    assert painted(**{"@id": f"{BOOK}/annotation/1"})["id"] == f"{BOOK}/annotation/1"
    assert painted(**{"@id": "urn:uuid:1"})["_presentation2"] == {"@id": "urn:uuid:1"}


def test_a_part_of_the_canvas_is_painted() -> None:
    assert painted(on=f"{page()}#xywh=1,2,3,4")["target"] == f"{page()}#xywh=1,2,3,4"


def test_an_image_on_another_canvas_is_on_this_one_all_the_same() -> None:
    found = painted(on="http://old.example.org/book/canvas/1#xywh=1,2,3,4")
    assert found["target"] == f"{page()}#xywh=1,2,3,4"
    assert found["_presentation2"] == {"on": "http://old.example.org/book/canvas/1#xywh=1,2,3,4"}


def test_whatever_the_motivation_of_images_they_are_painted() -> None:
    found = painted(motivation="somethingElse")
    assert (found["motivation"], found["_presentation2"]) == ("painting", {"motivation": "somethingElse"})


def test_a_choice_has_the_default_first() -> None:
    said = {"@type": "oa:Choice", "default": picture(label="Colour"), "item": [picture("x", label="X-ray")]}
    assert painted(resource=said)["body"] == {
        "type": "Choice",
        "items": [
            {**IMAGE, "label": {"none": ["Colour"]}},
            {**IMAGE, "id": f"{HOME}/x.jpg", "label": {"none": ["X-ray"]}},
        ],
    }


@pytest.mark.parametrize(
    ("default", "item", "kept"),
    [(picture(), "rdf:nil", {"item": ["rdf:nil"]}), ("rdf:nil", picture(), {"default": "rdf:nil"})],
)
def test_nothing_is_a_choice_in_2_1_only(default: Any, item: Any, kept: Any) -> None:
    found = painted(resource={"@type": "oa:Choice", "default": default, "item": item})["body"]
    assert found == {"type": "Choice", "items": [IMAGE], "_presentation2": kept}


def test_a_part_or_rotation_of_an_image_by_the_image_api() -> None:
    said = {
        "@id": f"{HOME}/iiif/1/full/full/90/default.jpg",
        "@type": "oa:SpecificResource",
        "full": picture(service=service()),
        "selector": {"@type": "iiif:ImageApiSelector", "rotation": "90", "region": "0,0,5,5"},
    }
    found = painted(resource=said)["body"]
    assert found["id"] == f"{HOME}/iiif/1/full/full/90/default.jpg"
    assert found["source"]["service"][0]["@type"] == "ImageService2"
    assert found["selector"] == {"type": "ImageApiSelector", "rotation": "90", "region": "0,0,5,5"}


def test_a_part_of_an_image_by_fragment_is_no_longer_the_size_of_the_image() -> None:
    assert painted(resource=picture(**{"@id": f"{HOME}/1.jpg#xywh=1,2,200,300"}))["body"] == {
        "type": "SpecificResource",
        "source": {"id": f"{HOME}/1.jpg", "type": "Image", "_presentation2": SIZE},
        "selector": {"type": "FragmentSelector", "value": "xywh=1,2,200,300"},
    }


def test_a_style_sheet_and_the_class_that_it_describes() -> None:
    sheet = {"@type": ["oa:CssStyle", "cnt:ContentAsText"], "chars": ".red {color: red}"}
    found = painted(stylesheet=sheet, resource={"@type": "oa:SpecificResource", "style": "red", "full": picture()})
    assert found["stylesheet"] == {"type": "CssStylesheet", "value": ".red {color: red}"}
    assert found["body"] == {"type": "SpecificResource", "source": IMAGE, "styleClass": "red"}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"@id": None}, "@id"),
        ({"@id": "fish"}, "@id"),
        ({"@id": f"{page()}#a"}, "@id"),
        ({"@type": "fish"}, "@type"),
        ({"label": None}, "label"),
        ({"label": 1}, "label"),
        ({"height": None}, "height"),
        ({"width": "two"}, "width"),
        ({"width": 0}, "width"),
        ({"width": True}, "width"),
        ({"width": float("inf")}, "width"),
        ({"images": painting()}, "images"),
        ({"images": ["fish"]}, "images.0"),
        ({"images": [painting(motivation=None)]}, "images.0.motivation"),
        ({"images": [painting(on=None)]}, "images.0.on"),
        ({"images": [painting(on=1.0)]}, "images.0.on"),
        ({"images": [painting(resource=None)]}, "images.0.resource"),
        ({"images": [painting(resource=1.0)]}, "images.0.resource"),
        ({"images": [painting(resource=picture(**{"@type": None}))]}, "images.0.resource.@type"),
        ({"images": [painting(resource=picture(**{"@type": "dctypes:Audio"}))]}, "images.0.resource.@type"),
        ({"images": [painting(resource=picture(**{"@id": None}))]}, "images.0.resource.@id"),
        ({"images": [painting(resource=picture(**{"@id": "asdf"}))]}, "images.0.resource.@id"),
        ({"images": [painting(resource=picture(height="six"))]}, "images.0.resource.height"),
        ({"images": [painting(resource={"@type": "oa:Choice"})]}, "images.0.resource.default"),
        (
            {"images": [painting(resource={"@type": "oa:Choice", "default": picture(), "item": [{"@id": "x"}]})]},
            "images.0.resource.item.0.@type",
        ),
        ({"images": [painting(resource={"@type": "oa:SpecificResource"})]}, "images.0.resource.full"),
    ],
)
def test_a_broken_canvas_is_refused_with_the_place(more: Any, place: str) -> None:
    assert list(faults(manifest(canvas(), canvas(2, **more)))) == [f"sequences.0.canvases.1.{place}"]


def test_a_canvas_stands_in_a_manifest_once() -> None:
    assert faults(manifest(canvas(), canvas())) == {"sequences.0.canvases.1.@id": "id"}


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = faults(manifest(canvas(width=None), canvas(2, height=None), label=None))
    assert list(found) == ["label", "sequences.0.canvases.0.width", "sequences.0.canvases.1.height"]


# ------------------------------------------------------------------------------------------------------------ sequences


def test_what_the_first_sequence_says_of_itself_is_kept_for_2_1() -> None:
    said = sequence(**{"@id": f"{BOOK}/normal", "label": "Normal", "metadata": [{"label": "a", "value": "b"}]})
    assert tree(manifest(sequences=[said]))["_presentation2"] == {
        "sequence": {"@id": f"{BOOK}/normal", "label": "Normal", "metadata": [{"label": "a", "value": "b"}]}
    }


def test_viewing_is_that_of_the_sequence_and_the_manifests_own_stands_in_2_1() -> None:
    said = sequence(viewingHint="individuals", viewingDirection="right-to-left")
    found = tree(manifest(sequences=[said], viewingHint="paged"))
    assert (found["behavior"], found["viewingDirection"]) == (["individuals"], "right-to-left")
    assert found["_presentation2"]["viewingHint"] == ["paged"]
    assert found["_presentation2"]["sequence"] == {"viewingHint": "individuals", "viewingDirection": "right-to-left"}


def test_the_manifests_behavior_holds_where_the_sequences_hint_is_none() -> None:
    said = sequence(viewingHint="http://example.org/hint")
    found = tree(manifest(sequences=[said], viewingHint="paged"))
    assert found["behavior"] == ["paged"]
    assert found["_presentation2"]["viewingHint"] == ["paged"]


@pytest.mark.parametrize(
    ("said", "start"),
    [
        (page(2), {"id": page(2), "type": "Canvas"}),
        ({"@id": page(2), "@type": "sc:Canvas"}, {"id": page(2), "type": "Canvas"}),
        (
            f"{page(2)}#xywh=1,2,3,4",
            {
                "type": "SpecificResource",
                "source": page(2),
                "selector": {"type": "FragmentSelector", "value": "xywh=1,2,3,4"},
            },
        ),
    ],
)
def test_the_start_canvas(said: Any, start: Any) -> None:
    found = tree(manifest(sequences=[sequence(canvas(), canvas(2), startCanvas=said)]))
    assert found["start"] == start
    assert "_presentation2" not in found


def test_a_start_canvas_that_is_elsewhere_is_kept_for_2_1_only() -> None:
    document = manifest(sequences=[sequence(startCanvas=page(9))])
    assert losses(document) == [
        "sequences.0.startCanvas: It is no canvas of this sequence, so it is kept for 2.1 only."
    ]


def test_a_further_sequence_of_the_same_canvases_is_a_range() -> None:
    order = sequence(page(2), page(1), **{"@id": f"{BOOK}/older", "label": "Older"})  # type: ignore[arg-type]
    assert tree(manifest(sequences=[sequence(canvas(), canvas(2)), order]))["structures"] == [
        {
            "id": f"{BOOK}/older",
            "type": "Range",
            "label": {"none": ["Older"]},
            "behavior": ["sequence"],
            "items": [{"id": page(2), "type": "Canvas"}, {"id": page(1), "type": "Canvas"}],
        }
    ]


def test_a_further_sequence_that_is_only_named_is_kept_for_2_1() -> None:
    named = {"@id": f"{BOOK}/older", "@type": "sc:Sequence", "label": "Older"}
    found = tree(manifest(sequences=[sequence(), named, f"{BOOK}/newer"]))
    assert found["_presentation2"] == {"sequences": [named, f"{BOOK}/newer"]}
    assert "structures" not in found


@pytest.mark.parametrize(
    ("sequences", "place"),
    [
        (None, "sequences"),
        ([], "sequences"),
        ({"1": 2}, "sequences"),
        ([1], "sequences.0"),
        ([{"@type": "fish"}], "sequences.0.@type"),
        ([{"@type": "sc:Sequence"}], "sequences.0.canvases"),
        ([{"@type": "sc:Sequence", "canvases": []}], "sequences.0.canvases"),
        ([{"@type": "sc:Sequence", "canvases": canvas()}], "sequences.0.canvases"),
        ([{"@type": "sc:Sequence", "canvases": ["asdf"]}], "sequences.0.canvases.0"),
        ([sequence(startCanvas="fish")], "sequences.0.startCanvas"),
        ([sequence(), 1], "sequences.1"),
    ],
)
def test_broken_sequences_are_refused_with_the_place(sequences: Any, place: str) -> None:
    assert list(faults(manifest(sequences=sequences))) == [place]
