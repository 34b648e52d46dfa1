"""The pages of a manifest on the desk."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from images import services as images
from manifests import editing, making, words
from manifests.description import effective
from manifests.models import Canvas, Manifest
from tests.manifests.admin.desk import address, look, somebody
from tests.manifests.page import Page
from tests.manifests.records import a_manifest, a_page, fresh, published
from tests.work import an_image, convert, fail, finish, happened, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    """Four pages: two ready, one broken, one waiting for its conversion."""
    made = a_manifest()
    for _ in range(2):
        convert(a_page(made))
    fail(a_page(made), sentence="The file is <cut> off.")
    a_page(made)
    return made


def keys(record: Manifest) -> list[str]:
    return [str(key) for key in record.canvases.order_by("position").values_list("pk", flat=True)]


def cards(page: Page) -> list[str]:
    return [each["data-key"] for each in page.all("li")]


def labels(page: Page) -> list[str]:
    return [each["value"] for each in page.all("input", "gcis-label")]


def order(client: Client, record: Any, wanted: list[str], seen: list[str]) -> Any:
    return client.post(address(record, "order"), {"order": ",".join(wanted), "seen": ",".join(seen)})


# ------------------------------------------------------------------------------------------------------- what is shown
def test_the_grid_shows_each_page_with_its_picture_its_label_and_what_is_wrong(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book, "pages"))
    assert cards(page) == keys(book)
    assert labels(page) == ["page 1", "page 2", "page 3", "page 4"]
    faces = page.all("figure")
    assert [bool("data-live" in each.attributes) for each in faces] == [False, False, False, True]
    assert "The file is <cut> off." in faces[2].text
    assert "Waiting for its conversion." in faces[3].text
    assert [each["loading"] for each in page.all("img")] == ["lazy", "lazy"]
    picture = Canvas.objects.get(pk=keys(book)[0]).paintings.get().image
    assert f"/admin/images/image/{picture}/change/" in [each["href"] for each in page.all("a")]


def test_a_grid_of_any_length_takes_the_same_number_of_queries(jane: Client, book: Manifest) -> None:
    with CaptureQueriesContext(connection) as few:
        look(jane, address(book, "pages"))
    for _ in range(12):
        convert(a_page(book))
    with CaptureQueriesContext(connection) as many:
        assert len(cards(look(jane, address(book, "pages")))) == 16
    assert len(many) <= len(few)


def test_pictures_are_asked_about_while_they_are_converted(jane: Client, book: Manifest) -> None:
    last = Canvas.objects.get(pk=keys(book)[3])
    held = take(last.paintings.get().image)
    asked = {"id": [str(last.pk)]}
    now = look(jane, address(book, "pictures"), **asked)
    assert [each["id"] for each in now.all("figure")] == [f"face-{last.pk}"]
    assert "data-live" in now.all("figure")[0].attributes
    finish(held)
    assert "data-live" not in look(jane, address(book, "pictures"), **asked).all("figure")[0].attributes
    other = a_manifest("other")
    assert look(jane, address(other, "pictures"), **asked).all("figure") == []
    assert jane.get(address(book, "pictures"), {"id": "x"}).status_code == 400


def test_the_head_counts_the_pictures(jane: Client, book: Manifest) -> None:
    text = " ".join(look(jane, address(book, "head")).text.split())
    assert "2 of 4 pictures ready, 1 not converted, 1 under way" in text


# --------------------------------------------------------------------------------------------------------------- order
def test_pages_are_put_into_an_order_and_back_into_that_of_the_source(jane: Client, book: Manifest) -> None:
    there = keys(book)
    wanted = [there[3], *there[:3]]
    assert order(jane, book, wanted, there).json() == {"order": wanted}
    assert cards(look(jane, address(book, "pages"))) == wanted
    assert happened(book.pk)[-1] == "manifest.described"
    answer = jane.post(address(book, "source"), {"name": "canvases", "verb": "take"})
    assert (answer.status_code, "gcis:reload" in answer["HX-Trigger"]) == (204, True)
    assert cards(look(jane, address(book, "pages"))) == there


def test_an_order_over_another_that_was_made_meanwhile_is_refused(jane: Client, book: Manifest) -> None:
    there = keys(book)
    order(somebody("curator", "joe"), book, there[::-1], there)
    refused = order(jane, book, [there[1], there[0], *there[2:]], there)
    assert (refused.status_code, refused.json()["order"]) == (409, there[::-1])
    assert "Somebody else" in refused.json()["problem"]
    assert editing.current_order(fresh(book)) == there[::-1]
    # Sent again, it is sent knowing that.
    assert order(jane, book, there, there[::-1]).status_code == 200


def test_an_order_that_leaves_a_page_out_is_refused(jane: Client, book: Manifest) -> None:
    there = keys(book)
    for wanted in (there[:3], [*there, there[0]], [*there[:3], str(uuid.uuid4())]):
        refused = order(jane, book, wanted, there)
        assert (refused.status_code, refused.json()["order"]) == (409, there)
    assert order(jane, book, ["x"], there).status_code == 400
    assert fresh(book).curated_layer == {}


def test_a_source_with_another_order_is_said_and_can_be_kept_out(jane: Client, book: Manifest) -> None:
    there = keys(book)
    order(jane, book, there[::-1], there)
    Canvas.objects.filter(pk=there[0]).update(position=9)
    assert "The source has another order now." in look(jane, address(book, "pages")).text
    jane.post(address(book, "source"), {"name": "canvases", "verb": "keep"})
    page = look(jane, address(book, "pages"))
    assert "The source has another order now." not in page.text
    assert cards(page) == there[::-1]


# -------------------------------------------------------------------------------------------------------------- labels
def call(client: Client, record: Any, page: str, **fields: str) -> Any:
    return client.post(address(record, "label"), {"page": page, "tag": "none", "seen": "page 1", **fields})


def test_a_page_is_called_otherwise_in_its_place(jane: Client, book: Manifest) -> None:
    first = keys(book)[0]
    answer = call(jane, book, first, label="folio <1>")
    assert answer.json() == {"label": "folio <1>", "tag": "none", "source": "page 1", "differs": False}
    page = look(jane, address(book, "pages"))
    assert labels(page)[0] == "folio <1>"
    assert "Source: page 1" in page.text
    assert happened(book.pk)[-1] == "manifest.page_described"
    assert call(jane, book, first, label="", seen="folio <1>").json()["label"] == "page 1"
    assert Canvas.objects.get(pk=first).curated_layer == {}


def test_only_the_language_that_is_shown_is_changed(jane: Client, book: Manifest) -> None:
    first = Canvas.objects.get(pk=keys(book)[0])
    words.describe(first, {"label": {"en": ["cover", "front"], "de": ["Einband"]}}, actor="test")
    call(jane, book, str(first.pk), label="front cover", tag="en", seen="cover")
    said = effective(Canvas.objects.get(pk=first.pk))["label"]
    assert said == {"en": ["front cover", "front"], "de": ["Einband"]}


def test_a_label_that_somebody_has_changed_meanwhile_is_not_overwritten(jane: Client, book: Manifest) -> None:
    first = keys(book)[0]
    call(somebody("curator", "joe"), book, first, label="Joe's")
    refused = call(jane, book, first, label="Jane's")
    assert (refused.status_code, refused.json()["label"]) == (409, "Joe's")
    assert "Somebody else has called it" in refused.json()["problem"]


def test_a_page_of_which_the_source_says_something_new_takes_it_or_keeps_its_own(jane: Client, book: Manifest) -> None:
    first, second = keys(book)[:2]
    for key, seen in ((first, "page 1"), (second, "page 2")):
        call(jane, book, key, label=f"my {seen}", seen=seen)
        Canvas.objects.filter(pk=key).update(source_layer={"label": {"none": ["1r"]}})
    offered = [each for each in look(jane, address(book, "pages")).all("button") if "data-keep" in each.attributes]
    assert ["hidden" in each.attributes for each in offered] == [False, False, True, True]
    kept = call(jane, book, first, seen="my page 1", label="my page 1", keep="yes").json()
    assert (kept["label"], kept["differs"]) == ("my page 1", False)
    taken = call(jane, book, second, seen="my page 2", label="my page 2", source="yes").json()
    assert (taken["label"], taken["source"]) == ("1r", None)


def test_a_label_that_cannot_be_kept_is_refused(jane: Client, book: Manifest) -> None:
    refused = call(jane, book, keys(book)[0], label="x" * 30_000)
    assert refused.status_code == 400
    assert "A text has at most 20000 characters." in refused.json()["problem"]
    assert call(jane, a_manifest("other"), keys(book)[0], label="x").status_code == 403
    assert call(jane, book, "x", label="x").status_code == 404


# --------------------------------------------------------------------------------------------------------------- pages
def test_uploaded_pictures_become_pages_of_a_work_of_people(jane: Client) -> None:
    work = making.new_manifest("Walk", actor="test")
    pictures = [an_image("b/leaf 2.tif"), an_image("a/leaf 10.tif")]
    answer = jane.post(address(work, "add_pages"), {"image": [str(key) for key in pictures]})
    assert (answer.json(), answer["HX-Trigger"]) == ({"added": 2}, "gcis:saved")
    assert labels(look(jane, address(work, "pages"))) == ["leaf 2", "leaf 10"]
    again = jane.post(address(work, "add_pages"), {"image": [str(key) for key in pictures]})
    assert again.json() == {"added": 0}
    assert jane.post(address(work, "add_pages"), {"image": "x"}).status_code == 400
    assert "Upload more pages" in look(jane, address(work)).text


def test_pages_of_a_source_are_added_and_taken_out_there(jane: Client, book: Manifest) -> None:
    refused = jane.post(address(book, "add_pages"), {"image": str(an_image())})
    assert refused.json() == {"problem": "Its pages come from pictures: change them there."}
    refused = jane.post(address(book, "take_out"), {"page": keys(book)[0]})
    assert refused.status_code == 400
    page = look(jane, address(book))
    assert "Its pages come from pictures" in page.text
    assert not page.all("div", "gcis-upload")
    assert "Take page" not in jane.get(address(book, "pages")).content.decode()


def test_a_page_is_taken_out_and_its_picture_stays(jane: Client) -> None:
    one, two = an_image("1.tif"), an_image("2.tif")
    work = making.new_manifest("Walk", [one, two], actor="test")
    answer = jane.post(address(work, "take_out"), {"page": keys(work)[0]})
    assert answer.status_code == 200
    assert labels(look(jane, address(work, "pages"))) == ["2"]
    assert images.facts([one])
    assert happened(work.pk)[-1] == "manifest.page_removed"


def test_what_changes_pages_is_posted_by_those_who_may(jane: Client, book: Manifest) -> None:
    reader = somebody(None, "reader")
    before = list(Canvas.objects.order_by("pk").values())
    for name in ("order", "label", "add_pages", "take_out"):
        assert jane.get(address(book, name)).status_code == 405, name
        assert reader.post(address(book, name), {"page": keys(book)[0], "label": "x"}).status_code == 403, name
    for name in ("pages", "pictures", "head"):
        assert reader.get(address(book, name)).status_code == 403, name
    assert list(Canvas.objects.order_by("pk").values()) == before


def test_the_page_of_a_picture_says_in_which_works_it_is(jane: Client, book: Manifest) -> None:
    published()
    picture = Canvas.objects.get(pk=keys(book)[0]).paintings.get().image
    text = jane.get(f"/admin/images/image/{picture}/change/").content.decode()
    assert address(book) in text
    alone = an_image("alone.tif")
    assert (
        "/admin/manifests/manifest/" + str(book.pk)
        not in jane.get(f"/admin/images/image/{alone}/change/").content.decode()
    )
