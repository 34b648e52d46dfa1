"""What a mirror should hold of some manifests and collections now: asked of the database, many at a time."""

from collections import defaultdict
from collections.abc import Collection as Some
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from manifests.exposure import is_public
from manifests.mirror.layout import FORMS, KINDS, NEUTRAL, File, files
from manifests.models import Collection, Manifest, Publication
from redirects.models import Identifier

#: Of a record, what takes room and is not asked for here.
_LEFT = ("source_layer", "curated_layer", "curated_over", "search_text", "publication__summary")
_MODELS: dict[str, Any] = {"manifest": Manifest, "collection": Collection}


@dataclass(slots=True)
class Wanted:
    """Of one resource: the publication that anybody gets under its current name, if any, and its other names."""

    resource: UUID
    kind: str = ""
    name: str = ""
    publication: Publication | None = None
    others: list[str] = field(default_factory=list)

    @property
    def forms(self) -> tuple[str, ...]:
        """Those that nginx can answer with: at the neutral address it says that there are all versions, or nothing."""
        documents = self.publication.documents if self.publication else {}
        there = tuple(form for form in FORMS if form in documents)
        return there if there == FORMS else tuple(form for form in there if form not in NEUTRAL)

    def there(self) -> list[File]:
        """The files that should be there."""
        return list(files(self.kind, self.name, self.forms)) if self.publication else []

    def gone(self) -> list[File]:
        """The files that should not be there, as far as they ever may have been."""
        kinds = (self.kind,) if self.kind else KINDS
        found = [file for kind in kinds for name in self.others for file in files(kind, name)]
        if self.publication:
            lacking = tuple(form for form in FORMS if form not in self.forms)
            found += files(self.kind, self.name, lacking)
        return found


def wanted(resources: Some[UUID]) -> list[Wanted]:
    """What counts now. What is no record any more is wanted nowhere."""
    found = {key: Wanted(key) for key in resources}
    now = timezone.now()
    for kind, model in _MODELS.items():
        rows = model.objects.filter(pk__in=found).select_related("publication").defer(*_LEFT)
        for record in rows:
            found[record.pk].kind = kind
            if is_public(record, now):
                found[record.pk].publication = record.publication
    for resource, names in _names(found).items():
        each = found[resource]
        current = names.pop(Identifier.Status.CURRENT, [])
        each.others = [name for several in names.values() for name in several]
        if current and each.publication:
            each.name = current[0]
        else:
            each.publication = None
            each.others += current
    return list(found.values())


def _names(resources: Some[UUID]) -> dict[UUID, dict[str, list[str]]]:
    """All that they have or had, by what became of them. What has none is published under none."""
    found: dict[UUID, dict[str, list[str]]] = {key: defaultdict(list) for key in resources}
    rows = Identifier.objects.filter(kind=Identifier.Kind.PRESENTATION, resource__in=resources)
    for resource, value, status in rows.values_list("resource", "value", "status"):
        found[resource][status].append(value)
    return found


def having(names: Some[str]) -> dict[str, UUID]:
    """Whose these names are, now or formerly."""
    rows = Identifier.objects.filter(kind=Identifier.Kind.PRESENTATION, value__in=names)
    return dict(rows.values_list("value", "resource"))
