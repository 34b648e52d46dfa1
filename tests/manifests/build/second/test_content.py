"""What is painted: parts, choices, styles, and what is no picture."""

from typing import Any

from manifests.build.second import project
from tests.manifests.build.second.trees import (
    BASE,
    FORM,
    canvas,
    canvas_uri,
    images,
    manifest,
    own_image,
    own_image_2,
    painting,
)

OA = "http://iiif.io/api/annex/openannotation/context.json"
SOUND = {"id": "https://x/a.mp3", "type": "Sound", "format": "audio/mpeg"}
FOREIGN = {"id": "https://x/a.jpg", "type": "Image", "height": 10, "width": 20}
FOREIGN_2 = {"@id": "https://x/a.jpg", "@type": "dctypes:Image", "height": 10, "width": 20}


def specific(source: Any, selector: Any, **more: Any) -> dict[str, Any]:
    return {"type": "SpecificResource", "source": source, "selector": selector, **more}


def resource(*bodies: Any) -> Any:
    (found,) = images(*bodies)
    return found["resource"]


def test_choice() -> None:
    natural, x_ray = own_image(1, label={"en": ["Natural"]}), own_image(2, label={"en": ["X-ray"]})
    assert resource({"type": "Choice", "items": [natural, SOUND, x_ray]}) == {
        "@type": "oa:Choice",
        "default": {**own_image_2(1), "label": {"@value": "Natural", "@language": "en"}},
        "item": [{**own_image_2(2), "label": {"@value": "X-ray", "@language": "en"}}],
    }


def test_a_choice_of_one_is_none() -> None:
    inner = {"type": "Choice", "items": [own_image(1)]}
    assert resource({"type": "Choice", "items": [inner, SOUND]}) == own_image_2(1)
    assert images({"type": "Choice", "items": [SOUND]}) == []


def test_image_api_selector_of_ours() -> None:
    region = {"type": "ImageApiSelector", "region": "10,20,300,400", "size": "max"}
    assert resource(specific(own_image(1), region)) == {
        "@id": f"{BASE}/iiif/2/page1/10,20,300,400/full/0/default.jpg",
        "@type": "oa:SpecificResource",
        "full": own_image_2(1),
        "selector": {
            "@context": OA,
            "@type": "iiif:ImageApiSelector",
            "region": "10,20,300,400",
            "size": "full",
        },
    }


def test_image_api_selector_of_others_stays_in_their_version() -> None:
    service = {"id": "https://x/i", "type": "ImageService3", "profile": "level1"}
    turned = specific({**FOREIGN, "service": [service]}, {"type": "ImageApiSelector", "rotation": "90", "size": "max"})
    found = resource(turned)
    assert found["@id"] == "https://x/i/full/max/90/default.jpg"
    assert found["selector"]["size"] == "max"


def test_rectangles_of_images() -> None:
    rectangle = {"type": "FragmentSelector", "value": "xywh=pixel:1,2,30.4,40"}
    ours = resource(specific(own_image(1), rectangle))
    assert ours["selector"] == {"@context": OA, "@type": "iiif:ImageApiSelector", "region": "1,2,30,40"}
    assert ours["@id"] == f"{BASE}/iiif/2/page1/1,2,30,40/full/0/default.jpg"
    fragment = {"type": "FragmentSelector", "value": "xywh=1,2,30,40"}
    assert resource(specific(FOREIGN, fragment)) == {**FOREIGN_2, "@id": "https://x/a.jpg#xywh=1,2,30,40"}


def test_shapes_of_images() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0,0 L1,1'/></svg>"
    assert resource(specific(FOREIGN, {"type": "SvgSelector", "value": svg})) == {
        "@type": "oa:SpecificResource",
        "full": FOREIGN_2,
        "selector": {"@type": ["oa:SvgSelector", "cnt:ContentAsText"], "chars": svg, "value": svg},
    }


def test_style() -> None:
    """2.1 §6.5: a class of the stylesheet that the annotation has."""
    annotation = painting(1, {"type": "SpecificResource", "source": FOREIGN, "styleClass": "turned"})
    annotation["stylesheet"] = {"type": "CssStylesheet", "value": ".turned {transform: rotate(180deg)}"}
    page = {"id": f"{canvas_uri(1)}/page", "type": "AnnotationPage", "items": [annotation]}
    (found,) = project(manifest(canvas(1, items=[page])), FORM)["sequences"][0]["canvases"][0]["images"]
    assert found["resource"] == {"@type": "oa:SpecificResource", "style": "turned", "full": FOREIGN_2}
    assert found["stylesheet"] == {
        "@type": ["oa:CssStyle", "cnt:ContentAsText"],
        "chars": ".turned {transform: rotate(180deg)}",
    }


def test_a_source_without_part_or_style_is_the_image() -> None:
    assert resource({"type": "SpecificResource", "source": FOREIGN}) == FOREIGN_2


def test_several_bodies_are_several_annotations() -> None:
    first, second = images([own_image(1), own_image(2)])
    assert [first["resource"], second["resource"]] == [own_image_2(1), own_image_2(2)]
    assert "@id" in first
    assert "@id" not in second


def test_only_images_are_painted() -> None:
    text = {"type": "TextualBody", "value": "Blank page", "format": "text/plain"}
    assert images(text, SOUND, {"id": "https://x/a.mp4", "type": "Video"}) == []
    assert len(images(text, own_image(1))) == 1


def test_targets_of_images_are_rectangles() -> None:
    whole = canvas_uri(1)
    fragment = {"type": "FragmentSelector", "value": "xywh=10,20,30,40"}
    cases: list[tuple[Any, str]] = [
        (whole, whole),
        (f"{whole}#xywh=10,20,30,40", f"{whole}#xywh=10,20,30,40"),
        (f"{whole}#xywh=pixel:10.4,20,30,40", f"{whole}#xywh=10,20,30,40"),
        (specific(whole, fragment), f"{whole}#xywh=10,20,30,40"),
        (specific({"id": whole, "type": "Canvas"}, [fragment]), f"{whole}#xywh=10,20,30,40"),
        (specific(whole, {"type": "SvgSelector", "value": "<svg/>"}), whole),
        ({"id": whole, "type": "Canvas"}, whole),
    ]
    for target, on in cases:
        page = {"id": f"{whole}/page", "type": "AnnotationPage", "items": [painting(1, own_image(1), target)]}
        (found,) = project(manifest(canvas(1, items=[page])), FORM)["sequences"][0]["canvases"][0]["images"]
        assert found["on"] == on
