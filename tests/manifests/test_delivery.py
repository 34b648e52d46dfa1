"""Manifests and collections as a system sends them: in any order, again and again, beside what people do."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs.models import Job
from images import curation as picture_curation
from images import deliveries as pictures
from images import services as images
from images import sources
from images.access import Access
from images.curation import Restriction
from images.models import Image, Source
from manifests import curation, delivery, members, services, words
from manifests.delivery import Outcome
from manifests.description import effective
from manifests.models import Canvas, Collection, Manifest
from manifests.payload import delivery as payload
from redirects import services as names
from tests.manifests.records import a_manifest, document, fresh, published
from tests.work import a_file, convert, everything, fail, happened, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


class Dam:
    """A system that sends its things by its own keys."""

    def __init__(self, slug: str = "dam") -> None:
        self.source: Source = sources.put_system(slug, slug, actor="test")[0]

    def manifest(self, key: str, *pages: Any, **said: Any) -> Outcome:
        """`1` is a page with the picture 1; more is said by dictionaries."""
        if pages:
            said["canvases"] = [{"image": page} if isinstance(page, str) else page for page in pages]
        return delivery.put_manifest(self.source, key, payload.manifest(said), actor="token dam")

    def collection(self, key: str, *named: str, **said: Any) -> Outcome:
        """`book` is a manifest, `box/` a collection."""
        if named:
            said["members"] = [{"collection" if key.endswith("/") else "manifest": key} for key in named]
        return delivery.put_collection(self.source, key, payload.collection(said), actor="token dam")

    def picture(self, key: str, text: str = "bytes") -> Image:
        """It is sent and converted."""
        known = pictures.find(self.source, key)
        if known:
            images.replace(known.pk, a_file(key, text), actor="token dam")
        else:
            images.register(self.source, key, a_file(key, text), actor="token dam")
        convert(self.image(key).pk)
        return self.image(key)

    def image(self, key: str) -> Image:
        return Image.objects.get(source=self.source, external_id=key)

    def record(self, key: str) -> Any:
        model: Any = Collection if key.endswith("/") else Manifest
        return model.objects.get(source=self.source, external_id=key)

    def pages(self, key: str) -> list[str]:
        """The keys of the pictures on its pages, as far as they are in documents."""
        canvases = self.record(key).canvases.filter(dropped=None).order_by("position")
        rows = canvases.values_list("paintings__image", "external_id")
        return [Image.objects.get(pk=image).external_id if image else f"({page})" for image, page in rows]

    def canvases(self, key: str) -> dict[str, Any]:
        """Every page, by the picture on it."""
        rows = Canvas.objects.filter(manifest=self.record(key)).values_list("paintings__image", "pk")
        return {Image.objects.get(pk=image).external_id if image else "": canvas for image, canvas in rows}

    def members(self, key: str) -> list[str]:
        return [str(member.manifest or member.child) for member in self.record(key).members.order_by("place")]


@pytest.fixture
def dam() -> Dam:
    return Dam()


def refused(code: str, call: Callable[[], object]) -> list[tuple[str, str]]:
    """It is refused and leaves nothing; the places and codes that it names."""
    before = everything()
    with pytest.raises(SourceFault) as refusal:
        call()
    assert (refusal.value.code, everything()) == (code, before)
    return [(fault.field, fault.code) for fault in refusal.value.fields]


def called(record: Any) -> str:
    return names.current([record.pk])[record.pk]


# ------------------------------------------------------------------------------------------------------------ manifests
def test_a_manifest_is_created_updated_and_left_alone(dam: Dam) -> None:
    made = dam.manifest("book", "1", "2", identifier="ark:/1/book", label={"en": "Book"}, rights=CC0)
    book = dam.record("book")
    assert (made, called(book)) == (Outcome(book, "created"), "ark:/1/book")
    assert book.source_layer == {"label": {"en": ["Book"]}, "rights": CC0}
    assert (dam.pages("book"), happened(book.pk)) == (["1", "2"], ["manifest.created"])
    assert dam.manifest("book", label={"en": "The Book"}).what == "updated"
    assert effective(fresh(book)) == {"label": {"en": ["The Book"]}, "rights": CC0}, "the rest stays as it was"
    assert dam.manifest("book", rights=None).what == "updated"
    assert effective(fresh(book)) == {"label": {"en": ["The Book"]}}
    assert dam.pages("book") == ["1", "2"]
    assert happened(book.pk)[-1] == "manifest.sent"


@pytest.mark.parametrize("label", [{}, {"label": None}])
def test_what_has_no_label_is_called_by_its_key(dam: Dam, label: dict[str, None]) -> None:
    dam.manifest("box/1", "1", **label)
    assert effective(dam.record("box/1"))["label"] == {"none": ["box/1"]}
    dam.manifest("box/1", label="Book")
    dam.manifest("box/1", label=None)
    assert effective(dam.record("box/1"))["label"] == {"none": ["box/1"]}


def test_everything_sent_twice_changes_nothing(dam: Dam) -> None:
    calls: list[Callable[[], Outcome]] = [
        lambda: dam.manifest("book", {"id": "p1", "image": "1", "label": "I"}, "2", label="Book", identifier="book"),
        lambda: dam.manifest("empty", publish_when="manual"),
        lambda: dam.manifest("empty", canvases=[]),
        lambda: dam.collection("box/", "book", "later", "inner/", label="Box", identifier="box"),
        lambda: dam.collection("none/", members=[]),
    ]
    for call in calls:
        call()
        before = everything()
        with statements() as sent:
            assert call().what == "unchanged"
        assert (writes(sent), everything()) == ([], before)


def test_what_it_costs_does_not_depend_on_the_number_of_pages(dam: Dam) -> None:
    costs = []
    for number in (3, 40):
        keys = [f"{number}/{page}" for page in range(number)]
        dam.manifest(f"book {number}", *keys)
        dam.collection(f"box {number}/", *keys)
        with statements() as sent:
            dam.manifest(f"book {number}", *keys)
            dam.collection(f"box {number}/", *keys)
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_a_name_that_it_has_or_had_says_nothing_new(dam: Dam) -> None:
    dam.manifest("book", "1", identifier="book")
    book = dam.record("book")
    curation.rename(book, "tome", actor="admin jane")
    before = everything()
    for name in ("book", "tome"):
        assert dam.manifest("book", identifier=name).what == "unchanged"
    assert everything() == before
    assert dam.manifest("book", identifier="volume").what == "updated"
    assert called(book) == "volume"


# ------------------------------------------------------------------------------------------------------------ any order
def test_a_manifest_before_its_pictures_waits_for_them(dam: Dam) -> None:
    dam.manifest("book", "1", "2", label="Book")
    assert (dam.image("1").wanted, images.unfinished(services.images_of(dam.record("book").pk))) == (0, 2)
    assert published() == []
    dam.picture("1")
    assert published() == [], "the second is still expected"
    dam.picture("2")
    assert published() == ["Book"]
    assert [bool(page["items"]) for page in document(dam.record("book"))["items"]] == [True, True]


def test_a_picture_that_fails_or_is_withdrawn_is_not_waited_for(dam: Dam) -> None:
    dam.manifest("book", "1", "2", "3", label="Book")
    dam.picture("1")
    images.replace(dam.image("2").pk, a_file("2"), actor="test")
    fail(dam.image("2").pk)
    assert published() == []
    picture_curation.withdraw(dam.image("3").pk, actor="test", reason="never came")
    assert published() == ["Book"]


def test_as_soon_as_one_picture_can_be_shown(dam: Dam) -> None:
    dam.manifest("book", "1", "2", label="Book", publish_when="when_first")
    assert published() == []
    dam.picture("2")
    assert published() == ["Book"]


def test_pictures_before_their_manifest(dam: Dam) -> None:
    for key in ("1", "2"):
        dam.picture(key)
    assert dam.manifest("book", "2", "1", label="Book").what == "created"
    assert published() == ["Book"]
    page = document(dam.record("book"))["items"][0]
    assert (page["width"], page["height"]) == (800, 600)


def test_a_collection_before_its_members(dam: Dam) -> None:
    dam.collection("box/", "book", "inner/", label="Box")
    assert published() == ["Box"], "what was only announced is not published"
    assert document(dam.record("box/"))["items"] == []
    services.schedule_forgotten()
    assert published() == []
    assert dam.collection("inner/", label="Inner").what == "created"
    dam.picture("1")
    assert dam.manifest("book", "1", label="Book", identifier="book").what == "created"
    assert set(published()) == {"Book", "Box", "Inner"}
    assert [item["label"]["none"][0] for item in document(dam.record("box/"))["items"]] == ["Book", "Inner"]
    assert called(dam.record("book")) == "book"


def test_what_was_announced_and_is_then_sent_with_nothing_new_is_published_all_the_same(dam: Dam) -> None:
    dam.collection("box/", "inner/")
    published()
    assert dam.collection("inner/").what == "created"
    assert "inner/" in published()
    assert dam.collection("inner/").what == "unchanged"


def test_things_of_another_system_have_other_keys(dam: Dam) -> None:
    other = Dam("other")
    dam.manifest("book", "1")
    other.collection("box/", "book")
    assert other.record("book") != dam.record("book")
    assert (Manifest.objects.count(), Image.objects.count()) == (2, 1)


def test_one_life_sent_in_any_order_is_the_same(dam: Dam, settings: Settings) -> None:
    def told(source: Dam) -> Any:
        services.touch(source.record("box/"))
        published()
        box = document(source.record("box/"))
        book = document(source.record("book"))
        return [item["label"] for item in box["items"]], [(page.get("label"), page["width"]) for page in book["items"]]

    steps: list[Callable[[Dam], object]] = [
        lambda source: source.picture("1"),
        lambda source: source.picture("2"),
        lambda source: source.manifest("book", "1", {"image": "2", "label": "II"}, label="Book"),
        lambda source: source.collection("box/", "book", label="Box"),
    ]
    found = []
    for number, order in enumerate(((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (3, 0, 2, 1, 2, 3))):
        source = Dam(f"dam-{number}")
        for step in order:
            steps[step](source)
        found.append(told(source))
    assert found == [found[0]] * len(found)
    assert found[0] == ([{"none": ["Book"]}], [(None, 800), ({"none": ["II"]}, 800)])


# ---------------------------------------------------------------------------------------------------------------- pages
def test_pages_are_put_in_order_dropped_and_come_back_as_they_were(dam: Dam) -> None:
    dam.manifest("book", "1", "2", "3")
    before = dam.canvases("book")
    assert dam.manifest("book", "3", "1").what == "updated"
    assert dam.pages("book") == ["3", "1"]
    assert len(services.images_of(dam.record("book").pk)) == 2
    dam.manifest("book", "4", "2", "3")
    assert dam.pages("book") == ["4", "2", "3"]
    after = dam.canvases("book")
    assert {key: after[key] for key in before} == before
    dam.manifest("book", canvases=[])
    assert dam.pages("book") == []
    dam.manifest("book", "1", "2", "3", "4")
    assert dam.canvases("book") == after


def test_peoples_words_about_a_dropped_page_come_back_with_it(dam: Dam) -> None:
    dam.manifest("book", "1", "2")
    words.describe(Canvas.objects.get(pk=dam.canvases("book")["1"]), {"label": "Cover"}, actor="admin jane")
    dam.manifest("book", "2")
    dam.manifest("book", "1", "2")
    page = Canvas.objects.get(pk=dam.canvases("book")["1"])
    assert (effective(page)["label"], page.dropped) == ({"none": ["Cover"]}, None)


def page(key: str, picture: str | None = None, **said: Any) -> dict[str, Any]:
    return {"id": key, **({"image": picture} if picture else {}), **said}


def test_a_page_with_a_key_keeps_its_address_when_its_picture_changes(dam: Dam) -> None:
    dam.picture("1")
    dam.picture("better")
    dam.manifest("book", page("p1", "1"), page("p2"))
    first, second = dam.record("book").canvases.order_by("position")
    assert dam.manifest("book", page("p1", "better"), page("p2", "2")).what == "updated"
    assert dam.pages("book") == ["better", "2"]
    assert list(dam.record("book").canvases.order_by("position")) == [first, second]
    assert dam.manifest("book", page("p1"), page("p2")).what == "unchanged", "nothing was said about pictures"


def test_pages_that_exchange_their_pictures_stay_what_they_are(dam: Dam) -> None:
    dam.manifest("book", page("p1", "1"), page("p2", "2"), page("p3", "3"))
    before = {canvas.external_id: canvas.pk for canvas in dam.record("book").canvases.all()}
    dam.manifest("book", page("p1", "2"), page("p2", "3"), page("p3", "1"))
    assert dam.pages("book") == ["2", "3", "1"]
    assert {canvas.external_id: canvas.pk for canvas in dam.record("book").canvases.all()} == before


def test_a_new_page_does_not_take_the_place_of_one_that_is_named_too(dam: Dam) -> None:
    dam.manifest("book", page("p1", "1"))
    first = dam.record("book").canvases.get()
    dam.manifest("book", page("p0", "1"), page("p1", "2"))
    keys = {canvas.external_id: canvas.pk for canvas in dam.record("book").canvases.all()}
    assert (keys["p1"], len(keys), dam.pages("book")) == (first.pk, 2, ["1", "2"])


def test_a_page_with_another_key_and_the_same_picture_is_the_same_page(dam: Dam) -> None:
    dam.manifest("book", "1", page("p2", "2"))
    before = dam.canvases("book")
    dam.manifest("book", page("p1", "1"), page("two", "2"))
    assert dam.canvases("book") == before
    assert [canvas.external_id for canvas in dam.record("book").canvases.order_by("position")] == ["p1", "two"]


def test_a_picture_may_be_on_pages_of_several_manifests(dam: Dam) -> None:
    dam.manifest("book", "1")
    dam.manifest("extract", "1")
    assert dam.pages("book") == dam.pages("extract") == ["1"]
    assert Image.objects.count() == 1


def test_a_page_without_a_picture_says_so(dam: Dam) -> None:
    dam.picture("1")
    dam.manifest("book", "1", page("p2", label="II"), label="Book")
    assert published() == ["Book"]
    empty = document(dam.record("book"))["items"][1]
    assert (empty["items"], empty["label"]) == ([], {"none": ["II"]})


def test_a_merged_picture_stays_merged_however_often_its_key_is_sent(dam: Dam) -> None:
    dam.picture("double")
    dam.picture("kept")
    dam.manifest("book", "double", "kept", page("p3", "3"))
    picture_curation.merge(dam.image("double").pk, dam.image("kept").pk, actor="admin jane")
    assert dam.pages("book") == ["kept", "kept", "3"]
    before = everything()
    assert dam.manifest("book", "double", "kept", page("p3", "3")).what == "unchanged"
    assert everything() == before
    dam.manifest("other", "double")
    assert dam.pages("other") == ["kept"]


def test_a_picture_by_address_is_fetched_once(dam: Dam) -> None:
    sent = {"external_id": "1", "url": "https://dam.example.org/1.tif"}
    dam.manifest("book", {"image": sent})
    assert (dam.image("1").url, Job.objects.filter(kind=images.CONVERT).count()) == (sent["url"], 1)
    assert dam.manifest("book", {"image": {**sent, "url": "https://dam.example.org/2.tif"}}).what == "unchanged"
    dam.manifest("expected", "2")
    dam.manifest("expected", {"image": {"external_id": "2", "url": "https://dam.example.org/2.tif"}})
    assert dam.image("2").wanted == 1


# -------------------------------------------------------------------------------------------------------------- members
def test_members_are_put_in_order_and_dropped(dam: Dam) -> None:
    dam.collection("box/", "a", "b", "inner/")
    assert dam.members("box/") == ["a", "b", "inner/"]
    assert dam.collection("box/", "inner/", "a").what == "updated"
    assert dam.members("box/") == ["inner/", "a"]
    assert dam.collection("box/", members=[]).what == "updated"
    assert dam.members("box/") == []
    assert Manifest.objects.count() == 2, "what is named no longer is only named no longer"
    assert dam.collection("box/", label="Box").what == "updated"


def test_what_people_added_stays_and_what_they_took_out_stays_out(dam: Dam) -> None:
    dam.collection("box/", "a", "b")
    mine = a_manifest("mine")
    members.put_in(dam.record("box/"), mine, actor="admin jane")
    members.take_out(dam.record("box/"), dam.record("a"), actor="admin jane")
    before = everything()
    assert dam.collection("box/", "a", "b").what == "unchanged"
    assert everything() == before
    dam.collection("box/", "a", "c", "b")
    assert dam.members("box/") == ["c", "b", "mine"]
    dam.collection("box/", "c")
    assert dam.members("box/") == ["c", "mine"]


def test_a_merged_member_stays_merged_however_often_its_key_is_sent(dam: Dam) -> None:
    dam.manifest("double", "1")
    dam.manifest("kept", "2")
    dam.collection("box/", "double", "other")
    curation.merge(dam.record("double"), dam.record("kept"), actor="admin jane")
    assert dam.members("box/") == ["kept", "other"]
    before = everything()
    assert dam.collection("box/", "double", "other").what == "unchanged"
    assert everything() == before
    assert dam.collection("box/", "double", "kept", "other").what == "unchanged"
    refused("withdrawn", lambda: dam.manifest("double", "1"))


def test_a_member_is_as_closed_as_the_collection_that_names_it(dam: Dam) -> None:
    dam.manifest("book", "1")
    dam.collection("box/", "other")
    curation.restrict(dam.record("box/"), Restriction(Access.CLOSED), actor="admin jane")
    dam.collection("box/", "other", "book")
    assert dam.image("1").policy.closed
    dam.collection("box/", "other")
    assert not dam.image("1").policy.closed


def test_circles_are_refused_by_their_place(dam: Dam) -> None:
    dam.collection("inner/", "book")
    dam.collection("outer/", "inner/")
    assert refused("circle", lambda: dam.collection("inner/", "book", "outer/")) == [("members.1", "circle")]
    assert refused("circle", lambda: dam.collection("inner/", "inner/")) == [("members.0", "circle")]
    assert refused("circle", lambda: dam.collection("new/", "new/")) == [("members.0", "circle")]


def test_one_more_of_many_members_looks_at_that_one_alone(dam: Dam) -> None:
    keys = [str(number) for number in range(30)]
    dam.collection("box/", *keys)
    with statements() as sent:
        dam.collection("box/", *keys, "one more")
    assert len(sent) < 50


# -------------------------------------------------------------------------------------------------------- beside people
def test_peoples_words_and_order_stay_whatever_is_sent(dam: Dam) -> None:
    dam.manifest("book", "1", "2", label="Book")
    book = dam.record("book")
    canvases = dam.canvases("book")
    words.describe(book, {"label": "My book"}, actor="admin jane")
    words.order(book, [canvases["2"], canvases["1"]], actor="admin jane")
    dam.manifest("book", "1", "2", "3", label="The Book", summary="new")
    book = fresh(book)
    assert (effective(book)["label"], effective(book)["summary"]) == ({"none": ["My book"]}, {"none": ["new"]})
    assert {each.name for each in words.differences(book)} == {"label", words.PAGES}
    for key in ("1", "2", "3"):
        dam.picture(key)
    published()
    shown = [page["id"].rsplit("/")[-1] for page in document(book)["items"]]
    assert shown == [str(canvases["2"]), str(canvases["1"]), str(dam.canvases("book")["3"])]


def test_a_page_that_gets_another_picture_has_that_one_as_closed_as_it_is(dam: Dam) -> None:
    """And the one that was there is as open as where it is still shown."""
    dam.manifest("open", "1")
    dam.manifest("closed", page("p1", "1"))
    curation.restrict(dam.record("closed"), Restriction(Access.CLOSED), actor="admin jane")
    assert dam.image("1").policy.closed
    dam.manifest("closed", page("p1", "2"))
    assert (dam.image("1").policy.closed, dam.image("2").policy.closed) == (False, True)


def test_a_work_is_built_anew_when_its_picture_comes_onto_a_page_of_a_closed_one(dam: Dam) -> None:
    dam.picture("1")
    dam.manifest("open", "1", label="Open")
    dam.manifest("closed", page("p1"), label="Closed")
    curation.restrict(dam.record("closed"), Restriction(Access.CLOSED), actor="admin jane")
    published()
    dam.manifest("closed", page("p1", "1"))
    assert "Open" in published()
    assert document(dam.record("open"))["items"][0]["items"] == []


def test_the_pictures_of_a_draft_are_closed_until_it_is_published(dam: Dam) -> None:
    dam.manifest("book", "1", "2", label="Book", publish_when="manual")
    assert [dam.image(key).policy.closed for key in ("1", "2")] == [True, True]
    for key in ("1", "2"):
        dam.picture(key)
    assert published() == []
    services.publish_now(dam.record("book"))
    assert published() == ["Book"]
    assert [dam.image(key).policy.closed for key in ("1", "2")] == [False, False]
    assert [bool(page["items"]) for page in document(dam.record("book"))["items"]] == [True, True]


def test_a_draft_that_shall_be_published_by_itself_is_none_any_more(dam: Dam) -> None:
    dam.picture("1")
    dam.manifest("book", "1", label="Book", publish_when="manual")
    assert dam.image("1").policy.closed
    assert dam.manifest("book", publish_when="when_complete").what == "updated"
    assert not dam.image("1").policy.closed
    assert published() == ["Book"]
    assert document(dam.record("book"))["items"][0]["items"]


# ------------------------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize("known", [False, True])
def test_what_is_refused_leaves_nothing(dam: Dam, known: bool) -> None:
    dam.manifest("other", identifier="taken")
    if known:
        dam.manifest("book", "1")
        dam.collection("box/", "book")
    assert refused("identifier_taken", lambda: dam.manifest("book", "2", "3", identifier="taken")) == []
    assert refused("identifier_taken", lambda: dam.collection("box/", "a", "b/", identifier="taken")) == []
    pages = ["new", {"image": {"external_id": "2", "url": "file:///x"}}, {"image": {"external_id": "3", "url": "x"}}]
    assert refused("invalid", lambda: dam.manifest("book", *pages)) == [
        ("canvases.1.image", "url_refused"),
        ("canvases.2.image", "url_refused"),
    ]


def test_keys_that_nobody_can_keep_are_refused(dam: Dam) -> None:
    for key in ("", "a\0b", "a\nb", "\ud800", "x" * 1001):
        refused("external_id", lambda key=key: dam.manifest(key, "1"))  # type: ignore[misc]
        refused("external_id", lambda key=key: dam.collection(key, "1"))  # type: ignore[misc]


def test_what_is_withdrawn_takes_nothing(dam: Dam) -> None:
    dam.manifest("book", "1")
    dam.collection("box/", "book")
    for key in ("book", "box/"):
        curation.withdraw(dam.record(key), actor="admin jane", reason="rights")
    refused("withdrawn", lambda: dam.manifest("book", "1", "2"))
    refused("withdrawn", lambda: dam.collection("box/", "book", "new"))
    curation.restore(dam.record("book"), actor="admin jane")
    assert dam.manifest("book", "1", "2").what == "updated"


def test_a_withdrawn_picture_stays_on_its_page_and_says_so(dam: Dam) -> None:
    dam.picture("1")
    dam.picture("2")
    dam.manifest("book", "1", "2", label="Book")
    picture_curation.withdraw(dam.image("1").pk, actor="admin jane", reason="rights")
    assert dam.manifest("book", "1", "2").what == "unchanged"
    published()
    assert [bool(page["items"]) for page in document(dam.record("book"))["items"]] == [False, True]


# -------------------------------------------------------------------------------------------------------------- at once
def test_the_same_sent_by_many_at_once_is_there_once(dam: Dam) -> None:
    gate = threading.Barrier(8)

    def send(number: int) -> str:
        gate.wait()
        try:
            if number % 2:
                return dam.collection("box/", "book", "inner/", label="Box").what
            return dam.manifest("book", "1", "2", label="Book", identifier="book").what
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(send, range(8)))
    assert set(done) <= {"created", "unchanged", "updated"}
    assert (Manifest.objects.count(), Collection.objects.count(), Image.objects.count()) == (1, 2, 2)
    assert (dam.pages("book"), dam.members("box/"), called(dam.record("book"))) == (
        ["1", "2"],
        ["book", "inner/"],
        "book",
    )
    assert Event.objects.filter(kind__endswith=".created", subject=dam.record("book").pk).count() == 1
