"""Joined pictures have the very pixels of the tiles that they are made of, each decoded alone; or there is none."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from images.engine import segments
from images.engine.join import joined
from images.engine.pyramid import BrokenPyramid, Level, Pyramid, open_pyramid
from images.engine.render import render
from images.engine.splice import native_tile
from images.iiif.derivative import Derivative
from images.metadata import master as masters
from images.metadata.found import Metadata
from tests.images.engine.masters import Master, decoded, photograph, psnr
from tests.images.engine.pyramids import plainly, pyramid, recipe, stitched, whole

#: Mode, all colour, restart interval: AUTO, one MCU everywhere, a row of a tile, and two that lie between.
KINDS = {
    "colour": ("RGB", False, "auto"),
    "colour at 1": ("RGB", False, 1),
    "colour at 4": ("RGB", False, 4),
    "colour at 16": ("RGB", False, 16),
    "RGB": ("RGB", True, "auto"),
    "RGB at 2": ("RGB", True, 2),
    "grey": ("L", False, 1),
    "grey by itself": ("L", False, "auto"),
}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="shelf 7"/></rdf:RDF></x:xmpmeta>'
)
SIZES = ((1001, 751), (257, 1), (1, 900), (113, 76), (1024, 512), (300, 611))


class Pyramids:
    """Each is made once."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._made = folder, dict[tuple[str, tuple[int, int]], Pyramid]()

    def get(self, kind: str, size: tuple[int, int]) -> Pyramid:
        if (kind, size) not in self._made:
            mode, full, restart = KINDS[kind]
            path = self._folder / f"{len(self._made)}.tif"
            picture = photograph(*size).convert(mode)
            self._made[kind, size] = pyramid(path, picture, recipe(full=full, restart=restart))
        return self._made[kind, size]


@pytest.fixture(scope="module")
def pyramids(tmp_path_factory: pytest.TempPathFactory) -> Pyramids:
    return Pyramids(tmp_path_factory.mktemp("joined"))


def of_level(opened: Pyramid, level: Level, x: int, y: int, width: int, height: int) -> Derivative:
    """A region of a level in its own pixels, as a viewer asks for it: at the far edge all that is left."""
    scale = int(level.scale_x)
    w, h = min(width * scale, opened.width - x * scale), min(height * scale, opened.height - y * scale)
    return Derivative(x * scale, y * scale, w, h, width, height)


def nearest(opened: Pyramid, level: Level) -> tuple[int, int]:
    """The size in whole pixels that is nearest to the full image's at this scale."""
    return int(opened.width / level.scale_x + 0.5), int(opened.height / level.scale_y + 0.5)


def can_begin(level: Level, opened: Pyramid) -> tuple[int, int, int]:
    """Pixels across and down between places where a region may begin, and how many MCUs its width is a multiple of."""
    found = segments.frame(opened.tile(level, 0, 0))
    assert found
    return found.mcu_width * found.interval, found.mcu_height, found.interval


# ------------------------------------------------------------------------------------------------------ the same pixels
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", ["colour", "colour at 1", "RGB", "grey"])
def test_every_level_as_a_whole_has_the_pixels_of_its_tiles(
    kind: str, size: tuple[int, int], pyramids: Pyramids
) -> None:
    opened = pyramids.get(kind, size)
    for level in opened.levels:
        tiles = stitched(opened, level)
        for width, height in {(level.width, level.height), nearest(opened, level)}:
            data = joined(opened, whole(opened, level, width=width, height=height))
            assert data is not None
            assert np.array_equal(plainly(data), tiles[:height, :width])


@pytest.mark.parametrize("kind", ["RGB", "grey"])
def test_without_subsampling_every_decoder_sees_the_same(kind: str, pyramids: Pyramids) -> None:
    """Decoders smooth halved colour across blocks: there a joined picture lacks the seams of its tiles."""
    opened = pyramids.get(kind, SIZES[0])
    tile = native_tile(opened, Derivative(256, 256, 256, 256, 256, 256))
    data = joined(opened, whole(opened, opened.levels[0]))
    assert tile
    assert data
    mode = "L" if kind == "grey" else "RGB"
    assert np.array_equal(decoded(data, mode)[256:512, 256:512], decoded(tile, mode))


@pytest.mark.parametrize("kind", KINDS)
def test_every_block_of_whole_tiles_has_their_pixels(kind: str, pyramids: Pyramids) -> None:
    opened = pyramids.get(kind, SIZES[0])
    blocks = 0
    for level in opened.levels:
        tiles = stitched(opened, level)
        for x in range(0, level.width - 255, 256):
            for y in range(0, level.height, 256):
                for edge in (256, 512, 768):
                    if x + edge > level.width:
                        continue
                    height = min(edge, level.height - y)  # at the bottom edge, too
                    data = joined(opened, of_level(opened, level, x, y, edge, height))
                    assert data is not None
                    assert np.array_equal(plainly(data), tiles[y : y + height, x : x + edge])
                    blocks += 1
    assert blocks > 12


@pytest.mark.parametrize("kind", ["colour", "RGB", "grey"])
def test_every_tile_at_the_edge_has_the_pixels_it_shows(kind: str, pyramids: Pyramids) -> None:
    opened = pyramids.get(kind, SIZES[0])
    for level in opened.levels:
        tiles = stitched(opened, level)
        full_width, full_height = nearest(opened, level)
        for column in range(level.columns):
            for row in range(level.rows):
                x, y = column * 256, row * 256
                width, height = min(256, full_width - x), min(256, full_height - y)
                data = joined(opened, of_level(opened, level, x, y, width, height))
                assert data is not None
                assert np.array_equal(plainly(data), tiles[y : y + height, x : x + width])


@settings(deadline=None)  # pyramids are made within
@given(data=st.data())
def test_every_region_that_begins_with_a_segment_has_its_pixels(data: st.DataObject, pyramids: Pyramids) -> None:
    opened = pyramids.get(data.draw(st.sampled_from(sorted(KINDS))), data.draw(st.sampled_from(SIZES)))
    level = data.draw(st.sampled_from(opened.levels))
    across, down, interval = can_begin(level, opened)
    mcu = across // interval
    if level.width < across:
        return
    x = data.draw(st.integers(0, (level.width - across) // across)) * across
    y = data.draw(st.integers(0, (level.height - 1) // down)) * down
    height = data.draw(st.integers(1, level.height - y))
    steps = data.draw(st.integers(1, (level.width - x) // across))
    width = steps * across - data.draw(st.integers(0, mcu - 1))  # it may end inside an MCU
    made = joined(opened, of_level(opened, level, x, y, width, height))
    assert made is not None
    assert np.array_equal(plainly(made), stitched(opened, level)[y : y + height, x : x + width])


@settings(deadline=None)  # pyramids are made within
@given(data=st.data())
def test_any_region_at_all_is_either_right_or_none(data: st.DataObject, pyramids: Pyramids) -> None:
    opened = pyramids.get(data.draw(st.sampled_from(sorted(KINDS))), SIZES[0])
    level = data.draw(st.sampled_from(opened.levels))
    x, y = data.draw(st.integers(0, level.width - 1)), data.draw(st.integers(0, level.height - 1))
    width, height = data.draw(st.integers(1, level.width - x)), data.draw(st.integers(1, level.height - y))
    made = joined(opened, of_level(opened, level, x, y, width, height))
    assert made is None or np.array_equal(plainly(made), stitched(opened, level)[y : y + height, x : x + width])


def test_a_picture_of_the_usual_odd_size(tmp_path: Path) -> None:
    picture = np.tile(np.asarray(photograph(1001, 751)), (4, 4, 1))[:2999, :4001]
    opened = pyramid(tmp_path / "p.tif", Image.fromarray(picture), recipe())
    for level in opened.levels:
        data = joined(opened, whole(opened, level))
        assert data is not None
        assert np.array_equal(plainly(data), stitched(opened, level)[: level.height, : level.width])


# ------------------------------------------------------------------------------------------------- what they look like
@pytest.mark.parametrize("kind", ["colour", "RGB", "grey"])
def test_they_look_like_the_picture(kind: str, pyramids: Pyramids) -> None:
    """Also where the last column of a level covers less of the picture than the others."""
    opened = pyramids.get(kind, SIZES[0])
    mode = KINDS[kind][0]
    picture = photograph(*SIZES[0]).convert(mode)
    for n, level in enumerate(opened.levels):
        width, height = nearest(opened, level)
        data = joined(opened, whole(opened, level, width=width, height=height))
        assert data
        wanted = np.asarray(picture.reduce(2**n) if n else picture)[:height, :width]
        assert psnr(decoded(data, mode), wanted) > 36
        assert psnr(decoded(data, mode)[:, -1], wanted[:, -1]) > 30


def test_the_file_says_what_its_channels_mean_and_carries_the_profile(tmp_path: Path) -> None:
    profile = b"\0" * 16 + b"RGB " + b"\0" * 108
    for full in (False, True):
        path = tmp_path / f"{full}.tif"
        opened = pyramid(path, photograph(600, 300), recipe(full=full), profile)
        data = joined(opened, whole(opened, opened.levels[0]))
        assert data
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (600, 300)
            assert picture.info["icc_profile"] == profile
            assert ("jfif" in picture.info) == (not full)
            assert picture.info.get("adobe_transform") == (0 if full else None)


@pytest.mark.parametrize("kind", ["colour", "RGB", "grey"])
@pytest.mark.parametrize("xmp", [b"", XMP])
def test_the_engine_answers_with_them_and_their_colours_are_true(
    kind: str, xmp: bytes, pyramids: Pyramids, tmp_path: Path
) -> None:
    """Whole pictures get the master's density and metadata besides."""
    path = tmp_path / "engine.tif"
    path.write_bytes(bytes(pyramids.get(kind, SIZES[0])._data))
    masters.finish(path, Metadata(xmp=xmp), (11.8, 11.8))
    for level in open_pyramid(path).levels:
        asked = whole(open_pyramid(path), level)
        data = render(path, asked)
        made = joined(open_pyramid(path), asked)
        assert made
        assert np.array_equal(plainly(data), plainly(made))
        with Image.open(io.BytesIO(data)) as picture:
            assert (b"shelf 7" in data) == bool(xmp)
            assert picture.mode == KINDS[kind][0]
            assert picture.info["dpi"] == pytest.approx((299.72 / level.scale_x,) * 2, abs=0.6)
            assert "comment" not in picture.info


def test_without_its_largest_level_a_picture_is_joined_from_the_others(pyramids: Pyramids) -> None:
    opened = pyramids.get("colour", SIZES[0]).without(1)
    for level in opened.levels:
        data = joined(opened, whole(opened, level))
        assert data
        assert plainly(data).shape == (level.height, level.width, 3)


# ------------------------------------------------------------------------------------------------------------- or none
@pytest.mark.parametrize(
    "changed",
    [
        {"format": "png"},
        {"format": "webp"},
        {"quality": "gray"},
        {"quality": "bitonal"},
        {"mirror": True},
        {"rotation": 90.0},
        {"width": 511},
        {"height": 513},
        {"x": 255},
        {"y": 257},
        {"w": 511},
        {"x": 496, "w": 505, "width": 506},
        {"y": 496, "h": 255, "height": 256},
        {"width": 256},
    ],
)
def test_what_is_no_region_of_a_level_as_it_is_cannot_be_joined(changed: dict[str, Any], pyramids: Pyramids) -> None:
    opened = pyramids.get("colour at 1", SIZES[0])
    asked = Derivative(256, 0, 512, 512, 512, 512)
    assert joined(opened, asked) is not None
    assert joined(opened, replace(asked, **changed)) is None


def test_of_grey_what_would_cost_too_many_markers_is_drawn(pyramids: Pyramids) -> None:
    """126 of its blocks are 1,001 pixels, 76 are 601: four at a time make up the one and not the other."""
    opened = pyramids.get("grey by itself", SIZES[0])
    assert joined(opened, whole(opened, opened.levels[0])) is None
    assert joined(opened, Derivative(0, 0, 512, 512, 512, 512)) is not None
    wide = pyramids.get("grey by itself", (601, 300))
    data = joined(wide, whole(wide, wide.levels[0]))
    assert data
    assert np.array_equal(plainly(data), stitched(wide, wide.levels[0])[:300, :601])


def test_with_a_marker_to_a_row_only_whole_tiles_are_joined_across(pyramids: Pyramids) -> None:
    opened = pyramids.get("colour at 16", SIZES[0])
    full = opened.levels[0]
    assert joined(opened, of_level(opened, full, 0, 0, 512, 100)) is not None
    assert joined(opened, of_level(opened, full, 0, 16, 512, 100)) is not None
    assert joined(opened, of_level(opened, full, 16, 0, 512, 512)) is None
    assert joined(opened, of_level(opened, full, 0, 0, 500, 512)) is not None  # 32 MCUs, the last one cut
    assert joined(opened, of_level(opened, full, 0, 0, 480, 512)) is None
    assert joined(opened, whole(opened, full)) is None


def test_masters_without_markers_are_drawn(colour: Master, rgb: Master, grey: Master) -> None:
    for master in (colour, rgb, grey):
        opened = open_pyramid(master.path)
        assert all(joined(opened, whole(opened, level)) is None for level in opened.levels)
        assert joined(opened, Derivative(0, 0, 512, 512, 512, 512)) is None


def test_of_large_levels_blocks_and_tiles_at_the_edge_are_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("images.conversion.restarts.WHOLE", 600)
    opened = pyramid(tmp_path / "p.tif", photograph(1001, 751), recipe())
    full, half = opened.levels[:2]
    assert joined(opened, whole(opened, full)) is None
    assert joined(opened, whole(opened, half)) is not None
    for asked in (of_level(opened, full, 0, 0, 512, 512), of_level(opened, full, 768, 512, 233, 239)):
        data = joined(opened, asked)
        assert data
        shown = stitched(opened, full)[asked.y : asked.y + asked.h, asked.x : asked.x + asked.w]
        assert np.array_equal(plainly(data), shown)


def test_what_would_end_more_than_half_a_pixel_off_is_drawn(pyramids: Pyramids) -> None:
    """A quarter of 1,001 x 751 pixels is 250.25 x 187.75 of them."""
    opened = pyramids.get("colour at 1", SIZES[0])
    quarter = opened.levels[2]
    sizes = [(width, height) for width in (249, 250, 251) for height in (186, 187, 188)]
    made = [size for size in sizes if joined(opened, whole(opened, quarter, width=size[0], height=size[1]))]
    assert made == [(250, 187), (250, 188)]
    tall = Derivative(0, 512, opened.width, 239, 250, 59)
    assert joined(opened, tall) is None
    assert joined(opened, replace(tall, height=60)) is not None


def test_what_lies_beyond_the_edge_of_tiles_of_others_is_not_shown(pyramids: Pyramids, tmp_path: Path) -> None:
    """Theirs may be black there."""
    ours = pyramids.get("colour at 1", SIZES[0])
    half = ours.levels[1]
    theirs = Pyramid(bytes(ours._data).replace(segments.CONTINUED, segments.CONTINUED[:-1] + b"X"))
    up = whole(ours, half, width=501, height=376)
    assert joined(ours, up) is not None
    assert joined(theirs, up) is None
    assert joined(theirs, whole(theirs, theirs.levels[1])) is not None


def test_tiles_that_were_not_coded_alike_are_not_joined(pyramids: Pyramids) -> None:
    ours = pyramids.get("colour at 1", SIZES[0])
    changed = damaged(ours, lambda tile: tile.replace(b"\x00\x3f\x00", b"\x01\x3f\x00", 1))
    assert joined(changed, Derivative(0, 0, 512, 512, 512, 512)) is None
    assert joined(changed, Derivative(512, 512, 256, 239, 256, 239)) is not None


# ------------------------------------------------------------------------------------------------------------- broken
def damaged(opened: Pyramid, change: Callable[[bytes], bytes]) -> Pyramid:
    """With the second tile changed, which keeps its length."""
    level = opened.levels[0]
    start, tile = level.offsets[1], opened.tile(level, 1, 0)
    other = change(tile)
    assert len(other) == len(tile)
    assert other != tile
    data = bytearray(bytes(opened._data))
    data[start : start + len(tile)] = other
    return Pyramid(bytes(data))


@pytest.mark.parametrize(
    "change",
    [
        lambda tile: tile.replace(b"\xff\xd3", b"\xff\xd4", 1),
        lambda tile: tile.replace(b"\xff\xd3", b"\x00\x00", 1),
        lambda tile: tile[:-40] + b"\xff\xd0" + tile[-38:],
        lambda tile: tile[:-40] + b"\xff\xd9" + tile[-38:],
        lambda tile: tile[:-2] + b"\0\0",
    ],
    ids=["a marker out of order", "a marker missing", "one too many", "an end in the middle", "no end"],
)
def test_a_broken_tile_is_said_to_be_broken(change: Callable[[bytes], bytes], pyramids: Pyramids) -> None:
    opened = damaged(pyramids.get("colour at 1", SIZES[0]), change)
    with pytest.raises(BrokenPyramid):
        joined(opened, whole(opened, opened.levels[0]))


def test_a_first_tile_that_is_no_jpeg_is_said_to_be_broken(pyramids: Pyramids) -> None:
    opened = damaged(pyramids.get("colour at 1", SIZES[0]), lambda tile: b"\0\0" + tile[2:])
    with pytest.raises(BrokenPyramid):
        joined(opened, Derivative(256, 0, 256, 512, 256, 512))


@pytest.fixture(scope="module", autouse=True)
def no_pyramid_stays_open(pyramids: Pyramids) -> Iterator[None]:
    yield
    pyramids._made.clear()
