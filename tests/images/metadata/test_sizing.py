"""Metadata of a derivative: its own size, its own resolution, no places that are elsewhere now."""

import pytest

from images.metadata.found import Metadata
from images.metadata.sizing import resized
from images.metadata.summary import summary
from tests.images.metadata.test_keeping import with_xmp
from tests.media import tagged


@pytest.mark.parametrize(
    ("scale", "across", "down"), [((0.5, 0.5), 150, 150), ((1, 0.25), 300, 75), ((1 / 3, 1 / 3), 100, 100)]
)
def test_the_physical_size_stays(scale: tuple[float, float], across: float, down: float) -> None:
    shown = summary(resized(Metadata(exif=tagged.exif().tobytes()), width=160, height=100, scale=scale))["exif"]
    assert (shown["XResolution"], shown["YResolution"], shown["ResolutionUnit"]) == (across, down, 2)
    assert (shown["ExifImageWidth"], shown["ExifImageHeight"]) == (160, 100)
    assert shown["Make"] == tagged.MAKE


def test_without_a_scale_there_is_no_resolution() -> None:
    shown = summary(resized(Metadata(exif=tagged.exif().tobytes()), width=160, height=100))["exif"]
    assert not {"XResolution", "YResolution", "ResolutionUnit"} & shown.keys()


def test_the_size_in_xmp_is_that_of_the_derivative() -> None:
    found = with_xmp("<tiff:ImageWidth>9</tiff:ImageWidth><exif:PixelYDimension>9</exif:PixelYDimension>")
    shown = summary(resized(found, width=160, height=100))["xmp"]
    assert shown == {"dc:source": "kept", "tiff:ImageWidth": "160", "exif:PixelYDimension": "100"}


def test_places_in_the_picture_are_left_out() -> None:
    found = with_xmp("<mwg-rs:Regions rdf:parseType='Resource'><my:a>1</my:a></mwg-rs:Regions>")
    known = tagged.exif()
    known.get_ifd(34665)[37396] = (5, 5)
    shown = summary(resized(Metadata(known.tobytes(), b"", found.xmp), width=160, height=100))
    assert shown["xmp"] == {"dc:source": "kept"}
    assert "SubjectArea" not in shown["exif"]


def test_what_says_nothing_of_size_is_not_touched() -> None:
    found = Metadata(iptc=tagged.IPTC, xmp=tagged.XMP)
    assert resized(found, width=1, height=1) == found


def test_xmp_that_cannot_be_read_is_left_alone() -> None:
    assert resized(Metadata(xmp=b"<bad ImageWidth"), width=1, height=1).xmp == b"<bad ImageWidth"
