"""A name that comes back is reached by those whose caches still send them away from it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import F
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from images import curation
from images.addresses import ImageAddresses
from redirects.models import Identifier
from tests import work
from tests.redirects.client import CachingClient, Circle

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def addresses(live_server: LiveServer, settings: Settings) -> ImageAddresses:
    settings.GCIS_PUBLIC_URL = live_server.url
    return ImageAddresses(live_server.url)


@pytest.fixture
def image(addresses: ImageAddresses) -> UUID:
    """A picture called A that can be served."""
    key = work.an_image(identifier="A")
    work.convert(key)
    return key


@pytest.fixture
def client() -> Iterator[CachingClient]:
    with CachingClient() as made:
        yield made


def rename(image: UUID, value: str) -> None:
    assert curation.rename(image, value, actor="test")


def move_back(seconds: float) -> None:
    """Let everything that came back have come back so much earlier."""
    Identifier.objects.exclude(returned=None).update(returned=F("returned") - timedelta(seconds=seconds))


@pytest.mark.parametrize("version", [2, 3])
def test_there_and_back_again_leads_no_cache_in_circles(
    image: UUID, client: CachingClient, addresses: ImageAddresses, version: int
) -> None:
    first, second = (addresses.info(version, name) for name in "AB")
    rename(image, "B")
    assert client.get(first, now=0).url == second
    rename(image, "A")
    for now in (1, 299):
        assert [client.get(url, now).status_code for url in (second, first, second)] == [200, 200, 200]
    assert client.asked.count(first) == 1, "the redirect was to be kept"
    answer = client.get(first, now=301)
    assert (answer.url, answer.status_code) == (first, 200)


def test_the_address_that_an_answer_gives_leads_to_an_answer(
    image: UUID, client: CachingClient, addresses: ImageAddresses
) -> None:
    rename(image, "B")
    client.get(addresses.info(3, "A"), now=0)
    rename(image, "A")
    for name in "AB":
        told = client.get(addresses.info(3, name), now=1).json()["id"]
        assert client.get(f"{told}/info.json", now=2).json()["id"] == told


def test_when_no_cache_can_remember_the_way_there_the_way_back_is_a_redirect(
    image: UUID, client: CachingClient, addresses: ImageAddresses
) -> None:
    first, second = (addresses.info(3, name) for name in "AB")
    rename(image, "B")
    client.get(first, now=0)
    rename(image, "A")
    move_back(599)
    assert client.get(second, now=599).url == second
    move_back(2)
    assert client.get(second, now=601).url == first
    assert client.get(first, now=602).status_code == 200


def test_on_and_on_with_one_name_or_another_there_is_always_an_answer(
    image: UUID, client: CachingClient, addresses: ImageAddresses
) -> None:
    for step, name in enumerate("BACABCBA"):
        rename(image, name)
        known = sorted(set("A" + "BACABCBA"[: step + 1]))
        assert {client.get(addresses.info(3, each), now=step).status_code for each in known} == {200}


def test_a_server_that_forgot_the_return_would_send_the_client_round_and_round(
    image: UUID, client: CachingClient, addresses: ImageAddresses
) -> None:
    rename(image, "B")
    client.get(addresses.info(3, "A"), now=0)
    rename(image, "A")
    Identifier.objects.update(returned=None)
    with pytest.raises(Circle):
        client.get(addresses.info(3, "B"), now=1)
