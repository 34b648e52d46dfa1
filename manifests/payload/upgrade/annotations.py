"""Annotations, the lists that hold them and the layers that hold those (P2 §5.4, §5.5, §5.7)."""

from typing import Any

from manifests.payload.upgrade.bodies import body, image_body
from manifests.payload.upgrade.descriptive import descriptive
from manifests.payload.upgrade.links import image, linked, rendering
from manifests.payload.upgrade.reading import Json, Place, Resource, is_http
from manifests.payload.upgrade.services import services
from manifests.payload.upgrade.targets import painted, targets
from manifests.payload.upgrade.texts import text

PAINTING = "sc:painting"


def image_annotation(value: Any, canvas: str | None, place: Place) -> Json | None:
    """P2 §5.4: an image on its canvas, as a painting annotation."""
    if not isinstance(value, dict):
        place.fault("annotation", "It must be an annotation: an object with motivation, resource and on.")
        return None
    resource = Resource(value, place)
    motivation = resource.take("motivation")
    if motivation is None:
        (place / "motivation").fault("motivation", "It is missing.")
    elif motivation not in (PAINTING, [PAINTING]):
        resource.keep("motivation", motivation)  # 3.0 has nothing but painting here
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "Annotation",
            "motivation": "painting",
            **_said(resource),
            "body": image_body(resource.take("resource"), place / "resource"),
            "target": painted(resource, canvas),
        }
    )


def annotation(value: Any, place: Place) -> Json | None:
    """P2 §5.5: an annotation of a list. What it paints is a transcription or the like: 3.0 calls it supplementing."""
    if not isinstance(value, dict):
        place.fault("annotation", "It must be an annotation: an object with motivation, resource and on.")
        return None
    resource = Resource(value, place)
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "Annotation",
            "motivation": _motivation(resource),
            **_said(resource),
            "body": _bodies(resource),
            "target": targets(resource),
        }
    )


def other_content(resource: Resource) -> list[Json] | None:
    """P2 §5.3, §6.7 otherContent: lists of annotations, mostly fetched from elsewhere."""
    found = []
    for number, each in enumerate(resource.take_list("otherContent")):
        place = resource.place / "otherContent" / number
        if isinstance(each, str):
            each = {"@id": each}
        if not isinstance(each, dict):
            place.fault("list", "It must be an annotation list or the address of one.")
        elif "resources" in each:
            found.append(annotation_page(each, place))
        elif is_http(each.get("@id")):
            found.append(_page(Resource(each, place), None))
        else:
            resource.keep("otherContent", [each])
    return found or None


def annotation_page(value: Json, place: Place) -> Json:
    """P2 §5.5 Annotation List, with its annotations."""
    resource = Resource(value, place)
    items = []
    for number, each in enumerate(resource.take_required_list("resources")):
        if found := annotation(each, place / "resources" / number):
            items.append(found)
    return _page(resource, items)


def layer(value: Any, place: Place) -> Json | None:
    """P2 §5.7 Layer. 3.0 knows its first and last list; the others are found from page to page."""
    resource = Resource({"@id": value} if isinstance(value, str) else value, place) if _object(value) else None
    if resource is None or not (uri := resource.take_uri()):
        return None
    return resource.done(
        {
            "id": uri,
            "type": "AnnotationCollection",
            **descriptive(resource),
            "total": _total(resource),
            "first": _neighbour(resource, "first"),
            "last": _neighbour(resource, "last"),
        }
    )


def _page(resource: Resource, items: list[Json] | None) -> Json:
    """An annotation page; the official schema lets it say little about itself."""
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "AnnotationPage",
            "label": text(resource, "label"),
            "thumbnail": linked(resource, "thumbnail", image),
            "rendering": linked(resource, "rendering", rendering),
            "service": services(resource),
            "partOf": linked(resource, "within", layer),
            "prev": _neighbour(resource, "prev"),
            "next": _neighbour(resource, "next"),
            "items": items,
        }
    )


def _neighbour(resource: Resource, name: str) -> Json | None:
    """P2 §3.5: another list of the same layer."""
    if not is_http(resource.peek(name)):
        return None
    return {"id": resource.take(name), "type": "AnnotationPage"}


def _total(resource: Resource) -> int | None:
    said = resource.peek("total")
    return resource.take("total") if isinstance(said, int) and not isinstance(said, bool) and said > 0 else None


def _motivation(resource: Resource) -> str | list[str] | None:
    said = resource.take_list("motivation")
    if not said or not all(isinstance(each, str) and each for each in said):
        (resource.place / "motivation").fault("motivation", "It must be a motivation such as oa:commenting.")
        return None
    if PAINTING in said:
        resource.keep("motivation", said if len(said) > 1 else said[0])
    plain = ["supplementing" if each == PAINTING else each.removeprefix("oa:") for each in said]
    return plain if len(plain) > 1 else plain[0]


def _bodies(resource: Resource) -> Json | list[Json] | None:
    """P2 §5.5 resource; a list of them is how tags stand beside a text."""
    value = resource.take("resource")
    if value is None:
        return None
    place = resource.place / "resource"
    if not isinstance(value, list):
        found = body(value, place)
        if found is None:
            resource.keep("resource", value)
        return found
    several = [(each, body(each, place / number)) for number, each in enumerate(value)]
    for each, found in several:
        if found is None:
            resource.keep("resource", [each])
    return [found for _, found in several if found] or None


def _said(resource: Resource) -> Json:
    """What else annotations say, who made them and when (Open Annotation §2.3 as Web Annotation §3.3.1)."""
    return {
        **descriptive(resource),
        "stylesheet": _stylesheet(resource),
        "created": resource.take_if("annotatedAt", str),
        "generated": resource.take_if("serializedAt", str),
    }


def _stylesheet(resource: Resource) -> Json | None:
    """P2 §6.5: how what is said looks; embedded, or an address."""
    said = resource.peek("stylesheet")
    if is_http(said):
        resource.take("stylesheet")
        return {"id": said, "type": "CssStylesheet"}
    if not isinstance(said, dict) or not isinstance(said.get("chars", ""), str):
        return None
    resource.take("stylesheet")
    sheet = Resource(said, resource.place / "stylesheet")
    return sheet.done({"id": sheet.take_uri(), "type": "CssStylesheet", "value": sheet.take("chars")})


def _object(value: Any) -> bool:
    return isinstance(value, dict | str)
