"""Metadata that are broken, enormous or meant to do harm: a warning, and the picture goes on."""

import random
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from images.metadata import embedding, exif, keeping, master, reading, sizing, summary, tiff
from images.metadata.found import Metadata
from images.metadata.policy import Policy
from images.metadata.rights import override
from tests.media import tagged
from tests.media.sources import corners

KINDS = ("jpeg", "png", "webp", "avif", "tiff", "jp2", "gif")
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


def packet(inside: str = "", before: str = "") -> bytes:
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return (
        f'{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}"><rdf:Description rdf:about="" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inside}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def in_png(path: Path, xmp: bytes) -> Path:
    corners(16, 16).save(path)
    data = path.read_bytes()
    body = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    path.write_bytes(data[:33] + chunk + data[33:])
    return path


BAD_PACKETS = {
    "billion laughs": packet("<dc:source>&a9;</dc:source>", f'<!DOCTYPE x [<!ENTITY a0 "ha">{ENTITIES}]>'),
    "file": packet("<dc:source>&e;</dc:source>", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "address": packet("", '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "deep": packet("<a>" * 200_000 + "</a>" * 200_000),
    "not closed": packet("<dc:source>"),
    "no RDF": b"<html/>",
    "no XML": b"\0" * 1000,
    "empty": b"   ",
    "unknown entity": packet("<dc:source>&e;</dc:source>"),
    "elements": packet("<a/>" * 1_500_000),
    "64 MB": packet("<dc:source>" + "x" * (64 << 20) + "</dc:source>"),
    "one text of 12 MB": packet("<dc:source>" + "x" * (12 << 20) + "</dc:source>"),
}


@pytest.mark.parametrize("name", BAD_PACKETS)
def test_bad_xmp_is_a_warning_and_all_else_is_there(name: str, tmp_path: Path) -> None:
    path = in_png(tmp_path / "a.png", BAD_PACKETS[name])
    began = time.monotonic()
    metadata, warnings = reading.read(path, "png")
    assert time.monotonic() - began < 5
    assert metadata.xmp == b""
    assert len(warnings) == 1
    assert warnings[0].startswith(("XMP was left out: ", "The PNG text 'XML:com.adobe.xmp' was left out: "))
    assert warnings[0].endswith(".")
    assert len(warnings[0]) < 250


@pytest.mark.parametrize(
    ("data", "warned"),
    [
        (packet("<dc:source>Größe</dc:source>").decode().encode("latin-1"), True),
        (packet("<dc:source>Größe</dc:source>").decode().encode("utf-16"), False),
        (packet("<dc:source>Größe</dc:source>").decode().encode("utf-16-be"), False),
        (packet("<dc:source>Größe</dc:source>").decode().encode("utf-32"), False),
        (b'<?xml version="1.0" encoding="windows-1250"?>' + packet("<dc:source>Größe</dc:source>"), False),
        (packet("<dc:source>Grö\0\x01ße</dc:source>"), True),
        (packet("<dc:source>Größe</dc:source>") + b"\0\0\0  \n", False),
        (packet("<dc:source>Größe</dc:source>") + b'<?xpacket end="w"?>garbage', False),
        (packet("<!-- note --><?pi?><dc:source>Gr<![CDATA[ö]]>ße</dc:source>"), False),
    ],
)
def test_xmp_in_odd_letters_is_read(data: bytes, warned: bool, tmp_path: Path) -> None:
    metadata, warnings = reading.read(in_png(tmp_path / "a.png", data), "png")
    assert summary.summary(metadata)["xmp"] == {"dc:source": "Größe"}
    assert bool(warnings) is warned


def test_a_small_chunk_that_grows_to_64_mb_takes_no_64_mb(tmp_path: Path) -> None:
    path = in_png(tmp_path / "a.png", b" " * (200 << 20))
    tracemalloc.start()
    reading.read(path, "png")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 120 << 20


def entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack("<HHII", tag, kind, count, value)


def block(*entries: bytes, more: bytes = b"") -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4) + more


MAKE = entry(271, 2, 3, int.from_bytes(b"ab\0", "little"))


@pytest.mark.parametrize(
    ("bad", "warning"),
    [
        (entry(272, 2, 100, 5000), "EXIF Model was left out: it lies beyond the end."),
        (entry(272, 2, 0xFFFFFFFF, 8), "EXIF Model was left out: it is too long."),
        (entry(272, 99, 1, 8), "EXIF Model was left out: field type 99 is unknown."),
        (entry(34665, 4, 1, 8_000_000), "EXIF was left out: it ends too early."),
        (entry(34665, 2, 1, 8), "EXIF ExifIFD was left out: nothing says where it is."),
        (entry(34853, 4, 1, 4), "EXIF was left out: a directory of 8 entries cannot be."),
    ],
)
def test_one_bad_tag_does_not_take_the_others_with_it(bad: bytes, warning: str) -> None:
    known, warnings = exif.parse(block(MAKE, bad))
    assert known.main[271].data == b"ab\0"
    if "cannot be" not in warning:  # eight bytes happen to be a number of entries that can be
        assert warnings == (warning,)


def test_directories_that_point_to_themselves_end() -> None:
    known, _ = exif.parse(block(MAKE, entry(34665, 4, 1, 8), entry(34853, 4, 1, 8)))
    assert known.main[271].data == b"ab\0"
    loop = b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + MAKE + struct.pack("<I", 8)
    assert list(tiff.chain(loop)) == [8]


@pytest.mark.parametrize("at", [0, 15, 1 << 40, (1 << 64) - 1])
def test_a_directory_that_is_nowhere_is_a_warning(at: int) -> None:
    metadata, warnings = reading.read_bytes(struct.pack("<2sHHHQ", b"II", 43, 8, 0, at), "tiff")
    assert not metadata
    assert len(warnings) == 1


def test_tags_without_end_are_read_up_to_a_limit(tmp_path: Path) -> None:
    """4,096 tags that all say that they are the same megabyte: 4 GB, if somebody believed them."""
    entries = [entry(40000 + n, 7, 1 << 20, 60_000) for n in range(4096)]
    (tmp_path / "a.tif").write_bytes(block(*entries, more=bytes(2 << 20)))
    began = time.monotonic()
    metadata, warnings = reading.read(tmp_path / "a.tif", "tiff")
    assert time.monotonic() - began < 5
    assert len(metadata.exif) < 20 << 20
    assert warnings[-1].endswith("the directory is too long.")


def test_iptc_that_ends_in_the_middle_keeps_its_beginning(tmp_path: Path) -> None:
    metadata, warnings = reading.read(
        tagged.jpeg(tmp_path / "a.jpg", iptc=tagged.IPTC + b"\x1c\x02\x05\x7f\xffab"), "jpeg"
    )
    assert metadata.iptc == tagged.IPTC
    assert warnings == ("The end of IPTC was left out: a dataset is longer than what there is.",)


def test_an_extension_that_is_not_whole_is_left_out(tmp_path: Path) -> None:
    digest = b"A" * 32
    body = b"http://ns.adobe.com/xmp/extension/\0" + digest + struct.pack(">II", 99, 0) + b"<x/>"
    path = tagged.jpeg(tmp_path / "a.jpg", xmp=tagged.XMP.replace(b"Muzeum", digest))
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:])
    metadata, warnings = reading.read(path, "jpeg")
    assert warnings == ("The extension of XMP was left out: it is not whole.",)
    assert summary.summary(metadata)["xmp"]["dc:creator"] == [tagged.CREATOR]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sources")
    whole = {kind: tagged.MAKERS[kind](folder / f"a.{kind}").read_bytes() for kind in KINDS}
    whole["tiff"] = tagged.tiff_by_hand(folder / "b.tif", order="<").read_bytes()
    whole["bigtiff"] = tagged.tiff_by_hand(folder / "c.tif", order=">", big=True).read_bytes()
    return whole


def all_the_way(metadata: Metadata) -> None:
    """Everything that is done with what was read."""
    kept = keeping.keep(metadata, Policy(gps=True, serial_numbers=True), width=10, height=10)
    made = override(sizing.resized(kept.metadata, width=5, height=5, scale=(0.5, 0.5)), "http://a", "b")
    summary.summary(metadata)
    for name, encoded in ENCODED.items():
        embedding.embed(encoded, name, made)


def _encoded() -> dict[str, bytes]:
    import io

    made = {}
    for name, kind in (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP")):
        data = io.BytesIO()
        corners(16, 16).save(data, kind)
        made[name] = data.getvalue()
    return made


ENCODED = _encoded()


@pytest.mark.parametrize("kind", [*KINDS, "bigtiff"])
def test_no_mutation_of_a_file_raises(kind: str, sources: dict[str, bytes]) -> None:
    dice = random.Random(kind)
    for _ in range(150):
        data = bytearray(sources[kind])
        for _ in range(dice.choice((1, 3, 30))):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        metadata, warnings = reading.read_bytes(bytes(data), "tiff" if kind == "bigtiff" else kind)
        assert all(isinstance(warning, str) and len(warning) < 300 for warning in warnings)
        all_the_way(metadata)
        if "tiff" in kind:
            master.of(bytes(data))


READERS: dict[str, Callable[[bytes], object]] = {
    "exif": lambda data: all_the_way(Metadata(exif=data)),
    "iptc": lambda data: all_the_way(Metadata(iptc=data)),
    "xmp": lambda data: all_the_way(Metadata(xmp=data)),
}


@pytest.mark.parametrize("kind", READERS)
@given(data=st.binary(max_size=400), at=st.integers(0, 2000), whole=st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_raise(kind: str, data: bytes, at: int, whole: bool) -> None:
    beginnings = {"exif": tagged.exif().tobytes()[6:], "iptc": tagged.IPTC, "xmp": tagged.XMP}
    known = beginnings[kind]
    at %= len(known)
    READERS[kind](known[:at] + data + known[at + len(data) :] if whole else data)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_no_container_raises(kind: str, data: bytes) -> None:
    beginnings = {
        "jpeg": b"\xff\xd8\xff\xe1",
        "png": b"\x89PNG\r\n\x1a\n",
        "webp": b"RIFF\0\0\0\0WEBP",
        "avif": b"\0\0\0\x0cftypavif\0\0\1\0meta",
        "tiff": b"II*\0\x08\0\0\0",
        "jp2": b"\0\0\1\0uuid",
        "gif": b"GIF89a",
    }
    reading.read_bytes(beginnings[kind] + data, kind)
    reading.read_bytes(data, kind)


def test_xmp_of_two_hundred_thousand_properties_is_cut_to_what_can_be_served() -> None:
    many = packet("<dc:title>first</dc:title>" + "".join(f"<dc:p{n}>x</dc:p{n}>" for n in range(200_000)))
    began = time.monotonic()
    kept = keeping.keep(Metadata(xmp=many), Policy(), width=10, height=10)
    assert time.monotonic() - began < 5
    assert kept.warnings[0] == "XMP had more than 10000 properties; the rest was left out."
    began = time.monotonic()
    all_the_way(kept.metadata)
    assert time.monotonic() - began < 5


def test_long_xmp_loses_its_longest_property_only() -> None:
    long = packet(f"<dc:title>first</dc:title><dc:source>{'x' * (3 << 20)}</dc:source><dc:type>last</dc:type>")
    kept = keeping.keep(Metadata(xmp=long), Policy(), width=10, height=10)
    assert summary.summary(kept.metadata)["xmp"] == {"dc:title": "first", "dc:type": "last"}
    assert kept.kept == ("XMP dc:title", "XMP dc:type")
    assert len(kept.warnings) == 1


def test_long_exif_and_iptc_lose_their_longest_values_only() -> None:
    known = tagged.exif()
    known[270], known[285] = "x" * 900_000, "y" * 900_000
    records = tagged.IPTC + tagged.dataset(2, 105, b"x" * 30_000) * 300
    kept = keeping.keep(Metadata(known.tobytes(), records), Policy(), width=10, height=10)
    shown = summary.summary(kept.metadata)
    assert len(kept.metadata.exif) < 1 << 20 > len(kept.metadata.iptc)
    assert shown["exif"]["Make"] == tagged.MAKE
    assert shown["iptc"]["Keywords"] == ["cat", "roof"]
    assert kept.warnings == (
        "Of EXIF, the longest values were left out: it was longer than what is kept.",
        "Of IPTC, the longest texts were left out: it was longer than what is kept.",
    )
