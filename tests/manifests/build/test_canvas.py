"""Canvases: sizes, paintings, and pages without a picture."""

import pytest

from images.addresses import ImageAddresses
from manifests.addresses import PresentationAddresses
from manifests.build.canvas import PLACEHOLDER, canvas
from manifests.build.facts import CanvasFacts
from manifests.build.form import Form
from tests.manifests.build.samples import BASE, page, picture, uuid

FORM = Form(PresentationAddresses(BASE), ImageAddresses(BASE), 3)
NOTE = {"en": ["This picture was withdrawn."]}


def test_painting() -> None:
    made = canvas(page(1, "1r", picture(7, 300, 400)), FORM)
    uri = f"{BASE}/presentation/canvas/{uuid(1001)}"
    assert made["items"] == [
        {
            "id": f"{uri}/page",
            "type": "AnnotationPage",
            "items": [
                {
                    "id": f"{uri}/annotation/{uuid(7)}",
                    "type": "Annotation",
                    "motivation": "painting",
                    "body": {
                        "id": f"{BASE}/iiif/3/picture-7/full/max/0/default.jpg",
                        "type": "Image",
                        "format": "image/jpeg",
                        "height": 400,
                        "width": 300,
                        "service": [{"id": f"{BASE}/iiif/3/picture-7", "type": "ImageService3", "profile": "level2"}],
                    },
                    "target": uri,
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("facts", "size"),
    [
        (page(1, "its own size stays", picture(1, 30, 40), width=300, height=400), (300, 400)),
        (page(1, "that of the picture", picture(1, 30, 40)), (30, 40)),
        (page(1, "half a size is none", picture(1, 30, 40), width=300), (30, 40)),
        (page(1, "of the first ready one", picture(1, 1, 1, state="failed"), picture(2, 50, 60)), (50, 60)),
        (page(1, "unknown"), PLACEHOLDER),
        (page(1, "known, without picture", width=300, height=400), (300, 400)),
    ],
    ids=lambda value: value.description["label"]["none"][0] if isinstance(value, CanvasFacts) else "",
)
def test_dimensions(facts: CanvasFacts, size: tuple[int, int]) -> None:
    made = canvas(facts, FORM)
    assert (made["width"], made["height"]) == size


def test_page_without_picture_says_why_and_keeps_its_own_summary() -> None:
    facts = CanvasFacts(
        uuid(1), {"label": {"none": ["1v"]}, "summary": {"en": ["Stained."], "de": ["Fleckig."]}}, note=NOTE
    )
    made = canvas(facts, FORM)
    assert made["id"] == f"{BASE}/presentation/canvas/{uuid(1)}"
    assert made["label"] == {"none": ["1v"]}
    assert made["items"] == []
    assert made["summary"] == {"en": ["Stained.", "This picture was withdrawn."], "de": ["Fleckig."]}
    assert "thumbnail" not in made


@pytest.mark.parametrize("state", ["registered", "failed", "withdrawn"])
def test_only_ready_pictures_are_painted(state: str) -> None:
    made = canvas(page(1, "1r", picture(1, state=state), picture(2), note=NOTE), FORM)
    assert [painting["id"][-36:] for painting in made["items"][0]["items"]] == [str(uuid(2))]
    assert "picture-2" in made["thumbnail"][0]["id"]
    assert "summary" not in made
    assert canvas(page(1, "1r", picture(1, state=state), note=NOTE), FORM)["items"] == []


def test_building_does_not_touch_its_facts() -> None:
    description = {"label": {"none": ["1v"]}, "summary": {"en": ["Stained."]}}
    canvas(CanvasFacts(uuid(1), description, note=NOTE), FORM)
    assert description == {"label": {"none": ["1v"]}, "summary": {"en": ["Stained."]}}
    assert NOTE == {"en": ["This picture was withdrawn."]}
