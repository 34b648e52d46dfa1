"""The timeline for templates."""

from collections.abc import Iterable
from uuid import UUID

from django import template

from gcis.core import subjects
from gcis.events.timeline import Line
from gcis.events.timeline import timeline as newest

register = template.Library()


@register.simple_tag
def timeline(about: Iterable[UUID], limit: int = 50) -> list[tuple[Line, subjects.Subject | None]]:
    """Lines about these rows, each with whom it is about where that is not the first of them."""
    keys = list(about)
    lines = newest(keys, limit) if keys else []
    others = subjects.find(line.subject for line in lines if line.subject != keys[0])
    return [(line, others.get(line.subject) if line.subject else None) for line in lines]
