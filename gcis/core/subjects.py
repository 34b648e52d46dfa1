"""Who is behind a uuid: title and page in the admin, for lists of things that are about other things."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, UUIDField
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that has a page in the admin. `kind` is what people call such rows."""

    kind: str
    title: str
    url: str


def find(keys: Iterable[UUID | None]) -> dict[UUID, Subject]:
    """The rows with these keys, whatever they are: at most one query per kind. Unknown keys are left out."""
    wanted = {key for key in keys if key is not None}
    found: dict[UUID, Subject] = {}
    for model, site in admin.site._registry.items():
        if wanted - found.keys() and getattr(site, "is_subject", False) and _has_uuid(model):
            page = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            for key, title in site.titles(wanted - found.keys()).items():  # type: ignore[attr-defined]  # StaffAdmin
                found[key] = Subject(str(model._meta.verbose_name), title, reverse(page, args=[key]))
    return found


def _has_uuid(model: type[Model]) -> bool:
    return isinstance(model._meta.pk, UUIDField)
