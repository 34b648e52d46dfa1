"""Files of several pages, without converting them."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from gcis.jobs import services as jobs
from gcis.jobs.models import Job
from images import files, services
from images.models import Image, Source
from images.services import CONVERT
from tests.work import a_file, a_source, fresh, made, run_due, take


def converted(image: UUID, pages: int = 1, width: int = 800, height: int = 600) -> None:
    """End the image's newest conversion well, of a file in which so many pages were found."""
    held, row = take(image), fresh(image)
    about = {"found": {"page": row.page, "pages": pages}}
    found = replace(made(image, width, height), source_digest=row.digest, provenance=about)
    with transaction.atomic():
        jobs.end(held, Job.State.SUCCEEDED)
        services.commit_conversion(image, held.args["wanted"], found)


def a_ledger(pages: int = 3, path: str = "ledger.tif", source: Source | None = None, **options: str) -> UUID:
    """The first page of a file that has so many; the others are registered, and wait for their conversions."""
    image = services.register(source or a_source(), path, a_file(path, path), actor="test", **options).pk  # type: ignore[arg-type]
    converted(image, pages)
    run_due(files.PAGES)
    return image


def rewritten(image: UUID, pages: int, text: str = "other bytes") -> None:
    """The file has other bytes now, and so many pages."""
    services.replace(image, a_file(fresh(image).file_name, text), actor="test")
    converted(image, pages)
    run_due(files.PAGES)


def leaves(image: UUID) -> list[Image]:
    """All pages of its file, in their order."""
    row = fresh(image)
    return list(Image.objects.filter(source=row.source, external_id=row.external_id).order_by("page"))


def wanted(rows: Iterable[Image]) -> list[int]:
    """The pages with a conversion in the queue."""
    queued = Job.objects.filter(kind=CONVERT, state=Job.State.QUEUED)
    waiting = set(queued.values_list("subject", flat=True))
    return [row.page for row in rows if row.pk in waiting]


def finish(rows: Iterable[Image]) -> None:
    for row in rows:
        converted(row.pk)
