"""Names, withdrawal and purges from the command line; what a dry run says is what then happens."""

from uuid import UUID

import pytest

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from images import services as images
from images.models import Purge
from manifests import lookup, services
from manifests.models import Manifest
from redirects import services as names
from tests.manifests.records import a_collection, a_manifest, a_page
from tests.shell import rehearse, run
from tests.work import an_image, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def a_picture(name: str = "coast") -> UUID:
    return an_image(f"{name}.tif", identifier=name)


def a_book(name: str = "book") -> Manifest:
    return a_manifest(name, identifier=name)


def called(key: UUID) -> str:
    return names.current([key])[key]


def happened(key: UUID, kind: str) -> tuple[str, str]:
    """Who did it, and why."""
    event = Event.objects.get(subject=key, kind=kind)
    return event.actor, event.data["reason"]


# --------------------------------------------------------------------------------------------------------------- rename
@pytest.mark.parametrize("kind", lookup.KINDS)
def test_anything_is_renamed_by_any_of_its_names(kind: str) -> None:
    key, what = (a_picture("old"), "image") if kind == "image" else (a_book("old").pk, "manifest")
    ended = run("rename", kind, "old", "new", "--reason", "tidy", "--actor", "jane")
    assert (ended.status, ended.lines) == (0, [f"The {what} old is called new now."])
    assert happened(key, f"{what}.renamed") == ("jane", "tidy")
    assert run("rename", kind, "old", "newer").lines == [f"The {what} new is called newer now."]
    assert called(key) == "newer"
    assert run("rename", kind, "old", "newer").lines == [f"The {what} newer is called so already."]


@pytest.mark.parametrize("new", ["taken", "2/x", "a//b", "withdrawn"])
@pytest.mark.parametrize("old", ["coast", "withdrawn"])
def test_a_dry_run_of_renaming_refuses_as_the_service_does(old: str, new: str) -> None:
    for name in ("coast", "taken", "withdrawn"):
        a_picture(name)
    run("withdraw", "image", "withdrawn", "--reason", "no")
    foretold = rehearse("rename", "image", old, new)
    ended = run("rename", "image", old, new)
    assert foretold.status == ended.status == 1
    assert foretold.err == ended.err


def test_what_is_withdrawn_is_not_renamed_and_a_dry_run_knows() -> None:
    a_picture()
    run("withdraw", "image", "coast", "--reason", "no")
    foretold, ended = rehearse("rename", "image", "coast", "new"), run("rename", "image", "coast", "new")
    assert foretold.err == ended.err == "What is withdrawn cannot be renamed. Restore it first.\n"
    assert foretold.status == ended.status == 1


def test_a_dry_run_of_renaming_tells_and_changes_nothing() -> None:
    key = a_picture()
    assert rehearse("rename", "image", "coast", "shore").lines == [
        "The image coast would be called shore. Nothing was changed."
    ]
    assert rehearse("rename", "image", "coast", "coast").lines == ["The image coast is called so already."]
    assert called(key) == "coast"
    run("rename", "image", "coast", "shore")
    assert rehearse("rename", "image", "shore", "coast").status == 0, "a former name of its own may come back"


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("image", "No image is or ever"), ("presentation", "No manifest or collection is or ever")],
)
def test_a_name_that_nothing_ever_had(kind: str, sentence: str) -> None:
    for words in (
        ("rename", kind, "nope", "x"),
        ("withdraw", kind, "nope", "--reason", "x"),
        ("restore", kind, "nope"),
    ):
        ended = run(*words)
        assert (ended.status, ended.err) == (1, f"{sentence} was called 'nope'.\n")


def test_all_unknown_names_are_told_at_once() -> None:
    with pytest.raises(SourceFault) as caught:
        lookup.find_all("image", ["a", "b"])
    assert len(caught.value.sentence.splitlines()) == 2


# ------------------------------------------------------------------------------------------------- withdraw and restore
@pytest.mark.parametrize("kind", lookup.KINDS)
def test_withdrawal_and_the_way_back(kind: str) -> None:
    key, what = (a_picture("x"), "image") if kind == "image" else (a_book("x").pk, "manifest")
    why = ("--reason", "rights", "--actor", "jane")
    assert rehearse("withdraw", kind, "x", *why).lines == [f"The {what} x would be withdrawn. Nothing was changed."]
    assert rehearse("restore", kind, "x").lines == [f"The {what} x is not withdrawn."]
    assert run("withdraw", kind, "x", *why).lines == [f"The {what} x is withdrawn."]
    assert lookup.find(kind, "x").withdrawn
    assert happened(key, f"{what}.withdrawn") == ("jane", "rights")
    assert rehearse("withdraw", kind, "x", *why).lines == [f"The {what} x was withdrawn before."]
    assert run("withdraw", kind, "x", *why).lines == [f"The {what} x was withdrawn before."]
    assert rehearse("restore", kind, "x").lines == [f"The {what} x would be restored. Nothing was changed."]
    assert run("restore", kind, "x", *why).lines == [f"The {what} x is restored."]
    assert not lookup.find(kind, "x").withdrawn
    assert happened(key, f"{what}.restored") == ("jane", "rights")


def test_who_withdraws_says_why() -> None:
    a_picture()
    ended = run("withdraw", "image", "coast")
    assert ended.status == 1
    assert "--reason" in ended.err
    found = images.find("coast")
    assert found
    assert not found.withdrawn


def test_collections_are_called_collections() -> None:
    a_collection("shelf", identifier="shelf")
    assert run("withdraw", "presentation", "shelf", "--reason", "x").lines == ["The collection shelf is withdrawn."]


# ---------------------------------------------------------------------------------------------------------------- purge
def test_pictures_are_purged_by_name() -> None:
    coast, hill = a_picture(), a_picture("hill")
    assert rehearse("purge", "coast", "hill").lines == [
        "would purge  image coast (1 picture)",
        "would purge  image hill (1 picture)",
        "Nothing was changed.",
    ]
    ended = run("purge", "coast", "hill", "coast", "--reason", "wrong colours", "--actor", "jane")
    assert (ended.status, ended.lines[-1]) == (0, "2 purged.")
    assert (fresh(coast).generation, fresh(hill).generation) == (1, 1)
    assert set(Purge.objects.values_list("subject", "actor", "reason")) == {
        (coast, "jane", "wrong colours"),
        (hill, "jane", "wrong colours"),
    }


def test_a_work_is_purged_with_all_its_pictures() -> None:
    book, other = a_book(), a_book("other")
    first, second, elsewhere = a_page(book), a_page(book), a_page(other)
    assert rehearse("purge", "book", "--kind", "presentation").lines[0] == "would purge  manifest book (2 pictures)"
    assert run("purge", "book", "--kind", "presentation").lines[0] == "purged  manifest book (2 pictures)"
    assert [fresh(image).generation for image in (first, second, elsewhere)] == [1, 1, 0]
    purge = Purge.objects.get()
    assert (purge.subject, purge.matched) == (book.pk, 2)


def test_a_collection_is_purged_with_everything_in_it_once() -> None:
    book, deep, elsewhere = a_book(), a_book("deep"), a_book("elsewhere")
    shared = a_page(book)
    a_page(deep, shared)
    own, outside = a_page(deep), a_page(elsewhere)
    below = a_collection("below", deep, book)
    a_collection("top", book, below, identifier="top")
    assert run("purge", "top", "--kind", "presentation").lines[0] == "purged  collection top (2 pictures)"
    assert [fresh(image).generation for image in (shared, own, outside)] == [1, 1, 0]


def test_a_circle_of_collections_has_an_end() -> None:
    outer = a_collection("outer", identifier="outer")
    inner = a_collection("inner", outer)
    services.put_members(outer, [inner])
    assert lookup.pictures(lookup.find("presentation", "outer")) == []


def test_nothing_is_purged_when_a_name_is_wrong() -> None:
    coast = a_picture()
    assert run("purge", "coast", "cost").status == 1
    assert fresh(coast).generation == 0
