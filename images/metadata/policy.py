"""What of a source's metadata its access master keeps. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Which kinds of metadata are kept at all, and whether what may betray people or equipment is kept among them."""

    exif: bool = True
    iptc: bool = True
    xmp: bool = True
    gps: bool = False
    serial_numbers: bool = False
