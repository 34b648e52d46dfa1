"""Structures: nested in 3.0, flat in 2.1."""

from typing import Any

import pytest

from manifests.build.second import NoSecondForm, project, project_part, sequence
from tests.manifests.build.second.trees import (
    BASE,
    FORM,
    MANIFEST,
    canvas,
    canvas_uri,
    manifest,
    part_of_canvas,
    projected,
    range_,
)


def uri(name: str) -> str:
    return f"{BASE}/presentation/range/{name}"


def flat(*ranges: Any, **more: Any) -> dict[str, Any]:
    """The ranges of a manifest of three pages, by the last part of their names."""
    found = projected(structures=list(ranges), **more).get("structures", [])
    return {each["@id"].removeprefix(uri("")): each for each in found}


def test_contents() -> None:
    chapters = [range_("1", 1, range_("1.1", 2)), range_("2", 3)]
    assert projected(structures=[range_("all", *chapters, label="Contents")])["structures"] == [
        {
            "@id": uri("all"),
            "@type": "sc:Range",
            "label": "Contents",
            "ranges": [uri("1"), uri("2")],
            "viewingHint": "top",
        },
        {"@id": uri("1"), "@type": "sc:Range", "label": "1", "ranges": [uri("1.1")], "canvases": [canvas_uri(1)]},
        {"@id": uri("1.1"), "@type": "sc:Range", "label": "1.1", "canvases": [canvas_uri(2)]},
        {"@id": uri("2"), "@type": "sc:Range", "label": "2", "canvases": [canvas_uri(3)]},
    ]


def test_ranges_side_by_side_are_no_tops() -> None:
    assert all("viewingHint" not in each for each in flat(range_("1", 1), range_("2", 2)).values())


def test_mixed_order_is_kept_by_members() -> None:
    assert flat(range_("a", range_("b", 1), 2))["a"]["members"] == [
        {"@id": uri("b"), "@type": "sc:Range", "label": "b"},
        {"@id": canvas_uri(2), "@type": "sc:Canvas", "label": "2r"},
    ]


@pytest.mark.parametrize("count", [1, 2, 4])
def test_parts_of_canvases_are_members(count: int) -> None:
    """However many: the official reader mixes up lists with them."""
    found = flat(range_("a", *[part_of_canvas(1, f"xywh={each},0,5,5") for each in range(count)]))["a"]
    assert "canvases" not in found
    assert found["members"][0] == {"@id": f"{canvas_uri(1)}#xywh=0,0,5,5", "@type": "sc:Canvas", "label": "1r"}
    assert len(found["members"]) == count


def test_a_part_that_is_no_rectangle_is_the_canvas() -> None:
    svg = {**part_of_canvas(1, ""), "selector": {"type": "SvgSelector", "value": "<svg/>"}}
    assert flat(range_("a", svg, part_of_canvas(2, "t=1,2")))["a"]["canvases"] == [canvas_uri(1), canvas_uri(2)]


def test_ranges_without_label_leave_their_place_to_what_is_in_them() -> None:
    found = flat(range_("a", 1, range_("none", 2, range_("b", 3), label=None)))
    assert list(found) == ["a", "b"]
    assert found["a"]["canvases"] == [canvas_uri(1), canvas_uri(2)]
    assert found["a"]["ranges"] == [uri("b")]


def test_a_top_range_without_label_has_the_manifests() -> None:
    assert flat(range_("a", range_("b", 1), label=None))["a"]["label"] == "Book"


@pytest.mark.parametrize("behavior", ["no-nav", "thumbnail-nav"])
def test_what_is_not_for_navigation_is_left_out(behavior: str) -> None:
    hidden = range_("hidden", 1, behavior=[behavior])
    assert list(flat(range_("a", hidden, 2), {**hidden, "id": uri("b")})) == ["a"]


def test_ranges_of_left_out_canvases_are_left_out() -> None:
    film = canvas(2, duration=10)
    pages = manifest(canvas(1), film, structures=[range_("all", range_("1", 1), range_("2", 2), range_("3", 2, 1))])
    found = project(pages, FORM)["structures"]
    assert [each["@id"] for each in found] == [uri("all"), uri("1"), uri("3")]
    assert found[2]["canvases"] == [canvas_uri(1)]


def test_references_to_ranges() -> None:
    there = {"id": uri("b"), "type": "Range", "label": {"none": ["B"]}}
    gone = {"id": uri("gone"), "type": "Range"}
    found = flat(range_("a", there, gone), range_("b", 1))
    assert found["a"]["ranges"] == [uri("b")]
    assert list(found) == ["a", "b"]


def test_a_range_that_stands_twice_is_one() -> None:
    again = range_("b", 1)
    assert list(flat(range_("a", again), range_("c", again))) == ["a", "b", "c"]


def test_ranges_say_more() -> None:
    layer = {"id": f"{BASE}/presentation/3/layers/1", "type": "AnnotationCollection"}
    start = {"id": canvas_uri(2), "type": "Canvas"}
    found = flat(range_("a", 1, 2, supplementary=layer, start=start, behavior=["continuous"]))["a"]
    assert found["contentLayer"] == f"{BASE}/presentation/2/layers/1"
    assert found["startCanvas"] == canvas_uri(2)
    assert (found["viewingHint"], found["viewingDirection"]) == ("continuous", "left-to-right")
    inherited = flat(range_("a", 1, behavior=["continuous"]), viewingDirection="top-to-bottom")["a"]
    assert inherited["viewingDirection"] == "top-to-bottom"


def test_a_range_begins_with_a_canvas_of_its_own() -> None:
    start = {"type": "SpecificResource", "source": canvas_uri(3)}
    assert "startCanvas" not in flat(range_("a", 1, 2, start=start))["a"]


# Sequences


def order(name: str, *numbers: int, **more: Any) -> dict[str, Any]:
    return range_(name, *numbers, behavior=["sequence"], **more)


def test_further_orders_are_referred_to() -> None:
    found = projected(structures=[order("reading", 3, 1, 2), range_("a", 1)])
    first, second = found["sequences"]
    assert first["label"] == "Default"
    assert [page["@id"] for page in first["canvases"]] == [canvas_uri(1), canvas_uri(2), canvas_uri(3)]
    assert second == {"@id": uri("reading"), "@type": "sc:Sequence", "label": "reading"}
    assert [each["@id"] for each in found["structures"]] == [uri("a")]


def test_an_order_that_is_the_manifests_names_the_first() -> None:
    first, second = projected(structures=[order("reading", 3, 1, 2, label=None), order("bound", 1, 2, 3)])["sequences"]
    assert (first["@id"], first["label"]) == (uri("bound"), "bound")
    assert (second["@id"], second["label"]) == (uri("reading"), "1")


def test_one_order_needs_no_name() -> None:
    (only,) = projected()["sequences"]
    assert list(only) == ["@type", "canvases"]


def test_start() -> None:
    part = {"type": "SpecificResource", "source": {"id": canvas_uri(2), "type": "Canvas"}, "selector": {}}
    for start in ({"id": canvas_uri(2), "type": "Canvas"}, part):
        assert projected(start=start)["sequences"][0]["startCanvas"] == canvas_uri(2)
    assert "startCanvas" not in projected(start={"id": canvas_uri(9), "type": "Canvas"})["sequences"][0]


def test_a_further_order_is_fetched_with_its_canvases() -> None:
    reading = order("reading", 3, 1, 3, 9, start={"id": canvas_uri(1), "type": "Canvas"})
    found = sequence(reading, manifest(viewingDirection="right-to-left"), FORM)
    assert list(found)[:3] == ["@context", "@id", "@type"]
    assert (found["@id"], found["@type"], found["within"]) == (uri("reading"), "sc:Sequence", MANIFEST)
    assert [page["@id"] for page in found["canvases"]] == [canvas_uri(3), canvas_uri(1)]
    assert found["startCanvas"] == canvas_uri(1)
    assert project_part(reading, FORM, manifest(viewingDirection="right-to-left")) == found


def test_an_order_of_left_out_canvases_has_no_2_1_form() -> None:
    reading = order("reading", 2)
    pages = manifest(canvas(1), canvas(2, duration=10), structures=[reading])
    assert len(project(pages, FORM)["sequences"]) == 1
    with pytest.raises(NoSecondForm):
        sequence(reading, pages, FORM)
