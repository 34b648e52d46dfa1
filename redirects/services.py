"""Give names to resources and find resources by name. Only this module saves identifiers."""

import unicodedata
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from gcis.core.errors import SourceFault
from gcis.core.ids import check_identifier
from redirects.models import Identifier


@transaction.atomic
def register(kind: str, value: str, resource: UUID, actor: str) -> Identifier:
    """Name a resource that has no name yet. SourceFault when the name cannot be used or was ever another's."""
    check_identifier(value)
    identifier, made = Identifier.objects.get_or_create(
        kind=kind, value=value, defaults={"resource": resource, "actor": actor}
    )
    if not made and identifier.resource != resource:
        raise SourceFault("identifier_taken", f"The identifier {value!r} belongs to something else, now or formerly.")
    return identifier


def taken(kind: str, value: str) -> bool:
    """Whether anything has or had this name."""
    return Identifier.objects.filter(kind=kind, value=value).exists()


def find(kind: str, value: str) -> Identifier | None:
    """The name as it was ever given, current or not. However Unicode composes it; names are kept in NFC."""
    if "\0" in value:  # PostgreSQL refuses even to look for it
        return None
    return Identifier.objects.filter(kind=kind, value=unicodedata.normalize("NFC", value)).first()


def resource(kind: str, value: str) -> UUID | None:
    """What has this name now."""
    row = find(kind, value)
    return row.resource if row and row.status == Identifier.Status.CURRENT else None


def current(resources: Iterable[UUID]) -> dict[UUID, str]:
    """The current name of each of these resources, in one query per thousand."""
    wanted = list(resources)
    names: dict[UUID, str] = {}
    for start in range(0, len(wanted), 1000):
        rows = Identifier.objects.filter(resource__in=wanted[start : start + 1000], status=Identifier.Status.CURRENT)
        names.update(rows.values_list("resource", "value"))
    return names
