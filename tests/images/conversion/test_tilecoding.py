"""Coded tiles and their tables make the picture that Pillow would write whole."""

import io

import numpy as np
import pytest
from PIL import Image

from images.conversion.tilecoding import Coding
from images.engine.pyramid import GREY, RGB, YCBCR
from images.engine.segments import frame
from tests.media.photograph import picture

KINDS = [(1, 89, GREY, 8), (1, 95, GREY, 8), (3, 89, YCBCR, 16), (3, 90, RGB, 8), (3, 99, RGB, 8), (3, 5, YCBCR, 16)]


@pytest.mark.parametrize(("bands", "quality", "photometric", "mcu"), KINDS)
@pytest.mark.parametrize("interval", [0, 1, 4])
def test_tables_and_tile_are_the_picture(bands: int, quality: int, photometric: int, mcu: int, interval: int) -> None:
    coding = Coding(bands, quality)
    assert (coding.photometric, coding.mcu) == (photometric, mcu)
    shown = picture(128, 128).convert(coding.mode)
    tables, tile = coding.tables(), coding.tile(shown, interval)
    with Image.open(io.BytesIO(tables[:-2] + tile[2:])) as read:
        if photometric in (GREY, RGB):
            assert read.mode == coding.mode
        seen = np.asarray(read)
    whole = io.BytesIO()
    options = {"keep_rgb": True} if photometric == RGB else {"subsampling": 2} if photometric == YCBCR else {}
    shown.save(whole, "JPEG", quality=quality, **options)
    with Image.open(whole) as wanted:
        assert np.array_equal(seen, np.asarray(wanted))


def test_a_tile_has_nothing_but_what_is_its_own() -> None:
    for bands, quality, *_ in KINDS:
        tile = Coding(bands, quality).tile(picture(64, 64).convert(Coding(bands, quality).mode), 2)
        found = frame(tile)
        assert found
        assert found.interval == 2
        assert b"JFIF" not in tile
        for table in (b"\xff\xdb", b"\xff\xc4"):
            assert table not in found.head
