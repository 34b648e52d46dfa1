"""Metadata in PNG: eXIf, iTXt with XMP, and the "raw profiles" of ImageMagick and ExifTool; read and put in.

PNG 3rd edition §11.3; XMP part 3 §1.1.5. IPTC has no chunk of its own: ExifTool and ImageMagick read the raw profile.
"""

import zlib
from collections.abc import Iterator

from images.metadata import exif, xmp
from images.metadata.containers import photoshop
from images.metadata.containers.raw import Raw
from images.metadata.found import Metadata
from images.metadata.tiff import Data

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP = b"XML:com.adobe.xmp"
_PROFILE = b"Raw profile type "
#: Where the first chunk after IHDR begins.
_AFTER_HEADER = len(_SIGNATURE) + 25
_MOST_CHUNKS = 1_000_000
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt"})


def chunks(data: Data) -> Iterator[tuple[bytes, int, int]]:
    """Every chunk: its type, where it begins (its length) and where it ends (past its checksum)."""
    at = len(_SIGNATURE) if data[: len(_SIGNATURE)] == _SIGNATURE else len(data)
    for _ in range(_MOST_CHUNKS):
        past = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if past > len(data):
            return
        kind = data[at + 4 : at + 8]
        yield kind, at, past
        if kind == b"IEND":
            return
        at = past


def read(data: Data) -> Raw:
    """All metadata of a PNG."""
    raw = Raw()
    for kind, at, past in chunks(data):
        if kind == b"eXIf":
            raw.take_exif(data[at + 8 : past - 4])
        elif kind in _TEXTS:
            _text(raw, kind, data, at + 8, past - 4)
    return raw


def _text(raw: Raw, kind: bytes, data: Data, start: int, end: int) -> None:
    """A text chunk; what is in it is read only where its keyword says that it is one of ours."""
    keyword, closed, _ = data[start : min(end, start + 80)].partition(b"\0")
    if not closed or not (keyword == _XMP or keyword.startswith(_PROFILE)):
        return
    if end - start > 2 * xmp.MOST + 1000:  # hexadecimal takes two bytes for one
        raw.warnings.append(f"The PNG text {keyword.decode('latin-1')!r} was left out: it is too long.")
        return
    try:
        body = _body(kind, data[start + len(keyword) + 1 : end])
        if keyword == _XMP:
            raw.take_xmp(body)
        else:
            _profile(raw, keyword.removeprefix(_PROFILE).strip().lower(), body)
    except (zlib.error, ValueError) as problem:
        raw.warnings.append(f"The PNG text {keyword.decode('latin-1')!r} was left out: {problem}.")


def _body(kind: bytes, rest: bytes) -> bytes:
    """The text after the keyword, decompressed (PNG §11.3.3). Raises ValueError or zlib.error."""
    compressed = kind == b"zTXt"
    if kind == b"zTXt":
        rest = rest[1:]
    elif kind == b"iTXt":
        compressed = rest[:1] == b"\1"
        rest = rest[2:].split(b"\0", 2)[-1]  # after language and translated keyword
    if not compressed:
        return rest
    inflate = zlib.decompressobj()
    body = inflate.decompress(rest, 2 * xmp.MOST + 1000)
    if inflate.unconsumed_tail:
        raise ValueError("it is too long")
    return body


def _profile(raw: Raw, of: bytes, text: bytes) -> None:
    """A raw profile: its name, its length, then hexadecimal digits, each in lines. Raises ValueError."""
    lines = text.strip().split(None, 2)
    if len(lines) < 3:
        raise ValueError("it is no raw profile")
    body = bytes.fromhex(lines[2].decode("ascii", errors="replace"))
    if of in (b"exif", b"app1") and not body.startswith(b"http"):
        raw.take_exif(body)
    elif of == b"app1":
        raw.take_xmp(body.partition(b"\0")[2])
    elif of == b"xmp":
        raw.take_xmp(body)
    elif of in (b"iptc", b"8bim"):
        body = body.removeprefix(photoshop.MARK)
        raw.take_iptc(body) if body[:1] == b"\x1c" else raw.take_photoshop(body)


def embed(encoded: bytes, metadata: Metadata) -> bytes:
    """The PNG with this metadata and none other, right after its header."""
    if encoded[: len(_SIGNATURE)] != _SIGNATURE:
        raise ValueError("not a PNG")
    found = list(chunks(encoded))
    rest = [encoded[at:past] for kind, at, past in found[1:] if not _is_metadata(kind, encoded, at)]
    return b"".join((encoded[:_AFTER_HEADER], *_chunks_of(metadata), *rest))


def _is_metadata(kind: bytes, data: bytes, at: int) -> bool:
    return kind == b"eXIf" or (kind in _TEXTS and data.startswith((_XMP + b"\0", _PROFILE), at + 8))


def _chunks_of(metadata: Metadata) -> Iterator[bytes]:
    if metadata.exif:
        yield _chunk(b"eXIf", metadata.exif.removeprefix(exif.MARK))
    if metadata.xmp:
        yield _chunk(b"iTXt", _XMP + b"\0" * 5 + metadata.xmp)  # not compressed: XMP part 3 §1.1.5
    if metadata.iptc:
        resource = photoshop.wrapped(metadata.iptc)
        digits = resource.hex()
        lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
        text = f"\niptc\n{len(resource):8d}\n{lines}\n".encode()
        yield _chunk(b"zTXt", _PROFILE + b"iptc\0\0" + zlib.compress(text))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(body, zlib.crc32(kind)).to_bytes(4, "big")
