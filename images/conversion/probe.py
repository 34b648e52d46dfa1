"""What a file is, by its first bytes and never by its name. Pure: no picture library sees what was not recognised."""

import mmap
from dataclasses import dataclass
from pathlib import Path

from gcis.core.errors import SourceFault, Unavailable
from images.engine.tiff import BrokenPyramid, directories

#: How many bytes from the start of a file are enough for `kind_of`.
HEAD = 512
#: The TIFF tag that says what channels beyond colour are (TIFF 6.0 p. 31).
EXTRA_SAMPLES = 338


@dataclass(frozen=True, slots=True)
class Mark:
    """Bytes at an offset that give a format away."""

    name: str
    magic: bytes
    offset: int = 0

    def fits(self, head: bytes) -> bool:
        return head[self.offset : self.offset + len(self.magic)] == self.magic


SUPPORTED = (
    Mark("jpeg", b"\xff\xd8\xff"),
    Mark("png", b"\x89PNG\r\n\x1a\n"),
    Mark("tiff", b"II*\0"),
    Mark("tiff", b"MM\0*"),
    Mark("tiff", b"II+\0"),  # BigTIFF
    Mark("tiff", b"MM\0+"),
)

AS_PICTURE = "Please export it as TIFF, PNG, JPEG or WebP and send that."
FROM_RAW = "Please develop it and export it as TIFF."
ONE_BY_ONE = "Please unpack it and send the pictures themselves."

#: Formats that are known and not taken: what to call the file, and what the person can do.
REFUSED: tuple[tuple[Mark, str, str], ...] = (
    # Camera raw files that begin like TIFF or MP4, before the formats they resemble.
    (Mark("raw", b"CR", 8), "a camera raw file (Canon CR2)", FROM_RAW),
    (Mark("raw", b"ftypcrx ", 4), "a camera raw file (Canon CR3)", FROM_RAW),
    (Mark("raw", b"IIRO"), "a camera raw file (Olympus ORF)", FROM_RAW),
    (Mark("raw", b"IIRS"), "a camera raw file (Olympus ORF)", FROM_RAW),
    (Mark("raw", b"IIU\0"), "a camera raw file (Panasonic RW2)", FROM_RAW),
    (Mark("raw", b"FUJIFILMCCD-RAW"), "a camera raw file (Fujifilm RAF)", FROM_RAW),
    (Mark("raw", b"HEAPCCDR", 6), "a camera raw file (Canon CRW)", FROM_RAW),
    (Mark("heif", b"ftyphei", 4), "a HEIC picture", AS_PICTURE),
    (Mark("heif", b"ftyphev", 4), "a HEIC picture", AS_PICTURE),
    (Mark("heif", b"ftypmif1", 4), "a HEIF picture", AS_PICTURE),
    (Mark("heif", b"ftypmsf1", 4), "a HEIF picture", AS_PICTURE),
    (Mark("avif", b"ftypavi", 4), "an AVIF picture", AS_PICTURE),
    (Mark("video", b"ftyp", 4), "a video", "Only still pictures can be taken."),
    (Mark("jp2", b"\0\0\0\x0cjP  "), "a JPEG 2000 picture", AS_PICTURE),
    (Mark("jp2", b"\xff\x4f\xff\x51"), "a JPEG 2000 picture", AS_PICTURE),
    (Mark("jxl", b"\0\0\0\x0cJXL "), "a JPEG XL picture", AS_PICTURE),
    (Mark("jxl", b"\xff\x0a"), "a JPEG XL picture", AS_PICTURE),
    (Mark("gif", b"GIF8"), "a GIF picture", AS_PICTURE),
    (Mark("bmp", b"BM"), "a BMP picture", AS_PICTURE),
    (Mark("psd", b"8BPS"), "a Photoshop document", "Please save it as TIFF without layers and send that."),
    (Mark("djvu", b"AT&TFORM"), "a DjVu document", "Please export its pages as pictures and send those."),
    (Mark("pdf", b"%PDF"), "a PDF document", "Please export its pages as TIFF or JPEG and send those."),
    (Mark("zip", b"PK\x03\x04"), "a ZIP archive (or an office document)", ONE_BY_ONE),
    (Mark("archive", b"\x1f\x8b"), "a compressed file (gzip)", ONE_BY_ONE),
    (Mark("archive", b"7z\xbc\xaf\x27\x1c"), "a 7-Zip archive", ONE_BY_ONE),
    (Mark("archive", b"Rar!"), "a RAR archive", ONE_BY_ONE),
    (Mark("dicom", b"DICM", 128), "a medical picture (DICOM)", AS_PICTURE),
)


def kind_of(first_bytes: bytes) -> str:
    """jpeg, png, webp or tiff, for the first `HEAD` bytes of a file (fewer when the file is shorter).

    Raises SourceFault with codes empty, cut_off, format_not_supported, not_a_picture or unknown_format; its sentence
    tells the curator what the file is and what to do.
    """
    head = first_bytes[:HEAD]
    if not head:
        raise SourceFault("empty", "The file is empty. Please send it again.")
    if not head.strip(b"\0"):
        raise SourceFault("empty", "The file begins with nothing but zeros: its transfer failed. Please send it again.")
    for mark, what, advice in REFUSED:
        if mark.fits(head) and not (mark.name == "raw" and mark.offset == 8 and not _is_tiff(head)):
            raise SourceFault("format_not_supported", f"The file is {what}, which cannot be taken. {advice}")
    for mark in SUPPORTED:
        if mark.fits(head):
            return mark.name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    raise _stranger(head)


def kind_of_file(path: Path) -> str:
    """`kind_of` for a file. Raises Unavailable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return kind_of(file.read(HEAD))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("source_not_readable", f"The source could not be read: {reason}.") from error


def extra_samples(path: Path) -> tuple[int, ...]:
    """What a TIFF says its channels beyond colour are; nothing when it says nothing that can be read."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        try:
            return tuple(next(directories(data)).get(EXTRA_SAMPLES, ()))
        except (BrokenPyramid, StopIteration):
            return ()


def _is_tiff(head: bytes) -> bool:
    return any(mark.name == "tiff" and mark.fits(head) for mark in SUPPORTED)


def _stranger(head: bytes) -> SourceFault:
    """The fault for bytes that no known format begins with."""
    if any(mark.magic.startswith(head) for mark in SUPPORTED) or (head[:4] == b"RIFF" and len(head) < 12):
        return SourceFault("cut_off", "The file ends after its first few bytes. Please send it again.")
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html")):
        sentence = "The file is a web page, not a picture: perhaps a download that failed. Please send the picture."
        return SourceFault("not_a_picture", sentence)
    if text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!doctype svg")) and b"svg" in text):
        return SourceFault("format_not_supported", f"The file is an SVG drawing, which cannot be taken. {AS_PICTURE}")
    if _is_text(head):
        return SourceFault("not_a_picture", "The file is text, not a picture, whatever its name says.")
    sentence = f"The file is of a kind that is not recognised as a picture. {AS_PICTURE}"
    return SourceFault("unknown_format", sentence)


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A head may end inside a character; anything else that is not UTF-8 is no text to us.
        if error.reason != "unexpected end of data":
            return False
        text = head[: error.start].decode("utf-8")
    return all(character.isprintable() or character in "\t\r\n\f" for character in text)
