"""What sets two documents apart, told so that people understand it."""

from copy import deepcopy
from typing import Any

import pytest

from manifests.build.changes import Part, changes

BASE = "https://images.example.org/presentation"


def page(number: int, **more: Any) -> dict[str, Any]:
    uri = f"{BASE}/canvas/{number}"
    painted = {"id": f"{uri}/annotation/1", "type": "Annotation", "body": {"id": f"{number}.jpg", "type": "Image"}}
    items = [{"id": f"{uri}/page", "type": "AnnotationPage", "items": [painted]}]
    return {"id": uri, "type": "Canvas", "label": {"none": [f"{number}r"]}, "width": 10, "items": items, **more}


def book(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": f"{BASE}/3/book/manifest",
        "type": "Manifest",
        "label": {"en": ["Book"]},
        **more,
        "items": list(pages),
    }


def told(old: Any, new: Any) -> list[tuple[str, str, str, Any, Any]]:
    return [(each.what, each.path, each.name, each.old, each.new) for each in changes(old, new)]


def test_equal_documents_have_no_changes() -> None:
    assert changes(book(page(1)), book(page(1))) == []


def test_a_word_that_changed() -> None:
    new = book(page(1), label={"en": ["Book of hours"]})
    assert told(book(page(1)), new) == [("changed", "/label/en", "label", ["Book"], ["Book of hours"])]
    assert changes(book(page(1)), new)[0].part == Part("", "Manifest", {"en": ["Book of hours"]})


def test_what_was_said_first_and_what_is_said_no_longer() -> None:
    old, new = book(summary={"en": ["Old"]}), book(rights="http://creativecommons.org/licenses/by/4.0/")
    assert told(old, new) == [
        ("added", "/rights", "rights", None, "http://creativecommons.org/licenses/by/4.0/"),
        ("removed", "/summary", "summary", {"en": ["Old"]}, None),
    ]


def test_a_page_that_came_is_one_change_and_moves_nothing() -> None:
    (change,) = changes(book(page(1), page(3)), book(page(1), page(2), page(3)))
    assert (change.what, change.path, change.name) == ("added", "/items/1", "")
    assert change.part == Part(f"{BASE}/canvas/2", "Canvas", {"none": ["2r"]})


def test_a_page_that_went_is_told_by_its_place_in_the_old_document() -> None:
    (change,) = changes(book(page(1), page(2), page(3)), book(page(1), page(3)))
    assert (change.what, change.path, change.part.label) == ("removed", "/items/1", {"none": ["2r"]})


def test_one_page_that_moved_is_one_change() -> None:
    old = book(*(page(number) for number in range(100)))
    new = deepcopy(old)
    new["items"].insert(0, new["items"].pop(70))
    assert told(old, new) == [("moved", "/items/0", "", 70, 0)]


def test_a_page_that_moved_and_changed_is_both() -> None:
    old, new = book(page(1), page(2), page(3)), book(page(3, width=11), page(1), page(2))
    assert told(old, new) == [("moved", "/items/0", "", 2, 0), ("changed", "/items/0/width", "width", 10, 11)]


def test_another_picture_is_one_change_of_its_page() -> None:
    new = book(page(1))
    new["items"][0]["items"][0]["items"][0]["body"] = {"id": "other.jpg", "type": "Image"}
    (change,) = changes(book(page(1)), new)
    assert (change.what, change.part.label, change.name) == ("changed", {"none": ["1r"]}, "items")
    assert (change.path, change.old["id"], change.new["id"]) == (
        "/items/0/items/0/items/0/body",
        "1.jpg",
        "other.jpg",
    )


def test_pairs_are_known_by_their_labels() -> None:
    date = {"label": {"en": ["Date"]}, "value": {"en": ["1450"]}}
    place = {"label": {"en": ["Place"]}, "value": {"en": ["Bruges"]}}
    old, new = book(metadata=[date, place]), book(metadata=[{**place, "value": {"en": ["Ghent"]}}])
    assert told(old, new) == [
        ("removed", "/metadata/0", "metadata", date, None),
        ("changed", "/metadata/0/value/en", "metadata", ["Bruges"], ["Ghent"]),
    ]


def test_pairs_with_equal_labels_are_compared_as_they_stand() -> None:
    pairs = [{"label": {"en": ["By"]}, "value": {"en": [name]}} for name in ("Jan", "Hubert")]
    assert told(book(metadata=pairs), book(metadata=pairs[::-1])) == [
        ("changed", "/metadata", "metadata", pairs, pairs[::-1])
    ]


def test_ranges_within_ranges() -> None:
    def contents(label: str, *inner: dict[str, Any]) -> dict[str, Any]:
        return {"id": f"{BASE}/range/{label}", "type": "Range", "label": {"en": [label]}, "items": list(inner)}

    old = book(structures=[contents("all", contents("prologue"), contents("songs"))])
    new = book(structures=[contents("all", contents("songs"), contents("epilogue"))])
    assert [(each.what, each.path, each.part.label) for each in changes(old, new)] == [
        ("removed", "/structures/0/items/0", {"en": ["prologue"]}),
        ("added", "/structures/0/items/1", {"en": ["epilogue"]}),
    ]


@pytest.mark.parametrize(("old", "new", "what"), [(None, book(page(1)), "added"), (book(page(1)), None, "removed")])
def test_a_whole_document_comes_or_goes(old: Any, new: Any, what: str) -> None:
    assert [(each.what, each.path, each.part.label) for each in changes(old, new)] == [(what, "", {"en": ["Book"]})]


def test_names_with_slashes_are_escaped() -> None:
    assert [each.path for each in changes(book(**{"a/b~c": 1}), book(**{"a/b~c": 2}))] == ["/a~1b~0c"]
