"""Good pictures of unusual kinds, and good pictures with bad company."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from tests.media import formats
from tests.media import profiles as icc
from tests.media.formats import SHORT, Page
from tests.media.photograph import picture
from tests.media.sources import turned as turned_by

Make = partial[None]


def big(path: Path) -> None:
    path.write_bytes(formats.tiff(formats.page(np.asarray(picture(300, 200)), 2), big=True))


def layouts(odd: Sequence[str]) -> Iterator[tuple[str, Make, Sequence[str]]]:
    """Every depth and kind of colour: a name, how it is made, the verdicts that are right."""
    grey = np.asarray(picture(300, 200).convert("L"))
    colour = np.asarray(picture(300, 200))
    four = np.asarray(picture(300, 200).convert("CMYK"))
    for bits in (1, 2, 4):
        yield f"{bits} bits", _as(formats.page(grey >> (8 - bits), 1, bits=bits)), odd
    for bits in (10, 12):
        yield f"{bits} bits", _as(formats.page(grey.astype(np.uint16) << (bits - 8), 1, bits=bits)), odd
    yield "16 bits", _as(formats.page(colour.astype(np.uint16) * 257, 2)), odd[:1]
    yield "32 bits", _as(formats.page(grey.astype(np.uint32) << 24, 1)), odd
    floats = {"t339": (SHORT, [3])}
    yield "floats of 32 bits", _as(formats.page(grey.astype(np.float32) / 255, 1, **floats)), odd
    nothing = np.full((200, 300), np.nan, np.float32)
    yield "floats that are no numbers", _as(formats.page(nothing, 1, **floats)), odd
    yield "endless floats", _as(formats.page(nothing * 0 + np.inf, 1, **floats)), odd
    yield "CMYK", _as(formats.page(four, 5)), odd[:1]
    yield "L*a*b*", _as(formats.page(colour.astype(np.int8).view(np.uint8), 8)), odd
    yield "white as 0", _as(formats.page(grey, 0)), odd[:1]
    table = [int(value) * 257 for channel in range(3) for value in np.arange(256) * (channel + 1) % 256]
    yield "a palette", _as(formats.page(grey, 3, t320=(SHORT, table))), odd[:1]
    yield "a palette that is too short", _as(formats.page(grey, 3, t320=(SHORT, table[:9]))), (*odd, "damaged")
    yield "60 channels", _as(formats.page(np.repeat(grey[:, :, None], 60, 2), 1, extra=[0] * 59)), odd
    yield "channels of different depth", _as(_uneven(colour)), (*odd, "damaged", "cut_off")


def profiles() -> Iterator[tuple[str, Make]]:
    good = icc.adobe_rgb()
    for name, data in (
        ("cut off", icc.cut_off(good)),
        ("50 MB", icc.oversized(good)),
        ("no table", icc.without_tags(good)),
        ("table beyond the end", icc.tag_beyond_the_end(good)),
        ("link class", icc.of_kind(good, b"link")),
        ("named colours class", icc.of_kind(good, b"nmcl")),
        ("CMYK in RGB", icc.cmyk()),
        ("no profile at all as", b"no profile" * 20),
    ):
        yield name, partial(_tagged, data)


def turned(orientation: int, path: Path) -> None:
    if 1 <= orientation <= 8:
        turned_by(path.with_suffix(".jpg"), orientation).rename(path)
        return
    exif = Image.Exif()
    exif[0x112] = orientation
    picture(320, 200).save(path, "JPEG", exif=exif.tobytes())


def _tagged(profile: bytes, path: Path) -> None:
    data = formats.tiff(formats.page(np.asarray(picture(300, 200)), 2, t34675=(formats.UNDEFINED, profile)))
    path.write_bytes(data)


def _as(page: Page) -> Make:
    return partial(_write, page)


def _write(page: Page, path: Path) -> None:
    path.write_bytes(formats.tiff(page))


def _uneven(colour: formats.Pixels) -> Page:
    page = formats.page(colour, 2)
    page.tags[258] = (SHORT, [8, 16, 4])
    return page
