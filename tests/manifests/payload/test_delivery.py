"""What a system may send about a manifest or a collection, and how it is told what is wrong with it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gcis.core.errors import SourceFault
from manifests.payload import delivery
from manifests.payload.delivery import CollectionSent, ManifestSent, MemberSent, PageSent, PaintingSent, PictureSent
from tests.examples import examples
from tests.manifests.payload.test_description import ANYTHING

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


def painted(*picture: str) -> tuple[PaintingSent, ...]:
    """One whole picture on the whole page."""
    return (PaintingSent(PictureSent(*picture)),)


def faults(read: Any, body: Any) -> list[tuple[str, str]]:
    """The places and codes of all that is wrong."""
    with pytest.raises(SourceFault) as refusal:
        read(body)
    assert refusal.value.code == "invalid"
    return [(fault.field, fault.code) for fault in refusal.value.fields]


# ------------------------------------------------------------------------------------------------------------ manifests
def test_a_whole_manifest() -> None:
    body = {
        "identifier": "ark:/1/book",
        "publish_when": "manual",
        "label": {"en": "Book"},
        "rights": CC0,
        "behavior": ["paged"],
        "canvases": [
            {"id": "p1", "image": "1.tif", "label": "Cover"},
            {"image": {"external_id": "2.tif", "url": "https://dam.example.org/2.tif"}, "behavior": "non-paged"},
            {"id": "p3"},
            {"id": "p4", "image": None, "label": None},
        ],
    }
    assert delivery.manifest(body) == ManifestSent(
        {"label": {"en": ["Book"]}, "rights": CC0, "behavior": ["paged"]},
        "ark:/1/book",
        "manual",
        (
            PageSent("p1", painted("1.tif"), {"label": {"none": ["Cover"]}}),
            PageSent("", painted("2.tif", "https://dam.example.org/2.tif"), {"behavior": ["non-paged"]}),
            PageSent("p3", (), {}),
            PageSent("p4", (), {}),
        ),
    )


@pytest.mark.parametrize("body", [{}, {"canvases": None, "identifier": None, "publish_when": None}])
def test_what_is_not_said_is_not_said(body: dict[str, Any]) -> None:
    assert delivery.manifest(body) == ManifestSent({})
    assert delivery.collection({}) == CollectionSent({})


def test_no_pages_is_something_else_than_nothing_said() -> None:
    assert delivery.manifest({"canvases": []}).pages == ()
    assert delivery.collection({"members": []}).members == ()


def test_what_is_to_be_taken_away_stays_none() -> None:
    assert delivery.manifest({"summary": None}).description == {"summary": None}


def page(**said: Any) -> dict[str, Any]:
    return {"canvases": [{"id": "fine"}, said]}


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"title": "x"}, "title", "unknown"),
        ({"members": []}, "members", "unknown"),
        ({"generation": 99}, "generation", "unknown"),
        ({"label": 5}, "label", "text"),
        ({"metadata": [{"label": "x", "value": 5}]}, "metadata.0.value", "text"),
        ({"identifier": ""}, "identifier", "text"),
        ({"identifier": 5}, "identifier", "text"),
        ({"identifier": "x" * 201}, "identifier", "text"),
        ({"identifier": "a\0b"}, "identifier", "text"),
        ({"identifier": "2/x"}, "identifier", "identifier"),
        ({"identifier": "a//b"}, "identifier", "identifier"),
        ({"identifier": "Ku\u0308ste"}, "identifier", "identifier"),
        ({"publish_when": "now"}, "publish_when", "choice"),
        ({"publish_when": ["manual"]}, "publish_when", "choice"),
        ({"canvases": {}}, "canvases", "list"),
        ({"canvases": "1.tif"}, "canvases", "list"),
        ({"canvases": ["1.tif"]}, "canvases.0", "object"),
        ({"canvases": [None]}, "canvases.0", "object"),
        (page(), "canvases.1", "page"),
        (page(label="only"), "canvases.1", "page"),
        (page(id=""), "canvases.1.id", "text"),
        (page(id=5), "canvases.1.id", "text"),
        (page(id="a\nb"), "canvases.1.id", "text"),
        (page(id="\ud800"), "canvases.1.id", "text"),
        (page(id="x" * 1001), "canvases.1.id", "text"),
        (page(id="x", depth=5), "canvases.1.depth", "unknown"),
        (page(id="x", width=5), "canvases.1", "size"),
        (page(id="x", width=5.5, height=5), "canvases.1.width", "number"),
        (page(id="x", duration=0), "canvases.1.duration", "number"),
        (page(image="1", images=["1"]), "canvases.1.images", "twice"),
        (page(images=[]), "canvases.1.images", "list"),
        (page(images=[{}]), "canvases.1.images.0", "painting"),
        (page(images=[{"external_id": "1", "content": {}}]), "canvases.1.images.0", "painting"),
        (page(images=["1", {"external_id": "2", "target": "1,2,3"}]), "canvases.1.images.1.target", "region"),
        (page(images=[{"external_id": "2", "region": "0,0,0,5"}]), "canvases.1.images.0.region", "region"),
        (page(images=[{"external_id": "2", "rotation": 400}]), "canvases.1.images.0.rotation", "rotation"),
        (page(images=[{"content": {"id": "1.jpg", "type": "Image"}}]), "canvases.1.images.0.content", "content"),
        (
            page(images=[{"content": {"id": "https://example.org/1.jpg"}}]),
            "canvases.1.images.0.content.type",
            "required",
        ),
        (page(images=[{"external_id": "2", "label": 5}]), "canvases.1.images.0.label", "text"),
        (page(id="x", label={"en": [5]}), "canvases.1.label.en", "text"),
        (page(id="x", metadata=[{}]), "canvases.1.metadata.0", "pair"),
        (page(image=5), "canvases.1.image", "object"),
        (page(image=["1.tif"]), "canvases.1.image", "object"),
        (page(image={}), "canvases.1.image.external_id", "required"),
        (page(image={"external_id": None}), "canvases.1.image.external_id", "required"),
        (page(image=""), "canvases.1.image.external_id", "text"),
        (page(image="a\0b"), "canvases.1.image.external_id", "text"),
        (page(image={"external_id": 5}), "canvases.1.image.external_id", "text"),
        (page(image={"external_id": "x", "page": 1}), "canvases.1.image.page", "unknown"),
        (page(image={"external_id": "x", "url": 5}), "canvases.1.image.url", "text"),
        (page(image={"external_id": "x", "url": "https://x/" + "y" * 4000}), "canvases.1.image.url", "text"),
        (page(id="fine"), "canvases.1.id", "twice"),
    ],
)
def test_what_is_wrong_with_a_manifest_is_named_by_its_place(body: dict[str, Any], place: str, code: str) -> None:
    assert faults(delivery.manifest, body) == [(place, code)]


def test_a_picture_is_on_one_page_of_a_manifest() -> None:
    body = {"canvases": [{"id": "a", "image": "1"}, {"id": "b", "image": "2"}, {"image": {"external_id": "1"}}]}
    assert faults(delivery.manifest, body) == [("canvases.2.image", "twice")]


def test_what_belongs_to_no_page_is_told_as_such() -> None:
    sent = page(id="x", viewingDirection="left-to-right")
    assert {place for place, _ in faults(delivery.manifest, sent)} == {"canvases.1.viewingDirection"}


def test_pages_with_ids_may_show_the_same_picture() -> None:
    body = {"canvases": [{"id": "a", "image": "1"}, {"id": "b", "images": [{"external_id": "1", "region": "0,0,9,9"}]}]}
    pages = delivery.manifest(body).pages
    assert pages and [page.picture for page in pages] == [PictureSent("1")] * 2


def test_several_things_on_a_page() -> None:
    images = [
        {"external_id": "1", "choice": "light", "label": "Daylight"},
        {"external_id": "2", "choice": "light", "label": {"en": "Infrared"}},
        {"external_id": "3", "target": "10,20,300,400", "region": "0,0,30,40", "rotation": 90},
        {"content": {"id": "https://example.org/1.jpg", "type": "Image", "format": "image/jpeg"}},
    ]
    (page,) = delivery.manifest({"canvases": [{"images": images, "width": 500, "height": 600}]}).pages or ()
    assert page.size == {"width": 500, "height": 600}
    assert page.paintings == (
        PaintingSent(PictureSent("1"), choice="light", body={"label": {"none": ["Daylight"]}}),
        PaintingSent(PictureSent("2"), choice="light", body={"label": {"en": ["Infrared"]}}),
        PaintingSent(
            PictureSent("3"),
            target={"fragment": "xywh=10,20,300,400"},
            region={"type": "ImageApiSelector", "region": "0,0,30,40", "rotation": "90"},
        ),
        PaintingSent(content={"id": "https://example.org/1.jpg", "type": "Image", "format": "image/jpeg"}),
    )


def test_too_many_pages_are_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "MOST_PAGES", 2)
    assert faults(delivery.manifest, {"canvases": [{"id": "1"}, {"id": "2"}, {}]}) == [("canvases", "list")]


def test_all_that_is_wrong_is_told_at_once() -> None:
    body = {
        "label": 5,
        "odd": 1,
        "publish_when": 5,
        "canvases": [{"id": "1", "rights": "none"}, {}, {"image": {"external_id": "", "url": 5}}, {"id": "1"}],
    }
    assert set(faults(delivery.manifest, body)) == {
        ("odd", "unknown"),
        ("label", "text"),
        ("publish_when", "choice"),
        ("canvases.0.rights", "rights"),
        ("canvases.1", "page"),
        ("canvases.2.image.external_id", "text"),
        ("canvases.2.image.url", "text"),
        ("canvases.3.id", "twice"),
    }


# ---------------------------------------------------------------------------------------------------------- collections
def test_a_whole_collection() -> None:
    body = {"label": "Box", "members": [{"manifest": "1"}, {"collection": "1"}], "publish_when": "when_complete"}
    assert delivery.collection(body) == CollectionSent(
        {"label": {"none": ["Box"]}},
        None,
        "when_complete",
        (MemberSent("manifest", "1"), MemberSent("collection", "1")),
    )


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        ({"canvases": []}, "canvases", "unknown"),
        ({"rights": "none"}, "rights", "rights"),
        ({"members": {}}, "members", "list"),
        ({"members": ["1"]}, "members.0", "member"),
        ({"members": [{}]}, "members.0", "member"),
        ({"members": [{"image": "1"}]}, "members.0", "member"),
        ({"members": [{"manifest": "1", "collection": "2"}]}, "members.0", "member"),
        ({"members": [{"manifest": "1"}, {"manifest": None}]}, "members.1.manifest", "required"),
        ({"members": [{"manifest": 5}]}, "members.0.manifest", "text"),
        ({"members": [{"collection": ""}]}, "members.0.collection", "text"),
        ({"members": [{"collection": "a\0"}]}, "members.0.collection", "text"),
        ({"members": [{"manifest": "1"}, {"collection": "1"}, {"manifest": "1"}]}, "members.2", "twice"),
    ],
)
def test_what_is_wrong_with_a_collection_is_named_by_its_place(body: dict[str, Any], place: str, code: str) -> None:
    assert faults(delivery.collection, body) == [(place, code)]


def test_several_unreadable_members_are_not_the_same_one() -> None:
    body = {"members": ["x", 5, {"manifest": ""}, {"manifest": 1}]}
    assert [code for _, code in faults(delivery.collection, body)] == ["member", "member", "text", "text"]


# ------------------------------------------------------------------------------------------------------- whatever comes
@pytest.mark.parametrize("read", [delivery.manifest, delivery.collection])
@pytest.mark.parametrize("body", [None, [], "x", 5, [{"label": "x"}]])
def test_what_is_no_object_is_refused(read: Any, body: Any) -> None:
    assert faults(read, body) == []


PAGES = st.fixed_dictionaries({}, optional={"id": ANYTHING, "image": ANYTHING, "label": ANYTHING, "metadata": ANYTHING})
MEMBERS = st.dictionaries(st.sampled_from(["manifest", "collection", "image"]), ANYTHING, max_size=2)
BODIES = st.one_of(
    ANYTHING,
    st.fixed_dictionaries(
        {},
        optional={
            "identifier": ANYTHING,
            "publish_when": ANYTHING,
            "label": ANYTHING,
            "canvases": st.lists(st.one_of(PAGES, ANYTHING), max_size=4),
            "members": st.lists(st.one_of(MEMBERS, ANYTHING), max_size=4),
        },
    ),
)


@hypothesis_settings(max_examples=examples(500), deadline=None, suppress_health_check=list(HealthCheck))
@given(BODIES)
def test_whatever_is_sent_is_read_or_refused(body: Any) -> None:
    for read in (delivery.manifest, delivery.collection):
        try:
            read(body)
        except SourceFault as fault:
            assert len(set(fault.fields)) == len(fault.fields), "nothing is told twice"
            assert fault.fields or not isinstance(body, dict)
