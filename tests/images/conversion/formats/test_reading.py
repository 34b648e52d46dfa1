"""Sources that are not written tag by tag: how they are opened, how often, and what their faults are called."""

import gc
import os
from pathlib import Path

import numpy as np
import pytest
import pyvips

from images.conversion.formats import reading
from images.conversion.formats.complaints import explain, is_harmless
from images.conversion.work import Limits
from tests.images.conversion.formats.opened import far, open_bytes
from tests.media import sources
from tests.media.formats import SHORT, page, tiff
from tests.media.photograph import picture


@pytest.mark.parametrize("photometric", [2, 8])
def test_a_page_can_be_read_in_any_order(tmp_path: Path, photometric: int) -> None:
    """Turning needs that; the second is read with other tags than it has."""
    pixels = np.asarray(picture(90, 70))
    data = tiff(page(pixels, photometric, planar=photometric == 8, rows=3, t274=(SHORT, [6])))
    seen = open_bytes(tmp_path, data, random=True)
    assert seen.image.autorot().width == 70
    assert far(seen.image.flipver().numpy(), seen.pixels[::-1]) == 0


@pytest.mark.parametrize("shrink", [1, 2, 8])
def test_a_jpeg_can_be_shrunk_while_it_is_decoded(tmp_path: Path, shrink: int) -> None:
    path = tmp_path / "p.jpg"
    picture(160, 80).save(path, quality=95)
    header = reading.look(path, 0, Limits())
    assert reading.load(path, header, shrink=shrink).image.width == 160 // shrink


def test_damage_inside_a_jpeg_is_an_error_only_where_it_is_asked_for(tmp_path: Path) -> None:
    path = sources.damaged(tmp_path / "p.jpg")
    header = reading.look(path, 0, Limits())
    with pytest.raises(pyvips.Error) as error:
        reading.load(path, header).image.avg()
    assert explain(str(error.value)).code == "damaged"
    assert not is_harmless(str(error.value))
    assert reading.load(path, header, strict=False).image.avg() > 0


def test_pages_read_with_other_tags_leave_no_descriptor_and_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "p.tif"
    path.write_bytes(tiff(page(np.asarray(picture(90, 70)), 8, planar=True)))

    def use() -> int:
        for _ in range(30):
            header = reading.look(path, 0, Limits())
            reading.load(path, header).image.avg()
        gc.collect()
        maps = Path("/proc/self/maps").read_text().count("p.tif")
        assert not maps
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  names are all that is wanted

    assert use() >= use()


def test_the_same_name_may_hold_another_picture_next_time(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    for width in (20, 30):
        picture(width, 20).save(path)
        header = reading.look(path, 0, Limits())
        assert (header.found["width"], reading.load(path, header).image.width) == (width, width)


@pytest.mark.parametrize(
    ("said", "code", "word"),
    [
        ("VipsJpeg: premature end of JPEG image", "cut_off", "cut off"),
        ("source: bad seek to 100000\ntiff2vips: Seek error at scanline 5", "cut_off", "cut off"),
        ("tiff2vips: Not enough data for scanline 10", "cut_off", "cut off"),
        ("VipsJpeg: Corrupt JPEG data: 13 extraneous bytes before marker 0xd9", "damaged", "damaged"),
        ("vipspng: libpng read error", "damaged", "damaged, or a part of it is missing"),
        ("tiff2vips: LZWDecode: Strip 0 not terminated with EOI code", "damaged", "damaged"),
        ("tiff2vips: ZLib error:", "damaged", "damaged"),
        ("tiff2vips: Invalid strip byte count 0, strip 2", "damaged", "damaged"),
        ("tiff2vips: ZSTD compression support is not configured", "compression_not_supported", "LZW or Deflate"),
        ("VipsJpeg: Sorry, arithmetic coding is not implemented", "compression_not_supported", "cannot be read"),
        ("VipsJpeg: Unsupported JPEG process: SOF type 0xc3", "compression_not_supported", "cannot be read"),
        ("VipsJpeg: Unsupported JPEG data precision 12", "layout_not_supported", "8 or 16 bits"),
        (
            "heif: Error while loading plugin: Support for this compression format has not been built in: HEVC",
            "compression_not_supported",
            "cannot be read",
        ),
        ("heif: Memory allocation error: Security limit exceeded: Image size 30000x30000", "too_large", "memory"),
        ("vips_tracked: out of memory --- size == 12345MB", "too_large", "memory"),
        ("broken data stream when reading image file", "damaged", "damaged"),
        ("image file is truncated (5 bytes not processed)", "cut_off", "cut off"),
        ("something that nobody has seen before", "damaged", "damaged"),
    ],
)
def test_complaints_become_sentences(said: str, code: str, word: str) -> None:
    fault = explain(said)
    assert fault.code == code
    assert word in fault.sentence
