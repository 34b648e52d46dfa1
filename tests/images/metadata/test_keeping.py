"""What is kept, put right and dropped: tables of tags and what becomes of them."""

from typing import Any

import pytest
from PIL import Image, TiffImagePlugin

from images.metadata import exif, iptc, keeping, tiff
from images.metadata.found import Metadata
from images.metadata.keeping import Kept
from images.metadata.policy import Policy
from images.metadata.summary import summary
from tests.media import tagged

ALL = Policy(gps=True, serial_numbers=True)


def kept(found: Metadata, policy: Policy | None = None) -> Kept:
    return keeping.keep(found, policy or Policy(), width=640, height=480)


def with_exif(main: dict[int, Any] | None = None, photo: dict[int, Any] | None = None) -> Metadata:
    made = Image.Exif()
    made.update({271: "Make", **(main or {})})
    made.get_ifd(34665).update(photo or {})
    return Metadata(exif=made.tobytes())


def with_xmp(properties: str) -> Metadata:
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "tiff": "http://ns.adobe.com/tiff/1.0/",
        "exif": "http://ns.adobe.com/exif/1.0/",
        "aux": "http://ns.adobe.com/exif/1.0/aux/",
        "exifEX": "http://cipa.jp/exif/1.0/",
        "crs": "http://ns.adobe.com/camera-raw-settings/1.0/",
        "photoshop": "http://ns.adobe.com/photoshop/1.0/",
        "my": "http://museum.example/ns/",
        "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
        "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
        "drone": "http://www.dji.com/drone-dji/1.0/",
    }
    names = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return Metadata(
        xmp=f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}"><rdf:Description rdf:about="" {names}>'
        f"<dc:source>kept</dc:source>{properties}</rdf:Description></rdf:RDF></x:xmpmeta>".encode()
    )


@pytest.mark.parametrize(
    ("main", "photo", "name", "value"),
    [
        ({274: 6}, {}, "Orientation", 1),
        ({}, {40961: 65535}, "ColorSpace", 1),
        ({}, {40961: 2}, "ColorSpace", 1),
        ({}, {40962: 9000}, "ExifImageWidth", 640),
        ({}, {40963: 9000}, "ExifImageHeight", 480),
    ],
)
def test_exif_that_is_no_longer_so_is_corrected(main: dict, photo: dict, name: str, value: int) -> None:
    made = kept(with_exif(main, photo))
    assert summary(made.metadata)["exif"][name] == value
    assert made.corrected == (f"EXIF {name}",)
    assert f"EXIF {name}" in made.kept


@pytest.mark.parametrize(("main", "photo"), [({274: 1}, {}), ({}, {40961: 1, 40962: 640, 40963: 480})])
def test_exif_that_is_right_is_not_called_corrected(main: dict, photo: dict) -> None:
    assert kept(with_exif(main, photo)).corrected == ()


@pytest.mark.parametrize(
    ("main", "photo", "name"),
    [
        ({}, {37500: b"maker"}, "MakerNote"),
        ({}, {42240: TiffImagePlugin.IFDRational(22, 10)}, "Gamma"),
        ({}, {37121: b"\1\2\3\0"}, "ComponentsConfiguration"),
        ({}, {37122: TiffImagePlugin.IFDRational(4)}, "CompressedBitsPerPixel"),
        ({}, {42033: "7"}, "SerialNumber"),
        ({}, {42037: "7"}, "LensSerialNumber"),
        ({}, {42032: "Jan"}, "OwnerName"),
        ({}, {42016: "0" * 32}, "ImageUniqueID"),
        ({50735: "7"}, {}, "tag 0xc62f"),
        ({42112: "<GDAL/>"}, {}, "tag 0xa480"),
        ({274: 6}, {37396: (5, 5)}, "SubjectArea"),
        ({274: 6}, {41492: (5, 5)}, "SubjectLocation"),
    ],
)
def test_exif_that_is_dropped(main: dict, photo: dict, name: str) -> None:
    made = kept(with_exif(main, photo))
    assert made.dropped == (f"EXIF {name}",)
    assert name not in summary(made.metadata)["exif"]
    assert summary(made.metadata)["exif"]["Make"] == "Make"


def test_what_is_not_known_of_how_the_picture_was_taken_is_kept() -> None:
    made = kept(with_exif(photo={50000: "something new", 37396: (5, 5)}))
    assert made.dropped == made.corrected == ()
    assert "EXIF tag 0xc350" in made.kept
    assert "EXIF SubjectArea" in made.kept


@pytest.mark.parametrize("tag", [42033, 42037, 42032, 42016])
def test_serial_numbers_stay_where_the_policy_lists_them(tag: int) -> None:
    made = kept(with_exif(photo={tag: "7"}), Policy(serial_numbers=True))
    assert made.dropped == ()
    assert tag in exif.parse(made.metadata.exif)[0].photo


def test_places_stay_where_the_policy_lists_them() -> None:
    found = Metadata(exif=tagged.exif().tobytes())
    assert "GPSLatitude" not in summary(kept(found).metadata)["exif"]
    assert "EXIF GPS" in kept(found).dropped
    assert summary(kept(found, Policy(gps=True)).metadata)["exif"]["GPSLatitude"] == [48, 8, 24.5]


@pytest.mark.parametrize(("index", "is_kept"), [("R03", False), ("R98", True)])
def test_what_interoperability_says_of_colour_must_be_true(index: str, is_kept: bool) -> None:
    made = Image.Exif()
    made.get_ifd(34665)[40965] = {1: index}
    known, _ = exif.parse(kept(Metadata(exif=made.tobytes())).metadata.exif)
    assert bool(known.interop) is is_kept


def test_a_thumbnail_is_dropped() -> None:
    block = tagged.exif().tobytes().removeprefix(b"Exif\0\0")
    at = 8 + 2 + 12 * int.from_bytes(block[8:10], "big")
    preview = (1).to_bytes(2, "big") + b"\2\1\0\4\0\0\0\1\0\0\0\0" + bytes(4) + b"\xff\xd8 a preview"
    made = kept(Metadata(exif=block[:at] + len(block).to_bytes(4, "big") + block[at + 4 :] + preview)).metadata.exif
    assert summary(Metadata(exif=made))["exif"]["Make"] == tagged.MAKE
    assert len(list(tiff.chain(made))) == 1
    assert b"a preview" not in made


def test_resolution_is_left_to_the_master() -> None:
    made = kept(Metadata(exif=tagged.exif().tobytes()))
    assert not {"XResolution", "YResolution", "ResolutionUnit"} & summary(made.metadata)["exif"].keys()


@pytest.mark.parametrize(
    ("properties", "name", "value"),
    [
        ("<tiff:Orientation>6</tiff:Orientation>", "tiff:Orientation", "1"),
        ("<tiff:ImageWidth>9</tiff:ImageWidth>", "tiff:ImageWidth", "640"),
        ("<tiff:ImageLength>9</tiff:ImageLength>", "tiff:ImageLength", "480"),
        ("<exif:PixelXDimension>9</exif:PixelXDimension>", "exif:PixelXDimension", "640"),
        ("<exif:PixelYDimension>9</exif:PixelYDimension>", "exif:PixelYDimension", "480"),
        ("<exif:ColorSpace>65535</exif:ColorSpace>", "exif:ColorSpace", "1"),
    ],
)
def test_xmp_that_is_no_longer_so_is_corrected(properties: str, name: str, value: str) -> None:
    made = kept(with_xmp(properties))
    assert summary(made.metadata)["xmp"] == {"dc:source": "kept", name: value}
    assert made.corrected == (f"XMP {name}",)


def test_attributes_are_corrected_and_dropped_as_elements_are() -> None:
    made = kept(Metadata(xmp=tagged.XMP.replace(b"photoshop:Credit", b'photoshop:ColorMode="4" photoshop:Credit')))
    assert made.corrected == ("XMP tiff:Orientation",)
    assert made.dropped == ("XMP photoshop:ColorMode",)
    assert summary(made.metadata)["xmp"]["tiff:Orientation"] == "1"


STRUCTURE = "<rdf:Bag><rdf:li rdf:parseType='Resource'><my:a>1</my:a></rdf:li></rdf:Bag>"


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        (f"<xmpMM:History>{STRUCTURE}</xmpMM:History>", "xmpMM:History"),
        (f"<xmpMM:Ingredients>{STRUCTURE}</xmpMM:Ingredients>", "xmpMM:Ingredients"),
        (f"<xmp:Thumbnails>{STRUCTURE}</xmp:Thumbnails>", "xmp:Thumbnails"),
        (f"<photoshop:DocumentAncestors>{STRUCTURE}</photoshop:DocumentAncestors>", "photoshop:DocumentAncestors"),
        ("<photoshop:ICCProfile>Adobe RGB</photoshop:ICCProfile>", "photoshop:ICCProfile"),
        ("<crs:Exposure>1</crs:Exposure><crs:Tint>2</crs:Tint>", "crs:*"),
        ("<dc:format>image/tiff</dc:format>", "dc:format"),
        ("<tiff:Compression>5</tiff:Compression>", "tiff:Compression"),
        ("<tiff:XResolution>300/1</tiff:XResolution>", "tiff:XResolution"),
        ("<exif:GPSLatitude>48,8.4N</exif:GPSLatitude>", "exif:GPSLatitude"),
        ("<exif:GPSAltitude>1/2</exif:GPSAltitude>", "exif:GPSAltitude"),
        ("<drone:GpsLatitude>48</drone:GpsLatitude>", "http://www.dji.com/drone-dji/1.0/:GpsLatitude"),
        ("<aux:SerialNumber>7</aux:SerialNumber>", "aux:SerialNumber"),
        ("<aux:OwnerName>Jan</aux:OwnerName>", "aux:OwnerName"),
        ("<exifEX:BodySerialNumber>7</exifEX:BodySerialNumber>", "exifEX:BodySerialNumber"),
        ("<exifEX:LensSerialNumber>7</exifEX:LensSerialNumber>", "exifEX:LensSerialNumber"),
        ("<exifEX:InteropIndex>R03</exifEX:InteropIndex>", "exifEX:InteropIndex"),
        ("<exif:ImageUniqueID>7</exif:ImageUniqueID>", "exif:ImageUniqueID"),
    ],
)
def test_xmp_that_is_dropped(properties: str, name: str) -> None:
    made = kept(with_xmp(properties))
    assert made.dropped == (f"XMP {name}",)
    assert summary(made.metadata)["xmp"] == {"dc:source": "kept"}


def test_a_location_keeps_its_words_without_its_coordinates() -> None:
    location = "<Iptc4xmpExt:City>Praha</Iptc4xmpExt:City><exif:GPSLatitude>50,5N</exif:GPSLatitude>"
    created = "Iptc4xmpExt:LocationCreated"
    found = with_xmp(f"<{created}><rdf:Bag><rdf:li rdf:parseType='Resource'>{location}</rdf:li></rdf:Bag></{created}>")
    assert summary(kept(found).metadata)["xmp"][created] == [{"Iptc4xmpExt:City": "Praha"}]
    assert "50,5N" in str(summary(kept(found, ALL).metadata)["xmp"][created])


@pytest.mark.parametrize(("orientation", "is_kept"), [(1, True), (6, False)])
def test_regions_stay_only_where_nothing_was_turned(orientation: int, is_kept: bool) -> None:
    found = with_xmp("<mwg-rs:Regions rdf:parseType='Resource'><my:a>1</my:a></mwg-rs:Regions>")
    found = Metadata(exif=with_exif({274: orientation}).exif, xmp=found.xmp)
    assert ("mwg-rs:Regions" in summary(kept(found).metadata)["xmp"]) is is_kept


def test_namespaces_that_nobody_knows_are_kept() -> None:
    made = kept(with_xmp("<my:inventory>12</my:inventory>"))
    assert summary(made.metadata)["xmp"]["http://museum.example/ns/:inventory"] == "12"


def test_iptc_pictures_are_dropped_and_texts_are_kept() -> None:
    records = (
        tagged.IPTC + tagged.dataset(2, 202, b"\xff\xd8") + tagged.dataset(7, 10, b"x") + tagged.dataset(2, 130, b"4C")
    )
    made = kept(Metadata(iptc=records))
    assert made.metadata.iptc == tagged.IPTC
    assert made.dropped == ("IPTC ObjectPreviewData", "IPTC 7:10", "IPTC ImageType")
    assert made.kept == ("IPTC Caption-Abstract", "IPTC Keywords")


@pytest.mark.parametrize(
    ("declared", "encoding"), [(b"", "latin-1"), (b"\x1b.A", "latin-1"), (b"", "cp1252"), (b"", "utf-8")]
)
def test_iptc_in_other_letters_becomes_utf8(declared: bytes, encoding: str) -> None:
    words = "Größe €" if encoding == "cp1252" else "Größe"
    records = tagged.dataset(1, 90, declared) if declared else b""
    made = kept(Metadata(iptc=records + tagged.dataset(2, 105, words.encode(encoding))))
    assert made.metadata.iptc == tagged.dataset(1, 90, iptc.UTF_8) + tagged.dataset(2, 105, words.encode())
    assert made.corrected == ("IPTC texts (to UTF-8)",)


@pytest.mark.parametrize("kind", ["exif", "iptc", "xmp"])
def test_a_kind_that_the_policy_does_not_want_is_dropped_whole(kind: str) -> None:
    found = Metadata(tagged.exif().tobytes(), tagged.IPTC, tagged.XMP)
    made = kept(found, Policy(**{kind: False}))
    assert kind.upper() in made.dropped
    assert summary(made.metadata)[kind] == {}
    assert all(summary(made.metadata)[other] for other in {"exif", "iptc", "xmp"} - {kind})


def test_nothing_found_is_nothing_kept() -> None:
    assert kept(Metadata()) == Kept(Metadata())


def test_keeping_twice_changes_nothing() -> None:
    once = kept(Metadata(tagged.exif().tobytes(), tagged.IPTC, tagged.XMP))
    again = kept(once.metadata)
    assert again.metadata == once.metadata
    assert again.dropped == again.corrected == ()


def test_a_list_of_names_has_an_end() -> None:
    made = kept(with_xmp("".join(f"<my:p{n}>1</my:p{n}>" for n in range(500))))
    assert len(made.kept) == 201
    assert made.kept[-1] == "and 301 more"
