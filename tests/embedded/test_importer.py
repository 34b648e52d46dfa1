"""The watch over the folder, in its thread."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gcis.embedded import importer
from gcis.embedded.importer import Importer
from gcis.jobs.models import Batch
from images.models import Image

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.jpg").write_text("1")
    return tmp_path / "in"


@pytest.fixture
def watch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Importer]:
    monkeypatch.setattr(importer, "LOOK_SECONDS", 0.05)
    stopping = threading.Event()
    watching = Importer(folder, copy=False, stopping=stopping)
    thread = threading.Thread(target=watching.run)
    thread.start()
    until(lambda: len(watching.reports) == 1)
    yield watching
    stopping.set()
    thread.join()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def test_what_is_added_is_brought_in(watch: Importer, folder: Path) -> None:
    (folder / "2.jpg").write_text("2")
    until(lambda: len(watch.reports) == 2 and watch.idle)
    assert [report.new for report in watch.take_reports()] == [["1.jpg"], ["2.jpg"]]
    assert watch.reports == []
    assert Image.objects.count() == 2
    assert not Batch.objects.filter(closed=None).exists()


def test_a_file_that_still_grows_is_waited_for(watch: Importer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look, looks = Importer._look, []

    def look_and_grow(self: Importer) -> object:
        seen = look(self)
        looks.append(len(self.reports))
        if len(looks) < 6:
            (folder / "2.jpg").write_text("more" * len(looks))
        return seen

    monkeypatch.setattr(Importer, "_look", look_and_grow)
    until(lambda: len(watch.reports) == 2)
    assert looks[:7] == [1] * 7, "the seventh look is the first that saw what the one before saw"
    assert Image.objects.get(external_id="2.jpg").size == 20


def test_a_folder_that_goes_and_comes_back_is_waited_for(watch: Importer, folder: Path) -> None:
    away = folder.rename(folder.with_name("unplugged"))
    time.sleep(0.3)
    (away / "2.jpg").write_text("2")
    away.rename(folder)
    until(lambda: len(watch.reports) == 2)
    assert (watch.reports[1].new, watch.reports[1].missing) == (["2.jpg"], [])


def test_an_import_that_breaks_off_is_over(folder: Path) -> None:
    watching = Importer(folder, copy=False, stopping=threading.Event())
    folder.rename(folder.with_name("unplugged"))
    with pytest.raises(Exception, match="cannot be read"):
        watching._import()
    assert watching.idle
    assert not Batch.objects.filter(closed=None).exists()
