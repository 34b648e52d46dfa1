"""Files that hold several pages, each an image of its own: (source, external id, page).

Page 0 stands for the file. What is sent is sent for it, and it alone knows where the bytes are, so that no two rows
speak of one kept copy; the other pages follow it (`images.paging`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef

from gcis.core.ids import mint
from gcis.jobs import services as jobs
from gcis.jobs.models import Batch, Job
from images.models import Image, Source

PAGES = "images.pages"


def file_of(image: Image) -> Image:
    """Page 0 of its file, which knows where the bytes are: mostly the image itself."""
    if not image.page:
        return image
    return Image.objects.select_related("source").get(source=image.source_id, external_id=image.external_id, page=0)


def title(image: Image) -> str:
    """As people say it: "page 3 of ledger.tif"."""
    return f"page {image.page + 1} of {image.file_name}"


def numbers(first: Image) -> list[int]:
    """The pages of its file that are registered, beside page 0."""
    rows = Image.objects.filter(source=first.source_id, external_id=first.external_id, page__gt=0)
    return list(rows.order_by("page").values_list("page", flat=True))


def of_source(source: Source) -> dict[UUID, str]:
    """Every picture of a source, and what people call it: its external id, with the page where its file has several."""
    rows = Image.objects.filter(source=source).values_list("pk", "external_id", "page", "pages")
    return {key: f"{path}, page {page + 1}" if page or pages > 1 else path for key, path, page, pages in rows}


def others(firsts: Iterable[UUID]) -> dict[UUID, dict[int, UUID]]:
    """The registered pages beside page 0, by their numbers (from 1), for those of these images that have some."""
    wanted, found = list(firsts), defaultdict[UUID, dict[int, UUID]](dict)
    behind = Image.objects.filter(source=OuterRef("source"), external_id=OuterRef("external_id"), page__gt=0)
    for start in range(0, len(wanted), 1000):
        some = Image.objects.filter(Exists(behind), pk__in=wanted[start : start + 1000], page=0)
        places = {(source, key): first for first, source, key in some.values_list("pk", "source", "external_id")}
        for source, keys in _by_source(places).items():
            rows = Image.objects.filter(source=source, external_id__in=keys, page__gt=0).order_by("page")
            for page, key, image in rows.values_list("page", "external_id", "pk"):
                found[places[source, key]][page] = image
    return dict(found)


def have_pages_follow(first: Image, actor: str, batch: Batch | None = None) -> None:
    """Something about the locked page 0 has changed that counts for all pages of its file."""
    queued = Job.objects.filter(kind=PAGES, subject=first.pk, state=Job.State.QUEUED)
    if batch is None and queued.exists():
        return  # whoever takes it up waits for our lock, and sees what we have changed
    # A key of its own: the one that is running may have passed what we have changed.
    jobs.add(PAGES, f"pages:{first.pk}:{mint()}", first.pk, args={"actor": actor}, batch=batch, priority=1)


def _by_source(places: Mapping[tuple[UUID, str], UUID]) -> dict[UUID, list[str]]:
    keys: dict[UUID, list[str]] = defaultdict(list)
    for source, key in places:
        keys[source].append(key)
    return keys
