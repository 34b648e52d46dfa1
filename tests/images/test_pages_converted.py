"""Real files of several pages, through the whole pipeline: from a folder, as uploads, and from an address."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyvips

from gcis.core.blobs.stores import store
from gcis.jobs import services as jobs
from images import deliveries, fixity, services
from images.conversion import pipeline
from images.deliveries import Delivery
from images.models import Image
from images.services import CONVERT
from manifests.ingest import FolderImport
from manifests.models import Manifest
from redirects import services as names
from tests.images.paged import leaves
from tests.manifests.records import document
from tests.work import fresh, run_due

pytestmark = pytest.mark.django_db(transaction=True)
#: What the pages show, in levels of red, green and blue.
COLOURS = ([200, 40, 40], [40, 200, 40], [40, 40, 200], [200, 200, 40], [40, 200, 200])


@pytest.fixture(scope="module", autouse=True)
def one_child() -> Iterator[None]:
    """The tests share this thread's warm child; it ends with them."""
    yield
    if hasattr(pipeline._warm, "process"):
        pipeline._warm.process.close()
        del pipeline._warm.process


def a_tiff(path: Path, pages: int) -> Path:
    """Each page is 300 by 200 pixels of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = [
        (pyvips.Image.black(300, 200, bands=3) + COLOURS[page % len(COLOURS)]).cast("uchar") for page in range(pages)
    ]
    whole = pyvips.Image.arrayjoin(sheets, across=1).copy(interpretation="srgb").copy()
    whole.set_type(pyvips.GValue.gint_type, "page-height", 200)
    whole.tiffsave(str(path), page_height=200, compression="deflate")
    return path


def colours(rows: list[Image]) -> list[list[int]]:
    """What the masters show."""
    shown = []
    for row in rows:
        assert row.current
        master = pyvips.Image.new_from_buffer(store("masters").read(row.current.key), "")
        shown.append([round(band.avg()) for band in master.bandsplit()])
    return shown


def alike(rows: list[Image], pages: list[int]) -> bool:
    wanted = [COLOURS[page] for page in pages]
    pairs = zip(colours(rows), wanted, strict=True)
    return all(abs(one - other) <= 3 for found, said in pairs for one, other in zip(found, said, strict=True))


def _copied(path: Path) -> Path:
    """What is sent is taken away."""
    made = path.with_suffix(".sent")
    made.write_bytes(path.read_bytes())
    return made


def test_a_folder_with_a_file_of_three_pages_becomes_a_book_of_all_of_them(tmp_path: Path, settings: Any) -> None:
    settings.GCIS_PUBLISH_PAUSE = 0
    a_tiff(tmp_path / "Archive/book/ledger.tif", 3)
    a_tiff(tmp_path / "Archive/book/map.tif", 1)
    batch = jobs.open_batch("Import", "test")
    FolderImport(tmp_path / "Archive", batch).run()
    jobs.close_batch(batch)
    run_due()
    rows = leaves(Image.objects.get(external_id="book/ledger.tif", page=0).pk)
    assert [(row.state, row.width, row.height) for row in rows] == [("ready", 300, 200)] * 3
    assert alike(rows, [0, 1, 2])
    book = document(Manifest.objects.get(external_id="book"))
    assert [item["label"]["none"][0] for item in book["items"]] == ["ledger", "ledger, p. 2", "ledger, p. 3", "map"]
    services_shown = [item["items"][0]["items"][0]["body"]["service"][0]["id"] for item in book["items"]]
    assert services_shown[1].endswith(names.current([rows[1].pk])[rows[1].pk])
    assert batch.figures()["errors"] == 0
    assert FolderImport(tmp_path / "Archive", batch).run().quiet


def test_the_pages_of_an_upload_are_read_from_the_copy_of_the_first(tmp_path: Path) -> None:
    sent = a_tiff(tmp_path / "ledger.tif", 3)
    image = deliveries.upload(Delivery(file=_copied(sent), name="ledger.tif"), actor="admin jane")
    run_due(services.CONVERT)
    run_due()
    rows = leaves(image)
    assert [row.state for row in rows] == ["ready"] * 3
    assert alike(rows, [0, 1, 2])
    assert list(store("sources").keys()) == [rows[0].copy_key]

    other = a_tiff(tmp_path / "ledger.tif", 2)
    deliveries.replace(image, Delivery(file=_copied(other), name="ledger.tif"), actor="admin jane")
    run_due()
    rows = leaves(image)
    assert [(row.state, row.replacement, row.error_text) for row in rows] == [
        ("ready", "", ""),
        ("ready", "", ""),
        ("ready", "failed", "The file has only 2 pages now."),
    ]
    assert alike(rows, [0, 1, 2])
    services.convert_again(rows[2].pk, actor="admin jane")
    run_due()
    assert fresh(rows[2].pk).error_code == "page_missing"
    assert fixity.check(fixity.of_image(image)[1]) == "intact"


def test_a_page_whose_master_was_lost_is_made_again_from_the_copy_of_the_file(tmp_path: Path) -> None:
    image = deliveries.upload(Delivery(file=a_tiff(tmp_path / "ledger.tif", 2), name="ledger.tif"), actor="admin jane")
    run_due()
    page = leaves(image)[1]
    assert page.current
    store("masters").delete(page.current.key)
    assert fixity.check(fixity.of_image(page.pk)[0]) == "missing"
    run_due(CONVERT)
    assert store("masters").size(page.current.key)
