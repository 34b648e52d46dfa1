"""Rules for a document as a whole (Presentation 3.0 §4.6, §5), and for what one part of it says of another."""

from typing import Any

from manifests.build.form import CONTEXT
from manifests.build.rules.annotations import annotation, page
from manifests.build.rules.annotations import collection as annotation_collection
from manifests.build.rules.report import Json, Report, Rule
from manifests.build.rules.resources import collection, manifest

_KINDS: dict[str, Rule] = {
    "Manifest": manifest,
    "Collection": collection,
    "AnnotationPage": page,
    "AnnotationCollection": annotation_collection,
    "Annotation": annotation,
}


def checked(document: Json) -> Report:
    """All that keeps the document from being published."""
    report = Report()
    _context(report, document)
    kind = document.get("type")
    rule = _KINDS.get(kind) if isinstance(kind, str) else None
    if rule is None:
        report.error((None, "type"), f"it is {kind!r}, not a Manifest or a Collection.", "type")
        rule = manifest
    rule(report, None, document)
    if rule is manifest and "items" not in document:
        report.error((None, "items"), "there are none.", "items")
    _pointing(report)
    return report


def _context(report: Report, document: Json) -> None:
    """§4.6 @context: first in the document; Presentation 3.0 alone, or last after those of extensions."""
    given = document.get("@context")
    listed = given if isinstance(given, list) and given else [given]
    if next(iter(document), None) != "@context" or listed[-1] != CONTEXT or not all(map(_is_context, listed)):
        report.error(None, f"@context must come first and be {CONTEXT}, which is last in a list.", "context")


def _is_context(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("http")


def _pointing(report: Report) -> None:
    """§5.4 ranges, §3.3.2 start: what they mean is in the manifest."""
    there = {"canvas": report.canvases, "range": report.ranges}
    for kind, uri, place in report.meant:
        if not isinstance(uri, str) or uri not in there[kind]:
            report.error(place, f"there is no {kind} {uri} in the manifest.", "pointing")
