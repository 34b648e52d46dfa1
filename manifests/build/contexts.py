"""The contexts that a document names (Presentation 3.0 §4.6): its own last, before it those of extensions in it."""

from collections.abc import Iterable

from manifests.build.facts import AnnotationPageFacts, CollectionFacts, Description, ManifestFacts
from manifests.build.form import CONTEXT

NAV_PLACE = "http://iiif.io/api/extension/navplace/context.json"
TEXT_GRANULARITY = "http://iiif.io/api/extension/text-granularity/context.json"


def context(facts: ManifestFacts | CollectionFacts) -> str | list[str]:
    """As a text where it is one, which older readers expect."""
    parts = [facts.description]
    if isinstance(facts, ManifestFacts):
        parts += [canvas.description for canvas in facts.canvases]
    embedded = [page for pages in facts.annotations.values() for page in pages if page.place == "embedded"]
    named = [
        *facts.description.get("contexts", ()),
        *(each for page in embedded for each in page.description.get("contexts", ())),
    ]
    found = _listed(named, any(map(_has_place, parts)), any(map(_is_granular, embedded)))
    return found if len(found) > 1 else found[0]


def page_contexts(page: AnnotationPageFacts, named: Iterable[str] = ()) -> list[str]:
    """Those of an annotation page by itself: what it was sent with, else those of the manifest (`named`)."""
    return _listed(page.description.get("contexts", named), False, _is_granular(page))


def _listed(named: Iterable[str], has_place: bool, is_granular: bool) -> list[str]:
    extensions = [*named, *([NAV_PLACE] if has_place else []), *([TEXT_GRANULARITY] if is_granular else [])]
    return [*(each for each in dict.fromkeys(extensions) if each != CONTEXT), CONTEXT]


def _has_place(description: Description) -> bool:
    """In a description, and in the ranges and canvases that are part of one."""
    if "navPlace" in description:
        return True
    inner = [*description.get("structures", ()), *description.get("items", ())]
    return any(_has_place(each) for each in inner if isinstance(each, dict))


def _is_granular(page: AnnotationPageFacts) -> bool:
    return any("textGranularity" in each.extra for each in page.annotations)
