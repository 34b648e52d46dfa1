"""Annotation pages and what is in them, as rows (Presentation 3.0 §5.5, §5.6, §5.8)."""

from collections.abc import Mapping
from typing import Any

from manifests.payload.iiif.naming import Named, Naming, below, objects
from manifests.payload.iiif.shapes import AnnotationRead, Json, LayerRead, Losses, PageRead

_OF_PAGES = ("@context", "id", "type", "items")
#: What we count ourselves of annotation collections of ours.
_ENDS = ("total", "first", "last")
_OF_ANNOTATIONS = ("@context", "id", "type", "motivation", "body", "target")


class Pages:
    """Reads the pages of one document. `layers`: whether they may be kept as part of annotation collections."""

    def __init__(self, tree: Json, naming: Naming, losses: Losses, *, layers: bool) -> None:
        self._naming, self._losses = naming, losses
        self._layers = layers_of(tree) if layers else {}

    def of(self, holder: Json, path: str, subject: str) -> list[PageRead]:
        """Those that hang on a thing, which `subject` names."""
        found = []
        for number, each in objects(holder.get("annotations")):
            place = below(path, f"annotations.{number}")
            named = self._naming.at(place)
            if "items" not in each and named.name != each.get("id"):
                self._losses.add(place, "It is left out: it is a reference to an annotation page, and has no id.")
            else:
                found.append(self.page(each, place, subject, named))
        return found

    def page(self, tree: Json, path: str, subject: str, named: Named) -> PageRead:
        embedded = "items" in tree
        said = {name: value for name, value in tree.items() if name not in _OF_PAGES}
        layer = self._layer(said.get("partOf"))
        if layer:
            del said["partOf"]
        annotations = [self._annotation(each, below(path, f"items.{n}")) for n, each in objects(tree.get("items"))]
        return PageRead(
            key=named.key,
            name=named.name,
            uri=named.uri if embedded else str(tree["id"]),
            subject=subject,
            embedded=embedded,
            description=self._naming.internal(said),
            annotations=tuple(each for each in annotations if each),
            layer=layer,
        )

    def _annotation(self, tree: Json, path: str) -> AnnotationRead | None:
        target, named = tree.get("target"), self._naming.at(path)
        if not target:
            self._losses.add(path, "It is left out: it does not say what it is about (target).")
            return None
        motivation = tree.get("motivation") or []
        said = {name: value for name, value in tree.items() if name not in _OF_ANNOTATIONS}
        return AnnotationRead(
            key=named.key,
            uri=named.uri,
            motivation=tuple(map(str, [motivation] if isinstance(motivation, str) else motivation)),
            body=self._naming.internal(tree.get("body")),
            target=self._naming.internal(target),
            extra=self._naming.internal(said),
        )

    def _layer(self, part_of: Any) -> LayerRead | None:
        one = part_of[0] if isinstance(part_of, list) and len(part_of) == 1 else None
        name = one.get("id") if isinstance(one, dict) else None
        if not isinstance(name, str) or self._layers.get(name) is None:
            return None
        ours = ("layer", name) in self._naming.rule.given
        left_out = ("id", "type", *(_ENDS if ours else ()))
        said = {key: value for key, value in self._layers[name].items() if key not in left_out}
        return LayerRead(self._naming.minted("layer", name), "" if ours else name, self._naming.internal(said))


def layers_of(tree: Any) -> Mapping[str, Json]:
    """The annotation collections that pages are part of, as far as all of them say the same of each."""
    found: dict[str, Json | None] = {}
    for page in _pages(tree):
        part_of = page.get("partOf")
        for each in part_of if isinstance(part_of, list) else []:
            name = each.get("id") if isinstance(each, dict) else None
            if isinstance(name, str) and each.get("type") == "AnnotationCollection":
                found[name] = each if found.get(name, each) == each else None
    return {name: each for name, each in found.items() if each is not None}


def _pages(tree: Json) -> list[Json]:
    if tree.get("type") == "AnnotationPage":
        return [tree]
    holders = [tree, *(each for _, each in objects(tree.get("items"))), *_ranges(tree.get("structures"))]
    return [page for holder in holders for _, page in objects(holder.get("annotations"))]


def _ranges(listed: Any) -> list[Json]:
    return [found for _, each in objects(listed) for found in (each, *_ranges(each.get("items")))]
