"""Thirty small good pictures of every kind that is taken, to be mutated."""

import io
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from PIL import Image

from tests.media import formats, profiles
from tests.media.formats import SHORT, UNDEFINED
from tests.media.photograph import picture

WIDTH, HEIGHT = 200, 150
_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
_WORDS = {"t270": (formats.ASCII, b"a picture\0"), "t700": (UNDEFINED, _XMP), "t282": (formats.RATIONAL, [(300, 1)])}


def seeds() -> dict[str, bytes]:
    """Their bytes by name, the same every time."""
    return {name: make() for name, make in _MAKES.items()}


def _colour() -> formats.Pixels:
    return np.asarray(picture(WIDTH, HEIGHT))


def _grey() -> formats.Pixels:
    return np.asarray(picture(WIDTH, HEIGHT).convert("L"))


def _tiff(*, big: bool = False, order: str = "<", **options: Any) -> bytes:
    return formats.tiff(formats.page(_colour(), 2, rows=32, order=order, **options), big=big, order=order)


def _page(pixels: formats.Pixels, photometric: int, **options: Any) -> bytes:
    return formats.tiff(formats.page(pixels, photometric, **options))


def _palette() -> bytes:
    table = [value * 257 for _ in range(3) for value in range(256)]
    return _page(_grey(), 3, t320=(SHORT, table))


def _pages() -> bytes:
    return formats.tiff(*(formats.page(_colour()[: 50 * n], 2) for n in (1, 2, 3)))


def _below() -> bytes:
    return formats.tiff(formats.page(_colour(), 2, below=[formats.page(_colour()[::2, ::2], 2)]))


def _libtiff(compression: str) -> bytes:
    """One of libtiff's own making."""
    return _pillow("TIFF", compression=compression)


def _pyramid() -> bytes:
    import pyvips

    image = pyvips.Image.new_from_memory(picture(600, 450).tobytes(), 600, 450, 3, "uchar").copy(interpretation="srgb")
    return bytes(
        image.tiffsave_buffer(
            tile=True, tile_width=256, tile_height=256, pyramid=True, compression="jpeg", Q=85, subifd=False
        )
    )


def _pillow(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    made = io.BytesIO()
    image = picture(WIDTH, HEIGHT)
    (image.quantize() if mode == "P" else image.convert(mode)).save(made, kind, **options)
    return made.getvalue()


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x112], exif[0x10E] = 6, "a picture"
    return exif.tobytes()


def _animation(kind: str) -> bytes:
    frames = [picture(WIDTH, HEIGHT, seed).quantize() for seed in (1, 2)]
    made = io.BytesIO()
    frames[0].save(made, kind, save_all=True, append_images=frames[1:], duration=100)
    return made.getvalue()


_MAKES: dict[str, Callable[[], bytes]] = {
    "TIFF in strips": partial(_tiff, **_WORDS),
    "TIFF in tiles": partial(_tiff, tile=(64, 64)),
    "TIFF, planes": partial(_tiff, planar=True),
    "TIFF, big-endian": partial(_tiff, order=">"),
    "BigTIFF": partial(_tiff, big=True),
    "TIFF, Deflate": partial(_tiff, compression=8, encode=formats.deflate),
    "TIFF, LZW": partial(_libtiff, "tiff_lzw"),
    "TIFF, PackBits": partial(_tiff, compression=32773, encode=formats.packbits),
    "TIFF, JPEG": partial(_libtiff, "jpeg"),
    "TIFF, G4": partial(_pillow, "TIFF", "1", compression="group4"),
    "TIFF, 16 bits": lambda: _page(_colour().astype(np.uint16) * 257, 2),
    "TIFF, CMYK": lambda: _page(np.asarray(picture(WIDTH, HEIGHT).convert("CMYK")), 5),
    "TIFF, L*a*b*": lambda: _page(_colour(), 8),
    "TIFF, palette": _palette,
    "TIFF, 1 bit": lambda: _page(_grey() >> 7, 0, bits=1),
    "TIFF, alpha": lambda: _page(np.asarray(picture(WIDTH, HEIGHT).convert("RGBA")), 2, extra=[2]),
    "TIFF, profile": lambda: _page(_colour(), 2, t34675=(UNDEFINED, profiles.adobe_rgb())),
    "TIFF, 3 pages": _pages,
    "TIFF, SubIFD": _below,
    "TIFF, pyramid": _pyramid,
    "JPEG": partial(_pillow, "JPEG", exif=_exif()),
    "JPEG, progressive": partial(_pillow, "JPEG", progressive=True),
    "JPEG, CMYK": partial(_pillow, "JPEG", "CMYK"),
    "PNG": partial(_pillow, "PNG"),
    "PNG, palette": partial(_pillow, "PNG", "P"),
    "WebP": partial(_pillow, "WebP"),
    "WebP, lossless": partial(_pillow, "WebP", "RGBA", lossless=True),
    "GIF": partial(_animation, "GIF"),
    "AVIF": partial(_pillow, "AVIF"),
    "JP2": partial(_pillow, "JPEG2000"),
}
