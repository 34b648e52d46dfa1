"""What an annotation is about: `on` (P2 §5.4, §6.1) as the target of a Web Annotation (P3 §5.6)."""

from typing import Any

from manifests.payload.upgrade.links import container, linked
from manifests.payload.upgrade.reading import Json, Place, Resource, as_list, is_http, local
from manifests.payload.upgrade.selectors import selector
from manifests.payload.upgrade.texts import text

Target = str | Json


def targets(annotation: Resource) -> Target | list[Target] | None:
    """The targets of an annotation. What 3.0 does not take is kept for 2.1 only, and a loss when nothing remains."""
    value = annotation.peek("on")
    place = annotation.place / "on"
    if value is None:
        place.fault("on", "It is missing.")
        return None
    found = [_target(each, place) for each in as_list(value)]
    kept = [each for each in found if each]
    if len(kept) == len(found) and not any(map(_says_more, as_list(value), found)):
        annotation.take("on")
    elif not kept:
        place.lose("It names nothing with an http address, so it is kept for 2.1 only.")
    return kept if len(kept) > 1 else kept[0] if kept else None


def painted(annotation: Resource, canvas: str | None) -> Target | None:
    """The target of an image: its canvas or a part of it. An address of another canvas is kept for 2.1 only."""
    original = annotation.peek("on")
    said = targets(annotation)
    target = said[0] if isinstance(said, list) else said
    if canvas is None or target is None:
        return target or canvas
    named, _, fragment = (target if isinstance(target, str) else _source(target)).partition("#")
    if named == canvas and not isinstance(said, list):
        return target
    annotation.take("on")
    annotation.private["on"] = original
    if isinstance(target, dict):
        return {**target, "source": canvas} if "source" in target else canvas
    return f"{canvas}#{fragment}" if fragment else canvas


def _says_more(value: Any, target: Target | None) -> bool:
    """Whether an object with a type has become an address alone: 3.0 takes objects for canvases and manifests only."""
    return isinstance(value, dict) and isinstance(target, str) and len(value) > 1


def _source(target: Json) -> str:
    source = target.get("source", target)
    return str(source.get("id", "") if isinstance(source, dict) else source)


def _target(value: Any, place: Place) -> Target | None:
    if isinstance(value, str):
        return value if is_http(value) else None
    if not isinstance(value, dict):
        place.fault("on", "It must be an address, or an object with an address.")
        return None
    resource = Resource(value, place)
    if resource.peek("full") is not None:
        return _part(resource)
    return _whole(resource)


def _part(resource: Resource) -> Target | None:
    """oa:SpecificResource: what `selector` selects of `full`; viewers write `within` beside them."""
    full = resource.peek("full")
    if isinstance(full, str):
        full = {"@id": full}
    if not isinstance(full, dict):
        return None
    whole = Resource(full, resource.place / "full")
    if not (uri := whole.take_uri()):
        return None
    resource.take("full")
    chosen = selector(resource.peek("selector"))
    if chosen:
        resource.take("selector")
    said = whole.done(
        {
            "id": uri,
            "type": _kind(whole),
            "label": text(whole, "label"),
            "partOf": linked(resource, "within", container("Manifest")),
        }
    )
    source = uri if said.keys() == {"id", "type"} and said["type"] == "Canvas" else said
    style = resource.take_if("style", str)
    found = {"id": resource.take_uri(), "type": "SpecificResource", "source": source, "selector": chosen}
    return resource.done({**found, "styleClass": style})


def _whole(resource: Resource) -> Target | None:
    if not (uri := resource.take_uri()):
        return None
    kind = _kind(resource)
    if not resource.types or kind not in ("Canvas", "Manifest"):
        return uri
    part_of = linked(resource, "within", container("Manifest"))
    return resource.done({"id": uri, "type": kind, "label": text(resource, "label"), "partOf": part_of})


def _kind(resource: Resource) -> str:
    """Canvas where nothing is said: that is what annotations are about."""
    name = local(resource.types[0]) if resource.types else "Canvas"
    if name in ("Canvas", "Manifest", "Range", "Collection"):
        return name
    resource.keep("@type", resource.said_type)
    return "Annotation" if name == "Annotation" else "Dataset"
