"""EXIF, IPTC and XMP out of every kind of file, as Pillow and hand-made files hold them."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from images.metadata import reading
from images.metadata.summary import summary
from tests.media import tagged

BY_HAND = [(order, big, as_long) for order in "<>" for big in (False, True) for as_long in (False, True)]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "tiff", "jp2"])
def test_exif_comes_out_of_every_container(kind: str, tmp_path: Path) -> None:
    metadata, warnings = reading.read(tagged.MAKERS[kind](tmp_path / f"a.{kind}"), kind)
    found = summary(metadata)["exif"]
    assert found["Make"] == tagged.MAKE
    assert found["Artist"] == tagged.ARTIST
    assert found["DateTimeOriginal"] == tagged.TAKEN
    assert found["ExposureTime"] == pytest.approx(0.004)
    assert found["GPSLatitude"] == [48, 8, 24.5]
    assert warnings == ()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "tiff", "jp2", "gif"])
def test_xmp_comes_out_of_every_container(kind: str, tmp_path: Path) -> None:
    metadata, warnings = reading.read(tagged.MAKERS[kind](tmp_path / f"a.{kind}"), kind)
    assert summary(metadata)["xmp"]["dc:creator"] == [tagged.CREATOR]
    assert warnings == ()


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "jp2"])
def test_iptc_comes_out_of_the_containers_that_have_it(kind: str, tmp_path: Path) -> None:
    metadata, _ = reading.read(tagged.MAKERS[kind](tmp_path / f"a.{kind}"), kind)
    assert metadata.iptc == tagged.IPTC
    assert summary(metadata)["iptc"] == {"Caption-Abstract": tagged.CAPTION, "Keywords": ["cat", "roof"]}


@pytest.mark.parametrize(("order", "big", "as_long"), BY_HAND)
def test_tiff_of_either_order_and_width(order: str, big: bool, as_long: bool, tmp_path: Path) -> None:
    path = tagged.tiff_by_hand(tmp_path / "a.tif", order=order, big=big, iptc_as_long=as_long)
    metadata, warnings = reading.read(path, "tiff")
    shown = summary(metadata)
    assert warnings == ()
    assert metadata.iptc == tagged.IPTC
    assert shown["xmp"]["dc:creator"] == [tagged.CREATOR]
    assert shown["exif"]["Artist"] == tagged.ARTIST
    assert shown["exif"]["UserComment"] == tagged.CAPTION
    assert shown["exif"]["ExposureTime"] == 0.004
    assert shown["exif"]["GPSLatitude"] == [48, 8, 24.5]


def test_a_big_tiff_by_pillow(tmp_path: Path) -> None:
    metadata, warnings = reading.read(tagged.tiff(tmp_path / "a.tif", big=True), "tiff")
    assert warnings == ()
    assert summary(metadata)["exif"]["DateTimeOriginal"] == tagged.TAKEN


def test_each_directory_of_a_tiff_has_its_own(tmp_path: Path) -> None:
    from PIL import Image, TiffImagePlugin

    pages = [Image.new("L", (8, 8), n) for n in range(3)]
    for n, page in enumerate(pages):
        info = TiffImagePlugin.ImageFileDirectory_v2()
        info[270] = f"page {n}"
        page.encoderinfo = {"tiffinfo": info}
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    said = [summary(reading.read(tmp_path / "a.tif", "tiff", n)[0])["exif"].get("ImageDescription") for n in range(3)]
    assert said == ["page 0", "page 1", "page 2"]


def test_a_directory_that_is_not_there_is_a_warning(tmp_path: Path) -> None:
    metadata, warnings = reading.read(tagged.tiff(tmp_path / "a.tif"), "tiff", 7)
    assert not metadata
    assert warnings == ("The metadata of the TIFF were left out: it has no directory 7.",)


def test_iptc_in_the_resources_of_a_tiff(tmp_path: Path) -> None:
    from PIL import TiffImagePlugin

    from tests.media.sources import corners

    info = TiffImagePlugin.ImageFileDirectory_v2()
    info[34377] = tagged.resources()
    info.tagtype[34377] = 7
    corners().save(tmp_path / "a.tif", tiffinfo=info)
    assert reading.read(tmp_path / "a.tif", "tiff")[0].iptc == tagged.IPTC


def test_resources_in_several_segments_are_one(tmp_path: Path) -> None:
    path = tagged.jpeg(tmp_path / "a.jpg", iptc=b"")
    data, body = path.read_bytes(), tagged.resources()
    parts = [b"Photoshop 3.0\0" + part for part in (body[:30], body[30:])]
    segments = b"".join(b"\xff\xed" + struct.pack(">H", len(part) + 2) + part for part in parts)
    at = data.index(b"\xff\xed")
    past = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
    path.write_bytes(data[:at] + segments + data[past:])
    assert reading.read(path, "jpeg")[0].iptc == tagged.IPTC


@pytest.mark.parametrize("name", ["exif", "APP1"])
def test_exif_in_a_raw_profile_of_imagemagick(name: str, tmp_path: Path) -> None:
    from PIL import PngImagePlugin

    from tests.media.sources import corners

    body = tagged.exif().tobytes()
    texts = PngImagePlugin.PngInfo()
    texts.add_text(f"Raw profile type {name}", f"\n{name}\n{len(body):8d}\n{body.hex()}\n")
    corners().save(tmp_path / "a.png", pnginfo=texts)
    assert summary(reading.read(tmp_path / "a.png", "png")[0])["exif"]["Make"] == tagged.MAKE


def test_heif_by_pillow_heif(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="needs pillow-heif (extra heic)")
    from tests.media.sources import corners

    picture = heif.from_pillow(corners())
    picture.info["exif"], picture.info["xmp"] = tagged.exif().tobytes(), tagged.XMP
    picture.save(str(tmp_path / "a.heic"))
    shown = summary(reading.read(tmp_path / "a.heic", "heif")[0])
    assert shown["exif"]["Make"] == tagged.MAKE
    assert shown["xmp"]["dc:creator"] == [tagged.CREATOR]


def empty(path: Path) -> Path:
    path.write_bytes(b"")
    return path


@pytest.mark.parametrize("make", [empty, tagged.gif])
@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "gif", "tiff", "heif", "avif", "jp2", "bmp"])
def test_a_file_of_another_kind_has_no_exif(make: Callable[[Path], Path], kind: str, tmp_path: Path) -> None:
    assert reading.read(make(tmp_path / "a"), kind)[0].exif == b""
