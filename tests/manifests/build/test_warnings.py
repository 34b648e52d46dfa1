"""What is told without keeping anything from being published: each warning, and where there is none."""

from typing import Any

import pytest

from manifests.build.rules import findings, problems
from tests.manifests.build.everything import LABEL, collection, manifest

Json = dict[str, Any]


def told(document: Json) -> list[tuple[str, str]]:
    """The paths and rules of the warnings, of a document in which nothing is wrong."""
    assert problems(document) == []
    assert all(each.sentence.endswith(".") for each in findings(document))
    return [(each.path, each.rule) for each in findings(document) if each.severity == "warning"]


def sentence(document: Json) -> str:
    return next(each.sentence for each in findings(document) if each.severity == "warning")


def small(**service: Any) -> Json:
    uri = "https://images.example.org/iiif/3/1"
    known = {"id": uri, "type": "ImageService3", "profile": "level2", **service}
    return {"id": f"{uri}/full/90,60/0/default.jpg", "type": "Image", "width": 90, "height": 60, "service": [known]}


def test_members_without_thumbnail_are_told_once() -> None:
    document = collection()
    del document["items"][1]["thumbnail"]
    assert told(document) == [("/items/1", "thumbnail")]
    assert sentence(document).startswith("it has no thumbnail")
    document["items"][2]["thumbnail"] = []
    assert told(document) == [("/items/1", "thumbnail")]
    assert sentence(document).startswith("2 members")


def test_canvases_without_label_are_told_once() -> None:
    document = manifest()
    for canvas in document["items"][1:]:
        del canvas["label"]
    assert told(document) == [("/items/1", "label")]
    assert sentence(document).startswith("2 canvases")


def test_a_single_canvas_needs_no_label() -> None:
    document = {**manifest(), "behavior": ["individuals"], "structures": [], "items": manifest()["items"][:1]}
    del document["items"][0]["label"], document["items"][0]["behavior"]
    assert told(document) == []


@pytest.mark.parametrize("word", ["paged", "continuous"])
def test_a_layout_of_pages_needs_two(word: str) -> None:
    document = {**manifest(), "behavior": [word], "structures": [], "items": manifest()["items"][:1]}
    del document["items"][0]["behavior"]
    assert told(document) == [("/behavior", "layout")]


def test_facing_pages_need_pages() -> None:
    document = {**manifest(), "behavior": ["individuals"]}
    assert told(document) == [("/items/0/behavior", "layout")]
    document["structures"][1]["behavior"] = ["sequence", "paged"]
    assert told(document) == []


@pytest.mark.parametrize("word", ["auto-advance", "repeat"])
def test_what_advances_needs_a_duration(word: str) -> None:
    document = {**manifest(), "behavior": ["paged", word]}
    assert told(document) == []
    del document["items"][2]["duration"]
    assert told(document) == [("/behavior", "layout")]


@pytest.mark.parametrize("missing", [["logo"], ["homepage"], ["homepage", "logo"]])
def test_a_provider_needs_a_logo_and_a_homepage(missing: list[str]) -> None:
    document = manifest()
    for name in missing:
        del document["provider"][0][name]
    assert told(document) == [("/provider/0", "provider")]
    assert all(name in sentence(document) for name in missing)


def test_a_rendering_needs_a_format() -> None:
    document = manifest()
    del document["rendering"][0]["format"]
    assert told(document) == [("/rendering/0", "rendering")]


def test_a_small_thumbnail_needs_sizes_or_no_service() -> None:
    document = manifest()
    document["items"][1]["thumbnail"] = [small()]
    assert told(document) == [("/items/1/thumbnail/0", "thumbnail-size")]
    document["thumbnail"] = [small()]
    assert told(document) == [("/thumbnail/0", "thumbnail-size")]
    assert sentence(document).startswith("2 thumbnails")
    document["thumbnail"] = document["items"][1]["thumbnail"] = [small(sizes=[{"width": 90, "height": 60}])]
    assert told(document) == []


def test_ranges_without_label_are_told_once() -> None:
    document = manifest()
    inner = document["structures"][0]["items"][0]
    del inner["label"]
    assert told(document) == [], "it is not for the contents"
    del inner["behavior"]
    assert told(document) == [("/structures/0/items/0", "range-label")]
    del document["structures"][0]["label"]
    assert told(document) == [("/structures/0", "range-label")]
    assert sentence(document).startswith("2 ranges")


@pytest.mark.parametrize(("box", "outside"), [("0,0,200,300", False), ("1,1,200,300", True), ("0,200,10,100.4", False)])
def test_what_is_painted_lies_on_the_canvas(box: str, outside: bool) -> None:
    document = manifest()
    painting = document["items"][2]["items"][0]["items"][1]
    painting["target"] = f"{document['items'][2]['id']}#xywh={box}"
    assert told(document) == ([("/items/2/items/0/items/1/target", "outside")] if outside else [])


@pytest.mark.parametrize("fragment", ["xywh=percent:0,0,10,10", "t=1,2", "xywh=1.1.1,2,3,4", "xywh=a"])
def test_fragments_that_are_no_pixels_are_left_alone(fragment: str) -> None:
    document = manifest()
    document["items"][2]["items"][0]["items"][1]["target"] = f"{document['items'][2]['id']}#{fragment}"
    assert told(document) == []


@pytest.mark.parametrize("position", [[46.9, 97.4], [181, 0], [-200.5, 10]])
def test_places_off_the_map_are_told(position: list[float]) -> None:
    document = manifest()
    document["navPlace"]["features"][0]["geometry"]["coordinates"] = position
    document["items"][0]["navPlace"]["features"][2]["geometry"]["coordinates"][0][1] = position
    assert told(document) == [("/navPlace/features/0", "navPlace"), ("/items/0/navPlace/features/2", "navPlace")]


@pytest.mark.parametrize("point", [{"x": 0, "y": 5}, {"x": 5, "y": 7.5}, {"t": 0}])
def test_points_that_the_official_schema_refuses_are_told(point: Json) -> None:
    document = manifest()
    document["items"][0]["annotations"][0]["items"][0]["target"]["selector"] = {"type": "PointSelector", **point}
    assert told(document) == [("/items/0/annotations/0/items/0/target/selector", "point")]


def test_a_document_full_of_faults_has_findings_all_the_same() -> None:
    document = {"type": "Manifest", "items": [5, {"items": 5}], "provider": 5, "structures": [5], "label": LABEL}
    assert {each.severity for each in findings(document)} == {"error"}
