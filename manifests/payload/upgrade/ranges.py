"""`structures` (P2 §5.6): a flat list of ranges that name each other, as ranges within ranges (P3 §5.4)."""

from typing import Any

from manifests.payload.upgrade.annotations import layer, other_content
from manifests.payload.upgrade.descriptive import behavior, descriptive, direction
from manifests.payload.upgrade.reading import PRIVATE, Json, Place, Resource, as_list, is_http, local
from manifests.payload.upgrade.selectors import fragment_selector
from manifests.payload.upgrade.texts import text

#: Contents have a few levels. What is deeper than any book is not unfolded.
DEEPEST = 24


def start(value: Any) -> Json | None:
    """P2 §3.4 startCanvas: a canvas, or a part of it."""
    uri = value.get("@id") if isinstance(value, dict) else value
    return canvas_reference(uri) if is_http(uri) else None


def canvas_reference(uri: str) -> Json:
    """§5.4: a canvas by its id; a part of it as a SpecificResource."""
    canvas, _, fragment = uri.partition("#")
    if not fragment:
        return {"id": uri, "type": "Canvas"}
    return {"type": "SpecificResource", "source": canvas, "selector": fragment_selector(fragment)}


class Structures:
    """All ranges of a manifest."""

    def __init__(self, manifest: Resource) -> None:
        self.place = manifest.place / "structures"
        self._sources: dict[str, tuple[Json, Place]] = {}
        self._nameless: list[tuple[Json, Place]] = []
        self._within: set[str] = set()
        self._placed: set[str] = set()
        for number, each in enumerate(manifest.take_required_list("structures")):
            self._add(each, self.place / number)

    def trees(self) -> list[Json] | None:
        """The ranges that no other holds, with all that they hold; then what is left of circles."""
        roots = [uri for uri in self._sources if uri not in self._within]
        found = [self._root(*self._sources[uri]) for uri in roots]
        found += [self._root(tree, place) for tree, place in self._nameless]
        for uri, (tree, place) in self._sources.items():
            if uri not in self._placed:
                place.lose("It is within itself by way of others, so it stands by itself.")
                found.append(self._root(tree, place))
        return found or None

    def _add(self, value: Any, place: Place) -> None:
        if not isinstance(value, dict):
            place.fault("range", "It must be a range: an object with @id and label.")
            return
        types = Resource(value, place).types
        if types and "Range" not in map(local, types):
            (place / "@type").fault("type", "It must be sc:Range.")
        uri = value.get("@id")
        if not isinstance(uri, str) or not uri:
            self._nameless.append((value, place))
        elif uri in self._sources:
            place.lose("A range of this @id is there already, so this one is not kept.")
        else:
            self._sources[uri] = (value, place)
            self._within |= set(_named_within(value)) - {uri}

    def _root(self, tree: Json, place: Place) -> Json:
        """2.1 marks the top of a table of contents; where it does not, it shall not when we come back to it."""
        if as_list(tree.get("viewingHint")):
            return self._range(tree, place, 1)
        found = self._range(tree, place, 1)
        return {**found, PRIVATE: {**found.get(PRIVATE, {}), "viewingHint": None}}

    def _range(self, tree: Json, place: Place, depth: int) -> Json:
        resource = Resource(tree, place)
        if isinstance(resource.peek("@id"), str):
            self._placed.add(resource.peek("@id"))
        items = self._items(resource, depth)
        said = resource.peek("startCanvas")
        begin = start(said)
        if begin:
            resource.take("startCanvas")
        found = {
            "id": resource.take_uri(),
            "type": "Range",
            **descriptive(resource, "Manifest"),
            "viewingDirection": direction(resource),
            "behavior": behavior(resource, "Range"),
            "start": begin,
            "supplementary": _content_layer(resource),
            "items": items,
            "annotations": other_content(resource),
        }
        return resource.done(found)

    def _items(self, resource: Resource, depth: int) -> list[Json]:
        """`members` are in order; else the canvases, then the ranges within. What `members` lacks comes after it."""
        found: list[Json] = []
        seen: set[str] = set()
        for name in ("members", "canvases", "ranges"):
            for number, each in enumerate(resource.take_required_list(name)):
                place = resource.place / name / number
                uri = each.get("@id") if isinstance(each, dict) else each
                if not isinstance(uri, str) or not uri:
                    place.fault("id", "It must be the address of a canvas or a range.")
                elif uri not in seen:
                    seen.add(uri)
                    member = each if isinstance(each, dict) else {"@id": uri}
                    item = self._item(member, uri, name, place, depth)
                    if item:
                        found.append(item)
        return found

    def _item(self, member: Json, uri: str, name: str, place: Place, depth: int) -> Json | None:
        types = list(map(local, Resource(member, place).types))
        if name == "ranges" or uri in self._sources or "Range" in types:
            return self._inner(member, uri, place, depth)
        if not is_http(uri):
            place.fault("id", "It must be an http or https address.")
            return None
        reference = canvas_reference(uri)
        if reference["type"] != "Canvas":
            return reference
        resource = Resource(member, place)
        resource.take("@id")
        return resource.done({**reference, "label": text(resource, "label")})

    def _inner(self, member: Json, uri: str, place: Place, depth: int) -> Json | None:
        """A range within: whole where it is first named, by its id elsewhere."""
        if uri in self._sources and uri not in self._placed and depth < DEEPEST:
            tree, where = self._sources[uri]
            return self._range({**_beyond(member, tree), **tree}, where, depth + 1)
        if uri not in self._placed and uri in self._sources:
            place.lose(f"Ranges are unfolded to a depth of {DEEPEST}; the range it names stands by itself.")
        if not is_http(uri):
            place.lose("3.0 cannot name a range by an address that is not http.")
            return None
        resource = Resource({"label": member.get("label")}, place)
        return resource.done({"id": uri, "type": "Range", "label": text(resource, "label")})


def _beyond(member: Json, tree: Json) -> Json:
    """What only the place in `members` says of a range, such as its contentLayer (the example of P2 §5.6)."""
    return {name: value for name, value in member.items() if name not in tree and name not in ("@id", "@type")}


def _named_within(tree: Json) -> list[str]:
    listed = [each for name in ("members", "ranges") if isinstance(tree.get(name), list) for each in tree[name]]
    uris = [each.get("@id") if isinstance(each, dict) else each for each in listed]
    return [uri for uri in uris if isinstance(uri, str)]


def _content_layer(resource: Resource) -> Json | None:
    """P2 §3.4 contentLayer: the annotations that are the text of this range."""
    found = layer(resource.peek("contentLayer"), resource.place / "contentLayer")
    if found:
        resource.take("contentLayer")
    return found
