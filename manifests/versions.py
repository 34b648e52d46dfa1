"""The versions of the Presentation API that documents are published in. Another one is another entry here."""

from dataclasses import dataclass

LD, JSON = "ld", "json"


@dataclass(frozen=True, slots=True)
class Version:
    """`natural` is the media type of its documents where a client does not say which (3.0 §6.3, 2.1 §7.2)."""

    number: int
    context: str
    natural: str

    def form(self, *, neutral: bool) -> str:
        """What its documents are called in `Publication.documents`: with versioned ids, or with neutral ones."""
        return f"{self.number}n" if neutral else str(self.number)

    def media_type(self, kind: str) -> str:
        """JSON-LD names the version by its profile; plain JSON has no parameters (RFC 8259 §11)."""
        return f'application/ld+json;profile="{self.context}"' if kind == LD else "application/json"

    @property
    def label(self) -> str:
        """As people call it."""
        return f"{self.number}.{1 if self.number == 2 else 0}"


#: The default first.
VERSIONS = (
    Version(3, "http://iiif.io/api/presentation/3/context.json", LD),
    Version(2, "http://iiif.io/api/presentation/2/context.json", JSON),
)


def numbered(number: int) -> Version:
    return next(version for version in VERSIONS if version.number == number)
