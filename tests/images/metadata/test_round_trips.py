"""From every source through a master into every derivative, tag by tag, with exiftool as the oracle."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from images.metadata import embedding, keeping, master, reading, sizing
from images.metadata.policy import Policy
from tests.images.metadata import oracle
from tests.media import tagged
from tests.media.sources import corners

pytestmark = tagged.needs_exiftool

ALL = Policy(gps=True, serial_numbers=True)
#: More of every kind than the makers write, as a photographer's and an archivist's program would.
ARGUMENTS = (
    *("-ImageDescription=Žluťoučký kůň", "-Software=Capture One", "-HostComputer=mac", "-DateTime=2026:01:02 03:04:05"),
    *("-DocumentName=inv. 12", "-XPTitle=Kůň", "-XPKeywords=a;b", "-Rating=4", "-FNumber=5.6", "-ISO=100"),
    *("-CreateDate=2026:01:02 03:04:05", "-OffsetTime=+01:00", "-ShutterSpeedValue=0.004", "-UserComment=Řeka"),
    *("-ExposureCompensation=-0.33", "-Flash#=1", "-FocalLength=80", "-LensModel=80mm", "-LensInfo=80 80 2.8 2.8"),
    *("-GPSAltitude=250.5", "-GPSAltitudeRef#=0", "-GPSDateStamp=2026:01:02", "-GPSProcessingMethod=GPS"),
    *("-XMP-dc:Title=Kůň", "-XMP-dc:Title-cs=Kůň", "-XMP-dc:Subject=a", "-XMP-dc:Subject=b", "-XMP-dc:Description=x"),
    *("-XMP-xmpRights:UsageTerms=ask", "-XMP-iptcCore:CreatorCity=Praha", "-XMP-iptcCore:CreatorWorkEmail=a@b.cz"),
    *("-XMP-iptcExt:LocationCreatedCity=Praha", "-XMP-iptcExt:ArtworkTitle=Kůň", "-XMP-photoshop:City=Praha"),
    *("-XMP-xmp:Rating=4", "-XMP-plus:ImageSupplierName=Muzeum", "-XMP-exif:FNumber=5.6"),
)
IPTC_ARGUMENTS = ("-IPTC:City=Brno", "-IPTC:By-line=Josef Čapek", "-IPTC:DateCreated=2026:01:02", "-IPTC:Urgency=3")
#: True of the source's file, and put right or taken away on purpose.
OF_THE_FILE = (
    *("IFD0:Orientation", "IFD0:XResolution", "IFD0:YResolution", "IFD0:ResolutionUnit", "IFD0:YCbCrPositioning"),
    *("ExifIFD:ColorSpace", "ExifIFD:ExifImageWidth", "ExifIFD:ExifImageHeight", "ExifIFD:ComponentsConfiguration"),
    *("ExifIFD:FlashpixVersion", "XMP-tiff:Orientation", "XMP-x:XMPToolkit", "Photoshop:IPTCDigest"),
    *("IPTC2:CodedCharacterSet", "IPTC:CodedCharacterSet"),
)
#: Copyright is in XMP only as long as it is in a master.
IN_MASTERS = ("IFD0:Copyright", "XMP-dc:Rights")
#: What exiftool 12.57 shows wrongly in any BigTIFF: GPS with the names of other tags, texts of Windows as numbers, and
#: blocks once more.
WRONG_IN_BIG = ("GPS", "IFD0:XP", "IFD0:ApplicationNotes", "IFD0:IPTC-NAA")
STRUCTURE = {
    *("ImageWidth", "ImageHeight", "BitsPerSample", "Compression", "PhotometricInterpretation", "StripOffsets"),
    *("SamplesPerPixel", "RowsPerStrip", "StripByteCounts", "PlanarConfiguration", "TileWidth", "TileLength"),
    *("TileOffsets", "TileByteCounts", "SampleFormat", "JPEGTables", "SubfileType", "Predictor"),
}
KINDS = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif", "tiff": "tif", "jp2": "jp2"}
DERIVATIVES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
DERIVED = ("jpeg", "tiff")


@dataclass
class Trip:
    """What exiftool says of every file: by kind of source; "kind big" is the same in a BigTIFF, "kind jpg" from it."""

    tags: dict[str, dict[str, Any]]
    complaints: dict[str, set[str]]


@pytest.fixture(scope="module")
def trip(tmp_path_factory: pytest.TempPathFactory) -> Trip:
    """Everything is made first and shown to exiftool at once."""
    folder = tmp_path_factory.mktemp("trip")
    sources = {kind: tagged.MAKERS[kind](folder / f"source.{ending}") for kind, ending in KINDS.items()}
    tagged.with_exiftool(*sources.values(), arguments=ARGUMENTS)
    tagged.with_exiftool(sources["jpeg"], sources["tiff"], arguments=IPTC_ARGUMENTS)
    files = {**sources, "gif": tagged.gif(folder / "source.gif"), "bare": oracle.write_master(folder / "bare.tif")}
    files["latin"] = tagged.jpeg(folder / "latin.jpg", iptc=tagged.dataset(2, 105, "Größe".encode("latin-1")))
    for kind in (*KINDS, "gif", "latin"):
        files[f"{kind} master"] = finished(files[kind], kind.replace("latin", "jpeg"), folder / f"{kind}.tif")
        files[f"{kind} big"] = finished(
            files[kind], kind.replace("latin", "jpeg"), folder / f"{kind}-big.tif", big=True
        )
    for kind in DERIVED:
        for name in DERIVATIVES:
            files[f"{kind} {name}"] = derived(files[f"{kind} master"], folder / f"{kind}.{name}", name)
    said, wrong = oracle.tags(*files.values()), oracle.complaints(*files.values())
    return Trip({name: said[path] for name, path in files.items()}, {name: wrong[path] for name, path in files.items()})


def finished(source: Path, kind: str, path: Path, *, big: bool = False) -> Path:
    found, warnings = reading.read(source, kind)
    kept = keeping.keep(found, ALL, width=300, height=200)
    assert warnings == kept.warnings == ()
    master.finish(oracle.write_master(path, big=big), kept.metadata, (300 / 25.4, 300 / 25.4))
    return path


def derived(path: Path, made: Path, name: str) -> Path:
    data = io.BytesIO()
    corners(150, 100).save(data, DERIVATIVES[name])
    small = sizing.resized(master.of(path.read_bytes()), width=150, height=100, scale=(0.5, 0.5))
    made.write_bytes(embedding.embed(data.getvalue(), name, small))
    return made


def of_metadata(tags: dict[str, Any], left_out: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        name: value
        for name, value in tags.items()
        if name.startswith(("IFD0", "ExifIFD", "GPS", "IPTC", "XMP"))
        and not name.startswith((*OF_THE_FILE, *left_out))
        and name.partition(":")[2] not in STRUCTURE
    }


@pytest.mark.parametrize("form", ["master", "big"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_master_says_what_its_source_said(kind: str, form: str, trip: Trip) -> None:
    left_out = (*IN_MASTERS, *(WRONG_IN_BIG if form == "big" else ()))
    source, made = trip.tags[kind], trip.tags[f"{kind} {form}"]
    assert len(of_metadata(source)) > 40
    assert of_metadata(made, left_out) == of_metadata(source, left_out)
    assert made["XMP-dc:Rights"] == tagged.COPYRIGHT
    assert "IFD0:Copyright" not in made
    assert (made.get("IFD0:Orientation", 1), made["IFD0:XResolution"], made["IFD0:ResolutionUnit"]) == (1, 300, 2)
    assert (made["ExifIFD:ColorSpace"], made["ExifIFD:ExifImageWidth"]) == (1, 300)


@pytest.mark.parametrize("kind", KINDS)
def test_exiftool_finds_nothing_wrong_with_the_metadata_of_a_master(kind: str, trip: Trip) -> None:
    assert trip.complaints[f"{kind} master"] - trip.complaints["bare"] <= {
        "Non-standard format (undef) for IFD0 0x83bb IPTC-NAA",  # as libtiff writes it
        "[minor] ExifIFD tag 0xa002 ExifImageWidth is not allowed in TIFF",  # for the derivatives
        "[minor] ExifIFD tag 0xa003 ExifImageHeight is not allowed in TIFF",
    }


@pytest.mark.parametrize("name", DERIVATIVES)
@pytest.mark.parametrize("kind", DERIVED)
def test_a_derivative_says_what_the_source_said(kind: str, name: str, trip: Trip) -> None:
    source, made = of_metadata(trip.tags[kind]), trip.tags[f"{kind} {name}"]
    if name == "webp":
        source = {tag: value for tag, value in source.items() if not tag.startswith("IPTC")}
    assert {tag: made.get(tag) for tag in source} == source
    assert (made["IFD0:XResolution"], made["ExifIFD:ExifImageWidth"], made["IFD0:Orientation"]) == (150, 150, 1)
    assert trip.complaints[f"{kind} {name}"] == set()


def test_gif_through_a_master(trip: Trip) -> None:
    assert of_metadata(trip.tags["gif master"]) == of_metadata(trip.tags["gif"])
    assert len(of_metadata(trip.tags["gif"])) == 2


def test_iptc_in_latin_letters_is_the_same_in_utf8(trip: Trip) -> None:
    assert trip.tags["latin master"]["IPTC:Headline"] == trip.tags["latin"]["IPTC:Headline"] == "Größe"


def test_long_xmp_in_a_jpeg_is_read_by_exiftool_and_as_exiftool_writes_it(tmp_path: Path) -> None:
    path, words, made = tagged.jpeg(tmp_path / "a.jpg"), tmp_path / "words", tmp_path / "b.jpg"
    words.write_text("word" * 50_000)
    tagged.with_exiftool(path, arguments=[f"-XMP-photoshop:Instructions<={words}"])
    found, warnings = reading.read(path, "jpeg")
    assert warnings == ()
    assert b"word" * 50_000 in found.xmp
    data = io.BytesIO()
    corners(64, 48).save(data, "JPEG")
    made.write_bytes(embedding.embed(data.getvalue(), "jpg", found))
    assert oracle.tags(made)[made]["XMP-photoshop:Instructions"] == words.read_text()
    assert oracle.complaints(made)[made] == set()
