"""Files of every format that is offered, as an independent reader sees them."""

import io

import numpy as np
import pytest
import pyvips
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from gcis.core.errors import SourceFault
from images.engine import encode as engine
from images.engine.encode import DESCRIBED, encode, offered
from images.iiif.derivative import Derivative
from images.iiif.formats import FORMATS, MEDIA_TYPES
from images.metadata.embedding import embed
from images.metadata.found import Metadata
from tests.images.engine.masters import psnr
from tests.media import tagged

EVERY = tuple(FORMATS)
LOSSLESS = ("png", "tif")
INCH = 25.4
#: What Pillow says of each.
MEDIA = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tif": "TIFF", "avif": "AVIF", "jp2": "JPEG2000"}


@pytest.fixture(scope="module")
def drawn(picture: Image.Image) -> pyvips.Image:
    """What the engine draws: colours with the small profile of sRGB."""
    image = pyvips.Image.new_from_array(np.asarray(picture.crop((0, 0, 403, 301)))).copy(interpretation="srgb")
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", pyvips.Operation.call("profile_load", "srgb"))
    return image


def grey_of(drawn: pyvips.Image) -> pyvips.Image:
    image = drawn.colourspace("b-w").copy()
    image.remove("icc-profile-data")
    return image


def asked(image: pyvips.Image, name: str, quality: str = "default") -> Derivative:
    return Derivative(0, 0, image.width, image.height, image.width, image.height, quality=quality, format=name)


def opened(encoded: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(encoded))
    image.load()
    return image


def test_all_formats_are_offered_here():
    """With the libraries as they are locked; a build that lacks one offers the others."""
    assert offered() == EVERY
    assert set(MEDIA_TYPES) == set(EVERY)


def test_only_what_is_wanted_is_offered_and_jpg_and_png_always():
    assert offered(("tif", "pdf")) == ("jpg", "png", "tif")
    assert offered(()) == ("jpg", "png")


@pytest.mark.parametrize("error", [pyvips.Error("no such saver"), OSError("encoder jpeg2k not available")])
def test_what_the_libraries_cannot_write_is_not_offered(error: Exception, monkeypatch: pytest.MonkeyPatch):
    def lacking(*_: object) -> bytes:
        raise error

    monkeypatch.setitem(engine._ENCODERS, "jp2", lacking)
    assert offered.__wrapped__(EVERY) == tuple(name for name in EVERY if name != "jp2")


@pytest.mark.parametrize("name", EVERY)
def test_colours_are_those_that_were_drawn(name: str, drawn: pyvips.Image):
    image = opened(encode(drawn, asked(drawn, name)))
    assert image.format == MEDIA[name]
    assert image.size == (drawn.width, drawn.height)
    pixels = np.asarray(image.convert("RGB"))
    if name in LOSSLESS:
        assert np.array_equal(pixels, drawn.numpy())
    else:
        assert psnr(pixels, drawn.numpy()) >= (28 if name == "gif" else 35)  # 256 colours
    holds_profile = name not in ("gif", "jp2")  # GIF is sRGB, and JP2 says so by a number
    assert bool(image.info.get("icc_profile")) == holds_profile


@pytest.mark.parametrize("name", EVERY)
def test_grey_stays_one_channel_where_there_is_one(name: str, drawn: pyvips.Image):
    grey = grey_of(drawn)
    image = opened(encode(grey, asked(grey, name, "gray")))
    pixels = np.asarray(image.convert("L"))
    if name in (*LOSSLESS, "gif"):
        assert np.array_equal(pixels, grey.numpy())
    assert psnr(pixels, grey.numpy()) >= 35
    assert image.mode == {"webp": "RGB", "avif": "RGB", "gif": "P"}.get(name, "L")
    if name in ("jpg", "png", "tif"):
        assert image.info["icc_profile"][16:20] == b"GRAY"


@pytest.mark.parametrize("name", EVERY)
def test_bitonal_is_black_and_white(name: str, drawn: pyvips.Image):
    bitonal = grey_of(drawn) >= 128
    image = opened(encode(bitonal, asked(bitonal, name, "bitonal")))
    pixels = np.asarray(image.convert("L"))
    assert "icc_profile" not in image.info
    if name == "jpg":
        assert psnr(pixels, bitonal.numpy()) >= 20
        return
    assert np.array_equal(pixels, bitonal.numpy())
    if name in ("png", "tif"):
        assert image.mode == "1"
    if name == "tif":
        assert isinstance(image, TiffImageFile)
        assert (image.info["compression"], image.tag_v2[262]) == ("group4", 0)
    if name == "gif":
        assert len(image.getcolors() or ()) == 2


@pytest.mark.parametrize("name", [name for name, format_ in FORMATS.items() if format_.alpha])
@pytest.mark.parametrize("quality", ["default", "gray"])
def test_what_is_transparent_stays_so_where_the_format_has_it(name: str, quality: str, drawn: pyvips.Image):
    flat = grey_of(drawn) if quality == "gray" else drawn
    turned = flat.addalpha().rotate(45, background=[0])
    image = opened(encode(turned, asked(turned, name, quality))).convert("RGBA")
    alpha = np.asarray(image)[..., 3]
    middle = alpha.shape[0] // 2, alpha.shape[1] // 2
    assert (alpha[0, 0], alpha[middle]) == (0, 255)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 2), (7, 5), (64, 64)])
@pytest.mark.parametrize("quality", ["default", "gray", "bitonal"])
def test_the_smallest_pictures_are_written_too(name: str, size: tuple[int, int], quality: str, drawn: pyvips.Image):
    image = drawn.crop(0, 0, *size)
    if quality != "default":
        image = grey_of(image)
    if quality == "bitonal":
        image = image >= 128
    assert opened(encode(image, asked(image, name, quality))).size == size


@pytest.mark.parametrize("quality", ["default", "bitonal"])
def test_a_tiff_says_how_dense_its_pixels_are_or_nothing(quality: str, drawn: pyvips.Image):
    image = grey_of(drawn) >= 128 if quality == "bitonal" else drawn
    known = opened(encode(image, asked(image, "tif", quality), (300 / INCH, 150 / INCH)))
    assert known.info["dpi"] == pytest.approx((300, 150), abs=0.01)
    unknown = opened(encode(image, asked(image, "tif", quality)))
    assert isinstance(unknown, TiffImageFile)
    assert unknown.tag_v2[296] == 1
    assert unknown.tag_v2[282] == unknown.tag_v2[283]


@pytest.mark.parametrize("name", ["jpg", "png"])
def test_jpeg_and_png_say_so_too(name: str, drawn: pyvips.Image):
    assert opened(encode(drawn, asked(drawn, name), (300 / INCH, 300 / INCH))).info["dpi"] == pytest.approx(
        (300, 300), abs=0.1
    )
    assert "dpi" not in opened(encode(drawn, asked(drawn, name))).info


def test_jpegs_are_420_at_quality_90_and_not_progressive(drawn: pyvips.Image):
    image = opened(encode(drawn, asked(drawn, "jpg")))
    assert "progressive" not in image.info
    assert image.layer[0][1:3] == (2, 2)  # type: ignore[attr-defined]
    assert image.quantization[0][0] == 3  # type: ignore[attr-defined]  # 16 at quality 50, a fifth of it at 90


@pytest.mark.parametrize(
    ("name", "width", "height"), [("webp", 16_384, 1), ("avif", 16_385, 1), ("gif", 5001, 5000), ("jp2", 5001, 5000)]
)
def test_what_a_format_cannot_hold_is_the_askers_fault(name: str, width: int, height: int):
    image = pyvips.Image.black(width, height, bands=3)
    with pytest.raises(SourceFault, match=f"A {name} is at most"):
        encode(image, asked(image, name))


@pytest.mark.parametrize("name", EVERY)
def test_what_is_described_is_what_metadata_can_be_put_into(name: str, drawn: pyvips.Image):
    encoded = encode(drawn, asked(drawn, name))
    if name in DESCRIBED:
        assert opened(embed(encoded, name, Metadata(xmp=tagged.XMP))).info["xmp"]
    else:
        with pytest.raises(ValueError, match="no place for metadata"):
            embed(encoded, name, Metadata())
