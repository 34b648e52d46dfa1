"""Set things wrong behind the back of the services: each is found, named in a sentence, mended, and gone after that."""

import os
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from gcis.core.blobs.stores import store
from gcis.core.db import DbNow
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from gcis.upkeep import checks, services
from gcis.upkeep.models import Reconciliation
from gcis.upkeep.services import ALL, HARMLESS, NOTHING, Report
from images import services as pictures
from images import upkeep as of_images
from images.models import AccessMaster, Image
from manifests import upkeep as of_manifests
from manifests.models import Manifest
from redirects.models import Identifier
from tests.contracts.s3_access import access
from tests.manifests.records import a_collection, a_manifest, a_page, document, fresh, published
from tests.upkeep.kept import a_picture, an_upload, cut, flip, lose, master
from tests.work import a_file, an_image, convert, everything, happened, run_due
from tests.work import fresh as fresh_image
from tests.world.s3 import BUCKETS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["folders", "s3"])
def stores(request: pytest.FixtureRequest, settings: Settings, tmp_path: Path) -> None:
    """Where the bytes are: in folders, or on a real S3 server."""
    if request.param == "s3":
        options = {"prefix": uuid.uuid4().hex, "scratch": tmp_path, **access(request.getfixturevalue("s3"))}
        settings.GCIS_STORES = {
            name: {"BACKEND": "gcis.core.blobs.s3.S3Store", "OPTIONS": {"bucket": bucket, **options}}
            for name, bucket in zip(("sources", "masters", "published"), BUCKETS, strict=True)
        }
        store.cache_clear()


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the stores has been there for long."""
    monkeypatch.setattr(of_images, "YOUNG", -1)
    monkeypatch.setattr(of_manifests, "YOUNG", -1)


def look(mends: str = NOTHING, *names: str) -> Report:
    return services.compare(actor="test", mends=mends, names=names)


def wrong(report: Report) -> dict[str, list[str]]:
    """The sentences by check."""
    return {
        result.check.name: [finding.sentence for finding, _ in result.findings]
        for result in report.results
        if result.wrong
    }


def all_is_well() -> bool:
    report = look()
    assert not report.unseen
    return wrong(report) == {}


def mended() -> None:
    """Mend everything, let the workers work, and nothing is wrong any more."""
    report = look(ALL)
    assert report.mended == report.wrong > 0
    run_due()
    Job.objects.filter(state=Job.State.QUEUED).update(run_at=DbNow())
    run_due()
    assert all_is_well()


def a_book() -> Manifest:
    """A published manifest of one picture, in a published collection."""
    book = a_manifest("book")
    convert(a_page(book))
    a_collection("shelf", book)
    published()
    return book


# ------------------------------------------------------------------------------------------------------ the whole of it
def test_where_nothing_is_wrong_nothing_is_found_or_changed(stores: None, tmp_path: Path, old: None) -> None:
    a_picture(tmp_path)
    a_book()
    run_due()
    before = everything()
    report = look(ALL)
    assert wrong(report) == {}
    assert not report.unseen
    assert everything() == before
    looked = {result.check.name: result.looked for result in report.results}
    assert (looked["masters.stored"], looked["masters.orphaned"]) == (2, 2)
    assert (looked["published.stored"], looked["published.orphaned"]) == (24, 24)
    assert looked["names.given"] == looked["names.lead"] == 4


def test_looking_changes_nothing(tmp_path: Path, old: None) -> None:
    a_book()
    lose("masters", AccessMaster.objects.get().key)
    store("masters").put(f"{'ab'}/{uuid.uuid4()}/{'0' * 64}.tif", b"x")
    Manifest.objects.update(published=0)
    before, keys = everything(), sorted(store("masters").keys())
    assert set(wrong(look())) == {"masters.stored", "masters.orphaned", "records.published"}
    assert everything() == before
    assert sorted(store("masters").keys()) == keys


# ----------------------------------------------------------------------------------------------------- masters, sources
@pytest.mark.parametrize(
    ("damage", "said"),
    [(lose, "is not in the store"), (cut, "has {} bytes in the store instead of {}")],
    ids=["lost", "cut off"],
)
def test_a_master_that_is_not_there_in_full(stores: None, tmp_path: Path, damage: Any, said: str) -> None:
    image = a_picture(tmp_path)
    row, right = master(image), store("masters").read(master(image).key)
    damage("masters", row.key)
    said = said.format(row.size - 100, row.size)
    assert wrong(look()) == {"masters.stored": [f"The access master of map.jpg {said}."]}
    mended()
    assert store("masters").read(row.key) == right
    assert "upkeep.mended" in happened(image)
    assert master(image).damaged == ""


def test_a_master_with_other_bytes_is_known_once_it_was_hashed(stores: None, tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    right = store("masters").read(master(image).key)
    flip("masters", master(image).key)
    assert all_is_well(), "of the right size, it looks right"
    AccessMaster.objects.update(damaged="damaged")
    assert services.figures()["now"] == {"damaged_masters": 1, "damaged_sources": 0}
    assert wrong(look()) == {"bytes.intact": ["The access master of map.jpg is damaged."]}
    mended()
    assert store("masters").read(master(image).key) == right


def test_a_master_that_nothing_can_make_again_stays_wrong(tmp_path: Path) -> None:
    image = a_picture(tmp_path)
    (tmp_path / "map.jpg").unlink()
    lose("masters", master(image).key)
    report = look(ALL)
    assert (report.wrong, report.mended) == (1, 0)
    run_due()
    found = wrong(look())
    assert found["bytes.intact"] == ["The access master of map.jpg is missing."]
    assert happened(image)[-1] == "master.damaged"


def test_a_master_that_no_row_knows(stores: None, tmp_path: Path, old: None) -> None:
    image = a_picture(tmp_path)
    gone = uuid.uuid4()
    keys = [f"{image.hex[:2]}/{image}/{'0' * 64}.tif", f"{gone.hex[:2]}/{gone}/{'1' * 64}.tif"]
    for key in keys:
        store("masters").put(key, b"x")
    found = wrong(look())
    assert set(found) == {"masters.orphaned"}
    assert sorted(found["masters.orphaned"]) == sorted(
        f"The access master {key} is in the store, and no record names it." for key in keys
    )
    mended()
    assert list(store("masters").keys()) == [master(image).key]


def test_what_is_young_or_in_work_is_nobodys_fault(tmp_path: Path, old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    image = a_picture(tmp_path)
    store("masters").put(f"{image.hex[:2]}/{image}/{'0' * 64}.tif", b"x")
    jobs.add("images.convert", "key", image)
    assert wrong(look(ALL, "masters.orphaned")) == {}
    Job.objects.filter(key="key").delete()
    monkeypatch.setattr(of_images, "YOUNG", 3600)
    assert wrong(look(ALL, "masters.orphaned")) == {}


@pytest.mark.parametrize("name", ["sources", "masters", "published"])
def test_what_is_none_of_ours_is_told_and_left_alone(stores: None, name: str, old: None) -> None:
    store(name).put("somebody/notes.txt", b"x")
    report = look(ALL)
    assert list(wrong(report)) == [f"{name}.orphaned"]
    assert "somebody/notes.txt" in wrong(report)[f"{name}.orphaned"][0]
    assert report.mended == 0
    assert list(store(name).keys()) == ["somebody/notes.txt"]


def test_a_master_row_that_nothing_points_at(tmp_path: Path) -> None:
    image = an_image()
    convert(image, 800, 600)
    pictures.replace(image, a_file(text="new"), actor="test")
    convert(image, 300, 200)
    assert wrong(look(NOTHING, "masters.unused")) == {}, "the collector comes every hour"
    AccessMaster.objects.update(created=DbNow(-86400))
    Event.objects.update(at=DbNow(-86400))
    assert len(wrong(look(NOTHING, "masters.unused"))["masters.unused"]) == 1
    assert look(ALL, "masters.unused").mended == 1
    assert AccessMaster.objects.get().current_of.pk == image
    assert wrong(look(NOTHING, "masters.unused", "masters.orphaned")) == {}


def test_a_kept_source_that_is_not_there(tmp_path: Path) -> None:
    image = an_upload(tmp_path)
    lose("sources", fresh_image(image).copy_key)
    assert wrong(look()) == {"sources.stored": ["The kept source of sent.jpg is not in the store."]}
    report = look(ALL)
    assert report.mended == 0, "nobody else has it"
    assert fresh_image(image).copy_damaged == "missing"
    assert happened(image)[-1] == "source.damaged"


def test_a_kept_source_that_no_row_knows(stores: None, old: None) -> None:
    image = an_image()
    convert(image)
    key = f"{image.hex[:2]}/{image}/{'0' * 64}-0a0b0c0d"
    store("sources").put(key, b"x")
    assert wrong(look()) == {"sources.orphaned": [f"The kept source {key} is in the store, and no record names it."]}
    mended()
    assert list(store("sources").keys()) == []


def test_a_picture_that_waits_and_has_no_job() -> None:
    image = an_image("a.tif")
    Job.objects.all().delete()
    assert wrong(look()) == {"images.converted": ["a.tif waits for a conversion that nobody will do: there is no job."]}
    assert look(HARMLESS).mended == 1
    assert Job.objects.get().subject == image
    assert all_is_well()


def test_scratch_folders_of_attempts_that_are_over(settings: Settings) -> None:
    running = jobs.add("images.convert", "key", uuid.uuid4())
    held = jobs.claim(running.pk, "test")
    assert held
    for name in (f"{held.id}-{held.token}", f"{held.id}-7", "notes"):
        folder = settings.GCIS_WORK_DIR / name
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))
    found = wrong(look(NOTHING, "scratch.left"))
    assert len(found["scratch.left"]) == 1
    assert f"{held.id}-7" in found["scratch.left"][0]
    assert look(HARMLESS, "scratch.left").mended == 1
    assert sorted(path.name for path in settings.GCIS_WORK_DIR.iterdir()) == sorted(
        [f"{held.id}-{held.token}", "notes"]
    )


# ------------------------------------------------------------------------------------------------------------ published
@pytest.mark.parametrize("encoding", ["", ".br", ".gz"])
def test_a_published_file_that_is_missing(stores: None, encoding: str) -> None:
    book = a_book()
    key = next(key for key in of_manifests._files(fresh(book).publication) if key.endswith(f".json{encoding}"))
    lose("published", key)
    said = f"1 of the 12 published files of book are missing or cut off: {key}."
    assert wrong(look()) == {"published.stored": [said]}
    mended()
    assert document(book)["label"] == {"none": ["book"]}
    assert store("published").size(key)


def test_a_published_file_that_is_cut_off(stores: None) -> None:
    book = a_book()
    key = next(key for key in of_manifests._files(fresh(book).publication) if key.endswith(".json"))
    right = store("published").read(key)
    cut("published", key)
    assert set(wrong(look())) == {"published.stored"}
    mended()
    assert store("published").read(key) == right


def test_a_published_file_that_no_row_knows(stores: None, old: None) -> None:
    book = a_book()
    key = f"{book.pk.hex[:2]}/{book.pk}/{'0' * 64}.json.br"
    store("published").put(key, b"x")
    assert wrong(look()) == {"published.orphaned": [f"The document {key} is in the store, and no record names it."]}
    mended()
    assert store("published").size(key) is None


def test_a_change_that_nobody_will_publish() -> None:
    book = a_book()
    Manifest.objects.update(published=0)
    assert wrong(look()) == {
        "records.published": ["book has changed since it was published, is due, and there is no job for it."]
    }
    Manifest.objects.update(publish_when="manual")
    assert all_is_well(), "it waits for a person"
    Manifest.objects.update(publish_when="when_complete")
    assert look(HARMLESS).mended == 1
    Job.objects.filter(state=Job.State.QUEUED).update(run_at=DbNow())
    run_due()
    assert fresh(book).published == fresh(book).dirty
    assert all_is_well()


def test_a_manifest_that_waits_for_its_pictures_is_not_late() -> None:
    book = a_manifest("book", "when_complete")
    a_page(book)
    assert all_is_well()


# ---------------------------------------------------------------------------------------------------------------- names
def test_something_without_a_name_gets_its_last_one_back() -> None:
    book = a_manifest("book", identifier="ark:/1/book")
    Identifier.objects.filter(resource=book.pk).update(status="moved")
    assert wrong(look()) == {"names.given": ["The manifest book has no name: nobody can ask for it."]}
    mended()
    assert Identifier.objects.get(resource=book.pk).status == "current"


def test_something_that_never_had_a_name_is_called_by_its_uuid() -> None:
    image = an_image("a.tif")
    convert(image)
    Identifier.objects.filter(resource=image).delete()
    assert wrong(look()) == {"names.given": ["The image a.tif has no name: nobody can ask for it."]}
    mended()
    assert Identifier.objects.get(resource=image).value == str(image)


def test_a_name_of_nothing_is_left_for_a_person() -> None:
    Identifier.objects.create(kind="image", value="ghost", resource=uuid.uuid4())
    report = look(ALL)
    assert wrong(report) == {
        "names.lead": ["The name ghost belongs to something that is gone. Only a backup can tell what it was."]
    }
    assert report.mended == 0


# ------------------------------------------------------------------------------------------------ jobs, events, uploads
def test_a_running_job_that_nobody_runs() -> None:
    job = jobs.add("images.convert", "key", uuid.uuid4())
    held = jobs.claim(job.pk, "host-a:1")
    assert held
    assert all_is_well()
    Job.objects.update(lease_until=DbNow(-600))
    assert wrong(look()) == {"jobs.lost": ["The job key is said to run, but host-a:1 has not been heard of for long."]}
    assert look(HARMLESS).mended == 1
    assert Job.objects.get().state == "queued"
    assert all_is_well()


def test_events_that_wait_for_their_numbers() -> None:
    convert(an_image())
    assert all_is_well()
    Event.objects.update(at=DbNow(-120))
    assert list(wrong(look())) == ["events.numbered"]
    assert look(HARMLESS).mended == 1
    assert not Event.objects.filter(number=None).exists()


def test_uploads_that_were_broken_off(settings: Settings, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    for name, age in (("a.upload.tif", 2 * 86400), ("b.upload", 60), ("mine.tif", 2 * 86400)):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (time.time() - age, time.time() - age))
    assert wrong(look()) == {"uploads.left": ["Of an upload that was broken off, a.upload.tif was left."]}
    assert look(HARMLESS).mended == 1
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["b.upload", "mine.tif"]


# --------------------------------------------------------------------------------------------------------- what is kept
def test_what_came_of_it_is_kept_and_told_in_figures() -> None:
    assert services.figures()["age"] is None
    an_image("a.tif")
    Job.objects.all().delete()
    run = services.keep(look())
    kept = Reconciliation.objects.get(pk=run.pk)
    assert (kept.wrong, kept.mended, kept.repaired, kept.actor) == (1, 0, False, "test")
    assert kept.started <= kept.finished
    assert kept.findings[0]["sentence"].startswith("a.tif waits")
    figures = services.figures()
    assert (figures["wrong"], figures["run"]) == (1, run.pk)
    assert 0 <= figures["age"] < 60
    services.keep(look(HARMLESS, "images.converted"))
    figures = services.figures()
    assert figures["wrong"] == 0
    assert set(figures["checks"]) == {check.name for check in checks.named()}, "of each check its last word"


def test_of_very_many_findings_the_first_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_KEPT", 3)
    for number in range(5):
        an_image(f"{number}.tif")
    Job.objects.all().delete()
    run = Reconciliation.objects.get(pk=services.keep(look()).pk)
    assert (run.wrong, len(run.findings)) == (5, 3)


def test_old_runs_go() -> None:
    services.keep(look())
    Reconciliation.objects.update(finished=DbNow(-500 * 86400))
    run = services.keep(look())
    assert [row.pk for row in Reconciliation.objects.all()] == [run.pk]


def test_a_store_that_does_not_answer_is_said_and_keeps_no_other_check(settings: Settings, tmp_path: Path) -> None:
    Image.objects.filter(pk=an_image()).update(copy_key="ab/x/y")
    Job.objects.all().delete()
    options = {"bucket": "nowhere", "endpoint": "http://127.0.0.1:9", "region": "us-east-1", "key": "k", "secret": "s"}
    stores = settings.GCIS_STORES | {"sources": {"BACKEND": "gcis.core.blobs.s3.S3Store", "OPTIONS": options}}
    settings.GCIS_STORES = stores
    store.cache_clear()
    report = look()
    assert {result.check.name for result in report.results if result.unseen} == {"sources.stored", "sources.orphaned"}
    assert list(wrong(report)) == ["images.converted"]


# ------------------------------------------------------------------------------------------------------------- as a job
def test_once_a_day_it_is_done_by_a_worker_and_harmless_things_are_mended() -> None:
    an_image("a.tif")
    Job.objects.all().delete()
    assert services.ask_when_due() is None, "the installation is younger than a day"
    Event.objects.update(at=DbNow(-2 * 86400))
    job = services.ask_when_due()
    assert job
    assert services.ask_when_due() is None
    (ended,) = run_due(services.RECONCILE)
    assert (ended.state, ended.lane) == ("succeeded", "sweep")
    run = Reconciliation.objects.get()
    assert (ended.report["run"], run.actor) == (str(run.pk), "upkeep")
    assert run.figures["images.converted"] == {"looked": 1, "wrong": 1, "mended": 1, "unseen": ""}
    assert services.ask_when_due() is None
    Job.objects.update(created=DbNow(-2 * 86400))
    assert services.ask_when_due()


def test_without_being_asked_nothing_is_deleted(old: None) -> None:
    store("masters").put(f"ab/{uuid.uuid4()}/{'0' * 64}.tif", b"x")
    services.ask(HARMLESS, actor="upkeep")
    run_due(services.RECONCILE)
    assert len(list(store("masters").keys())) == 1
    services.ask(ALL, actor="admin jane")
    run_due(services.RECONCILE)
    assert list(store("masters").keys()) == []
    assert Reconciliation.objects.order_by("-finished")[0].repaired
