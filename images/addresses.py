"""Every key and URI of an image is made here."""

from dataclasses import dataclass
from uuid import UUID

from gcis.core.ids import encode


def master_key(image: UUID, digest: str) -> str:
    """Where an access master lies in the `masters` store."""
    return f"{image.hex[:2]}/{image}/{digest}.tif"


def image_of_master(key: str) -> UUID:
    """Whose master lies under that key."""
    return UUID(key.split("/")[1])


def source_key(image: UUID, digest: str) -> str:
    """Where the copy of a source lies in the `sources` store."""
    return f"{image.hex[:2]}/{image}/{digest}"


@dataclass(frozen=True, slots=True)
class ImageAddresses:
    """Public addresses under one base, such as https://images.example.org."""

    base: str

    def service(self, version: int, identifier: str) -> str:
        """The base URI of an image: the `id` of its info.json (Image API 3.0 §3)."""
        return f"{self.base}/iiif/{version}/{encode(identifier)}"

    def info(self, version: int, identifier: str) -> str:
        return f"{self.service(version, identifier)}/info.json"

    def picture(self, version: int, identifier: str, parameters: str) -> str:
        """`parameters` is region/size/rotation/quality.format."""
        return f"{self.service(version, identifier)}/{parameters}"
