"""Manifests, collections and parts as a whole."""

from typing import Any

import pytest

from manifests.build.second import NoSecondForm, project, project_part
from tests.manifests.build.second.trees import (
    BASE,
    FORM,
    MANIFEST,
    canvas,
    canvas_uri,
    manifest,
    own_image_2,
    range_,
)

CONTEXT = "http://iiif.io/api/presentation/2/context.json"


def test_manifest() -> None:
    page = canvas_uri(1)
    assert project(manifest(canvas(1)), FORM) == {
        "@context": CONTEXT,
        "@id": MANIFEST,
        "@type": "sc:Manifest",
        "label": "Book",
        "sequences": [
            {
                "@type": "sc:Sequence",
                "canvases": [
                    {
                        "@id": page,
                        "@type": "sc:Canvas",
                        "label": "1r",
                        "height": 3000,
                        "width": 2000,
                        "images": [
                            {
                                "@id": f"{page}/annotation/1",
                                "@type": "oa:Annotation",
                                "motivation": "sc:painting",
                                "resource": own_image_2(1),
                                "on": page,
                            }
                        ],
                    }
                ],
            }
        ],
    }


def test_the_context_comes_first_and_only_once() -> None:
    found = project(manifest(), FORM)
    assert next(iter(found)) == "@context"
    assert str(found).count(CONTEXT) == 1


def test_small_canvases_keep_their_size() -> None:
    """The canvas is the same in both versions, and so are the coordinates of all that is said about it."""
    found = project(manifest(canvas(1, height=300, width=200)), FORM)["sequences"][0]["canvases"][0]
    assert (found["height"], found["width"]) == (300, 200)


def test_pages_without_a_picture_keep_their_place() -> None:
    found = project(manifest(canvas(1), canvas(2, items=[])), FORM)["sequences"][0]["canvases"]
    assert [page.get("images") is None for page in found] == [False, True]


def test_sound_and_film_are_left_out_of_mixed_manifests() -> None:
    sound = {key: value for key, value in canvas(2, duration=3.5).items() if key not in ("height", "width")}
    found = project(manifest(sound, canvas(3, label={}), canvas(4, duration=1)), FORM)["sequences"][0]["canvases"]
    assert [(page["@id"], page["label"]) for page in found] == [(canvas_uri(3), "2")]


@pytest.mark.parametrize("document", [manifest(canvas(1, duration=1)), manifest() | {"items": []}, canvas(1), {}])
def test_no_2_1_form(document: Any) -> None:
    with pytest.raises(NoSecondForm):
        project(document, FORM)


def test_what_2_1_does_not_know_is_left_out() -> None:
    more = {
        "placeholderCanvas": canvas(9),
        "accompanyingCanvas": canvas(9),
        "navPlace": {"type": "FeatureCollection"},
        "services": [{"@id": "https://x/in", "@type": "AuthCookieService1"}],
        "https://x/own": 1,
    }
    assert project(manifest(**more), FORM) == project(manifest(), FORM)


def member(kind: str, name: str, **more: Any) -> dict[str, Any]:
    return {"id": f"{BASE}/presentation/3/{name}/{kind.lower()}", "type": kind, "label": {"none": [name]}, **more}


def collection(*items: Any, **more: Any) -> dict[str, Any]:
    return {**member("Collection", "library", **more), "items": list(items)}


def test_collection() -> None:
    image = {"id": f"{BASE}/iiif/3/x/full/max/0/default.jpg", "type": "Image"}
    items = (
        member("Manifest", "a", thumbnail=[image], navDate="1850-01-01T00:00:00+01:00"),
        member("Collection", "b"),
        member("Collection", "c", behavior=["multi-part"]),
        {"id": "https://x/manifest", "type": "Manifest"},
        {"id": canvas_uri(1), "type": "Canvas"},
    )
    first, second, third, last = (
        {"@id": f"{BASE}/presentation/2/a/manifest", "@type": "sc:Manifest", "label": "a"},
        {"@id": f"{BASE}/presentation/2/b/collection", "@type": "sc:Collection", "label": "b"},
        {"@id": f"{BASE}/presentation/2/c/collection", "@type": "sc:Collection", "label": "c"},
        {"@id": "https://x/manifest", "@type": "sc:Manifest", "label": "https://x/manifest"},
    )
    picture = {"@id": f"{BASE}/iiif/2/x/full/full/0/default.jpg", "@type": "dctypes:Image"}
    assert project(collection(*items, behavior=["multi-part"], viewingDirection="right-to-left"), FORM) == {
        "@context": CONTEXT,
        "@id": MANIFEST,
        "@type": "sc:Collection",
        "label": "library",
        "viewingHint": "multi-part",
        "members": [
            {**first, "thumbnail": picture, "navDate": "1849-12-31T23:00:00Z"},
            {**second, "viewingHint": "individuals"},
            {**third, "viewingHint": "multi-part"},
            last,
        ],
        "collections": [second, third],
        "manifests": [first, last],
    }


def test_embedded_collections_stay_embedded() -> None:
    found = project(collection(collection(member("Manifest", "a"))), FORM)
    (inner,) = found["members"]
    assert inner["viewingHint"] == "individuals"
    assert [each["label"] for each in inner["members"]] == ["a"]
    assert list(found["collections"][0]) == ["@id", "@type", "label"]


def test_empty_collections() -> None:
    assert project(collection(), FORM)["members"] == []


def test_a_canvas_by_itself() -> None:
    found = project_part(canvas(2, label={}), FORM, manifest())
    assert (found["@context"], found["@id"], found["within"]) == (CONTEXT, canvas_uri(2), MANIFEST)
    assert found["label"] == "2"
    part_of = [{"id": f"{BASE}/presentation/3/other/manifest", "type": "Manifest"}]
    assert project_part(canvas(2, partOf=part_of), FORM)["within"] == f"{BASE}/presentation/2/other/manifest"


def test_a_range_by_itself() -> None:
    given = range_("a", range_("b", 1), 2)
    found = project_part(given, FORM, manifest(structures=[given]))
    assert (found["@context"], found["within"]) == (CONTEXT, MANIFEST)
    assert [each["label"] for each in found["members"]] == ["b", "2r"]
    alone = project_part(range_("a", 1, {"id": f"{BASE}/r", "type": "Range"}), FORM)
    assert (alone["canvases"], alone["ranges"]) == ([canvas_uri(1)], [f"{BASE}/r"])


@pytest.mark.parametrize("part", [canvas(1, duration=1), range_("a"), manifest()])
def test_parts_without_2_1_form(part: Any) -> None:
    with pytest.raises(NoSecondForm):
        project_part(part, FORM)
