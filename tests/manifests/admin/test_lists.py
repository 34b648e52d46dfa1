"""The lists of manifests and collections."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from images.curation import Restriction
from manifests import asking, curation, members, words
from manifests.models import Canvas, Manifest
from tests.manifests.admin.desk import address, chosen, links, listed, look, rows, said, somebody
from tests.manifests.records import When, a_collection, a_manifest, a_page, fresh, published, relabel
from tests.work import convert, happened, take

pytestmark = pytest.mark.django_db(transaction=True)


def a_book(name: str = "book", **options: Any) -> Manifest:
    """A published manifest of one page."""
    made = a_manifest(name, **options)
    convert(a_page(made))
    published()
    return made


# ------------------------------------------------------------------------------------------------------- what is shown
def test_a_row_says_what_it_is_how_it_stands_and_where_it_is(jane: Client) -> None:
    book = a_book("book", identifier="ark:/1/book")
    words.describe(book, {"label": {"en": ["Atlas <img onerror=alert(1)>"], "de": ["Landkarten"]}}, actor="test")
    published()
    shelf = a_collection("Maps & plans", book)
    page = look(jane, listed("manifest"))
    assert "Atlas <img onerror=alert(1)>" in page.text
    assert not [each for each in page.all("img") if "onerror" in each.attributes]
    assert "ark:/1/book" in page.text
    assert address(shelf) in links(page)["Maps & plans"]
    assert [each["src"] for each in page.all("img") if "/iiif/3/" in each["src"]]
    german = Client(headers={"Accept-Language": "de"})
    german.cookies = jane.cookies
    assert "Landkarten" in look(german, listed("manifest")).text


def test_every_state_has_its_badge(jane: Client) -> None:
    a_manifest("draft", when=When.MANUAL)
    behind, broken, gone = a_book("behind"), a_book("broken"), a_book("gone")
    Manifest.objects.filter(pk=behind.pk).update(publish_when=When.MANUAL)
    for number in range(2):
        relabel(behind, f"behind {number}")
    Manifest.objects.filter(pk=broken.pk).update(publish_error="The label is missing.")
    curation.withdraw(gone, actor="test", reason="rights were not cleared")
    text = look(jane, listed("manifest")).text
    for word in (
        "draft",
        "published",
        "2 changes waiting",
        "cannot be published",
        "The label is missing.",
        "withdrawn",
    ):
        assert word in text
    assert "rights were not cleared" in text
    assert rows(jane, state="draft") == ["draft"]
    assert set(rows(jane, state="published")) == {"behind", "broken"}
    assert rows(jane, state="changes waiting") == ["behind"]
    assert rows(jane, state="cannot be published") == ["broken"]
    assert rows(jane, state="withdrawn") == ["gone"]


def test_a_list_is_narrowed_by_source_collection_access_and_differences(jane: Client) -> None:
    open_, closed, later = a_book("open"), a_book("closed"), a_book("later")
    shelf = a_collection("shelf", open_)
    curation.restrict(closed, Restriction("closed"), actor="test")
    curation.restrict(later, Restriction(opens=timezone.now() + timedelta(days=1)), actor="test")
    words.describe(later, {"label": "mine"}, actor="test")
    relabel(later, "theirs")
    assert rows(jane, source__id__exact=str(open_.source_id)) == ["open"]
    assert rows(jane, collection=str(shelf.pk)) == ["open"]
    assert rows(jane, collection="nonsense") == []
    assert (rows(jane, access="closed"), rows(jane, access="opens later")) == (["closed"], ["later"])
    assert rows(jane, access="open to all") == ["open"]
    assert rows(jane, differs="yes") == ["later"]
    text = look(jane, listed("manifest")).text
    assert "Closed to the public" in text
    assert "source differs" in text


def test_differences_on_pages_and_in_orders_count_too(jane: Client) -> None:
    relabelled, ordered, content = a_book("relabelled"), a_book("ordered"), a_book("content")
    page = Canvas.objects.get(manifest=relabelled)
    words.describe(page, {"label": "folio 1"}, actor="test")
    convert(a_page(ordered))
    one, two = ordered.canvases.order_by("position")
    words.order(ordered, [two.pk, one.pk], actor="test")
    words.describe(content, {"label": "mine"}, actor="test")
    assert rows(jane, differs="yes") == []
    Canvas.objects.filter(pk=page.pk).update(source_layer={"label": {"none": ["1r"]}})
    Canvas.objects.filter(pk=one.pk).update(position=5)
    assert set(rows(jane, differs="yes")) == {"relabelled", "ordered"}
    shelf = a_collection("shelf", relabelled, ordered)
    words.order(shelf, [ordered.pk, relabelled.pk], actor="test")
    assert rows(jane, "collection", differs="yes") == []
    relabelled.memberships.update(position=7)
    assert rows(jane, "collection", differs="yes") == ["shelf/"]


FINDS = ["ark:/1/old", "ark:/1/new", "ÉTUDES cote", "etudes", "call no. 7", "{pk}"]


@pytest.mark.parametrize("text", [*FINDS, "\x07", "zzz"])
def test_a_record_is_found_by_any_name_its_words_and_its_external_id(jane: Client, text: str) -> None:
    book = a_manifest("call no. 7", identifier="ark:/1/old", description={"label": {"fr": ["Études de la côte"]}})
    a_manifest("other")
    curation.rename(book, "ark:/1/new", actor="test")
    found = rows(jane, q=text.format(pk=book.pk))
    assert found == (["call no. 7"] if text in FINDS else [])


@pytest.mark.parametrize("model", ["manifest", "collection"])
def test_no_list_asks_once_per_row(jane: Client, model: str) -> None:
    def more(number: int) -> None:
        book = a_book(f"book {number}")
        convert(a_page(book))
        keys = list(book.canvases.order_by("position").values_list("pk", flat=True))
        words.order(book, keys[::-1], actor="test")
        shelf = a_collection(f"shelf {number}", book, a_collection(f"board {number}"))
        words.order(shelf, [shelf.members.get(manifest=None).child_id, book.pk], actor="test")
        a_page(a_manifest(f"draft {number}"))
        published()

    more(0)
    jane.get(listed(model))
    with CaptureQueriesContext(connection) as few:
        jane.get(listed(model))
    for number in range(1, 4):
        more(number)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(jane, model)) > 6
    assert len(many) <= len(few)


def test_rows_that_are_published_just_now_are_asked_about(jane: Client) -> None:
    book = a_book()
    assert 'hx-trigger="every 1s"' not in jane.get(listed("manifest")).content.decode()
    asking.publish(book, actor="test")
    page = jane.get(listed("manifest"))
    assert 'hx-trigger="every 1s"' in page.content.decode()
    url = page.context["poll_url"]
    now = jane.get(url)
    assert (now.status_code, "Being published." in now.content.decode()) == (200, True)
    published()
    then = jane.get(url)
    assert (then.status_code, "Being published." in then.content.decode()) == (286, False)
    assert f'id="record-{book.pk}-state"' in then.content.decode()


def test_a_row_says_how_many_of_its_pictures_are_being_converted(jane: Client) -> None:
    book = a_manifest()
    picture = a_page(book)
    take(picture)
    a_page(book)
    assert "2 pictures are being converted." in look(jane, listed("manifest")).text


# ------------------------------------------------------------------------------------------------------------- actions
def test_what_is_selected_is_published_closed_and_opened(jane: Client) -> None:
    draft, gone = a_manifest("draft", when=When.MANUAL), a_book("gone")
    convert(a_page(draft))
    curation.withdraw(gone, actor="test", reason="x")
    chosen(jane, "manifest", "publish_selected", draft, gone)
    assert said(jane) == ["1 to be published; 1 not: This is withdrawn. Restore it first."]
    assert published() == ["draft"]
    assert "manifest.publish_asked" in happened(draft.pk)
    chosen(jane, "manifest", "close_selected", draft)
    assert fresh(draft).policy.closed
    chosen(jane, "manifest", "close_selected", draft)
    assert said(jane) == ["1 closed.", "It is closed already."]
    chosen(jane, "manifest", "open_selected", draft)
    assert not fresh(draft).policy.closed


def test_what_is_selected_is_withdrawn_for_a_reason_and_restored(jane: Client) -> None:
    one, two = a_book("one"), a_book("two")
    asked = chosen(jane, "manifest", "withdraw_selected", one, two)
    assert "Withdraw: 2 manifests" in asked.content.decode()
    assert not fresh(one).withdrawn
    refused = chosen(jane, "manifest", "withdraw_selected", one, two, confirmed="yes", reason="")
    assert "This field is required" in refused.content.decode()
    chosen(jane, "manifest", "withdraw_selected", one, two, confirmed="yes", reason="sold")
    assert [fresh(each).withdrawn_reason for each in (one, two)] == ["sold", "sold"]
    chosen(jane, "manifest", "restore_selected", one)
    assert (fresh(one).withdrawn, bool(fresh(two).withdrawn)) == (None, True)
    assert said(jane) == ["2 withdrawn.", "1 restored."]


def test_what_is_selected_is_put_into_a_collection_of_any_name(jane: Client) -> None:
    one, two, shelf = a_book("one"), a_book("two", identifier="two"), a_collection("shelf", identifier="old-shelf")
    curation.rename(shelf, "shelf", actor="test")
    members.put_in(shelf, one, actor="test")
    for wrong, why in (("nowhere", "No manifest or collection"), ("two", "is a manifest, not"), ("", "required")):
        answer = chosen(jane, "manifest", "put_selected_into", one, two, confirmed="yes", collection=wrong)
        assert why in answer.content.decode()
    chosen(jane, "manifest", "put_selected_into", one, two, confirmed="yes", collection="old-shelf")
    assert said(jane) == ["1 put into the collection; 1 not: It is in that collection already."]
    assert shelf.members.count() == 2


def test_the_pictures_of_what_is_selected_are_purged(jane: Client) -> None:
    book, shelf = a_book("one"), a_collection("shelf")
    members.put_in(shelf, book, actor="test")
    chosen(jane, "collection", "purge_selected", shelf)
    assert "collection.purged" in happened(shelf.pk)
    picture = book.canvases.get().paintings.get().image
    assert happened(picture)[-1] == "image.purged"


def test_only_those_who_may_act_do(jane: Client) -> None:
    book = a_book()
    reader, nobody = somebody(None, "reader"), somebody(None, "nobody")
    User.objects.get(username="reader").user_permissions.add(
        *Permission.objects.filter(codename__in=["view_manifest", "view_collection"])
    )
    assert nobody.get(listed("manifest")).status_code == 403
    assert rows(reader) == ["book"]
    before = Manifest.objects.values().get()
    chosen(reader, "manifest", "withdraw_selected", book, confirmed="yes", reason="mine")
    chosen(reader, "manifest", "close_selected", book)
    assert Manifest.objects.values().get() == before
    assert look(reader, address(book)).status == 200
