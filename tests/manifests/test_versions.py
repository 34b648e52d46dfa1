"""Former publications: which are kept, who gets them, and that withdrawing closes them all."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from images.access import Access
from images.curation import Restriction
from manifests import curation, publications, services
from manifests.models import Manifest, Publication
from tests.manifests.records import a_manifest, a_page, fresh, published, relabel
from tests.tokens.keys import bearing
from tests.work import convert

pytestmark = pytest.mark.django_db(transaction=True)
HERE = "https://images.example.org/presentation/3/book/manifest"


@pytest.fixture
def book() -> Manifest:
    made = a_manifest("book", identifier="book")
    convert(a_page(made))
    published()
    return made


def address(publication: Publication, version: str = "3") -> str:
    digest = publication.documents[version]["digest"]
    return f"/presentation/{version}/book/manifest/versions/{digest}"


def renamed(book: Manifest, label: str) -> Publication:
    """The publication before that."""
    before: Publication = fresh(book).publication
    relabel(book, label)
    published()
    return before


def staff() -> Client:
    user = User.objects.create_user("jane", is_staff=True)
    user.groups.add(Group.objects.get(name="curator"))
    client = Client()
    client.force_login(user)
    return client


def test_staff_get_what_was_published_before_byte_for_byte(book: Manifest) -> None:
    first = renamed(book, "renamed")
    for client, options in ((staff(), {}), (Client(), {"headers": bearing("read:all")})):
        answer = client.get(address(first), **options)  # type: ignore[arg-type]
        assert answer.status_code == 200
        assert answer.content == publications.read(first, "3")
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Link"] == f'<{HERE}>;rel="latest-version"'
    old = Client().get(address(first, "2"), headers=bearing("read:all"))
    assert old.json()["label"] == "book"


def test_the_public_gets_them_only_where_that_is_set(book: Manifest, settings: Any) -> None:
    first = renamed(book, "renamed")
    refused = Client().get(address(first))
    assert (refused.status_code, refused.json()["detail"]) == (403, "Former publications are for staff.")
    settings.GCIS_PUBLIC_VERSIONS = True
    answer = Client().get(address(first), headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer["Content-Encoding"]) == (200, "br")
    assert "public" in answer["Cache-Control"]
    again = Client().get(address(first), headers={"If-None-Match": answer["ETag"], "Accept-Encoding": "br"})
    assert again.status_code == 304
    curation.restrict(fresh(book), Restriction(Access.CLOSED), actor="test")
    assert Client().get(address(first)).status_code == 403


def test_withdrawing_closes_them_all(book: Manifest, settings: Any) -> None:
    settings.GCIS_PUBLIC_VERSIONS = True
    first = renamed(book, "renamed")
    current = fresh(book).publication
    curation.withdraw(fresh(book), actor="test", reason="on request")
    for publication in (first, current):
        for client in (Client(), staff()) if publication is first else (Client(),):
            assert client.get(address(publication)).status_code == 410


def test_another_digest_or_another_work_has_no_such_publication(book: Manifest) -> None:
    first = renamed(book, "renamed")
    client = staff()
    a_manifest("other", identifier="other")
    for path in (address(first)[:-1] + "x", address(first).replace("/book/", "/other/")):
        assert client.get(path).status_code == 404


def test_a_former_name_leads_to_the_present_one(book: Manifest) -> None:
    first = renamed(book, "renamed")
    curation.rename(fresh(book), "hours", actor="test")
    answer = staff().get(address(first))
    assert (answer.status_code, answer["Location"]) == (
        301,
        f"{HERE.replace('book', 'hours')}/versions/{address(first)[-64:]}",
    )


def test_the_last_five_are_kept_and_equal_ones_once(book: Manifest) -> None:
    for number in range(7):
        relabel(book, f"book {number}")
        published()
    services.touch(book)
    published()
    labels = [publications.read(each, "3") for each in publications.kept(book.pk)]
    assert len(labels) == 5
    assert len(set(labels)) == 5
    assert publications.kept(book.pk)[0].pk == fresh(book).publication_id
    Publication.objects.filter(retired__isnull=False).update(retired="2000-01-01T00:00Z")
    assert publications.prune(keep_seconds=3600) == 4
    assert [publications.read(each, "3") for each in publications.kept(book.pk)] == labels, "shared bytes stay"
