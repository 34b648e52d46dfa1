"""Every URI and store key of presentation documents is made here (DESIGN §5)."""

from dataclasses import dataclass
from uuid import UUID

from gcis.core.ids import encode


def published_key(resource: UUID, digest: str, encoding: str = "") -> str:
    """Where published bytes lie in the `published` store: as they are, or compressed (".br", ".gz")."""
    return f"{resource.hex[:2]}/{resource}/{digest}.json{encoding}"


def painting_page(canvas: str) -> str:
    """The annotation page with everything painted on the canvas of this URI."""
    return f"{canvas}/page"


def painting(canvas: str, image: UUID) -> str:
    """The annotation that paints one image on the canvas of this URI, wherever either of them moves."""
    return f"{canvas}/annotation/{image}"


@dataclass(frozen=True, slots=True)
class PresentationAddresses:
    """Public addresses under one base, such as https://images.example.org.

    Where a version is asked for, None means the neutral address, which negotiates. Canvas and range URIs are made of
    permanent uuids and are the same in every version, so what others attach to them stays attached.
    """

    base: str

    def manifest(self, identifier: str, version: int | None = None) -> str:
        return f"{self._document(identifier, version)}/manifest"

    def collection(self, identifier: str, version: int | None = None) -> str:
        return f"{self._document(identifier, version)}/collection"

    def canvas(self, canvas: UUID | str) -> str:
        return f"{self.base}/presentation/canvas/{canvas}"

    def is_canvas(self, uri: str) -> bool:
        """Whether the URI can be that of a canvas of ours."""
        return uri.startswith(self.canvas(""))

    def range(self, range_: UUID) -> str:
        return f"{self.base}/presentation/range/{range_}"

    def view(self, identifier: str) -> str:
        """The page with a viewer."""
        return f"{self.base}/view/{encode(identifier)}"

    def _document(self, identifier: str, version: int | None) -> str:
        folder = "presentation" if version is None else f"presentation/{version}"
        return f"{self.base}/{folder}/{encode(identifier)}"
