"""Manifests in the database, with pages that show pictures which are ready; nothing is converted for them."""

from typing import Any

from benchmarks._facts import HEIGHT, PAIRS, WIDTH


def books(count: int, pages: int) -> list[Any]:
    """So many manifests with so many pages. They share their pictures, as many as one of them has pages."""
    from django.db import transaction

    from images import sources
    from manifests import services
    from manifests.models import Manifest
    from tests.manifests.published import picture

    source = sources.put_system("bench", "Bench", actor="bench")[0]
    pictures = [picture(WIDTH, HEIGHT).pk for _ in range(pages)]
    made = []
    for number in range(count):
        description = {"label": {"en": [f"Book {number}"]}}
        name = f"book-{number}"
        with transaction.atomic():
            manifest = services.create(Manifest, source, name, description, actor="bench", identifier=name)
            _pages(manifest, pictures)
        made.append(manifest)
    return made


def _pages(manifest: Any, pictures: list[Any]) -> None:
    from manifests.models import Canvas, Painting

    rows = [
        Canvas(
            manifest=manifest,
            position=place,
            width=WIDTH,
            height=HEIGHT,
            source_layer={"label": {"none": [f"p. {place}"]}, "metadata": _metadata(place)},
        )
        for place in range(len(pictures))
    ]
    Canvas.objects.bulk_create(rows, batch_size=500)
    paintings = [Painting(canvas=row, image=image) for row, image in zip(rows, pictures, strict=True)]
    Painting.objects.bulk_create(paintings, batch_size=500)


def publish(manifest: Any) -> None:
    """Now, in this process, by the job that workers run."""
    from gcis.jobs import runner
    from manifests import services

    runner.run(services.publish_now(manifest).pk, "bench")


def _metadata(place: int) -> list[dict[str, Any]]:
    return [
        {"label": {"en": [f"Field {field}"]}, "value": {"none": [f"Value {field} of page {place}"]}}
        for field in range(PAIRS)
    ]
