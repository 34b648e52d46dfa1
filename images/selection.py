"""Which pictures somebody means who names them, or says what they have in common."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from gcis.core.errors import SourceFault
from images import sources
from images.conversion.recipes.books import book
from images.models import Image
from images.services import PENDING
from redirects import services as names
from redirects.models import Identifier


def named(identifiers: Iterable[str]) -> list[UUID]:
    """The pictures of these names, former ones too, each once. SourceFault says which of them nothing ever had."""
    rows = {value: names.find(Identifier.Kind.IMAGE, value) for value in identifiers}
    if unknown := [value for value, row in rows.items() if row is None]:
        raise SourceFault("identifier_unknown", "\n".join(f"No image is or ever was called {v!r}." for v in unknown))
    return list(dict.fromkeys(row.resource for row in rows.values() if row))


def convertible(
    *, failed: bool = False, recipe_older_than: tuple[str, int] | None = None, source: str | None = None
) -> list[UUID]:
    """The pictures that can be converted, have no conversion waiting, and meet every condition that is given.

    `failed`: the newest source could not be converted. `recipe_older_than`: the master was made by an older version of
    that recipe. `source` is a slug; SourceFault when there is none such, and for a version that is still to come.
    """
    found = Image.objects.filter(withdrawn=None, wanted__gt=0).exclude(PENDING)
    if failed:
        found = found.filter(failed=F("wanted"))
    if recipe_older_than:
        (name, version), recipes = recipe_older_than, book().recipes
        if name not in recipes or version > recipes[name].version:
            known = ", ".join(map(str, recipes.values()))
            raise SourceFault("recipe", f"There is no recipe {name}@{version} to convert by; there are {known}.")
        found = found.filter(current__recipe=name, current__recipe_version__lt=version)
    if source is not None:
        known_source = sources.find(source)
        if known_source is None:
            raise SourceFault("source_unknown", f"There is no source {source!r}.")
        found = found.filter(source=known_source)
    return list(found.order_by("pk").values_list("pk", flat=True))


def why_not(images: Iterable[UUID]) -> dict[UUID, str]:
    """Those of these pictures that `services.convert_again` refuses, with its reasons."""
    refused: dict[UUID, str] = {}
    for image in Image.objects.filter(pk__in=list(images)):
        if image.withdrawn:
            refused[image.pk] = f"{image.file_name} is withdrawn. Restore it first."
        elif not image.wanted:
            refused[image.pk] = f"{image.file_name} was announced, but never sent."
    return refused
