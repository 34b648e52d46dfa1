"""What a query finds, and in which order."""

from typing import Any

import pytest
from django.db import transaction

from gcis.core.errors import SourceFault
from manifests import asking, curation, glimpse, querying, services, words
from manifests.models import Manifest
from manifests.payload.query import content
from tests.manifests.dynamics import a_draft, pair
from tests.manifests.records import a_collection, a_page, published
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)


def read(**said: Any) -> Any:
    return content({"query": {"of": "manifests", **said}}, ("manifests", "collections"))


def found(**said: Any) -> list[str]:
    keys = querying.look(read(**said), 100).keys
    rows = Manifest.objects.in_bulk(keys)
    return [rows[key].external_id for key in keys]


def test_metadata_is_found_by_label_and_value_in_any_language() -> None:
    a_draft("a", metadata=[{"label": {"de": ["Ort"]}, "value": {"de": ["Köln", "Bonn"]}}])
    a_draft("b", metadata=[pair("Ort", "Köln am Rhein")])
    a_draft("c", metadata=[pair("Note", "Köln")])
    assert found(metadata=[{"label": "ORT", "value": "koln"}]) == ["a"]
    assert found(metadata=[{"label": "Ort", "value": "koln", "match": "contains"}]) == ["a", "b"]
    assert found(metadata=[{"value": "Köln"}]) == ["a", "c"]
    assert found(metadata=[{"label": "Ort"}]) == ["a", "b"]
    assert found(metadata=[{"label": "Ort"}, {"value": "Bonn"}]) == ["a"]
    assert found(metadata=[{"label": "Note", "value": "Bonn"}]) == []
    assert found(metadata=[{"value": "100%_"}]) == []


def test_words_that_are_not_published_yet_count_and_those_of_before_do_not() -> None:
    work = a_draft("work", metadata=[pair("Place", "Paris")])
    convert(a_page(work))
    asking.publish(work, actor="test")
    published()
    words.describe(work, {"metadata": [pair("Place", "Rouen")]}, actor="test")
    assert found(metadata=[{"value": "Rouen"}]) == ["work"]
    assert found(metadata=[{"value": "Paris"}]) == []
    words.take_source(work, "metadata", actor="test")
    assert found(metadata=[{"value": "Paris"}]) == ["work"]


def test_everything_that_is_said_counts_together() -> None:
    a_draft("a", tags=["x", "y"], navDate="1850-01-01T00:00:00Z", summary={"en": ["Plan of a town"]})
    a_draft("b", tags=["x"], navDate="1850-01-01T00:00:00Z")
    a_draft("c", tags=["x", "y"])
    assert found(tag=["X", "y"]) == ["a", "c"]
    assert found(tag=["x", "y"], date={"from": "1800"}) == ["a"]
    assert found(text="TOWN plan") == ["a"]
    assert found(text="town", tag="z") == []


def test_they_come_in_the_order_that_is_asked_for() -> None:
    for name, label, date in (("1", "leaf 10", "1850"), ("2", "Leaf 2", ""), ("3", "érable", "1700")):
        a_draft(
            name,
            label={"none": [label]},
            **({"navDate": f"{date}-01-01T00:00:00Z"} if date else {}),
        )
    assert found() == ["3", "2", "1"]
    assert found(order="date") == ["3", "1", "2"]
    assert found(order="created") == ["1", "2", "3"]
    with transaction.atomic():
        for name in ("1", "2", "3"):
            record = Manifest.objects.get(external_id=name)
            curation.rename(record, f"ms-{100 - int(name) * 30}", actor="test")
    assert found(order="identifier") == ["3", "2", "1"]


def test_so_many_are_kept_and_all_are_counted() -> None:
    for number in range(12):
        a_draft(f"{number}")
    best = querying.look(read(), 5)
    assert (best.count, len(best.keys)) == (12, 5)
    assert glimpse.first(read(limit=3), 2).count == 12


def test_a_collection_is_looked_through_at_any_depth_and_by_any_name() -> None:
    a_draft("out")
    inner = a_collection("inner", a_draft("deep"))
    outer = a_collection("outer", inner, a_draft("near"), identifier="outer-one")
    for name in ("outer-one", str(outer.pk)):
        wanted = read(collection=name)
        key = querying.resolved(wanted)
        assert found(collection=key) == ["deep", "near"]
    with pytest.raises(SourceFault) as caught:
        querying.resolved(read(collection="nothing", source="nobody"))
    assert [fault.field for fault in caught.value.fields] == ["query.source", "query.collection"]


def test_a_source_is_looked_through_alone() -> None:
    one, _ = a_draft("one"), a_draft("two")
    assert one.source
    assert found(source=one.source.slug) == ["one"]


def test_what_belongs_to_no_source_is_found_too() -> None:
    with transaction.atomic():
        services.create(Manifest, None, "", {"label": {"none": ["bare"]}}, actor="test")
    assert len(found()) == 1
