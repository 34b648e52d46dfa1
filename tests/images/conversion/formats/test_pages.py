"""Which directories of a TIFF are pages; and that each page is what is loaded."""

import io
import struct
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gcis.core.errors import SourceFault
from images.conversion.formats import reading
from images.conversion.formats.pages import directories_of_pages
from images.conversion.work import Limits
from tests.images.conversion.formats.opened import far, open_bytes, refusal
from tests.media.formats import LONG, SHORT, Page, page, tiff


def sheet(width: int, height: int, shade: int = 0, photometric: int = 1, **tags: Any) -> Page:
    return page(np.full((height, width), shade, np.uint8), photometric, **tags)


def flagged(width: int, height: int, flag: int) -> Page:
    return sheet(width, height, t254=(LONG, [flag]))


def pages_of(folder: Path, *pages: Page, **how: Any) -> tuple[int, ...]:
    path = folder / "pages.tif"
    path.write_bytes(tiff(*pages, **how))
    return directories_of_pages(path)


PYRAMID = [(101, 75), (50, 37), (25, 18), (12, 9)]
CEILING = [(101, 75), (51, 38), (26, 19), (13, 10)]
OTHER = [(64, 90), (32, 45), (16, 22)]


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ([sheet(40, 30)], (0,)),
        ([sheet(40, 30), sheet(40, 30), sheet(30, 40)], (0, 1, 2)),
        ([sheet(*size) for size in PYRAMID], (0,)),
        ([sheet(*size) for size in CEILING], (0,)),
        ([sheet(*size) for size in PYRAMID + OTHER], (0, 4)),
        ([sheet(*size) for size in [*OTHER, (64, 90), *OTHER]], (0, 3, 4)),
        ([sheet(40, 30), flagged(7, 5, 1)], (0,)),
        ([flagged(7, 5, 1), sheet(40, 30)], (1,)),
        ([sheet(40, 30), flagged(40, 30, 4), flagged(40, 30, 5), sheet(40, 30)], (0, 3)),
        ([sheet(40, 30), sheet(13, 10, t255=(SHORT, [2])), sheet(41, 30, t255=(SHORT, [3]))], (0, 2)),
        ([sheet(40, 30), sheet(13, 10, t254=(LONG, [0]), t255=(SHORT, [2]))], (0, 1)),
        ([sheet(40, 30), flagged(20, 15, 2)], (0, 1)),
        ([sheet(40, 30), sheet(20, 15, photometric=0)], (0, 1)),
        ([sheet(40, 30), sheet(20, 30), sheet(40, 15)], (0, 1, 2)),
        ([sheet(40, 30), sheet(10, 7)], (0, 1)),
        ([sheet(1, 1), sheet(1, 1)], (0, 1)),
        ([sheet(2, 1), sheet(1, 1)], (0,)),
        ([flagged(20, 15, 1), flagged(40, 30, 1)], (1,)),
        ([sheet(40, 30, below=[sheet(20, 15), sheet(99, 99)]), sheet(41, 30)], (0, 1)),
    ],
)
@pytest.mark.parametrize("how", [{}, {"big": True}])
def test_pages_are_told_from_their_copies(tmp_path: Path, sheets: list[Page], expected: Any, how: Any) -> None:
    assert pages_of(tmp_path, *sheets, **how) == expected


def test_each_page_is_what_is_loaded(tmp_path: Path) -> None:
    """Pages of different kinds, with thumbnails between them."""
    colour = np.random.default_rng(3).integers(0, 255, (20, 31, 3), np.uint8)
    written = [
        sheet(40, 30, 10),
        flagged(8, 6, 1),
        page(colour, 2, t274=(SHORT, [3])),
        sheet(25, 25, 90, photometric=0, t282=(5, [(100, 1)]), t283=(5, [(100, 1)]), t296=(SHORT, [3])),
        page(colour, 8, planar=True),
    ]
    data = tiff(*written)
    first, second, third, fourth = (open_bytes(tmp_path, data, page=number) for number in range(4))
    assert [seen.found["page"] for seen in (first, second, third, fourth)] == [0, 1, 2, 3]
    assert {seen.found["pages"] for seen in (first, second, third, fourth)} == {4}
    assert far(first.pixels, np.full((30, 40), 10)) == 0
    assert far(second.pixels, colour) == 0
    assert (first.found["orientation"], second.found["orientation"]) == (1, 3)
    assert far(third.pixels, np.full((25, 25), 165)) == 0
    assert (second.found["pixels_per_mm"], third.found["pixels_per_mm"]) == (None, [10, 10])
    assert far(fourth.pixels[:, :, :1], colour[:, :, 0] * (100 / 255)) < 0.001
    with pytest.raises(SourceFault, match="There is no page 5 in the file: it has 4") as fault:
        open_bytes(tmp_path, data, page=4)
    assert fault.value.code == "page_missing"


def test_the_directory_of_a_page_is_its_place_in_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    path.write_bytes(tiff(*(sheet(*size) for size in PYRAMID + OTHER)))
    assert [reading.look(path, number, Limits()).directory for number in range(2)] == [0, 4]


@pytest.mark.parametrize("compression", ["raw", "zstd"])
def test_pages_as_pillow_writes_them(tmp_path: Path, compression: str) -> None:
    images = [Image.new("RGB", (30 + n, 20), (n * 60, 9, 9)) for n in range(4)]
    data = io.BytesIO()
    images[0].save(data, "TIFF", save_all=True, append_images=images[1:], compression=compression)
    for number, image in enumerate(images):
        assert far(open_bytes(tmp_path, data.getvalue(), page=number).pixels, image) == 0


def test_a_thousand_pages_are_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    path.write_bytes(tiff(*(sheet(3, 2 + n % 2) for n in range(1000))))
    began = time.perf_counter()
    assert len(directories_of_pages(path)) == 1000
    assert reading.look(path, 999, Limits()).found["page"] == 999
    assert time.perf_counter() - began < 1


def chained(*offsets: int) -> bytes:
    """Directories of one entry each at 8, 26, 44 and so on, which point to the next as given."""
    entry = struct.pack("<HHHII", 1, 256, 4, 1, 7)
    return b"II*\0" + struct.pack("<I", 8) + b"".join(entry + struct.pack("<I", offset) for offset in offsets)


@pytest.mark.parametrize("data", [chained(8), chained(26, 8), chained(26, 44, 26)])
def test_chains_that_do_not_end_are_refused(tmp_path: Path, data: bytes) -> None:
    fault = refusal(tmp_path, data)
    assert (fault.code, "does not end" in fault.sentence) == ("damaged", True)


def test_a_chain_of_too_many_directories_is_refused_soon(tmp_path: Path) -> None:
    count = 100_001
    began = time.perf_counter()
    fault = refusal(tmp_path, chained(*(8 + 18 * (n + 1) for n in range(count - 1)), 0))
    assert (fault.code, "does not end" in fault.sentence) == ("damaged", True)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    "data", [chained(1 << 31), chained(26)[:20], b"II*\0\0\0\0\0", b"II*\0", struct.pack("<2sHIH", b"II", 42, 8, 0)]
)
def test_broken_chains_are_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data).code in ("damaged", "cut_off")
