"""Find pictures, manifests and collections by any name that they have or had."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier
from images import curation as images_curation
from images import services as images
from manifests import curation, services
from manifests.models import Manifest, Member, Painting, Resource
from redirects import services as names
from redirects.models import Identifier

KINDS = tuple(str(kind) for kind in Identifier.Kind.values)


@dataclass(frozen=True, slots=True)
class Found:
    """`name` is what it is called now, or was when it was withdrawn. `record` is None for a picture."""

    kind: str
    key: UUID
    name: str
    withdrawn: bool
    record: Resource | None = None

    def __str__(self) -> str:
        what = self.record._meta.verbose_name if self.record else "image"
        return f"{what} {self.name}"

    @property
    def curation(self) -> Any:
        """The services rename, withdraw, restore for things of its kind; their first argument is `subject`."""
        return curation if self.record else images_curation

    @property
    def subject(self) -> Any:
        return self.record or self.key


def find(kind: str, name: str) -> Found:
    """The resource that has or had this name. SourceFault when nothing ever had."""
    row = names.find(kind, name)
    if row is None:
        raise SourceFault("identifier_unknown", f"No {_words(kind)} is or ever was called {name!r}.")
    if kind == Identifier.Kind.IMAGE:
        image = images.facts([row.resource])[row.resource]
        return Found(kind, image.id, image.identifier, image.withdrawn is not None)
    record = services.find(row.resource)
    assert record, "names point at resources"
    name = names.current([record.pk]).get(record.pk, name)
    return Found(kind, record.pk, name, record.withdrawn is not None, record)


def find_all(kind: str, wanted: Iterable[str]) -> list[Found]:
    """Each of them once, in that order. SourceFault names every name that nothing ever had."""
    found: dict[UUID, Found] = {}
    unknown: list[str] = []
    for name in wanted:
        try:
            each = find(kind, name)
        except SourceFault as fault:
            unknown.append(fault.sentence)
        else:
            found.setdefault(each.key, each)
    if unknown:
        raise SourceFault("identifier_unknown", "\n".join(unknown))
    return list(found.values())


def pictures(found: Found) -> list[UUID]:
    """The picture itself; those on the pages of a manifest; those of all manifests anywhere in a collection."""
    if found.record is None:
        return [found.key]
    if isinstance(found.record, Manifest):
        return list(dict.fromkeys(services.images_of(found.key)))
    shown = Painting.pictures.ids(
        canvas__manifest__memberships__collection__in=collections_below(found.key), canvas__dropped=None
    )
    return sorted(set(shown))


def would_rename(found: Found, new: str) -> bool:
    """Whether renaming would change anything; refused as `redirects.services.rename` refuses."""
    check_identifier(new)
    known = names.find(found.kind, new)
    if known and known.resource != found.key:
        raise SourceFault("identifier_taken", f"The identifier {new!r} belongs to something else, now or formerly.")
    if known and known.status == Identifier.Status.CURRENT:
        return False
    if found.withdrawn:
        raise SourceFault("withdrawn", "What is withdrawn cannot be renamed. Restore it first.")
    return True


def collections_below(key: UUID) -> set[UUID]:
    """This collection, and those anywhere in it."""
    found: set[UUID] = set()
    level = {key}
    while level:
        found |= level
        below = Member.objects.filter(collection__in=level, child__isnull=False).values_list("child", flat=True)
        level = set(below) - found
    return found


def _words(kind: str) -> str:
    return "image" if kind == Identifier.Kind.IMAGE else "manifest or collection"
