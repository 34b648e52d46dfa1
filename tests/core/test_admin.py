"""The lists for staff: they show every row and change none."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from gcis.core.admin import ReadOnlyAdmin
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Batch, Job
from images.models import AccessMaster, Image, Source
from manifests.models import Collection, Manifest
from redirects.models import Identifier
from tests.manifests.published import change, collection, manifest

pytestmark = pytest.mark.django_db

OURS = [Event, Job, Batch, Source, Image, AccessMaster, Manifest, Collection, Identifier]
models = pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)


@pytest.fixture(autouse=True)
def rows() -> None:
    """Something in every table, with words that are not to become markup."""
    work = manifest("Coast", pages=["1", "2"])
    change(work, external_id="", publish_error="<b>broken</b>", withdrawn="2026-01-01T00:00Z")
    collection("All", [work])
    batch = jobs.open_batch("Import <script>", "test")
    jobs.add("images.convert", "key", work.pk, batch=batch)
    Image.objects.update(error_text="<b>broken</b>", missing_since="2026-01-01T00:00Z")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    return client


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def test_every_list_of_ours_is_read_only() -> None:
    registered = {model: kind for model, kind in admin.site._registry.items() if model._meta.app_label != "auth"}
    assert set(registered) == set(OURS)
    assert all(isinstance(kind, ReadOnlyAdmin) for kind in registered.values())


@models
def test_staff_see_lists_rows_and_histories(staff: Client, model: type[Model]) -> None:
    rows = list(model._default_manager.all())
    assert rows
    found = staff.get(address(model, "changelist"))
    assert found.status_code == 200
    assert found.context["cl"].result_count == len(rows)
    assert b"<b>broken" not in found.content
    assert b"Import <script>" not in found.content
    for query in ("?q=coast", "?q=%00%25'", f"?q={rows[0].pk}", "?o=1.-2"):
        assert staff.get(address(model, "changelist") + query).status_code == 200, query
    for page in ("change", "history"):
        assert staff.get(address(model, page, rows[0].pk)).status_code == 200, page


@models
def test_every_filter_of_a_list_works(staff: Client, model: type[Model]) -> None:
    listed = staff.get(address(model, "changelist")).context["cl"]
    for spec in listed.filter_specs:
        for choice in spec.choices(listed):
            assert staff.get(address(model, "changelist") + choice["query_string"]).status_code == 200


@models
def test_staff_can_add_change_and_delete_nothing(staff: Client, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row
    before = list(model._default_manager.values())
    pages = [("add",), ("change", row.pk), ("delete", row.pk)]
    for page in pages:
        answer = staff.post(address(model, *page), {"post": "yes", "name": "other", "external_id": "other"})
        assert answer.status_code == 403, page
    staff.post(address(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert list(model._default_manager.values()) == before
    assert staff.get(address(model, "add")).status_code == 403
    assert b'name="_save"' not in staff.get(address(model, "change", row.pk)).content


@models
def test_strangers_are_asked_who_they_are(model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row
    for page in [("changelist",), ("add",), ("change", row.pk), ("delete", row.pk)]:
        answer = Client().get(address(model, *page))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@models
def test_those_who_are_not_staff_see_nothing(model: type[Model]) -> None:
    client = Client()
    client.force_login(get_user_model().objects.create_user("visitor"))
    assert client.get(address(model, "changelist")).status_code == 302
    client.force_login(get_user_model().objects.create_user("staff", is_staff=True))
    assert client.get(address(model, "changelist")).status_code == 403
