"""Manifests and collections (P2 §5.1, §5.8)."""

from typing import Any

from manifests.payload.upgrade.annotations import other_content
from manifests.payload.upgrade.descriptive import behavior, descriptive, direction, nav_date
from manifests.payload.upgrade.ranges import Structures
from manifests.payload.upgrade.reading import Json, Place, Resource, is_http, local
from manifests.payload.upgrade.sequences import canvases

_PAGING = ("first", "last", "next", "prev")
_PARTS = {"Collection": ("members", "manifests", "collections"), "Manifest": ("sequences", "structures")}


def manifest(value: Json, place: Place) -> Json:
    """P2 §5.1."""
    resource = Resource(value, place)
    described = _described(resource, "Manifest")
    from_sequence, orders = canvases(resource)
    viewing = {"viewingDirection": direction(resource), "behavior": behavior(resource, "Manifest")}
    _yield_to_sequence(resource, viewing, from_sequence)
    structures = Structures(resource).trees() or []
    return resource.done(
        {
            **described,
            "navDate": nav_date(resource),
            **viewing,
            "start": from_sequence.get("start"),
            "items": from_sequence.get("items"),
            "structures": [*structures, *orders] or None,
            "annotations": other_content(resource),
        }
    )


def _yield_to_sequence(resource: Resource, viewing: Json, from_sequence: Json) -> None:
    """P2 §3.3: what the sequence says of viewing is what people see; the manifest's own then stands in 2.1 only."""
    stated = resource.private.get("sequence", {})
    for name, said in (("viewingDirection", "viewingDirection"), ("viewingHint", "behavior")):
        if name in stated:
            if viewing[said]:
                resource.keep(name, viewing[said])
            viewing[said] = from_sequence.get(said) or viewing[said]


def collection(value: Json, place: Place) -> Json:
    """P2 §5.8."""
    resource = Resource(value, place)
    described = _described(resource, "Collection")
    for name in _PAGING:
        if resource.peek(name) is not None:
            (place / name).lose("3.0 has no pages of collections: what is on the other pages is not in this document.")
    items = _members(resource)
    return resource.done(
        {
            **described,
            "navDate": nav_date(resource),
            "viewingDirection": direction(resource),
            "behavior": behavior(resource, "Collection"),
            "items": items,
            "annotations": other_content(resource),
        }
    )


def _members(resource: Resource) -> list[Json]:
    """`members` are in order; else the collections, then the manifests. What `members` lacks comes after it."""
    found: list[Json] = []
    seen: set[str] = set()
    for name in ("members", "collections", "manifests"):
        if resource.peek(name) is None:
            continue
        otherwise = "Collection" if name == "collections" else "Manifest"
        for number, each in enumerate(resource.take_required_list(name)):
            member = _member(each, otherwise, resource.place / name / number)
            if member and member.get("id") not in seen:
                seen.add(member.get("id", ""))
                found.append(member)
    return found


def _member(value: Any, otherwise: str, place: Place) -> Json | None:
    if isinstance(value, str):
        value = {"@id": value}
    if not isinstance(value, dict) or not is_http(value.get("@id")):
        place.fault("member", "It must be an object with @id, @type and label.")
        return None
    names = [local(each) for each in Resource(value, place).types]
    kind = next((name for name in names if name in _PARTS), otherwise)
    whole = kind == "Collection" and any(isinstance(value.get(name), list) for name in _PARTS["Collection"])
    if whole and value.get("label") is not None:
        return collection(value, place)
    return _reference(value, kind, place)


def _reference(value: Json, kind: str, place: Place) -> Json:
    """P3 §5.1: a member by id, type and label, which is all that it needs to be shown in a list."""
    if inside := [name for name in _PARTS[kind] if value.get(name) is not None]:
        place.lose(f"{' and '.join(inside)} are not kept here: what is a member is read at its own address.")
    resource = Resource({name: each for name, each in value.items() if name not in inside}, place)
    uri = resource.take_uri()
    said = descriptive(resource)
    if not said["label"]:
        said["label"] = {"none": [uri]}
        resource.keep("label", None)
    hints = behavior(resource, kind)
    return resource.done({"id": uri, "type": kind, **said, "navDate": nav_date(resource), "behavior": hints})


def _described(resource: Resource, kind: str) -> Json:
    """Id, type and descriptive properties, with the label that both versions demand (P2 §3.1)."""
    missing = resource.peek("label") is None
    if missing:
        (resource.place / "label").fault("label", "It is missing.")
    uri = resource.need_uri()
    said = descriptive(resource)
    if uri and not said["label"]:
        said["label"] = {"none": [uri]}
        if not missing:
            (resource.place / "label").lose("It is empty, so the address of the document stands in its place.")
    return {"id": uri, "type": kind, **said}
