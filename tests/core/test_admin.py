"""The pages for staff: they show every row, and change none but by services."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from gcis import groups
from gcis.core import subjects
from gcis.core.admin import ReadOnlyAdmin, StaffAdmin, tell
from gcis.core.errors import SourceFault, Unavailable
from gcis.core.outcomes import Outcome, for_each
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Batch, Job
from gcis.sidebar import navigation
from images.models import AccessMaster, Image, Source
from manifests.models import Collection, Manifest
from redirects.models import Identifier
from tests.manifests.published import change, collection, manifest
from tests.work import a_source

pytestmark = pytest.mark.django_db

OURS = [Event, Job, Batch, Source, Image, AccessMaster, Manifest, Collection, Identifier]
#: Which have no form at all, now and later.
WITHOUT_FORM = [Event, Job, Batch, AccessMaster]
models = pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)


@pytest.fixture(autouse=True)
def rows() -> None:
    """Something in every table, with words that are not to become markup."""
    work = manifest("Coast", pages=["1", "2"])
    change(work, external_id="", publish_error="<b>broken</b>", withdrawn="2026-01-01T00:00Z")
    collection("All", [work])
    batch = jobs.open_batch("Import <script>", "test")
    jobs.add("images.convert", "key", work.pk, batch=batch)
    Job.objects.update(error_text="<b>broken</b>")
    Image.objects.update(error_text="<b>broken</b>", missing_since="2026-01-01T00:00Z")


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("admin"))
    return client


def member_of(group: str) -> User:
    """Somebody who is staff and in that group."""
    user, _ = User.objects.get_or_create(username=f"a {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return User.objects.get(pk=user.pk)


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# --------------------------------------------------------------------------------------------------------------- pages
@models
def test_staff_see_lists_and_rows(staff: Client, model: type[Model]) -> None:
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


@pytest.mark.parametrize("model", WITHOUT_FORM, ids=lambda model: model.__name__)
def test_staff_can_add_change_and_delete_nothing(staff: Client, model: type[Model]) -> None:
    row = model._default_manager.first()
    assert row
    before = list(model._default_manager.values())
    for page in [("add",), ("change", row.pk), ("delete", row.pk)]:
        answer = staff.post(address(model, *page), {"post": "yes", "label": "other", "kind": "other"})
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


# ------------------------------------------------------------------------------------------ only services change a row
class Changing(StaffAdmin):
    """Of sources: the name may be changed, rows deleted; what the service says goes."""

    fields = ["name"]
    saved: list[str] = []

    def save_by_service(self, request: Any, obj: Source, form: Any) -> None:
        if obj.name == "bad":
            raise SourceFault("bad", "That is no name.")
        self.saved.append(form.cleaned_data["name"])

    def delete_by_service(self, request: Any, obj: Source) -> None:
        raise Unavailable("later", "Not just now.")


@pytest.fixture
def changing(staff: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call the view of Changing as the admin site does. Returns the answer and what was said."""
    site = Changing(Source, admin.site)
    site.saved.clear()
    monkeypatch.setitem(admin.site._registry, Source, site)
    source = a_source()

    def call(view: str, data: dict[str, str]) -> tuple[int, list[str]]:
        request = RequestFactory().post("/admin/images/source/x/change/", data)
        request.user = User.objects.get()
        request.session = staff.session
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        request._messages = Said()  # type: ignore[attr-defined]
        answer = getattr(site, view)(request, str(source.pk))
        return answer.status_code, [str(message) for message in get_messages(request)]

    return call


class Said(list[str]):
    """Where messages go in the tests of single views."""

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        self.append(message)


def test_a_form_reaches_the_service_and_nothing_else(changing: Callable[..., Any]) -> None:
    before = list(Source.objects.values())
    assert changing("changeform_view", {"name": "New"})[0] == 302
    assert Changing.saved == ["New"]
    assert list(Source.objects.values()) == before


def test_what_a_service_refuses_is_said(changing: Callable[..., Any]) -> None:
    assert changing("changeform_view", {"name": "bad"}) == (302, ["That is no name."])
    assert changing("delete_view", {"post": "yes"}) == (302, ["Not just now."])
    assert Changing.saved == []


def test_without_a_service_even_djangos_own_ways_are_shut() -> None:
    site, request, source = ReadOnlyAdmin(Source, admin.site), RequestFactory().post("/"), Source.objects.get()
    for way in (
        lambda: site.save_model(request, source, None, True),
        lambda: site.delete_model(request, source),
        lambda: site.delete_queryset(request, Source.objects.all()),
    ):
        with pytest.raises(PermissionDenied):
            way()
    assert Source.objects.count() == 1


# -------------------------------------------------------------------------------------------------------- many at once
def test_one_service_for_many_says_what_became_of_them() -> None:
    def service(number: int) -> None:
        if number % 3 == 0:
            raise SourceFault("cut", "The file is cut off.")
        if number == 4:
            raise Unavailable("store", "The store does not answer.")

    outcome = for_each(range(1, 8), service)
    assert outcome.sentence("converted") == (
        "4 converted; 2 not: The file is cut off; 1 not: The store does not answer."
    )
    assert Outcome(3).sentence("converted") == "3 converted."


def test_our_own_faults_are_not_counted_among_them() -> None:
    with pytest.raises(ZeroDivisionError):
        for_each([0], lambda number: 1 / number)


def test_many_reasons_are_cut_short() -> None:
    def service(number: int) -> None:
        raise SourceFault("x", f"Reason {number}.")

    assert for_each(range(5), service).sentence("converted") == (
        "None converted; 1 not: Reason 0; 1 not: Reason 1; 1 not: Reason 2; 2 not for other reasons."
    )


def test_a_single_refusal_is_said_plainly() -> None:
    request = RequestFactory().get("/")
    request._messages = Said()  # type: ignore[attr-defined]
    outcome = Outcome()
    outcome.refused["The file is cut off."] += 1
    tell(request, outcome, "converted")
    assert list(get_messages(request)) == ["The file is cut off."]


# ------------------------------------------------------------------------------------------------------ who sees what
def test_a_subject_is_found_whatever_it_is(django_assert_max_num_queries: Any) -> None:
    image, work, batch = Image.objects.first(), Manifest.objects.get(), Batch.objects.get()
    assert image
    job = Job.objects.first()
    assert job
    with django_assert_max_num_queries(len(admin.site._registry)):
        found = subjects.find([image.pk, work.pk, batch.pk, None, job.pk])
    assert {key: subject.kind for key, subject in found.items()} == {
        image.pk: "image",
        work.pk: "manifest",
        batch.pk: "batch",
    }
    assert found[image.pk].url == address(Image, "change", image.pk)


def links(user: Any) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {item["title"] for group in navigation(request) for item in group["items"]}


def test_the_sidebar_leads_where_the_person_may_go() -> None:
    everyday = {"Images", "Access masters", "Manifests", "Collections", "Identifiers", "Jobs", "Batches", "Events"}
    house = {"Sources", "Users"}
    assert links(AnonymousUser()) == {"At a glance"}
    assert links(member_of("curator")) >= everyday | {"Sources"}
    assert not links(member_of("curator")) & {"Users", "Groups", "Tokens"}
    assert links(member_of("manager")) >= everyday | house
    assert links(User.objects.create_superuser("root")) >= everyday | house | {"Groups"}


def test_curators_look_after_pictures_and_managers_after_the_house() -> None:
    curator, manager = member_of("curator"), member_of("manager")
    everyday = ["images.view_image", "images.change_image", "images.add_purge", "jobs.change_batch"]
    everyday += ["manifests.change_collection", "redirects.change_identifier", "events.view_event"]
    assert curator.has_perms(everyday)
    assert manager.has_perms(everyday)
    house = ["auth.change_user", "auth.view_user", "images.change_source", "images.delete_image"]
    assert manager.has_perms(house)
    assert not any(curator.has_perm(right) for right in house)
    assert not any(user.has_perm("auth.change_group") for user in (curator, manager))
    assert not any(user.has_perm("events.delete_event") for user in (curator, manager))


def test_every_right_that_is_given_exists() -> None:
    tables = groups.CURATOR, groups.MANAGER
    given = {f"{app}.{name}" for table in tables for app in table for name in groups.codenames(table, app)}
    assert User.objects.create_superuser("all").get_all_permissions() >= given


def test_groups_are_made_once_and_keep_what_was_added_to_them() -> None:
    curators = Group.objects.get(name="curator")
    extra = Group.objects.get(name="manager").permissions.get(codename="view_user")
    curators.permissions.add(extra)
    before = curators.permissions.count()
    call_command("migrate", verbosity=0)
    assert Group.objects.get(name="curator").permissions.count() == before
    assert set(Group.objects.values_list("name", flat=True)) == {"curator", "manager"}


def test_managers_cannot_make_themselves_superusers(staff: Client) -> None:
    manager, root = member_of("manager"), User.objects.get(username="admin")
    client = Client()
    client.force_login(manager)
    form = client.get(address(User, "change", manager.pk)).context["adminform"].form
    assert not {"is_superuser", "user_permissions"} & set(form.fields)
    assert client.post(address(User, "change", root.pk), {"username": "mine"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403
    assert client.post(address(User, "delete", root.pk), {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
    client.post(address(User, "changelist"), chosen)
    assert User.objects.filter(pk=root.pk, is_superuser=True).exists()


# ----------------------------------------------------------------------------------------------------- Content policies
def test_the_admin_has_its_own_policy_and_the_public_keeps_the_strict_one(staff: Client) -> None:
    def directives(url: str) -> dict[str, str]:
        policy = staff.get(url)["Content-Security-Policy"]
        return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))

    ours, public = directives("/admin/"), directives("/")
    assert (ours["script-src"], ours["style-src"]) == ("'self' 'unsafe-eval'", "'self' 'unsafe-inline'")
    assert ours["connect-src"] == "'self'"
    assert (public["script-src"], public["style-src"]) == ("'self'", "'self'")
    same = set(ours) - {"script-src", "style-src", "connect-src"}
    assert {name: ours[name] for name in same} == {name: public[name] for name in same}
    assert directives("/administrators") == public


def test_the_first_page_is_for_everybody_on_the_staff() -> None:
    client = Client()
    for user in (User.objects.create_user("new", is_staff=True), member_of("curator"), member_of("manager")):
        client.force_login(user)
        page = client.get("/admin/")
        assert page.status_code == 200
        assert ("pictures" in page.context) is user.has_perm("images.view_image")
