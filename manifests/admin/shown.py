"""In which works a picture is shown, for the page of the picture."""

from collections.abc import Iterable
from uuid import UUID

from gcis.core import subjects
from gcis.core.subjects import Subject
from manifests.models import Painting


def works(image: UUID) -> Iterable[Subject]:
    """The manifests that have it on a page, in the order of their making."""
    pages = Painting.pictures.filter(image=image, canvas__dropped=None)
    keys = pages.order_by("canvas__manifest__created", "canvas__manifest").values_list("canvas__manifest", flat=True)
    ordered = list(dict.fromkeys(keys))
    found = subjects.find(ordered)
    return [found[key] for key in ordered if key in found]
