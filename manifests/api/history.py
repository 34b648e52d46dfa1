"""What belongs to one manifest or collection: its timeline, and every name that it has or had."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from gcis.core.api.views import ListView
from gcis.events.api import Timeline
from gcis.jobs.api.docs import page_of
from images.api.records import EVENTS
from manifests.api.base import KINDS, find
from manifests.api.docs import tags
from manifests.models import Collection, Manifest, Resource
from redirects import services as names
from redirects.api import NAME, NameBody, told
from redirects.models import Identifier

_NAMES = page_of("NamePage", NameBody, NAME)


def _lists(what: str, model: type[Resource], summary: str, page: Any) -> Callable[[Any], Any]:
    """What the OpenAPI document says of the operation that lists this of such a record."""
    kind = KINDS[model]
    operation = f"list{kind.capitalize()}{what}"
    described = extend_schema(
        operation_id=operation, tags=tags(model), summary=summary.format(kind), responses={200: page}
    )
    return extend_schema_view(get=described)


class _Events(Timeline):
    model: ClassVar[type[Resource]]

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Its timeline; what happened just now is there at once, and gets its number within a second."""
        return super().get(request, *args, **kwargs)

    def subject(self) -> UUID:
        key: UUID = find(self.request, self.model, pk=self.kwargs["pk"]).pk
        return key


@_lists("Events", Manifest, "What happened to a {}, oldest first", EVENTS)
class ManifestEvents(_Events):
    model = Manifest


@_lists("Events", Collection, "What happened to a {}, oldest first", EVENTS)
class CollectionEvents(_Events):
    model = Collection


class _Identifiers(ListView):
    model: ClassVar[type[Resource]]
    queryset = Identifier.objects.all()
    serializer_class = NameBody
    filter_backends: Any = ()

    def get(self, request: Request, pk: UUID) -> Response:
        """The current name first, then the latest. Former names lead to the current one for ever."""
        page = self.paginate_queryset(names.history(find(request, self.model, pk=pk).pk)) or []
        return self.get_paginated_response(NameBody([told(name, request) for name in page], many=True).data)


@_lists("Identifiers", Manifest, "Every name that a {} has or had", _NAMES)
class ManifestIdentifiers(_Identifiers):
    model = Manifest


@_lists("Identifiers", Collection, "Every name that a {} has or had", _NAMES)
class CollectionIdentifiers(_Identifiers):
    model = Collection
