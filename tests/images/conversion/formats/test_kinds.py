"""PNG, GIF, WebP and the TIFF that others have compressed, against what Pillow reads; traps of every format."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import pyvips
from PIL import Image

from images.conversion.formats.complaints import explain
from tests.images.conversion.formats.opened import Opened, far, open_bytes, refusal
from tests.images.conversion.formats.shown import CLEAR, DEEP, GREY, INKS, PALETTE, PROFILE, RGB, read_by_pillow, saved
from tests.media.formats import SHORT, page, tiff


# ---------------------------------------------------------------------------------------------------- PNG, GIF and WebP
@pytest.mark.parametrize(
    ("image", "mode", "interpretation"),
    [
        (RGB, "RGB", "srgb"),
        (CLEAR, "RGBA", "srgb"),
        (GREY, "L", "b-w"),
        (CLEAR.convert("LA"), "LA", "b-w"),
        (PALETTE, "RGB", "srgb"),
        (GREY.convert("1"), "L", "b-w"),
    ],
)
def test_png(tmp_path: Path, image: Image.Image, mode: str, interpretation: str) -> None:
    data = saved(image, "PNG")
    seen = open_bytes(tmp_path, data)
    assert far(seen.pixels, read_by_pillow(data, mode)) == 0
    assert seen.interpretation == interpretation
    assert seen.transparent == ("A" in mode)


@pytest.mark.parametrize("interlaced", [0, 1])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_png_of_every_depth(tmp_path: Path, bits: int, interlaced: int) -> None:
    """One pixel high and wide in the first pass only, or a row in an ordinary one: the same bytes."""
    value = (1 << bits) - 1
    header = struct.pack(">IIBBBBB", 1, 1, bits, 0, 0, 0, interlaced)
    row = b"\0" + ((value << (8 - bits)) if bits < 8 else value).to_bytes(2 if bits == 16 else 1, "big")
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b"")
    seen = open_bytes(tmp_path, data)
    assert seen.pixels.ravel().tolist() == [65535 if bits == 16 else 255]
    assert seen.found["bits"] == bits


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_png_with_one_colour_that_is_clear(tmp_path: Path) -> None:
    data = saved(PALETTE, "PNG", transparency=3)
    seen = open_bytes(tmp_path, data)
    assert seen.transparent
    assert far(seen.pixels, read_by_pillow(data, "RGBA")) == 0


def test_deep_png(tmp_path: Path) -> None:
    seen = open_bytes(tmp_path, saved(Image.fromarray(DEEP), "PNG"))
    assert far(seen.pixels, DEEP) == 0
    assert seen.interpretation == "grey16"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_animations_are_one_picture_their_first(tmp_path: Path, kind: str) -> None:
    others = [Image.new("RGB", RGB.size, shade) for shade in ("red", "blue")]
    data = saved(
        PALETTE.convert("RGB"),
        kind,
        save_all=True,
        append_images=others,
        **{"lossless": True} if kind == "WEBP" else {},
    )
    seen = open_bytes(tmp_path, data)
    assert seen.found["pages"] == 1
    assert far(seen.pixels[:, :, :3], read_by_pillow(data, "RGB")) <= 1
    assert refusal(tmp_path, data, page=1).code == "page_missing"


def test_transparency_of_a_gif(tmp_path: Path) -> None:
    image = Image.new("P", (40, 30), 0)
    image.putpalette([200, 0, 0, 0, 200, 0])
    image.paste(1, (10, 10, 20, 20))
    seen = open_bytes(tmp_path, saved(image, "GIF", transparency=1))
    assert seen.transparent
    assert seen.pixels[0, 0].tolist() == [200, 0, 0, 255]
    assert seen.pixels[15, 15, 3] == 0


@pytest.mark.parametrize("image", [RGB, CLEAR], ids=["rgb", "clear"])
@pytest.mark.parametrize("lossless", [True, False])
def test_webp(tmp_path: Path, image: Image.Image, lossless: bool) -> None:
    data = saved(image, "WEBP", lossless=lossless, quality=95, exact=True)
    seen = open_bytes(tmp_path, data)
    assert far(seen.pixels, read_by_pillow(data, image.mode)) <= 3
    assert seen.transparent == (image is CLEAR)


# ------------------------------------------------------------------------------------- TIFF that others have compressed
@pytest.mark.parametrize("compression", ["jpeg", "group3", "group4", "tiff_lzw", "tiff_adobe_deflate", "zstd", "lzma"])
def test_tiff_as_pillow_compresses_it(tmp_path: Path, compression: str) -> None:
    image = GREY.convert("1") if compression.startswith("group") else RGB
    data = saved(image, "TIFF", compression=compression)
    seen = open_bytes(tmp_path, data)
    assert far(seen.pixels, read_by_pillow(data, "L" if image.mode == "1" else "RGB")) <= (
        3 if compression == "jpeg" else 0
    )


@pytest.mark.parametrize("orientation", [1, 2, 5, 6, 8])
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "CMYK", "P"])
def test_zstd_of_every_mode(tmp_path: Path, mode: str, orientation: int) -> None:
    """Not turned, whatever its orientation says: that comes later."""
    image = {"RGB": RGB, "RGBA": CLEAR, "CMYK": INKS, "P": PALETTE, "L": GREY}.get(mode) or GREY.convert("1")
    exif = Image.Exif()
    exif[0x112] = orientation
    seen = open_bytes(tmp_path, saved(image, "TIFF", compression="zstd", exif=exif, icc_profile=PROFILE))
    assert far(seen.pixels, image.convert({"1": "L", "P": "RGB"}.get(mode, mode))) == 0
    assert seen.found["compression"] == "zstd"
    assert seen.found["profile"] == "sRGB built-in"
    assert seen.found["orientation"] == seen.image.get("orientation") == orientation
    assert seen.transparent == (mode == "RGBA")


@pytest.mark.parametrize(("image", "photometric", "subsampling"), [(GREY, 1, 0), (RGB, 6, 0), (RGB, 6, 2), (RGB, 2, 0)])
def test_jpeg_inside_tiff(tmp_path: Path, image: Image.Image, photometric: int, subsampling: int) -> None:
    stream = saved(
        image, "JPEG", quality=97, **{"keep_rgb": True} if photometric == 2 else {"subsampling": subsampling}
    )
    factor = 2 if subsampling else 1
    written = page(np.asarray(image), photometric, compression=7, t530=(SHORT, [factor, factor]))
    written.chunks = [stream]
    seen = open_bytes(tmp_path, tiff(written))
    assert np.abs(seen.pixels.reshape(64, 96, -1) - np.asarray(image, float).reshape(64, 96, -1)).mean() < 4
    assert seen.found["compression"] == "jpeg"


def test_webp_inside_tiff(tmp_path: Path) -> None:
    made = pyvips.Image.new_from_array(np.asarray(RGB)).copy(interpretation="srgb")
    data = made.tiffsave_buffer(compression="webp", lossless=True)
    assert far(open_bytes(tmp_path, data).pixels, RGB) == 0


# ---------------------------------------------------------------------------------------------------------------- traps
def test_pictures_that_must_be_read_whole_fit_into_memory_or_are_refused(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 16, 6, 0, 0, 1)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )
    assert "interlaced PNG" in refusal(tmp_path, bomb).sentence
    gif = saved(PALETTE, "GIF")
    assert "A GIF" in refusal(tmp_path, gif[:6] + struct.pack("<HH", 40_000, 40_000) + gif[10:]).sentence
    jpeg = saved(RGB, "JPEG", progressive=True)
    at = jpeg.index(b"\xff\xc2") + 5
    large = jpeg[:at] + struct.pack(">HH", 40_000, 40_000) + jpeg[at + 4 :]
    assert "progressive JPEG" in refusal(tmp_path, large).sentence


def test_a_gif_of_many_frames_is_cheap(tmp_path: Path) -> None:
    screen = b"GIF89a" + struct.pack("<HHBBB", 300, 200, 0x80, 0, 0) + bytes([9, 9, 9, 200, 100, 50])
    one = b"\x21\xf9\4\0\1\0\0\0" + b"\x2c" + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\2\2\x4c\1\0"
    seen = open_bytes(tmp_path, screen + one * 10_000 + b"\x3b")
    assert (seen.found["width"], seen.found["height"], seen.found["pages"]) == (300, 200, 1)
    assert seen.pixels[0, 0, :3].tolist() == [200, 100, 50]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "TIFF"])
@pytest.mark.parametrize("left", [0.3, 0.7])
def test_what_is_cut_off_ends_with_a_sentence(tmp_path: Path, kind: str, left: float) -> None:
    data = saved(RGB, kind, **{"quality": 90} if kind != "TIFF" else {})
    try:
        seen: Opened = open_bytes(tmp_path, data[: int(len(data) * left)])
    except pyvips.Error as error:
        fault = explain(str(error))
        assert fault.code in ("damaged", "cut_off")
    except Exception as error:  # noqa: BLE001  the fault of looking
        assert getattr(error, "code", "") in ("damaged", "cut_off")
    else:
        pytest.fail(f"taken as {seen.found}")
