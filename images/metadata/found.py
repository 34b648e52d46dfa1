"""Metadata as bytes, whatever file they came from. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metadata:
    """Empty bytes where there is none.

    `exif` is a TIFF structure (EXIF 3.0 §4.5: what follows "Exif" and two NULs in APP1), `iptc` the records of IIM 4.2
    without any wrapper, `xmp` the packet in UTF-8.
    """

    exif: bytes = b""
    iptc: bytes = b""
    xmp: bytes = b""

    def __bool__(self) -> bool:
        return bool(self.exif or self.iptc or self.xmp)
