"""When manifests are dirty, when they are due, and what becomes of canvases and members."""

import pytest
from django.db import IntegrityError, transaction

from gcis.core.errors import SourceFault
from gcis.jobs.models import Job
from images import curation as pictures
from images import services as images
from images.models import Image
from manifests import curation, services, words
from manifests.models import Canvas, Collection, Manifest, Member
from manifests.services import PUBLISH
from redirects.models import Identifier
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published, relabel
from tests.work import a_file, a_source, convert, fail, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


def due(record: object) -> bool:
    return Job.objects.filter(kind=PUBLISH, subject=record.pk, state="queued").exists()  # type: ignore[attr-defined]


# ------------------------------------------------------------------------------------------------------------------ due
def test_when_first_waits_for_one_picture() -> None:
    book = a_manifest(when=When.FIRST)
    first, second = a_page(book), a_page(book)
    assert not due(book)
    fail(first)
    assert not due(book)
    convert(second)
    assert due(book)
    assert published() == ["book"]


def test_when_complete_waits_for_the_last_picture_whatever_becomes_of_it() -> None:
    book = a_manifest(when=When.COMPLETE)
    first, second, third = a_page(book), a_page(book), a_page(book)
    convert(first)
    fail(second)
    assert not due(book)
    Image.objects.filter(pk=third).update(withdrawn="2026-01-01T00:00Z")
    services.schedule(fresh(book))
    assert due(book)


def test_manual_waits_for_a_person() -> None:
    book = a_manifest(when=When.MANUAL)
    convert(a_page(book))
    assert not due(book)
    services.publish_now(book)
    assert published() == ["book"]
    relabel(book, "changed")
    assert published() == []
    assert services.outstanding() == 0
    assert fresh(book).dirty > fresh(book).published


def test_withdrawn_things_are_not_due() -> None:
    book = a_manifest()
    Manifest.objects.filter(pk=book.pk).update(withdrawn="2026-01-01T00:00Z")
    convert(a_page(fresh(book)))
    assert not due(book)


def test_what_is_out_is_published_again_after_a_pause(settings: object) -> None:
    settings.GCIS_PUBLISH_PAUSE = 30  # type: ignore[attr-defined]
    book = a_manifest()
    first, second = a_page(book), a_page(book)
    convert(first)
    assert published() == ["book"]
    services.touch(fresh(book))
    assert published() == []
    assert due(book)
    convert(second)
    assert published() == ["book"], "nothing more is to come: at once"


def test_outstanding_counts_changes_until_they_are_out() -> None:
    book = a_manifest()
    convert(a_page(book))
    assert services.outstanding() == fresh(book).dirty == 3
    published()
    assert services.outstanding() == 0
    relabel(book, "a")
    relabel(book, "b")
    assert services.outstanding() == 2


def test_what_was_forgotten_is_found_again() -> None:
    book, early, by_hand = a_manifest("book"), a_manifest("early"), a_manifest("by hand", when=When.MANUAL)
    for record in (book, by_hand):
        convert(a_page(record))
    a_page(early)
    Job.objects.filter(kind=PUBLISH).delete()
    assert services.schedule_forgotten(limit=2) == 2
    assert (due(book), due(early), due(by_hand)) == (True, False, False)
    assert services.schedule_forgotten() == 1, "only the one that is not due yet has no job"


def test_things_published_by_hand_do_not_stand_in_the_way_of_the_others() -> None:
    for number in range(3):
        convert(a_page(a_manifest(f"by hand {number}", when=When.MANUAL)))
    book = a_manifest("book")
    convert(a_page(book))
    Job.objects.filter(kind=PUBLISH).delete()
    services.schedule_forgotten(limit=2)
    assert due(book)


# --------------------------------------------------------------------------------------------------- events from below
def test_a_pictures_end_dirties_what_shows_it_and_nothing_else() -> None:
    book, twin, other = a_manifest("book"), a_manifest("twin"), a_manifest("other")
    image = a_page(book)
    a_page(twin, image)
    a_page(other)
    before = [fresh(record).dirty for record in (book, twin, other)]
    convert(image)
    images.replace(image, a_file(text="broken"), actor="test")
    fail(image)
    assert [fresh(record).dirty for record in (book, twin, other)] == [before[0] + 2, before[1] + 2, before[2]]


@pytest.mark.parametrize(
    ("new", "kept"),
    [
        ((1600, 1200), True),
        ((401, 300), True),
        ((300, 300), False),
        ((405, 300), False),
        ((300, 400), False),
    ],
)
def test_a_canvas_keeps_its_size_for_a_picture_of_the_same_shape(new: tuple[int, int], kept: bool) -> None:
    book = a_manifest()
    image = a_page(book)
    convert(image, 800, 600)
    canvas = book.canvases.get()
    assert (canvas.width, canvas.height) == (800, 600)
    images.replace(image, a_file(text="new"), actor="test")
    convert(image, *new)
    canvas.refresh_from_db()
    assert (canvas.width, canvas.height) == ((800, 600) if kept else new)


def test_half_a_percent_is_the_bound() -> None:
    book = a_manifest()
    image = a_page(book)
    convert(image, 1000, 1000)
    for size, wanted in (((1004, 1000), (1000, 1000)), ((996, 1000), (1000, 1000)), ((994, 1000), (994, 1000))):
        images.convert_again(image, actor="test")
        convert(image, *size)
        canvas = book.canvases.get()
        assert (canvas.width, canvas.height) == wanted


# ---------------------------------------------------------------------------------------------------- the machine's PUT
def test_putting_the_same_again_changes_nothing() -> None:
    source = a_source()
    book = a_manifest("book", source=source, identifier="ark:/1/book")
    with statements() as sent, transaction.atomic():
        again, changed = services.put(Manifest, source, "book", {"label": {"none": ["book"]}}, actor="test")
    assert (again.pk, changed, writes(sent)) == (book.pk, False, [])
    with transaction.atomic():
        _, changed = services.put(Manifest, source, "book", {"label": {"none": ["Book"]}}, actor="test")
    assert (changed, fresh(book).source_layer) == (True, {"label": {"none": ["Book"]}})


def test_a_name_that_is_taken_leaves_nothing() -> None:
    a_manifest("book", identifier="name")
    with pytest.raises(SourceFault), transaction.atomic():
        services.put(Collection, a_source(), "/", {"label": {"none": ["x"]}}, actor="test", identifier="name")
    assert (Collection.objects.count(), Identifier.objects.filter(kind="presentation").count()) == (0, 1)


def test_names_may_be_exchanged() -> None:
    source = a_source()
    one, two = a_manifest("1", source=source), a_manifest("2", source=source)
    a_manifest("1", source=a_source())
    services.rename_keys(Manifest, source, {"2": "1", "1": "2"})
    assert [fresh(record).external_id for record in (one, two)] == ["2", "1"]
    services.rename_keys(Manifest, source, {"3": "2", "2": "1"})
    assert [fresh(record).external_id for record in (one, two)] == ["3", "2"]
    services.rename_keys(Manifest, source, {})
    with pytest.raises(IntegrityError), transaction.atomic():
        services.rename_keys(Manifest, source, {"3": "2"})


# -------------------------------------------------------------------------------------------------------------- members
def order(collection: Collection) -> list[str]:
    members = Member.objects.filter(collection=collection).order_by("position")
    return [str(member.manifest or member.child) for member in members]


def test_members_are_put_in_order_and_those_not_named_stay_behind_them() -> None:
    a, b, c = a_manifest("a"), a_manifest("b"), a_collection("c")
    top = a_collection("top")
    assert services.put_members(top, [a, b, c])
    assert order(top) == ["a", "b", "c/"]
    assert services.put_members(top, [c, a])
    assert order(top) == ["c/", "a", "b"]
    assert services.put_members(top, [b])
    assert order(top) == ["b", "c/", "a"]
    assert sorted(top.members.values_list("position", flat=True)) == [0, 1, 2]
    assert services.put_members(top, [c, a])
    with statements() as sent:
        assert not services.put_members(top, [c, a])
    assert writes(sent) == []


def test_a_thing_belongs_to_one_collection_after_it_moved() -> None:
    book = a_manifest("book")
    old, new = a_collection("old", book), a_collection("new", book)
    before = fresh(old).dirty
    services.drop_member(book, new)
    assert (order(old), order(new)) == ([], ["book"])
    assert fresh(old).dirty == before + 1
    services.drop_member(book, new)
    assert fresh(old).dirty == before + 1


def test_pages_of_a_manifest() -> None:
    book = a_manifest()
    pictures = [a_page(book), a_page(book)]
    assert set(services.images_of(book.pk)) == set(pictures)
    assert Canvas.objects.filter(manifest=book).count() == 2


# ---------------------------------------------------------------------------------------------------------- by hand
def test_what_a_person_publishes_follows_what_is_not_in_its_words() -> None:
    """A new name or picture is published at once; people's own words wait for them, and take nothing else along."""
    book = a_manifest("book", When.MANUAL, identifier="book")
    picture = a_page(book)
    convert(picture)
    services.publish_now(book)
    published()
    curation.rename(book, "tome", actor="test")
    assert published() == ["book"]
    assert document(book)["id"].endswith("/tome/manifest")
    words.describe(book, {"label": "Tome"}, actor="test")
    assert published() == []
    pictures.withdraw(picture, actor="test", reason="gone")
    assert published() == [], "what waits for a person would be published with it"
