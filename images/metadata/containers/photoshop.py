"""Photoshop's image resources ("8BIM"), which wrap IPTC in JPEG, PNG and TIFF. Pure.

Adobe Photoshop File Formats Specification, "Image Resource Blocks".
"""

IPTC, EXIF, XMP = 0x0404, 0x0422, 0x0424
#: What stands before the resources in a JPEG's APP13.
MARK = b"Photoshop 3.0\0"
#: Photoshop's own, and those of ImageReady, PhotoDeluxe and others.
_SIGNATURES = (b"8BIM", b"MeSa", b"AgHg", b"PHUT", b"DCSR")
_MOST_RESOURCES = 10_000


def resources(data: bytes) -> dict[int, bytes]:
    """The resources by number, the first of each; ends quietly where they stop making sense."""
    found: dict[int, bytes] = {}
    at = 0
    for _ in range(_MOST_RESOURCES):
        if data[at : at + 4] not in _SIGNATURES or at + 12 > len(data):
            break
        number = int.from_bytes(data[at + 4 : at + 6], "big")
        name = 1 + data[at + 6]
        at += 6 + name + name % 2
        size = int.from_bytes(data[at : at + 4], "big")
        found.setdefault(number, data[at + 4 : at + 4 + size])
        at += 4 + size + size % 2
    return found


def wrapped(records: bytes) -> bytes:
    """IPTC records as the one resource there is."""
    size = len(records).to_bytes(4, "big")
    return b"8BIM" + IPTC.to_bytes(2, "big") + b"\0\0" + size + records + b"\0" * (len(records) % 2)
