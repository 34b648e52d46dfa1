"""What a file is, by its first bytes and never by its name. Pure: no picture library sees what was not recognised."""

import zlib
from pathlib import Path

from gcis.core.errors import SourceFault, Unavailable
from images.conversion.formats.marks import (
    AS_PICTURE,
    BRANDS,
    FROM_DRAWING,
    FROM_RAW,
    ONE_BY_ONE,
    REFUSED,
    SUPPORTED,
    VIDEO,
)

#: How many bytes from the start of a file are enough for `kind_of`.
HEAD = 4096
#: Where the name of a box, and the brand of a file made of boxes, are (ISO/IEC 14496-12 §4.3).
_BOX, _BRANDS = b"ftyp", 8
_BOMS = (b"\xff\xfe", b"\xfe\xff")
_GZIP = ("a compressed file (gzip)", ONE_BY_ONE)


def kind_of(first_bytes: bytes) -> str:
    """jpeg, png, webp, gif, tiff, heif, avif or jp2, for the first `HEAD` bytes of a file (fewer when it is shorter).

    Raises SourceFault with codes empty, cut_off, format_not_supported, not_a_picture or unknown_format; its sentence
    tells the curator what the file is and what to do.
    """
    head = first_bytes[:HEAD]
    if not head:
        raise SourceFault("empty", "The file is empty. Please send it again.")
    if not head.strip(b"\0"):
        raise SourceFault("empty", "The file begins with nothing but zeros: its transfer failed. Please send it again.")
    for mark, what, advice in REFUSED:
        if mark.fits(head):
            raise _refused(what, advice)
    if head[4:8] == _BOX:
        return _kind_of_boxes(head)
    for mark in SUPPORTED:
        if mark.fits(head):
            return mark.name
    raise _stranger(head)


def kind_of_file(path: Path) -> str:
    """`kind_of` for a file. Raises Unavailable when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return kind_of(file.read(HEAD))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable("source_not_readable", f"The source could not be read: {reason}.") from error


def _kind_of_boxes(head: bytes) -> str:
    """HEIF, AVIF or a video, by the brand of the file and, where that says little, by those it is compatible with."""
    size = int.from_bytes(head[:4], "big")
    brands = [head[_BRANDS : _BRANDS + 4]]
    brands += [head[at : at + 4] for at in range(_BRANDS + 8, min(size, len(head), 256), 4)]
    for brand in brands:
        for name, known in BRANDS.items():
            if brand in known:
                if name == "raw":
                    raise _refused("a camera raw file (Canon CR3)", FROM_RAW)
                return name
    raise _refused(*VIDEO)


def _stranger(head: bytes) -> SourceFault:
    """The fault for bytes that no known format begins with."""
    if any(mark.magic.startswith(head) for mark in SUPPORTED) or (head[:4] == b"RIFF" and len(head) < 12):
        return SourceFault("cut_off", "The file ends after its first few bytes. Please send it again.")
    if head[:2] == b"\x1f\x8b":
        return _refused("an SVG drawing", FROM_DRAWING) if _is_svg(_unpacked(head)) else _refused(*_GZIP)
    text = _text(head)
    if text is None:
        sentence = f"The file is of a kind that is not recognised as a picture. {AS_PICTURE}"
        return SourceFault("unknown_format", sentence)
    return _written(text.lstrip("\ufeff \t\r\n").lower())


def _written(text: str) -> SourceFault:
    """The fault for a file of text: what it begins with says what it is. Lower case."""
    if text.startswith(("<!doctype html", "<html")):
        sentence = "The file is a web page, not a picture: perhaps a download that failed. Please send the picture."
        return SourceFault("not_a_picture", sentence)
    if _is_svg(text.encode()):
        return _refused("an SVG drawing", FROM_DRAWING)
    if text.startswith(("push graphic-context", "viewbox ", "id=imagemagick", "# imagemagick")):
        return _refused("a drawing or a picture of ImageMagick's own kind", AS_PICTURE)
    if text.startswith("<"):
        return SourceFault("not_a_picture", "The file is XML, not a picture, whatever its name says.")
    return SourceFault("not_a_picture", "The file is text, not a picture, whatever its name says.")


def _is_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text)


def _unpacked(head: bytes) -> bytes:
    """The beginning of what is packed with gzip; no more than HEAD bytes of it, however much there is."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error:
        return b""


def _text(head: bytes) -> str | None:
    """The head as text; None where it is none. UTF-16 only with its mark."""
    encoding = "utf-16" if head[:2] in _BOMS else "utf-8"
    try:
        text = head.decode(encoding)
    except UnicodeDecodeError as error:
        # A head may end inside a character; anything else that cannot be decoded is no text to us.
        if error.reason not in ("unexpected end of data", "truncated data"):
            return None
        text = head[: error.start].decode(encoding)
    return text if all(character.isprintable() or character in "\ufeff\t\r\n\f" for character in text) else None


def _refused(what: str, advice: str) -> SourceFault:
    return SourceFault("format_not_supported", f"The file is {what}, which cannot be taken. {advice}")
