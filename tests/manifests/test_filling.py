"""What is written when something comes or goes: no more than has changed, in whatever order."""

import random
from uuid import UUID

import pytest
from django.db import transaction

from manifests import filling
from manifests.filling import Change
from manifests.models import Collection, Manifest, Member
from tests.manifests.dynamics import make
from tests.work import statements, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf() -> Collection:
    made: Collection = make(Collection, query={"of": "manifests", "tag": "nothing"})
    return made


def works(count: int) -> list[UUID]:
    made = [Manifest(source_layer={"label": {"none": [str(number)]}}) for number in range(count)]
    return [row.pk for row in Manifest.objects.bulk_create(made)]


def fill(shelf: Collection, keys: list[UUID]) -> tuple[Change, int]:
    """With the number of statements that wrote anything."""
    with statements() as sent, transaction.atomic():
        change = filling.put_members(shelf, keys)
    return change, len(writes(sent))


def there(shelf: Collection) -> list[UUID | None]:
    rows = list(Member.objects.filter(collection=shelf).order_by("place").values_list("manifest", "place", "position"))
    assert [place for _, place, _ in rows] == [position for _, _, position in rows] == list(range(len(rows)))
    return [key for key, _, _ in rows]


def test_members_come_and_go_with_a_few_statements_however_many_there_are(shelf: Collection) -> None:
    keys = works(300)
    assert fill(shelf, keys[1:])[0] == Change(299, 0, False)
    assert fill(shelf, keys[1:]) == (Change(0, 0, False), 0)
    change, wrote = fill(shelf, keys)
    assert (change, there(shelf)) == (Change(1, 0, True), keys)
    assert wrote <= 6
    del keys[150]
    change, wrote = fill(shelf, keys)
    assert (change, there(shelf)) == (Change(0, 1, True), keys)
    assert wrote <= 6


@pytest.mark.parametrize("most", [filling._MOST_RUNS, 2])
def test_any_order_becomes_any_other(shelf: Collection, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "_MOST_RUNS", most)
    keys, dice = works(60), random.Random(1)
    for _ in range(8):
        wanted = dice.sample(keys, dice.randint(0, 60))
        fill(shelf, wanted)
        assert there(shelf) == wanted


def test_what_has_gone_since_it_was_found_is_left_out(shelf: Collection) -> None:
    keys = works(3)
    Manifest.objects.filter(pk=keys[1]).update(withdrawn="2026-01-01T00:00:00Z")
    fill(shelf, keys)
    assert there(shelf) == [keys[0], keys[2]]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_hundred_thousand_members_are_filled_in(shelf: Collection) -> None:
    keys = works(100_000)
    fill(shelf, keys)
    assert fill(shelf, [*keys[1:], keys[0]])[0] == Change(0, 0, True)
    assert there(shelf) == [*keys[1:], keys[0]]
