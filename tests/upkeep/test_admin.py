"""The pages of upkeep: what was found is shown, and who may have it checked and mended."""

import uuid

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from gcis.jobs.models import Job
from gcis.upkeep import services
from gcis.upkeep.models import Reconciliation
from images.models import AccessMaster, Image
from tests.work import an_image, convert, run_due

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "admin:upkeep_reconciliation_changelist"


def somebody(group: str) -> Client:
    user = User.objects.create_user(f"a {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def page(run: Reconciliation) -> str:
    return reverse("admin:upkeep_reconciliation_change", args=[run.pk])


def a_run() -> tuple[uuid.UUID, Reconciliation]:
    """A run that found something."""
    image = an_image("<b>a</b>.tif")
    Job.objects.all().delete()
    return image, services.keep(services.compare(actor="test"))


def test_a_run_shows_its_figures_and_findings() -> None:
    image, run = a_run()
    client = somebody("curator")
    assert "something is wrong" in client.get(reverse(LIST)).content.decode()
    shown = client.get(page(run)).content.decode()
    assert "&lt;b&gt;a&lt;/b&gt;.tif waits for a conversion that nobody will do: there is no job." in shown
    assert "<b>a</b>" not in shown
    assert reverse("admin:images_image_change", args=[image]) in shown
    assert "Every access master that serves is in the store, in full." in shown


def test_curators_have_it_checked_and_managers_have_it_mended() -> None:
    image, run = a_run()
    curator, manager = somebody("curator"), somebody("manager")
    check = reverse("admin:upkeep_reconciliation_check_now")
    mend = reverse("admin:upkeep_reconciliation_mend", args=[run.pk])
    assert curator.get(check).status_code == 200
    assert Job.objects.count() == 0, "a mere look changes nothing"
    assert curator.post(mend, {"_form_submitted": "on"}).status_code == 403
    assert curator.post(check, {"_form_submitted": "on"}).status_code == 302
    assert Job.objects.get().args == {"mends": "harmless", "actor": "admin a curator"}
    assert manager.post(mend, {"_form_submitted": "on"}).status_code == 302
    assert [job.state for job in run_due(services.RECONCILE)] == ["succeeded", "succeeded"]
    assert Job.objects.filter(subject=image).exists()
    assert "mended" in curator.get(reverse(LIST)).content.decode()


def test_without_the_right_nobody_sees_it() -> None:
    user = User.objects.create_user("new", is_staff=True)
    client = Client()
    client.force_login(user)
    assert client.get(reverse(LIST)).status_code == 403


def test_the_first_page_leads_to_the_last_run() -> None:
    client = somebody("curator")
    assert "found wrong" not in client.get(reverse("admin:index")).content.decode()
    _, run = a_run()
    shown = client.get(reverse("admin:index")).content.decode()
    assert page(run) in shown
    assert "<b>1</b> found wrong" in shown


def test_damage_is_shown_where_pictures_are() -> None:
    image = an_image("a.tif")
    convert(image)
    AccessMaster.objects.update(damaged="missing")
    Image.objects.update(copy_damaged="damaged")
    convert(an_image("b.tif"))
    client = somebody("curator")
    pictures = reverse("admin:images_image_changelist")
    shown = client.get(f"{pictures}?kept=damaged")
    assert [row.pk for row in shown.context["cl"].result_list] == [image]
    for text in ("master missing", "source damaged", "What we keep of it is not as it was stored."):
        assert text in shown.content.decode()
        assert text in client.get(reverse("admin:images_image_change", args=[image])).content.decode()
