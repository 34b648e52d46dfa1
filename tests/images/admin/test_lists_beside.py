"""Purges, sources and access masters."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gcis.events.models import Event
from images import curation, sources
from images.models import AccessMaster, Purge, Source
from tests.images.admin.people import member, page_of, words
from tests.work import a_source, an_image, convert

pytestmark = pytest.mark.django_db

SOURCES, PURGES, MASTERS = "/admin/images/source/", "/admin/images/purge/", "/admin/images/accessmaster/"


@pytest.fixture
def mona() -> Client:
    return member("manager")


# --------------------------------------------------------------------------------------------------------------- purges
def test_purges_say_who_what_and_why(mona: Client) -> None:
    image, other = an_image("Coast <b>.tif"), an_image("b.tif")
    purge = curation.purge(image, [image, other], actor="admin jane", reason="Colours <i>were</i> corrected")
    said = words(mona.get(PURGES))
    for part in ("Coast <b>.tif", "admin jane", "Colours <i>were</i> corrected", "2", "own caches: done"):
        assert part in said, part
    page = mona.get(f"{PURGES}{purge.pk}/change/")
    assert page_of(image).encode() in page.content
    assert page_of(other).encode() in page.content
    assert b"Coast <b>" not in page.content
    assert mona.get(f"{PURGES}?q={image}").context["cl"].result_count == 1
    assert mona.get(f"{PURGES}?q={other}").context["cl"].result_count == 0


def test_a_purge_names_some_of_many_pictures_and_counts_the_others(
    mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.admin.purges.MOST_TARGETS", 2)
    images = [an_image(f"{number}.tif") for number in range(5)]
    purge = curation.purge(images[0], images, actor="test")
    assert "and 3 more" in words(mona.get(f"{PURGES}{purge.pk}/change/"))


def test_nobody_writes_purges_by_hand(mona: Client) -> None:
    purge = curation.purge(an_image(), [], actor="test")
    assert mona.get(f"{PURGES}add/").status_code == 403
    assert mona.post(f"{PURGES}{purge.pk}/change/", {"reason": "other"}).status_code == 403
    assert mona.post(f"{PURGES}{purge.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Purge.objects.get().reason == ""


# -------------------------------------------------------------------------------------------------------------- sources
def test_sources_count_their_pictures(mona: Client, django_assert_num_queries: Any) -> None:
    source = a_source("/pictures")
    for number in range(3):
        an_image(f"{number}.tif", source)
    mona.get(SOURCES)
    with CaptureQueriesContext(connection) as few:
        page = mona.get(SOURCES)
    assert "Folder /pictures 3" in words(page)
    assert f"/admin/images/image/?source__id__exact={source.pk}".encode() in page.content
    for _ in range(4):
        a_source()
    with django_assert_num_queries(len(few)):
        mona.get(SOURCES)


def test_managers_add_systems_and_rename_them(mona: Client) -> None:
    mona.post(f"{SOURCES}add/", {"name": "The DAM", "slug": "dam"})
    source = Source.objects.get(slug="dam")
    assert (source.kind, source.name) == (Source.Kind.SYSTEM, "The DAM")
    answer = mona.post(f"{SOURCES}add/", {"name": "Another", "slug": "dam"})
    assert "already exists" in words(answer)
    mona.post(f"{SOURCES}{source.pk}/change/", {"name": "eMuseum", "slug": "other"})
    assert Source.objects.get(pk=source.pk).name == "eMuseum"
    assert Source.objects.get(pk=source.pk).slug == "dam"
    kinds = Event.objects.filter(subject=source.pk).order_by("id").values_list("kind", "actor")
    assert list(kinds) == [("source.created", "admin mona"), ("source.renamed", "admin mona")]


def test_a_new_source_leads_to_its_own_page(mona: Client) -> None:
    answer = mona.post(f"{SOURCES}add/", {"name": "The DAM", "slug": "dam", "_continue": "1"})
    assert answer["Location"] == f"{SOURCES}{Source.objects.get(slug='dam').pk}/change/"


def test_what_cannot_be_a_system_is_refused(mona: Client) -> None:
    answer = mona.post(f"{SOURCES}add/", {"name": "Mine", "slug": sources.UPLOADS}, follow=True)
    assert "its pictures come in another way" in words(answer)
    assert not Source.objects.exists()


def test_folders_and_uploads_are_not_renamed(mona: Client) -> None:
    for source in (a_source(), sources.uploads()):
        assert mona.post(f"{SOURCES}{source.pk}/change/", {"name": "other"}).status_code == 403
        assert mona.post(f"{SOURCES}{source.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Source.objects.get(pk=source.pk).name == source.name


def test_curators_only_look_at_sources() -> None:
    jane, source = member("curator"), sources.put_system("dam", "DAM", actor="test")[0]
    assert jane.get(SOURCES).status_code == 200
    assert jane.get(f"{SOURCES}add/").status_code == 403
    assert jane.post(f"{SOURCES}add/", {"name": "x", "slug": "x"}).status_code == 403
    assert jane.post(f"{SOURCES}{source.pk}/change/", {"name": "other"}).status_code == 403
    assert list(Source.objects.values_list("name", flat=True)) == ["DAM"]


# -------------------------------------------------------------------------------------------------------------- masters
def test_access_masters_are_shown_as_they_are(mona: Client, django_assert_num_queries: Any) -> None:
    def more() -> None:
        convert(an_image("Coast <b>.tif"), 2000, 1000)

    more()
    master = AccessMaster.objects.get()
    page = mona.get(MASTERS)
    assert "Coast <b>.tif" in words(page)
    assert b"Coast <b>" not in page.content
    page = mona.get(f"{MASTERS}{master.pk}/change/")
    for part in (master.key, "2000 × 1000, 1000 × 500", "default@2"):
        assert part in words(page), part
    assert mona.post(f"{MASTERS}{master.pk}/change/", {"recipe": "x"}).status_code == 403
    with CaptureQueriesContext(connection) as few:
        mona.get(MASTERS)
    for _ in range(3):
        more()
    with django_assert_num_queries(len(few)):
        mona.get(MASTERS)
