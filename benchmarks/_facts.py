"""A book to build documents of: pages with a label, twelve pairs of metadata, and a picture with its image service."""

from uuid import UUID

from images.facts import ImageFacts
from manifests.build.facts import CanvasFacts, ManifestFacts, PaintingFacts

BASE = "https://images.example.org"
PAIRS = 12
WIDTH, HEIGHT = 4000, 6000
LEVELS = tuple((WIDTH >> level, HEIGHT >> level, 256, 256) for level in range(6))


def book(pages: int) -> ManifestFacts:
    label = {"label": {"en": ["A book"]}, "summary": {"en": ["A book to measure with."]}}
    return ManifestFacts(UUID(int=1), "book", label, tuple(page(number) for number in range(pages)))


def page(number: int) -> CanvasFacts:
    image = ImageFacts(UUID(int=number), f"picture-{number}", "ready", WIDTH, HEIGHT, LEVELS)
    metadata = [
        {"label": {"en": [f"Field {field}"]}, "value": {"none": [f"Value {field} of page {number}"]}}
        for field in range(PAIRS)
    ]
    said = {"label": {"none": [f"p. {number}"]}, "metadata": metadata}
    return CanvasFacts(UUID(int=number), said, WIDTH, HEIGHT, (PaintingFacts(image.id, image),))
