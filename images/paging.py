"""The other pages of a file follow page 0: registered once it was counted, and converted anew with the file.

What page 0 is found to be says what there is; nothing that serves is ever taken down by it.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from gcis.core.errors import SourceFault
from gcis.core.ids import mint
from gcis.events import services as events
from gcis.jobs import registry
from gcis.jobs import services as jobs
from gcis.jobs.claims import Claim, LeaseLost
from gcis.jobs.models import Batch
from images import files, services
from images.models import Image
from redirects import services as names
from redirects.models import Identifier

#: So many pages are written in one transaction.
STEP = 100
#: More pages than anybody binds; a file that says it has more is not believed.
MOST = 10_000
#: The code of a conversion whose page is not in the file (any more).
MISSING = "page_missing"
#: What is true of the file at any time, and what is true of it once page 0 was converted from it.
_WORDS = ("rights_source", "missing_since")
_LOOKS = ("file_name", "size", "mtime_ns", "pages")
#: What a new page begins with; afterwards it has its own.
_FIRST_OWN = (
    *("recipe", "rights_curated", "credit", "access", "access_edge", "access_from"),
    *("inherited_access", "inherited_edge", "inherited_from", "digest"),
)


class PagesHandler:
    """Brings the pages of one file in line with its page 0, step by step; to be done again at any time."""

    def run(self, claim: Claim) -> registry.Commit:
        first = Image.objects.get(pk=claim.subject)
        if first.pages > MOST:
            sentence = f"The file says that it has {first.pages:,} pages; at most {MOST:,} can be registered."
            raise SourceFault("too_many_pages", sentence)
        batch = Batch.objects.filter(jobs=claim.id).first()
        end = 1 + max([first.pages - 1, *files.numbers(first)])
        for start in range(1, end, STEP):
            claim.tell(start / end, "pages")
            with transaction.atomic():
                if not jobs.beat(claim):  # locks the job, before all images
                    raise LeaseLost(claim.key)
                _bring_in_line(claim.subject, range(start, min(start + STEP, end)), claim.args["actor"], batch)
        return lambda: {"pages": end}

    def gave_up(self, claim: Claim, code: str, sentence: str) -> None:
        """What shows the file waits no longer."""
        services.lock(claim.subject)
        events.record("image.not_paged", claim.subject, "conversion", code=code, sentence=sentence)

    def again(self, subject: UUID, args: dict[str, Any], actor: str, batch: Batch | None) -> None:
        files.have_pages_follow(services.lock(subject), actor, batch)


def _bring_in_line(first_id: UUID, numbers: range, actor: str, batch: Batch | None) -> None:
    """These pages of the file. Inside a transaction."""
    rows = _locked(first_id, numbers)
    first = rows.pop(0)
    if first.wanted and first.converted == first.wanted:
        _follow_bytes(first, rows, actor, batch)
        _register(first, [page for page in numbers if page < first.pages and page not in rows], actor, batch)
        same = {name: getattr(first, name) for name in (*_WORDS, *_LOOKS)}
    else:  # what its newest file holds is not known yet, or never will be
        same = {name: getattr(first, name) for name in _WORDS}
    others = [row.pk for row in rows.values() if any(getattr(row, name) != value for name, value in same.items())]
    if others:
        Image.objects.filter(pk__in=others).update(revision=F("revision") + 1, **same)


def _locked(first_id: UUID, numbers: range) -> dict[int, Image]:
    """Page 0 and those of these pages that are there, by number, in the order of all locks."""
    place = Image.objects.only("source", "external_id").get(pk=first_id)
    pages = Q(page=0) | Q(page__gte=numbers.start, page__lt=numbers.stop)
    rows = Image.objects.filter(pages, source=place.source_id, external_id=place.external_id)
    found = {row.page: row for row in rows.select_for_update(no_key=True).order_by("pk")}
    # Moved to another place since we looked: where it is now it is found there.
    return found if 0 in found and found[0].pk == first_id else _locked(first_id, numbers)


def _follow_bytes(first: Image, rows: dict[int, Image], actor: str, batch: Batch | None) -> None:
    """Pages that were made of other bytes than page 0 are wanted again, or end where the file has them no longer."""
    for row in rows.values():
        if row.digest == first.digest:
            services.want_if_lost(row, actor)
            continue
        Image.objects.filter(pk=row.pk).update(digest=first.digest, recipe=row.recipe or first.recipe)
        if row.page < first.pages:
            services.want(row, actor, batch)
        else:
            _end(row, first.pages)


def _end(row: Image, pages: int) -> None:
    """There is nothing to convert it from. What it showed stays until a person says otherwise."""
    Image.objects.filter(pk=row.pk).update(wanted=row.wanted + 1)
    jobs.supersede_queued(services.CONVERT, row.pk)
    sentence = f"The file has only {f'{pages} pages' if pages > 1 else 'one page'} now."
    services.fail_conversion(row.pk, row.wanted + 1, MISSING, sentence)


def _register(first: Image, numbers: list[int], actor: str, batch: Batch | None) -> None:
    """Pages that nobody knew: named after page 0 where that has a name that people gave it."""
    if not numbers:
        return
    begin = {name: getattr(first, name) for name in (*_WORDS, *_LOOKS, *_FIRST_OWN)}
    made = [
        Image(pk=mint(), source_id=first.source_id, external_id=first.external_id, page=page, **begin)
        for page in numbers
    ]
    Image.objects.bulk_create(made)
    called = names.current([first.pk]).get(first.pk, "")
    for image in made:
        _name(image, "" if called == str(first.pk) else called, actor)
        events.record("image.registered", image.pk, actor, external_id=image.external_id, page=image.page)
        services.want(image, actor, batch)
    events.record("image.paged", first.pk, actor, first=numbers[0] + 1, last=numbers[-1] + 1, pages=first.pages)


def _name(image: Image, called: str, actor: str) -> None:
    """`ms-12-p3` beside `ms-12`; where that is another's or too long, and beside minted names, a minted one."""
    if called:
        try:
            names.register(Identifier.Kind.IMAGE, f"{called}-p{image.page + 1}", image.pk, actor)
            return
        except SourceFault:
            pass  # its own id is always to be had
    names.register(Identifier.Kind.IMAGE, str(image.pk), image.pk, actor)
