"""Facts to build documents from, with uuids that can be told apart by eye."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from images.addresses import ImageAddresses
from images.facts import ImageFacts
from manifests.addresses import PresentationAddresses
from manifests.build.documents import Bases, documents
from manifests.build.facts import CanvasFacts, CollectionFacts, ManifestFacts, MemberFacts, PaintingFacts

BASE = "https://images.example.org"


def uuid(number: int) -> UUID:
    return UUID(int=number)


def built(facts: ManifestFacts | CollectionFacts, version: int | None = 3) -> dict[str, Any]:
    """The document in that version, or with neutral ids in 3.0."""
    form = "3n" if version is None else str(version)
    return dict(documents(facts, Bases(PresentationAddresses(BASE), ImageAddresses(BASE)), (form,)))[form]


def picture(number: int, width: int = 4032, height: int = 3024, **facts: Any) -> ImageFacts:
    levels = [(width, height, 256, 256)]
    while max(levels[-1][:2]) > 256:
        levels.append(((levels[-1][0] + 1) // 2, (levels[-1][1] + 1) // 2, 256, 256))
    given = {"identifier": f"picture-{number}", "state": "ready", **facts}
    return ImageFacts(id=uuid(number), width=width, height=height, levels=tuple(levels), **given)


def page(number: int, label: str, *pictures: ImageFacts, **facts: Any) -> CanvasFacts:
    """Each picture is painted by an annotation with its number."""
    paintings = tuple(PaintingFacts(each.id, each) for each in pictures)
    return CanvasFacts(uuid(1000 + number), {"label": {"none": [label]}}, paintings=paintings, **facts)


def simplest() -> ManifestFacts:
    """Cookbook 0005: one picture with an image service."""
    label = {"label": {"en": ["Picture of Göttingen taken during the 2019 IIIF Conference"]}}
    return ManifestFacts(uuid(1), "göttingen", label, (page(1, "Göttingen", picture(1)),))


def book() -> ManifestFacts:
    """Cookbook 0009 with the properties of 0006, 0008 and 0010; one page is larger than its picture."""
    description = {
        "label": {"en": ["Simple Manifest - Book"], "de": ["Einfaches Buch"]},
        "summary": {"en": ["A book of three pages."]},
        "metadata": [{"label": {"none": ["Author"]}, "value": {"none": ["Anna", "Béla"]}}],
        "requiredStatement": {"label": {"en": ["Attribution"]}, "value": {"en": ["Example Library"]}},
        "rights": "http://creativecommons.org/licenses/by/4.0/",
        "navDate": "1850-01-01T00:00:00Z",
        "viewingDirection": "right-to-left",
        "behavior": ["paged"],
    }
    pages = (
        page(1, "Front cover", picture(1, 3204, 4613)),
        page(2, "1r", picture(2, 1601, 2306), width=3202, height=4612),
        page(3, "1v", picture(3, 3204, 4613)),
    )
    return ManifestFacts(uuid(1), "ark:/12345/book", description, pages, part_of=("library",))


def gap() -> ManifestFacts:
    """Cookbook 0283: pages without a picture keep their places."""
    note = {"en": ["This picture could not be converted."]}
    lost = CanvasFacts(uuid(1002), {"label": {"none": ["1v"]}, "summary": {"en": ["Stained."]}}, 1768, 2504, (), note)
    never = page(3, "2r", picture(3, 0, 0, state="failed"), note=note)
    return ManifestFacts(
        uuid(1),
        "manuscript",
        {"label": {"en": ["Ethiopic Ms 10"]}},
        (page(1, "1r", picture(1, 1768, 2504)), lost, never),
    )


def library() -> CollectionFacts:
    """Cookbook 0032 with a collection among its members, one small picture and one member without any."""
    members = (
        MemberFacts("manifest", "gulf stream", {"en": ["The Gulf Stream"]}, picture(1, 3540, 5312)),
        MemberFacts("manifest", "stamp", {"en": ["Stamp"]}, picture(2, 180, 120)),
        MemberFacts("collection", "prints", {"en": ["Prints"]}, picture(3, 200, 201)),
        MemberFacts("manifest", "empty", {"en": ["Empty"]}),
    )
    return CollectionFacts(uuid(1), "library", {"label": {"en": ["Simple Collection Example"]}}, members, ("all",))


SAMPLES: dict[str, Callable[[], ManifestFacts | CollectionFacts]] = {
    "simplest": simplest,
    "book": book,
    "gap": gap,
    "library": library,
}
