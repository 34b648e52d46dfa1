"""Every URI and store key of presentation documents is made here (DESIGN §5)."""

from dataclasses import dataclass
from uuid import UUID

from gcis.core.ids import encode

#: The versions of the Presentation API that documents are published in.
VERSIONS = (3, 2)


def published_key(resource: UUID, digest: str, encoding: str = "") -> str:
    """Where published bytes lie in the `published` store: as they are, or compressed (".br", ".gz")."""
    return f"{resource.hex[:2]}/{resource}/{digest}.json{encoding}"


def painting_page(canvas: str) -> str:
    """The annotation page with everything painted on the canvas of this URI."""
    return f"{canvas}/page"


def painting(canvas: str, key: UUID) -> str:
    """The annotation with this key that paints something on the canvas of this URI."""
    return f"{canvas}/annotation/{key}"


def placeholder(holder: str) -> str:
    """The canvas to be shown in the place of what has this URI."""
    return f"{holder}/placeholder"


def accompanying(holder: str) -> str:
    """The canvas to be shown beside what has this URI."""
    return f"{holder}/accompanying"


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

    def range(self, range_: UUID | str) -> str:
        return f"{self.base}/presentation/range/{range_}"

    def annotation(self, annotation: UUID | str) -> str:
        return f"{self.base}/presentation/annotation/{annotation}"

    def annotations(self, page: UUID | str, version: int) -> str:
        """An annotation page (2.1: annotation list). It is fetched, so each version has its own."""
        return f"{self.base}/presentation/{version}/annotations/{page}"

    def layer(self, layer: UUID | str, version: int) -> str:
        """An annotation collection (2.1: layer)."""
        return f"{self.base}/presentation/{version}/layers/{layer}"

    def in_version(self, uri: str, version: int) -> str:
        """The address of the same document of ours in another version; neutral and foreign ones stay as they are."""
        for known in VERSIONS:
            if uri.startswith(prefix := f"{self.base}/presentation/{known}/"):
                return f"{self.base}/presentation/{version}/{uri.removeprefix(prefix)}"
        return uri

    def view(self, identifier: str) -> str:
        """The page with a viewer."""
        return f"{self.base}/view/{encode(identifier)}"

    def _document(self, identifier: str, version: int | None) -> str:
        folder = "presentation" if version is None else f"presentation/{version}"
        return f"{self.base}/{folder}/{encode(identifier)}"
