"""Frames and segments of tiles, coded by Pillow and put together by hand."""

import io
from typing import Any

import pytest
from PIL import Image

from images.engine.pyramid import BrokenPyramid
from images.engine.segments import EOI, RESTARTS, SOI, frame, split
from tests.images.engine.masters import photograph


def tile(size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    data = io.BytesIO()
    usual = {"quality": 80, "subsampling": 2, "streamtype": 2, "restart_marker_blocks": 2}
    photograph(*size).convert(mode).save(data, "JPEG", **{**usual, **options})
    return data.getvalue()


@pytest.mark.parametrize(
    ("options", "mcu", "count"),
    [
        ({"subsampling": 2}, (16, 16), 6),
        ({"subsampling": 1}, (16, 8), 12),
        ({"subsampling": 0}, (8, 8), 24),
        ({"mode": "L"}, (8, 8), 24),
        ({"mode": "L", "subsampling": 0}, (8, 8), 24),
        ({"keep_rgb": True, "subsampling": 0}, (8, 8), 24),
        ({"size": (50, 33)}, (16, 16), 6),
        ({"restart_marker_blocks": 5}, (16, 16), 3),
        ({"restart_marker_blocks": 100}, (16, 16), 1),
    ],
)
def test_a_frame_says_how_the_tile_is_coded(options: dict[str, Any], mcu: tuple[int, int], count: int) -> None:
    data = tile(**options)
    found = frame(data)
    assert found
    assert (found.width, found.height) == options.get("size", (64, 48))
    assert (found.mcu_width, found.mcu_height) == mcu
    assert found.interval == options.get("restart_marker_blocks", 2)
    assert found.segments == count
    parts = split(data, found)
    assert len(parts) == count
    marked = b"".join(part + RESTARTS[n % 8] for n, part in enumerate(parts))[:-2]
    assert SOI + found.head + marked + EOI == data


def test_a_head_of_another_size_says_that_and_nothing_else() -> None:
    data = tile()
    found = frame(data)
    assert found
    other = found.sized(1234, 567)
    again = frame(SOI + other + EOI)
    assert again
    assert (again.width, again.height, again.size_at) == (1234, 567, found.size_at)
    assert other[: found.size_at] + other[found.size_at + 4 :] == (
        found.head[: found.size_at] + found.head[found.size_at + 4 :]
    )
    assert found.sized(64, 48) == found.head


@pytest.mark.parametrize("options", [{"restart_marker_blocks": 0}, {"progressive": True, "streamtype": 0}])
def test_what_has_no_segments_of_its_own_cannot_be_copied(options: dict[str, Any]) -> None:
    assert frame(tile(**options)) is None


def test_a_scan_of_some_of_the_colours_cannot_be_copied() -> None:
    data = tile()
    at = data.index(b"\xff\xda") + 4
    assert frame(data[:at] + b"\x01" + data[at + 1 :]) is None


@pytest.mark.parametrize("length", range(0, 40, 3))
def test_a_tile_that_ends_in_its_head_is_broken(length: int) -> None:
    with pytest.raises(BrokenPyramid):
        frame(tile()[:length])
    with pytest.raises(BrokenPyramid):
        frame(SOI + tile()[2 : 2 + length] + EOI)


def test_a_picture_in_the_place_of_a_tile_is_read_as_one() -> None:
    """With tables of its own, as tiles of others have them."""
    data = tile(streamtype=0)
    found = frame(data)
    assert found
    assert len(split(data, found)) == 6
    with Image.open(io.BytesIO(SOI + found.sized(64, 32) + data[2 + len(found.head) :])) as picture:
        assert picture.size == (64, 32)
