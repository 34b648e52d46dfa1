"""What collections and manifests say about access reaches everything below them, and only as long as they say it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from images import curation as pictures
from images.access import Access
from images.curation import Restriction
from images.policy import OPEN, Policy
from manifests import access, curation, members, services
from manifests.inheritance import settle_images
from manifests.models import Canvas, Collection, Manifest, Painting
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published
from tests.work import an_image, convert, everything, statements, writes
from tests.work import fresh as image

pytestmark = pytest.mark.django_db(transaction=True)

SOON, LATER = datetime(2040, 1, 1, tzinfo=UTC), datetime(2050, 1, 1, tzinfo=UTC)
SHUT = Restriction(Access.CLOSED)
NOTHING = Restriction()


def limited(edge: int) -> Restriction:
    return Restriction(Access.LIMITED, edge)


def say(record: Any, restriction: Restriction) -> bool:
    return curation.restrict(record, restriction, actor="test")


def policy(thing: Any) -> Policy:
    """What counts for the public, of a picture or a record."""
    return image(thing).policy if isinstance(thing, UUID) else fresh(thing).policy


def a_book(name: str = "book", when: str = When.FIRST) -> tuple[Manifest, UUID]:
    """A manifest with one page."""
    book = a_manifest(name, when)
    return book, a_page(book)


def shows(book: Manifest) -> list[bool]:
    """Whether each page of the published document has a picture."""
    return [bool(canvas["items"]) for canvas in document(book)["items"]]


# ------------------------------------------------------------------------------------------------------------ downwards
def test_the_strictest_of_collection_manifest_and_picture_counts() -> None:
    book, picture = a_book()
    shelf = a_collection("shelf", book)
    say(shelf, limited(800))
    assert [policy(each) for each in (shelf, book, picture)] == [Policy(edge=800)] * 3
    say(book, limited(600))
    assert [policy(each) for each in (shelf, book, picture)] == [Policy(edge=800), Policy(edge=600), Policy(edge=600)]
    pictures.restrict(picture, limited(400), actor="test")
    assert policy(picture) == Policy(edge=400)
    say(book, limited(300))
    assert policy(picture) == Policy(edge=300)
    say(shelf, SHUT)
    assert [policy(each).closed for each in (shelf, book, picture)] == [True] * 3


def test_what_is_taken_back_above_opens_again_below_as_far_as_others_let_it() -> None:
    book, picture = a_book()
    shelf = a_collection("shelf", book)
    say(shelf, SHUT)
    say(book, limited(600))
    say(shelf, NOTHING)
    assert [policy(each) for each in (shelf, book, picture)] == [OPEN, Policy(edge=600), Policy(edge=600)]
    say(book, NOTHING)
    assert [policy(each) for each in (book, picture)] == [OPEN] * 2


def test_the_strictest_of_several_parents_counts() -> None:
    book, picture = a_book()
    one, two = a_collection("one", book), a_collection("two", book)
    say(one, limited(500))
    say(two, Restriction(Access.LIMITED, 900, SOON))
    assert policy(picture) == Policy(edge=500, opens=SOON)
    say(two, SHUT)
    assert policy(picture).closed
    say(one, NOTHING)
    assert policy(picture).closed
    say(two, NOTHING)
    assert policy(picture) == policy(book) == OPEN


def test_it_reaches_through_collections_of_collections_and_by_every_way() -> None:
    book, picture = a_book()
    left, right = a_collection("left", book), a_collection("right", book)
    top = a_collection("top", left, right)
    whole = a_collection("whole", top)
    say(whole, limited(500))
    assert [policy(each) for each in (top, left, right, book, picture)] == [Policy(edge=500)] * 5
    say(right, SHUT)
    assert [policy(each).closed for each in (whole, top, left, right, book, picture)] == [False] * 3 + [True] * 3
    say(whole, NOTHING)
    assert policy(left) == OPEN
    assert policy(picture).closed


def test_embargo_and_limit_of_different_parents_hold_together() -> None:
    book, picture = a_book()
    say(a_collection("one", book), Restriction(opens=SOON))
    say(a_collection("two", book), Restriction(opens=LATER))
    say(book, limited(300))
    found = policy(picture)
    assert found == Policy(edge=300, opens=LATER)
    assert found.is_shut(SOON)
    assert not found.is_shut(LATER)
    assert not found.is_open(LATER)


def test_saying_it_again_writes_nothing() -> None:
    book, _ = a_book()
    shelf = a_collection("shelf", book)
    for restriction in (SHUT, limited(300), Restriction(Access.CLOSED, opens=SOON)):
        assert say(shelf, restriction)
        before = everything()
        assert not say(shelf, restriction)
        assert everything() == before


@pytest.mark.parametrize(
    "restriction", [SHUT, limited(300), Restriction(Access.CLOSED, opens=SOON), Restriction(Access.LIMITED, 300, SOON)]
)
def test_settling_what_is_settled_writes_nothing(restriction: Restriction) -> None:
    """Also where a closed and a size-limited parent meet: what is written down is compared with what is written."""
    book, _ = a_book()
    shelf = a_collection("shelf", book)
    say(a_collection("limited", book), limited(700))
    say(shelf, restriction)
    before = everything()
    with statements() as sent, transaction.atomic():
        access.settle_and_touch(book)
        access.settle_and_touch(shelf, everything=True)
    assert (writes(sent), everything()) == ([], before)


# ------------------------------------------------------------------------------------------------------ pages and works
def test_a_picture_on_pages_of_two_works_is_as_closed_as_the_stricter_one() -> None:
    book, picture = a_book()
    other = a_manifest("other")
    a_page(other, picture)
    say(other, SHUT)
    assert policy(picture).closed
    assert policy(book) == OPEN
    say(other, limited(300))
    assert policy(picture) == Policy(edge=300)


def test_the_other_work_that_shows_a_picture_is_built_anew_when_it_closes() -> None:
    book, picture = a_book("book")
    second = a_page(book)
    other = a_manifest("other")
    a_page(other, picture)
    for each in (picture, second):
        convert(each)
    published()
    assert shows(book) == [True, True]
    say(other, SHUT)
    assert "book" in published()
    assert shows(book) == [False, True]
    say(other, NOTHING)
    assert "book" in published()
    assert shows(book) == [True, True]


def test_withdrawn_works_close_their_pictures_unless_another_shows_them() -> None:
    book, alone = a_book("book")
    shared = a_page(book)
    other = a_manifest("other")
    a_page(other, shared)
    say(book, limited(300))
    curation.withdraw(book, actor="test", reason="rights")
    assert policy(alone).closed
    assert policy(shared) == OPEN, "what is withdrawn has no say in what another shows"
    curation.withdraw(other, actor="test", reason="rights")
    assert policy(shared).closed
    curation.restore(book, actor="test")
    assert [policy(each) for each in (alone, shared)] == [Policy(edge=300)] * 2
    curation.restore(other, actor="test")
    assert policy(shared) == Policy(edge=300)


def move(picture: UUID, book: Manifest) -> None:
    """Its page goes to another manifest, as an import moves it."""
    Canvas.objects.filter(paintings__image=picture).update(manifest=book)
    with transaction.atomic():
        access.settle_pictures(book)


def test_a_page_that_moves_follows_where_it_goes() -> None:
    book, picture = a_book()
    say(book, SHUT)
    other = a_manifest("other")
    move(picture, other)
    assert policy(picture) == OPEN
    move(picture, book)
    assert policy(picture).closed


def test_a_dropped_page_has_a_say_only_where_no_other_page_shows_its_picture() -> None:
    book, picture = a_book()
    say(book, SHUT)
    Canvas.objects.filter(manifest=book).update(dropped=SOON)
    with transaction.atomic():
        access.settle_pictures(book)
    assert policy(picture).closed, "nothing opens because a page was dropped"
    other = a_manifest("other")
    a_page(other, picture)
    with transaction.atomic():
        access.settle_pictures(other)
    assert policy(picture) == OPEN
    say(other, limited(300))
    assert policy(picture) == Policy(edge=300)


def test_a_picture_that_is_on_no_page_any_more_stays_as_closed_as_it_was() -> None:
    book, picture = a_book()
    say(book, SHUT)
    Painting.objects.filter(image=picture).delete()
    with transaction.atomic():
        assert settle_images([picture]) == []
    assert policy(picture).closed


def test_a_merged_picture_takes_the_restrictions_of_all_its_works() -> None:
    book, double = a_book("book")
    other = a_manifest("other")
    kept = a_page(other)
    say(book, SHUT)
    assert policy(kept) == OPEN
    pictures.merge(double, kept, actor="test")
    assert policy(kept).closed
    say(book, NOTHING)
    assert policy(kept) == OPEN


# --------------------------------------------------------------------------------------------------------------- drafts
def settle(book: Manifest) -> None:
    with transaction.atomic():
        access.settle_pictures(book)


def test_the_pictures_of_a_draft_are_closed_until_it_is_published() -> None:
    book, picture = a_book(when=When.MANUAL)
    settle(book)
    assert policy(picture).closed
    convert(picture)
    assert published() == []
    services.publish_now(book)
    assert published() == ["book"]
    assert policy(picture) == OPEN
    assert shows(book) == [True], "its first document shows them"
    settle(book)
    assert policy(picture) == OPEN


def test_a_draft_that_is_about_to_be_published_stays_open_whatever_happens_meanwhile() -> None:
    book, picture = a_book(when=When.MANUAL)
    settle(book)
    convert(picture)
    services.publish_now(book)
    settle(book)
    assert policy(picture) == OPEN
    published()
    assert shows(book) == [True]


def test_what_a_draft_shows_is_open_where_another_work_shows_it() -> None:
    draft, picture = a_book("draft", When.MANUAL)
    book = a_manifest("book")
    a_page(book, picture)
    settle(draft)
    assert policy(picture) == OPEN
    say(book, SHUT)
    assert policy(picture).closed


def test_publishing_a_draft_does_not_open_what_is_closed() -> None:
    draft, picture = a_book("draft", When.MANUAL)
    say(draft, SHUT)
    convert(picture)
    services.publish_now(draft)
    published()
    assert policy(picture).closed
    assert shows(draft) == [False]


def test_a_draft_that_closes_a_picture_of_a_published_work_has_that_built_anew() -> None:
    book, picture = a_book("book")
    convert(picture)
    published()
    draft = a_manifest("draft", When.MANUAL)
    a_page(draft, picture)
    say(draft, SHUT)
    assert policy(picture) == OPEN, "a draft has no say yet"
    services.publish_now(draft)
    assert policy(picture).closed
    assert sorted(published()) == ["book", "draft"]
    assert shows(book) == [False]


# -------------------------------------------------------------------------------------------------------------- members
def test_what_is_put_into_a_collection_is_as_closed_as_that() -> None:
    book, picture = a_book()
    inner, outer = a_collection("inner", book), a_collection("outer")
    say(outer, limited(500))
    members.put_in(outer, inner, actor="test")
    assert [policy(each) for each in (inner, book, picture)] == [Policy(edge=500)] * 3
    members.take_out(outer, inner, actor="test")
    assert [policy(each) for each in (inner, book, picture)] == [OPEN] * 3


def test_a_collection_is_never_inside_itself() -> None:
    inner = a_collection("inner")
    outer = a_collection("outer", inner)
    top = a_collection("top", outer)
    for collection, record in ((inner, inner), (inner, outer), (inner, top), (outer, top)):
        before = everything()
        with pytest.raises(SourceFault) as refusal:
            members.put_in(collection, record, actor="test")
        assert (refusal.value.code, everything()) == ("circle", before)
    assert access.is_above(top, inner)
    assert not access.is_above(inner, top)
    assert members.put_in(top, inner, actor="test")


# -------------------------------------------------------------------------------------------------------- what it costs
def cost(pages: int, change: Any) -> int:
    book = a_manifest(f"{pages} pages")
    for number in range(pages):
        canvas = Canvas.objects.create(manifest=book, position=number)
        Painting.objects.create(canvas=canvas, image=an_image(f"{number}.tif"))
    other = a_manifest("other")
    for picture in services.images_of(book.pk)[:2]:
        a_page(other, picture)
    with statements() as sent:
        change(book)
    return len(sent)


@pytest.mark.parametrize(
    "change",
    [
        lambda book: say(book, SHUT),
        lambda book: say(book, limited(300)),
        lambda book: curation.withdraw(book, actor="test", reason="x"),
        lambda book: members.put_in(_shut(), book, actor="test"),
    ],
)
def test_it_costs_the_same_for_few_and_for_many_pictures(change: Any) -> None:
    assert cost(3, change) == cost(40, change)


def _shut() -> Collection:
    shelf = a_collection("shelf")
    say(shelf, SHUT)
    return shelf


def test_a_parent_of_many_is_touched_once() -> None:
    books = [a_book(str(number))[0] for number in range(5)]
    shelf = a_collection("shelf", *books)
    before = fresh(shelf).dirty
    say(shelf, SHUT)
    assert fresh(shelf).dirty <= before + 2
