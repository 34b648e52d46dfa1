"""The words of transcriptions, comments and tags, by which a work is found too: each once, and not without end."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.html import strip_tags

from manifests.build.facts import CollectionFacts, ManifestFacts
from manifests.build.references import SCHEME, reference
from manifests.description import fold
from manifests.models import Annotation, AnnotationPage

#: Of one work: searching reads them all, so a library's newspapers must not make everybody's searches slow.
MOST_ROWS = 20_000
MOST_CHARACTERS = 60_000
#: What lines say already.
_PARTS = ("word", "glyph")


def words_of(facts: ManifestFacts | CollectionFacts) -> str:
    """The words in annotations of the work and of those pages that are in its document, folded."""
    found: dict[str, None] = {}
    length = 0
    for text in _texts(facts):
        for word in fold(text).split():
            if word not in found:
                found[word] = None
                length += len(word) + 1
                if length >= MOST_CHARACTERS:
                    return " ".join(found)
    return " ".join(found)


def _texts(facts: ManifestFacts | CollectionFacts) -> Iterator[str]:
    kind = "manifest" if isinstance(facts, ManifestFacts) else "collection"
    rows = Annotation.objects.filter(**{f"page__{kind}": facts.id}).exclude(page__place=AnnotationPage.Place.FOREIGN)
    rows = rows.filter(Q(extra__textGranularity__isnull=True) | ~Q(extra__textGranularity__in=_PARTS))
    canvases = facts.canvases if isinstance(facts, ManifestFacts) else ()
    shown = {reference("canvas", canvas.id) for canvas in canvases}
    ordered = rows.order_by("page", "position").values_list("page__subject", "body")[:MOST_ROWS]
    for subject, body in ordered:
        if subject in shown or not subject.startswith(f"{SCHEME}canvas/"):
            yield from _said(body)


def _said(body: Any) -> Iterator[str]:
    """Texts that stand in it."""
    for each in body if isinstance(body, list) else [body]:
        if isinstance(each, dict):
            if isinstance(text := each.get("value"), str):
                yield strip_tags(text) if each.get("format") == "text/html" else text
            yield from _said(each.get("items", []))
