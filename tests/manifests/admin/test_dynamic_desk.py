"""Saved queries on the desk: made with a live count, shown in words, changed, refreshed."""

from typing import Any

import pytest
from django.test import Client

from gcis.jobs.models import Job
from manifests.models import Collection, Manifest
from tests.manifests import dynamics
from tests.manifests.admin.desk import address, listed, look, page_of, somebody
from tests.manifests.dynamics import a_draft, a_work, collection, listing, pair, pictures
from tests.manifests.records import a_collection, fresh
from tests.work import an_image, convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)


def form(**said: Any) -> dict[str, Any]:
    return {"of": "manifests", "match": "is", "order": "label", **said}


def count(client: Client, model: str = "collection", **said: Any) -> str:
    answer = client.post(f"{listed(model)}query/count/", form(**said))
    assert answer.status_code == 200
    return " ".join(page_of(answer).text.split())


def test_a_collection_is_made_of_what_is_filled_in(jane: Client) -> None:
    a_work("one", tags=["maps", "old"], metadata=[pair("Place", "Paris")], navDate="1850-01-01T00:00:00Z")
    a_work("two", tags=["maps"])
    said = form(called="Old maps", tag="Maps, old", label="place", value="paris", since="1850", until="1850")
    answer = jane.post(f"{listed('collection')}new-query/", said)
    made = Collection.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(made))
    run_due("manifests.")
    assert dynamics.inside(fresh(made)) == ["one"]
    assert made.query == {
        "of": "manifests",
        "metadata": [{"label": "place", "value": "paris", "match": "is"}],
        "tag": ["Maps", "old"],
        "date": {"from": "1850", "to": "1850"},
        "order": "label",
    }


def test_the_page_that_asks_is_offered_in_both_lists(jane: Client) -> None:
    for model in ("collection", "manifest"):
        page = look(jane, listed(model))
        assert any(each["href"].endswith("/new-query/") for each in page.all("a") if "href" in each.attributes), model
        assert "saved query" in look(jane, f"{listed(model)}new-query/").text


def test_what_is_found_is_counted_as_one_types(jane: Client) -> None:
    for number in range(7):
        a_draft(f"work {number}", tags=["maps"])
    assert count(jane, tag="maps") == "7 manifests found: work 0, work 1, work 2, work 3, work 4 and 2 more"
    assert count(jane, tag="nothing") == "0 manifests found."
    assert "a year, a month" in count(jane, since="long ago")
    a_work("book", 2)
    assert count(jane, "manifest", of="images", text="page 2").startswith("1 picture found: page 2")


def test_what_cannot_be_used_comes_back_with_what_was_typed(jane: Client) -> None:
    answer = jane.post(f"{listed('collection')}new-query/", form(called="x", since="1900", until="1800", tag="a"))
    page = page_of(answer)
    assert "It ends before it begins." in page.text
    assert [each["value"] for each in page.all("input") if each.attributes.get("name") == "since"] == ["1900"]
    assert not Collection.objects.exists()


def test_the_page_of_a_record_says_what_it_is_made_of_and_when_it_was_refreshed(jane: Client) -> None:
    a_work("one", tags=["maps"])
    shelf = collection(tag="maps", limit=10, metadata=[{"label": "Place", "value": "a", "match": "contains"}])
    text = " ".join(look(jane, address(shelf)).text.split())
    assert "Manifests, tagged maps, whose Place contains “a”, the first 10, by label" in text
    assert "0 found, refreshed last on" in text
    picture = an_image("x.tif")
    convert(picture)
    text = " ".join(look(jane, address(listing({"image": str(picture)}))).text.split())
    assert "Made of a list: one picture, page or part of one" in text
    assert "Made of a" not in look(jane, address(a_collection("plain"))).text


def test_the_query_is_changed_there_and_pairs_without_a_field_stay(jane: Client) -> None:
    two = [{"label": "a", "value": "b", "match": "is"}, {"label": "c"}]
    shelf = collection(metadata=two)
    answer = jane.post(address(shelf, "query"), form(label="a", value="x", tag="y"))
    assert "It is being refreshed." in page_of(answer).text
    assert fresh(shelf).query["metadata"] == [{"label": "a", "value": "x", "match": "is"}, {"label": "c"}]
    refused = jane.post(address(shelf, "query"), form(until="tomorrow"))
    assert "a year, a month" in page_of(refused).text
    run_due("manifests.")
    assert "refreshed last" in look(jane, address(shelf, "query")).text


def test_it_is_refreshed_there(jane: Client) -> None:
    shelf = collection(tag="maps")
    a_work("one", tags=["maps"])
    answer = jane.post(address(shelf, "refresh"))
    assert answer["HX-Trigger"] == '{"gcis:saved": ""}'
    assert Job.objects.filter(kind="manifests.refresh", subject=shelf.pk, state="queued").exists()
    run_due("manifests.")
    assert "1 found" in look(jane, address(shelf, "query")).text


def test_what_a_query_finds_is_not_taken_out_by_hand(jane: Client) -> None:
    one = a_work("one", tags=["maps"])
    shelf, album = collection(tag="maps"), pictures(tag="maps")
    rows = look(jane, address(shelf, "members"))
    assert rows.all("li")
    assert [each for each in rows.all("button") if "data-out" in each.attributes] == []
    assert "add them there" not in look(jane, address(album)).text
    refused = jane.post(address(shelf, "out"), {"member": str(one.pk)})
    assert (refused.status_code, "what its query finds" in refused.json()["problem"]) == (400, True)


def test_queries_are_for_those_who_may(jane: Client) -> None:
    reader, shelf = somebody(None, "reader"), collection(tag="maps")
    assert reader.get(f"{listed('collection')}new-query/").status_code == 403
    assert reader.post(f"{listed('collection')}new-query/", form(called="x")).status_code == 403
    assert reader.post(address(shelf, "query"), form(tag="x")).status_code == 403
    assert reader.post(address(shelf, "refresh")).status_code == 403
    assert jane.get(address(shelf, "refresh")).status_code == 405
    assert Collection.objects.count() == 1
    assert not Manifest.objects.exists()
