"""Metadata put into encoded derivatives: other readers find it, the pixels and the profile are the same."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, IptcImagePlugin

from images.metadata import embedding, reading, spaces
from images.metadata.containers import jpeg, png
from images.metadata.found import Metadata
from images.metadata.summary import summary
from tests.media import tagged
from tests.media.sources import corners

FORMATS = {"jpg": ("JPEG", {}), "png": ("PNG", {}), "webp": ("WEBP", {}), "webp lossless": ("WEBP", {"lossless": True})}
KINDS = {"jpg": "jpeg", "png": "png", "webp": "webp"}
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
METADATA = Metadata(tagged.exif().tobytes().removeprefix(b"Exif\0\0"), tagged.IPTC, tagged.XMP)


def encoded(name: str, mode: str = "RGB", **options: object) -> bytes:
    data = io.BytesIO()
    kind, known = FORMATS[name]
    corners(64, 48).convert(mode).save(data, kind, **known, **options)
    return data.getvalue()


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as picture:
        return picture.convert("RGBA").tobytes()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("profile", [None, PROFILE])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_pillow_finds_it_and_the_pixels_are_the_same(name: str, mode: str, profile: bytes | None) -> None:
    if (name, mode) == ("jpg", "RGBA"):
        mode = "CMYK"
    bare = encoded(name, mode, icc_profile=profile)
    made = embedding.embed(bare, name.split()[0], METADATA)
    assert pixels(made) == pixels(bare)
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.info.get("icc_profile") == profile
        assert picture.getexif()[271] == tagged.MAKE
        assert picture.getexif()[33432] == tagged.COPYRIGHT
        assert picture.getexif().get_ifd(34853)[1] == "N"
        assert tagged.CREATOR in picture.info["xmp"].decode() if "webp" not in name else picture.info["xmp"]
        if name == "jpg":
            assert IptcImagePlugin.getiptcinfo(picture)[2, 120] == tagged.CAPTION.encode()


@pytest.mark.parametrize("name", ["jpg", "png"])
def test_our_own_reader_finds_the_same(name: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(embedding.embed(encoded(name), name, METADATA))
    found, warnings = reading.read(tmp_path / "a", KINDS[name])
    assert warnings == ()
    assert found.iptc == METADATA.iptc
    shown = summary(found)
    assert shown["xmp"] == summary(METADATA)["xmp"]
    assert shown["exif"].items() >= {k: v for k, v in summary(METADATA)["exif"].items() if "ExifImage" not in k}.items()


def test_webp_says_iptc_again_in_xmp(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(embedding.embed(encoded("webp"), "webp", METADATA))
    shown = summary(reading.read(tmp_path / "a", "webp")[0])["xmp"]
    assert shown["dc:description"] == tagged.CAPTION
    assert shown["dc:subject"] == ["cat", "roof"]
    assert shown["dc:creator"] == [tagged.CREATOR]


@pytest.mark.parametrize("name", FORMATS)
def test_a_second_time_replaces_the_first(name: str) -> None:
    once = embedding.embed(encoded(name), name.split()[0], METADATA)
    assert embedding.embed(once, name.split()[0], METADATA) == once


@pytest.mark.parametrize("name", ["jpg", "png"])
def test_nothing_to_say_leaves_the_bytes_alone(name: str) -> None:
    assert embedding.embed(encoded(name), name, Metadata()) == encoded(name)
    assert embedding.embed(embedding.embed(encoded(name), name, METADATA), name, Metadata()) == encoded(name)


@pytest.mark.parametrize("name", ["webp", "webp lossless"])
def test_nothing_to_say_leaves_a_webp_alone(name: str) -> None:
    assert embedding.embed(encoded(name), "webp", Metadata()) == encoded(name)


def test_segments_of_a_jpeg_are_in_their_order() -> None:
    made = embedding.embed(encoded("jpg", icc_profile=PROFILE), "jpg", METADATA)
    markers = [marker for marker, _, _ in jpeg.segments(made)]
    assert markers[:5] == [0xE0, 0xE1, 0xE1, 0xED, 0xE2]


def test_exif_of_a_jpeg_has_the_size_of_that_jpeg() -> None:
    with Image.open(io.BytesIO(embedding.embed(encoded("jpg"), "jpg", METADATA))) as picture:
        known = picture.getexif().get_ifd(34665)
        assert (known[40962], known[40963]) == (64, 48)


def test_every_chunk_of_a_png_has_its_checksum() -> None:
    made = embedding.embed(encoded("png"), "png", METADATA)
    found = list(png.chunks(made))
    assert [kind for kind, _, _ in found[:4]] == [b"IHDR", b"eXIf", b"iTXt", b"zTXt"]
    assert found[-1][2] == len(made)
    for _, at, past in found:
        assert zlib.crc32(made[at + 4 : past - 4]) == struct.unpack_from(">I", made, past - 4)[0]


@pytest.mark.parametrize("name", ["webp", "webp lossless"])
def test_a_webp_says_how_long_it_is_and_what_is_in_it(name: str) -> None:
    made = embedding.embed(encoded(name), "webp", METADATA)
    assert struct.unpack_from("<I", made, 4)[0] == len(made) - 8
    assert made[12:16] == b"VP8X"
    assert made[20] & 0x0C == 0x0C
    assert (int.from_bytes(made[24:27], "little") + 1, int.from_bytes(made[27:30], "little") + 1) == (64, 48)


def long_packet(size: int) -> bytes:
    return tagged.XMP.replace(
        b"<dc:creator>", b"<photoshop:Instructions>" + b"word " * (size // 5) + b"</photoshop:Instructions><dc:creator>"
    )


def test_long_xmp_goes_on_in_an_extension(tmp_path: Path) -> None:
    long = Metadata(xmp=long_packet(200_000))
    made = embedding.embed(encoded("jpg"), "jpg", long)
    assert pixels(made) == pixels(encoded("jpg"))
    (tmp_path / "a").write_bytes(made)
    found, warnings = reading.read(tmp_path / "a", "jpeg")
    assert warnings == ()
    assert b"word " * 40_000 in found.xmp
    assert summary(found)["xmp"] == summary(long)["xmp"]
    with Image.open(io.BytesIO(made)) as picture:
        assert tagged.CREATOR in picture.info["xmp"].decode()


@pytest.mark.parametrize("name", ["jpg", "png", "webp"])
def test_very_long_xmp_stays_behind(name: str) -> None:
    made = embedding.embed(encoded(name), name, Metadata(xmp=long_packet(2 << 20)))
    assert len(made) < len(encoded(name)) + 5000
    with Image.open(io.BytesIO(made)) as picture:
        assert tagged.CREATOR in picture.info["xmp"].decode()


def test_long_exif_and_iptc_lose_their_longest_values() -> None:
    known = tagged.exif()
    known[270] = "long " * 20_000
    records = tagged.IPTC + b"".join(tagged.dataset(2, 120, b"x" * 20_000) for _ in range(5))
    made = embedding.embed(encoded("jpg"), "jpg", Metadata(known.tobytes()[6:], records))
    with Image.open(io.BytesIO(made)) as picture:
        assert picture.getexif()[271] == tagged.MAKE
        assert 270 not in picture.getexif()
        assert IptcImagePlugin.getiptcinfo(picture)[2, 25] == [b"cat", b"roof"]


def test_a_packet_that_nobody_can_read_is_no_reason_to_fail() -> None:
    bad = Metadata(xmp=b"<not xml", iptc=tagged.IPTC)
    for name in ("jpg", "png", "webp"):
        assert pixels(embedding.embed(encoded(name), name, bad)) == pixels(encoded(name))


@pytest.mark.parametrize(
    ("data", "format_"), [(b"GIF89a", "jpg"), (b"GIF89a", "png"), (b"GIF89a", "webp"), (b"", "gif")]
)
def test_other_formats_are_refused(data: bytes, format_: str) -> None:
    with pytest.raises(ValueError, match=r"not a|no place"):
        embedding.embed(data, format_, METADATA)


def test_the_reader_knows_no_namespace_twice() -> None:
    assert len(set(spaces.SPACES.values())) == len(spaces.SPACES)
