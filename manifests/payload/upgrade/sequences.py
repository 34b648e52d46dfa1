"""Sequences (P2 §5.2): the first gives the canvases of the manifest, the others are orders of the same canvases."""

from typing import Any

from manifests.payload.upgrade.canvases import canvas
from manifests.payload.upgrade.descriptive import behavior, direction
from manifests.payload.upgrade.ranges import start
from manifests.payload.upgrade.reading import Json, Place, Resource, is_http, local
from manifests.payload.upgrade.texts import text


def canvases(manifest: Resource) -> tuple[Json, list[Json]]:
    """Properties of the manifest that come from its sequences, and the ranges that the further ones have become."""
    sequences = manifest.take("sequences")
    place = manifest.place / "sequences"
    if not isinstance(sequences, list) or not sequences:
        missing = sequences is None or sequences == []
        place.fault("sequences", "There is none, and there must be one." if missing else "It must be a list.")
        return {}, []
    found = _first(manifest, sequences[0], place / 0)
    known = {each["id"] for each in found.get("items", []) if "id" in each}
    ranges = []
    for number, each in enumerate(sequences[1:], 1):
        order = _order(each, known, place / number)
        if order:
            ranges.append(order)
        elif order is None:
            manifest.keep("sequences", [each])
    return found, ranges


def _first(manifest: Resource, value: Any, place: Place) -> Json:
    """The canvases, and where to begin. All else that the sequence says of itself has no place in 3.0."""
    if not _is_sequence(value, place):
        return {}
    listed = value.get("canvases")
    if not isinstance(listed, list) or not listed:
        missing = listed is None or listed == []
        (place / "canvases").fault(
            "canvases", "There is none, and there must be one." if missing else "It must be a list."
        )
        return {}
    items = [each for number, one in enumerate(listed) if (each := canvas(one, place / "canvases" / number))]
    _named_once(items, place / "canvases")
    own = {
        name: each for name, each in value.items() if name not in ("@type", "@context", "canvases") and each is not None
    }
    begin = _start(own, {each["id"] for each in items if "id" in each}, place)
    if own:
        manifest.keep("sequence", own)
    sequence = Resource(value, place)
    return {
        "viewingDirection": direction(sequence),
        "behavior": behavior(sequence, "Manifest"),
        "start": begin,
        "items": items,
    }


def _start(own: Json, known: set[str], place: Place) -> Json | None:
    """P2 §5.2 startCanvas. One that is no canvas of the sequence stays what it is, in 2.1 only."""
    said = own.get("startCanvas")
    if said is None:
        return None
    found = start(said)
    if found is None:
        (place / "startCanvas").fault("id", "It must be the http or https address of a canvas.")
        return None
    if (found.get("id") or found["source"]) in known:
        del own["startCanvas"]
        return found
    (place / "startCanvas").lose("It is no canvas of this sequence, so it is kept for 2.1 only.")
    return None


def _order(value: Any, known: set[str], place: Place) -> Json | None:
    """A further sequence as a range, if its canvases are those of the first; None if it is only named."""
    if is_http(value):
        return None
    if not _is_sequence(value, place):
        return {}
    listed = value.get("canvases")
    if not isinstance(listed, list) or not listed:
        return None
    uris = [each.get("@id") if isinstance(each, dict) else each for each in listed]
    if not all(isinstance(uri, str) and uri in known for uri in uris):
        return None
    resource = Resource(value, place)
    resource.take("canvases")
    begin = start(resource.peek("startCanvas"))
    if begin:
        resource.take("startCanvas")
    return resource.done(
        {
            "id": resource.take_uri(),
            "type": "Range",
            "label": text(resource, "label"),
            "viewingDirection": direction(resource),
            "behavior": ["sequence"],
            "start": begin,
            "items": [{"id": uri, "type": "Canvas"} for uri in uris],
        }
    )


def _is_sequence(value: Any, place: Place) -> bool:
    if not isinstance(value, dict):
        place.fault("sequence", "It must be a sequence: an object with canvases.")
        return False
    types = Resource(value, place).types
    if types and "Sequence" not in map(local, types):
        (place / "@type").fault("type", "It must be sc:Sequence.")
        return False
    return True


def _named_once(items: list[Json], place: Place) -> None:
    seen: set[str] = set()
    for number, each in enumerate(items):
        if each.get("id") in seen:
            (place / number / "@id").fault("id", "Another canvas has this @id.")
        seen.add(each.get("id", ""))
