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


def derivative_key(
    *,
    epoch: int,
    image: UUID,
    generation: int,
    digest: str,
    access: str,
    words: tuple[str, ...],
    canonical: str,
    size: tuple[int, int],
    engine: str,
) -> str:
    """The name of the bytes of one picture, for every cache of ours (DESIGN §7); its ETag may be made of it.

    It holds all that they depend on: the image as it stands (`generation` rises with every master and purge, `epoch`
    after a restore of the database), its master's sha256, who asks (`access`: the longest edge that a size-limited
    image gives the public, else empty), `words` that are written into the file, the `canonical` parameters with the
    `size` in pixels before rotation (`max` is another one when the limits change), and the version of the `engine`. No
    part may hold a NUL.
    """
    return "\0".join(
        (f"{epoch}.{image}.{generation}.{digest}.{access}", engine, canonical, f"{size[0]},{size[1]}", *words)
    )


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
