"""The list of names: what each leads to, and whether anybody still asks for it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from images import curation
from redirects import hits, services
from redirects.models import Identifier
from tests.images.admin.people import member, nobody, page_of, words
from tests.redirects.given import register, rename
from tests.work import an_image

pytestmark = pytest.mark.django_db

NAMES = "/admin/redirects/identifier/"


@pytest.fixture
def jane() -> Client:
    return member("curator")


def listed(client: Client, query: str = "") -> set[str]:
    return set(client.get(NAMES + query).context["cl"].queryset.values_list("value", flat=True))


def test_each_name_says_what_it_leads_to_and_why(jane: Client) -> None:
    image = an_image("Coast <b>.tif", identifier="first")
    curation.rename(image, "second", actor="admin joe", reason="New <i>scheme")
    services.visit("image", "first")
    hits.write()
    page = jane.get(NAMES)
    said = words(page)
    assert "first Image moved Coast <b>.tif image, now second New <i>scheme admin joe" in said
    assert "1 time last" in said
    assert page_of(image).encode() in page.content
    assert b"Coast <b>" not in page.content
    assert b"New <i>" not in page.content
    one = jane.get(f"{NAMES}{Identifier.objects.get(value='first').pk}/change/")
    assert "second" in words(one)
    assert "Renamed from first to second: New <i>scheme" in words(one)


def test_names_are_found_by_their_parts_and_by_what_they_name(jane: Client) -> None:
    resource, _ = register("ark:/1/Cafe\u0301-coast".replace("e\u0301", "\xe9")), register("other")
    rename(resource, "new")
    assert listed(jane, "?q=COAST") == {"ark:/1/Caf\xe9-coast"}
    assert listed(jane, "?q=Cafe\u0301") == {"ark:/1/Caf\xe9-coast"}, "however it is composed"
    assert listed(jane, f"?q={resource}") == {"ark:/1/Caf\xe9-coast", "new"}
    assert listed(jane, "?q=%25") == set()
    assert listed(jane) == {"ark:/1/Caf\xe9-coast", "new", "other"}


def test_names_are_narrowed_by_kind_status_and_use(jane: Client) -> None:
    resource = register("a")
    rename(resource, "b", "c", "d")
    register("work", "presentation")
    year = timezone.now() - timedelta(days=400)
    Identifier.objects.filter(value="b").update(last_used=year)
    services.visit("image", "c")
    hits.write()
    assert listed(jane, "?kind__exact=presentation") == {"work"}
    assert listed(jane, "?status__exact=moved") == {"a", "b", "c"}
    assert listed(jane, "?use=never") == {"a"}, "the use of current names is not counted"
    assert listed(jane, "?use=year") == {"c"}
    assert listed(jane, "?use=before") == {"b"}


def test_no_number_of_names_makes_more_queries(jane: Client, django_assert_num_queries: Any) -> None:
    def more() -> None:
        rename(an_image(f"{uuid.uuid4()}.tif"), str(uuid.uuid4()))
        register(str(uuid.uuid4()))

    more()
    jane.get(NAMES)
    with CaptureQueriesContext(connection) as few:
        jane.get(NAMES)
    for _ in range(4):
        more()
    with django_assert_num_queries(len(few)):
        jane.get(NAMES)


def test_names_are_changed_on_the_page_of_what_they_name_only(jane: Client) -> None:
    register("a")
    row = Identifier.objects.get()
    for url, data in ((f"{NAMES}{row.pk}/change/", {"value": "b"}), (f"{NAMES}{row.pk}/delete/", {"post": "yes"})):
        assert jane.post(url, data).status_code == 403
    assert jane.post(f"{NAMES}add/", {"value": "b"}).status_code == 403
    assert list(Identifier.objects.values_list("value", flat=True)) == ["a"]
    assert nobody().get(NAMES).status_code == 403
