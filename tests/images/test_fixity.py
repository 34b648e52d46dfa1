"""Bytes that change, are cut off or vanish: found, repaired from the source once, and then somebody is told."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.events.models import Event
from gcis.events.timeline import timeline
from gcis.jobs.models import Job
from images import fixity, scrub, services
from images.conversion import pipeline
from images.models import AccessMaster, Image
from images.services import SourceFile
from tests.media.photograph import photograph
from tests.upkeep.kept import a_picture, an_upload, cut, flip, lose, master
from tests.work import fresh, happened, run_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    """The tests share this thread's warm child; it ends with them."""
    yield
    pipeline._warm.process.close()
    del pipeline._warm.process


def check_all() -> list[Job]:
    """A share that holds everything, of things that were all checked long ago; and all that follows from it."""
    AccessMaster.objects.update(checked_at=DbNow(-86400))
    Image.objects.update(copy_checked_at=DbNow(-86400))
    scrub._ask(1 << 40)
    return run_due()


def outcomes(image: UUID, kind: str = "master.checked") -> list[str]:
    events = Event.objects.filter(subject=image, kind=kind).order_by("id")
    return [event.data["outcome"] for event in events]


@pytest.mark.parametrize(
    ("damage", "outcome"), [(flip, "damaged"), (cut, "damaged"), (lose, "missing")], ids=["flip", "cut", "gone"]
)
def test_a_damaged_master_is_made_again_once(tmp_path: Path, damage: Callable[[str, str], None], outcome: str) -> None:
    image = a_picture(tmp_path)
    before, right = master(image), store("masters").read(master(image).key)
    damage("masters", before.key)
    ended = check_all()
    assert [job.kind for job in ended] == ["images.fixity", "images.convert", "images.fixity"]
    assert outcomes(image) == [outcome, "repaired"]
    after = master(image)
    assert (after.pk, after.key, after.damaged) == (before.pk, before.key, "")
    assert store("masters").read(after.key) == right
    assert "master.damaged" not in happened(image)
    assert check_all()[-1].report["checked"] == 1
    assert outcomes(image)[2:] == ["intact"]


def test_the_check_is_written_down_where_people_look(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    flip("masters", master(image).key)
    check_all()
    said = [line.what for line in timeline([image], 20)]
    assert "Re-hashed: the access master is damaged" in said
    assert "Re-hashed: the access master was damaged and is intact again" in said


def test_without_a_source_somebody_is_told_and_the_picture_goes_on(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    (tmp_path / "map.jpg").unlink()
    flip("masters", master(image).key)
    with capture_logs() as logs:
        check_all()
    assert master(image).damaged == "damaged"
    assert fresh(image).state == "ready"
    assert happened(image)[-2:] == ["master.checked", "master.damaged"]
    (event,) = Event.objects.filter(kind="master.damaged")
    assert event.data["sentence"] == "The file that it was made of is no longer where it was."
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["master.damaged"]
    with capture_logs() as logs:
        assert [job.kind for job in check_all()] == ["images.fixity"], "it is not tried twice"
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["master.damaged"]


def test_a_repair_that_does_not_help_is_told(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    flip("masters", master(image).key)
    (tmp_path / "map.jpg").write_bytes(b"no picture any more")
    check_all()
    assert fresh(image).error_code
    assert (master(image).damaged, outcomes(image)) == ("damaged", ["damaged", "damaged"])
    assert happened(image)[-1] == "master.damaged"


def test_a_person_may_have_it_tried_once_more(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    right = (tmp_path / "map.jpg").read_bytes()
    flip("masters", master(image).key)
    (tmp_path / "map.jpg").unlink()
    check_all()
    (tmp_path / "map.jpg").write_bytes(right)
    for held in fixity.of_image(image):
        fixity.check(held, actor="admin jane", again=True)
    run_due()
    assert (master(image).damaged, outcomes(image)[-1]) == ("", "repaired")


def test_a_damaged_copy_of_a_source_is_told_and_never_converted(tmp_path: Path) -> None:
    image = an_upload(tmp_path)
    flip("sources", fresh(image).copy_key)
    flip("masters", master(image).key)
    before = store("masters").read(master(image).key)
    assert "images.convert" not in [job.kind for job in check_all()]
    assert fresh(image).copy_damaged == master(image).damaged == "damaged"
    assert {"source.damaged", "master.damaged"} <= set(happened(image))
    assert store("masters").read(master(image).key) == before


def test_a_new_upload_ends_the_damage(tmp_path: Path) -> None:
    image = an_upload(tmp_path)
    flip("sources", fresh(image).copy_key)
    check_all()
    data = photograph(tmp_path / "other.jpg", width=320, height=200).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    key = f"{image.hex[:2]}/{image}/{digest}-0a0b0c0e"
    store("sources").put(key, data)
    services.replace(image, SourceFile("other.jpg", digest, len(data), copy_key=key), actor="test")
    run_due()
    assert (fresh(image).copy_damaged, outcomes(image, "source.checked")[-1]) == ("", "repaired")


def test_the_oldest_check_comes_first_and_a_share_ends(tmp_path: Path) -> None:
    images = [a_picture(tmp_path, f"{number}.jpg") for number in range(4)]
    for days, image in zip((2, 4, 1, 3), images, strict=True):
        AccessMaster.objects.filter(image=image).update(checked_at=DbNow(-86400 * days))
    scrub._ask(master(images[1]).size + master(images[3]).size)
    (job,) = run_due()
    assert job.report["checked"] == 2
    assert [bool(outcomes(image)) for image in images] == [False, True, False, True]


def test_a_large_share_is_done_by_several_jobs(tmp_path: Path, settings: Any) -> None:
    images = [a_picture(tmp_path, f"{number}.jpg") for number in range(3)]
    settings.GCIS_FIXITY_BYTES = master(images[0]).size
    ended = check_all()
    assert len(ended) > 2
    assert all(outcomes(image) == ["intact"] for image in images)


def test_a_hundredth_of_the_bytes_a_day(tmp_path: Path, settings: Any) -> None:
    image = a_picture(tmp_path)
    AccessMaster.objects.update(size=86_400_000)
    assert scrub.ask_when_due() is None, "the installation is younger than a period"
    Event.objects.update(at=DbNow(-7200))
    job = scrub.ask_when_due()
    assert job
    assert job.args["bytes"] == 86_400_000 // 100 // 24
    assert scrub.ask_when_due() is None
    settings.GCIS_FIXITY_PERCENT = 0
    Job.objects.update(created=DbNow(-7200))
    assert scrub.ask_when_due() is None
    assert master(image).damaged == ""


def test_what_was_replaced_meanwhile_is_not_marked(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    (held,) = fixity.of_image(image)
    flip("masters", held.key)
    photograph(tmp_path / "map.jpg", width=320, height=200)
    services.convert_again(image, actor="test")
    run_due()
    assert fixity.check(held) == "replaced"
    assert AccessMaster.objects.exclude(damaged="").count() == 0
    assert "master.checked" not in happened(image)
