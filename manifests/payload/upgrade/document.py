"""One Presentation 2.0 or 2.1 document in, one 3.0 tree out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gcis.core.errors import SourceFault
from manifests.build.form import CONTEXT
from manifests.payload.upgrade.annotations import annotation, annotation_page, layer
from manifests.payload.upgrade.holders import collection, manifest
from manifests.payload.upgrade.reading import PRIVATE, Json, Notes, Place, as_list, local

_CONTEXT = re.compile(r"https?://(www\.)?iiif\.io/api/presentation/2(\.\d)?/context\.json")
_NEWER = re.compile(r"https?://(www\.)?iiif\.io/api/presentation/[3-9]/context\.json")
#: Objects within objects; a manifest has about a dozen.
DEEPEST = 64
MOST_FAULTS = 100

_READERS: dict[str, Callable[[Json, Place], Json | None]] = {
    "Manifest": manifest,
    "Collection": collection,
    "AnnotationList": annotation_page,
    "Layer": layer,
    "Annotation": annotation,
}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """The 3.0 tree, and a sentence with its place for all that neither 3.0 nor our private keys can hold."""

    document: Json
    losses: tuple[str, ...]


def is_second(document: Any) -> bool:
    """Whether this is a Presentation 2.0 or 2.1 document, by its @context; without one, by its @type."""
    if not isinstance(document, dict):
        return False
    contexts = [each for each in as_list(document.get("@context")) if isinstance(each, str)]
    if any(map(_CONTEXT.fullmatch, contexts)):
        return True
    types = [each for each in as_list(document.get("@type")) if isinstance(each, str)]
    return any(each.startswith("sc:") for each in types) and not any(map(_NEWER.fullmatch, contexts))


def upgrade(document: Json) -> Upgraded:
    """The document as a 3.0 tree (see the package for its private keys). SourceFault names all that is wrong."""
    if not is_second(document):
        raise SourceFault("presentation2", "It is no Presentation 2.0 or 2.1 document: it has no such @context.")
    if _too_deep(document):
        raise SourceFault("depth", f"Its objects lie within each other more than {DEEPEST} deep.")
    notes = Notes()
    place = Place("", notes)
    tree = _read(document, place)
    if notes.faults or tree is None:
        raise _refusal(notes)
    return Upgraded({"@context": CONTEXT, **_with_contexts(tree, document)}, tuple(notes.losses))


def _read(document: Json, place: Place) -> Json | None:
    names = [local(each) for each in as_list(document.get("@type")) if isinstance(each, str)]
    reader = next((_READERS[name] for name in names if name in _READERS), None)
    if reader is None:
        (place / "@type").fault("type", "It must be sc:Manifest, sc:Collection or sc:AnnotationList.")
        return None
    tree = reader(document, place)
    if tree is not None and "id" not in tree and not place.notes.faults:
        (place / "@id").fault("id", "It must be an http or https address.")
    return tree


def _with_contexts(tree: Json, document: Json) -> Json:
    """Further contexts (P2 §4.5) explain properties that stand in 2.1 only, so they do too."""
    others = [each for each in as_list(document.get("@context")) if not _is_ours(each)]
    return {**tree, PRIVATE: {**tree.get(PRIVATE, {}), "@context": others}} if others else tree


def _is_ours(context: Any) -> bool:
    return isinstance(context, str) and _CONTEXT.fullmatch(context) is not None


def _refusal(notes: Notes) -> SourceFault:
    faults = tuple(notes.faults[:MOST_FAULTS])
    if not faults:
        return SourceFault("presentation2", "It is no valid Presentation 2.1 document.")
    first = faults[0]
    more = f" Wrong places: {len(notes.faults)}." if len(notes.faults) > 1 else ""
    return SourceFault(
        "presentation2", f"It is no valid Presentation 2.1: {first.field}: {first.sentence}{more}", faults
    )


def _too_deep(document: Json) -> bool:
    """Level by level, so that no depth can exhaust the stack."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list)]
        level = [each for values in inner for each in values]
        if not level:
            return False
    return True
