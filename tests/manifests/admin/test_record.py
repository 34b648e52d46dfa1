"""The page of a manifest or collection: its head, who sees it, its names, what can be done with it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from images.curation import Restriction
from manifests import curation, making, members
from manifests.models import Manifest
from manifests.words import describe
from tests.manifests.admin.desk import address, dialog, links, look, said, somebody
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published
from tests.work import convert, happened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="ark:/1/book")
    convert(a_page(made))
    published()
    return made


# ----------------------------------------------------------------------------------------------------------- the head
def test_the_head_leads_to_what_the_public_gets(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book))
    base = "https://images.example.org"
    found = links(page)
    assert found["Public page"] == [f"{base}/view/ark:%2F1%2Fbook"]
    assert found["Manifest 3"] == [f"{base}/presentation/3/ark:%2F1%2Fbook/manifest"]
    assert found["Manifest, any version"] == [f"{base}/presentation/ark:%2F1%2Fbook/manifest"]
    shelf = links(look(jane, address(a_collection("shelf", book))))
    assert "Preview" in shelf
    assert "Public page" not in shelf


def test_a_draft_says_when_it_will_be_published(jane: Client) -> None:
    by_hand, by_rule = a_manifest("one", when=When.MANUAL), a_manifest("two", when=When.COMPLETE)
    assert "It is published when you say so." in look(jane, address(by_hand)).text
    assert "when all its pictures are converted or failed." in look(jane, address(by_rule)).text


def test_labels_are_text_on_every_part_of_the_page(jane: Client, book: Manifest) -> None:
    nasty = "<img src=x onerror=alert(1)>"
    describe(book, {"label": nasty, "metadata": [{"label": nasty, "value": nasty}]}, actor="test")
    describe(book.canvases.get(), {"label": nasty}, actor="test")
    shelf = a_collection("shelf", book)
    describe(shelf, {"label": nasty}, actor="test")
    for url in (
        address(book),
        address(book, "pages"),
        address(shelf),
        address(shelf, "members"),
        "/admin/manifests/manifest/",
    ):
        page = look(jane, url)
        assert nasty in jane.get(url).content.decode().replace("&lt;", "<").replace("&gt;", ">"), url
        assert not [each for each in page.all("img") if "onerror" in each.attributes], url


def test_there_are_no_scripts_in_the_page_itself(jane: Client, book: Manifest) -> None:
    shelf = a_collection("shelf", book)
    for record in (book, shelf):
        page = look(jane, address(record))
        ours = [each for each in page.all("script") if "/static/js/" in each.attributes.get("src", "")]
        assert {each["src"].rpartition("/")[2] for each in ours} >= {"admin-order.js", "admin-words.js"}
        assert [each.text.strip() for each in page.all("script") if each.text.strip()] == []
        assert [name for each in page.elements for name in each.attributes if name.startswith("on")] == []


def test_the_head_asks_for_itself_while_it_is_published(jane: Client, book: Manifest) -> None:
    assert "every 2s" not in jane.get(address(book, "head")).content.decode()
    dialog(jane, book, "publish")
    head = jane.get(address(book, "head")).content.decode()
    assert ("every 2s" in head, "Being published." in head) == (True, True)
    published()
    assert "every 2s" not in jane.get(address(book, "head")).content.decode()


def test_what_happened_is_told_with_the_head(jane: Client, book: Manifest) -> None:
    curation.rename(book, "other", actor="admin joe", reason="typo")
    page = look(jane, address(book, "head"))
    assert "Renamed from ark:/1/book to other: typo" in page.text
    assert [each["id"] for each in page.all("div") if "hx-swap-oob" in each.attributes] == ["record-timeline"]


def test_a_page_takes_a_constant_number_of_queries(
    jane: Client, book: Manifest, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(8):
        convert(a_page(book))
    with django_assert_max_num_queries(40):
        jane.get(address(book))


def test_a_record_that_is_not_there_is_not_found(jane: Client) -> None:
    for name in ("head", "pages", "words"):
        url = address(Manifest(), name)
        assert jane.get(url).status_code in (404, 405)
        assert jane.post(url).status_code in (404, 405)


# ------------------------------------------------------------------------------------------------- what is done with it
def test_a_draft_is_published_by_its_button(jane: Client) -> None:
    draft = a_manifest("draft", when=When.MANUAL)
    convert(a_page(draft))
    assert published() == []
    assert jane.get(address(draft, "publish")).status_code == 200
    assert published() == []
    dialog(jane, draft, "publish")
    assert published() == ["draft"]
    assert said(jane) == ["It is being published."]
    assert happened(draft.pk)[-2:] == ["manifest.publish_asked", "manifest.published"]


def test_a_record_is_renamed_and_its_names_are_listed(jane: Client, book: Manifest) -> None:
    assert "ark:/1/book" in jane.get(address(book, "rename")).content.decode()
    refused = dialog(jane, book, "rename", identifier="3/x")
    assert "a word that our addresses use themselves" in refused.content.decode()
    dialog(jane, book, "rename", identifier="book-1", reason="typo")
    dialog(jane, book, "rename", identifier="book-1")
    assert said(jane) == ["It is called book-1 now.", "It is called so already."]
    cells = [each.text for each in look(jane, address(book)).all("th") if "gcis-name" in each.classes]
    assert cells == ["book-1", "ark:/1/book"]


def test_a_record_is_merged_into_another(jane: Client, book: Manifest) -> None:
    other = a_manifest("other", identifier="other")
    assert "ever was called" in dialog(jane, book, "merge", into="nowhere").content.decode()
    dialog(jane, book, "merge", into="ark:/1/book")
    dialog(jane, book, "merge", into="other", reason="the same")
    assert said(jane) == [
        "Only two manifests, or two collections, can be merged.",
        "Its names lead to the other one now.",
    ]
    assert fresh(book).withdrawn
    assert links(look(jane, address(book)))["It was merged into another."] == [address(other)]


def test_a_record_is_withdrawn_and_restored_and_purged(jane: Client, book: Manifest) -> None:
    assert "This field is required" in dialog(jane, book, "withdraw").content.decode()
    dialog(jane, book, "purge", reason="wrong colours")
    dialog(jane, book, "withdraw", reason="sold")
    assert fresh(book).withdrawn_reason == "sold"
    page = look(jane, address(book))
    assert "sold" in page.text
    assert "Public page" not in links(page)
    assert "Restore" in page.text
    dialog(jane, book, "restore")
    assert fresh(book).withdrawn is None
    assert "Purged: cached copies of 1 picture are out of reach: wrong colours" in look(jane, address(book)).text


def test_nothing_is_done_at_a_mere_look_or_by_those_who_may_not(jane: Client, book: Manifest) -> None:
    reader = somebody(None, "reader")
    before = Manifest.objects.values().get()
    for name in ("publish", "rename", "merge", "purge", "withdraw", "restore"):
        jane.get(address(book, name))
        assert dialog(reader, book, name, identifier="x", into="x", reason="x").status_code == 403, name
    assert Manifest.objects.values().get() == before


# ------------------------------------------------------------------------------------------------------------- sharing
def share(client: Client, record: Any, seen: str | None = None, **fields: str) -> str:
    page = look(client, address(record))
    given = {"publish_when": fresh(record).publish_when, "access": fresh(record).access, **fields}
    hidden = next(each["value"] for each in page.all("input") if each.attributes.get("name") == "seen")
    return client.post(address(record, "sharing"), {**given, "seen": hidden if seen is None else seen}).content.decode()


def test_a_rule_and_an_access_are_set(jane: Client, book: Manifest) -> None:
    opens = {"access_from_0": "2030-01-01", "access_from_1": "12:00:00"}
    answer = share(jane, book, publish_when="manual", access="limited", access_edge="900", **opens)
    assert "Saved." in answer
    row = fresh(book)
    assert (row.publish_when, row.access, row.access_edge) == ("manual", "limited", 900)
    assert row.access_from == datetime(2030, 1, 1, 12, tzinfo=UTC)
    assert happened(book.pk)[-2:] == ["manifest.publish_when_set", "manifest.restricted"]
    assert "at most 900 pixels on the longer edge" in look(jane, address(book)).text
    assert "Nothing was changed." in share(jane, book, access_edge="900", **opens)
    share(jane, book, access="open", access_edge="900")
    assert (fresh(book).access, fresh(book).access_edge) == ("open", None)


def test_what_it_is_part_of_is_said_in_words(jane: Client, book: Manifest) -> None:
    shelf = a_collection("shelf")
    curation.restrict(shelf, Restriction("closed"), actor="test")
    members.put_in(shelf, book, actor="test")
    text = look(jane, address(book)).text
    assert "The public: closed to the public. What it is part of says: closed to the public." in text


def test_an_access_that_makes_no_sense_is_refused_at_its_field(jane: Client, book: Manifest) -> None:
    assert "needs the longest edge in pixels" in share(jane, book, access="limited")
    assert "Select a valid choice" in share(jane, book, access="mine")
    assert fresh(book).access == "inherit"


def test_an_access_that_somebody_has_set_meanwhile_is_not_overwritten(jane: Client, book: Manifest) -> None:
    page = look(jane, address(book))
    seen = next(each["value"] for each in page.all("input") if each.attributes.get("name") == "seen")
    share(somebody("curator", "joe"), book, access="closed")
    refused = share(jane, book, seen=seen, access="open")
    assert "Somebody has changed this since you opened the page: it is closed now." in refused
    assert fresh(book).access == "closed"
    assert "Somebody has changed this" in share(jane, book, seen="made up", access="open")


def test_a_work_that_waits_for_a_hand_is_published_when_its_rule_is_changed(jane: Client) -> None:
    draft = a_manifest("draft", when=When.MANUAL)
    convert(a_page(draft))
    assert published() == []
    share(jane, draft, publish_when="when_complete")
    assert published() == ["draft"]


# ----------------------------------------------------------------------------------------------------------------- new
def test_a_new_manifest_is_a_draft_of_people_in_a_collection(jane: Client) -> None:
    shelf = making.new_collection("Shelf", actor="test")
    shelf_name = look(jane, address(shelf)).all("dd", "gcis-name")[0].text
    form = look(jane, f"/admin/manifests/manifest/add/?collection={shelf_name}")
    assert [each["value"] for each in form.all("input") if each.attributes.get("name") == "collection"] == [shelf_name]
    answer = jane.post("/admin/manifests/manifest/add/", {"label": "Walk", "collection": shelf_name})
    made = Manifest.objects.get()
    assert answer["Location"] == address(made)
    assert (made.publish_when, made.publication_id, made.source and made.source.slug) == ("manual", None, "uploads")
    assert [member.manifest_id for member in shelf.members.all()] == [made.pk]


def test_a_new_record_needs_a_label_and_a_collection_that_is_there(jane: Client) -> None:
    for model in ("manifest", "collection"):
        url = f"/admin/manifests/{model}/add/"
        assert "This field is required" in jane.post(url, {"label": " "}).content.decode()
        assert "ever was called" in jane.post(url, {"label": "x", "collection": "y"}).content.decode()
        assert somebody(None, f"{model} reader").post(url, {"label": "x"}).status_code == 403
    assert not Manifest.objects.exists()


def test_a_new_collection_is_published_by_itself(jane: Client) -> None:
    jane.post("/admin/manifests/collection/add/", {"label": "Shelf"})
    made = making.Collection.objects.get()
    assert made.curated_layer == {"label": {"none": ["Shelf"]}}
    assert made.publish_when == "when_complete"
