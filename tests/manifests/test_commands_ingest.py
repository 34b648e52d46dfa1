"""Folders brought in from the command line, and foretold."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from gcis.core.errors import SourceFault
from gcis.events.models import Event
from gcis.jobs import services as jobs
from gcis.jobs import waiting
from gcis.jobs.models import Batch, Job
from images import services as images
from images.conversion import pipeline
from images.models import Image, Source
from images.services import CONVERT
from manifests import ingest
from manifests.ingest import MARKER, FolderImport, preview
from manifests.models import Manifest
from tests.media.sources import corners
from tests.shell import rehearse, run
from tests.work import convert, fail, run_due

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "Archive"
    made.mkdir()
    return made


def write(folder: Path, files: str) -> None:
    """`book/1.jpg=one map.jpg=m`: texts by path."""
    for each in files.split():
        path, _, text = each.partition("=")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def bring_in(folder: Path) -> ingest.Report:
    return FolderImport(folder, jobs.open_batch("Import", "test")).run()


def change_everything(folder: Path) -> None:
    """Every fate that a known picture can have, and a new one."""
    write(folder, "a/same.jpg=1 a/other.jpg=2 a/goes.jpg=3 a/away.jpg=4 notes.txt=x")
    bring_in(folder)
    write(folder, "a/other.jpg=changed a/new.jpg=5")
    (folder / "b").mkdir()
    (folder / "a/goes.jpg").rename(folder / "b/came.jpg")
    (folder / "a/away.jpg").unlink()
    os.utime(folder / "a/same.jpg", (1, 1))


def pictures() -> list[tuple[str, UUID, int]]:
    return list(Image.objects.order_by("external_id").values_list("external_id", "pk", "wanted"))


# ------------------------------------------------------------------------------------------------------------- for real
def test_a_folder_becomes_records_and_work(folder: Path) -> None:
    write(folder, "book/1.jpg=1 book/2.jpg=2 notes.txt=x")
    ended = run("ingest", folder, "--actor", "nightly import")
    assert ended.status == 0
    assert ended.lines == [
        "created  book/1.jpg",
        "created  book/2.jpg",
        "skipped  notes.txt is not a picture of a kind that we know",
        "created: 2, replaced: 0, moved: 0, missing: 0, skipped: 1, unchanged: 0",
    ]
    batch = Batch.objects.get()
    assert (batch.label, batch.actor, batch.jobs.count()) == ("Import of Archive", "nightly import", 2)
    assert batch.closed
    assert set(Event.objects.values_list("actor", flat=True)) == {"nightly import"}
    assert Manifest.objects.get().external_id == "book"


def test_copies_are_kept_when_that_is_asked_for(folder: Path) -> None:
    write(folder, "map.jpg=m")
    run("ingest", folder, "--copy")
    assert Image.objects.get().copy_key


def test_what_is_no_folder_is_refused_and_leaves_no_batch_open(tmp_path: Path) -> None:
    ended = run("ingest", tmp_path / "nowhere")
    assert ended.status == 1
    assert "cannot be read: it is not there" in ended.err
    assert not Batch.objects.filter(closed=None).exists()


def test_a_folder_is_looked_for_where_the_person_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "map.jpg=m")
    monkeypatch.setenv("GCIS_INVOKED_FROM", str(folder.parent))
    assert run("ingest", "Archive").status == 0
    assert Source.objects.get().location == str(folder)


def test_an_import_that_was_interrupted_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, " ".join(f"book/{number}.jpg={number}" for number in range(4)))
    monkeypatch.setattr(ingest, "STEP", 2)
    put, steps = FolderImport._put_pictures, []

    def interrupted(self: FolderImport, *given: object) -> bool:
        steps.append(given)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return put(self, *given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(FolderImport, "_put_pictures", interrupted)
        assert run("ingest", folder).status == 130
    before = pictures()
    assert len(before) == 2
    assert not Batch.objects.filter(closed=None).exists()
    assert run("ingest", folder).lines[-1] == "created: 2, replaced: 0, moved: 0, missing: 0, skipped: 0, unchanged: 2"
    assert len(pictures()) == 4
    assert set(before) < set(pictures())


# ------------------------------------------------------------------------------------------------------------- dry runs
def test_a_first_import_is_foretold_without_a_trace(folder: Path) -> None:
    write(folder, "book/1.jpg=1 book/2.jpg=2 map.jpg=m notes.txt=x")
    ended = run("ingest", folder, "--dry-run")
    assert ended.lines == [
        "create  book/1.jpg",
        "create  book/2.jpg",
        "create  map.jpg",
        "skipped  notes.txt is not a picture of a kind that we know",
        "create: 3, replace: 0, move: 0, missing: 0, skipped: 1, unchanged: 0",
        "Nothing was changed.",
    ]
    assert not (folder / MARKER).exists()
    assert (Source.objects.count(), Batch.objects.count()) == (0, 0)


def test_every_fate_is_foretold_and_then_happens(folder: Path) -> None:
    change_everything(folder)
    before = pictures()
    ended = rehearse("ingest", folder)
    assert ended.lines == [
        "create  a/new.jpg",
        "replace  a/other.jpg",
        "move  a/goes.jpg to b/came.jpg",
        "missing  a/away.jpg",
        "skipped  notes.txt is not a picture of a kind that we know",
        "unchanged  a/same.jpg",
        "create: 1, replace: 1, move: 1, missing: 1, skipped: 1, unchanged: 1",
        "Nothing was changed.",
    ]
    assert pictures() == before
    assert bring_in(folder) == preview_before(folder, ended.lines)


def preview_before(folder: Path, lines: list[str]) -> ingest.Report:
    """What the lines of a dry run said, as an import reports it."""
    found: dict[str, list[str]] = {}
    for line in lines:
        word, _, rest = line.partition("  ")
        found.setdefault(word, []).append(rest)
    return ingest.Report(
        new=found["create"],
        unchanged=found["unchanged"],
        replaced=found["replace"],
        moved=[(was, now) for was, _, now in (line.partition(" to ") for line in found["move"])],
        missing=found["missing"],
        skipped=[(path, why) for path, _, why in (line.partition(" ") for line in found["skipped"])],
    )


def test_after_an_import_nothing_is_foretold(folder: Path) -> None:
    change_everything(folder)
    bring_in(folder)
    report = preview(folder)
    assert (report.new, report.replaced, report.moved) == ([], [], [])
    assert sorted(report.unchanged) == ["a/new.jpg", "a/other.jpg", "a/same.jpg", "b/came.jpg"]


def test_a_first_import_foretells_what_cannot_be_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "1.jpg=1 2.jpg=2")
    look = ingest.scan

    def seen_and_gone(root: Path) -> object:
        listing = look(root)
        (root / "1.jpg").unlink()
        return listing

    monkeypatch.setattr(ingest, "scan", seen_and_gone)
    report = preview(folder)
    assert report.new == ["2.jpg"]
    assert [warning.partition(" cannot be read")[0] for warning in report.warnings] == ["1.jpg"]


def test_a_root_that_cannot_be_marked_is_known_by_its_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "map.jpg=m")

    def refuse(path: Path, text: str) -> int:
        raise PermissionError

    with monkeypatch.context() as patched:  # the tests may run as root, who may do everything
        patched.setattr(ingest.os, "access", lambda path, mode: False)
        patched.setattr(Path, "write_text", refuse)
        assert preview(folder).new == ["map.jpg"]
        bring_in(folder)
        assert preview(folder).unchanged == ["map.jpg"]
    assert not (folder / MARKER).exists()
    assert preview(folder).new == ["map.jpg"], "now an import would mark it, and begin anew"


def test_a_root_that_is_gone_is_refused(folder: Path) -> None:
    folder.rmdir()
    with pytest.raises(SourceFault, match="cannot be read"):
        preview(folder)
    assert run("ingest", folder, "--dry-run").status == 1


# -------------------------------------------------------------------------------------------------------------- waiting
@pytest.fixture
def worker() -> Iterator[None]:
    """A thread that does in this process what a worker does: real conversions in a real child."""
    stopping = threading.Event()

    def work() -> None:
        while not stopping.wait(0.05):
            run_due(CONVERT)
        pipeline._warm.process.close()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    stopping.set()
    thread.join()


@pytest.mark.usefixtures("worker")
def test_waiting_beside_a_worker_ends_with_the_conversions(folder: Path) -> None:
    corners().save(folder / "good.png")
    write(folder, "bad.jpg=this-is-no-picture")
    ended = run("ingest", folder, "--wait")
    assert ended.status == 1
    assert ended.err == "1 picture of this folder could not be converted.\n"
    assert [line.partition(": ")[0] for line in ended.lines if line.startswith("failed")] == ["failed  bad.jpg"]
    assert Image.objects.get(external_id="good.png").current
    assert not Job.objects.filter(kind=CONVERT, state__in=Job.LIVE).exists()


def test_waiting_again_takes_up_what_an_earlier_import_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "1.jpg=1 2.jpg=2")
    run("ingest", folder)
    first, second = (image for _, image, _ in pictures())
    convert(first)
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: fail(second))
    ended = run("ingest", folder, "--wait")
    assert (ended.status, ended.lines[1]) == (1, "failed  2.jpg: The file is cut off.")
    assert run("ingest", folder, "--wait").status == 1, "as long as a picture cannot be shown"
    images.convert_again(second, actor="test")
    monkeypatch.setattr(waiting.time, "sleep", lambda seconds: convert(second))
    ended = run("ingest", folder, "--wait")
    assert (ended.status, ended.lines[-1]) == (0, "Every picture of this folder is converted.")


def test_without_a_worker_one_is_told_so_and_the_work_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder, "1.jpg=1")
    monkeypatch.setattr(waiting, "PATIENCE", 0.1)
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.05)
    ended = run("ingest", folder, "--wait")
    assert (ended.status, ended.err) == (75, f"{waiting.NO_WORKER}\n")
    assert Job.objects.filter(kind=CONVERT, state=Job.State.QUEUED).count() == 1
