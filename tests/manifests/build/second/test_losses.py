"""People are told what the 2.1 form leaves out."""

from typing import Any

import pytest

from manifests.build.second import losses
from tests.manifests.build.second.trees import canvas, canvas_uri, manifest, own_image, painting, range_

PERSON = {"id": "https://x/", "type": "Agent", "label": {"none": ["L"]}}
SOUND = {"id": "https://x/a.mp3", "type": "Sound"}


def painted(target: Any) -> dict[str, Any]:
    return manifest(canvas(1, items=[{"type": "AnnotationPage", "items": [painting(1, own_image(1), target)]}]))


def selected(selector: Any) -> dict[str, Any]:
    return {"type": "SpecificResource", "source": canvas_uri(1), "selector": selector}


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (manifest(canvas(1), canvas(2, duration=3)), "/items/1: "),
        (manifest(canvas(1, height=0)), "/items/0: "),
        (manifest(placeholderCanvas=canvas(9)), "/placeholderCanvas: "),
        (manifest(canvas(1, accompanyingCanvas=canvas(9))), "/items/0/accompanyingCanvas: "),
        (manifest(navPlace={"type": "FeatureCollection"}), "/navPlace: "),
        (manifest(services=[{"@id": "https://x/s"}]), "/services: "),
        (manifest(behavior=["paged", "auto-advance"]), "/behavior: "),
        (manifest(navDate="-0044-03-15T00:00:00Z"), "/navDate: "),
        (manifest(canvas(1, navDate="1850-01-01T00:00:00Z")), "/items/0/navDate: "),
        (manifest(start=selected({"type": "FragmentSelector", "value": "xywh=0,0,1,1"})), "/start: "),
        (manifest(start={"id": canvas_uri(9), "type": "Canvas"}), "/start: "),
        (manifest(structures=[range_("a", 1, start={"id": canvas_uri(2), "type": "Canvas"})]), "/structures/0/start: "),
        (manifest(structures=[range_("a", range_("b", 1, behavior=["no-nav"]))]), "/structures/0/items/0: "),
        (manifest(structures=[range_("a", 1, label=None)]), "/structures/0: "),
        (manifest(provider=[{**PERSON, "homepage": [{"id": "https://x/"}]}]), "/provider/0: "),
        (manifest(thumbnail=[{"id": "https://x/a.mp4", "type": "Video"}]), "/thumbnail/0: "),
        (manifest(service=[{"id": "https://x/s", "type": "SearchService2"}]), "/service/0: "),
        (manifest(canvas(1, SOUND)), "/items/0/items/0/items/0: "),
        (painted(selected({"type": "SvgSelector", "value": "<svg/>"})), "/items/0/items/0/items/0: "),
        ({"type": "Collection", "viewingDirection": "right-to-left", "items": []}, "/viewingDirection: "),
    ],
)
def test_losses(document: Any, place: str) -> None:
    (found,) = losses(document)
    assert found.startswith(place)
    assert found.endswith(".")


def test_no_losses() -> None:
    document = manifest(
        behavior=["paged"],
        navDate="1850-01-01T00:00:00+01:00",
        start={"id": canvas_uri(2), "type": "Canvas"},
        structures=[range_("a", 1, range_("b", 2)), range_("c", 3, 2, 1, behavior=["sequence"])],
        provider=[PERSON],
    )
    assert losses(document) == []
    assert losses(painted(selected({"type": "FragmentSelector", "value": "xywh=0,0,1,1"}))) == []
