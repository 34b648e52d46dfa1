"""Flat structures as nested ranges."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import BOOK, canvas, faults, losses, manifest, page, tree

ONE = {"id": page(), "type": "Canvas"}


def range_(number: int, **more: Any) -> Any:
    return {"@id": f"{BOOK}/range/{number}", "@type": "sc:Range", "label": f"Part {number}", **more}


def name(number: int) -> str:
    return f"{BOOK}/range/{number}"


def nested(number: int, *items: Any, **more: Any) -> Any:
    said = {"id": name(number), "type": "Range", "label": {"none": [f"Part {number}"]}}
    return {**said, **more, "items": list(items)}


def structures(*ranges: Any) -> Any:
    return tree(manifest(canvas(), canvas(2), structures=list(ranges)))["structures"]


def test_ranges_within_ranges_and_canvases_before_them() -> None:
    found = structures(
        range_(0, viewingHint="top", ranges=[name(1)]),
        range_(1, ranges=[name(2)], canvases=[page()]),
        range_(2, canvases=[f"{page(2)}#xywh=0,0,5,5"], viewingHint="continuous", startCanvas=page(2)),
    )
    part = {
        "type": "SpecificResource",
        "source": page(2),
        "selector": {"type": "FragmentSelector", "value": "xywh=0,0,5,5"},
    }
    inner = nested(2, part, behavior=["continuous"], start={"id": page(2), "type": "Canvas"})
    assert found == [nested(0, nested(1, ONE, inner)) | {"_presentation2": {"viewingHint": "top"}}]


def test_ranges_side_by_side_are_not_marked_as_the_top() -> None:
    assert structures(range_(1, canvases=[page()]), range_(2, canvases=[page()])) == [
        nested(1, ONE) | {"_presentation2": {"viewingHint": None}},
        nested(2, ONE) | {"_presentation2": {"viewingHint": None}},
    ]


def test_members_are_in_their_order_and_may_say_more_than_the_range_itself() -> None:
    layer = {"@id": f"{BOOK}/layer", "@type": "sc:Layer", "label": "Texts"}
    members = [
        {"@id": name(1), "@type": "sc:Range", "label": "Part 1", "contentLayer": layer},
        {"@id": page(), "@type": "sc:Canvas", "label": "Cover"},
    ]
    (top,) = structures(range_(0, viewingHint="top", members=members), range_(1, canvases=[page(2)]))
    within, cover = top["items"]
    assert within["supplementary"] == {
        "id": f"{BOOK}/layer",
        "type": "AnnotationCollection",
        "label": {"none": ["Texts"]},
    }
    assert cover == {**ONE, "label": {"none": ["Cover"]}}


def test_a_range_in_two_others_is_whole_in_the_first() -> None:
    found = structures(range_(0, ranges=[name(2)]), range_(1, ranges=[name(2)]), range_(2, canvases=[page()]))
    assert found[0]["items"] == [nested(2, ONE)]
    assert found[1]["items"] == [{"id": name(2), "type": "Range"}]


def test_a_range_that_is_not_there_is_named() -> None:
    assert structures(range_(0, ranges=[name(9)]))[0]["items"] == [{"id": name(9), "type": "Range"}]


def test_circles_are_opened_and_said() -> None:
    around = [range_(0, ranges=[name(1)]), range_(1, ranges=[name(0)], canvases=[page()])]
    assert losses(manifest(structures=around)) == [
        "structures.0: It is within itself by way of others, so it stands by itself."
    ]


def test_a_range_that_names_itself_is_named_within_itself() -> None:
    assert structures(range_(0, ranges=[name(0)]))[0]["items"] == [{"id": name(0), "type": "Range"}]


def test_a_long_chain_is_unfolded_as_deep_as_contents_are() -> None:
    chain = [range_(number, ranges=[name(number + 1)]) for number in range(1000)]
    document = manifest(structures=[*chain, range_(1000, canvases=[page()])])
    assert all("unfolded to a depth of 24" in each or "stands by itself" in each for each in losses(document))


def test_a_name_that_is_not_http_holds_the_ranges_together_and_stays_in_2_1() -> None:
    (found,) = structures(range_(0, ranges=["urn:r:1"]), {**range_(1, canvases=[page()]), "@id": "urn:r:1"})
    assert found["items"] == [
        {"type": "Range", "label": {"none": ["Part 1"]}, "items": [ONE], "_presentation2": {"@id": "urn:r:1"}}
    ]


def test_of_two_ranges_of_one_name_the_first_is_kept() -> None:
    document = manifest(structures=[range_(0, canvases=[page()]), range_(0)])
    assert losses(document) == ["structures.1: A range of this @id is there already, so this one is not kept."]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": 1}, "structures"),
        (["fish"], "structures.0"),
        ([range_(0, **{"@type": "fish"})], "structures.0.@type"),
        ([range_(0, canvases=page())], "structures.0.canvases"),
        ([range_(0, canvases=[1])], "structures.0.canvases.0"),
        ([range_(0, canvases=["fish"])], "structures.0.canvases.0"),
        ([range_(0, viewingDirection="down")], "structures.0.viewingDirection"),
    ],
)
def test_broken_structures_are_refused_with_the_place(value: Any, place: str) -> None:
    assert list(faults(manifest(structures=value))) == [place]
