"""Which manifests and collections the public gets to see, of records in hand and as a condition of queries."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from images.access import Access
from manifests.models import Resource


def is_public(record: Resource, now: datetime) -> bool:
    return is_published(record) and not record.policy.is_shut(now)


def is_published(record: Resource) -> bool:
    return bool(record.publication_id and not record.withdrawn)


def public(now: datetime, path: str = "") -> Q:
    """What `is_public` says, as a condition on the record at the end of this path of relations."""
    own = _not_shut(now, f"{path}access", f"{path}access_edge", f"{path}access_from")
    inherited = _not_shut(now, f"{path}inherited_access", f"{path}inherited_edge", f"{path}inherited_from")
    return published(path) & own & inherited


def published(path: str = "") -> Q:
    """What `is_published` says, as such a condition."""
    conditions: dict[str, Any] = {f"{path}publication__isnull": False, f"{path}withdrawn": None}
    return Q(**conditions)


def _not_shut(now: datetime, access: str, edge: str, opens: str) -> Q:
    """What `Policy.of` and `Policy.is_shut` say about these three columns."""
    word = Q(**{f"{access}__in": (Access.INHERIT, Access.OPEN)}) | Q(**{access: Access.LIMITED, f"{edge}__gt": 0})
    return word & (Q(**{opens: None}) | Q(**{f"{opens}__lte": now}))
