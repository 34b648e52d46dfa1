"""Every way of storing a picture turned ends upright, once and never twice, for readers that are not ours."""

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from images.conversion import vips
from images.conversion.recipes.recipe import DEFAULT
from images.conversion.work import Result, Work
from tests.media import sources

WAYS = range(1, 9)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def convert(source: Path) -> tuple[Result, Path]:
    target = source.with_name("master.tif")
    return vips.convert(Work(source, target, DEFAULT), lambda progress, stage: None), target


def is_upright(image: Image.Image) -> bool:
    """Whether the four corners are where they belong."""
    width, height = image.size
    seen = {
        place: image.getpixel((width // 4 + width // 2 * place[0], height // 4 + height // 2 * place[1]))
        for place in sources.CORNERS
    }
    return all(np.abs(np.subtract(seen[place], shade)).max() <= 12 for place, shade in sources.CORNERS.items())


def assert_upright(master: Path) -> None:
    """Upright as it is stored, and upright for a reader that turns pictures as their metadata says."""
    with Image.open(master) as image:
        assert image.getexif().get(0x112, 1) == 1
        assert image.size == (320, 200)
        assert is_upright(image.convert("RGB"))
        assert is_upright(ImageOps.exif_transpose(image).convert("RGB"))
    if exiftool := shutil.which("exiftool"):
        said = subprocess.run(
            [exiftool, "-n", "-s3", "-a", "-Orientation", str(master)], capture_output=True, check=True
        )
        assert set(said.stdout.split()) <= {b"1"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif"])
def test_a_turned_picture_ends_upright(tmp_path: Path, suffix: str, way: int) -> None:
    result, master = convert(sources.turned(tmp_path / f"turned{suffix}", way))
    assert_upright(master)
    assert result.found["orientation"] == way
    assert (f"turned ({way})" in result.done) == (way > 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_turned_heic_ends_upright(tmp_path: Path, way: int) -> None:
    """Both its own boxes and its EXIF say so; only the boxes count (ISO/IEC 23008-12 §6.5.10)."""
    heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    with Image.open(sources.turned(tmp_path / "stored.png", way)) as stored:
        picture = Image.fromarray(np.asarray(stored))
    exif = Image.Exif()
    exif[0x112] = way
    source = tmp_path / "turned.heic"
    heif.from_pillow(picture).save(source, exif=exif.tobytes(), quality=95)
    assert (b"irot" in source.read_bytes() or b"imir" in source.read_bytes()) == (way > 1)
    assert_upright(convert(source)[1])


def test_a_heic_that_only_its_exif_turns_is_not_turned(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif", reason="the extra heic is not installed")
    exif = Image.Exif()
    exif[0x112] = 1
    source = tmp_path / "upright.heic"
    heif.from_pillow(sources.corners()).save(source, exif=exif.tobytes(), quality=95)
    data = source.read_bytes()
    upright, turned = (struct.pack(">HHIHH", 0x112, 3, 1, way, 0) for way in (1, 6))
    assert data.count(upright) == 1
    source.write_bytes(data.replace(upright, turned))
    assert_upright(convert(source)[1])


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_what_xmp_says_of_the_orientation_turns_nothing(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / f"upright{suffix}"
    options = {"xmp": XMP} if suffix == ".jpg" else {"tiffinfo": {700: XMP}}
    sources.corners().save(source, quality=95, **options)
    assert XMP in source.read_bytes()
    assert_upright(convert(source)[1])


@pytest.mark.parametrize("number", [0, 9, 255])
def test_an_orientation_that_does_not_exist_turns_nothing(tmp_path: Path, number: int) -> None:
    source = tmp_path / "odd.jpg"
    exif = Image.Exif()
    exif[0x112] = number
    sources.corners().save(source, exif=exif.tobytes(), quality=95)
    assert_upright(convert(source)[1])


@pytest.mark.parametrize("mode", ["L", "CMYK", "I;16"])
def test_other_kinds_of_pixels_are_turned_too(tmp_path: Path, mode: str) -> None:
    ramp = Image.fromarray(np.tile(np.linspace(0, 255, 320).astype(np.uint8), (200, 1)))
    if mode == "CMYK":
        upright = Image.merge("CMYK", [ramp.point(lambda level: 255 - level)] * 3 + [Image.new("L", ramp.size, 0)])
    elif mode == "L":
        upright = ramp
    else:
        upright = Image.fromarray(np.asarray(ramp, np.uint16) * 257)
    exif = Image.Exif()
    exif[0x112] = 6
    source = tmp_path / "turned.tif"
    upright.transpose(Image.Transpose.ROTATE_90).save(source, exif=exif.tobytes())
    _, master = convert(source)
    with Image.open(master) as image:
        seen = np.asarray(image.convert("L"), float)
    assert seen.shape == (200, 320)
    assert seen[:, 5].mean() < 60
    assert seen[:, -5].mean() > 200
