"""Ranges and the canvas to begin with: as a system sends them, as people do, and what becomes of them when pages go."""

from typing import Any

import pytest

from gcis.core.errors import SourceFault
from manifests import words
from manifests.models import Manifest, Range
from tests.manifests.records import document, published
from tests.manifests.test_delivery import Dam

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = [{"id": "1r", "label": "1r"}, {"id": "1v", "label": "1v"}, {"id": "2r", "label": "2r"}]
CONTENTS = [
    {
        "id": "contents",
        "label": {"en": "Contents"},
        "items": [
            {"id": "first", "label": "First", "items": [{"canvas": "1r"}, {"canvas": "1v", "region": "0,0,10,20"}]},
            {"canvas": "2r"},
        ],
    }
]


@pytest.fixture
def dam() -> Dam:
    made = Dam()
    made.picture("p")
    return made


def sent(dam: Dam, **more: Any) -> Manifest:
    pages = [{**page, "image": "p"} for page in PAGES]
    dam.manifest("book", *pages, **more)
    published()
    return dam.record("book")


def canvases(book: Manifest) -> dict[str, str]:
    return {page["label"]["none"][0]: page["id"] for page in document(book)["items"]}


def test_what_a_system_says_by_its_own_keys(dam):
    book = sent(dam, structures=CONTENTS, start={"canvas": "1v"})
    made, page = document(book), canvases(book)
    (top,) = made["structures"]
    assert (top["type"], top["label"]) == ("Range", {"en": ["Contents"]})
    first, last = top["items"]
    assert last == {"id": page["2r"], "type": "Canvas"}
    assert first["items"][0] == {"id": page["1r"], "type": "Canvas"}
    assert first["items"][1] == {
        "type": "SpecificResource",
        "source": {"id": page["1v"], "type": "Canvas"},
        "selector": {"type": "FragmentSelector", "value": "xywh=0,0,10,20"},
    }
    assert made["start"] == {"id": page["1v"], "type": "Canvas"}
    assert {top["id"].rpartition("/")[2], first["id"].rpartition("/")[2]} == set(
        map(str, Range.objects.values_list("pk", flat=True))
    )


def test_sent_again_it_is_the_same(dam):
    book = sent(dam, structures=CONTENTS)
    before, number = document(book), Manifest.objects.get().dirty
    sent(dam, structures=CONTENTS)
    assert Manifest.objects.get().dirty == number
    turned = [{**CONTENTS[0], "items": list(reversed(CONTENTS[0]["items"]))}]
    sent(dam, structures=turned)
    after = document(book)["structures"][0]
    assert after["id"] == before["structures"][0]["id"]
    assert after["items"] == list(reversed(before["structures"][0]["items"]))


def test_a_page_that_is_not_there_is_named(dam):
    with pytest.raises(SourceFault) as refusal:
        sent(dam, structures=[{"label": "x", "items": [{"canvas": "3r"}]}])
    assert refusal.value.code == "canvas_unknown"
    assert not Manifest.objects.exists()


def test_people_may_order_it_otherwise_and_the_source_is_told_as_a_difference(dam):
    book = sent(dam, structures=CONTENTS)
    page, tree = canvases(book), document(book)["structures"]
    mine = [{**tree[0], "label": {"en": ["Parts"]}, "items": [{"id": page["1r"], "type": "Canvas"}]}]
    words.describe(book, {"structures": mine}, actor="admin jane")
    published()
    shown = document(book)["structures"]
    assert (shown[0]["id"], shown[0]["label"]) == (tree[0]["id"], {"en": ["Parts"]})
    assert shown[0]["items"] == [{"id": page["1r"], "type": "Canvas"}]
    sent(dam, structures=[{**CONTENTS[0], "label": {"en": "New"}}])
    assert [each.name for each in words.differences(Manifest.objects.get())] == ["structures"]
    words.take_source(Manifest.objects.get(), "structures", actor="admin jane")
    published()
    assert document(book)["structures"][0]["label"] == {"en": ["New"]}


def test_pages_that_go_leave_the_ranges_they_were_in(dam):
    book = sent(dam, structures=CONTENTS, start={"canvas": "1r"})
    dam.manifest("book", {"id": "2r", "label": "2r", "image": "p"})
    published()
    made = document(book)
    assert made["structures"][0]["items"] == [{"id": made["items"][0]["id"], "type": "Canvas"}]
    assert "start" not in made
