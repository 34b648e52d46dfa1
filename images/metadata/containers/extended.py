"""ExtendedXMP: what of a packet does not fit into one segment of a JPEG (XMP part 3 §1.1.3.1). Pure."""

import hashlib
from collections.abc import Iterator

from lxml import etree

from images.metadata import spaces, xmp

_NOTE = "xmpNote:HasExtendedXMP"
#: Stands for the digest until it is known.
_NO_DIGEST = "0" * 32
#: What a packet grows by when it is written again, in bytes: the note, the wrapper, namespaces.
_MARGIN = 2000
#: Before the bytes of a part: digest, whole length, offset.
_HEAD = 32 + 4 + 4


class Parts:
    """The parts of extensions as they are met, by digest."""

    def __init__(self) -> None:
        self._parts: dict[bytes, dict[int, bytes]] = {}
        self._sizes: dict[bytes, int] = {}
        self._read = 0

    def add(self, body: bytes) -> None:
        """A segment's body after its mark: digest, whole length, offset, bytes."""
        self._read += len(body)
        if len(body) < _HEAD or self._read > 2 * xmp.MOST:
            return
        digest, size, at = body[:32], int.from_bytes(body[32:36], "big"), int.from_bytes(body[36:40], "big")
        self._sizes[digest] = size
        self._parts.setdefault(digest, {})[at] = body[_HEAD:]

    def of(self, packet: bytes, warnings: list[str]) -> bytes:
        """The extension that this packet names, whole; empty where there is none or it is not whole."""
        named = next((digest for digest in self._parts if digest in packet), None)
        if named is None:
            return b""
        whole = bytearray()
        for at, part in sorted(self._parts[named].items()):
            if at != len(whole):
                break
            whole += part
        if len(whole) != self._sizes[named] or hashlib.md5(whole).hexdigest().encode() != named.lower():  # noqa: S324
            warnings.append("The extension of XMP was left out: it is not whole.")
            return b""
        return bytes(whole)


def merged(rdf: etree._Element, extension: etree._Element) -> None:
    """Put the properties of an extension to those of its packet."""
    for description, name, value in list(xmp.properties(rdf)):
        if name == spaces.clark(_NOTE):
            xmp.remove(description, name, value)
    for description in xmp.descriptions(extension):
        rdf.append(description)


def split(packet: bytes, most: int) -> tuple[bytes, bytes]:
    """A packet of at most so many bytes and its extension: the longest properties go there, if not all fits.

    Both are empty where even a packet without properties would be too long.
    """
    if len(packet) <= most:
        return packet, b""
    rdf, _ = xmp.parse(packet)
    apart = xmp.empty()
    home = xmp.descriptions(apart)[0]
    longest = sorted(xmp.properties(rdf), key=lambda property_: xmp.length(property_[2]), reverse=True)
    xmp.put(rdf, _NOTE, _NO_DIGEST)
    left = len(packet) + _MARGIN
    for property_ in longest:
        if left <= most:
            break
        description, name, value = property_
        left -= xmp.length(value)
        if isinstance(value, str):
            xmp.remove(description, name, value)
            home.set(name, value)
        else:
            home.append(value)
    extension = etree.tostring(_meta(apart), encoding="utf-8")
    named = hashlib.md5(extension).hexdigest().upper()  # noqa: S324
    main = xmp.write(rdf).replace(_NO_DIGEST.encode(), named.encode(), 1)
    return (main, extension) if len(main) <= most else (b"", b"")


def parts(extension: bytes, most: int) -> Iterator[bytes]:
    """The bodies of the segments, after their mark."""
    digest = hashlib.md5(extension).hexdigest().upper().encode()  # noqa: S324
    for at in range(0, len(extension), most):
        yield digest + len(extension).to_bytes(4, "big") + at.to_bytes(4, "big") + extension[at : at + most]


def _meta(rdf: etree._Element) -> etree._Element:
    meta = etree.Element(f"{{{spaces.META}}}xmpmeta", nsmap={"x": spaces.META})
    meta.append(rdf)
    return meta
