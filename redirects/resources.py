"""What names stand for. Each app says where the API has its resources, and which of them the public may know of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q


@dataclass(frozen=True, slots=True)
class Resources:
    """Resources with names of this kind. `public` is the condition that those fulfil which the public may know of."""

    kind: str
    model: type[Model]
    public: Callable[[datetime], Q]


_known: dict[str, Resources] = {}


def register(view: str, kind: str, model: type[Model], public: Callable[[datetime], Q]) -> None:
    """Name the API's view of one such resource; its one argument is the key."""
    _known[view] = Resources(kind, model, public)


def registered() -> list[Resources]:
    """Every kind of resource that has names."""
    return list(_known.values())


def views(keys: Iterable[UUID]) -> dict[UUID, str]:
    """The API's view of each of these resources, in one query per kind of resource."""
    wanted = set(keys)
    found: dict[UUID, str] = {}
    for view, resources in _known.items():
        rows = resources.model._default_manager.filter(pk__in=wanted)
        found.update(dict.fromkeys(rows.values_list("pk", flat=True), view))
    return found


def public(now: datetime) -> Q:
    """Names of resources that the public may know of."""
    condition = Q(pk__in=())
    for resources in _known.values():
        visible = resources.model._default_manager.filter(resources.public(now))
        condition |= Q(kind=resources.kind, resource__in=visible.values("pk"))
    return condition
