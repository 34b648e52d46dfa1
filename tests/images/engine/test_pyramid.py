"""Reading the directories of masters: the same as an independent reader says, and nothing malformed gets through."""

import random
import struct
import threading
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from images.engine.pyramid import BrokenPyramid, Pyramids, open_pyramid
from tests.images.engine.masters import HEIGHT, WIDTH, Master

SHORT, LONG, UNDEFINED, LONG8 = 3, 4, 7, 16
LETTERS = {SHORT: "H", LONG: "I", LONG8: "Q"}
Tags = dict[int, tuple[int, list[int] | bytes]]


def level(width: int = 300, height: int = 200, **changed: Any) -> Tags:
    """The tags of a level of four or fewer tiles, 256 x 256; every tile is the first ten bytes of the file."""
    tiles = -(-width // 256) * -(-height // 256)
    tags: Tags = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [8, 8, 8]),
        259: (SHORT, [7]),
        262: (SHORT, [6]),
        277: (SHORT, [3]),
        284: (SHORT, [1]),
        322: (SHORT, [256]),
        323: (SHORT, [256]),
        324: (LONG, [0] * tiles),
        325: (LONG, [10] * tiles),
        347: (UNDEFINED, b"\xff\xd8tables\xff\xd9"),
    }
    return {tag: value for tag, value in {**tags, **changed.get("tags", {})}.items() if value is not None}


def tiff(*levels: Tags, order: str = "<", big: bool = False, loop: bool = False) -> bytes:
    """A TIFF file of these directories; with `loop` the last one names the first as its successor."""
    offset, entries = ("Q", "Q") if big else ("I", "H")
    field = struct.calcsize(order + offset)
    data = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    data += struct.pack(order + "HH", 8, 0) if big else b""
    data += struct.pack(order + offset, len(data) + field)
    first = len(data)
    for n, tags in enumerate(levels):
        values_at = len(data) + struct.calcsize(order + entries) + len(tags) * (4 + 2 * field) + field
        table, values = struct.pack(order + entries, len(tags)), b""
        for tag, (kind, value) in sorted(tags.items()):
            packed = value if isinstance(value, bytes) else struct.pack(f"{order}{len(value)}{LETTERS[kind]}", *value)
            table += struct.pack(order + "HH" + offset, tag, kind, len(value))
            if len(packed) > field:
                table += struct.pack(order + offset, values_at + len(values))
                values += packed
            else:
                table += packed.ljust(field, b"\0")
        following = values_at + len(values) if n + 1 < len(levels) else first if loop else 0
        data += table + struct.pack(order + offset, following) + values
    return data


def opened(folder: Path, data: bytes) -> Any:
    path = folder / "file.tif"
    path.write_bytes(data)
    return open_pyramid(path)


@pytest.mark.parametrize("name", ["colour", "rgb", "grey", "big"])
def test_the_levels_are_those_that_another_reader_sees(name: str, request: pytest.FixtureRequest) -> None:
    master: Master = request.getfixturevalue(name)
    pyramid = open_pyramid(master.path)
    with Image.open(master.path) as other:
        assert len(pyramid.levels) == other.n_frames == 4
        for n, found in enumerate(pyramid.levels):
            other.seek(n)
            tags = other.tag_v2
            assert (found.width, found.height) == other.size
            assert (found.tile_width, found.tile_height) == (tags[322], tags[323]) == (256, 256)
            assert (found.compression, found.photometric, found.samples) == (tags[259], tags[262], tags[277])
            assert (found.offsets, found.counts) == (_tuple(tags[324]), _tuple(tags[325]))
            assert found.jpeg_tables == tags[347]
            assert len(found.offsets) == found.columns * found.rows
        assert pyramid.profile == tags.get(34675, b"")
    assert bool(pyramid.profile) == (name != "grey")
    assert (pyramid.width, pyramid.height) == (WIDTH, HEIGHT)


def _tuple(value: Any) -> tuple[int, ...]:
    return value if isinstance(value, tuple) else (value,)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("big", [False, True])
def test_both_byte_orders_and_both_kinds_of_tiff(order: str, big: bool, tmp_path: Path) -> None:
    offsets = {324: (LONG8, [0, 1]), 325: (LONG8, [5, 6])} if big else {324: (SHORT, [0, 1]), 325: (SHORT, [5, 6])}
    pyramid = opened(tmp_path, tiff(level(tags=offsets), level(150, 100), order=order, big=big))
    assert [(found.width, found.height) for found in pyramid.levels] == [(300, 200), (150, 100)]
    assert (pyramid.levels[0].offsets, pyramid.levels[0].counts) == ((0, 1), (5, 6))
    assert pyramid.levels[0].jpeg_tables == b"\xff\xd8tables\xff\xd9"
    assert len(pyramid.tile(pyramid.levels[0], 1, 0)) == 6


def test_halved_levels_are_exact_powers_of_two_however_odd_the_sizes(colour: Master) -> None:
    levels = open_pyramid(colour.path).levels
    assert [(found.width, found.scale_x, found.scale_y) for found in levels] == [
        (1403, 1, 1),
        (701, 2, 2),
        (350, 4, 4),
        (175, 8, 8),
    ]


def test_without_its_largest_levels_a_pyramid_begins_with_the_next(colour: Master) -> None:
    whole = open_pyramid(colour.path)
    reduced = whole.without(2)
    assert [(found.page, found.width, found.scale_x, found.scale_y) for found in reduced.levels] == [
        (2, 350, 1, 1),
        (3, 175, 2, 2),
    ]
    assert (reduced.width, reduced.height, reduced.profile) == (350, 255, whole.profile)
    assert reduced.tile(reduced.levels[0], 1, 0) == whole.tile(whole.levels[2], 1, 0)
    assert len(whole.levels) == 4
    assert whole.without(0) is whole


def test_other_reductions_are_the_ratio_of_the_sizes(tmp_path: Path) -> None:
    pyramid = opened(tmp_path, tiff(level(300, 200), level(100, 80)))
    assert (pyramid.levels[1].scale_x, pyramid.levels[1].scale_y) == (3, 2.5)


def test_a_profile_for_other_channels_is_not_used(tmp_path: Path) -> None:
    cmyk = bytes(16) + b"CMYK" + bytes(20)
    assert opened(tmp_path, tiff(level(tags={34675: (UNDEFINED, cmyk)}))).profile == b""
    rgb = bytes(16) + b"RGB " + bytes(20)
    assert opened(tmp_path, tiff(level(tags={34675: (UNDEFINED, rgb)}))).profile == rgb


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xd8\xff\xe0 a JPEG file", id="another format"),
        pytest.param(b"II*\0", id="nothing but the signature"),
        pytest.param(b"II*\0\0\0\0\0", id="no directory"),
        pytest.param(b"II*\0\xff\xff\xff\xff", id="directory beyond the end"),
        pytest.param(b"II+\0\x10\0\0\0" + bytes(16), id="BigTIFF with wide offsets"),
        pytest.param(tiff({}), id="directory without entries"),
        pytest.param(tiff(level(), level(150, 100), loop=True), id="loop of directories"),
        pytest.param(tiff(level(tags={256: (LONG, [0])})), id="no width"),
        pytest.param(tiff(level(tags={257: (LONG, [0])})), id="no height"),
        pytest.param(tiff(level(tags={322: (SHORT, [0])})), id="tiles without width"),
        pytest.param(tiff(level(tags={322: (SHORT, [255])})), id="tiles not a multiple of 16"),
        pytest.param(tiff(level(tags={322: (LONG, [1 << 20])})), id="enormous tiles"),
        pytest.param(tiff(level(tags={322: None, 323: None})), id="strips"),
        pytest.param(tiff(level(tags={256: None})), id="width missing"),
        pytest.param(tiff(level(tags={256: (UNDEFINED, b"\1\0\0\0")})), id="width of another type"),
        pytest.param(tiff(level(tags={262: None})), id="photometric missing"),
        pytest.param(tiff(level(tags={324: (LONG, [])})), id="no offsets"),
        pytest.param(tiff(level(tags={324: (LONG, [0])})), id="too few tiles"),
        pytest.param(tiff(level(tags={324: (LONG, [0, 1 << 31])})), id="tile beyond the end"),
        pytest.param(tiff(level(tags={325: (LONG, [10, 1 << 31])})), id="tile longer than the file"),
        pytest.param(tiff(level(tags={256: (LONG, [0xFFFFFFFF]), 257: (LONG, [0xFFFFFFFF])})), id="enormous picture"),
        pytest.param(tiff(level(tags={284: (SHORT, [2])})), id="planes"),
        pytest.param(tiff(level(tags={277: (SHORT, [4])})), id="four channels"),
        pytest.param(tiff(level(tags={258: (SHORT, [16, 16, 16])})), id="sixteen bits"),
        pytest.param(tiff(level(tags={347: (UNDEFINED, b"tables, not JPEG")})), id="tables that are no JPEG"),
        pytest.param(tiff(level(150, 100), level(300, 200)), id="levels that grow"),
        pytest.param(tiff(level(), level()), id="levels that stay"),
        pytest.param(
            tiff(*(level(4000 - n, 200, tags={322: (SHORT, [4096])}) for n in range(40))), id="no end of levels"
        ),
    ],
)
def test_what_does_not_hold_together_is_refused(broken: bytes, tmp_path: Path) -> None:
    with pytest.raises(BrokenPyramid, match=r"file\.tif: "):
        opened(tmp_path, broken)


@pytest.mark.parametrize("big", [False, True])
def test_a_file_cut_off_anywhere_is_refused(big: bool, tmp_path: Path) -> None:
    whole = tiff(level(), level(150, 100), big=big)
    opened(tmp_path, whole)
    for length in range(len(whole)):
        with pytest.raises(BrokenPyramid):
            opened(tmp_path, whole[:length])


def test_damaged_bytes_are_refused_or_harmless(tmp_path: Path) -> None:
    chance = random.Random(1)
    whole = tiff(level(), level(150, 100))
    refused = 0
    for _ in range(1500):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
        try:
            pyramid = opened(tmp_path, bytes(damaged))
        except BrokenPyramid:
            refused += 1
            continue
        for found in pyramid.levels:
            assert len(pyramid.tile(found, 0, 0)) == found.counts[0]
    assert refused > 300


def test_a_file_that_is_not_there_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        open_pyramid(tmp_path / "none.tif")


def many(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{n}.tif" for n in range(count)]
    for n, path in enumerate(paths):
        path.write_bytes(tiff(level(300 + n, 200)))
    return paths


def test_what_is_open_stays_open_until_others_are_used_more_recently(tmp_path: Path) -> None:
    pyramids = Pyramids(most=2)
    first, second, third = many(tmp_path, 3)
    kept = pyramids.get(first)
    pyramids.get(second)
    assert pyramids.get(first) is kept
    pyramids.get(third)
    assert pyramids.get(first) is kept
    assert len(pyramids) == 2
    second.unlink()
    with pytest.raises(FileNotFoundError):
        pyramids.get(second)


def test_a_pyramid_in_use_outlives_its_place_among_the_opened(tmp_path: Path) -> None:
    pyramids = Pyramids(most=1)
    first, second = many(tmp_path, 2)
    in_use = pyramids.get(first)
    pyramids.get(second)
    first.unlink()
    assert in_use.tile(in_use.levels[0], 1, 0) == b"II*\0\x08\0\0\0\x0c\0"


def test_threads_that_push_each_other_out_all_read_what_they_asked_for(tmp_path: Path) -> None:
    pyramids = Pyramids(most=2)
    paths = many(tmp_path, 6)
    wrong: list[object] = []

    def read(start: int) -> None:
        try:
            for turn in range(200):
                n = (start + turn * 5) % len(paths)
                pyramid = pyramids.get(paths[n])
                if pyramid.width != 300 + n or len(pyramid.tile(pyramid.levels[0], 0, 0)) != 10:
                    wrong.append(n)
        except Exception as error:
            wrong.append(error)
            raise

    threads = [threading.Thread(target=read, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(pyramids) == 2


def test_opened_pyramids_keep_within_their_memory(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.tif" for number in range(5)]
    for path in paths:
        path.write_bytes(tiff(level()))
    room = 2 * open_pyramid(paths[0]).weight
    pyramids = Pyramids(most=100, limit=room)
    for path in paths:
        pyramids.get(path)
    assert len(pyramids) == 2
    alone = Pyramids(most=100, limit=1)
    assert alone.get(paths[0]) is alone.get(paths[0])  # one is kept however large it is
