"""Metadata as it was found in a file, before it is made sure that it can be used. Pure."""

from dataclasses import dataclass, field

from images.metadata import exif
from images.metadata.containers import photoshop
from images.metadata.exif import Exif


@dataclass(slots=True)
class Raw:
    """What a container gives: the first of each kind counts. `extended` are the parts of an ExtendedXMP."""

    exif: Exif = field(default_factory=Exif)
    iptc: bytes = b""
    xmp: bytes = b""
    extended: bytes = b""
    warnings: list[str] = field(default_factory=list)

    def take_exif(self, block: bytes) -> None:
        if not self.exif:
            self.exif, warnings = exif.parse(block)
            self.warnings.extend(warnings)

    def take_iptc(self, records: bytes) -> None:
        self.iptc = self.iptc or records

    def take_xmp(self, packet: bytes) -> None:
        self.xmp = self.xmp or packet

    def take_photoshop(self, data: bytes) -> None:
        """The blocks that Photoshop's resources hold; only IPTC has its usual place there."""
        resources = photoshop.resources(data)
        self.take_iptc(resources.get(photoshop.IPTC, b""))
        self.take_exif(resources.get(photoshop.EXIF, b""))
        self.take_xmp(resources.get(photoshop.XMP, b""))
