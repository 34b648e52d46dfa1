"""The list of pictures: what it shows, how it is searched and narrowed, and that it follows conversions."""

import itertools
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from gcis.jobs import services as jobs
from images import curation, services
from images.access import Access
from images.curation import Restriction
from images.models import AccessMaster, Image
from images.policy import Policy
from tests.images.admin.people import IMAGES, member, nobody, reader, words
from tests.work import a_file, a_source, an_image, convert, fail, fresh, take

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert("1")</script>&.tif'


@pytest.fixture
def jane() -> Client:
    return member("curator")


def listed(client: Client, query: str = "") -> set[uuid.UUID]:
    return set(client.get(IMAGES + query).context["cl"].queryset.values_list("pk", flat=True))


# -------------------------------------------------------------------------------------------------------- what it shows
def test_each_picture_says_what_it_is_and_how_it_stands(jane: Client) -> None:
    image = an_image("Coast/sheet 1.tif", identifier="ark:/1/coast")
    convert(image, 2000, 1000)
    said = words(jane.get(IMAGES))
    for part in ("Coast/sheet 1.tif", "ark:/1/coast", "ready", "2000 × 1000", "default@2", "pictures"):
        assert part in said, part


def test_the_small_picture_is_a_level_on_this_host_and_of_this_generation(jane: Client) -> None:
    image = an_image(identifier="a/b")
    convert(image, 800, 600)
    assert (
        f'src="/iiif/3/a%2Fb/full/400,300/0/default.jpg?{fresh(image).generation}"' in jane.get(IMAGES).content.decode()
    )
    small = an_image("small.tif", identifier="small")
    convert(small, 90, 50)
    assert 'src="/iiif/3/small/full/max/0/default.jpg?1"' in jane.get(IMAGES).content.decode()


def test_what_cannot_be_shown_has_no_small_picture(jane: Client) -> None:
    fail(an_image("a.tif"))
    gone = an_image("b.tif")
    convert(gone)
    curation.withdraw(gone, actor="test", reason="Not ours")
    assert "<img" not in re.sub(r".*(<table)", r"\1", jane.get(IMAGES).content.decode(), flags=re.DOTALL)


def test_reasons_are_given_in_words(jane: Client) -> None:
    fail(an_image("a.tif"), sentence="The file is cut off.")
    assert "failed The file is cut off." in words(jane.get(IMAGES))
    gone = an_image("b.tif")
    curation.withdraw(gone, actor="test", reason="Not ours")
    assert "withdrawn Not ours" in words(jane.get(IMAGES))
    services.register(a_source(), "announced.tif", None, actor="test")
    assert "registered Announced, and not sent yet." in words(jane.get(IMAGES))


def test_a_replacement_is_told_beside_what_serves(jane: Client) -> None:
    image = an_image()
    convert(image)
    services.replace(image, a_file(text="newer"), actor="test")
    assert "ready replacement pending Waiting for its conversion." in words(jane.get(IMAGES))
    fail(image, sentence="The file is cut off.")
    assert "ready replacement failed The file is cut off." in words(jane.get(IMAGES))
    services.report_missing(image, actor="test")
    assert "The file is missing since" in words(jane.get(IMAGES))


def test_hostile_names_and_sentences_stay_text(jane: Client) -> None:
    image = an_image(HOSTILE)
    fail(image, sentence=HOSTILE)
    for url in (
        IMAGES,
        f"{IMAGES}?q=script",
        f"{IMAGES}{image}/change/",
        f"{IMAGES}{image}/live/",
        f"{IMAGES}live/?id={image}",
    ):
        answer = jane.get(url)
        assert HOSTILE.encode() not in answer.content, url
        assert b"&lt;script&gt;alert(" in answer.content, url


def test_no_number_of_pictures_makes_more_queries(jane: Client, django_assert_num_queries: Any) -> None:
    def more() -> None:
        source = a_source()
        for state in range(4):
            image = an_image(f"{state}.tif", source)
            if state:
                convert(image)
            if state == 2:
                services.convert_again(image, actor="test")

    more()
    jane.get(IMAGES)
    with CaptureQueriesContext(connection) as few:
        jane.get(IMAGES)
    for _ in range(4):
        more()
    with django_assert_num_queries(len(few)):
        assert jane.get(IMAGES).context["cl"].result_count == 20


# --------------------------------------------------------------------------------------------------------------- search
def test_pictures_are_found_by_every_name_that_they_had(jane: Client) -> None:
    image, _ = an_image("a.tif", identifier="old-name"), an_image("b.tif", identifier="other")
    curation.rename(image, "new-name", actor="test")
    for name in ("old-name", "new-name", "D-NAM"):
        assert listed(jane, f"?q={name}") == {image}, name


def test_pictures_are_found_by_file_external_id_source_digest_and_uuid(jane: Client) -> None:
    source = a_source()
    image, other = an_image("Maps/Coast 1.tif", source), an_image("Maps/Coast 2.tif", a_source())
    found = fresh(image)
    for text in ("coast 1", "maps/coast 1", source.slug, found.digest, found.digest.upper(), str(image), image.hex):
        assert listed(jane, f"?q={text}") == {image}, text
    assert listed(jane, "?q=Coast") == {image, other}
    assert listed(jane, f"?q={found.digest[:40]}") == set(), "a part of a digest names nothing"
    assert listed(jane, "?q=%25") == set()


# -------------------------------------------------------------------------------------------------------------- filters
def every_standing() -> None:
    """Pictures with every combination of the numbers that their state is derived from, with and without a master."""
    for wanted, converted, failed in itertools.product((0, 1, 2), repeat=3):
        for served, withdrawn in itertools.product((False, True), repeat=2):
            image = an_image(f"{wanted}{converted}{failed}{served}{withdrawn}.tif")
            if served:
                convert(image)
            columns = {"wanted": wanted, "converted": converted, "failed": failed}
            Image.objects.filter(pk=image).update(**columns, withdrawn=timezone.now() if withdrawn else None)


def test_the_filters_of_state_and_replacement_say_what_the_picture_says(jane: Client) -> None:
    every_standing()
    rows = list(Image.objects.all())
    for state in Image.State.values:
        wanted = {row.pk for row in rows if row.state == state}
        assert wanted
        assert listed(jane, f"?state={state}") == wanted
    for replacement in ("pending", "failed"):
        wanted = {row.pk for row in rows if row.replacement == replacement}
        assert wanted
        assert listed(jane, f"?replacement={replacement}") == wanted


def test_the_filter_of_access_goes_by_what_counts(jane: Client) -> None:
    later = timezone.now() + timedelta(days=1)
    pictures = {
        "open to all": [Restriction(), Restriction(Access.OPEN), Restriction(opens=later - timedelta(days=2))],
        "size-limited": [Restriction(Access.LIMITED, 800)],
        "opens later": [Restriction(Access.OPEN, opens=later)],
        "closed": [Restriction(Access.CLOSED)],
    }
    made: dict[str, set[uuid.UUID]] = {}
    for name, restrictions in pictures.items():
        for number, restriction in enumerate(restrictions):
            image = an_image(f"{name} {number}.tif")
            curation.restrict(image, restriction, actor="test")
            made.setdefault(name, set()).add(image)
    for name, policy in (
        ("closed", Policy(closed=True)),
        ("size-limited", Policy(edge=9)),
        ("opens later", Policy(opens=later)),
    ):
        image = an_image(f"inherited {name}.tif")
        curation.inherit({image: policy})
        made[name].add(image)
    for name, wanted in made.items():
        assert listed(jane, f"?access={name.replace(' ', '+')}") == wanted, name


def test_pictures_are_narrowed_by_source_recipe_and_missing_file(jane: Client) -> None:
    source = a_source()
    image, other = an_image("a.tif", source), an_image("b.tif")
    convert(image)
    AccessMaster.objects.update(recipe="default", recipe_version=0)
    services.report_missing(other, actor="test")
    assert listed(jane, f"?source__id__exact={source.pk}") == {image}
    assert listed(jane, "?recipe=default") == listed(jane, "?recipe=an+older+recipe") == {image}
    assert listed(jane, "?recipe=fidelity") == set()
    assert (listed(jane, "?missing=missing"), listed(jane, "?missing=there")) == ({other}, {image})


# ----------------------------------------------------------------------------------------------------------------- live
def test_the_list_follows_conversions_until_they_are_over(jane: Client) -> None:
    image = an_image()
    held = take(image)
    held.progress, held.stage = 0.4, "write"
    jobs.beat(held)
    asking = re.search(r'hx-get="([^"]+live[^"]+)" hx-trigger="every 1s"', jane.get(IMAGES).content.decode())
    assert asking
    answer = jane.get(asking[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert f'id="image-{image}-state" class="gcis-standing" hx-swap-oob="true"' in answer.content.decode()
    assert "Being converted: write." in words(answer)
    assert 'value="40"' in answer.content.decode()
    jobs.give_up(held, "failed", "cut", "The file is cut off.")
    last = jane.get(asking[1].replace("&amp;", "&"))
    assert (last.status_code, "The file is cut off." in words(last)) == (286, True)
    assert "every 1s" not in jane.get(IMAGES).content.decode()


def test_a_conversion_that_waits_for_something_says_for_what(jane: Client) -> None:
    image = an_image()
    jobs.try_later(take(image), "folder_missing", "The folder is not at hand just now.")
    assert "Waiting: The folder is not at hand just now." in words(jane.get(IMAGES))


# ---------------------------------------------------------------------------------------------------------- permissions
def test_who_may_look_sees_the_list_and_nothing_to_do() -> None:
    image = an_image()
    onlooker = reader()
    page = onlooker.get(IMAGES)
    assert page.status_code == 200
    assert b"convert_selected" not in page.content
    assert b"addlink" not in page.content
    assert onlooker.get(f"{IMAGES}live/?id={image}").status_code == 200


@pytest.mark.parametrize("url", ["", "live/?id={}", "{}/live/", "uploaded/?id={}", "{}/change/", "add/"])
def test_others_see_nothing(url: str) -> None:
    address = IMAGES + url.format(an_image())
    assert Client().get(address).status_code == 302
    assert nobody().get(address).status_code == 403
