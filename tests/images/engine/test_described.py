"""What derivatives say of themselves: the metadata of the master, and how large it is in the world."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from images.engine.pyramid import open_pyramid
from images.engine.render import Words, render
from images.iiif.derivative import Derivative
from images.metadata.found import Metadata
from images.metadata.master import finish
from tests.images.engine.masters import HEIGHT, WIDTH, write_master
from tests.media import tagged

FORMATS = ["jpg", "png", "webp"]
DPI = 300.0
MAKE, COPYRIGHT, PIXEL_X, EXIF = 271, 33432, 40962, 34665


@pytest.fixture(scope="module")
def described(folder: Path, picture: Image.Image) -> Path:
    """A master with EXIF, IPTC and XMP, of 300 pixels an inch."""
    path = write_master(folder / "described.tif", picture).path
    finish(path, Metadata(tagged.exif().tobytes()[6:], tagged.IPTC, tagged.XMP), (DPI / 25.4, DPI / 25.4))
    return path


@pytest.fixture(scope="module")
def bare(folder: Path, picture: Image.Image) -> Path:
    """A master of which nothing is known, not even its resolution."""
    path = write_master(folder / "bare.tif", picture).path
    finish(path, Metadata(), None)
    return path


def whole(width: int, height: int, **more: Any) -> Derivative:
    return Derivative(0, 0, WIDTH, HEIGHT, width, height, **more)


def opened(encoded: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(encoded))
    image.load()
    return image


def dpi(image: Image.Image) -> tuple[float, float]:
    """Pixels per inch as the file's own header says, whatever its metadata say."""
    if image.format != "JPEG":
        return image.info["dpi"]
    across, down = image.info["jfif_density"]
    inches = {1: 1.0, 2: 2.54}[image.info["jfif_unit"]]
    return across * inches, down * inches


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("size", [(WIDTH, HEIGHT), (300, 219)])
def test_the_whole_picture_carries_the_metadata_of_its_master(
    described: Path, format_: str, size: tuple[int, int]
) -> None:
    derivative = opened(render(described, whole(*size, format=format_)))
    exif = derivative.getexif()
    assert (exif[MAKE], exif[COPYRIGHT]) == (tagged.MAKE, tagged.COPYRIGHT)
    assert exif.get_ifd(EXIF)[PIXEL_X] == size[0], "what it says of its size is true of the derivative"
    assert tagged.CREATOR.encode() in derivative.info["xmp"]


def test_a_jpeg_carries_iptc_too(described: Path) -> None:
    assert tagged.CAPTION.encode() in render(described, whole(300, 219))


@pytest.mark.parametrize(
    "asked",
    [
        Derivative(0, 0, 256, 256, 256, 256),  # as it stands in the master
        Derivative(1280, 768, 123, 253, 123, 253),  # at the edge
        Derivative(0, 0, 700, 500, 300, 214, format="png"),
    ],
    ids=["tile", "edge tile", "detail"],
)
def test_tiles_and_details_carry_none(described: Path, asked: Derivative) -> None:
    derivative = render(described, asked)
    assert not opened(derivative).getexif()
    assert tagged.MAKE.encode() not in derivative
    assert tagged.CREATOR.encode() not in derivative


def test_rights_that_are_given_count_more_than_embedded_ones(described: Path) -> None:
    derivative = opened(
        render(
            described, whole(300, 219), words=Words("https://rightsstatements.org/vocab/InC/1.0/", "Musée d’Ailleurs")
        )
    )
    exif = derivative.getexif()
    assert exif[COPYRIGHT] == "https://rightsstatements.org/vocab/InC/1.0/"
    assert exif[MAKE] == tagged.MAKE
    assert b"rightsstatements.org" in derivative.info["xmp"]
    assert "Musée d’Ailleurs".encode() in derivative.info["xmp"]
    assert tagged.COPYRIGHT.encode() not in derivative.info["xmp"]


def test_rights_are_told_where_nothing_was_embedded(bare: Path) -> None:
    assert (
        opened(render(bare, whole(300, 219), words=Words(rights="In copyright"))).getexif()[COPYRIGHT] == "In copyright"
    )


@pytest.mark.parametrize("format_", ["jpg", "png"])
def test_its_size_in_the_world_stays_whatever_its_size_in_pixels(described: Path, format_: str) -> None:
    derivative = opened(render(described, whole(WIDTH // 2, HEIGHT // 4, format=format_)))
    assert dpi(derivative) == pytest.approx((DPI / 2, DPI / 4), abs=1.5)  # JFIF counts in whole numbers
    exif = derivative.getexif()
    assert (float(exif[282]), float(exif[283])) == pytest.approx((DPI / 2, DPI / 4), abs=1)


def test_on_its_side_width_and_height_change_places(described: Path) -> None:
    across, down = opened(render(described, whole(WIDTH, HEIGHT // 2, rotation=90, format="png"))).info["dpi"]
    assert (across, down) == pytest.approx((DPI / 2, DPI), abs=1)


def test_without_its_largest_level_it_has_half_the_pixels_for_an_inch(described: Path) -> None:
    half = open_pyramid(described).levels[1]
    asked = Derivative(0, 0, half.width, half.height, half.width, half.height, format="png")
    assert opened(render(described, asked, skip=1)).info["dpi"] == pytest.approx((DPI / 2, DPI / 2), abs=1)


@pytest.mark.parametrize("format_", FORMATS)
def test_what_nobody_knows_is_not_claimed(bare: Path, format_: str) -> None:
    derivative = opened(render(bare, whole(300, 219, format=format_)))
    assert "dpi" not in derivative.info
    assert not derivative.getexif()
    assert derivative.info.get("jfif_unit", 0) == 0
