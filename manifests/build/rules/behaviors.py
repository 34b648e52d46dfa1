"""Presentation 3.0 §3.2 behavior: the words, the resources that they are valid on, and which exclude each other."""

from collections.abc import Iterable

_ALL = ("Collection", "Manifest", "Canvas", "Range")
_OF_PAGES = ("Collection", "Manifest", "Range")
#: Where each word means something.
VALID_ON: dict[str, frozenset[str]] = {
    **dict.fromkeys(("auto-advance", "no-auto-advance"), frozenset(_ALL)),
    **dict.fromkeys(("repeat", "no-repeat"), frozenset(("Collection", "Manifest"))),
    **dict.fromkeys(("unordered", "individuals", "continuous", "paged"), frozenset(_OF_PAGES)),
    **dict.fromkeys(("facing-pages", "non-paged"), frozenset(("Canvas",))),
    **dict.fromkeys(("multi-part", "together"), frozenset(("Collection",))),
    **dict.fromkeys(("sequence", "thumbnail-nav", "no-nav"), frozenset(("Range",))),
    "hidden": frozenset(("AnnotationCollection", "AnnotationPage", "Annotation", "SpecificResource", "Choice")),
}
BEHAVIORS = tuple(VALID_ON)
#: Of each group a resource has one at most.
EXCLUSIVE: tuple[frozenset[str], ...] = (
    frozenset(("auto-advance", "no-auto-advance")),
    frozenset(("repeat", "no-repeat")),
    frozenset(("unordered", "individuals", "continuous", "paged")),
    frozenset(("facing-pages", "non-paged")),
    frozenset(("multi-part", "together")),
    frozenset(("sequence", "thumbnail-nav", "no-nav")),
)


def excluding(words: Iterable[str]) -> list[list[str]]:
    """Those among the words that exclude each other, sorted."""
    given = set(words)
    return [sorted(given & group) for group in EXCLUSIVE if len(given & group) > 1]
