"""Which images the public gets to see, as a condition of queries: what `images.exposure` says of one at hand."""

from datetime import datetime
from typing import Any

from django.db.models import Func, IntegerField, Q

from images.access import Access


class SmallestEdge(Func):
    """The longer edge, in pixels, of the smallest level of a master; its argument are the levels."""

    arity = 1
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        return self._longer("max", "json_extract({0}, '$[#-1][{1}]')", compiler)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, tuple[Any, ...]]:
        return self._longer("greatest", "({0} -> -1 ->> {1})::int", compiler)

    def _longer(self, function: str, edge: str, compiler: Any) -> tuple[str, tuple[Any, ...]]:
        levels, params = compiler.compile(self.source_expressions[0])
        width, height = (edge.format(levels, index) for index in (0, 1))
        return f"{function}({width}, {height})", (*params, *params)


def public(now: datetime) -> Q:
    """Images that are ready, not withdrawn, and of which the public gets at least their smallest level."""
    own = _not_shut(now, "access", "access_edge", "access_from")
    inherited = _not_shut(now, "inherited_access", "inherited_edge", "inherited_from")
    return Q(withdrawn=None, current__isnull=False) & own & inherited


def _not_shut(now: datetime, access: str, edge: str, opens: str) -> Q:
    """What `Policy.of`, `Policy.is_shut` and `exposure.public_view` say about these three columns."""
    whole = Q(**{f"{access}__in": (Access.INHERIT, Access.OPEN)})
    limited = Q(**{access: Access.LIMITED, f"{edge}__gt": 0, f"{edge}__gte": SmallestEdge("current__levels")})
    return (whole | limited) & (Q(**{opens: None}) | Q(**{f"{opens}__lte": now}))
