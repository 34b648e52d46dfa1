"""The text of pages, as OCR and transcription give it (ALTO, hOCR, plain): it becomes annotations of lines and words.

A page has one annotation page for that. A text that is sent again takes the place of the one before it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction

from gcis.core.errors import SourceFault
from images import services as images
from manifests import annotating, services
from manifests.build.references import reference
from manifests.models import AnnotationPage, Canvas, Manifest
from manifests.payload.annotations.around import Spot
from manifests.payload.annotations.pages import PageSent
from manifests.payload.annotations.reading import AnnotationSent
from manifests.payload.texts import PageText, annotations, read
from manifests.text_matching import Match, Pages

Place = AnnotationPage.Place
#: The most pages that one file may have.
MOST_PAGES = 5_000


@dataclass(frozen=True, slots=True)
class Options:
    """`words`: one annotation for every word too, not for every line alone. Large texts are better referenced."""

    words: bool = True
    place: str = Place.REFERENCED


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the text of a page: created, updated, unchanged; its annotation page, and what is in that."""

    what: str
    page: AnnotationPage
    lines: int
    words: int


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a file, or of one page of it: created, updated, unchanged, refused, or would (be imported)."""

    match: Match
    what: str
    lines: int = 0
    words: int = 0
    reason: str = ""


@dataclass
class Report:
    rows: list[Row] = field(default_factory=list)

    def count(self, *what: str) -> int:
        return sum(row.what in what for row in self.rows)


#: A file's name, and its bytes when they are needed.
File = tuple[str, Callable[[], bytes]]
Read = Callable[[], PageText]
USUAL = Options()


def key_of(canvas: Canvas) -> str:
    """What the annotation page with the text of a page is called."""
    return f"text:{canvas.pk}"


def put(canvas: Canvas, text: PageText, options: Options = USUAL, *, actor: str) -> Outcome:
    """This is the text of the page. SourceFault where its places are not on the page, or that has no size yet."""
    size = _size(canvas)
    sent = _annotations(canvas, text, size, options)
    with transaction.atomic():
        services.lock(canvas.manifest)
        now = Canvas.objects.select_related("manifest").get(pk=canvas.pk)
        if now.dropped:
            raise SourceFault("page_gone", "This page is in no document any more.")
        if (now.width, now.height) != (canvas.width, canvas.height):
            sent = _annotations(now, text, _size(now), options)
        page = PageSent(subject=Spot(reference("canvas", now.pk)), items=sent)
        there = now.manifest.annotation_pages.filter(external_id=key_of(now)).exists()
        page = page if there else replace(page, place=options.place)
        outcome = annotating.put_page(now.manifest, key_of(now), page, actor=actor)
    of_words = sum(each.extra["textGranularity"] == "word" for each in sent)
    return Outcome(outcome.what, outcome.page, len(sent) - of_words, of_words)


def run(
    manifest: Manifest, files: Sequence[File], options: Options = USUAL, *, actor: str, dry_run: bool = False
) -> Iterator[Row]:
    """Import the files one after the other, each in a transaction of its own; what is refused keeps no other back."""
    pages = Pages(manifest)
    for match, data in _matches(pages, files):
        if match.canvas is None:
            yield Row(match, "refused", reason=match.reason)
            continue
        try:
            text = data()
            if dry_run:
                yield Row(match, "would")
                continue
            canvas = Canvas.objects.select_related("manifest").get(pk=match.canvas)
            made = put(canvas, text, options, actor=actor)
        except SourceFault as fault:
            yield Row(match, "refused", reason=fault.sentence)
        else:
            yield Row(match, made.what, made.lines, made.words)


def _matches(pages: Pages, files: Sequence[File]) -> Iterable[tuple[Match, Read]]:
    """Each file with its page; a single file of several pages, whose name is no page's, with the pages in order."""
    matches = pages.match([name for name, _ in files])
    if len(files) == 1 and matches[0].by in ("", "order"):
        texts = list(_texts(files[0][1]()))
        if len(texts) > 1:
            return _in_order(pages, files[0][0], texts)
    return [(match, _reading(data)) for match, (_, data) in zip(matches, files, strict=True)]


def _in_order(pages: Pages, name: str, texts: "list[PageText | SourceFault]") -> Iterator[tuple[Match, Read]]:
    for number, text in enumerate(texts):
        part = f"{name}, page {number + 1}"
        if number < len(pages.canvases):
            yield Match(part, pages.canvases[number].pk, number + 1, "order"), _told(text)
        else:
            yield Match(part, reason=f"There are {len(pages.canvases)} pages, and no such."), _told(text)


def _reading(data: Callable[[], bytes]) -> Read:
    return lambda: read(data())


def _told(text: "PageText | SourceFault") -> Read:
    def tell() -> PageText:
        if isinstance(text, SourceFault):
            raise text
        return text

    return tell


def _texts(data: bytes) -> "Iterator[PageText | SourceFault]":
    """All pages of a file. Of a page without text, what is to be said of it."""
    for number in range(MOST_PAGES):
        try:
            yield read(data, page=number)
        except SourceFault as fault:
            if fault.code == "no_page":
                return
            yield fault
            if fault.code != "no_text":
                return


def _annotations(canvas: Canvas, text: PageText, size: tuple[int, int], options: Options) -> list[AnnotationSent]:
    made = annotations(text, reference("canvas", canvas.pk), *size, words=options.words)
    return [AnnotationSent(**each) for each in made]


def _size(canvas: Canvas) -> tuple[int, int]:
    """Its own, else that of its first picture."""
    if canvas.width and canvas.height:
        return canvas.width, canvas.height
    painted = canvas.paintings.order_by("position").values_list("image", flat=True)
    facts = images.facts(key for key in painted if key)
    for key in painted:
        if key in facts and facts[key].ready:
            return facts[key].width, facts[key].height
    raise SourceFault("no_size", "This page has no size before its first picture is converted.")
