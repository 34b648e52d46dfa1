"""The page of one picture: what it says, its form, its dialogs."""

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from gcis import viewers
from gcis.core.subjects import Subject
from gcis.events.models import Event
from gcis.jobs.models import Job
from images import admin as images_admin
from images import curation, services, sources
from images.access import Access
from images.admin.page import OPENSEADRAGON
from images.curation import Restriction
from images.models import AccessMaster, Image, Purge
from images.policy import Policy
from images.services import SourceFile
from redirects import hits
from redirects import services as names
from tests.images.admin.people import IMAGES, act, member, page_of, reader, said, words
from tests.work import a_source, an_image, convert, fail, fresh, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane() -> Client:
    return member("curator")


def form(client: Client, image: uuid.UUID, **changed: str) -> dict[str, str]:
    """What the page's form holds, with what somebody has changed in it."""
    bound = client.get(page_of(image)).context["adminform"].form
    data: dict[str, str] = {}
    for field in bound:
        value = field.value() or ""
        parts = dict.fromkeys((f"{field.name}_0", f"{field.name}_1"), "") if field.name == "access_from" else {}
        if parts and value:
            parts = {f"{field.name}_0": f"{value:%Y-%m-%d}", f"{field.name}_1": f"{value:%H:%M:%S}"}
        data |= parts or {field.name: str(value)}
    return data | {f"initial-{name}": value for name, value in data.items()} | changed | {"_continue": "1"}


def save(client: Client, image: uuid.UUID, **changed: str) -> Any:
    return client.post(page_of(image), form(client, image, **changed))


def happened(image: uuid.UUID) -> list[str]:
    return list(Event.objects.filter(subject=image).order_by("id").values_list("kind", flat=True))


# --------------------------------------------------------------------------------------------------------- what it says
def test_the_page_tells_everything_about_a_picture(jane: Client) -> None:
    source = a_source("/pictures")
    image = an_image(
        "Coast/sheet 1.tif", source, identifier="coast", rights="http://rightsstatements.org/vocab/InC/1.0/"
    )
    convert(image, 2000, 1000)
    AccessMaster.objects.update(
        provenance={
            "found": {"format": "tiff", "profile": None, "pixels_per_mm": [11.8, 11.8]},
            "assumed": {"profile": "sRGB"},
            "done": ["turned (6)", "pyramid, JPEG 89 4:2:0"],
            "tools": {"libvips": "8.18"},
            "seconds": {"fetch": 0.125},
        }
    )
    page = words(jane.get(page_of(image)))
    for part in (
        *(
            "coast",
            "Coast/sheet 1.tif",
            "pictures",
            "2000 × 1000",
            fresh(image).digest,
            "The public Open to all Inherited Nothing stricter",
        ),
        "The source says http://rightsstatements.org/vocab/InC/1.0/",
        "By the recipe default@2",
        "format tiff pixels per mm 11.8 × 11.8",
        "Assumed, since it did not say profile sRGB",
        "turned (6) pyramid, JPEG 89 4:2:0",
        "fetch 0.13",
        "Put another file in its place, /pictures/Coast/sheet 1.tif; the next import takes it.",
        "Registered as Coast/sheet 1.tif",
    ):
        assert part in page, part


def test_the_zoom_is_fed_from_this_host_and_a_plain_picture_stands_in(
    jane: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.GCIS_VIEWERS_DIR = tmp_path
    image = an_image(identifier="a/b")
    convert(image, 4000, 3000)
    page = jane.get(page_of(image)).content.decode()
    assert 'data-zoom="/iiif/3/a%2Fb/info.json"' in page
    assert 'src="/iiif/3/a%2Fb/full/max/0/default.jpg' not in page, "that would be twelve megapixels"
    assert "openseadragon.min.js" not in page
    script = tmp_path / OPENSEADRAGON
    script.parent.mkdir()
    script.touch()
    assert f'src="/viewers/{OPENSEADRAGON}"' in jane.get(page_of(image)).content.decode()


def test_the_viewer_is_the_one_that_is_fetched() -> None:
    assert f"{viewers.OPENSEADRAGON.folder}/{viewers.OPENSEADRAGON.members[0][1]}" == OPENSEADRAGON


def test_names_are_listed_with_their_history(jane: Client) -> None:
    image = an_image(identifier="first")
    curation.rename(image, "second", actor="admin joe", reason="New scheme")
    names.visit("image", "first")
    hits.write()
    page = words(jane.get(page_of(image)))
    assert "second current" in page
    assert "first moved" in page
    assert "New scheme admin joe 1 time" in page


def test_what_was_merged_leads_to_where_its_names_are(jane: Client) -> None:
    image, other = an_image("a.tif"), an_image("b.tif")
    curation.merge(image, other, actor="test", reason="Twice")
    page = jane.get(page_of(image))
    assert page_of(other) in page.content.decode()
    assert "None: another picture has taken them over." in words(page)


def test_access_is_told_in_words(jane: Client) -> None:
    image = an_image()
    curation.restrict(image, Restriction(Access.LIMITED, 800), actor="test")
    curation.inherit({image: Policy(edge=600, opens=datetime(2100, 1, 1, tzinfo=UTC))})
    page = words(jane.get(page_of(image)))
    limit = "at most 600 pixels on the longer edge"
    assert f"The public Closed until 1 Jan 2100, 00:00 UTC, then {limit}" in page
    assert f"Inherited Closed until 1 Jan 2100, 00:00 UTC, then {limit}" in page
    curation.inherit({image: Policy(closed=True)})
    assert "The public Closed to the public Inherited Closed to the public" in words(jane.get(page_of(image)))


def test_who_shows_it_says_so(jane: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    image = an_image()
    asked: list[uuid.UUID] = []

    def manifests(key: uuid.UUID) -> list[Subject]:
        asked.append(key)
        return [Subject("manifest", "Coast <b>", "/admin/x/")]

    monkeypatch.setattr(images_admin.shown, "shown_in", [manifests])
    page = jane.get(page_of(image))
    assert "Where it is shown Coast <b> manifest" in words(page)
    assert b"Coast <b>" not in page.content
    assert asked == [image]
    monkeypatch.setattr(images_admin.shown, "shown_in", [lambda key: []])
    assert "Where it is shown Nowhere." in words(jane.get(page_of(image)))


def test_the_page_follows_its_conversion_and_shows_the_new_picture_at_its_end(jane: Client) -> None:
    image = an_image()
    url = f"{IMAGES}{image}/live/"
    assert f'hx-get="{url}" hx-trigger="every 1s"' in jane.get(page_of(image)).content.decode()
    answer = jane.get(url)
    assert (answer.status_code, "Waiting for its conversion." in words(answer)) == (200, True)
    convert(image)
    last = jane.get(url)
    assert last.status_code == 286
    assert 'id="image-head" class="gcis-head" hx-swap-oob="true"' in last.content.decode()
    assert "Converted: the picture serves now" in words(last)
    assert f'hx-get="{url}"' not in jane.get(page_of(image)).content.decode()
    assert jane.get(f"{IMAGES}{uuid.uuid4()}/live/").status_code == 404


def test_a_longer_history_makes_no_more_queries(jane: Client, django_assert_num_queries: Any) -> None:
    image = an_image()
    convert(image)
    jane.get(page_of(image))
    with CaptureQueriesContext(connection) as few:
        jane.get(page_of(image))
    for number in range(5):
        curation.rename(image, f"name-{number}", actor="test")
        services.convert_again(image, actor="test")
        convert(image, 800 + number, 600)
    with django_assert_num_queries(len(few)):
        jane.get(page_of(image))


# ------------------------------------------------------------------------------------------------------------- the form
def test_peoples_words_reach_the_curated_layer(jane: Client) -> None:
    image = an_image(rights="http://rightsstatements.org/vocab/InC/1.0/")
    saved = save(jane, image, rights_curated="https://creativecommons.org/publicdomain/zero/1.0/", recipe="fidelity")
    assert saved.status_code == 302
    row = fresh(image)
    assert row.rights_curated == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert (row.rights_source, row.recipe) == ("http://rightsstatements.org/vocab/InC/1.0/", "fidelity")
    event = Event.objects.get(subject=image, kind="image.described")
    assert (event.actor, event.data.keys()) == ("admin jane", {"rights_curated", "recipe"})
    assert "image.restricted" not in happened(image)


def test_access_is_set_whole(jane: Client) -> None:
    image = an_image()
    save(jane, image, access="limited", access_edge="800", access_from_0="2100-01-02", access_from_1="03:04:00")
    row = fresh(image)
    assert (row.access, row.access_edge) == ("limited", 800)
    assert row.access_from == datetime(2100, 1, 2, 3, 4, tzinfo=UTC)
    save(jane, image, access="closed")
    assert (fresh(image).access, fresh(image).access_edge) == ("closed", None), "its field is not on the page then"
    assert happened(image).count("image.restricted") == 2
    assert "image.described" not in happened(image)


def test_saving_what_nobody_changed_changes_nothing(jane: Client) -> None:
    image = an_image()
    curation.restrict(image, Restriction(Access.LIMITED, 800, timezone.now() + timedelta(days=9)), actor="test")
    before = Image.objects.filter(pk=image).values()[0], happened(image)
    assert save(jane, image).status_code == 302
    assert (Image.objects.filter(pk=image).values()[0], happened(image)) == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"access": "limited"}, "Size-limited access needs the longest edge in pixels"),
        ({"access": "limited", "access_edge": "0"}, "greater than or equal to 1"),
        ({"access": "limited", "access_edge": "99999999999"}, "less than or equal to"),
        ({"rights_curated": "x" * 301}, "at most 300 characters"),
        ({"rights_curated": "a\u2028b"}, "Rights are an address of at most 300 characters."),
        ({"recipe": "nonsense"}, "Select a valid choice"),
        ({"access_from_0": "tomorrow"}, "Enter a valid date"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(jane: Client, changed: dict[str, str], sentence: str) -> None:
    image = an_image()
    before = Image.objects.filter(pk=image).values()[0]
    answer = save(jane, image, **changed)
    assert answer.status_code == 200
    assert sentence in words(answer)
    assert Image.objects.filter(pk=image).values()[0] == before


def test_what_another_changed_meanwhile_is_not_overwritten(jane: Client) -> None:
    image = an_image()
    mine = form(jane, image, rights_curated="https://creativecommons.org/licenses/by/4.0/")
    curation.restrict(image, Restriction(Access.CLOSED), actor="admin joe")
    jane.post(page_of(image), mine)
    assert fresh(image).access == "closed", "the form that showed it open says nothing of it"
    assert fresh(image).rights_curated == "https://creativecommons.org/licenses/by/4.0/"
    stale = form(jane, image, rights_curated="https://example.org/mine")
    curation.describe(image, actor="admin joe", rights="https://example.org/joes")
    answer = jane.post(page_of(image), stale)
    assert "Somebody has changed this since you opened the page: it is https://example.org/joes now." in words(answer)
    assert fresh(image).rights_curated == "https://example.org/joes"


def test_a_recipe_that_is_no_more_stays_until_somebody_chooses(jane: Client) -> None:
    image = an_image(recipe="of-old")
    save(jane, image, rights_curated="https://example.org/")
    assert (fresh(image).recipe, fresh(image).rights_curated) == ("of-old", "https://example.org/")
    save(jane, image, recipe="default")
    assert fresh(image).recipe == "default"


# ---------------------------------------------------------------------------------------------------------- the dialogs
def test_a_picture_is_renamed(jane: Client) -> None:
    image = an_image(identifier="first")
    assert b'value="first"' in jane.get(f"{IMAGES}{image}/rename/").content
    act(jane, image, "rename", identifier="second", reason="New scheme")
    assert [(row.value, row.reason, row.actor) for row in names.history(image) if row.status == "current"] == [
        ("second", "New scheme", "admin jane")
    ]
    assert said(jane) == ["It is called second now."]


def test_names_that_cannot_be_had_are_refused(jane: Client) -> None:
    image, other = an_image("a.tif", identifier="first"), an_image("b.tif", identifier="taken")
    answer = act(jane, image, "rename", identifier="2/x")
    assert "cannot be used" in words(answer)
    act(jane, image, "rename", identifier="taken")
    assert said(jane) == ["The identifier 'taken' belongs to something else, now or formerly."]
    assert (names.current([image, other])) == {image: "first", other: "taken"}


def test_a_picture_is_merged_into_the_one_of_any_name(jane: Client) -> None:
    image, other = an_image("a.tif", identifier="a"), an_image("b.tif", identifier="b")
    curation.rename(other, "c", actor="test")
    assert "No image is or ever was called" in words(act(jane, image, "merge", into="nobody"))
    act(jane, image, "merge", into="b", reason="Twice")
    assert names.find("image", "a").resource == other  # type: ignore[union-attr]
    assert fresh(image).withdrawn_reason == "Twice"
    act(jane, other, "merge", into="c")
    assert "A picture cannot be merged into itself." in said(jane)


def test_a_picture_is_withdrawn_and_restored(jane: Client) -> None:
    image = an_image()
    assert "This field is required." in words(act(jane, image, "withdraw", reason=""))
    act(jane, image, "withdraw", reason="Not ours")
    assert fresh(image).withdrawn_reason == "Not ours"
    act(jane, image, "restore", reason="Ours after all")
    assert fresh(image).withdrawn is None
    assert happened(image)[-3:] == ["image.withdrawn", "image.restored", "image.wanted"]


def test_only_what_makes_sense_is_offered(jane: Client) -> None:
    image = an_image()

    def offered() -> set[str]:
        return {action["path"].split("/")[-2] for action in jane.get(page_of(image)).context["actions_detail"]}

    assert offered() == {"convert_again", "rename", "merge", "purge", "withdraw"}
    curation.withdraw(image, actor="test", reason="Not ours")
    assert offered() == {"restore"}


def test_a_picture_is_converted_again(jane: Client) -> None:
    image = an_image()
    convert(image)
    act(jane, image, "convert_again")
    assert Job.objects.filter(subject=image, state="queued").count() == 1
    act(jane, services.register(a_source(), "announced.tif", None, actor="test").pk, "convert_again")
    assert said(jane)[-1] == "announced.tif was announced, but never sent."


def test_what_came_from_an_address_can_be_fetched_again(jane: Client) -> None:
    source, _ = sources.put_system("dam", "DAM", actor="test")
    file = SourceFile("x.tif", url="https://dam.example.org/x.tif")
    image = services.register(source, "x", file, actor="test").pk
    services.keep_copy(image, "aa/x")
    assert b"Fetch the file again" in jane.get(f"{IMAGES}{image}/convert_again/").content
    assert b"Fetch the file again" not in jane.get(f"{IMAGES}{an_image()}/convert_again/").content
    act(jane, image, "convert_again")
    assert fresh(image).copy_key == "aa/x"
    act(jane, image, "convert_again", refetch="on")
    assert (fresh(image).copy_key, fresh(image).wanted) == ("", 3)
    assert "It comes from DAM: replace it there." in words(jane.get(page_of(image)))


def test_a_picture_is_purged(jane: Client) -> None:
    image = an_image()
    act(jane, image, "purge", reason="Colours were corrected")
    purge = Purge.objects.get()
    assert (purge.subject, purge.actor, purge.reason, purge.matched) == (
        image,
        "admin jane",
        "Colours were corrected",
        1,
    )
    assert fresh(image).generation == 1


@pytest.mark.parametrize("action", ["rename", "merge", "withdraw", "restore", "convert_again", "purge"])
def test_dialogs_change_nothing_by_a_mere_link_nor_for_those_who_may_only_look(jane: Client, action: str) -> None:
    image, other = an_image("a.tif"), an_image("b.tif", identifier="other")
    if action == "restore":
        curation.withdraw(image, actor="test", reason="Not ours")
    data = {"identifier": "new", "into": "other", "reason": "x"}
    before = Image.objects.filter(pk=image).values()[0]
    assert jane.get(f"{IMAGES}{image}/{action}/", data).status_code == 200
    assert act(reader(), image, action, **data).status_code == 403
    assert Image.objects.filter(pk=image).values()[0] == before
    assert act(jane, "x", action, **data).status_code == 404
    assert act(jane, uuid.uuid4(), action, **data).status_code == 404
    assert act(jane, image, action, **data).status_code == 302
    assert Image.objects.filter(pk=image).values()[0] != before
    assert fresh(other).withdrawn is None


def test_who_may_only_look_has_no_form() -> None:
    image = an_image()
    onlooker = reader()
    page = onlooker.get(page_of(image))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert not page.context["actions_detail"]
    assert onlooker.post(page_of(image), {"access": "closed"}).status_code == 403
    assert fresh(image).access == "inherit"


def test_a_failure_of_the_first_file_is_told_where_the_picture_would_be(jane: Client) -> None:
    image = an_image()
    fail(image, sentence="The file is cut off.")
    page = words(jane.get(page_of(image)))
    assert "There is no picture: the file could not be converted." in page
    assert "failed The file is cut off." in page


def test_a_running_conversion_is_seen_on_the_page(jane: Client) -> None:
    image = an_image()
    take(image)
    assert "Being converted." in words(jane.get(page_of(image)))
