"""Rules for what is painted on a canvas (Presentation 3.0 §5.3, §5.6, §5.7)."""

from collections.abc import Iterator
from typing import Any

from manifests.build.rules.annotations import motivations
from manifests.build.rules.report import Place, Report


def painted(report: Report, place: Place, canvas: Any) -> None:
    """§5.3: what is in a canvas's items is painted on that canvas; §5.7: by an image, not by its service."""
    uri = canvas.get("id")
    for where, annotation in paintings(place, canvas):
        if "painting" not in motivations(annotation):
            report.error((where, "motivation"), "it must be painting.", "painting")
        target = annotation.get("target")
        if target != uri and not _on(uri, target):
            report.error((where, "target"), "it is not the canvas.", "painting")
        body = annotation.get("body")
        if not body or any(map(_is_service, body if isinstance(body, list) else (body,))):
            report.error((where, "body"), "it must be an image, or anything else to be seen or heard.", "painting")


def paintings(place: Place, canvas: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The annotations in a canvas's items."""
    pages = canvas.get("items")
    for page_number, page in enumerate(pages if isinstance(pages, list) else ()):
        items = page.get("items") if isinstance(page, dict) else None
        for number, annotation in enumerate(items if isinstance(items, list) else ()):
            if isinstance(annotation, dict):
                yield ((((place, "items"), page_number), "items"), number), annotation


def subject(target: Any) -> Any:
    """The id of what a target is, or is a part of, without its fragment."""
    found = target.get("source", target.get("id")) if isinstance(target, dict) else target
    found = found.get("id") if isinstance(found, dict) else found
    return found.partition("#")[0] if isinstance(found, str) else found


def _on(uri: Any, target: Any) -> bool:
    """§5.6: the canvas, a part of it by a fragment or a selector, or several of these."""
    targets = target if isinstance(target, list) else [target]
    return bool(targets) and all(subject(each) == uri for each in targets)


def _is_service(body: Any) -> bool:
    """§5.7: the address of an image service is no address of an image."""
    if not isinstance(body, dict):
        return True
    kind = body.get("type")
    inner = [body.get("source")] if kind == "SpecificResource" else _listed(body.get("items")) * (kind == "Choice")
    uris = [each.get("id", each.get("@id")) for each in _listed(body.get("service")) if isinstance(each, dict)]
    return body.get("id", uris) in uris or any(isinstance(each, dict) and _is_service(each) for each in inner)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
