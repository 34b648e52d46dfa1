"""What dynamic manifests and collections are made of, as it is sent, kept, and refused."""

from typing import Any
from uuid import uuid4

import pytest

from gcis.core.errors import SourceFault
from manifests.payload.query import MOST, Item, Listed, Pair, Query, content, is_within, kept, moment, stored

ALL = tuple(MOST)
KEY = str(uuid4())
WHOLE: dict[str, Any] = {
    "of": "manifests",
    "source": "emuseum",
    "collection": "maps",
    "metadata": [{"label": "Place", "value": "Paris", "match": "contains"}, {"label": "Scale"}],
    "text": "plan de  ville",
    "tag": ["maps", "cities"],
    "date": {"from": "1850", "to": "1899-12"},
    "order": "date",
    "limit": 50,
}


def faults(sent: Any, kinds: tuple[str, ...] = ALL) -> dict[str, str]:
    with pytest.raises(SourceFault) as caught:
        content(sent, kinds)
    return {fault.field: fault.code for fault in caught.value.fields}


def query(**said: Any) -> Any:
    return content({"query": {"of": "manifests", **said}}, ALL)


def test_a_query_is_read_whole() -> None:
    found = content({"query": WHOLE}, ALL)
    assert found == Query(
        of="manifests",
        source="emuseum",
        collection="maps",
        metadata=(Pair("Place", "Paris", "contains"), Pair("Scale")),
        text="plan de ville",
        tags=("maps", "cities"),
        since="1850",
        until="1899-12",
        order="date",
        limit=50,
    )
    assert (found.most, found.worded, query().most, query().worded) == (50, True, 100_000, False)


def test_what_is_kept_is_read_as_it_was() -> None:
    items = {"items": [{"image": "x", "region": "0,0,5,5"}, {"canvas": KEY}]}
    for sent in ({"query": WHOLE}, {"query": {"of": "images"}}, items):
        found = content(sent, ALL)
        assert kept(stored(found)) == found
    assert stored(content(items, ALL)) == items
    assert stored(query()) == {"of": "manifests", "order": "label"}


def test_a_list_is_read_with_its_parts() -> None:
    found = content({"items": [{"image": "ark:/1/x", "region": "1,2,3,4"}, {"canvas": KEY}]}, ("images",))
    assert isinstance(found, Listed)
    assert found.items[0] == Item(image="ark:/1/x", region="1,2,3,4")
    assert (found.items[0].box, found.items[1].box, str(found.items[1].canvas)) == ((1, 2, 3, 4), None, KEY)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({}, {"query": "required"}),
        ({"query": WHOLE, "items": []}, {"query": "required"}),
        ({"query": "maps"}, {"query": "object"}),
        ({"query": {}}, {"query.of": "choice"}),
        ({"query": {"of": ["images"]}}, {"query.of": "choice"}),
        ({"query": {**WHOLE, "tags": []}}, {"query.tags": "unknown"}),
        ({"query": {**WHOLE, "text": "a\x00b"}}, {"query.text": "text"}),
        ({"query": {**WHOLE, "metadata": "x"}}, {"query.metadata": "list"}),
        ({"query": {**WHOLE, "metadata": [{}, 5]}}, {"query.metadata.0": "required", "query.metadata.1": "object"}),
        ({"query": {**WHOLE, "metadata": [{"value": "x", "match": "like"}]}}, {"query.metadata.0.match": "choice"}),
        ({"query": {**WHOLE, "tag": {"a": 1}}}, {"query.tag": "list"}),
        ({"query": {**WHOLE, "date": {}}}, {"query.date": "object"}),
        ({"query": {**WHOLE, "date": {"from": "1850", "until": "1"}}}, {"query.date.until": "unknown"}),
        ({"query": {**WHOLE, "date": {"from": "1900", "to": "1899"}}}, {"query.date": "range"}),
        ({"query": {**WHOLE, "limit": 100_001}}, {"query.limit": "number"}),
        ({"query": {**WHOLE, "limit": True}}, {"query.limit": "number"}),
        ({"items": []}, {"items": "list"}),
        ({"items": [5, {"image": "x", "canvas": KEY}]}, {"items.0": "object", "items.1": "required"}),
        ({"items": [{"image": None}]}, {"items.0.image": "required"}),
        ({"items": [{"image": "x", "region": "0,0,0,5"}]}, {"items.0.region": "region"}),
        ({"items": [{"image": "x"}, {"image": "x"}]}, {"items.1": "twice"}),
    ],
)
def test_what_is_wrong_is_told_by_its_place(sent: Any, wrong: dict[str, str]) -> None:
    assert faults(sent) == wrong


def test_a_collection_is_made_of_no_list() -> None:
    assert faults({"items": [{"image": "x"}]}, ("manifests", "collections")) == {"query": "required"}


@pytest.mark.parametrize(
    ("date", "since", "until", "within"),
    [
        ("1850-06-30T10:00:00+02:00", "1850", "1850", True),
        ("1850-12-31T23:59:59-08:00", "", "1850", True),
        ("1850-01-01T00:00:00+14:00", "1850-01-01", "", True),
        ("1851-01-01T00:00:00Z", "", "1850-12", False),
        ("1849-12-31T23:59:59Z", "1850", "", False),
        ("1850-06-30T10:00:00Z", "1850-06-30T10:00:00Z", "1850-06-30T10:00:00Z", True),
        ("-0044-03-15T00:00:00Z", "-0050", "-0040", True),
        ("-0044-03-15T00:00:00Z", "-0043", "", False),
    ],
)
def test_dates_count_as_they_are_written_and_a_year_goes_on_until_its_end(
    date: str, since: str, until: str, within: bool
) -> None:
    assert is_within(moment(date), since, until) is within
