"""Metadata put into a pyramid: every reader finds it, and no tile has moved."""

import mmap
import struct
from pathlib import Path

import pytest
import pyvips
from PIL import Image, IptcImagePlugin

from images.engine.pyramid import open_pyramid
from images.metadata import keeping, master, reading, tiff
from images.metadata.exif import parse
from images.metadata.found import Metadata
from images.metadata.policy import Policy
from images.metadata.summary import summary
from tests.images.metadata.oracle import write_master
from tests.media import tagged


@pytest.fixture
def kept(tmp_path: Path) -> Metadata:
    found, _ = reading.read(tagged.jpeg(tmp_path / "source.jpg"), "jpeg")
    return keeping.keep(found, Policy(gps=True, serial_numbers=True), width=300, height=200).metadata


@pytest.mark.parametrize("big", [False, True])
def test_what_was_put_in_comes_out_again(big: bool, kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif", big=big)
    master.finish(path, kept, None)
    back = master.of(path.read_bytes())
    assert summary(back) == summary(kept) | {"xmp": {**summary(kept)["xmp"], "dc:rights": tagged.COPYRIGHT}}
    assert back.iptc == kept.iptc
    assert parse(back.exif)[0] == parse(kept.exif)[0]


@pytest.mark.parametrize("big", [False, True])
def test_no_tile_has_moved(big: bool, kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif", big=big)
    before, bytes_before = open_pyramid(path), path.read_bytes()
    levels = [pyvips.Image.new_from_file(str(path), page=n).write_to_memory() for n in range(4)]
    master.finish(path, kept, (10, 10))
    after = open_pyramid(path)
    header = 16 if big else 8
    assert after.levels == before.levels
    assert after.profile == before.profile
    assert path.read_bytes()[header : len(bytes_before)] == bytes_before[header:]
    assert [pyvips.Image.new_from_file(str(path), page=n).write_to_memory() for n in range(4)] == levels


def test_libvips_and_pillow_read_it(kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    master.finish(path, kept, (300 / 25.4, 150 / 25.4))
    image = pyvips.Image.new_from_file(str(path))
    assert image.get("xmp-data").startswith(b"<?xpacket")
    assert image.get("iptc-data") == kept.iptc
    assert (image.get("n-pages"), round(image.xres * 25.4), round(image.yres * 25.4)) == (4, 300, 150)
    with Image.open(path) as picture:
        assert picture.getexif()[271] == tagged.MAKE
        assert picture.getexif().get_ifd(34665)[36867] == tagged.TAKEN
        assert picture.getexif().get_ifd(34853)[2] == (48, 8, 24.5)
        assert IptcImagePlugin.getiptcinfo(picture)[2, 120] == tagged.CAPTION.encode()
        assert picture.n_frames == 4


@pytest.mark.parametrize("big", [False, True])
def test_only_the_first_level_has_metadata_and_none_twice(big: bool, kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif", big=big)
    for _ in range(2):
        master.finish(path, kept, None)
    data = path.read_bytes()
    shape, _ = tiff.header(data)
    directories = [tiff.entries(data, shape, at)[0] for at in tiff.chain(data)]
    found = [[entry.tag for entry in entries if entry.tag in (271, 315, 700, 33723, 34665)] for entries in directories]
    assert found == [[271, 315, 700, 33723, 34665], [], [], []]
    assert all([entry.tag for entry in entries] == sorted({entry.tag for entry in entries}) for entries in directories)


def test_without_a_resolution_there_is_none(kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    master.finish(path, kept, None)
    data = path.read_bytes()
    shape, at = tiff.header(data)
    assert not {282, 283, 296} & {entry.tag for entry in tiff.entries(data, shape, at)[0]}


@pytest.mark.parametrize(
    ("per_mm", "per_inch"),
    [(11.811, 300), (2.8346, 72), (23.6220, 600), (300 / 25.4, 300), (10, 254), (11.8, 299.72), (0.01, 0.254)],
)
def test_resolution_in_whole_pixels_per_inch_where_they_were(per_mm: float, per_inch: float, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    master.finish(path, Metadata(), (per_mm, per_mm))
    assert summary(master.of(path.read_bytes()))["exif"]["XResolution"] == per_inch


def test_copyright_is_in_xmp_only_and_comes_back(tmp_path: Path) -> None:
    known = tagged.exif().tobytes()
    path = write_master(tmp_path / "a.tif")
    master.finish(path, Metadata(exif=known), None)
    data = path.read_bytes()
    shape, at = tiff.header(data)
    assert 33432 not in {entry.tag for entry in tiff.entries(data, shape, at)[0]}
    with Image.open(path) as picture:
        assert tagged.COPYRIGHT in picture.info["xmp"].decode()
    shown = summary(master.of(data))
    assert shown["xmp"]["dc:rights"] == shown["exif"]["Copyright"] == tagged.COPYRIGHT


def test_another_copyright_than_xmp_has_is_not_lost(tmp_path: Path) -> None:
    packet = tagged.XMP.replace(
        b"<dc:creator>",
        b'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">others</rdf:li></rdf:Alt></dc:rights><dc:creator>',
    )
    path = write_master(tmp_path / "a.tif")
    master.finish(path, Metadata(exif=tagged.exif().tobytes(), xmp=packet), None)
    shown = summary(master.of(path.read_bytes()))
    assert shown["exif"]["Copyright"] == tagged.COPYRIGHT
    assert shown["xmp"]["dc:rights"] == "others"
    assert "tiff:Copyright" not in shown["xmp"]


@pytest.mark.parametrize("big", [False, True])
def test_a_pyramid_of_the_other_byte_order(big: bool, kept: Metadata, tmp_path: Path) -> None:
    path = tagged.tiff_by_hand(tmp_path / "a.tif", order=">", big=big)
    master.finish(path, kept, (10, 10))
    back = summary(master.of(path.read_bytes()))
    assert back["exif"] == summary(kept)["exif"] | {"XResolution": 254, "YResolution": 254, "ResolutionUnit": 2}
    assert pyvips.Image.new_from_file(str(path)).write_to_memory() == b"\x80" * 8


def test_a_mapped_file_is_as_good(kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    master.finish(path, kept, None)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        assert master.of(data) == master.of(path.read_bytes())


def test_metadata_beyond_4_gb_of_a_big_master(kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif", big=True)
    with path.open("r+b") as file:
        file.truncate(5 << 30)  # nothing is stored for what was not written
    master.finish(path, kept, None)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        shown = summary(master.of(data))
    path.unlink()
    assert shown["exif"] == summary(kept)["exif"]


def test_a_classic_master_that_would_outgrow_4_gb_is_refused_and_left_alone(kept: Metadata, tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    before = path.read_bytes()
    with path.open("r+b") as file:
        file.truncate((4 << 30) - 1000)
    with pytest.raises(ValueError, match="no room for metadata"):
        master.finish(path, kept, None)
    with path.open("rb") as file:
        assert file.read(len(before)) == before
    assert path.stat().st_size == (4 << 30) - 1000
    path.unlink()


def test_no_metadata_is_no_change_but_of_the_directory(tmp_path: Path) -> None:
    path = write_master(tmp_path / "a.tif")
    master.finish(path, Metadata(), None)
    assert summary(master.of(path.read_bytes())) == {"exif": {}, "iptc": {}, "xmp": {}}
    assert len(open_pyramid(path).levels) == 4


@pytest.mark.parametrize("content", [b"no TIFF", b"II*\0" + struct.pack("<I", 5000)])
def test_what_is_no_pyramid_is_refused_and_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no TIFF file"):
        master.finish(path, Metadata(), None)
    assert path.read_bytes() == content
    assert not master.of(content)
