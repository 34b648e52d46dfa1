"""What can be done with selected pictures."""

import uuid

import pytest
from django.test import Client

from gcis.jobs.models import Batch, Job
from images import curation, services
from images.admin import many
from images.models import Image, Purge
from tests.images.admin.people import IMAGES, member, reader, said, select, words
from tests.work import a_source, an_image, convert, fail, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def jane() -> Client:
    return member("curator")


def waiting() -> set[uuid.UUID]:
    return set(Job.objects.filter(state="queued").values_list("subject", flat=True))


def test_many_are_converted_in_one_batch_that_the_message_leads_to(jane: Client) -> None:
    images = [an_image(f"{number}.tif") for number in range(3)]
    for image in images:
        convert(image)
    gone = an_image("gone.tif")
    curation.withdraw(gone, actor="test", reason="Not ours")
    select(jane, "convert_selected", *images, gone)
    batch = Batch.objects.get()
    assert (batch.label, batch.actor, batch.closed is not None) == ("Conversion of 3 pictures", "admin jane", True)
    assert waiting() == set(batch.jobs.values_list("subject", flat=True)) == set(images)
    assert f"/admin/jobs/batch/{batch.pk}/change/" in jane.get(IMAGES).content.decode()


def test_the_message_says_how_many_and_why_not_the_others(jane: Client) -> None:
    image, gone = an_image("a.tif"), an_image("gone.tif")
    curation.withdraw(gone, actor="test", reason="Not ours")
    select(jane, "convert_selected", image, gone)
    assert said(jane) == ["1 to be converted; 1 not: gone.tif is withdrawn. Restore it first."]
    assert not Batch.objects.exists(), "one picture needs none"


def test_only_what_failed_is_tried_again(jane: Client) -> None:
    failed, good, served = an_image("a.tif"), an_image("b.tif"), an_image("c.tif")
    fail(failed)
    convert(good)
    convert(served)
    services.convert_again(served, actor="test")
    fail(served)
    select(jane, "retry_selected", failed, good, served)
    assert waiting() == {failed, served}
    assert said(jane)[0] == "2 to be converted; 1 not: Their last conversion did not fail."
    select(jane, "retry_selected", good)
    assert said(jane) == ["Their last conversion did not fail."]


def test_selected_pictures_are_purged_each_with_its_record(jane: Client) -> None:
    images = [an_image(f"{number}.tif") for number in range(2)]
    before = [fresh(image).generation for image in images]
    select(jane, "purge_selected", *images)
    assert [fresh(image).generation for image in images] == [number + 1 for number in before]
    assert set(Purge.objects.values_list("subject", "actor")) == {(image, "admin jane") for image in images}
    assert said(jane) == ["2 purged."]


def test_the_reason_of_a_withdrawal_is_asked_once_for_all(jane: Client) -> None:
    images = [an_image(f"<b>{number}.tif") for number in range(2)]
    page = select(jane, "withdraw_selected", *images)
    assert page.status_code == 200
    assert "Withdraw 2 pictures" in words(page)
    assert b"<b>1.tif" not in page.content
    assert [fresh(image).withdrawn for image in images] == [None, None]
    again = select(jane, "withdraw_selected", *images, confirmed="yes", reason="")
    assert "This field is required." in words(again)
    assert fresh(images[0]).withdrawn is None
    select(jane, "withdraw_selected", *images, confirmed="yes", reason="Not ours")
    assert {fresh(image).withdrawn_reason for image in images} == {"Not ours"}
    assert said(jane) == ["2 withdrawn."]
    select(jane, "withdraw_selected", *images, confirmed="yes", reason="Not ours")
    assert said(jane) == ["None withdrawn; 2 not: It is withdrawn already."]


def test_selected_pictures_are_restored(jane: Client) -> None:
    gone, there = an_image("a.tif"), an_image("b.tif")
    curation.withdraw(gone, actor="test", reason="Not ours")
    select(jane, "restore_selected", gone, there)
    assert fresh(gone).withdrawn is None
    assert said(jane) == ["1 restored; 1 not: It is not withdrawn."]


@pytest.mark.parametrize("action", ["convert_selected", "retry_selected", "purge_selected", "withdraw_selected"])
def test_too_many_at_once_are_left_to_commands(jane: Client, monkeypatch: pytest.MonkeyPatch, action: str) -> None:
    monkeypatch.setattr(many, "MOST", 2)
    source = a_source()
    images = [an_image(f"{number}.tif", source) for number in range(3)]
    revisions = set(Image.objects.values_list("pk", "revision"))
    answer = select(jane, action, images[0], select_across="1", confirmed="yes", reason="x")
    assert answer.status_code == 302
    assert said(jane) == [many.TOO_MANY]
    assert set(Image.objects.values_list("pk", "revision")) == revisions


@pytest.mark.parametrize(
    "action", ["convert_selected", "retry_selected", "purge_selected", "withdraw_selected", "restore_selected"]
)
def test_who_may_only_look_changes_nothing(action: str) -> None:
    image = an_image()
    fail(image)
    before = Image.objects.filter(pk=image).values()[0]
    select(reader(), action, image, confirmed="yes", reason="x")
    assert Image.objects.filter(pk=image).values()[0] == before
    assert not Purge.objects.exists()


def test_nothing_is_done_by_a_mere_link_or_without_the_token() -> None:
    image = an_image()
    jane = member("curator", enforce_csrf_checks=True)
    before = Image.objects.filter(pk=image).values()[0]
    assert select(jane, "purge_selected", image).status_code == 403
    jane.get(IMAGES, {"action": "purge_selected", "_selected_action": str(image)})
    assert Image.objects.filter(pk=image).values()[0] == before
