"""What people put into collections and take out, beside what sources say."""

import pytest

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from manifests import members, services, words
from manifests.models import Collection
from tests.manifests.records import a_collection, a_manifest, document, fresh, published
from tests.work import everything, happened, statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


def order(collection: Collection) -> list[str]:
    return [str(member.manifest or member.child) for member in collection.members.order_by("place")]


def test_what_is_put_in_comes_last_and_is_told() -> None:
    a, b, inner = a_manifest("a"), a_manifest("b"), a_collection("inner")
    shelf = a_collection("shelf", a)
    before = fresh(shelf).revision
    assert members.put_in(shelf, b, actor="admin jane")
    assert members.put_in(shelf, inner, actor="admin jane")
    assert order(shelf) == ["a", "b", "inner/"]
    assert fresh(shelf).revision == before + 2
    event = Event.objects.filter(subject=shelf.pk).latest("id")
    assert (event.kind, event.actor, event.data) == ("collection.member_added", "admin jane", {"member": str(inner.pk)})
    unchanged = everything()
    assert not members.put_in(shelf, b, actor="test")
    assert everything() == unchanged


def test_what_is_taken_out_is_nowhere_else_touched() -> None:
    a, b = a_manifest("a"), a_manifest("b")
    shelf, other = a_collection("shelf", a, b), a_collection("other", a)
    before = fresh(a), fresh(other)
    assert members.take_out(shelf, a, actor="admin jane")
    assert (order(shelf), order(other)) == (["b"], ["a"])
    assert (fresh(a).revision, fresh(other).revision) == (before[0].revision, before[1].revision)
    assert happened(shelf.pk)[-1] == "collection.member_removed"
    unchanged = everything()
    assert not members.take_out(shelf, a, actor="test")
    assert everything() == unchanged
    assert members.put_in(shelf, a, actor="test")
    assert order(shelf) == ["b", "a"]


def test_a_circle_is_refused_at_every_distance() -> None:
    inner = a_collection("inner")
    outer = a_collection("outer", inner)
    before = everything()
    for record in (inner, outer):
        with pytest.raises(SourceFault, match="inside itself"):
            members.put_in(inner, record, actor="test")
    assert everything() == before


def test_what_a_person_adds_to_an_order_of_theirs_is_no_difference() -> None:
    a, b, c = (a_manifest(name) for name in "abc")
    shelf = a_collection("shelf", a, b)
    words.order(shelf, [b.pk, a.pk], actor="test")
    members.put_in(shelf, c, actor="test")
    assert (order(shelf), words.differences(fresh(shelf))) == (["b", "a", "c"], [])
    members.take_out(shelf, b, actor="test")
    assert (order(shelf), words.differences(fresh(shelf))) == (["a", "c"], [])
    words.take_source(fresh(shelf), words.MEMBERS, actor="test")
    assert order(shelf) == ["a", "c"]


def test_the_document_has_what_people_put_in() -> None:
    shelf, inner = a_collection("shelf"), a_collection("inner")
    published()
    members.put_in(shelf, inner, actor="test")
    published()
    assert [item["label"] for item in document(shelf)["items"]] == [{"none": ["inner"]}]


# ----------------------------------------------------------------------------------------------- beside a source's word
def test_what_people_added_stays_behind_what_the_source_names() -> None:
    a, b, mine = a_manifest("a"), a_manifest("b"), a_manifest("mine")
    shelf = a_collection("shelf", a)
    members.put_in(shelf, mine, actor="test")
    assert services.put_members(shelf, [b, a])
    assert order(shelf) == ["b", "a", "mine"]
    with statements() as sent:
        assert not services.put_members(shelf, [b, a])
    assert writes(sent) == []


def test_what_people_took_out_does_not_come_back_when_the_source_names_it_again() -> None:
    a, b = a_manifest("a"), a_manifest("b")
    shelf = a_collection("shelf", a, b)
    members.take_out(shelf, a, actor="test")
    with statements() as sent:
        assert not services.put_members(shelf, [a, b])
    assert (order(shelf), writes(sent)) == (["b"], [])
    assert services.put_members(shelf, [b]) is True, "b has another place in the source now"
    assert services.put_members(shelf, [a, b])
    assert order(shelf) == ["a", "b"], "once the source had dropped it, naming it is news"


def test_a_thing_that_moves_by_its_source_stays_where_people_put_it() -> None:
    book = a_manifest("book")
    old, new, mine = a_collection("old", book), a_collection("new", book), a_collection("mine")
    members.put_in(mine, book, actor="test")
    assert services.drop_member(book, new)
    assert (order(old), order(new), order(mine)) == ([], ["book"], ["book"])
    assert not services.drop_member(book, new)
    assert services.put_members(old, [book]), "and may come back"


def test_many_members_cost_few_statements() -> None:
    many = [a_manifest(str(number)) for number in range(30)]
    shelf = a_collection("shelf")
    with statements() as sent:
        services.put_members(shelf, many)
    assert len(sent) < 10
    with statements() as sent:
        services.put_members(shelf, many[::-1])
    assert len(sent) < 10
    assert order(shelf) == [str(number) for number in range(30)][::-1]
