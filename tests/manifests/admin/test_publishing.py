"""The tab on publishing and the page of changes, as a curator meets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from manifests import curation, previews, scheduling
from manifests.admin.changes import Group, Line, groups
from manifests.build.changes import Change, Part
from manifests.models import Canvas, Manifest, PreviewLink, Publication
from tests.manifests.admin.desk import address, look, rows, said, somebody
from tests.manifests.records import When, a_manifest, a_page, fresh, published, relabel
from tests.work import convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="book")
    for _ in range(2):
        convert(a_page(made))
    published()
    return made


def panel(client: Client, record: Any) -> str:
    return look(client, address(record, "publishing")).text


# ----------------------------------------------------------------------------------------------------------------- tab
def test_the_tab_tells_what_is_wrong_and_leads_to_the_page(jane: Client, book: Manifest) -> None:
    assert "error" not in panel(jane, book)
    page = Canvas.objects.filter(manifest=book).order_by("position").last()
    assert page
    Canvas.objects.filter(pk=page.pk).update(curated_layer={"navDate": "yesterday"})
    answer = jane.get(address(book, "publishing")).content.decode()
    assert "yesterday" in answer
    assert "/items/1/navDate" in answer
    assert str(page.pk) in answer


def test_publications_can_be_opened_one_by_one(jane: Client, book: Manifest) -> None:
    relabel(book, "renamed")
    published()
    found = [link["href"] for link in look(jane, address(book, "publishing")).all("a") if link.text in ("3.0", "2.1")]
    assert len(found) == 4
    path = found[2].removeprefix("https://images.example.org")
    assert jane.get(path).json()["label"] == {"none": ["book"]}


# ------------------------------------------------------------------------------------------------------- preview links
def test_a_link_is_made_shown_once_and_ended(jane: Client, book: Manifest) -> None:
    answer = jane.post(address(book, "make_preview"), {"note": "Ada"}).content.decode()
    (link,) = set(re.findall(r'value="(https://images\.example\.org/preview/gcis_[^"]+)"', answer))
    assert Client().get(f"{link.removeprefix('https://images.example.org')}/manifest").status_code == 200
    again = jane.get(address(book, "publishing")).content.decode()
    assert "Ada" in again
    assert "/preview/gcis_" not in again
    row = PreviewLink.objects.get()
    assert row.actor == "admin jane"
    assert "Ada" not in jane.post(address(book, "end_preview"), {"link": row.pk}).content.decode()
    assert PreviewLink.objects.get().revoked


def test_an_end_that_cannot_be_is_refused_at_its_field(jane: Client, book: Manifest) -> None:
    sent = {"note": "Ada", "expires_0": "2020-01-01", "expires_1": "12:00"}
    assert "lies in the future" in jane.post(address(book, "make_preview"), sent).content.decode()
    assert not PreviewLink.objects.exists()


def test_who_may_not_act_makes_and_ends_none(book: Manifest) -> None:
    guest = somebody(None, "guest")
    link = previews.issue(book, actor="test").link
    assert guest.get(address(book, "publishing")).status_code == 403
    assert guest.get(address(book, "changes")).status_code == 403
    assert guest.post(address(book, "make_preview"), {}).status_code == 403
    assert guest.post(address(book, "end_preview"), {"link": link.pk}).status_code == 403
    assert PreviewLink.objects.get().revoked is None


def test_a_link_of_another_record_is_not_ended_here(jane: Client, book: Manifest) -> None:
    other = previews.issue(a_manifest("other"), actor="test").link
    assert jane.post(address(book, "end_preview"), {"link": other.pk}).status_code == 403
    assert jane.post(address(book, "end_preview"), {"link": "x"}).status_code == 404


# ------------------------------------------------------------------------------------------------------------- changes
def test_the_page_says_what_publishing_would_change_and_publishes(jane: Client) -> None:
    book = a_manifest("book", When.MANUAL, identifier="book")
    for _ in range(2):
        convert(a_page(book))
    assert "It was never published" in look(jane, address(book, "changes")).text
    jane.post(address(book, "changes"))
    published()
    assert "what is published is what it is now" in look(jane, address(book, "changes")).text
    relabel(book, "Book of hours")
    assert "What publishing would change" in look(jane, address(book)).text
    text = look(jane, address(book, "changes")).text
    assert "Label" in text
    assert "book Book of hours" in " ".join(text.split())
    jane.post(address(book, "changes"))
    assert "It is being published." in said(jane)
    published()
    assert fresh(book).published == fresh(book).dirty


def test_changes_are_told_by_page_in_words() -> None:
    page = Part("https://x/canvas/1", "Canvas", {"none": ["12r"]})
    found = groups(
        [
            Change("changed", "/label/en", Part("", "Manifest", {"en": ["Book"]}), "label", ["Buch"], ["Book"]),
            Change("moved", "/items/0", page, "", 70, 0),
            Change("changed", "/items/0/items/0/items/0/body", page, "items", {"id": "a.jpg"}, {"id": "b.jpg"}),
            Change("added", "/items/1", Part("https://x/canvas/2", "Canvas", None)),
        ],
        ["en"],
    )
    assert found == [
        Group("", "Book", [Line("Label", "Buch", "Book")]),
        Group("Page", "12r", [Line("It moves from place 71 to place 1"), Line("Picture", "a.jpg", "b.jpg")]),
        Group("Page", "without a label", [Line("It is new")]),
    ]


def test_what_takes_the_place_of_another_is_one_line() -> None:
    book, old, new = Part("", "Manifest"), {"id": "a.jpg"}, {"id": "b.jpg"}
    found = groups(
        [
            Change("removed", "/thumbnail/0", book, "thumbnail", old, None),
            Change("added", "/thumbnail/0", book, "thumbnail", None, new),
        ],
        [],
    )
    assert found[0].lines == [Line("Thumbnail", "a.jpg", "b.jpg")]


def test_long_values_are_cut_off() -> None:
    (group,) = groups([Change("added", "/summary", Part("", "Manifest"), "summary", None, {"en": ["x" * 999]})], [])
    assert group.lines == [Line("Summary", None, "x" * 300 + "…")]


# ------------------------------------------------------------------------------------------------------------ schedule
def test_a_day_is_set_and_shown_with_the_embargo(jane: Client, book: Manifest) -> None:
    seen = next(
        each["value"] for each in look(jane, address(book)).all("input") if each.attributes.get("name") == "seen"
    )
    sent = {"publish_when": "manual", "access": "inherit", "seen": seen}
    sent |= {
        "publish_at_0": "2030-01-02",
        "publish_at_1": "09:30",
        "access_from_0": "2031-01-01",
        "access_from_1": "00:00",
    }
    assert "Saved." in jane.post(address(book, "sharing"), sent).content.decode()
    assert fresh(book).publish_at
    text = " ".join(look(jane, address(book)).text.split())
    assert "due 2 Jan 2030, 09:30" in text
    assert "It is published again on 2 Jan 2030, 09:30 UTC." in text
    assert "2031" in text
    assert rows(jane, state="due on a day") == ["book"]
    assert "1 manifest due on a day" in " ".join(look(jane, "/admin/").text.split())


def test_a_day_that_somebody_else_has_set_is_not_overwritten(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book))
    seen = next(each["value"] for each in page.all("input") if each.attributes.get("name") == "seen")
    scheduling.set_publish_at(book, timezone.now() + timedelta(days=1), actor="admin joe")
    sent = {"publish_when": "when_first", "access": "inherit", "seen": seen}
    assert "Somebody has changed this" in jane.post(address(book, "sharing"), sent).content.decode()
    assert fresh(book).publish_at


# -------------------------------------------------------------------------------------------------------------- erase
def test_a_manager_erases_what_is_withdrawn_after_seeing_what_goes(jane: Client, book: Manifest) -> None:
    joe = somebody("manager", "joe")
    assert joe.get(address(book, "erase")).status_code == 302, "it is not withdrawn"
    curation.withdraw(fresh(book), actor="test", reason="on request")
    run_due()
    assert "Erase what is kept of it" in look(joe, address(book)).text
    assert "Erase what is kept of it" not in look(jane, address(book)).text
    assert jane.get(address(book, "erase")).status_code == 403
    assert jane.post(address(book, "erase"), {"reason": "x", "confirmed": "erase"}).status_code == 403
    before = look(joe, address(book, "erase")).text
    assert "To be destroyed" in before
    assert "1 publication, and of 2 pictures" in before
    refused = joe.post(address(book, "erase"), {"reason": "x", "confirmed": "yes"}).content.decode()
    assert "Type erase here" in refused
    assert Publication.objects.exists()
    done = joe.post(address(book, "erase"), {"reason": "on request", "confirmed": "erase"}).content.decode()
    assert "is erased" in done
    assert "1 publication, and of 2 pictures" in done
    assert not Publication.objects.exists()
