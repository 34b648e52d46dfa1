"""Collections: members by reference, and collections within collections."""

from typing import Any

import pytest

from tests.manifests.payload.upgrade.documents import CONTEXT_2, HOME, faults, losses, manifest, tree


def collection(**more: Any) -> Any:
    return {"@context": CONTEXT_2, "@id": f"{HOME}/top", "@type": "sc:Collection", "label": "Top", **more}


def member(name: str, kind: str = "Manifest", **more: Any) -> Any:
    return {"@id": f"{HOME}/{name}", "@type": f"sc:{kind}", "label": name, **more}


def reference(name: str, kind: str = "Manifest", **more: Any) -> Any:
    return {"id": f"{HOME}/{name}", "type": kind, "label": {"none": [name]}, **more}


def test_collections_stand_before_manifests() -> None:
    found = tree(collection(manifests=[member("a")], collections=[member("c", "Collection", viewingHint="multi-part")]))
    assert found["items"] == [reference("c", "Collection", behavior=["multi-part"]), reference("a")]


def test_members_keep_their_order_and_are_not_doubled() -> None:
    members = [member("a"), member("c", "Collection", viewingHint="top"), member("b", thumbnail=f"{HOME}/b.jpg")]
    found = tree(collection(members=members, manifests=[member("a"), member("z")], collections=[]))
    assert found["items"] == [
        reference("a"),
        reference("c", "Collection", _presentation2={"viewingHint": "top"}),
        reference("b", thumbnail=[{"id": f"{HOME}/b.jpg", "type": "Image"}]),
        reference("z"),
    ]


def test_a_collection_may_hold_others() -> None:
    inner = member("c", "Collection", manifests=[member("a")])
    assert tree(collection(collections=[inner]))["items"] == [reference("c", "Collection", items=[reference("a")])]


def test_a_member_without_a_label_has_its_address() -> None:
    found = tree(collection(manifests=[f"{HOME}/a"]))
    assert found["items"] == [
        {
            "id": f"{HOME}/a",
            "type": "Manifest",
            "label": {"none": [f"{HOME}/a"]},
            "_presentation2": {"label": None},
        }
    ]


def test_a_manifest_in_a_collection_is_a_reference() -> None:
    whole = {**manifest(), "@id": f"{HOME}/a", "label": "a"}
    assert losses(collection(manifests=[whole])) == [
        "manifests.0: sequences are not kept here: what is a member is read at its own address."
    ]


def test_pages_are_a_loss() -> None:
    assert losses(collection(total=9, first=f"{HOME}/top/1")) == [
        "first: 3.0 has no pages of collections: what is on the other pages is not in this document."
    ]


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"label": None}, "label"),
        ({"@id": "fish"}, "@id"),
        ({"manifests": member("a")}, "manifests"),
        ({"manifests": [1]}, "manifests.0"),
        ({"members": [{"@type": "sc:Manifest"}]}, "members.0"),
        ({"viewingDirection": "down"}, "viewingDirection"),
    ],
)
def test_broken_collections_are_refused_with_the_place(more: Any, place: str) -> None:
    assert list(faults(collection(**more))) == [place]
