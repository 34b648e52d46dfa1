"""The conversion job with real pictures, stores and a real child."""

import hashlib
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import pyvips
from django.conf import settings
from django.db import transaction

from gcis.core.blobs.stores import store
from gcis.core.errors import SourceFault, Unavailable
from gcis.jobs import runner
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim, LeaseLost, Superseded
from gcis.jobs.models import Job
from images import services
from images.conversion import pipeline
from images.conversion.pipeline import ConvertHandler, sweep_scratch
from images.models import AccessMaster, Image, Source
from images.services import SourceFile
from tests.media.photograph import photograph
from tests.media.sources import cut_off
from tests.work import a_source, fresh, run_due, take

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    """The tests share this thread's warm child; it ends with them."""
    yield
    pipeline._warm.process.close()
    del pipeline._warm.process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


@pytest.fixture
def source(folder: Path) -> Source:
    return a_source(str(folder))


def brought(source: Source, path: Path) -> uuid.UUID:
    return services.register(source, path.name, seen(path), actor="test").pk


def seen(path: Path) -> SourceFile:
    found = path.stat() if path.exists() else None
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "0" * 64
    return SourceFile(path.name, digest, found.st_size if found else 0, found.st_mtime_ns if found else 0)


def scratch() -> list[str]:
    work = settings.GCIS_WORK_DIR
    return sorted(path.name for path in work.iterdir()) if work.exists() else []


def run_newest(image: uuid.UUID) -> Job:
    job = Job.objects.get(subject=image, state=Job.State.QUEUED)
    runner.run(job.pk, "test")
    return Job.objects.get(pk=job.pk)


def test_a_source_becomes_the_current_master(source: Source, folder: Path) -> None:
    path = photograph(folder / "map.jpg", width=700, height=500)
    image = brought(source, path)
    job = run_newest(image)
    assert job.state == "succeeded"

    row = fresh(image)
    assert (row.state, row.width, row.height, row.converted) == ("ready", 700, 500, 1)
    assert row.digest == seen(path).digest
    master = AccessMaster.objects.get()
    stored = store("masters").read(master.key)
    assert hashlib.sha256(stored).hexdigest() == master.digest == Path(master.key).stem
    assert (len(stored), master.source_digest, master.recipe) == (master.size, row.digest, "default")
    assert [level[:2] for level in master.levels] == [[700, 500], [350, 250], [175, 125]]
    assert pyvips.Image.new_from_buffer(stored, "").width == 700

    assert job.report["bytes_in"] == path.stat().st_size
    assert job.report["bytes_out"] == master.size
    assert {"fetch", "store"} < set(job.report["seconds"])
    assert master.provenance["tools"]
    assert scratch() == []
    assert path.exists()


def test_equal_bytes_are_two_images_with_a_master_each(source: Source, folder: Path) -> None:
    first = photograph(folder / "a.png", width=300, height=200)
    second = folder / "b.png"
    second.write_bytes(first.read_bytes())
    images = [brought(source, path) for path in (first, second)]
    run_due(services.CONVERT)
    masters = [fresh(image).current for image in images]
    assert len({master.digest for master in masters if master}) == 1
    assert len({master.key for master in masters if master}) == 2


def test_converting_the_same_again_swaps_without_a_second_master(source: Source, folder: Path) -> None:
    image = brought(source, photograph(folder / "a.png", width=300, height=200))
    run_newest(image)
    services.convert_again(image, actor="test")
    assert run_newest(image).state == "succeeded"
    assert (fresh(image).generation, AccessMaster.objects.count()) == (2, 1)


def test_a_broken_source_ends_with_a_sentence(source: Source, folder: Path) -> None:
    image = brought(source, cut_off(folder / "half.jpg"))
    job = run_newest(image)
    assert (job.state, fresh(image).state) == ("failed", "failed")
    assert job.error_text == fresh(image).error_text != ""
    assert (list(store("masters").keys()), scratch()) == ([], [])


def test_a_broken_replacement_leaves_the_picture_as_it_is(source: Source, folder: Path) -> None:
    path = photograph(folder / "map.jpg", width=300, height=200)
    image = brought(source, path)
    run_newest(image)
    before = services.facts([image])[image]
    path.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    services.replace(image, seen(path), actor="test")
    assert run_newest(image).state == "failed"
    after = services.facts([image])[image]
    assert (after.digest, after.generation, after.ready) == (before.digest, 1, True)
    assert services.master_path(after).exists()


@pytest.mark.parametrize(("make", "code"), [("nothing", "source_missing"), ("folder", "source_unreadable")])
def test_a_file_that_cannot_be_had(source: Source, folder: Path, make: str, code: str) -> None:
    if make == "folder":
        (folder / "x.jpg").mkdir()
    image = brought(source, folder / "x.jpg")
    assert (run_newest(image).state, fresh(image).error_code) == ("failed", code)
    assert scratch() == []


def test_an_unplugged_folder_is_waited_for(source: Source, folder: Path) -> None:
    image = brought(source, photograph(folder / "map.jpg", width=300, height=200))
    away = folder.rename(folder.with_name("unplugged"))
    job = run_newest(image)
    assert (job.state, job.error_code, fresh(image).state) == ("queued", "folder_missing", "registered")
    away.rename(folder)
    Job.objects.filter(pk=job.pk).update(run_at="2000-01-01T00:00Z")
    assert run_newest(image).state == "succeeded"


def test_what_was_overtaken_while_it_ran_is_discarded(source: Source, folder: Path) -> None:
    path = photograph(folder / "map.png", width=300, height=200, seed=1)
    image = brought(source, path)
    held = take(image)
    commit = ConvertHandler().run(held)
    photograph(path, width=320, height=200, seed=2)
    services.replace(image, seen(path), actor="test")

    with pytest.raises(Superseded), transaction.atomic():
        commit()
    assert (fresh(image).current_id, fresh(image).generation) == (None, 0)
    assert run_newest(image).state == "succeeded"
    assert (fresh(image).width, fresh(image).generation) == (320, 1)

    jobs.end(held, Job.State.SUPERSEDED)
    assert services.collect_masters(older_than=-1) == 1
    assert list(store("masters").keys()) == [services.facts([image])[image].master_key]


def test_what_was_overtaken_before_it_began_does_no_work(source: Source, folder: Path) -> None:
    image = brought(source, folder / "never-made.jpg")
    job = Job.objects.get()
    Image.objects.filter(pk=image).update(wanted=2)
    runner.run(job.pk, "test")
    assert Job.objects.get(pk=job.pk).state == "superseded"
    assert fresh(image).failed == 0


def test_fetching_hashes_what_it_copies_and_stops_when_told(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"0123456789" * 300_000)
    claim = Claim(uuid.uuid4(), "test", "test", uuid.uuid4(), {}, 1, 1)
    digest, size = pipeline.copy(source, tmp_path / "copy", claim)
    copied = (tmp_path / "copy").read_bytes()
    assert (digest, size) == (hashlib.sha256(copied).hexdigest(), 3_000_000)
    claim.lost.set()
    with pytest.raises(LeaseLost):
        pipeline.copy(source, tmp_path / "again", claim)
    with pytest.raises(SourceFault):
        pipeline.copy(tmp_path / "nowhere", tmp_path / "third", claim)


def test_a_source_that_changes_while_it_is_copied_is_tried_again(tmp_path: Path) -> None:
    source = tmp_path / "growing.jpg"
    source.write_bytes(b"x" * 3_000_000)
    claim = Claim(uuid.uuid4(), "images.convert", "k", uuid.uuid4(), {}, 1, 1)

    def grow() -> None:
        with source.open("ab") as file:
            file.write(b"y")

    claim.check = grow  # type: ignore[method-assign]  # as if somebody wrote between two beats
    with pytest.raises(Unavailable, match="being changed"):
        pipeline.copy(source, tmp_path / "copy", claim)


def test_scratch_of_the_dead_goes_and_that_of_the_living_stays(source: Source) -> None:
    held = take(services.register(source, "x.jpg", seen(Path("x.jpg")), actor="test").pk)
    work = settings.GCIS_WORK_DIR
    living, fenced, unknown = f"{held.id}-{held.token}", f"{held.id}-{held.token - 1}", f"{uuid.uuid4()}-1"
    for name in (living, fenced, unknown, "not ours"):
        (work / name).mkdir(parents=True)
        (work / name / "source").write_text("half")
    (work / ".DS_Store").write_text("what a desktop leaves")

    assert sweep_scratch() == 2
    assert scratch() == sorted([living, "not ours", ".DS_Store"])
    jobs.end(held, Job.State.FAILED)
    assert sweep_scratch() == 1
    assert scratch() == sorted(["not ours", ".DS_Store"])


def test_there_may_be_no_scratch_room_yet() -> None:
    assert sweep_scratch() == 0
