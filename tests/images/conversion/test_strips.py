"""Strips of pictures of libvips: all of it, once, from top to bottom; and an end whatever happens."""

import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import pyvips

from images.conversion.strips import strips
from tests.media import sources
from tests.media.photograph import photograph


def running() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "strips"]


@pytest.mark.parametrize("rows", [1, 16, 100, 256, 1000])
@pytest.mark.parametrize("bands", [1, 3])
@pytest.mark.parametrize("size", [(301, 257), (1, 700), (2000, 1)])
def test_they_are_the_picture(tmp_path: Path, size: tuple[int, int], bands: int, rows: int) -> None:
    path = photograph(tmp_path / "p.png", width=size[0], height=size[1])
    image = pyvips.Image.new_from_file(str(path), access="sequential")
    image = image.colourspace("b-w") if bands == 1 else image
    found = list(strips(image, rows))
    assert len(found) == -(-size[1] // rows)
    assert all(len(strip) == size[0] * bands * rows for strip in found[:-1])
    whole = pyvips.Image.new_from_file(str(path))
    assert b"".join(found) == (whole.colourspace("b-w") if bands == 1 else whole).write_to_memory()
    assert not running()


def test_a_source_that_breaks_off_is_an_error_where_it_does(tmp_path: Path) -> None:
    path = sources.cut_off(tmp_path / "half.jpg")
    image = pyvips.Image.new_from_file(str(path), access="sequential", fail_on="warning")
    with pytest.raises(pyvips.Error, match=r"(?i)premature|end"):
        list(strips(image, 16))
    assert not running()


def test_who_stops_early_leaves_nothing_behind() -> None:
    image = pyvips.Image.gaussnoise(2000, 5000).cast("uchar")
    with closing(strips(image, 64)) as made:
        next(made)
        assert running()
    assert not running()


def test_what_cannot_be_kept_is_an_error_and_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    left = [bytearray(16 * 3000)]

    def last(size: int) -> bytearray:
        if not left:
            raise MemoryError
        return left.pop()

    monkeypatch.setattr("images.conversion.strips.bytearray", last, raising=False)
    with pytest.raises(MemoryError):
        list(strips(pyvips.Image.black(3000, 100), 16))
    assert not running()


def test_they_come_in_order_from_many_threads() -> None:
    image = pyvips.Image.xyz(400, 3000)[1].cast("ushort")
    low = (image % 256).cast("uchar")
    rows = np.frombuffer(b"".join(strips(low, 37)), np.uint8).reshape(3000, 400)
    assert np.array_equal(rows[:, 0], np.arange(3000) % 256)
