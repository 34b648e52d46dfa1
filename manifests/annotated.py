"""Read the annotations of a manifest or collection as facts: what stands in its document, and pages by themselves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Count

from manifests.build.facts import AnnotationFacts, AnnotationPageFacts, LayerFacts
from manifests.build.references import parsed, reference
from manifests.models import Annotation, AnnotationPage, Resource

Pages = Mapping[str, tuple[AnnotationPageFacts, ...]]


def annotations_of(record: Resource, canvases: Sequence[UUID] = ()) -> Pages:
    """The pages by what they hang on; those that are embedded with their annotations. `canvases` are in their order."""
    rows = _pages(record, canvases)
    if not rows:
        return {}
    layers = layers_of(rows)
    annotations = _annotations(row.pk for row in rows if row.place == AnnotationPage.Place.EMBEDDED)
    found: dict[str, list[AnnotationPageFacts]] = defaultdict(list)
    for row in rows:
        found[row.subject].append(page_facts(row, annotations.get(row.pk, ()), layers))
    return {subject: tuple(pages) for subject, pages in found.items()}


def page_with_annotations(row: AnnotationPage, layers: Mapping[UUID, LayerFacts]) -> AnnotationPageFacts:
    """One page and all that is in it, wherever it is shown."""
    return page_facts(row, _annotations([row.pk]).get(row.pk, ()), layers)


def page_facts(
    row: AnnotationPage, annotations: Sequence[AnnotationFacts], layers: Mapping[UUID, LayerFacts]
) -> AnnotationPageFacts:
    return AnnotationPageFacts(
        id=row.pk,
        place=row.place,  # type: ignore[arg-type]  # the column has these choices
        description=row.description,
        annotations=tuple(annotations),
        part_of=layers.get(row.part_of_id) if row.part_of_id else None,
        uri=row.uri,
    )


def layers_of(rows: Sequence[AnnotationPage]) -> dict[UUID, LayerFacts]:
    """The annotation collections of these pages, which are in their order. One that keeps its URI is told by itself."""
    members: dict[UUID, list[AnnotationPage]] = defaultdict(list)
    for row in rows:
        if row.part_of_id:
            members[row.part_of_id].append(row)
    counted = _counted([row.pk for pages in members.values() for row in pages])
    found: dict[UUID, LayerFacts] = {}
    for key, pages in members.items():
        layer = pages[0].part_of
        assert layer
        if layer.uri:
            found[key] = LayerFacts(key, layer.description, uri=layer.uri)
        else:
            total = sum(counted.get(row.pk, 0) for row in pages)
            own = tuple(row.uri or reference("annotations", row.pk) for row in pages)
            found[key] = LayerFacts(key, layer.description, own, total)
    return found


def _pages(record: Resource, canvases: Sequence[UUID]) -> list[AnnotationPage]:
    """In the order of the canvases, those of other things behind them; without those of canvases that are not shown."""
    rows = record.annotation_pages.select_related("part_of").order_by("position", "pk")
    place = {reference("canvas", key): number for number, key in enumerate(canvases)}
    shown = [row for row in rows if row.subject in place or not _hangs_on_canvas(row)]
    return sorted(shown, key=lambda row: place.get(row.subject, len(place)))


def _hangs_on_canvas(row: AnnotationPage) -> bool:
    named = parsed(row.subject)
    return named is not None and named[0] == "canvas"


def _annotations(pages: Iterable[UUID]) -> dict[UUID, list[AnnotationFacts]]:
    found: dict[UUID, list[AnnotationFacts]] = defaultdict(list)
    wanted = list(pages)
    for start in range(0, len(wanted), 500):
        rows = Annotation.objects.filter(page__in=wanted[start : start + 500]).order_by("page", "position", "created")
        for row in rows:
            found[row.page_id].append(annotation_facts(row))
    return found


def annotation_facts(row: Annotation) -> AnnotationFacts:
    return AnnotationFacts(row.pk, tuple(row.motivation), row.body, row.target, row.extra, row.uri)


def _counted(pages: Sequence[UUID]) -> dict[UUID, int]:
    rows = Annotation.objects.filter(page__in=pages).values_list("page").annotate(count=Count("pk")).order_by()
    return dict(rows)
