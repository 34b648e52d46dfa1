"""What is no picture, or more than one, or only a part of one."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from tests.media import formats
from tests.media.formats import LONG
from tests.media.photograph import picture

#: Pillow's names of the kinds of file that are cut.
KINDS = ("JPEG", "TIFF", "PNG", "WebP", "GIF", "JPEG2000", "AVIF")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def zeros(path: Path) -> None:
    path.write_bytes(bytes(100_000))


def text(path: Path) -> None:
    path.write_text("Inventory of the collection, 1902.\n" * 100)


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("picture.jpg", b"\xff\xd8\xff")


def entity_bomb(path: Path) -> None:
    """A billion laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    document = f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]>'
    path.write_text(document + '<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>')


def large_drawing(path: Path) -> None:
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"><circle r="9"/></svg>')


def script(path: Path) -> None:
    """As in CVE-2016-3714: whoever lets ImageMagick read it has a file PWNED."""
    said = "push graphic-context\nviewbox 0 0 640 480\n"
    fill = f"fill 'url(https://example.org/x.jpg\"|touch \"{path.parent}/PWNED)'\n"
    path.write_text(said + fill + "pop graphic-context\n")


def netpbm(path: Path) -> None:
    path.write_bytes(b"P6\n100000 100000\n255\n" + bytes(1000))


def pdf(path: Path) -> None:
    Image.new("RGB", (100, 100), (200, 0, 0)).save(path, "PDF")


def polyglot(path: Path) -> None:
    """Its second segment is as long as the beginning of a comment in JavaScript, its last a whole program."""
    made = io.BytesIO()
    picture(300, 200).save(made, "JPEG")
    program = b"*/=alert(1);/*"
    comment = b"\xff\xfe" + struct.pack(">H", 0x2F2A) + program.ljust(0x2F2A - 2, b" ")
    path.write_bytes(made.getvalue()[:2] + comment + made.getvalue()[2:] + b"*/")


def half(kind: str, path: Path) -> None:
    """The first half of a file of Pillow's format of that name."""
    whole = io.BytesIO()
    image = picture(400, 300)
    if kind == "GIF":
        image = image.quantize()
    image.save(whole, kind)
    path.write_bytes(whole.getvalue()[: len(whole.getvalue()) // 2])


def circle(path: Path) -> None:
    """The directory is its own successor."""
    data = bytearray(formats.tiff(_page(300)))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    path.write_bytes(data)


def circle_below(path: Path) -> None:
    """The directory has itself below it."""
    page = _page(300)
    page.tags[330] = (LONG, [0x7FFFFFFF])
    data = bytearray(formats.tiff(page))
    (start,) = struct.unpack_from("<I", data, 4)
    path.write_bytes(data.replace(struct.pack("<I", 0x7FFFFFFF), struct.pack("<I", start)))


def thousand_pages(path: Path) -> None:
    path.write_bytes(formats.tiff(*(_page(20) for _ in range(1000))))


def many_frames(path: Path) -> None:
    """One frame, its bytes repeated."""
    made = io.BytesIO()
    frames = [picture(60, 40, seed).quantize() for seed in (1, 2)]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:], duration=100)
    data = made.getvalue()
    second = data.rindex(b"\x21\xf9\x04")
    path.write_bytes(data[:second] + data[second:-1] * 9_999 + b";")


def _page(width: int) -> formats.Page:
    return formats.page(np.asarray(picture(width, width)), 2)
