"""By which names the collections are known that hold a picture, at any depth."""

from collections.abc import Iterable
from uuid import UUID

from manifests.models import Collection, Member
from redirects.models import Identifier


def collections_of(image: UUID) -> Iterable[str]:
    """Former names too: what was written down about a collection goes on to hold when it is renamed."""
    shown = {"manifest__canvases__paintings__image": image, "manifest__canvases__dropped": None}
    level = set(Member.objects.filter(**shown).values_list("collection", flat=True))
    found: set[UUID] = set()
    while level:
        found |= level
        above = Collection.objects.filter(members__child__in=level).values_list("pk", flat=True)
        level = set(above) - found
    if not found:
        return []
    return Identifier.objects.filter(resource__in=found).values_list("value", flat=True)
