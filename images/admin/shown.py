"""Where a picture is shown. Pictures do not know it: those who show them say so here."""

from collections.abc import Callable, Iterable
from uuid import UUID

from gcis.core.subjects import Subject

#: Functions from the uuid of a picture to the records that show it; filled by the pages for those records.
shown_in: list[Callable[[UUID], Iterable[Subject]]] = []


def subjects(image_id: UUID) -> list[Subject]:
    """Everything that shows this picture, in the order of `shown_in`."""
    return [subject for tell in shown_in for subject in tell(image_id)]
