"""The members of a collection on the desk, and what becomes of pictures that are uploaded into it."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from images import services as images
from manifests import asking, curation, making, words
from manifests.models import Collection, Manifest, Member
from tests.manifests.admin.desk import address, links, look, page_of, somebody
from tests.manifests.records import a_collection, a_manifest
from tests.work import an_image, convert, fail, finish, happened, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf() -> Collection:
    return a_collection("shelf", a_manifest("one"), a_collection("two"), a_manifest("three"))


def inside(record: Collection) -> list[str]:
    return [str(one or other) for one, other in record.members.order_by("place").values_list("manifest", "child")]


def shown(client: Client, record: Collection) -> list[str]:
    return [each["data-key"] for each in look(client, address(record, "members")).all("li")]


def post(client: Client, record: Collection, name: str, member: Any) -> Any:
    return client.post(address(record, name), {"member": str(member)})


# ------------------------------------------------------------------------------------------------------------- members
def test_members_are_shown_in_their_order_and_put_into_another(jane: Client, shelf: Collection) -> None:
    there = inside(shelf)
    page = look(jane, address(shelf, "members"))
    assert [each["data-key"] for each in page.all("li")] == there
    assert "collection, 0 members" in " ".join(page.text.split())
    assert address(Manifest.objects.get(external_id="one")) in links(page)["one"]
    wanted = [there[2], there[0], there[1]]
    sent = {"order": ",".join(wanted), "seen": ",".join(there)}
    assert jane.post(address(shelf, "order"), sent).json() == {"order": wanted}
    assert shown(jane, shelf) == wanted
    assert jane.post(address(shelf, "order"), sent).status_code == 409
    jane.post(address(shelf, "source"), {"name": "members", "verb": "take"})
    assert shown(jane, shelf) == there


def test_the_list_of_members_takes_the_same_number_of_queries_at_any_length(jane: Client, shelf: Collection) -> None:
    with CaptureQueriesContext(connection) as few:
        shown(jane, shelf)
    for number in range(6):
        making.new_manifest(f"more {number}", [an_image(f"{number}.tif")], shelf, actor="test")
        making.new_collection(f"more {number}", shelf, actor="test")
    words.order(shelf, [uuid.UUID(key) for key in inside(shelf)[::-1]], actor="test")
    with CaptureQueriesContext(connection) as many:
        assert len(shown(jane, shelf)) == 15
    assert len(many) <= len(few) + 3  # pictures, which there were none of


@pytest.mark.parametrize("query", ["ATLAS", "ark:/1/old", "zürich"])
def test_what_is_not_in_it_is_found_by_any_name_and_by_words(jane: Client, shelf: Collection, query: str) -> None:
    atlas = a_manifest("x", identifier="ark:/1/old", description={"label": {"de": ["Atlas Zürich"]}})
    curation.rename(atlas, "ark:/1/new", actor="test")
    found = look(jane, address(shelf, "find"), q=query)
    assert [each["data-put"] for each in found.all("button")] == [str(atlas.pk)]
    post(jane, shelf, "put", atlas.pk)
    assert "Nothing is called so" in look(jane, address(shelf, "find"), q=query).text
    assert look(jane, address(shelf, "find"), q="").text.strip() == ""


def test_neither_itself_nor_what_is_withdrawn_is_offered(jane: Client, shelf: Collection) -> None:
    curation.withdraw(a_collection("shelf of the gone"), actor="test", reason="x")
    assert look(jane, address(shelf, "find"), q="shelf").all("button") == []


def test_members_are_put_in_and_taken_out(jane: Client, shelf: Collection) -> None:
    book = a_manifest("book")
    answer = post(jane, shelf, "put", book.pk)
    assert (answer.json(), answer["HX-Trigger"]) == ({"changed": True}, "gcis:saved")
    assert post(jane, shelf, "put", book.pk).json() == {"changed": False}
    assert inside(shelf)[-1] == str(book.pk)
    assert post(jane, shelf, "out", book.pk).json() == {"changed": True}
    assert str(book.pk) not in inside(shelf)
    assert happened(shelf.pk)[-2:] == ["collection.member_added", "collection.member_removed"]


def test_a_circle_is_refused_and_what_is_not_there_not_found(jane: Client, shelf: Collection) -> None:
    child = Collection.objects.get(external_id="two/")
    refused = post(jane, child, "put", shelf.pk)
    assert (refused.status_code, refused.json()["problem"]) == (400, "A collection cannot be inside itself.")
    for nothing in ("x", uuid.uuid4()):
        assert post(jane, shelf, "put", nothing).status_code == 404


def test_collections_are_suggested_to_other_forms(jane: Client, shelf: Collection) -> None:
    named = a_collection("Shelf of maps", identifier="maps")
    found = jane.get("/admin/manifests/collection/finder/", {"q": "shelf MAPS"}).json()
    assert found == {"maps": "Shelf of maps"}
    assert jane.get("/admin/manifests/collection/finder/").json() == {}
    assert named.pk != shelf.pk
    assert somebody(None, "reader").get("/admin/manifests/collection/finder/").status_code == 403


def test_what_changes_members_is_posted_by_those_who_may(jane: Client, shelf: Collection) -> None:
    reader, before = somebody(None, "reader"), list(Member.objects.order_by("pk").values())
    for name in ("put", "out", "order", "works"):
        assert jane.get(address(shelf, name)).status_code == 405, name
        assert reader.post(address(shelf, name), {"member": inside(shelf)[0]}).status_code == 403, name
    assert list(Member.objects.order_by("pk").values()) == before


# ------------------------------------------------------------------------------------------ works of uploaded pictures
def works(client: Client, record: Collection, *pictures: uuid.UUID, **fields: str) -> Any:
    return client.post(address(record, "works"), {"image": [str(key) for key in pictures], **fields})


def labels(record: Collection) -> list[Any]:
    made = Manifest.objects.filter(memberships__collection=record, source__slug="uploads").order_by(
        "memberships__place"
    )
    return [manifest.curated_layer["label"]["none"][0] for manifest in made]


def test_uploaded_pictures_become_one_work_that_is_followed_to_the_end(jane: Client, shelf: Collection) -> None:
    one, two = an_image("leaf 1.tif"), an_image("leaf 2.tif")
    answer = works(jane, shelf, one, two, label="A <b>walk</b>")
    page = page_of(answer)
    made = Manifest.objects.get(source__slug="uploads")
    assert links(page)["A <b>walk</b>"] == [address(made)]
    assert "0 of 2 ready" in page.text
    assert "gcis:reload" in answer["HX-Trigger"]
    live = next(each["hx-get"] for each in page.all("div") if "hx-get" in each.attributes)
    convert(one)
    finish_later = take(two)
    now = jane.get(live)
    assert (now.status_code, "1 of 2 ready" in now.content.decode()) == (200, True)
    finish(finish_later)
    then = jane.get(live)
    assert (then.status_code, "2 of 2 ready" in then.content.decode()) == (286, True)


def test_the_last_answer_about_new_works_says_that_it_is_the_last(jane: Client, shelf: Collection) -> None:
    one, two = an_image("leaf 1.tif"), an_image("leaf 2.tif")
    answer = works(jane, shelf, one, two, each="yes")
    page = page_of(answer)
    assert labels(shelf) == ["leaf 1", "leaf 2"]
    live = next(each["hx-get"] for each in page.all("div") if "hx-get" in each.attributes)
    convert(one)
    fail(two)
    last = jane.get(live)
    assert last.status_code == 286
    assert "1 not converted" in last.content.decode()
    assert jane.get(address(shelf, "made"), {"id": "x"}).status_code == 400


def test_works_of_no_pictures_or_without_a_label_are_refused(jane: Client, shelf: Collection) -> None:
    picture = an_image("leaf.tif")
    for answer, sentence in (
        (works(jane, shelf, label="x"), "No picture was uploaded yet."),
        (works(jane, shelf, picture, label=" "), "It needs a label."),
        (works(jane, shelf, picture), "It needs a label."),
        (works(jane, shelf, uuid.uuid4(), label="x"), "There is no picture"),
        (jane.post(address(shelf, "works"), {"image": "x", "label": "x"}), "These are no pictures."),
    ):
        assert answer.status_code == 400
        assert sentence in answer.content.decode()
    assert labels(shelf) == []


def test_pictures_that_were_uploaded_stay_shut_until_their_work_is_published(jane: Client, shelf: Collection) -> None:
    picture = an_image("leaf.tif")
    works(jane, shelf, picture, label="Walk")
    convert(picture)
    assert images.facts([picture])[picture].policy.closed
    asking.publish(Manifest.objects.get(source__slug="uploads"), actor="test")
    assert not images.facts([picture])[picture].policy.closed
