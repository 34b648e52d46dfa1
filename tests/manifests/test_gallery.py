"""What the gallery, its search and the pages of collections show, and what they never show."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from images.models import AccessMaster, Image
from manifests import services
from manifests.gallery import pick
from manifests.models import Manifest, Member
from redirects.models import Identifier
from tests.manifests.page import Page, get
from tests.manifests.published import change, collection, manifest, picture, publish

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
#: Why a thing may not be seen.
SOON = datetime(2999, 1, 1, tzinfo=UTC)
HIDDEN: list[tuple[dict[str, Any], int]] = [
    ({"withdrawn": NOW}, 410),
    ({"publication": None}, 404),
    ({"access": "closed"}, 403),
    ({"inherited_access": "closed"}, 403),
    ({"access": "limited", "access_edge": None}, 403),
    ({"inherited_access": "limited", "inherited_edge": 0}, 403),
    ({"access_from": SOON}, 403),
    ({"inherited_from": SOON}, 403),
    ({"access": "limited", "access_edge": 800, "access_from": SOON}, 403),
]
hidden = pytest.mark.parametrize(("state", "status"), HIDDEN, ids=[" ".join(state) for state, _ in HIDDEN])
#: Words and moments that keep nobody out.
SHOWN: list[dict[str, Any]] = [
    {"access": "open", "inherited_access": "open"},
    {"access": "limited", "access_edge": 800},
    {"inherited_access": "limited", "inherited_edge": 800},
    {"access_from": NOW, "inherited_from": NOW},
    {"access": "open", "access_edge": 0},
]


def search(words: str) -> Page:
    return get("/?" + urlencode({"q": words}))


# --------------------------------------------------------------------------------------------------------------- paging
@pytest.fixture
def fifty() -> list[str]:
    """The labels of 50 works, oldest first: two full pages and two more."""
    labels = [f"work {number:02}" for number in range(50)]
    image = picture()
    for number, label in enumerate(labels):
        change(manifest(label, pictures=[image]), created=NOW + timedelta(seconds=number))
    return labels


PAGES = [
    *[("", 1), ("1", 1), ("2", 2), ("3", 3), ("02", 2)],
    *[("4", 3), ("999999", 3), ("9" * 30, 3), ("1" * 5000, 3)],
    *[("0", 1), ("-1", 1), ("abc", 1), ("1.5", 1), ("²", 1), ("٣", 1), ("1e9", 1), ("\0", 1)],
]


def test_every_page_number_leads_to_a_page_of_24(fifty: list[str]) -> None:
    for asked, shown in PAGES:
        page = get("/?" + urlencode({"page": asked}))
        assert page.status == 200
        assert f"Page {shown} of 3" in page.text, asked
        assert page.labels == fifty[24 * (shown - 1) : 24 * shown], asked


def test_the_pager_leads_on_and_back_and_keeps_the_search(fifty: list[str]) -> None:
    collection("root", [collection("Coast & sea")])
    page = get("/")
    assert page.labels == ["Coast & sea", *fifty[:24]]
    assert "Previous" not in page.links
    page = get("/" + page.links["Next"])
    assert page.labels == fifty[24:48], "collections are on the first page only"

    page = search("WORK")
    for number in (1, 2, 3):
        assert f"Page {number} of 3" in page.text
        last, page = page, get("/" + page.links.get("Next", ""))
    assert "Next" not in last.links
    assert get("/" + last.links["Previous"]).labels == fifty[24:48]


def test_the_pager_says_what_was_searched_for_letter_by_letter() -> None:
    words = "50% a&b=c#d+e ü"
    image = picture()
    for number in range(25):
        manifest(f"{words} {number:02}", pictures=[image])
    second = get("/" + search(words).links["Next"])
    assert (len(second.labels), second.all("input")[0]["value"]) == (1, words)


# --------------------------------------------------------------------------------------------------------------- search
@pytest.mark.parametrize(
    "words",
    [
        *["Küste", "kuste", "KÜSTE", "ku\u0308ste", "  küste \t", "küs"],
        *["strasse", "Straße", "STRASSE", "küste meer", "meer küste", "meer\u00a0küste"],
        *["Leuchtturm", "Seite 28", "öl", "leinwand", "50%", "a_b"],
    ],
)
def test_words_are_found_whatever_their_case_accents_and_order(words: str) -> None:
    manifest(
        {"de": ["Küste und Meer"], "en": ["Coast and sea"]},
        pages=["Seite 28", "LEUCHTTURM"],
        summary={"none": ["An der Straße, 50% a_b"]},
        metadata=[{"label": {"de": ["Technik"]}, "value": {"de": ["Öl auf Leinwand"]}}],
    )
    manifest("Something else", pages=["Seite 27"])
    assert search(words).labels == ["Coast and sea"]


@pytest.mark.parametrize("words", ["küste berg", "5_%", "%", "_", "ab", "küste\0berg", "'", '"', "\\", "ﷺ" * 200])
def test_words_that_are_nowhere_find_nothing(words: str) -> None:
    manifest("Küste und Meer")
    page = search(words)
    assert (page.status, page.labels) == (200, [])
    assert "0 results" in page.text


def test_a_search_shows_works_only_and_an_empty_one_everything() -> None:
    collection("root", [collection("Coast", [manifest("Coast 1")])])
    assert search("coast").labels == ["Coast 1"]
    assert search("  ").labels == ["Coast", "Coast 1"]
    assert get("/").labels == ["Coast", "Coast 1"]


def test_a_search_is_cut_before_it_becomes_a_burden() -> None:
    manifest("a")
    page = search("a " * 5000)
    assert (page.status, page.labels) == (200, ["a"])
    assert len(page.all("input")[0]["value"]) <= 200


# ------------------------------------------------------------------------------------------------- what is never shown
@hidden
def test_a_hidden_work_is_nowhere(state: dict[str, Any], status: int) -> None:
    work, other = manifest("hidden work", identifier="w"), manifest("seen work")
    collection("root", [collection("Coast", [work, other], identifier="c")])
    assert get("/").labels == ["Coast", "hidden work", "seen work"]

    change(work, **state)
    for page in (get("/"), search("work"), search("hidden"), get("/view/c"), get("/view/w")):
        assert "hidden work" not in page.text
    assert get("/view/c").labels == ["seen work"]
    assert search("work").labels == ["seen work"]
    assert get("/view/w").status == status


@pytest.mark.parametrize("state", SHOWN, ids=" ".join)
def test_what_is_open_or_limited_is_everywhere(state: dict[str, Any]) -> None:
    work = manifest("work", identifier="w")
    outer = collection("Coast", [collection("inner", [work])], identifier="c")
    collection("root", [outer], identifier="r")
    for record in (work, outer):
        change(record, **state)
    assert get("/").labels == ["Coast", "work"]
    assert search("work").labels == ["work"]
    assert get("/view/r").labels == ["Coast"]
    assert get("/view/w").crumbs == ["root", "Coast", "inner"]


@hidden
def test_a_hidden_collection_is_nowhere(state: dict[str, Any], status: int) -> None:
    work = manifest("work", identifier="w")
    inner = collection("inner", [work], identifier="i")
    outer = collection("outer", [inner], identifier="o")
    collection("root", [outer], identifier="r")
    assert get("/view/w").crumbs == ["root", "outer", "inner"]

    change(outer, **state)
    for page in (get("/"), get("/view/r"), get("/view/w"), get("/view/o")):
        assert "outer" not in page.text
    assert get("/view/o").status == status
    assert get("/view/w").crumbs == ["inner"], "what is above the hidden one is not given away either"


def publish_again() -> None:
    """The only manifest, as a picture that is shut makes it due."""
    with transaction.atomic():
        services.touch(services.lock(Manifest.objects.get()))
    publish(Manifest.objects.get())


def test_a_withdrawn_picture_is_no_thumbnail() -> None:
    manifest("work")
    assert len(get("/").all("img")) == 1
    Image.objects.update(withdrawn=NOW)
    assert get("/").all("img") == []
    assert "No picture" in get("/").text


@pytest.mark.parametrize("state", [{"access": "closed"}, {"inherited_from": SOON}, {"access_edge": 999}], ids=" ".join)
def test_a_picture_that_is_shut_is_no_thumbnail(state: dict[str, Any]) -> None:
    manifest("work", identifier="w")
    Image.objects.update(**{"access": "limited", **state})
    assert get("/").all("img") == []
    publish_again()
    assert not [each for each in get("/view/w").all("img") if "plain" in each.within]
    assert not [each for each in get("/view/w").all("a") if each.attributes.get("download")]


def test_thumbnails_are_not_larger_than_the_public_may_have_them() -> None:
    image = picture(4000, 3000)
    levels = [[4000, 3000, 256, 256], [2000, 1500, 256, 256], [1000, 750, 256, 256], [400, 300, 256, 256]]
    AccessMaster.objects.filter(image=image).update(levels=levels)
    manifest("work", pictures=[image], identifier="w")

    def sizes() -> list[str]:
        publish_again()
        pictures = [get("/").all("img")[0], *(each for each in get("/view/w").all("img") if "plain" in each.within)]
        links = [each["href"] for each in get("/view/w").all("a") if each.attributes.get("download")]
        return [address.split("/")[-3] for address in [*(each["src"] for each in pictures), *links]]

    assert sizes() == ["480,360", "1000,750", "4000,3000", "2000,1500", "1000,750"]
    Image.objects.update(access="limited", access_edge=1999)
    assert sizes() == ["480,360", "max", "1000,750"]
    Image.objects.update(inherited_access="limited", inherited_edge=400)
    assert sizes() == ["max", "max", "400,300"]


def test_a_name_that_was_withdrawn_is_a_tombstone() -> None:
    manifest("work", identifier="w")
    Identifier.objects.filter(value="w").update(status=Identifier.Status.WITHDRAWN)
    assert get("/view/w").status == 410


# ---------------------------------------------------------------------------------------------------------- collections
def test_the_gallery_shows_the_collections_right_below_the_roots_in_their_order() -> None:
    deep = collection("deep", [manifest("work")])
    second, first = collection("second", [deep]), collection("first", [manifest("other")])
    collection("root", [first, second])
    assert get("/").labels[:2] == ["first", "second"]
    assert set(get("/").labels[2:]) == {"work", "other"}


def test_a_collection_below_two_roots_is_shown_once() -> None:
    shared = collection("shared", [manifest("work")])
    collection("root 1", [shared])
    collection("root 2", [collection("other"), shared])
    assert sorted(get("/").labels) == ["other", "shared", "work"]


def test_more_collections_than_fit_are_reached_by_way_of_the_root() -> None:
    collection("root", [collection(f"c {number:02}") for number in range(25)], identifier="r")
    page = get("/")
    assert page.labels == [f"c {number:02}" for number in range(24)]
    assert "All 25 are in root." in " ".join(page.text.split())
    rest = get(page.links["root"] + "?page=2")
    assert rest.labels == ["c 24"]


def test_a_collection_shows_its_members_in_their_order() -> None:
    first = manifest("z")
    collection("root", [first, collection("y"), manifest("x")], identifier="r")
    assert get("/view/r").labels == ["z", "y", "x"]
    Member.objects.filter(manifest=first).update(place=9)
    assert get("/view/r").labels == ["y", "x", "z"]


def test_a_collection_has_pages_too() -> None:
    image = picture()
    members = [manifest(f"{number:02}", pictures=[image]) for number in range(26)]
    collection("root", members, identifier="r")
    assert get("/view/r?page=2").labels == ["24", "25"]
    change(members[0], access="closed")
    assert get("/view/r?page=2").labels == ["25"], "pages are of 24 that can be seen"


def test_cards_say_what_they_are() -> None:
    inner = collection("inner", [manifest("one"), manifest("many", pages=["1", "2"])])
    collection("root", [inner])
    counts = [" ".join(each.text.split()) for each in get("/").all("span", "count")]
    assert counts[0] == "Collection, 2 items"
    assert sorted(counts[1:]) == ["2 pages", "One picture"]


def test_crumbs_end_where_collections_hold_each_other() -> None:
    a, b = collection("a", [manifest("work", identifier="w")]), collection("b")
    Member.objects.create(collection=a, child=b, position=1)
    Member.objects.create(collection=b, child=a, position=1)
    assert get("/view/w").crumbs == ["b", "a"]


def test_crumbs_show_what_is_published() -> None:
    parent = collection({"none": ["was"]}, [manifest("work", identifier="w")])
    change(parent, curated_layer={"label": {"none": ["will be"]}}, dirty=2)
    assert get("/view/w").crumbs == ["was"]
    publish(parent)
    assert get("/view/w").crumbs == ["will be"]


# -------------------------------------------------------------------------------------------------------------- queries
def test_a_full_page_costs_no_more_queries_than_a_short_one() -> None:
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert get(address).status == 200
        return len(captured)

    first = [manifest(f"work {number}") for number in range(3)]
    collection("root", [collection("Coast", first, identifier="c")])
    addresses = ("/", "/?q=work", "/view/c")
    few = [queries(address) for address in addresses]
    more = [manifest(f"work {number}") for number in range(3, 24)]
    collection("root 2", [collection("Sea", first + more, identifier="s")])
    assert len(get("/view/s").labels) == len(search("work").labels) == 24
    assert [queries(address) for address in ("/", "/?q=work", "/view/s")] == few


# ------------------------------------------------------------------------------------------------------------ languages
@pytest.mark.parametrize(
    ("texts", "languages", "chosen"),
    [
        ({"de": ["D"], "en": ["E"]}, ["de"], "D"),
        ({"de": ["D"], "en": ["E"]}, ["fr", "de"], "D"),
        ({"de-CH": ["S"], "de": ["D"]}, ["de"], "D"),
        ({"de-CH": ["S"], "en": ["E"]}, ["de"], "S"),
        ({"de-CH": ["S"], "de": ["D"]}, ["de-ch", "de"], "S"),
        ({"den": ["X"], "none": ["N"]}, ["de"], "N"),
        ({"en": ["E"], "none": ["N"]}, ["fr"], "N"),
        ({"fr": ["F"], "en": ["E"]}, [], "E"),
        ({"fr": ["F"], "it": ["I"]}, ["de"], "F"),
        ({"none": ["a", "b"]}, [], "a · b"),
        ({}, ["de"], ""),
        (None, ["de"], ""),
    ],
)
def test_one_language_is_picked(texts: Any, languages: list[str], chosen: str) -> None:
    assert pick(texts, languages) == chosen
