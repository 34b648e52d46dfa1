"""In which collections a picture is, for the rules of recipes. Pictures do not know it: who shows them says so here."""

from collections.abc import Callable, Iterable
from uuid import UUID

#: Functions from the uuid of a picture to names of collections; filled by the apps that have collections.
collections_of: list[Callable[[UUID], Iterable[str]]] = []


def collections(image_id: UUID) -> tuple[str, ...]:
    """All names, former ones too, of the collections that hold this picture at any depth."""
    return tuple(sorted({name for tell in collections_of for name in tell(image_id)}))
