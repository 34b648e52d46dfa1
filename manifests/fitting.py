"""The size of a page when its picture comes or is replaced (Presentation 3.0 §5.3).

Things that others attach to a page are at places of the page: so a page keeps its size wherever it can.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from images import services as images
from manifests.build.references import reference
from manifests.description import effective
from manifests.models import AnnotationPage, Canvas

#: A page keeps its size when a new picture has the same shape, within this part of it.
SAME_ASPECT = 0.005


def fit(canvas: Canvas, image: UUID) -> None:
    """The page takes the size of its first picture, and a new one's only if that has another shape.

    Where something points at a part of the page, that is for a person to decide: until then it is not published.
    """
    picture = images.facts([image])[image]
    if not picture.ready or not _alone(canvas, image):
        return
    size = {"width": picture.width, "height": picture.height}
    if canvas.width and canvas.height:
        shape, new_shape = canvas.width / canvas.height, picture.width / picture.height
        if abs(new_shape - shape) <= SAME_ASPECT * shape:
            Canvas.objects.filter(pk=canvas.pk, proposed__isnull=False).update(proposed=None)
            return
        if is_pointed_at(canvas):
            Canvas.objects.filter(pk=canvas.pk).update(proposed=size)
            return
    Canvas.objects.filter(pk=canvas.pk).update(**size, proposed=None)


def _alone(canvas: Canvas, image: UUID) -> bool:
    """Whether the picture covers the page by itself: a composition has the size that somebody gave it."""
    paintings = list(canvas.paintings.all())
    return all(each.image == image and each.target is None and each.region is None for each in paintings)


def is_pointed_at(canvas: Canvas) -> bool:
    """Whether an annotation is on it, or a range has a part of it."""
    own = reference("canvas", canvas.pk)
    if AnnotationPage.objects.filter(subject=own).exists():
        return True
    structure = effective(canvas.manifest).get("structures", [])
    return any(part.startswith(f"{own}#") for part in _parts(structure))


def _parts(tree: Any) -> Iterator[str]:
    """The references to parts of canvases: with a fragment, or as the source of a SpecificResource."""
    if isinstance(tree, list):
        for each in tree:
            yield from _parts(each)
    elif isinstance(tree, dict):
        if "#" in (name := str(tree.get("id", ""))):
            yield name
        if "source" in tree:
            source = tree["source"]
            yield f"{source.get('id', '') if isinstance(source, dict) else source}#"
        for name in ("items", "start"):
            yield from _parts(tree.get(name))
