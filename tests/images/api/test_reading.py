"""Lists and single pictures: who sees what, filters, orders, pages, validators, and how many queries that takes."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from gcis.core.ids import mint
from images import curation, services
from images.access import Access
from images.models import Image
from tests import work
from tests.core.api.conftest import problem
from tests.images.api.conftest import IMAGES, PUBLIC, by_key, ids, machine, one, ready, tell

pytestmark = pytest.mark.django_db

#: A uuid that nothing has.
NOBODY = "0d9c2f4e-5a3b-4c1d-8e7f-6a5b4c3d2e1f"


@pytest.fixture
def cabinet(dam: Any) -> dict[str, UUID]:
    """One picture of every kind that matters for who sees it."""
    later = timezone.now() + timedelta(days=1)
    pictures = {
        "open": ready("open", dam),
        "limited": ready("limited", dam, access=Access.LIMITED, access_edge=500),
        "tiny": ready("tiny", dam, access=Access.LIMITED, access_edge=10),
        "closed": ready("closed", dam, access=Access.CLOSED),
        "inherited": ready("inherited", dam, inherited_access=Access.CLOSED),
        "embargoed": ready("embargoed", dam, access_from=later),
        "withdrawn": ready("withdrawn", dam),
        "registered": work.an_image("registered", dam),
        "failed": work.an_image("failed", dam),
    }
    curation.withdraw(pictures["withdrawn"], actor="test", reason="Not ours")
    work.fail(pictures["failed"])
    return pictures


VISIBLE = {"open", "limited"}


def test_who_sees_everything_does(writer, watcher, cabinet):
    for client in (writer, watcher):
        assert ids(client.get(IMAGES)) == {str(key) for key in cabinet.values()}
        for name, key in cabinet.items():
            for address in (one(key), by_key(name)):
                body = client.get(address).json()
                assert (body["id"], body["public"]) == (str(key), name in VISIBLE)


def test_the_public_s_token_sees_what_the_public_sees(reader, cabinet):
    assert ids(reader.get(IMAGES)) == {str(cabinet[name]) for name in VISIBLE}
    for name, key in cabinet.items():
        for address in (one(key), by_key(name), one(key, "identifiers")):
            response = reader.get(address)
            if name in VISIBLE:
                assert response.status_code == 200
            else:
                assert problem(response, 404, "not_found")["detail"] == "There is no such image."


def test_what_is_hidden_reads_like_what_does_not_exist(reader, cabinet):
    hidden, absent = reader.get(one(cabinet["closed"])).json(), reader.get(one(mint())).json()
    del hidden["instance"], absent["instance"]
    assert hidden == absent


@pytest.mark.parametrize("query", ["source=dam", "state=ready", "q=e", "ordering=size", "created_after=2000-01-01", ""])
def test_no_filter_brings_hidden_pictures_back(reader, cabinet, query):
    assert ids(reader.get(f"{IMAGES}?{query}")) <= {str(cabinet[name]) for name in VISIBLE}


@pytest.mark.parametrize("state", ["registered", "failed", "withdrawn"])
def test_states_that_the_public_never_sees_are_empty(reader, cabinet, state):
    assert ids(reader.get(f"{IMAGES}?state={state}")) == set()


def test_hidden_pictures_are_not_found_by_name_either(reader, watcher, cabinet):
    for key in cabinet.values():
        query = f"{IMAGES}?identifier={key}"
        assert ids(watcher.get(query)) == {str(key)}
        assert ids(reader.get(query)) == ({str(key)} if key in (cabinet["open"], cabinet["limited"]) else set())


def test_the_public_gets_a_limited_picture_s_own_size(reader, watcher, cabinet):
    limited = one(cabinet["limited"])
    whole, small = watcher.get(limited).json(), reader.get(limited).json()
    assert (whole["width"], whole["height"]) == (800, 600)
    assert (small["width"], small["height"]) == (400, 300)
    assert small["iiif"]["thumbnail"].endswith("/full/max/0/default.jpg")
    assert whole["iiif"]["thumbnail"].endswith("/full/400,300/0/default.jpg")
    listed = reader.get(f"{IMAGES}?external_id=limited").json()["results"]
    assert listed == [small]


def test_what_is_internal_is_told_to_those_who_see_all(reader, watcher, dam):
    image = ready("x", dam, url="https://dam.example.org/secret?key=1", missing_since=timezone.now())
    services.convert_again(image, actor="test")
    work.fail(image)
    told, public = watcher.get(one(image)).json(), reader.get(one(image)).json()
    internal = {name for name in told if told[name] != public[name]}
    assert internal == {"url", "replacement", "error", "missing_since", "job", "master"}
    assert all(public[name] is None for name in internal)
    assert told["error"] == {"code": "cut_off", "sentence": "The file is cut off."}
    assert (told["state"], told["replacement"]) == ("ready", "failed")
    assert told["job"].startswith(f"{PUBLIC}/api/v1/jobs/")
    assert told["master"] == f"{PUBLIC}{one(image)}/master"


@pytest.mark.parametrize("query", ["replacement=failed", "missing=true", f"batch={NOBODY}", "made_by=x", "old=true"])
def test_what_is_internal_cannot_be_asked_for_either(reader, watcher, query):
    problem(reader.get(f"{IMAGES}?{query}"), 403, "permission_denied")
    assert watcher.get(f"{IMAGES}?{query}").status_code == 200


def test_a_former_error_is_past(watcher, dam):
    image = work.an_image("x", dam)
    work.fail(image)
    assert watcher.get(one(image)).json()["error"]["code"] == "cut_off"
    services.convert_again(image, actor="test")
    body = watcher.get(one(image)).json()
    assert (body["state"], body["error"]) == ("registered", None)


def test_without_a_token_nothing_is_read(cabinet):
    key = cabinet["open"]
    for address in (IMAGES, one(key), by_key("open"), one(key, "events"), one(key, "identifiers"), one(mint())):
        for method in ("GET", "HEAD"):
            assert Client().generic(method, address).status_code == 401
        problem(Client().get(address), 401, "not_authenticated")


def test_a_token_to_purge_reads_nothing(purger, cabinet):
    for address in (IMAGES, one(cabinet["open"])):
        problem(purger.get(address), 403, "permission_denied")


# ------------------------------------------------------------------------------------------------------------ filters
@pytest.mark.parametrize(
    ("state", "names"),
    [
        ("ready", {"open", "limited", "tiny", "closed", "inherited", "embargoed"}),
        ("registered", {"registered"}),
        ("failed", {"failed"}),
        ("withdrawn", {"withdrawn"}),
    ],
)
def test_by_state(watcher, cabinet, state, names):
    assert ids(watcher.get(f"{IMAGES}?state={state}")) == {str(cabinet[name]) for name in names}


def test_the_filters_say_what_the_records_say(watcher, cabinet, dam):
    again, lost = ready("again", dam), ready("lost", dam)
    services.convert_again(again, actor="test")
    services.convert_again(lost, actor="test")
    work.fail(lost)
    services.convert_again(cabinet["failed"], actor="test")
    work.an_image("expected", dam)
    Image.objects.filter(external_id="expected").update(wanted=0)
    everything = watcher.get(f"{IMAGES}?page_size=200").json()["results"]
    for name in ("state", "replacement"):
        for value in {row[name] for row in everything}:
            rows = {row["id"] for row in everything if row[name] == value}
            assert ids(watcher.get(f"{IMAGES}?{name}={value or 'none'}&page_size=200")) == rows
    assert {row["replacement"] for row in everything} == {None, "pending", "failed"}


def test_by_source_key_digest_recipe_and_absence(watcher, dam):
    elsewhere = work.a_source()
    first, second = ready("a", dam, recipe="fidelity"), ready("a", elsewhere, missing_since=timezone.now())
    Image.objects.filter(pk=first).update(digest="a" * 64)
    for query, found in {
        "source=dam": {first},
        f"source={elsewhere.slug}": {second},
        "source=none": set(),
        "external_id=a": {first, second},
        "external_id=A": set(),
        "source=dam&external_id=a": {first},
        f"digest={'a' * 64}": {first},
        "digest=a": set(),
        "recipe=fidelity": {first},
        "missing=true": {second},
        "missing=false": {first},
        "": {first, second},
    }.items():
        assert ids(watcher.get(f"{IMAGES}?{query}")) == {str(key) for key in found}, query


def test_spaces_belong_to_a_key(watcher, dam):
    spaced, plain = work.an_image(" a ", dam), work.an_image("a", dam)
    assert ids(watcher.get(IMAGES, {"external_id": " a "})) == {str(spaced)}
    assert ids(watcher.get(IMAGES, {"external_id": "a"})) == {str(plain)}


def test_by_every_name_that_it_has_or_had(watcher, dam):
    image, kept = (work.an_image(str(n), dam, identifier=f"name/{n} ü") for n in range(2))
    curation.rename(image, "new", actor="test")
    for name in ("name/0 ü", "new"):
        assert ids(watcher.get(IMAGES, {"identifier": name})) == {str(image)}
        assert ids(watcher.get(IMAGES, {"q": name[1:]})) == {str(image)}
    decomposed = "name/0 u" + "\N{COMBINING DIAERESIS}"
    assert ids(watcher.get(IMAGES, {"identifier": decomposed})) == {str(image)}
    curation.merge(image, kept, actor="test")
    assert ids(watcher.get(IMAGES, {"identifier": "new"})) == {str(kept)}
    assert ids(watcher.get(IMAGES, {"identifier": "nobody"})) == set()


def test_by_part_of_a_name(watcher, dam):
    found = work.an_image("boxes/Recto 100%.tif", dam, identifier="inv-7")
    Image.objects.filter(pk=found).update(file_name="Mädchen.tif")
    ready("other", dam)
    for part in ("boxes/re", "100%", "INV-7", "dchen", "ädchen"):
        assert ids(watcher.get(IMAGES, {"q": part})) == {str(found)}, part
    for part in ("%", "_", "\\", "1_0"):
        assert ids(watcher.get(IMAGES, {"q": part})) == ({str(found)} if part == "%" else set()), part


def test_by_when_it_was_made(watcher, dam):
    image = ready("x", dam, created="2026-05-01T12:00:00Z")
    for query, there in {
        "created_after=2026-05-01T12:00:00Z": True,
        "created_before=2026-05-01T12:00:00Z": False,
        "created_after=2026-05-01T14:00:00%2B02:00": True,
        "created_after=2026-05-01T14:00:00.001%2B02:00": False,
        "created_before=2026-05-02": True,
        "created_before=0001-01-01T00:00:00Z": False,
    }.items():
        assert ids(watcher.get(f"{IMAGES}?{query}")) == ({str(image)} if there else set()), query


@pytest.mark.parametrize(
    "query",
    [
        "state=",
        "external_id=",
        "q=",
        "batch=",
        "missing=",
        "created_before=",
        "state=lost",
        "state=READY",
        "replacement=yes",
        "missing=perhaps",
        "created_after=yesterday",
        "created_after=2026-02-31",
        "created_after=0001-01-01T00:00:00%2B14:00",
        "created_before=9999-12-31T23:59:59-14:00",
        "batch=1",
        "ordering=password",
        "ordering=digest",
        "title__regex=(a%2B)%2B$",
        "limit=1",
        "page=0",
        "page=x",
        "page_size=0",
        "format=csv",
    ],
)
def test_what_cannot_be_asked_is_refused(watcher, dam, query):
    ready("x", dam)
    body = problem(watcher.get(f"{IMAGES}?{query}"), 400, "invalid")
    assert [error["field"] for error in body["errors"]] == [query.split("=")[0]]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("", "cba"),
        ("ordering=created", "abc"),
        ("ordering=-created", "cba"),
        ("ordering=file_name", "abc"),
        ("ordering=-file_name", "cba"),
        ("ordering=size", "bca"),
        ("ordering=-size", "acb"),
    ],
)
def test_orders(watcher, dam, query, order):
    for number, (name, size) in enumerate((("a", 3), ("b", 1), ("c", 2))):
        ready(name, dam, size=size, created=f"2026-05-0{number + 1}T00:00:00Z")
    found = [row["external_id"] for row in watcher.get(f"{IMAGES}?{query}").json()["results"]]
    assert "".join(found) == order


def test_pages_have_links_and_never_overlap(reader, dam):
    pictures = {str(ready(f"{n:02}", dam, size=1)) for n in range(7)}
    ready("hidden", dam, access=Access.CLOSED, size=1)
    seen: list[str] = []
    address: str | None = f"{IMAGES}?ordering=size&page_size=3"
    while address:
        response = reader.get(address.removeprefix(PUBLIC))
        body = response.json()
        assert body["count"] == 7
        seen += [row["id"] for row in body["results"]]
        address = body["next"]
        assert (f'<{address}>; rel="next"' in response["Link"]) if address else 'rel="next"' not in response["Link"]
    assert len(seen) == 7
    assert set(seen) == pictures
    problem(reader.get(f"{IMAGES}?page=2"), 404, "not_found")
    assert len(reader.get(f"{IMAGES}?page_size=1000000000").json()["results"]) == 7


@pytest.mark.parametrize("scope", ["read", "read:all"])
def test_a_page_takes_the_same_number_of_queries_whatever_is_on_it(dam, scope):
    client = machine(scope)

    def asked(address: str) -> int:
        with work.statements() as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    client.get(IMAGES)  # notes that the token was used
    for number in range(3):
        ready(f"few {number}", dam)
    few = asked(f"{IMAGES}?page_size=200")
    for number in range(40):
        ready(f"many {number}", work.a_source(), access=Access.LIMITED, access_edge=500)
    assert asked(f"{IMAGES}?page_size=200") == few
    assert few <= 5


# ---------------------------------------------------------------------------------------------------------- validators
def test_a_reader_who_has_it_already_gets_it_not_again(watcher, reader, dam):
    image = ready("x", dam)
    response = watcher.get(one(image))
    tag = response["ETag"]
    assert tag.startswith(f'"{work.fresh(image).revision}-')
    same = watcher.get(one(image), headers={"if-none-match": tag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
    assert watcher.get(by_key("x"), headers={"if-none-match": tag}).status_code == 304
    assert reader.get(one(image), headers={"if-none-match": tag}).status_code == 200  # who is told something else
    head = watcher.head(one(image))
    assert (head.status_code, head["ETag"], head.content) == (200, tag, b"")
    curation.rename(image, "new", actor="test")
    assert watcher.get(one(image), headers={"if-none-match": tag}).status_code == 200


def test_a_failed_replacement_is_another_representation(watcher, dam):
    image = ready("x", dam)
    services.convert_again(image, actor="test")
    pending = watcher.get(one(image))["ETag"]
    work.fail(image)
    assert watcher.get(one(image))["ETag"] != pending


def test_addresses_in_answers_are_ours_whoever_asks_by_which_name(watcher, dam, settings):
    settings.GCIS_PUBLIC_URL, settings.ALLOWED_HOSTS = "https://images.example.org", ["*"]
    image = work.an_image("x", dam, identifier="ark:/1/x y")
    body = watcher.get(one(image), headers={"host": "evil.example", "x-forwarded-host": "evil.example"}).json()
    assert body["self"] == f"https://images.example.org/api/v1/images/{image}"
    assert body["iiif"]["image_3"] == f"https://images.example.org/iiif/3/{quote('ark:/1/x y', safe=':')}"
    listed = watcher.get(f"{IMAGES}?page_size=1", headers={"host": "evil.example"}).content.decode()
    assert "evil" not in listed


@pytest.mark.parametrize("address", ["x", "1", NOBODY.upper() + "0", f"{NOBODY}/", f"{NOBODY}/x"])
def test_what_is_no_address_is_not_found(watcher, address):
    problem(watcher.get(f"{IMAGES}/{address}"), 404, "not_found")


def test_methods_that_are_not_there_are_refused(writer, dam):
    image = ready("x", dam)
    problem(tell(writer, "POST", IMAGES, {}), 405, "method_not_allowed")
    problem(tell(writer, "PUT", one(image), {}), 405, "method_not_allowed")
    problem(tell(writer, "GET", one(image, "convert")), 405, "method_not_allowed")


# ------------------------------------------------------------------------------------------------- timeline and names
def test_the_timeline_is_told_oldest_first(watcher, reader, dam):
    image = ready("x", dam)
    curation.rename(image, "new", actor="admin jane", reason="Typing error")
    ready("other", dam)
    body = watcher.get(one(image, "events")).json()
    assert [row["kind"] for row in body["results"]] == work.happened(image)
    last = body["results"][-1]
    assert (last["actor"], last["subject"], last["number"]) == ("admin jane", str(image), None)
    assert last["sentence"] == f"Renamed from {image} to new: Typing error"
    assert last["data"]["reason"] == "Typing error"
    paged = watcher.get(one(image, "events?page=2&page_size=1")).json()
    assert (paged["results"], paged["count"]) == (body["results"][1:2], body["count"])
    problem(reader.get(one(image, "events")), 403, "permission_denied")
    problem(watcher.get(one(mint(), "events")), 404, "not_found")


def test_every_name_is_told_the_current_one_first(watcher, reader, dam):
    image = ready("x", dam)
    curation.rename(image, "second", actor="admin jane", reason="Typing error")
    curation.rename(image, "third", actor="admin jane")
    rows = watcher.get(one(image, "identifiers")).json()["results"]
    assert [(row["value"], row["status"]) for row in rows] == [
        ("third", "current"),
        ("second", "moved"),
        (str(image), "moved"),
    ]
    assert (rows[2]["reason"], rows[2]["actor"], rows[2]["hits"]) == ("Typing error", "admin jane", 0)
    public = reader.get(one(image, "identifiers")).json()["results"]
    assert public == [{**row, "reason": None, "actor": None} for row in rows]
    problem(watcher.get(one(mint(), "identifiers")), 404, "not_found")
