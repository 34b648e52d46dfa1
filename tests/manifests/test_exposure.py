"""What published documents show of pictures and works that are not for everybody, and when that changes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from images.models import Image
from manifests import services
from manifests.exposure import is_public, public
from manifests.models import Collection, Manifest, Painting
from manifests.openings import due_openings
from tests.manifests.records import When, a_collection, a_manifest, a_page, document, fresh, published
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)

SOON = datetime(2999, 1, 1, 15, tzinfo=UTC)


@pytest.fixture
def book() -> Manifest:
    """Published, with two pages of 800 x 600 pixels; the pyramids have a level of 400 x 300 too."""
    made = a_manifest("book", identifier="book")
    for _ in range(2):
        convert(a_page(made))
    published()
    return made


def restrict(manifest: Manifest, page: int = 0, **columns: Any) -> None:
    """Write into the row of the page's picture, as `images.curation` does, and have the manifest published again."""
    painting = Painting.objects.get(canvas__manifest=manifest, canvas__position=page)
    Image.objects.filter(pk=painting.image).update(**columns)
    services.touch(fresh(manifest))
    published()


# ------------------------------------------------------------------------------------------------------------ documents
def test_a_limited_picture_is_a_smaller_picture_in_documents(book: Manifest) -> None:
    shelf = a_collection("shelf", book)
    published()
    restrict(book, access="limited", access_edge=500)
    published()
    first, second = document(book)["items"]
    assert (first["width"], first["height"]) == (800, 600), "annotations were made for the canvas as it is"
    body = first["items"][0]["items"][0]["body"]
    assert (body["width"], body["height"]) == (400, 300)
    (thumbnail,) = first["thumbnail"]
    (service,) = thumbnail["service"]
    assert (service["width"], service["height"], service["sizes"]) == (400, 300, [{"width": 400, "height": 300}])
    assert "800" not in str(first["thumbnail"])
    other = second["items"][0]["items"][0]["body"]
    assert (other["width"], other["height"]) == (800, 600)
    for resource in (document(book), document(shelf), document(shelf)["items"][0]):
        assert resource["thumbnail"] == first["thumbnail"]


@pytest.mark.parametrize(
    ("columns", "note"),
    [
        ({"access": "closed"}, "This picture is not public."),
        ({"inherited_access": "closed"}, "This picture is not public."),
        ({"access": "limited", "access_edge": 100}, "This picture is not public."),
        ({"access_from": SOON}, "This picture is not public before 2999-01-01."),
        (
            {"inherited_from": SOON, "access": "limited", "access_edge": 500},
            "This picture is not public before 2999-01-01.",
        ),
    ],
)
def test_a_picture_that_is_shut_leaves_its_page_empty(book: Manifest, columns: dict[str, Any], note: str) -> None:
    before = document(book)["items"]
    restrict(book, **columns)
    first, second = document(book)["items"]
    assert first == {
        **{name: before[0][name] for name in ("id", "type", "label", "width", "height")},
        "summary": {"en": [note]},
        "items": [],
    }
    assert second == before[1]
    assert document(book)["thumbnail"] == second["thumbnail"]
    key = str(Painting.objects.get(canvas__manifest=book, canvas__position=0).image)
    assert key not in str(document(book)) + str(document(book, "3n"))


def test_why_a_shut_picture_could_not_be_converted_is_not_told(book: Manifest) -> None:
    restrict(book, access="closed", current=None, wanted=2, failed=2, error_text="scan of Jane's letter.tif is cut off")
    assert document(book)["items"][0]["summary"] == {"en": ["This picture is not public."]}


def test_a_page_that_its_source_names_no_longer_is_in_no_document(book: Manifest) -> None:
    book.canvases.filter(position=0).update(dropped=timezone.now())
    services.touch(book)
    published()
    assert [item["label"] for item in document(book)["items"]] == [{"none": ["page 2"]}]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ({}, True),
        ({"access": "limited", "access_edge": 100}, True),
        ({"access_from": "2020-01-01T00:00Z"}, True),
        ({"access": "closed"}, False),
        ({"inherited_access": "closed"}, False),
        ({"access_from": SOON}, False),
        ({"withdrawn": "2020-01-01T00:00Z"}, False),
    ],
)
def test_collections_list_what_the_public_may_see(book: Manifest, columns: dict[str, Any], shown: bool) -> None:
    inner = a_collection("inner")
    shelf = a_collection("shelf", book, inner)
    published()
    for model, record in ((Manifest, book), (Collection, inner)):
        model.objects.filter(pk=record.pk).update(**columns)
    services.touch(shelf)
    published()
    labels = [item["label"]["none"][0] for item in document(shelf)["items"]]
    assert labels == (["book", "inner"] if shown else [])


# ---------------------------------------------------------------------------------------- records and queries agree
WORDS: list[dict[str, Any]] = [
    {},
    {"access": "open"},
    {"access": "closed"},
    {"access": "limited", "access_edge": 5},
    {"access": "limited", "access_edge": 0},
    {"access": "limited"},
    {"inherited_access": "closed"},
    {"inherited_access": "limited", "inherited_edge": 5},
    {"inherited_access": "limited"},
    {"access_from": SOON},
    {"inherited_from": SOON},
    {"access_from": "2020-01-01T00:00Z", "inherited_from": "2020-01-01T00:00Z"},
    {"withdrawn": "2020-01-01T00:00Z"},
    {"publication": None},
]


@pytest.mark.parametrize("columns", WORDS, ids=" ".join)
def test_the_query_finds_exactly_what_is_public(book: Manifest, columns: dict[str, Any]) -> None:
    Manifest.objects.update(**columns)
    now = timezone.now()
    assert Manifest.objects.filter(public(now)).exists() == is_public(fresh(book), now)


# ------------------------------------------------------------------------------------------------------------- openings
def in_a_moment() -> datetime:
    return timezone.now() + timedelta(seconds=60)


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two minutes pass."""
    moment = timezone.now() + timedelta(seconds=120)
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_a_document_is_published_again_when_an_embargo_in_it_ends(
    book: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = a_collection("shelf", book)
    published()
    whole = document(book)
    restrict(book, 0, access_from=in_a_moment())
    restrict(book, 1, inherited_from=SOON)
    published()
    assert [item["items"] for item in document(book)["items"]] == [[], []]
    assert "thumbnail" not in document(shelf)
    assert due_openings() == 0

    later(monkeypatch)
    assert due_openings() == 1
    assert due_openings() == 0, "it is on its way"
    assert published() == ["book", "shelf"]
    first, second = document(book)["items"]
    assert first == whole["items"][0]
    assert second["items"] == []
    assert "thumbnail" in document(shelf)
    assert due_openings() == 0


@pytest.mark.parametrize("column", ["access_from", "inherited_from"])
def test_a_collection_lists_a_member_when_its_embargo_ends(
    book: Manifest, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    shelf = a_collection("shelf", book, a_collection("inner"))
    for model in (Manifest, Collection):
        model.objects.exclude(pk=shelf.pk).update(**{column: in_a_moment()})
    published()
    assert document(shelf)["items"] == []
    assert due_openings() == 0
    later(monkeypatch)
    assert due_openings() == 1
    assert published() == ["shelf"]
    assert len(document(shelf)["items"]) == 2
    assert due_openings() == 0


def test_what_time_alone_does_not_open_is_left_alone(book: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    restrict(book, access="closed", access_from=in_a_moment())
    later(monkeypatch)
    assert due_openings() == 0


def test_what_a_person_publishes_opens_by_itself_all_the_same(book: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    restrict(book, access_from=in_a_moment())
    Manifest.objects.update(publish_when=When.MANUAL)
    later(monkeypatch)
    before = fresh(book).dirty
    assert (due_openings(), due_openings()) == (1, 0)
    assert fresh(book).dirty == before + 1
    assert published() == ["book"]
    assert len(document(book)["items"][0]["items"]) == 1


def test_what_was_withdrawn_is_not_published_for_an_opening(book: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    restrict(book, access_from=in_a_moment())
    Manifest.objects.update(withdrawn=timezone.now())
    later(monkeypatch)
    assert due_openings() == 0
